"""Writing a result into files, in the worker: pictures, reports and DICOM take seconds that a window must not stand still for."""

from __future__ import annotations

import json
import shutil
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from ..finding import ClassScore, Detection, Landmark
from ..image import Image
from ..results.labels import Label
from ..results.lesions import Lesion
from ..results.prediction import Prediction
from ..results.review import Review
from ..results.statistics import Statistics

_MAPS = ("labelmap", "confidence", "saliency")


@dataclass(frozen=True)
class ExportRequest:
    """What to write.

    Attributes:
        image: the scan.
        prediction: on its grid.
        folder: where to; files of a result's names are replaced there, all or none.
        exports: of ``medai.files.EXPORTS``.
        source: the DICOM file or folder that the scan came from, where "seg" or "sr" is asked for.
        series: which series of that folder.
        card: the model's, for the report; values that JSON has. By default that of the model in the prediction's record, where
            it is on this computer and still the same.
    """

    image: Image
    prediction: Prediction
    folder: Path
    exports: tuple[str, ...] = ()
    source: Path | None = None
    series: str | None = None
    card: Mapping[str, Any] = field(default_factory=dict)

    @property
    def maps(self) -> tuple[str, ...]:
        """Which images the prediction has."""
        return tuple(name for name in _MAPS if getattr(self.prediction, name) is not None)

    @property
    def images(self) -> tuple[Image, ...]:
        """The scan and the prediction's images."""
        return (self.image, *(getattr(self.prediction, name) for name in self.maps))


def clear_unfinished(folder: str, pid: int) -> None:
    """Remove what a worker that was killed has left of an export in the folder, on a thread, once it is surely gone."""

    def clear() -> None:
        for wait in (0.1, 0.5, 2.0):
            time.sleep(wait)
            for left in Path(folder).glob(f".medai-{pid}-*"):
                shutil.rmtree(left, ignore_errors=True)

    threading.Thread(target=clear, name="medai-files").start()


@dataclass(frozen=True)
class Findings:
    """A prediction without its images; see there. ``run`` is JSON, for it may hold anything."""

    labels: tuple[Label, ...]
    counts: Mapping[int, int] | None
    detections: tuple[Detection, ...]
    landmarks: tuple[Landmark, ...]
    classes: tuple[ClassScore, ...]
    lesions: tuple[Lesion, ...]
    statistics: tuple[Statistics, ...]
    reviews: tuple[Review, ...]
    run: str

    @classmethod
    def of(cls, prediction: Prediction) -> Findings:
        """What is to be sent of a prediction."""
        plain = {each.name: getattr(prediction, each.name) for each in fields(cls) if each.name != "run"}
        return cls(**plain, run=json.dumps(prediction.run))

    def with_images(self, images: Mapping[str, Image]) -> Prediction:
        """The prediction again; ``images`` by the names of its members."""
        members: dict[str, Any] = {each.name: getattr(self, each.name) for each in fields(self)}
        members |= {name: images.get(name) for name in _MAPS}
        return Prediction(**members | {"run": json.loads(self.run)})


def write_result(
    images: Sequence[Image],
    maps: Sequence[str],
    findings: Findings,
    folder: str,
    exports: tuple[str, ...],
    source: str | None,
    series: str | None,
    card: str,
) -> dict[str, str]:
    """Write what was sent; paths by what they are, see ``medai.files.write_prediction``.

    Raises:
        MedAIError: if that fails.
    """
    from ..files import card_of_run, write_prediction

    prediction = findings.with_images(dict(zip(maps, images[1:], strict=True)))
    origin = Path(source) if source is not None else None
    about = json.loads(card) or card_of_run(prediction.run)
    written = write_prediction(Path(folder), images[0], prediction, source=origin, exports=exports, series=series, card=about)
    return {name: str(path) for name, path in written.items()}
