"""Slice views and a 3D view of a MRML scene as arrays of pixels, drawn off screen by Slicer's own displayable managers."""

from __future__ import annotations

import ctypes
import os
import sys
from typing import Any

import numpy as np
import slicer
import vtk
from vtkmodules.util.numpy_support import vtk_to_numpy

IN_SLICES = (
    "vtkMRMLModelSliceDisplayableManager",
    "vtkMRMLSegmentationsDisplayableManager2D",
    "vtkMRMLMarkupsDisplayableManager",
)
IN_3D = (
    "vtkMRMLCameraDisplayableManager",
    "vtkMRMLViewDisplayableManager",
    "vtkMRMLModelDisplayableManager",
    "vtkMRMLSegmentationsDisplayableManager3D",
    "vtkMRMLMarkupsDisplayableManager",
)
ORIENTATIONS = {"Red": "Axial", "Green": "Coronal", "Yellow": "Sagittal"}
COLORS = {"Red": (0.95, 0.29, 0.2), "Green": (0.43, 0.69, 0.29), "Yellow": (0.93, 0.84, 0.3)}  # of the application's layouts
_WINDOWS = {"vtkEGLRenderWindow": ("libEGL.so.1", "libGL.so.1"), "vtkOSOpenGLRenderWindow": ("libOSMesa.so.8",)}


def why_not() -> str:
    """Why nothing can be drawn here; "" where it can, and VTK then draws without a display. Without a GL library VTK crashes."""
    if sys.platform != "linux":
        return ""
    wanted = os.environ.get("VTK_DEFAULT_OPENGL_WINDOW")
    for window in [wanted] if wanted in _WINDOWS else _WINDOWS:
        if all(map(_loads, _WINDOWS[window])):
            os.environ["VTK_DEFAULT_OPENGL_WINDOW"] = window
            return ""
    return "There is no GL library; install one with: apt-get install libegl1 libgl1 libgl1-mesa-dri"


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


class _View:
    """An off-screen window in which displayable managers draw what a view node shows."""

    def __init__(self, scene: Any) -> None:
        reason = why_not()
        if reason:
            raise RuntimeError(reason)
        if scene.GetFirstNodeByClass("vtkMRMLInteractionNode") is None:  # the application always has one, so it stays
            scene.AddNode(slicer.vtkMRMLInteractionNode())
        self.scene, self.before = scene, _nodes(scene)

    def _open(self, factory: Any, managers: tuple[str, ...], node: Any, size: tuple[int, int]) -> None:
        self.node = node
        self.window = vtk.vtkRenderWindow()
        self.window.SetOffScreenRendering(1)
        self.window.SetMultiSamples(8)
        self.window.SetSize(*size)
        self.renderer = vtk.vtkRenderer()
        self.window.AddRenderer(self.renderer)
        self.interactor = vtk.vtkRenderWindowInteractor()  # some managers ask for it
        self.interactor.SetRenderWindow(self.window)
        factory.SetMRMLApplicationLogic(self.scene.application)
        for manager in managers:
            if not factory.IsDisplayableManagerRegistered(manager):
                factory.RegisterDisplayableManager(manager)
        self.group = slicer.vtkMRMLDisplayableManagerGroup()
        self.group.SetRenderer(self.renderer)
        self.group.Initialize(factory, self.renderer)
        self.group.SetMRMLDisplayableNode(node)

    def pixels(self) -> np.ndarray:
        """What is seen: (height, width, 3), 8 bit, the first row at the top."""
        self.window.Render()
        grab = vtk.vtkWindowToImageFilter()
        grab.SetInput(self.window)
        grab.ReadFrontBufferOff()
        grab.Update()
        image = grab.GetOutput()
        width, height, _ = image.GetDimensions()
        return vtk_to_numpy(image.GetPointData().GetScalars()).reshape(height, width, -1)[::-1, :, :3].copy()

    def close(self) -> None:
        """Take the nodes of the view out of the scene again."""
        self.group.SetMRMLDisplayableNode(None)
        self.window.Finalize()
        for node in _nodes(self.scene) - self.before:
            self.scene.RemoveNode(node)


