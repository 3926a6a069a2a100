"""Detection: boxes in voxels of the network's grid, and from there to oriented boxes in the patient."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from monai.inferers import SimpleInferer
from numpy.typing import NDArray
from torch import Tensor

from ...bundles.config.repairs.spacing import RESAMPLES
from ...errors import InputError
from ...finding import Detection
from ...image import Image
from ...region import Box
from ..extent import network_cost
from ..found import Found
from ..grid import Grid, grid_of
from ..planning import PRECISIONS, RESTORING, SEGMENTING
from ..prepare import network_input
from ..restore import source_key
from ..watched import Watched, watching
from ..windows import count_windows, window_of
from .detector import Detector
from .naming import names_of
from .stage import Stage

# Spacings that differ by less are the same; MONAI's Spacingd then changes no voxel that matters.
_SAME_SPACING_MM = 1e-3


def detected(stage: Stage) -> Found:
    """All boxes of the scan, the best first: those of the labels that were asked for whose center is in the user's box."""
    inputs = network_input(stage.prepared, stage.pipeline)
    grid = grid_of(inputs, stage.prepared[source_key(stage.pipeline)])
    if grid is None:
        raise InputError(
            "The bundle's preprocessing loses where the scan is, so that its boxes have no place; use another model."
        )
    boxes, labels, scores = stage.timed(SEGMENTING, lambda: _find(stage, inputs))
    found = stage.timed(RESTORING, lambda: _detections(stage, boxes, labels, scores, grid))
    return Found(detections=tuple(found), warnings=_about_spacing(stage, grid))


def _find(stage: Stage, inputs: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Boxes (n, 6) in voxels, classes and scores."""
    pipeline, shape = stage.pipeline, inputs.shape[1:]
    detector: Detector = pipeline.detector
    inferer, padded = detector.inferer_for(shape), detector.padded(shape)
    window = padded if isinstance(inferer, SimpleInferer) else window_of(inferer, padded)
    stage.windows = count_windows(inferer, padded)
    cost = network_cost(pipeline, stage.bundle, window, 1)
    watched = Watched(
        pipeline.network,
        PRECISIONS[stage.plan.precision],
        pipeline.device,
        cost,
        stage.windows,
        lambda done: stage.tracker.at(SEGMENTING, done),
    )
    with watching(watched):
        return detector.boxes(inputs.to(pipeline.device), watched)


def _detections(stage: Stage, boxes: Tensor, labels: Tensor, scores: Tensor, grid: Grid) -> list[Detection]:
    detector: Detector = stage.pipeline.detector
    names = names_of(stage.bundle, detector.retinanet.num_classes)
    asked = {name.casefold() for name in stage.options.labels}
    roi = stage.options.roi
    found = [
        Detection(names[label], score, box)
        for corners, label, score in zip(boxes.double().numpy(), labels.tolist(), scores.tolist(), strict=True)
        if (box := oriented_box(corners, grid.affine)) is not None
    ]
    return [
        each
        for each in found
        if (not asked or each.label.casefold() in asked) and (roi is None or roi.contains(each.box.center_ras))
    ]


def oriented_box(corners: NDArray[np.float64], affine: NDArray[np.float64]) -> Box | None:
    """A box of voxels as a box in the patient, along the grid's own axes; None where it has no size.

    MONAI's AffineBoxToWorldCoordinated moves two opposite corners and makes an upright box of them, whose size is wrong on an
    oblique grid. Its convention is kept: whole numbers are the centers of voxels.

    Args:
        corners: (6,) low i, j, k and high i, j, k in voxels.
        affine: ijk-to-RAS (4, 4) in mm. A sheared one gives the box along the nearest right-angled axes.
    """
    low, high = corners[:3], corners[3:]
    sides = affine[:3, :3] * (high - low)
    size = np.linalg.norm(sides, axis=0)
    if not np.isfinite(corners).all() or size.min() <= 0:
        return None
    center = affine[:3, :3] @ ((low + high) / 2) + affine[:3, 3]
    left, _, right = np.linalg.svd(affine[:3, :3] / np.linalg.norm(affine[:3, :3], axis=0))
    axes = tuple(_vector(axis) for axis in (left @ right).T)
    return Box(_vector(center), _vector(size), (axes[0], axes[1], axes[2]))


def _vector(values: NDArray[Any]) -> tuple[float, float, float]:
    x, y, z = (float(value) for value in values)
    return x, y, z


def _about_spacing(stage: Stage, grid: Grid) -> tuple[str, ...]:
    """What is said where a bundle that leaves out the resampling which it needs was given a scan that needs it."""
    image = stage.images[0]
    if RESAMPLES not in stage.bundle.repairs or np.allclose(sorted(image.spacing), sorted(grid.spacing), atol=_SAME_SPACING_MM):
        return ()
    return (
        f"{image.name} was resampled from {_shown(image)} to the {_shown(grid)} that {stage.bundle.title} was made for, "
        f"which the bundle itself leaves out.",
    )


def _shown(of: Image | Grid) -> str:
    sizes: Sequence[float] = of.spacing
    return " x ".join(f"{size:.4g}" for size in sizes) + " mm"
