"""What the numbers in a FreeSurfer-style label map are: class, hemisphere partner, tissue, typical intensities."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

# FreeSurferColorLUT numbers, left and right; 136/137 and 163/164 are parts of the lateral ventricles in SynthSeg's maps.
HEMISPHERES = {
    2: 41, 3: 42, 4: 43, 5: 44, 7: 46, 8: 47, 10: 49, 11: 50, 12: 51, 13: 52, 17: 53, 18: 54,
    25: 57, 26: 58, 28: 60, 30: 62, 136: 163, 137: 164,
}  # fmt: skip
EXTRACEREBRAL = range(500, 600)
OUTER_FLUID = 24

# Tissue of each left-sided or midline label; what is not listed has an intensity of its own in every drawn scan.
TISSUES = {
    "white": (2, 7, 16, 28), "cortex": (3, 8, 17, 18), "striatum": (11, 12, 26), "thalamus": (10,), "pallidum": (13,),
    "fluid": (4, 5, 14, 15, 24, 72, 136, 137),
}  # fmt: skip

# Mean and spread of a tissue's intensity (0..1) in a weighting; from textbook order (CSF dark on T1 and FLAIR, bright on
# T2; white above grey on T1, below it elsewhere), wide enough to cover scanners.
CONTRASTS: dict[str, dict[str, tuple[float, float]]] = {
    "t1": {"white": (0.62, 0.07), "cortex": (0.42, 0.06), "striatum": (0.46, 0.06), "thalamus": (0.51, 0.06),
           "pallidum": (0.57, 0.06), "fluid": (0.16, 0.06)},
    "t2": {"white": (0.34, 0.07), "cortex": (0.50, 0.08), "striatum": (0.43, 0.08), "thalamus": (0.42, 0.07),
           "pallidum": (0.30, 0.08), "fluid": (0.90, 0.12)},
    "flair": {"white": (0.44, 0.06), "cortex": (0.56, 0.06), "striatum": (0.53, 0.06), "thalamus": (0.51, 0.06),
              "pallidum": (0.43, 0.07), "fluid": (0.13, 0.07)},
    "pd": {"white": (0.50, 0.07), "cortex": (0.64, 0.07), "striatum": (0.60, 0.07), "thalamus": (0.58, 0.07),
           "pallidum": (0.48, 0.07), "fluid": (0.68, 0.15)},
}  # fmt: skip


@dataclass(frozen=True)
class TissueTable:
    """One row per label number that occurs in the training maps; row 0 is the background.

    Attributes:
        ids: the FreeSurfer number of each row.
        row_class: the class index that a row is trained as.
        mirror_row: the row of the same structure in the other hemisphere.
        group: rows of equal group share their random intensity (left and right do).
        is_brain: 1 for everything inside the skull's inner surface, 0 outside.
        is_tissue: the same without the fluid around the brain, as a tight skull stripper leaves it.
    """

    ids: tuple[int, ...]
    row_class: tuple[int, ...]
    mirror_row: tuple[int, ...]
    group: tuple[int, ...]
    is_brain: tuple[int, ...]
    is_tissue: tuple[int, ...]

    @classmethod
    def build(cls, ids: Sequence[int], classes: Sequence[Sequence[int]]) -> TissueTable:
        """Table for the given label numbers; ``classes[c]`` lists the numbers trained as class ``c + 1``.

        Raises:
            ValueError: if a number belongs to two classes.
        """
        rows = (0, *sorted(set(ids) - {0}))
        class_of: dict[int, int] = {}
        for index, members in enumerate(classes, start=1):
            for label in members:
                if label in class_of:
                    raise ValueError(f"Label {label} is listed in two classes; list it once.")
                class_of[label] = index
        partner = {**HEMISPHERES, **{right: left for left, right in HEMISPHERES.items()}}
        left_of = {right: left for left, right in HEMISPHERES.items()}
        row_of = {label: row for row, label in enumerate(rows)}
        return cls(
            ids=rows,
            row_class=tuple(class_of.get(label, 0) for label in rows),
            mirror_row=tuple(row_of.get(partner.get(label, label), row_of[label]) for label in rows),
            group=tuple(row_of.get(left_of.get(label, label), row_of[label]) for label in rows),
            is_brain=tuple(int(label != 0 and label not in EXTRACEREBRAL) for label in rows),
            is_tissue=tuple(int(label not in (0, OUTER_FLUID) and label not in EXTRACEREBRAL) for label in rows),
        )

    def contrast(self, kind: str) -> tuple[list[float], list[float], list[float]]:
        """Per row: mean and spread of the intensity in a weighting ("t1", "t2", "flair", "pd"), and 1 where known."""
        by_label = {label: CONTRASTS[kind][tissue] for tissue, labels in TISSUES.items() for label in labels}
        entries = [by_label.get(label) for label in self.ids]
        return (
            [e[0] if e else 0.0 for e in entries],
            [e[1] if e else 0.0 for e in entries],
            [float(e is not None) for e in entries],
        )
