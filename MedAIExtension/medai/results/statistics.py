"""What Slicer's Segment Statistics gives for a segment, in plain Python: size, surface and the scan's values inside."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..image import Image
from . import flags
from .labels import Label
from .lesions.measuring import check_grid, confidence_in, intensity_of, touches_edge, values_in
from .surface import surface_area

if TYPE_CHECKING:
    from .prediction import Prediction

Cut = tuple[slice, slice, slice]


@dataclass(frozen=True)
class Statistics:
    """Measurements of one label.

    Attributes:
        value: of the label.
        voxels: how many it has.
        volume_ml: of these voxels.
        surface_mm2: area of its closed surface; None where it was not measured.
        mean, sd, minimum, maximum, median: of the scan's first channel inside, in its own units, ``sd`` of a sample; None of a
            label without voxels, or without finite values.
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


def measure_labels(prediction: Prediction, image: Image | None) -> tuple[Statistics, ...]:
    """Size, surface and the scan's values for each label that has voxels, sorted by value.

    The definitions are those of Slicer's Segment Statistics: volume is voxels times the volume of one, the standard deviation
    that of a sample (n - 1). The median is the middle value, or the mean of the two middle ones. The surface follows Slicer's
    closed surface within a few percent (``surface.surface_area``). Voxels without a finite value do not count for the values.

    Args:
        prediction: with a label map; without one there are no statistics.
        image: the scan that was given; its first channel is measured. None measures sizes alone.

    Raises:
        InputError: if the label map has another grid than the image.
    """
    labelmap = prediction.labelmap
    if labelmap is None:
        return ()
    check_grid(labelmap, image)
    boxes = {layer: boxes_of(labelmap.voxels[layer]) for layer in {label.layer for label in prediction.labels}}
    labels = sorted(prediction.labels, key=lambda label: label.value)
    found = ((label, boxes[label.layer].get(label.value)) for label in labels)
    return tuple(_statistics(prediction, labelmap, image, label, box) for label, box in found if box)


def _statistics(prediction: Prediction, labelmap: Image, image: Image | None, label: Label, box: Cut) -> Statistics:
    mask = labelmap.voxels[label.layer][box] == label.value
    voxels = int(np.count_nonzero(mask))
    values = values_in(image, box, mask)
    inside = intensity_of(values)
    measured = Statistics(
        value=label.value,
        voxels=voxels,
        volume_ml=voxels * labelmap.voxel_volume_ml,
        surface_mm2=surface_area(mask, labelmap.affine),
        confidence=confidence_in(prediction.confidence, box, mask),
        flags=(flags.AT_THE_EDGE,) if touches_edge(box, labelmap.shape) else (),
    )
    if inside is None:
        return measured
    return replace(measured, **asdict(inside), median=float(np.median(values)))


def boxes_of(layer: NDArray) -> dict[int, Cut]:
    """The box around the voxels of each value of a label map (i, j, k), 0 left out."""
    from scipy.ndimage import find_objects

    axes = sorted(range(3), key=lambda axis: -abs(layer.strides[axis]))
    back = np.argsort(axes).tolist()
    found = find_objects(layer.transpose(axes))
    return {value: tuple(box[axis] for axis in back) for value, box in enumerate(found, 1) if box}
