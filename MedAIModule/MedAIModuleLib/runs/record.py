"""What a run says besides its result: how it came about, what it warns of, and which segments deserve a look."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from slicer.i18n import tr as _

from medai.results import Prediction
from medai.results.flags import OUTSIDE_RANGE, SENTENCES

from ..sentences import translated

_NAMED_AT_MOST = 4


@dataclass(frozen=True)
class Record:
    """What is kept of the predictions of a run once they are in the scene.

    :ivar run: see ``medai.results.Prediction``.
    :ivar flags: names of labels by the flag that they have, as ``medai.results.flags`` names it.
    """

    run: Mapping[str, Any] = field(default_factory=dict)
    flags: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, predictions: Sequence[Prediction]) -> "Record":
        """Of the predictions for all frames of a scan, which share one model."""
        warnings = dict.fromkeys(sentence for each in predictions for sentence in each.run.get("warnings", ()))
        flags = _flagsOf(predictions[0]) if len(predictions) == 1 else {}
        return cls({**predictions[0].run, "warnings": list(warnings)}, flags)

    @property
    def sentences(self) -> list[str]:
        """Warnings, and what deserves a look, in the user's language."""
        looks = [f"{_listed(names)}: {translated(SENTENCES[flag])}" for flag, names in self.flags.items()]
        return [*map(translated, self.run.get("warnings", ())), *looks]


def _flagsOf(prediction: Prediction) -> dict[str, list[str]]:
    """Without doubts about the scan as a whole, which are warnings already."""
    names = {label.value: label.name for label in prediction.labels}
    found: dict[str, list[str]] = {}
    for statistics in prediction.statistics:
        for flag in statistics.flags:
            if flag in SENTENCES and flag != OUTSIDE_RANGE and statistics.value in names:
                found.setdefault(flag, []).append(names[statistics.value])
    return found


def _listed(names: Sequence[str]) -> str:
    text = _(", ").join(names[:_NAMED_AT_MOST])
    if len(names) <= _NAMED_AT_MOST:
        return text
    return _("{names} and {count} more").format(names=text, count=len(names) - _NAMED_AT_MOST)
