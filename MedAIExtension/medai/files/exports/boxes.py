"""Boxes of a detector as outlines on the slices of the scan."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...region import Box
from ..dicom.stack import affine_of
from .source import Source

if TYPE_CHECKING:
    from highdicom.sr import ImageRegion


def regions(box: Box, scan: Source) -> list[ImageRegion]:
    """The box's outline on each slice that it holds the middle of, on the nearest one if it holds none."""
    from highdicom.sr import GraphicTypeValues, ImageRegion, SourceImageForRegion

    found = []
    for k, outline in _outlines(box, scan):
        header = scan.first if scan.multiframe else scan.headers[k]
        image = SourceImageForRegion(header.SOPClassUID, header.SOPInstanceUID, [scan.frames[k] + 1] if scan.multiframe else None)
        found.append(ImageRegion(GraphicTypeValues.POLYLINE, outline, source_image=image))
    return found


def _outlines(box: Box, scan: Source) -> Iterator[tuple[int, NDArray[np.float64]]]:
    """(k, (5, 2)): closed rectangles in DICOM's pixel coordinates, column and row, whose origin is the first pixel's corner."""
    affine = affine_of(scan.planes)
    columns, rows = scan.planes[0].shape
    corners = (np.linalg.inv(affine) @ np.column_stack([box.corners(), np.ones(8)]).T)[:3]
    low, high = corners.min(axis=1), corners.max(axis=1)
    first, last = int(np.ceil(low[2])), int(np.floor(high[2]))
    if last < first:
        first = last = round(float(low[2] + high[2]) / 2)
    left, right = np.clip([low[0] + 0.5, high[0] + 0.5], 0, columns)
    top, bottom = np.clip([low[1] + 0.5, high[1] + 0.5], 0, rows)
    outline = np.array([[left, top], [right, top], [right, bottom], [left, bottom], [left, top]])
    last_slice = len(scan.planes) - 1
    for k in range(max(0, min(first, last_slice)), min(last_slice, max(0, last)) + 1):
        yield k, outline
