"""What comes into the scene along with a segmentation or other findings, and goes with it: lesions and maps."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

from ..results import Prediction
from .lesions import LesionNodes, add_lesions_steps
from .maps import CONFIDENCE, SALIENCY, add_map_steps, remove_map
from .origin import Origin
from .vtkdata import Steps


@dataclass(frozen=True)
class Extras:
    """Lesions and maps of a result.

    Attributes:
        scene: the scene.
        lesions: None where the run has found none.
        maps: vtkMRMLScalarVolumeNodes: of confidence, of saliency, where they were asked for.
    """

    scene: Any
    lesions: LesionNodes | None = None
    maps: tuple[Any, ...] = ()

    @property
    def are_there(self) -> bool:
        """Whether anything of it is still in the scene."""
        return (self.lesions is not None and self.lesions.are_there) or any(each.GetScene() is self.scene for each in self.maps)

    @property
    def edited(self) -> str:
        """Name of the table of lesions, if the user has edited these since; else ""."""
        if self.lesions is None or not self.lesions.are_there or not self.lesions.is_changed:
            return ""
        return str(self.lesions.table.GetName())

    def take_back_steps(self) -> Steps:
        """Remove what is still there of it, edited or not, in short steps."""
        for node in reversed(self.maps):
            remove_map(self.scene, node)
            yield
        if self.lesions is not None:
            yield from self.lesions.undo_steps(even_if_changed=True)


def has_extras(prediction: Prediction) -> bool:
    """Whether a result has lesions of its label map, or maps."""
    return has_lesions(prediction) or prediction.confidence is not None or prediction.saliency is not None


def has_lesions(prediction: Prediction) -> bool:
    """Whether a result has lesions of its label map; those that are boxes are in the boxes' own table."""
    return prediction.labelmap is not None and bool(prediction.lesions)


def extra_steps(prediction: Prediction, scene: Any, origin: Origin) -> Generator[None, None, Extras]:
    """Put lesions and maps into the scene, in short steps; if they are not gone through to the end, nothing of it stays."""
    extras = Extras(scene)
    try:
        for kind, image in ((CONFIDENCE, prediction.confidence), (SALIENCY, prediction.saliency)):
            if image is not None:
                volume = origin.volume_in(scene)
                name = volume.GetName() if volume is not None else origin.name
                node = yield from add_map_steps(image, scene, origin, f"{name} {kind}", kind)
                extras = Extras(scene, None, (*extras.maps, node))
                yield
        if has_lesions(prediction):
            lesions = yield from add_lesions_steps(prediction, scene, origin, for_slicers_undo=False)
            extras = Extras(scene, lesions, extras.maps)
    except BaseException:  # also where the generator is closed
        for _step in extras.take_back_steps():
            pass
        raise
    return extras
