"""What a model finds that is no label map: boxes around things, points, and classes of the whole scan."""

from __future__ import annotations

from dataclasses import dataclass

from .region import Box, Vector


@dataclass(frozen=True)
class Detection:
    """A box around something.

    Attributes:
        label: name of what was found, such as "nodule".
        score: 0 to 1; the model's own confidence, which is no probability.
        box: where, in RAS mm, along the axes of the scan that was given, also of an oblique one.
    """

    label: str
    score: float
    box: Box


@dataclass(frozen=True)
class Landmark:
    """A point.

    Attributes:
        name: what it is, such as "mitral valve, anterior".
        position_ras: where, in RAS mm.
        frame: of a scan over time, counted from 0; None for a scan without frames.
    """

    name: str
    position_ras: Vector
    frame: int | None = None


@dataclass(frozen=True)
class ClassScore:
    """A class of a classification model and what it gave for this scan.

    Attributes:
        name: of the class.
        probability: 0 to 1; None where the bundle gives raw numbers that are no probabilities.
        score: the network's own number for the class, before softmax or sigmoid.
        chosen: whether the bundle's own rule (the largest, or above its threshold) says that the scan is of this class.
    """

    name: str
    probability: float | None
    score: float
    chosen: bool
