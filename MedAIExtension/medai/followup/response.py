"""The response by RECIST 1.1, with its arithmetic.

Source: Eisenhauer et al., New response evaluation criteria in solid tumours: revised RECIST guideline (version 1.1), European
Journal of Cancer 45, 2009, 228-247. For research: it takes what was segmented for what is there, and does not replace a reader.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from ..errors import InputError
from ..results import Lesion, target_lesions
from .change import NEW, VANISHED, Change, percent
from .compare import Comparison

COMPLETE, PARTIAL, STABLE, PROGRESSION, UNKNOWN = "CR", "PR", "SD", "PD", "NE"
NEITHER = "non-CR/non-PD"
NAMES = {
    COMPLETE: "complete response",
    PARTIAL: "partial response",
    STABLE: "stable disease",
    PROGRESSION: "progressive disease",
    UNKNOWN: "not evaluable",
    NEITHER: "neither complete response nor progressive disease",
}
PARTIAL_PERCENT, PROGRESSION_PERCENT, PROGRESSION_MM, NODE_MM = -30.0, 20.0, 5.0, 10.0
_TARGET_NODE_MM = 15.0
_MOST_NAMED = 10
_ROUNDING = 1e-6  # a change of exactly the threshold counts, whatever rounding makes of it
_NODE = re.compile(r"\b(lymph|nodal|lymphaden\w*|(lymph\s?)?nodes?)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Target:
    """Target lesions that are one change, usually one lesion.

    Attributes:
        change: what became of them.
        baseline_mm: their part of the sum of diameters before: longest diameters, of lymph nodes short axes.
        followup_mm: after; of lesions that split the sum of the parts; None where it could not be measured.
        node: whether it is a lymph node.
    """

    change: Change
    baseline_mm: float
    followup_mm: float | None
    node: bool

    @property
    def is_gone(self) -> bool:
        """True of a lesion that vanished, and of a lymph node whose short axis fell below 10 mm."""
        return self.followup_mm is not None and (self.followup_mm == 0 or (self.node and self.followup_mm < NODE_MM - _ROUNDING))


@dataclass(frozen=True)
class Response:
    """A response and what it follows from.

    Attributes:
        category: of all lesions together: "CR", "PR", "SD", "PD", "NE", or "non-CR/non-PD" without target lesions.
        target_category: of the target lesions alone; None where there are none.
        targets: the target lesions.
        baseline_mm, nadir_mm, followup_mm: sums of diameters: at the baseline, the least one so far, and now (None where a
            target could not be measured).
        new: changes that are new lesions and count as such.
        remaining: changes of other lesions that are still there.
        sentences: the arithmetic in words, the first with the sums.
    """

    category: str
    target_category: str | None
    targets: tuple[Target, ...]
    baseline_mm: float
    nadir_mm: float
    followup_mm: float | None
    new: tuple[Change, ...]
    remaining: tuple[Change, ...]
    sentences: tuple[str, ...]

    @property
    def percent_from_baseline(self) -> float | None:
        """Change of the sum of diameters in percent of the baseline's."""
        return percent(self.baseline_mm, self.followup_mm)

    @property
    def percent_from_nadir(self) -> float | None:
        """Change of the sum of diameters in percent of the least one."""
        return percent(self.nadir_mm, self.followup_mm)


def is_node(label: str) -> bool:
    """True where a label's name says that it is a lymph node, whose short axis is measured."""
    return _NODE.search(label.replace("_", " ").replace("-", " ")) is not None


def choose_targets(lesions: Sequence[Lesion], *, slice_mm: float = 0.0) -> tuple[Lesion, ...]:
    """Target lesions as ``medai.results.target_lesions`` chooses them, lymph nodes only from 15 mm in their short axis."""
    able = [each for each in lesions if not is_node(each.label) or (each.short and each.short.length_mm >= _TARGET_NODE_MM)]
    return target_lesions(able, slice_mm=slice_mm)


