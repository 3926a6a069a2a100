"""One lesion: a part of a label that hangs together, or a box of a detector, with its measurements."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ...region import Vector

Bounds = tuple[float, float, float, float, float, float]


@dataclass(frozen=True)
class Diameter:
    """A straight line through a lesion, from edge to edge: its ends in RAS mm."""

    start_ras: Vector
    end_ras: Vector

    @property
    def length_mm(self) -> float:
        """Its length."""
        return math.dist(self.start_ras, self.end_ras)


@dataclass(frozen=True)
class Intensity:
    """Values of the scan's voxels, in the scan's own units: mean, standard deviation (of a sample, as
    Slicer gives it), least and largest."""

    mean: float
    sd: float
    minimum: float
    maximum: float


@dataclass(frozen=True)
class Nearest:
    """The named structure that is nearest, and how far its edge is from the lesion's; 0 where they touch or overlap."""

    name: str
    distance_mm: float


@dataclass(frozen=True)
class Lesion:
    """What a clinician acts on.

    Attributes:
        id: from 1; the largest is the first, so that the same label map always gives the same numbers.
        label: name of the label or of the detected thing.
        value: of its label in the label map; 0 of a box without voxels.
        voxels: of the label map; 0 of a box.
        volume_ml: voxels times the volume of one; of a box the box's.
        center_ras: centroid of the voxels, RAS mm.
        bounds_ras: least and largest R, then A, then S, in mm, of the voxels' own corners.
        slice_axis: 0, 1 or 2: the axis of the label map across which the slices lie that diameters are measured in.
        longest: the longest diameter in any of these slices (RECIST 1.1); None of a box.
        short: the longest one at a right angle to it, in the same slice; None of a box.
        feret: the longest diameter in space; None of a box.
        intensity: of the first scan's first channel inside; None where it was not measured.
        nearest: the nearest other named structure of the same result; None where there is none.
        score: 0 to 1, the model's own; None where it gives none.
        confidence: 0 to 1, the mean inside of the model's own sureness; None without a confidence map.
        flags: what deserves a look, as the names in ``medai.results.flags``.
    """

    id: int
    label: str
    value: int
    voxels: int
    volume_ml: float
    center_ras: Vector
    bounds_ras: Bounds
    slice_axis: int = 2
    longest: Diameter | None = None
    short: Diameter | None = None
    feret: Diameter | None = None
    intensity: Intensity | None = None
    nearest: Nearest | None = None
    score: float | None = None
    confidence: float | None = None
    flags: tuple[str, ...] = ()
