"""How large segments are, also those that a user has drawn or edited."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator
from typing import Any

import numpy as np

from .replacement import LABELMAP, layers_of
from .volumes import is_warped, to_world
from .vtkdata import Steps, layer_affine, pieces, result_of, voxels_of


def segment_volumes(segmentation_node: Any) -> dict[str, float]:
    """Volume in ml of every segment by its ID, from the binary label map, in the list's order.

    Right for oblique and sheared grids and under linear transforms that scale; a non-linear parent transform is not
    considered. A segment that was drawn in another way and has no label map is left out.
    """
    return result_of(segment_volume_steps(segmentation_node))


def segment_volume_steps(segmentation_node: Any) -> Generator[None, None, dict[str, float]]:
    """``segment_volumes`` in steps of a few milliseconds; start anew if the segmentation is edited meanwhile."""
    content = segmentation_node.GetSegmentation()
    segments = {identifier: content.GetSegment(identifier) for identifier in content.GetSegmentIDs()}
    scale = 1.0
    if not is_warped(segmentation_node):
        scale = abs(float(np.linalg.det(to_world(segmentation_node.GetParentTransformNode())[:3, :3])))
    volumes: dict[str, float] = {}
    for layer in layers_of(content, list(segments)):
        each = scale * abs(float(np.linalg.det(layer_affine(layer)[:3, :3]))) / 1000
        counts: Counter[int] = Counter()
        yield from _count(layer, counts)
        of_layer = {name: segment for name, segment in segments.items() if segment.GetRepresentation(LABELMAP) is layer}
        volumes |= {name: counts[segment.GetLabelValue()] * each for name, segment in of_layer.items()}
    return {identifier: volumes[identifier] for identifier in segments if identifier in volumes}


def _count(layer: Any, counts: Counter[int]) -> Steps:
    """Voxels of each value, piece by piece, since counting widens what it counts to 64 bits."""
    voxels = voxels_of(layer)
    for piece in pieces(voxels):
        block = voxels[piece]
        if block.dtype.kind == "u":
            numbers = np.bincount(block.ravel(order="K"))
            counts.update({value: int(numbers[value]) for value in np.flatnonzero(numbers).tolist()})
        else:
            values, repeats = np.unique(block, return_counts=True)
            counts.update(dict(zip(values.tolist(), repeats.tolist(), strict=True)))
        yield
