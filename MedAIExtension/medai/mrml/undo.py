"""The way back from a result: the scene as it was before, without Slicer's own undo."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import slicer

from .hierarchy import folder_of, put_into
from .replacement import Replacement

_REFERENCE = "referenceImageGeometryRef"


@dataclass(frozen=True)
class NodeState:
    """What a segmentation node is, but for its segments: attributes, parent transform, reference geometry, folder."""

    attributes: Mapping[str, str]
    transform_id: str | None
    reference_id: str | None
    geometry: str
    folder: int

    @classmethod
    def of(cls, node: Any) -> NodeState:
        return cls(
            {name: node.GetAttribute(name) for name in node.GetAttributeNames()},
            node.GetTransformNodeID(),
            node.GetNodeReferenceID(_REFERENCE),
            node.GetSegmentation().GetConversionParameter(_geometry_parameter()),
            folder_of(node),
        )

    def restore(self, node: Any, instead_of: NodeState) -> None:
        """Make a node this again, but for what is no longer as in ``instead_of``, since the user has changed it."""
        for name in self.attributes.keys() | instead_of.attributes.keys():
            if node.GetAttribute(name) == instead_of.attributes.get(name):
                _set_attribute(node, name, self.attributes.get(name))
        if node.GetTransformNodeID() == instead_of.transform_id:
            node.SetAndObserveTransformNodeID(self.transform_id)
        if node.GetNodeReferenceID(_REFERENCE) == instead_of.reference_id:
            node.SetNodeReferenceID(_REFERENCE, self.reference_id)
            node.GetSegmentation().SetConversionParameter(_geometry_parameter(), self.geometry)
        if folder_of(node) == instead_of.folder:
            put_into(self.folder, node)


@dataclass(frozen=True)
class UndoRecord:
    """What a result changed in the scene.

    It holds the nodes and segments themselves, no copies: drop it when the scene is closed.

    Attributes:
        scene: the scene.
        holder: the node that holds the result; without it nothing can be taken back.
        made: nodes that were made for it; they are removed, with the display and storage nodes that they have by then.
        replacements: one for each vtkSegmentation that was written into.
        before: what else the holder was.
        after: what else it became.
    """

    scene: Any
    holder: Any
    made: tuple[Any, ...]
    replacements: tuple[Replacement, ...]
    before: NodeState | None = None
    after: NodeState | None = None

    @property
    def is_changed(self) -> bool:
        """True where the result is gone, or its segments were edited since, in voxels or in name, color and codes."""
        return self.holder.GetScene() is not self.scene or any(part.is_changed for part in self.replacements)

    def undo(self, even_if_changed: bool = False) -> str:
        """Take the result back; gives a sentence that says why nothing was done, or "".

        Args:
            even_if_changed: also if the user has edited it since; those edits are lost.
        """
        if self.holder.GetScene() is not self.scene:
            return "The result was removed already; there is nothing to undo."
        if self.is_changed and not even_if_changed:
            return f"{self.holder.GetName()} was edited since; nothing was undone."
        if self.holder not in self.made:
            for part in self.replacements:
                part.revert()
            if self.before is not None and self.after is not None:
                self.before.restore(self.holder, self.after)
        for node in self.made:
            if node.IsA("vtkMRMLSequenceNode"):
                _take_out_of_browsers(self.scene, node)
            remove_node(self.scene, node)
        return ""


def with_displays(node: Any) -> list[Any]:
    """A node and the nodes that display it."""
    displays = (node.GetNthDisplayNode(index) for index in range(node.GetNumberOfDisplayNodes()))
    return [node, *(display for display in displays if display is not None)]


def allow_slicers_undo(scene: Any, nodes: Sequence[Any] = ()) -> None:
    """Make the scene as it is what Slicer's undo goes back to, with these nodes, where the application has undo switched on."""
    for node in nodes:
        node.SetUndoEnabled(True)
    if scene.GetUndoFlag():
        scene.SaveStateForUndo()


def remove_node(scene: Any, node: Any) -> None:
    """Remove a node, if it is still in the scene, and the nodes that display and store it by now."""
    if node.GetScene() is not scene:
        return
    belongings = with_displays(node) if node.IsA("vtkMRMLDisplayableNode") else [node]
    if node.IsA("vtkMRMLStorableNode"):
        belongings += [node.GetNthStorageNode(index) for index in range(node.GetNumberOfStorageNodes())]
    for each in belongings:
        if each is not None and each.GetScene() is scene:
            scene.RemoveNode(each)


def _take_out_of_browsers(scene: Any, sequence: Any) -> None:
    """A browser would go on looking for a sequence that is gone."""
    for index in range(scene.GetNumberOfNodesByClass("vtkMRMLSequenceBrowserNode")):
        browser = scene.GetNthNodeByClass(index, "vtkMRMLSequenceBrowserNode")
        if browser.IsSynchronizedSequenceNode(sequence, True):
            browser.RemoveSynchronizedSequenceNode(sequence.GetID())


def _set_attribute(node: Any, name: str, value: str | None) -> None:
    if value is None:
        node.RemoveAttribute(name)
    else:
        node.SetAttribute(name, value)


def _geometry_parameter() -> str:
    return str(slicer.vtkSegmentationConverter.GetReferenceImageGeometryParameterName())
