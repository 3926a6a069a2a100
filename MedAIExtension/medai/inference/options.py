"""What a user can choose about a run."""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import InputError
from ..region import Box

DEVICES = ("auto", "cpu", "cuda", "mps")
MODES = ("exact", "fast")
CONFIDENCES = ("none", "entropy", "flips")


@dataclass(frozen=True)
class Options:
    """How to run a model.

    Attributes:
        device: where the network runs; "auto" takes a CUDA GPU where there is one, else the CPU.
        mode: "exact" gives the labels that the bundle's definition gives; "fast" may differ slightly.
        labels: keep only the labels of these names; empty keeps all.
        roi: label only the voxels in this box, as the run without it would; None labels the whole scan.
        confidence: "entropy" also gives a map of how sure the model is; "flips" asks it again with the scan mirrored, which
            takes as many times as long as there are mirrorings.
        explain: also give a map of what the class of a scan, or the largest segment in ``roi``, rests on.
    """

    device: str = "auto"
    mode: str = "exact"
    labels: tuple[str, ...] = ()
    roi: Box | None = None
    confidence: str = "none"
    explain: bool = False

    def __post_init__(self) -> None:
        if self.device not in DEVICES:
            raise InputError(f"{self.device!r} is not a device; choose one of {', '.join(DEVICES)}.")
        if self.mode not in MODES:
            raise InputError(f"{self.mode!r} is not a mode; choose one of {', '.join(MODES)}.")
        if self.confidence not in CONFIDENCES:
            raise InputError(f"{self.confidence!r} is no way to measure confidence; choose one of {', '.join(CONFIDENCES)}.")