class SliceView(_View):
    """The view "Red", "Green" or "Yellow" with a volume as background, fitted to it.

    Args:
        scene: a scene as ``host.scene.new_scene`` makes it.
        name: one of ``ORIENTATIONS``.
        volume: the volume node in the background.
        center: RAS position in mm that the slice goes through.
        size: width and height in pixels.
    """

    def __init__(self, scene: Any, name: str, volume: Any, center: np.ndarray, size: tuple[int, int]) -> None:
        super().__init__(scene)
        self.logic = slicer.vtkMRMLSliceLogic()
        self.logic.SetMRMLApplicationLogic(scene.application)
        self.logic.SetMRMLScene(scene)
        node = self.logic.AddSliceNode(name)
        node.SetOrientation(ORIENTATIONS[name])
        node.SetLayoutColor(COLORS[name])
        self.logic.GetSliceCompositeNode().SetBackgroundVolumeID(volume.GetID())
        self._open(slicer.vtkMRMLSliceViewDisplayableManagerFactory.GetInstance(), IN_SLICES, node, size)
        self.renderer.GetActiveCamera().ParallelProjectionOn()
        self.logic.ResizeSliceNode(*size)
        self.logic.FitSliceToBackground()
        node.JumpSliceByOffsetting(*center)
        self._show_background()

    def _show_background(self) -> None:
        """The application's widgets do this, not a displayable manager; in a layer below, for segments are translucent."""
        mapper = vtk.vtkImageMapper()
        mapper.SetColorWindow(255)
        mapper.SetColorLevel(127.5)
        mapper.SetInputConnection(self.logic.GetImageDataConnection())
        actor = vtk.vtkActor2D()
        actor.SetMapper(mapper)
        below = vtk.vtkRenderer()
        below.AddViewProp(actor)
        self.renderer.SetLayer(1)
        self.window.SetNumberOfLayers(2)
        self.window.AddRenderer(below)

    def close(self) -> None:
        self.logic.SetMRMLScene(None)  # else it makes its nodes anew
        super().close()

    def position(self) -> tuple[str, float]:
        """Where the slice is: in words, as "S: 12.0 mm", and as a share of the way through the volume."""
        normal = slicer.util.arrayFromVTKMatrix(self.node.GetSliceToRAS())[:3, 2]
        bounds = np.zeros(6)
        self.logic.GetSliceBounds(bounds)
        offset = self.logic.GetSliceOffset()
        words = f"{_letter(normal * np.copysign(1, round(offset, 1) + 0.0))}: {abs(offset):.1f} mm"
        return words, float((offset - bounds[4]) / (bounds[5] - bounds[4]))

    def letters(self) -> dict[str, str]:
        """The direction (R, L, A, P, S or I) at each edge: "left", "right", "top", "bottom"."""
        to_ras = slicer.util.arrayFromVTKMatrix(self.node.GetSliceToRAS())
        axes = {"right": to_ras[:3, 0], "left": -to_ras[:3, 0], "top": to_ras[:3, 1], "bottom": -to_ras[:3, 1]}
        return {edge: _letter(axis) for edge, axis in axes.items()}


class ThreeDView(_View):
    """The 3D view with its box and letters, seen from the front, a little from the side and from above."""

    def __init__(self, scene: Any, size: tuple[int, int], azimuth: float = 30, elevation: float = 15) -> None:
        super().__init__(scene)
        node = scene.AddNewNodeByClass("vtkMRMLViewNode")
        self._open(slicer.vtkMRMLThreeDViewDisplayableManagerFactory.GetInstance(), IN_3D, node, size)
        self.renderer.GradientBackgroundOn()
        self.renderer.SetBackground(node.GetBackgroundColor())
        self.renderer.SetBackground2(node.GetBackgroundColor2())
        camera = self.renderer.GetActiveCamera()
        camera.SetFocalPoint(0, 0, 0)
        camera.SetPosition(0, 500, 0)
        camera.SetViewUp(0, 0, 1)
        self.renderer.ResetCamera()
        camera.Azimuth(azimuth)
        camera.Elevation(elevation)
        camera.Zoom(1.2)
        self.renderer.ResetCameraClippingRange()


def _nodes(scene: Any) -> set:
    return {scene.GetNthNode(index) for index in range(scene.GetNumberOfNodes())}


def _letter(axis: np.ndarray) -> str:
    largest = int(np.argmax(np.abs(axis)))
    return ("RL", "AP", "SI")[largest][int(axis[largest] < 0)]
