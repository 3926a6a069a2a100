"""Run by the application's ctest: what the extension installed is complete and works there, offline."""

import sys
import unittest
from pathlib import Path

import slicer


class MedAIInstallationTest(unittest.TestCase):
    def test_the_engine_is_found_with_its_models_terminology_and_sample_data(self):
        from medai.bundles import available_models
        from medai.resources import resource
        from medai.results import describe_labels

        self.assertIn("brain-mr", [bundle.name for bundle in available_models()])
        (label,) = describe_labels({1: "Left hippocampus"})
        self.assertEqual(label.type.scheme, "SCT")
        self.assertTrue(resource("SampleData", "synthetic-head.nii.gz").is_file())

    def test_opening_the_module_loads_no_heavy_library(self):
        before = set(sys.modules)
        slicer.modules.medaimodule.widgetRepresentation()
        self.assertFalse({"torch", "monai"} & (set(sys.modules) - before))

    def test_the_modules_files_are_beside_it(self):
        folder = Path(slicer.modules.medaimodule.path).parent / "Resources"
        for name in ("UI/MedAIModule.ui", "Icons/MedAIModule.png", "Translations/MedAI_zh-CN.qm", "requirements.txt"):
            self.assertTrue((folder / name).is_file(), name)

    def test_a_prediction_becomes_segments_in_the_applications_scene(self):
        import numpy as np

        from medai.mrml import Origin, add_prediction, image_from_volume
        from medai.results import Prediction, describe_labels

        volume = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", "Scan")
        slicer.util.updateVolumeFromArray(volume, np.zeros((4, 5, 6), np.int16))
        image = image_from_volume(volume)
        labels = np.zeros(image.voxels.shape, np.uint8)
        labels[0, 1:4, 2:4, 1:3] = 1
        prediction = Prediction(image.with_voxels(labels), describe_labels({1: "Brainstem"}))
        segmentation = add_prediction(prediction, slicer.mrmlScene, Origin.of(volume)).segmentation
        self.addCleanup(slicer.mrmlScene.RemoveNode, segmentation)
        self.addCleanup(slicer.mrmlScene.RemoveNode, volume)
        (identifier,) = segmentation.GetSegmentation().GetSegmentIDs()
        self.assertEqual(segmentation.GetSegmentation().GetSegment(identifier).GetName(), "Brainstem")
        voxels = slicer.util.arrayFromSegmentBinaryLabelmap(segmentation, identifier, volume)
        self.assertTrue(np.array_equal(voxels.transpose(2, 1, 0), labels[0]))
        hierarchy = slicer.mrmlScene.GetSubjectHierarchyNode()
        self.assertTrue(hierarchy.GetItemByDataNode(segmentation))
