"""What speaks against a model for the chosen scans, told before anything runs."""

from collections.abc import Sequence

from medai import MedAIError
from medai.bundles import Bundle
from medai.inference import doubts_about
from medai.mrml import image_from_volume, is_warped

from ..sentences import translated


class Hints:
    """Looks at scans once; the same choice is answered from memory."""

    def __init__(self) -> None:
        self._key: tuple = ()
        self._text = ""

    def about(self, bundle: Bundle | None, volumes: Sequence) -> str:
        """Sentences about what speaks against relying on a result, or "".

        Nothing is said while a scan is missing, and of scans under non-linear transforms, which would have to be resampled.
        """
        if bundle is None or None in volumes or any(volume.GetImageData() is None or is_warped(volume) for volume in volumes):
            return ""
        key = (bundle, *(part for volume in volumes for part in _stateOf(volume)))
        if key != self._key:
            self._key, self._text = key, _doubts(bundle, volumes)
        return self._text


def _doubts(bundle: Bundle, volumes: Sequence) -> str:
    try:
        return "\n".join(map(translated, doubts_about([image_from_volume(volume) for volume in volumes], bundle)))
    except MedAIError as problem:
        return translated(str(problem))


def _stateOf(volume) -> tuple:
    transform = volume.GetParentTransformNode()
    moved = transform.GetTransformToWorldMTime() if transform is not None else 0
    return volume.GetID(), volume.GetName(), volume.GetMTime(), volume.GetImageData().GetMTime(), moved
