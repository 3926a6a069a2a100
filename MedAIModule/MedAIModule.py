"""The module MedAI of 3D Slicer: a panel and a logic on top of the engine, ``medai``."""

import sys
import unittest
from collections.abc import Callable
from pathlib import Path

import slicer
from slicer.util import VTKObservationMixin

try:
    import medai  # noqa: F401
except ModuleNotFoundError:  # in the source tree the engine is not beside the module
    sys.path.append(str(Path(__file__).resolve().parents[1] / "MedAIExtension"))

try:
    from slicer.i18n import tr as _
    from slicer.i18n import translate
    from slicer.ScriptedLoadableModule import (
        ScriptedLoadableModule,
        ScriptedLoadableModuleLogic,
        ScriptedLoadableModuleTest,
        ScriptedLoadableModuleWidget,
    )
except ModuleNotFoundError:  # plain Python with the slicer-core wheel, where only the logic is of use
    from MedAIModuleLib.plain import (
        ScriptedLoadableModule,
        ScriptedLoadableModuleLogic,
        ScriptedLoadableModuleTest,
        ScriptedLoadableModuleWidget,
        _,
        translate,
    )


class MedAIModule(ScriptedLoadableModule):
    """What the application shows about the module."""

    def __init__(self, parent):
        from MedAIModuleLib.sampledata import registerSampleData

        ScriptedLoadableModule.__init__(self, parent)
        slicer.app.loadTranslations(str(Path(__file__).parent / "Resources" / "Translations"))
        slicer.app.connect("startupCompleted()", registerSampleData)
        parent.title = _("MedAI")
        parent.categories = [translate("qSlicerAbstractCoreModule", "Segmentation")]
        parent.dependencies = ["Segmentations", "Terminologies"]
        parent.contributors = ["MedAI contributors"]
        parent.helpText = _("""Runs AI models (MONAI bundles) on scans: choose a scan and a model, press Apply, get segments.
All data stay on this computer. For research only; not a medical device.""")
        parent.acknowledgementText = _("Models run with MONAI and PyTorch.")


class MedAIModuleWidget(ScriptedLoadableModuleWidget, VTKObservationMixin):
    """The module's panel, from its making to its end; what it does is in ``MedAIModuleLib.panel``."""

    def __init__(self, parent=None):
        ScriptedLoadableModuleWidget.__init__(self, parent)
        VTKObservationMixin.__init__(self)
        self.logic = None
        self.panel = None
        self._afterImport = None

    def setup(self):
        from MedAIModuleLib.loop.timer import Timer
        from MedAIModuleLib.panel import Panel

        ScriptedLoadableModuleWidget.setup(self)
        uiWidget = slicer.util.loadUI(self.resourcePath("UI/MedAIModule.ui"))
        self.layout.addWidget(uiWidget)
        uiWidget.setMRMLScene(slicer.mrmlScene)
        self.logic = MedAIModuleLogic()
        self.panel = Panel(slicer.util.childWidgetVariables(uiWidget), self.logic)
        scene = slicer.mrmlScene
        self.addObserver(scene, scene.StartCloseEvent, self.onSceneStartChange)
        self.addObserver(scene, scene.EndCloseEvent, self.onSceneEndClose)
        self.addObserver(scene, scene.StartImportEvent, self.onSceneStartChange)
        self.addObserver(scene, scene.EndImportEvent, self.onSceneEndImport)
        # When a scene has just been read, the selectors do not list its nodes yet.
        self._afterImport = Timer(self.showParametersIfEntered, 0, once=True)
        self.showParameters()

    def enter(self):
        from MedAIModuleLib.runs.worker import startAhead

        self.showParameters()
        startAhead()

    def showParameters(self):
        self.panel.setParameterNode(self.logic.getParameterNode())

    def exit(self):
        self.panel.setParameterNode(None)

    def showParametersIfEntered(self):
        if self.parent.isEntered:
            self.showParameters()

    def cleanup(self):
        self.removeObservers()
        self._afterImport.stop()
        self.panel.close()

    def onSceneStartChange(self, *_args):
        self.panel.setParameterNode(None)

    def onSceneEndClose(self, *_args):
        self.panel.forgetScene()
        self.showParametersIfEntered()

    def onSceneEndImport(self, *_args):
        self._afterImport.start()

    def onReload(self):
        from MedAIModuleLib.runs.worker import closeWorker

        closeWorker()
        for name in [name for name in sys.modules if name.partition(".")[0] in ("medai", "MedAIModuleLib")]:
            del sys.modules[name]
        ScriptedLoadableModuleWidget.onReload(self)


