"""A MRML scene as the application has it: with default colors, subject hierarchy items, and reading of .mrb files. No Qt."""

from pathlib import Path
from typing import Any

import slicer
import vtk

_LOGICS = ("Markups", "SegmentationsModule", "Sequences", "Tables", "Volumes")
_IN_HIERARCHY = ("vtkMRMLDisplayableNode", "vtkMRMLTableNode")


def new_scene(cache: Path) -> Any:
    """A new scene; .mrb files are unpacked into the folder ``cache``."""
    scene = slicer.vtkMRMLScene()
    application = slicer.vtkSlicerApplicationLogic()
    application.SetMRMLScene(scene)
    application.GetColorLogic().SetMRMLScene(scene)
    application.GetColorLogic().AddDefaultColorNodes()
    application.SetModuleLogic("Colors", application.GetColorLogic())
    remote = slicer.vtkMRMLRemoteIOLogic()
    remote.SetMRMLScene(scene)
    remote.GetCacheManager().SetRemoteCacheDirectory(str(cache))
    remote.AddDataIOToScene()
    scene.logics = {name: getattr(slicer, f"vtkSlicer{name}Logic")() for name in _LOGICS}
    for name, logic in scene.logics.items():
        logic.SetMRMLScene(scene)
        logic.SetMRMLApplicationLogic(application)
        application.SetModuleLogic(name.removesuffix("Module"), logic)
    scene.AddObserver(scene.NodeAddedEvent, _add_to_hierarchy)
    scene.AddObserver(scene.NodeAboutToBeRemovedEvent, _remove_from_hierarchy)
    scene.application, scene.remote = application, remote  # as long as the scene
    return scene


@vtk.calldata_type(vtk.VTK_OBJECT)
def _add_to_hierarchy(scene: Any, event: str, node: Any) -> None:
    """In the application, plugins in C++ and Qt make the items."""
    if node.GetHideFromEditors() or not any(map(node.IsA, _IN_HIERARCHY)):
        return
    hierarchy = slicer.vtkMRMLSubjectHierarchyNode.GetSubjectHierarchyNode(scene)
    hierarchy.GetItemByDataNode(node) or hierarchy.CreateItem(hierarchy.GetSceneItemID(), node)


@vtk.calldata_type(vtk.VTK_OBJECT)
def _remove_from_hierarchy(scene: Any, event: str, node: Any) -> None:
    hierarchy = scene.GetFirstNodeByClass("vtkMRMLSubjectHierarchyNode")
    if hierarchy and not scene.IsClosing() and (item := hierarchy.GetItemByDataNode(node)):
        hierarchy.RemoveItem(item, False, False)
