"""Slicer's own Segment Statistics on a mask, where its source and MRML are at hand."""

from __future__ import annotations

import os
import sys
import tempfile
import types
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from medai.image import Image

_PLUGINS = ("LabelmapSegmentStatisticsPlugin", "ScalarVolumeSegmentStatisticsPlugin", "ClosedSurfaceSegmentStatisticsPlugin")


def slicer_statistics(mask: np.ndarray, image: Image) -> dict[str, float]:
    """What Slicer's plugins give for a mask (i, j, k) and the first channel of a scan on its grid; of what several of them
    give, the scalar volume's. The test is skipped where the folder SegmentStatistics of Slicer's source is not named."""
    slicer = pytest.importorskip("slicer", exc_type=ImportError)
    folder = Path(os.environ.get("SLICER_SEGMENT_STATISTICS", ""))
    if not (folder / "SegmentStatisticsPlugins").is_dir():
        pytest.skip("Set SLICER_SEGMENT_STATISTICS to the folder Modules/Scripted/SegmentStatistics of Slicer's source.")
    from host.scene import new_scene

    plugins = _plugins(folder)
    with tempfile.TemporaryDirectory() as cache:
        scene = slicer.mrmlScene = new_scene(Path(cache))
        segmentation = scene.AddNode(slicer.vtkMRMLSegmentationNode())
        segmentation.AddSegmentFromBinaryLabelmapRepresentation(_oriented(slicer, mask, image.affine), "mask")
        segmentation.CreateClosedSurfaceRepresentation()
        volume = scene.AddNode(slicer.vtkMRMLScalarVolumeNode())
        volume.SetAndObserveImageData(_data(image.voxels[0]))
        volume.SetIJKToRASMatrix(_matrix(image.affine))
        parameters = scene.AddNode(slicer.vtkMRMLScriptedModuleNode())
        parameters.SetParameter("Segmentation", segmentation.GetID())
        parameters.SetParameter("ScalarVolume", volume.GetID())
        found: dict[str, float] = {}
        for name in reversed(_PLUGINS):
            plugin = getattr(plugins, name)()
            plugin.parameterNode = parameters
            plugin.getRequestedKeys = lambda plugin=plugin: plugin.defaultKeys
            values = plugin.computeStatistics(segmentation.GetSegmentation().GetNthSegmentID(0))
            found |= {key: value for key, value in values.items() if name != _PLUGINS[0] or key not in found}
        return found


def _plugins(folder: Path) -> Any:
    for module in ("vtkITK", "vtkSegmentationCore"):
        sys.modules.setdefault(module, sys.modules[f"slicer_core.{module}"])
    sys.modules.setdefault("vtkSegmentationCorePython", sys.modules["vtkSegmentationCore"])
    for module, content in (("slicer.i18n", {"tr": str}), ("qt", {}), ("ctk", {})):
        if module not in sys.modules:
            sys.modules[module] = types.ModuleType(module)
            vars(sys.modules[module]).update(content)
    sys.path.insert(0, str(folder))
    try:
        import SegmentStatisticsPlugins

        return SegmentStatisticsPlugins
    finally:
        sys.path.remove(str(folder))


def _oriented(slicer: Any, mask: np.ndarray, affine: np.ndarray) -> Any:
    oriented = slicer.vtkOrientedImageData()
    oriented.ShallowCopy(_data(mask.astype(np.uint8)))
    oriented.SetImageToWorldMatrix(_matrix(affine))
    return oriented


def _data(voxels: np.ndarray) -> Any:
    import vtk
    from vtk.util.numpy_support import numpy_to_vtk

    data = vtk.vtkImageData()
    data.SetDimensions(*voxels.shape)
    data.GetPointData().SetScalars(numpy_to_vtk(np.ascontiguousarray(voxels.transpose(2, 1, 0)).ravel(), deep=True))
    return data


def _matrix(affine: np.ndarray) -> Any:
    import vtk

    matrix = vtk.vtkMatrix4x4()
    matrix.DeepCopy(affine.ravel().tolist())
    return matrix