def respond(
    comparison: Comparison, targets: Sequence[Lesion], *, nadir_mm: float | None = None, new_from_mm: float = 0.0
) -> Response:
    """The response of target lesions that were chosen at the baseline (``medai.results.target_lesions``), and of all together.

    Complete response (CR): all targets gone, lymph nodes below 10 mm in their short axis, no other lesion left. Partial (PR): a
    sum of diameters at least 30 % below the baseline's. Progression (PD): at least 20 % and 5 mm above the least sum so far, or
    new lesions. Else stable (SD). Not evaluable (NE) where a target could not be measured, unless the others alone progress.
    Growth of lesions that are no targets is left to a reader ("unequivocal progression").

    Args:
        comparison: of both time points.
        targets: lesions of the baseline; measured as what they became.
        nadir_mm: the least sum of diameters of the time points between; None where there are none.
        new_from_mm: new lesions whose longest diameter is known and shorter do not count.

    Raises:
        InputError: if a target is not in the comparison or has no diameter, or a number is out of range.
    """
    if (nadir_mm is not None and not 0 <= nadir_mm < math.inf) or not 0 <= new_from_mm < math.inf:
        raise InputError("A nadir and a least size of new lesions are lengths in mm; give 0 or more.")
    measured = _targets(comparison, targets)
    baseline_mm = math.fsum(target.baseline_mm for target in measured)
    least = baseline_mm if nadir_mm is None else min(baseline_mm, nadir_mm)
    known = [target.followup_mm for target in measured if target.followup_mm is not None]
    followup_mm = math.fsum(known) if len(known) == len(measured) else None
    new = tuple(change for change in comparison.new if _counts(change, new_from_mm))
    chosen = {id(target.change) for target in measured}
    remaining = tuple(change for change in comparison.changes if change.kind not in (NEW, VANISHED) and id(change) not in chosen)
    unseen = tuple(change for change in comparison.vanished if change.outside and id(change) not in chosen)
    of_targets = _of_targets(measured, baseline_mm, least, math.fsum(known))
    category = _together(of_targets, bool(new), bool(remaining or unseen), bool(comparison.of_kind(VANISHED)))
    response = Response(category, of_targets, measured, baseline_mm, least, followup_mm, new, remaining, ())
    return Response(**{**response.__dict__, "sentences": tuple(_sentences(response, comparison, unseen))})


def _targets(comparison: Comparison, targets: Sequence[Lesion]) -> tuple[Target, ...]:
    wanted = {lesion.id: lesion for lesion in targets}
    found = []
    for change in comparison.changes:
        own = [lesion for lesion in change.baseline if wanted.pop(lesion.id, None) is not None]
        if own:
            node = is_node(change.label)
            before, after = _length(own, node), None if change.outside else _length(change.followup, node)
            if before is None:
                raise InputError(f"Lesion {own[0].id} of the baseline has no diameter; choose targets that have one.")
            found.append(Target(change, before, after, node))
    if wanted:
        raise InputError(f"Lesion {min(wanted)} is no lesion of the baseline; choose targets among its lesions.")
    return tuple(found)


def _length(lesions: Sequence[Lesion], node: bool) -> float | None:
    """Sum of the longest diameters, of lymph nodes of the short axes; 0 without lesions, None where one was not measured."""
    diameters = [lesion.short if node else lesion.longest for lesion in lesions]
    known = [diameter.length_mm for diameter in diameters if diameter is not None]
    return math.fsum(known) if len(known) == len(diameters) else None


def _counts(change: Change, new_from_mm: float) -> bool:
    return change.followup_mm is None or change.followup_mm >= new_from_mm