class MedAIModuleLogic(ScriptedLoadableModuleLogic):
    """Runs a model on a volume in the scene. Both ways leave the scene as it was if anything fails."""

    def getParameterNode(self):
        from MedAIModuleLib.parameters import MedAIModuleParameterNode

        return MedAIModuleParameterNode(super().getParameterNode())

    def process(
        self,
        volumeNode,
        model="brain-mr",
        segmentation=None,
        device="auto",
        labelmap=False,
        onProgress: Callable | None = None,
        *,
        mode="exact",
        labels=(),
        roi=None,
        allFrames=False,
        confidence="none",
        explain=False,
    ):
        """Run a model on a volume and wait for the result. Also works in plain Python with the slicer-core wheel.

        :param volumeNode: the scan, a vtkMRMLScalarVolumeNode; for models of several channels a list of them in the model's
          order, or a vtkMRMLVectorVolumeNode.
        :param model: a model's name or a bundle's folder.
        :param segmentation: vtkMRMLSegmentationNode to write into; the model's earlier segments in it are replaced. A new node
          by default, and always with ``allFrames``.
        :param device: "auto", "cpu", "cuda" or "mps".
        :param labelmap: also make a vtkMRMLLabelMapVolumeNode; not with ``allFrames``.
        :param onProgress: called with ``medai.inference.Progress``: fraction, stage, seconds_left.
        :param mode: "exact", or "fast", which may differ slightly.
        :param labels: names of the segments to make; all by default.
        :param roi: vtkMRMLMarkupsROINode outside of which nothing is segmented; it may be rotated.
        :param allFrames: segment every frame of the sequence that the volume is part of.
        :param confidence: "entropy" or "flips" also makes a volume of how sure the model is, in percent.
        :param explain: also make a volume of what a class rests on, in percent of the most.
        :return: the vtkMRMLSegmentationNode. Of a model that gives no segments, the node that stands for its result: for boxes
          the vtkMRMLTableNode of the findings (``medai.mrml.boxes_of`` gives their ROI nodes), for points the
          vtkMRMLMarkupsFiducialNode, for classes a vtkMRMLTableNode.
        :raises medai.errors.TrustError: if the model brings code of its own that the user has not allowed; nothing of it ran.
          The error's ``bundle`` is the model.
        :raises medai.MedAIError: one sentence that says what happened and what to do.
        """
        from MedAIModuleLib.runs.order import Order
        from MedAIModuleLib.runs.runner import runToTheEnd

        order = Order(volumeNode, model, segmentation, device, mode, labels, roi, labelmap, allFrames, confidence, explain)
        return runToTheEnd(order, onProgress).node

    def start(
        self,
        volumeNode,
        model="brain-mr",
        segmentation=None,
        device="auto",
        onProgress: Callable | None = None,
        onFinished: Callable | None = None,
        onFailed: Callable | None = None,
        *,
        labelmap=False,
        mode="exact",
        labels=(),
        roi=None,
        allFrames=False,
        confidence="none",
        explain=False,
    ):
        """Run a model on a volume in the background, as ``process`` does; the application stays usable. Needs Qt's event loop.

        :param onProgress: called with ``medai.inference.Progress``.
        :param onFinished: called with what ``process`` returns.
        :param onFailed: called with the exception; ``medai.errors.CancelledError`` if the run was cancelled.
        :return: ``MedAIModuleLib.runs.background.BackgroundRun``, which has ``cancel()``.
        :raises medai.MedAIError: if the run cannot be started.
        """
        from MedAIModuleLib.runs.background import BackgroundRun
        from MedAIModuleLib.runs.order import Order

        order = Order(volumeNode, model, segmentation, device, mode, labels, roi, labelmap, allFrames, confidence, explain)
        return BackgroundRun(order, onProgress, onFinished, onFailed)

    def measure(self, segmentation, volumeNode, lesions=()):
        """Measure segments, whoever drew them, and put what is found in the scene: a table, points, and lines; waits for it.

        :param segmentation: vtkMRMLSegmentationNode.
        :param volumeNode: the scan that it is of.
        :param lesions: names of the segments whose parts are lesions; by default those that are findings by their terminology,
          such as "Mass", "Tumor" or "Nodule".
        :return: ``medai.mrml.LesionNodes``; its ``table`` is the vtkMRMLTableNode.
        :raises medai.MedAIError: one sentence that says what happened and what to do.
        """
        from MedAIModuleLib.runs.measuring import measureSteps
        from MedAIModuleLib.runs.work import workToTheEnd

        return workToTheEnd(measureSteps(segmentation, volumeNode, lesions))

    def export(self, segmentation, volumeNode, folder, exports=("report",), lesions=None):
        """Write segments as they are now into a folder: labels, findings, a picture and what ``exports`` names; waits for it.

        :param segmentation: vtkMRMLSegmentationNode.
        :param volumeNode: the scan that it is of.
        :param folder: made if it is missing; a result that is there already is replaced.
        :param exports: "report" (HTML, PDF), "seg" and "sr" (DICOM, where the scan is in Slicer's DICOM database).
        :param lesions: ``medai.mrml.LesionNodes`` whose reviews are written too.
        :return: paths by what they are.
        :raises medai.MedAIError: one sentence that says what happened and what to do.
        """
        from pathlib import Path

        from MedAIModuleLib.runs.handover import exportSteps
        from MedAIModuleLib.runs.work import workToTheEnd

        return workToTheEnd(exportSteps(segmentation, volumeNode, Path(folder), exports, lesions=lesions))

    def setUp(self):
        """Install what runs need and is not there, asking nobody; the panel's Apply asks first.

        :raises medai.MedAIError: if something cannot be installed.
        """
        from MedAIModuleLib.installation import dependencies

        dependencies.install(dependencies.missing())


class MedAIModuleTest(ScriptedLoadableModuleTest):
    """Runs the logic on a small synthetic volume with the built-in model, where the worker's libraries are installed."""

    def setUp(self):
        slicer.mrmlScene.Clear()

    def test_segmentation_lies_on_the_volume(self):
        from MedAIModuleLib.selftest import checkSegmentation, headVolume, whatIsMissing

        missing = whatIsMissing()
        if missing:
            raise unittest.SkipTest(missing)
        volume = headVolume()
        segmentation = MedAIModuleLogic().process(volume)
        checkSegmentation(self, segmentation, volume)

    def test_bad_input_is_refused_and_the_scene_stays_as_it_was(self):
        from medai import MedAIError

        volume = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", "Empty")
        before = slicer.mrmlScene.GetNumberOfNodes()
        with self.assertRaisesRegex(MedAIError, "Empty has no voxels"):
            MedAIModuleLogic().process(volume)
        self.assertEqual(slicer.mrmlScene.GetNumberOfNodes(), before)
