"""Places in the subject hierarchy: results lie beside their scan, in its study or folder."""

from __future__ import annotations

from typing import Any

import slicer


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


def new_folder(scene: Any, parent: int, name: str) -> int:
    """The item of a new folder, in a study or folder if that is still there; 0 where the scene has no subject hierarchy."""
    hierarchy = _hierarchy(scene)
    if hierarchy is None:
        return 0
    return int(hierarchy.CreateFolderItem(parent if _is_there(hierarchy, parent) else hierarchy.GetSceneItemID(), name))


def remove_empty_folder(scene: Any, folder: int) -> None:
    """Remove a folder, if it is still there and nothing is in it."""
    hierarchy = _hierarchy(scene)
    if folder and hierarchy is not None and _is_there(hierarchy, folder) and not _children(hierarchy, folder).GetNumberOfIds():
        hierarchy.RemoveItem(folder, False, False)


def is_own_folder(scene: Any, folder: int, name: str) -> bool:
    """Whether an item is a folder that was made for a result of this name, not a study or the user's own."""
    hierarchy = _hierarchy(scene)
    if hierarchy is None or not folder or folder == hierarchy.GetSceneItemID():
        return False
    level = slicer.vtkMRMLSubjectHierarchyConstants.GetSubjectHierarchyLevelFolder()
    return bool(hierarchy.GetItemLevel(folder) == level and hierarchy.GetItemName(folder) == name)


def attribute_of(node: Any, name: str) -> str:
    """An attribute of the node's item, as DICOM's import sets them, such as "DICOM.Modality"; "" where there is none."""
    hierarchy = _hierarchy(node.GetScene())
    item = hierarchy.GetItemByDataNode(node) if hierarchy is not None else 0
    return str(hierarchy.GetItemAttribute(item, name)) if item else ""


def _hierarchy(scene: Any) -> Any:
    return scene.GetFirstNodeByClass("vtkMRMLSubjectHierarchyNode") if scene is not None else None


def _is_there(hierarchy: Any, folder: int) -> bool:
    scene_item = hierarchy.GetSceneItemID()
    return bool(folder == scene_item or _children(hierarchy, scene_item).IsId(folder) >= 0)


def _children(hierarchy: Any, item: int) -> Any:
    """Items in an item, also those further down, as vtkIdList."""
    import vtk

    items = vtk.vtkIdList()
    hierarchy.GetItemChildren(item, items, True)
    return items
