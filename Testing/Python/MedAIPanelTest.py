"""Run by the application's ctest: the panel works with the application's own widgets, without a main window."""

import unittest

import slicer


class MedAIPanelTest(unittest.TestCase):
    def setUp(self):
        slicer.mrmlScene.Clear()
        self.widget = slicer.modules.medaimodule.widgetRepresentation()
        self.widget.enter()
        self.addCleanup(self.widget.exit)
        self.ui = self.widget.self().panel.ui

    def addScan(self, name):
        import numpy as np

        volume = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", name)
        slicer.util.updateVolumeFromArray(volume, np.arange(120, dtype=np.int16).reshape(6, 5, 4))
        return volume

    def test_apply_waits_for_a_scan_and_says_so(self):
        self.assertFalse(self.ui.applyButton.enabled)
        self.assertTrue(self.ui.applyButton.toolTip)
        self.ui.inputSelector.setCurrentNode(self.addScan("Scan"))
        self.assertTrue(self.ui.applyButton.enabled)

    def test_the_choices_are_kept_in_the_scene(self):
        scan = self.addScan("Scan")
        self.ui.inputSelector.setCurrentNode(scan)
        self.assertIs(self.widget.self().logic.getParameterNode().inputVolume, scan)
        self.addScan("Other")
        self.widget.exit()
        self.widget.enter()
        self.assertIs(self.ui.inputSelector.currentNode(), scan)

    def test_models_are_found_by_words(self):
        self.addCleanup(setattr, self.ui.modelSearchEdit, "text", "")
        self.ui.modelSearchEdit.text = "brain"
        self.assertIn("Brain", self.ui.modelList.item(0).text())
        self.ui.modelSearchEdit.text = "no such model"
        self.assertEqual(self.ui.modelList.selectedItems(), self.ui.modelList.selectedItems()[:0])

    def test_closing_the_scene_leaves_the_panel_usable(self):
        self.ui.inputSelector.setCurrentNode(self.addScan("Scan"))
        slicer.mrmlScene.Clear()
        self.assertFalse(self.ui.applyButton.enabled)
        self.ui.inputSelector.setCurrentNode(self.addScan("Next scan"))
        self.assertTrue(self.ui.applyButton.enabled)

    def test_sample_data_are_offered(self):
        if not hasattr(slicer.modules, "sampledata"):
            self.skipTest("The module Sample Data is not loaded.")
        names = [source.sampleName for source in slicer.modules.sampleDataSources["MedAI"]]
        self.assertEqual(names, ["SyntheticHead", "MRHead", "MRBrainTumor1", "CTChest"])
