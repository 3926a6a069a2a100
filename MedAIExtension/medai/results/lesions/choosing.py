"""Which lesions a reader looks at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from .lesion import Lesion

_MEASURABLE_MM, _THICK_MM = 10.0, 5.0
_IN_ALL, _IN_ONE_ORGAN = 5, 2


def select(
    lesions: Iterable[Lesion], *, minimum_ml: float = 0.0, minimum_mm: float = 0.0, minimum_score: float = 0.0
) -> tuple[Lesion, ...]:
    """The lesions that are large and certain enough, in their order and with their numbers.

    Args:
        lesions: as measured.
        minimum_ml: least volume.
        minimum_mm: least longest diameter; of a box, the longest of its extents along the patient's axes.
        minimum_score: least score, 0 to 1; a lesion to which the model gives none stays.
    """
    return tuple(
        lesion
        for lesion in lesions
        if lesion.volume_ml >= minimum_ml
        and _size_mm(lesion) >= minimum_mm
        and (lesion.score is None or lesion.score >= minimum_score)
    )


def target_lesions(lesions: Sequence[Lesion], *, slice_mm: float = 0.0) -> tuple[Lesion, ...]:
    """The lesions to follow over time, as RECIST 1.1 chooses: at most five, at most two of an organ, the longest first.

    Measurable is what is at least 10 mm long, in slices thicker than 5 mm at least twice their thickness (Eisenhauer et al.,
    Eur J Cancer 45, 2009, 3.1). Lesions of a label count as of one organ. RECIST asks more of lymph nodes (15 mm across),
    which labels do not tell apart, and leaves the last word to the reader. Boxes have no diameters and are left out.

    Args:
        lesions: as measured.
        slice_mm: distance between slices; 0 where it is not known, for thin ones.
    """
    least = max(_MEASURABLE_MM, 2 * slice_mm if slice_mm > _THICK_MM else 0.0)
    measurable = [lesion for lesion in lesions if lesion.longest is not None and lesion.longest.length_mm >= least]
    chosen: list[Lesion] = []
    of_organ: Counter[str] = Counter()
    for lesion in sorted(measurable, key=lambda each: (-_size_mm(each), each.id)):
        if len(chosen) < _IN_ALL and of_organ[lesion.label] < _IN_ONE_ORGAN:
            chosen.append(lesion)
            of_organ[lesion.label] += 1
    return tuple(chosen)


def _size_mm(lesion: Lesion) -> float:
    if lesion.longest is not None:
        return lesion.longest.length_mm
    bounds = lesion.bounds_ras
    return max(bounds[n + 1] - bounds[n] for n in (0, 2, 4))