def _of_targets(targets: Sequence[Target], baseline_mm: float, nadir_mm: float, followup_mm: float) -> str | None:
    """The category of the target lesions, from the sum of those that were measured."""
    if not targets:
        return None
    if all(target.is_gone for target in targets):
        return COMPLETE
    increase, percent_now = followup_mm - nadir_mm, percent(nadir_mm, followup_mm)
    grown = percent_now is None or percent_now >= PROGRESSION_PERCENT - _ROUNDING
    if grown and increase > 0 and (increase >= PROGRESSION_MM - _ROUNDING or nadir_mm == 0):
        return PROGRESSION
    if any(target.followup_mm is None for target in targets):
        return UNKNOWN
    shrunk = percent(baseline_mm, followup_mm)
    return PARTIAL if shrunk is not None and shrunk <= PARTIAL_PERCENT + _ROUNDING else STABLE


def _together(of_targets: str | None, new: bool, others_remain: bool, others_vanished: bool) -> str:
    """Tables 1 and 2 of the guideline, without unequivocal progression of other lesions, which a reader finds."""
    if new or of_targets == PROGRESSION:
        return PROGRESSION
    if of_targets is None:
        return NEITHER if others_remain else COMPLETE if others_vanished else UNKNOWN
    if of_targets == COMPLETE and others_remain:
        return PARTIAL
    return of_targets


def _sentences(response: Response, comparison: Comparison, unseen: Sequence[Change]) -> list[str]:
    new = f"{len(response.new)} new {_lesions(len(response.new))}" if response.new else "no new lesions"
    said = [f"{_sums(response)}; {new}."]
    not_measured = [target for target in response.targets if target.followup_mm is None]
    for target in not_measured:
        where = "its place lies outside of the follow-up's scan" if target.change.outside else "it has no diameter there"
        said.append(f"Target {_numbers(target.change.baseline)} could not be measured at the follow-up: {where}.")
    if response.new:
        each = _listed([f"{_numbers(change.followup)}{_size(change)}" for change in response.new])
        said.append(f"New: {each}. A reader decides whether that is unequivocal.")
    ignored = len(comparison.new) - len(response.new)
    if ignored:
        said.append(f"Not counted: {ignored} new {_lesions(ignored)} below the least size that was asked for.")
    outside = [change for change in response.new if change.outside]
    if outside:
        places = _listed([_numbers(change.followup) for change in outside])
        said.append(f"The baseline's scan does not show the place of {places}; RECIST counts such lesions as new.")
    if unseen:
        places = _listed([_numbers(change.baseline) for change in unseen])
        said.append(f"The follow-up's scan does not show the place of {places} of the baseline; not taken as vanished.")
    if response.remaining:
        count = len(response.remaining)
        said.append(f"Still there: {count} other {_lesions(count)}; a reader decides whether they progress unequivocally.")
    if response.category != response.target_category and response.target_category is not None:
        said.append(f"The targets alone: {response.target_category} ({NAMES[response.target_category]}).")
    return said


def _sums(response: Response) -> str:
    if not response.targets:
        return "No target lesion: none of the baseline's was chosen or is large enough to be one"
    if response.followup_mm is None:
        return f"SoD {response.baseline_mm:.1f} mm -> not measured"
    text = f"SoD {response.baseline_mm:.1f} mm -> {response.followup_mm:.1f} mm"
    share = response.percent_from_baseline
    text += f": {share:+.1f} % from baseline (PR needs -30 %)" if share is not None else ""
    increase, grown = response.followup_mm - response.nadir_mm, response.percent_from_nadir
    if increase > 0 and grown is not None:
        text += f", {grown:+.1f} % and {increase:+.1f} mm from nadir {response.nadir_mm:.1f} mm (PD needs +20 % and +5 mm)"
    elif increase > 0:
        text += f", {increase:+.1f} mm from nadir 0 mm (PD)"
    return text


def _listed(texts: Sequence[str]) -> str:
    more = len(texts) - _MOST_NAMED
    return ", ".join(texts[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def _numbers(lesions: Sequence[Lesion]) -> str:
    return "lesion " + " + ".join(str(lesion.id) for lesion in lesions)


def _size(change: Change) -> str:
    return f" ({change.followup_mm:.1f} mm)" if change.followup_mm is not None else ""


def _lesions(count: int) -> str:
    return "lesion" if count == 1 else "lesions"
