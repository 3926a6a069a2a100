"""How a bundle runs on images: planned, prepared, segmented window by window, and restored to the scan's own grid.

Importing this package loads no torch; ``infer`` and ``make_plan`` do when they are called.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from .channels import ScanHint, guess_channels
from .doubts import doubts_about, looks_like
from .options import Options
from .output import Output
from .plan import Plan
from .progress import Cancelled, Progress, Report
from .suitability import check_request

if TYPE_CHECKING:
    from ..bundles import Bundle
    from ..image import Image

__all__ = [
    "Options",
    "Output",
    "Plan",
    "Progress",
    "ScanHint",
    "check_request",
    "doubts_about",
    "guess_channels",
    "infer",
    "looks_like",
    "make_plan",
]


def infer(
    images: Sequence[Image],
    bundle: Bundle,
    options: Options | None = None,
    report: Report | None = None,
    cancelled: Cancelled | None = None,
) -> Output:
    """Run a bundle on a scan and give labels on the scan's grid.

    Args:
        images: one image with all of the bundle's channels, or one scalar image per channel in the bundle's order; the
            first one's grid is the result's. Images on other grids are resampled to it in RAS space.
        bundle: from ``medai.bundles.find_model``.
        options: device, mode, subset of labels, box.
        report: called with the progress of the whole run.
        cancelled: asked between windows and stages; True stops the run.

    Raises:
        InputError: if the images do not suit the bundle, or the bundle is damaged.
        TrustError, RefusedError: if the bundle asks for more than is allowed.
        CancelledError: if ``cancelled`` answered True.
    """
    from .engine import run

    return run(images, bundle, options or Options(), report, cancelled)


def make_plan(images: Sequence[Image], bundle: Bundle, options: Options | None = None) -> Plan:
    """What ``infer`` would do with the same arguments and what it would take; raises the same errors, runs nothing."""
    from .engine import plan

    return plan(images, bundle, options or Options())
