"""The comparison of two time points, label by label."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import InputError
from ..image import Image
from ..results import Lesion
from .change import MATCHED, MERGED, NEW, REGROUPED, SPLIT, VANISHED, Change, percent
from .matching import Group, groups_by_overlap, moved, pairs_by_distance, shared_volumes, undone
from .parts import parts_of


@dataclass(frozen=True, eq=False)
class Comparison:
    """What became of all lesions.

    Attributes:
        changes: each lesion of both time points is in one; in the order of the baseline's ids, new lesions last.
        baseline_to_followup: (4, 4), RAS to RAS in mm: where the baseline's points are at the follow-up.
    """

    changes: tuple[Change, ...]
    baseline_to_followup: NDArray[np.float64]

    def of_kind(self, *kinds: str) -> tuple[Change, ...]:
        """The changes of these kinds (``medai.followup.CHANGED``)."""
        return tuple(change for change in self.changes if change.kind in kinds)

    def without(self, rejected: Sequence[Lesion]) -> Comparison:
        """The comparison without these lesions of the baseline, and without what became of them alone.

        So what a reader rejected at the baseline is not new where it is found again.
        """
        lost = {lesion.id for lesion in rejected}
        left = [replace(each, baseline=tuple(one for one in each.baseline if one.id not in lost)) for each in self.changes]
        kept = (new for new, old in zip(left, self.changes, strict=True) if new.baseline or not old.baseline)
        return replace(self, changes=tuple(kept))

    @property
    def matched(self) -> tuple[Change, ...]:
        """One lesion that is still one."""
        return self.of_kind(MATCHED)

    @property
    def new(self) -> tuple[Change, ...]:
        """Lesions of the follow-up alone."""
        return self.of_kind(NEW)

    @property
    def vanished(self) -> tuple[Change, ...]:
        """Lesions of the baseline alone."""
        return self.of_kind(VANISHED)

    @property
    def regrouped(self) -> tuple[Change, ...]:
        """Lesions that split, merged, or both."""
        return self.of_kind(SPLIT, MERGED, REGROUPED)

    @property
    def baseline_ml(self) -> float:
        """Volume of all lesions before."""
        return math.fsum(change.baseline_ml for change in self.changes)

    @property
    def followup_ml(self) -> float:
        """Volume of all lesions after."""
        return math.fsum(change.followup_ml for change in self.changes)

    @property
    def volume_percent(self) -> float | None:
        """Growth of all together in percent of the baseline; None without lesions there."""
        return percent(self.baseline_ml, self.followup_ml)


def compare(
    baseline: Sequence[Lesion],
    followup: Sequence[Lesion],
    baseline_to_followup: ArrayLike | None = None,
    *,
    baseline_map: Image | None = None,
    followup_map: Image | None = None,
    minimum_overlap: float = 0.2,
    tolerance_mm: float = 5.0,
) -> Comparison:
    """Match the lesions of two time points of one patient; only lesions of labels of the same name become each other.

    Where both label maps are given, lesions that share voxels are matched first, one to one for the largest sum of Dice
    coefficients (Kuhn's assignment); lesions that are left over but share voxels make splits and merges. All others are matched
    by distance and size. Exchanging the time points (and inverting the matrix) exchanges new and vanished, split and merged.

    Args:
        baseline, followup: lesions with their own ids, such as ``medai.results.standing(prediction)``.
        baseline_to_followup: (4, 4), RAS to RAS in mm, rigid or nearly so; None where both scans lie in place.
        baseline_map, followup_map: label maps (layer, i, j, k) that the lesions were measured in, on any grids.
        minimum_overlap: share of the smaller of two lesions that must be common, 0 to 1.
        tolerance_mm: how much farther than the larger lesion's radius the centers of lesions that share nothing may be apart.

    Raises:
        InputError: if an argument is out of range, ids repeat, or a label map does not hold its lesions.
    """
    forward = _checked(baseline, followup, baseline_to_followup, minimum_overlap, tolerance_mm)
    names = list(dict.fromkeys(_name(lesion) for lesion in (*baseline, *followup)))
    changes: list[Change] = []
    for name in names:
        before, after = ([lesion for lesion in lesions if _name(lesion) == name] for lesions in (baseline, followup))
        groups: list[Group] = []
        if baseline_map is not None and followup_map is not None:
            shared = shared_volumes(parts_of(baseline_map, before), parts_of(followup_map, after), forward)
            groups += groups_by_overlap(before, after, shared, minimum_overlap)
        left = [lesion for lesion in before if not any(lesion.id in group[0] for group in groups)]
        right = [lesion for lesion in after if not any(lesion.id in group[1] for group in groups)]
        groups += pairs_by_distance(left, right, forward, tolerance_mm)
        changes += _changes(before, after, groups, forward, (baseline_map, followup_map))
    changes.sort(key=lambda change: (not change.baseline, (change.baseline or change.followup)[0].id))
    return Comparison(tuple(changes), forward)


def _changes(
    before: Sequence[Lesion],
    after: Sequence[Lesion],
    groups: Sequence[Group],
    forward: NDArray[np.float64],
    maps: tuple[Image | None, Image | None],
) -> list[Change]:
    changes = [
        Change(
            tuple(lesion for lesion in before if lesion.id in group[0]),
            tuple(lesion for lesion in after if lesion.id in group[1]),
        )
        for group in groups
    ]
    kept = {number for group in groups for number in group[0]}, {number for group in groups for number in group[1]}
    back = undone(forward)
    changes += [Change((each,), (), _is_outside(each, forward, maps[1])) for each in before if each.id not in kept[0]]
    changes += [Change((), (each,), _is_outside(each, back, maps[0])) for each in after if each.id not in kept[1]]
    return changes


def _is_outside(lesion: Lesion, matrix: NDArray[np.float64], other: Image | None) -> bool:
    """True where the lesion's center, moved, lies in no voxel of the other time point's grid."""
    if other is None:
        return False
    place = moved(np.array([lesion.center_ras]), undone(other.affine) @ matrix)[0]
    return bool((place < -0.5).any() or (place > np.array(other.shape) - 0.5).any())


def _checked(
    baseline: Sequence[Lesion], followup: Sequence[Lesion], matrix: ArrayLike | None, overlap: float, tolerance_mm: float
) -> NDArray[np.float64]:
    if not 0 <= overlap <= 1:
        raise InputError(f"A minimum overlap of {overlap} has no meaning; give a share from 0 to 1.")
    if not 0 <= tolerance_mm < math.inf:
        raise InputError(f"A tolerance of {tolerance_mm} mm has no meaning; give 0 or more.")
    for lesions, when in ((baseline, "baseline"), (followup, "follow-up")):
        if len({lesion.id for lesion in lesions}) < len(lesions):
            raise InputError(f"Two lesions of the {when} have one number; measure them anew.")
    forward = np.eye(4) if matrix is None else np.array(matrix, float)
    if forward.shape != (4, 4) or not np.isfinite(forward).all() or np.linalg.det(forward[:3, :3]) < 1e-3:
        raise InputError("The transform from baseline to follow-up is no matrix of 4 x 4 that can be undone; give a rigid one.")
    return forward


def _name(lesion: Lesion) -> str:
    return lesion.label.casefold()
