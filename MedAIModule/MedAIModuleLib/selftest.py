"""A small synthetic head for the module's self-test, and what must be true of its segmentation."""

import numpy as np
import slicer

from medai import MedAIError
from medai.bundles import find_model

from .runs.worker import notImportable

SHAPE_KJI = (40, 56, 48)
SPACING = (4.0, 3.5, 4.5)


def whatIsMissing() -> str:
    """Why no model can be run here; "" where one can."""
    lacking = notImportable()
    if lacking:
        return f"{', '.join(lacking)} not installed; MedAI installs them at the first run."
    try:
        find_model("brain-mr")
    except MedAIError as problem:
        return str(problem)
    return ""


def headVolume():
    """A vtkMRMLScalarVolumeNode with a bright ellipsoid in a dark shell, oblique and under a linear transform."""
    volume = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", "Head")
    k, j, i = np.indices(SHAPE_KJI, dtype=float)
    radius = sum(((axis - (n - 1) / 2) / (0.45 * n)) ** 2 for axis, n in zip((k, j, i), SHAPE_KJI, strict=True)) ** 0.5
    voxels = np.select([radius < 0.8, radius < 0.9, radius < 1], [600 + 100 * np.sin(i / 3), 80, 300], 0)
    slicer.util.updateVolumeFromArray(volume, voxels.astype(np.int16))
    volume.SetSpacing(SPACING)
    volume.SetOrigin(-90, -100, -70)
    volume.SetIJKToRASDirections(0.96, -0.28, 0, 0.28, 0.96, 0, 0, 0, 1)
    transform = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLLinearTransformNode", "Head position")
    transform.SetMatrixTransformToParent(
        slicer.util.vtkMatrixFromArray(np.array([[1, 0, 0, 7], [0, 0, -1, 5], [0, 1, 0, 3], [0, 0, 0, 1.0]]))
    )
    volume.SetAndObserveTransformNodeID(transform.GetID())
    return volume


def checkSegmentation(test, segmentation, volume) -> None:
    """Segments of the model, with its names, on the voxels of the volume and inside what is bright."""
    content = segmentation.GetSegmentation()
    names = set(find_model("brain-mr").label_names.values())
    test.assertGreater(content.GetNumberOfSegments(), 0)
    test.assertLessEqual({content.GetSegment(identifier).GetName() for identifier in content.GetSegmentIDs()}, names)
    test.assertEqual(segmentation.GetTransformNodeID(), volume.GetTransformNodeID())
    found = np.zeros(SHAPE_KJI, bool)
    for identifier in content.GetSegmentIDs():
        found |= slicer.util.arrayFromSegmentBinaryLabelmap(segmentation, identifier, volume) > 0
    test.assertGreater(found.mean(), 0.02)
    test.assertGreater(np.median(slicer.util.arrayFromVolume(volume)[found]), 300)
