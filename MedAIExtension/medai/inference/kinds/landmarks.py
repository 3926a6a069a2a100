"""Landmarks: points that a network gives as coordinates on its own grid, frame by frame."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from monai.data import MetaTensor
from monai.transforms import Transpose
from numpy.typing import NDArray
from torch import Tensor

from ...errors import InputError
from ...finding import Landmark
from ...image import Image
from ..extent import network_cost
from ..found import Found
from ..planning import PRECISIONS, RESTORING, SEGMENTING
from ..prepare import network_input, rounded_affine
from ..restore import source_key
from ..watched import Watched, watching
from .naming import names_of
from .stage import Stage

# Transforms of bare arrays do not say where their voxels are; these leave them in their places.
_STAY = ("EnsureType", "CastToType", "ToDevice", "ScaleIntensity", "NormalizeIntensity", "Identity")


def located(stage: Stage) -> Found:
    """The points of every frame that was given, frame by frame; of a scan without frames those of the scan."""
    points = stage.timed(SEGMENTING, lambda: _points(stage))
    affine = _affine(stage, points.shape[1])
    names = names_of(stage.bundle, points.shape[2], "Landmark")
    roi, frames = stage.options.roi, points.shape[0]

    def placed() -> tuple[Landmark, ...]:
        return tuple(
            Landmark(names[number], (float(place[0]), float(place[1]), float(place[2])), frame if frames > 1 else None)
            for frame in range(frames)
            for number, place in enumerate(in_ras(points[frame].double().numpy(), affine))
            if roi is None or roi.contains(place)
        )

    return Found(landmarks=stage.timed(RESTORING, placed))


def in_ras(points: NDArray[np.float64], affine: NDArray[np.float64]) -> NDArray[np.float64]:
    """Points (axis, n) in voxels along the network's two or three axes as (n, 3) in RAS mm; whole numbers are voxels' centers."""
    ijk = np.zeros((4, points.shape[1]))
    ijk[: len(points)], ijk[3] = points, 1
    return np.asarray((affine @ ijk)[:3].T)


def _points(stage: Stage) -> Tensor:
    """(frame, axis, point) in voxels of the network's grid."""
    pipeline = stage.pipeline
    inputs = network_input(stage.prepared, pipeline)
    frames = max(1, stage.images[0].channels)
    cost = network_cost(pipeline, stage.bundle, tuple(inputs.shape[1:3]), 1)
    watched = Watched(
        pipeline.network,
        PRECISIONS[stage.plan.precision],
        pipeline.device,
        cost,
        frames,
        lambda done: stage.tracker.at(SEGMENTING, done),
    )
    _refuse_slices(stage, inputs.shape[0])
    try:
        with watching(watched):
            output = pipeline.inferer(inputs[None].to(pipeline.device), watched)
    except (RuntimeError, ValueError) as problem:
        size = " x ".join(map(str, stage.images[0].shape[:2]))
        raise InputError(
            f"The network of {stage.bundle.name} cannot take slices of {size} pixels{_wanted(stage)}; crop or pad the scan."
        ) from problem
    return _by_frame(output)


def _refuse_slices(stage: Stage, channels: int) -> None:
    """Where slices have become channels of a network for one slice, it is not their size that does not fit."""
    image, wanted = stage.images[0], getattr(stage.pipeline.network, "in_channels", channels)
    if channels != wanted and channels == image.shape[2] > 1:
        raise InputError(
            f"{stage.bundle.name} takes one slice, but {image.name or 'the scan'} has {channels} slices; crop it to one of them."
        )


def _wanted(stage: Stage) -> str:
    shape = getattr(stage.pipeline.network, "in_shape", None)
    return f", only of {' x '.join(map(str, shape))}" if shape is not None else ""


def _by_frame(output: Any) -> Tensor:
    """An output (1, [frame,] axis, point) as (frame, axis, point)."""
    if isinstance(output, Tensor) and output.shape[0] == 1 and output.ndim in (3, 4) and output.shape[-2] in (2, 3):
        points = output[0].float().clone().cpu()
        return points[None] if points.ndim == 2 else points
    raise InputError("The bundle's network does not give the coordinates of points, which MedAI needs of a landmark model.")


def _affine(stage: Stage, axes: int) -> NDArray[np.float64]:
    """From the network's grid to RAS, (4, 4); for bare arrays with the columns in the network's order of axes."""
    pipeline, image = stage.pipeline, stage.images[0]
    if not pipeline.keys:
        return _of_bare_arrays(pipeline.preprocessing.transforms, image, axes)
    source = stage.prepared[source_key(pipeline)]
    if not isinstance(source, MetaTensor):
        raise InputError("The bundle's preprocessing loses where the scan is, so that its points have no place.")
    # What came in may have been a picture, which MONAI takes for lying in a plane of its own.
    came_in = np.linalg.inv(np.asarray(source.meta["original_affine"], float))
    return rounded_affine(image) @ came_in @ source.affine.numpy().astype(float)


def _of_bare_arrays(steps: Sequence[Any], image: Image, axes: int) -> NDArray[np.float64]:
    """The scan's affine with its columns as transposed; what else moves voxels of bare arrays is refused."""
    order = [0, 1, 2, 3]  # i, j, k, frame, as a file is loaded
    for step in steps:
        if isinstance(step, Transpose):
            order = [order[axis] for axis in step.indices or range(4)[::-1]]
        elif not type(step).__name__.startswith(_STAY):
            raise InputError(f"The bundle's {type(step).__name__} may move voxels, and does not say where to; use another model.")
    seen = [axis for axis in order[1:] if axis < 3][:axes]  # the first axis is the network's channel
    rest = [axis for axis in range(3) if axis not in seen]
    affine = rounded_affine(image)
    return affine[:, [*seen, *rest, 3]]
