"""Places in the subject hierarchy: results lie beside their scan, in its study or folder."""

from __future__ import annotations

from typing import Any


def folder_of(node: Any) -> int:
    """The item of the study or folder that a node lies in; 0 where it lies in none."""
    hierarchy = _hierarchy(node.GetScene())
    item = hierarchy.GetItemByDataNode(node) if hierarchy is not None else 0
    return int(hierarchy.GetItemParent(item)) if item else 0


def put_into(folder: int, node: Any) -> None:
    """Put a node into a study or folder, if that is still there."""
    hierarchy = _hierarchy(node.GetScene())
    if hierarchy is None or not _is_there(hierarchy, folder):
        return
    own = hierarchy.GetItemByDataNode(node)
    if own:
        hierarchy.SetItemParent(own, folder)
    else:
        hierarchy.CreateItem(folder, node)


def attribute_of(node: Any, name: str) -> str:
    """An attribute of the node's item, as DICOM's import sets them, such as "DICOM.Modality"; "" where there is none."""
    hierarchy = _hierarchy(node.GetScene())
    item = hierarchy.GetItemByDataNode(node) if hierarchy is not None else 0
    return str(hierarchy.GetItemAttribute(item, name)) if item else ""


def _hierarchy(scene: Any) -> Any:
    return scene.GetFirstNodeByClass("vtkMRMLSubjectHierarchyNode") if scene is not None else None


def _is_there(hierarchy: Any, folder: int) -> bool:
    import vtk

    items = vtk.vtkIdList()
    hierarchy.GetItemChildren(hierarchy.GetSceneItemID(), items, True)
    return folder == hierarchy.GetSceneItemID() or items.IsId(folder) >= 0
