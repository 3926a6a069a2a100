"""What became of a lesion from one time point to the next."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ..results import Lesion

MATCHED, SPLIT, MERGED, REGROUPED, NEW, VANISHED = "matched", "split", "merged", "regrouped", "new", "vanished"
CHANGED = (MATCHED, SPLIT, MERGED, REGROUPED, NEW, VANISHED)
_SAME = 1e-6


@dataclass(frozen=True)
class Change:
    """Lesions of the baseline and what they are at the follow-up.

    Attributes:
        baseline: none of a new lesion, several where they merged.
        followup: none of a vanished lesion, several where it split.
        outside: of a new or vanished lesion, whether its place lies outside of the other time point's scan, so that nobody can
            say that it was not there; False where that is not known.
    """

    baseline: tuple[Lesion, ...]
    followup: tuple[Lesion, ...]
    outside: bool = False

    @property
    def kind(self) -> str:
        """ "matched", "split", "merged", "regrouped" (several became several others), "new" or "vanished"."""
        before, after = len(self.baseline), len(self.followup)
        if not before or not after:
            return NEW if after else VANISHED
        return {(False, False): MATCHED, (False, True): SPLIT, (True, False): MERGED}.get((before > 1, after > 1), REGROUPED)

    @property
    def label(self) -> str:
        """Name of the lesions' label."""
        return (self.baseline or self.followup)[0].label

    @property
    def baseline_ml(self) -> float:
        """Volume before; 0 of a new lesion."""
        return math.fsum(lesion.volume_ml for lesion in self.baseline)

    @property
    def followup_ml(self) -> float:
        """Volume after; 0 of a vanished one."""
        return math.fsum(lesion.volume_ml for lesion in self.followup)

    @property
    def baseline_mm(self) -> float | None:
        """Longest diameter before, of several their sum (RECIST 1.1, 4.3.2); None where one was not measured."""
        return _sum_of_diameters(self.baseline)

    @property
    def followup_mm(self) -> float | None:
        """Longest diameter after, in the same way."""
        return _sum_of_diameters(self.followup)

    @property
    def volume_percent(self) -> float | None:
        """Growth of the volume in percent of the baseline's; None of a new lesion."""
        return percent(self.baseline_ml, self.followup_ml)

    @property
    def diameter_percent(self) -> float | None:
        """Growth of the longest diameter in percent of the baseline's; None where there is none."""
        return percent(self.baseline_mm, self.followup_mm)

    def doubling_days(self, days: float) -> float | None:
        """Days in which the volume doubles at this rate, of ``days`` between the two; negative: in which it halves.

        None of new and vanished lesions, and where the volume stayed as it was (to a millionth).

        Source: Schwartz, A biomathematical approach to clinical tumor growth, Cancer 14, 1961.
        """
        if not self.baseline_ml or not self.followup_ml or math.isclose(self.baseline_ml, self.followup_ml, rel_tol=_SAME):
            return None
        return days * math.log(2) / math.log(self.followup_ml / self.baseline_ml)


def percent(before: float | None, after: float | None) -> float | None:
    """Change in percent of what was before; None where that is 0 or one is not known."""
    return 100 * (after - before) / before if before and after is not None else None


def _sum_of_diameters(lesions: Sequence[Lesion]) -> float | None:
    known = [lesion.longest.length_mm for lesion in lesions if lesion.longest is not None]
    return math.fsum(known) if len(known) == len(lesions) else None
