"""What a run was asked to do, checked before anything starts."""

from collections.abc import Generator, Sequence

from medai.bundles import find_model
from medai.bundles.kinds import SEGMENTATION
from medai.errors import InputError
from medai.inference import Options
from medai.inference.suitability import check_box, values_to_keep
from medai.jobs import RunRequest
from medai.mrml import (
    FindingNodes,
    Origin,
    PredictionNodes,
    add_findings_steps,
    add_prediction_steps,
    add_sequence_prediction_steps,
    box_from_roi,
    frames_of,
    image_from_volume,
    image_of_frame,
    refuse_unusable,
)
from medai.results.segments import segment_id_of

from .. import settings


class Order:
    """One model on one scan, or on every frame of it; see ``MedAIModuleLogic.process`` for the arguments.

    :raises medai.MedAIError: one sentence about what cannot be run as it was asked.
    """

    def __init__(
        self,
        volumes,
        model: str,
        segmentation=None,
        device: str = "auto",
        mode: str = "exact",
        labels: Sequence[str] = (),
        roi=None,
        labelmap: bool = False,
        allFrames: bool = False,
        confidence: str = "none",
        explain: bool = False,
    ):
        self._volumes = list(volumes) if isinstance(volumes, (list, tuple)) else [volumes]
        if not self._volumes:
            raise InputError("No scan was given; choose one.")
        self._images = tuple(image_from_volume(volume) for volume in self._volumes)
        refuse_unusable(self._volumes[0], segmentation)
        settings.useStoreFolder()
        self.bundle = find_model(model)
        self.scene = self._volumes[0].GetScene()
        self.origin = Origin.of(self._volumes[0])
        box = box_from_roi(roi) if roi is not None else None
        self._options = Options(device, mode, tuple(labels), box, confidence, explain)
        check_box(self._images[0], self._options)
        self.segmentation, self._labelmap = segmentation, labelmap
        self._frames = frames_of(self._volumes[0]) if allFrames else None
        self._refuseWhatIsNotMade(allFrames)
        if allFrames:
            self._refuseUnusableFrames()

    @property
    def volume(self):
        """The scan on whose voxels the result lies."""
        return self._volumes[0]

    @property
    def replaced(self) -> list[str]:
        """IDs of the segments that will give way to the new ones."""
        if self.segmentation is None:
            return []
        values = values_to_keep(self.bundle, self._options) or self.bundle.label_names
        going = {segment_id_of(self.bundle.name, value) for value in values}
        return [identifier for identifier in self.segmentation.GetSegmentation().GetSegmentIDs() if identifier in going]

    @property
    def isOfAllLabels(self) -> bool:
        """Whether nobody has asked for only some of the model's segments."""
        return not self._options.labels

    @property
    def count(self) -> int:
        """Of how many predictions the result is made."""
        return self._frames.count if self._frames is not None else 1

    def request(self, number: int) -> RunRequest:
        """What the worker is asked for the prediction of this number."""
        images = self._images if self._frames is None else tuple(self._imageOf(volume, number) for volume in self._volumes)
        return RunRequest(self.bundle.root, images, self._options)

    def writeSteps(self, predictions: Sequence) -> Generator[None, None, PredictionNodes | FindingNodes]:
        """Put the predictions, one for each request, into the scene, with their lesions and maps, in short steps.

        Closed before its end, it leaves nothing.
        """
        if predictions[0].labelmap is None:
            return (yield from add_findings_steps(predictions[0], self.scene, self.origin))
        if self._frames is not None:
            return (yield from add_sequence_prediction_steps(predictions, self._frames, self.origin))
        choices = {"segmentation": self.segmentation, "labelmap": self._labelmap}
        return (yield from add_prediction_steps(predictions[0], self.scene, self.origin, **choices))

    def _refuseWhatIsNotMade(self, allFrames: bool) -> None:
        if self.bundle.kind == SEGMENTATION:
            return
        if self.segmentation is not None or self._labelmap:
            raise InputError(f"{self.bundle.title} makes neither segmentation nor label map; leave that out.")
        if allFrames:
            raise InputError(f"{self.bundle.title} makes no segmentation of all frames; choose the frame that is shown.")

    def _refuseUnusableFrames(self) -> None:
        name = self.origin.name
        if self._frames is None:
            raise InputError(f"{name} is not part of a sequence; choose the frame that is shown.")
        if self.segmentation is not None or self._labelmap:
            raise InputError(f"All frames of {name} make a new segmentation and no label map; leave both out.")
        for volume in self._volumes[1:]:
            frames = frames_of(volume)
            if frames is not None and frames.count != self._frames.count:
                raise InputError(
                    f"{name} has {self._frames.count} frames and {volume.GetName()} has {frames.count}; "
                    "choose the frame that is shown."
                )

    def _imageOf(self, volume, number: int):
        """A channel that is no sequence is the same in every frame."""
        frames = frames_of(volume)
        return image_of_frame(frames, number) if frames is not None else image_from_volume(volume)
