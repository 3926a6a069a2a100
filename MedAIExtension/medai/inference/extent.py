"""What a run computes, for each kind of model: the network's grid, its windows and how many, told before anything is run."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from monai.inferers import SimpleInferer

from ..bundles.kinds import CLASSIFICATION, DETECTION, LANDMARKS
from ..bundles.model import Bundle
from ..errors import InputError
from ..image import Image
from .cost import WindowCost, window_cost
from .grid import deciding_part, deciding_slices, expected_grid
from .options import Options
from .pipeline import Pipeline
from .prepare import network_input, prepare, slice_of
from .windows import count_windows, window_of


@dataclass(frozen=True)
class Extent:
    """What the windows cover.

    Attributes:
        grid: size (i, j, k) of the network's grid, and ``spacing`` of it in mm.
        window: size of one window in voxels.
        windows: how many are computed, ``batch`` of them at once.
        cost: of one batch.
    """

    grid: tuple[int, ...]
    spacing: tuple[float, ...]
    window: tuple[int, ...]
    windows: int
    batch: int
    cost: WindowCost


def extent_of(images: Sequence[Image], bundle: Bundle, pipeline: Pipeline, options: Options) -> Extent:
    """The extent of a run.

    Raises:
        InputError: if the model cannot be run on a scan of this size.
    """
    if pipeline.flat:
        return _of_slices(images, bundle, pipeline, options)
    if pipeline.kind == DETECTION and pipeline.detector is not None:
        return _of_detector(images[0], bundle, pipeline)
    if pipeline.kind == LANDMARKS:
        return _of_frames(images[0], bundle, pipeline)
    return _of_volume(images[0], bundle, pipeline, options)


def _of_volume(image: Image, bundle: Bundle, pipeline: Pipeline, options: Options) -> Extent:
    expected = expected_grid(image, pipeline)
    window = window_of(pipeline.inferer, expected.shape)
    batch = min(count_windows(pipeline.inferer, expected.shape), int(getattr(pipeline.inferer, "sw_batch_size", 1)))
    cost = network_cost(pipeline, bundle, window, batch)
    part = deciding_part(options.roi, image, expected, pipeline, cost)
    windows = count_windows(pipeline.inferer, expected.shape, part)
    return Extent(expected.shape, expected.spacing, window, windows, batch, cost)


def _of_slices(images: Sequence[Image], bundle: Bundle, pipeline: Pipeline, options: Options) -> Extent:
    """A slice is quickly prepared, and tells best what becomes of all of them."""
    image = images[0]
    if pipeline.kind == CLASSIFICATION and image.shape[2] > 1:
        raise InputError(
            f"{bundle.name} classifies pictures, but {image.name} has {image.shape[2]} slices; choose a picture or one slice."
        )
    shape = tuple(network_input(prepare(slice_of(images, 0), pipeline), pipeline).shape[1:])
    if len(shape) != 2:
        raise InputError(f"The preprocessing of {bundle.name} does not lead to pictures for its network; get the bundle again.")
    slices = len(deciding_slices(options.roi, image))
    window, each = window_of(pipeline.inferer, shape), count_windows(pipeline.inferer, shape)
    batch = min(each, int(getattr(pipeline.inferer, "sw_batch_size", 1)))
    spacing = [size * old / new for size, old, new in zip(image.spacing[:2], image.shape[:2], shape, strict=True)]
    cost = network_cost(pipeline, bundle, window, batch)
    return Extent((*shape, image.shape[2]), (*spacing, image.spacing[2]), (*window, 1), each * slices, batch, cost)


def _of_detector(image: Image, bundle: Bundle, pipeline: Pipeline) -> Extent:
    expected = expected_grid(image, pipeline)
    inferer, padded = pipeline.detector.inferer_for(expected.shape), pipeline.detector.padded(expected.shape)
    window = padded if isinstance(inferer, SimpleInferer) else window_of(inferer, padded)
    cost = network_cost(pipeline, bundle, window, 1)
    return Extent(expected.shape, expected.spacing, tuple(window), count_windows(inferer, padded), 1, cost)


def _of_frames(image: Image, bundle: Bundle, pipeline: Pipeline) -> Extent:
    cost = network_cost(pipeline, bundle, image.shape[:2], 1)
    return Extent(image.shape, image.spacing, (*image.shape[:2], 1), max(1, image.channels), 1, cost)


def network_cost(pipeline: Pipeline, bundle: Bundle, window: Sequence[int], batch: int) -> WindowCost:
    """What the bundle's network takes for a batch of windows; zero where that cannot be counted."""
    for shape in input_shapes(pipeline, bundle, window, batch):
        try:
            return window_cost(pipeline.network, shape)
        except Exception:  # own networks may fail in any way on tensors without data
            continue
    return WindowCost(0.0, 0, max(1, len(bundle.label_names) + 1), ())


def input_shapes(pipeline: Pipeline, bundle: Bundle, window: Sequence[int], batch: int) -> Iterator[tuple[int, ...]]:
    """Shapes (n, channel, i, j[, k]) that the network may take for a batch of windows, the likeliest first."""
    flat = [n for n in window if n > 1] if 1 in window else window
    for channels in dict.fromkeys((_in_channels(pipeline), len(bundle.channels))):
        for multiple in (1, 32):  # a bundle may pad what its network cannot take
            yield (batch, channels, *(math.ceil(n / multiple) * multiple for n in flat))


def _in_channels(pipeline: Pipeline) -> int:
    """The channels that the first convolution takes; a bundle's preprocessing may add some to those of the scan."""
    for layer in pipeline.network.modules():
        channels = getattr(layer, "in_channels", None)
        if isinstance(channels, int) and hasattr(layer, "kernel_size"):
            return channels
    return 1
