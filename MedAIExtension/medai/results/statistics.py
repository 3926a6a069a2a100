"""What Slicer's Segment Statistics gives for a segment, in plain Python: size, surface and the scan's values inside."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Statistics:
    """Measurements of one label.

    Attributes:
        value: of the label.
        voxels: how many it has.
        volume_ml: of these voxels.
        surface_mm2: area of its closed surface; None where it was not measured.
        mean, sd, minimum, maximum, median: of the scan's first channel inside, in its own units; None of a label without voxels.
        confidence: 0 to 1, mean of the confidence map inside; None without one.
        flags: what deserves a look, as the names in ``medai.results.flags``.
    """

    value: int
    voxels: int
    volume_ml: float
    surface_mm2: float | None = None
    mean: float | None = None
    sd: float | None = None
    minimum: float | None = None
    maximum: float | None = None
    median: float | None = None
    confidence: float | None = None
    flags: tuple[str, ...] = ()
