"""``python -m pictures FOLDER`` (with PYTHONPATH=Testing): the module in each of its states, on the sample head.

Writes small PNG files with few colors. Only the synthetic head may be shown in the documentation.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import host

if TYPE_CHECKING:
    import numpy as np

ROOT = Path(__file__).resolve().parents[2]
SCAN = ROOT / "Resources" / "SampleData" / "synthetic-head.nii.gz"
LIMIT_SECONDS = 600
# Made-up tumors: their middles in mm from the scan's, to the right, front and top; radius in mm; how much longer front to back.
LUMPS = (((-28, 10, 12), 13.0, 1.4), ((24, -22, 8), 7.5, 1.0), ((18, 26, 20), 5.0, 1.2), ((-12, -40, 18), 2.6, 1.0))
COLORS, LARGEST = 256, (1440, 1000)


def main(folder: Path) -> None:
    """Write the pictures into the folder."""
    with tempfile.TemporaryDirectory(prefix="medai-pictures-") as home:
        os.environ["MEDAI_HOME"] = home  # nobody's own models and settings are to be seen
        app = host.start()
        from host.app import ScriptedModule

        module = ScriptedModule(ROOT / "MedAIModule" / "MedAIModule.py")
        States(app, module.widgetRepresentation(), folder).draw_all()
        module.unload()


class States:
    """The module with the sample head, taken from state to state as a user does.

    Args:
        app: the host's application.
        widget: the module's widget.
        folder: for the pictures.
    """

    def __init__(self, app, widget, folder: Path) -> None:
        import slicer

        from medai.files import read_image
        from medai.mrml.scene import add_volume

        self.app, self.widget, self.folder, self.scene = app, widget, folder, slicer.mrmlScene
        self.volume = add_volume(slicer.mrmlScene, read_image(SCAN))
        self.volume.SetName("SyntheticHead")
        widget.enter()
        widget.show()
        self.ui = widget.self().panel.ui

    def draw_all(self) -> None:
        """Draw one picture after the other."""
        self._wait(lambda: "on this computer" in self.ui.modelSummaryLabel.text)
        self._draw("opened")
        self._draw_model()
        self.ui.show3DCheckBox.checked = True
        self.ui.applyButton.click()
        self._wait(lambda: self.ui.progressBar.maximum > 0 and self.ui.progressBar.value >= 300)
        self._draw("running")
        self._wait(lambda: self.ui.applyButton.text == "Apply")
        self._settle(3)
        self._hide("Cerebrospinal fluid")  # it would cover everything else in the 3D view
        self.ui.segmentsTable.selectRow(9)
        self._draw("result")
        self._draw_box()
        self._draw_findings()
        self._draw_lesions()
        self._draw_trust()
        self._draw_advanced()

    def _draw_box(self) -> None:
        import slicer

        box = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLMarkupsROINode", "Box")
        box.CreateDefaultDisplayNodes()
        box.GetDisplayNode().SetFillOpacity(0)
        self.ui.roiSelector.setCurrentNode(box)
        bounds = [0.0] * 6
        self.volume.GetRASBounds(bounds)
        low, high = bounds[::2], bounds[1::2]
        box.SetCenter(*((a + b) / 2 for a, b in zip(low, high, strict=True)))
        box.SetSize(*((b - a) / 2 for a, b in zip(low, high, strict=True)))
        self.ui.undoButton.click()
        self.ui.applyButton.click()
        self._wait(lambda: self.ui.applyButton.text == "Apply")
        self._settle(3)
        self._draw("box", box)
        self.scene.RemoveNode(box)

    def _draw_model(self) -> None:
        self.ui.modelSearchEdit.text = "kidney"
        self.ui.modelList.currentRow = 0
        self.ui.modelDetailsCollapsibleButton.collapsed = False
        self._draw("model")
        self.ui.modelSearchEdit.text = ""
        self.ui.modelDetailsCollapsibleButton.collapsed = True
        self.ui.modelList.currentRow = 0
        self._wait(lambda: "on this computer" in self.ui.modelSummaryLabel.text)

    def _draw_findings(self) -> None:
        """Boxes of a model with random weights: the picture shows the section, not what a model is worth."""
        from support.detection import make_detection_bundle

        self.ui.undoButton.click()
        self._settle(1)
        self._choose(make_detection_bundle(self._store / "example_detection", classes=("example",)))
        self.ui.applyButton.click()
        self._wait(lambda: self.ui.applyButton.text == "Apply")
        self._settle(1)
        twelfth = self.ui.findingsTable.item(min(12, self.ui.findingsTable.rowCount) - 1, 1)
        self.ui.thresholdSlider.value = round(100 * float(twelfth.text()))
        self.ui.findingsTable.selectRow(0)
        self._draw("findings")
        self.ui.undoFindingsButton.click()
        self._settle(1)

    def _draw_lesions(self) -> None:
        """Lesions of made-up tumors: the sample head has none."""
        from medai.mrml import Origin, add_prediction, image_from_volume
        from support.lumps import predicted

        image = image_from_volume(self.volume)
        nodes = add_prediction(predicted(image, self._tumors(image)), self.scene, Origin.of(self.volume))
        nodes.segmentation.SetName("Tumor")
        self.widget.self().logic.getParameterNode().segmentation = nodes.segmentation
        self.ui.inputsCollapsibleButton.collapsed = self.ui.outputsCollapsibleButton.collapsed = True
        self.ui.modelCollapsibleButton.collapsed = True
        self.ui.resultsCollapsibleButton.collapsed = False
        nodes.segmentation.CreateClosedSurfaceRepresentation()
        self.ui.minimumVolumeSpinBox.value = 0.1
        self._settle(1)
        self.ui.lesionsTable.setCurrentCell(1, 0)
        self.ui.acceptLesionButton.click()
        self.ui.lesionsTable.setCurrentCell(0, 0)
        self._draw("lesions", nodes.lesions.lines[1]["long"])
        self.ui.undoButton.click()
        nodes.undo(even_if_changed=True)
        for section in (self.ui.inputsCollapsibleButton, self.ui.outputsCollapsibleButton, self.ui.modelCollapsibleButton):
            section.collapsed = False

    def _tumors(self, image) -> np.ndarray:
        """A label map (i, j, k) with uneven lumps inside the head."""
        import numpy as np

        ijk = np.indices(image.shape)
        ras = np.einsum("ab,b...->a...", image.affine[:3, :3], ijk) + image.affine[:3, 3, None, None, None]
        middle = image.affine[:3, :3] @ (np.array(image.shape) / 2) + image.affine[:3, 3]
        labels = np.zeros(image.shape, np.uint8)
        for place, radius, stretch in LUMPS:
            away = ras - np.add(middle, place)[:, None, None, None]
            wave = 1 + 0.15 * np.sin(away[0] / 3) * np.cos(away[1] / 4)
            labels[np.sqrt(away[0] ** 2 + (away[1] / stretch) ** 2 + away[2] ** 2) < radius * wave] = 1
        return labels

    def _draw_trust(self) -> None:
        """The dialog alone."""
        from medai.bundles import Bundle
        from medai.bundles.audit import audit
        from MedAIModuleLib.sections.trustquestion import TrustDialog
        from support.owncode import make_own

        bundle = Bundle.open(make_own(self._store / "example_own_code"))
        dialog = TrustDialog(bundle, audit(bundle))
        dialog.widget.show()
        self._settle(0.2)
        dialog.widget.grab().save(str(self.folder / "trust.png"))
        dialog.close()
        self._choose("brain-mr")

    def _choose(self, model: Path | str) -> None:
        self.widget.exit()
        self.widget.enter()  # models that came by another way are looked for
        self.widget.self().logic.getParameterNode().model = model.name if isinstance(model, Path) else model
        self._wait(lambda: self.widget.self().panel.models.finding is not None)

    @property
    def _store(self) -> Path:
        from medai.bundles import store_folder

        return store_folder()

    def _draw_advanced(self) -> None:
        for section in (self.ui.inputsCollapsibleButton, self.ui.modelCollapsibleButton, self.ui.resultsCollapsibleButton):
            section.collapsed = True
        self.ui.advancedCollapsibleButton.collapsed = False
        self.ui.logCollapsibleButton.collapsed = False
        self.ui.doctorButton.click()
        self._wait(lambda: self.ui.doctorButton.enabled)
        self._draw("advanced")

    def _draw(self, name: str, box=None) -> None:
        import slicer
        from PIL import Image

        from pictures import draw_application

        path = self.folder / f"{name}.png"
        (segmentation, *_) = [*slicer.util.getNodesByClass("vtkMRMLSegmentationNode"), None]
        draw_application(self.widget, self.scene, self.volume, segmentation, path, box=box)
        with Image.open(path) as picture:
            whole = picture.convert("RGB")
        whole.thumbnail(LARGEST, Image.Resampling.LANCZOS)
        whole.quantize(COLORS, dither=Image.Dither.NONE).save(path, optimize=True)

    def _hide(self, segment: str) -> None:
        import slicer

        (segmentation,) = slicer.util.getNodesByClass("vtkMRMLSegmentationNode")
        identifier = segmentation.GetSegmentation().GetSegmentIdBySegmentName(segment)
        segmentation.GetDisplayNode().SetSegmentVisibility(identifier, False)

    def _wait(self, condition: Callable[[], bool]) -> None:
        end = time.monotonic() + LIMIT_SECONDS
        while not condition():
            self.app.processEvents()
            time.sleep(0.01)
            if time.monotonic() > end:
                raise TimeoutError("The run did not get on.")

    def _settle(self, seconds: float) -> None:
        """Volumes and surfaces are made in pieces after a run."""
        end = time.monotonic() + seconds
        self._wait(lambda: time.monotonic() > end)


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    main(target)
