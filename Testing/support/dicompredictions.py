"""Small DICOM series with everything that results refer to, and predictions on them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from medai.files import read_image
from medai.image import Image
from medai.results import Diameter, Intensity, Lesion, Prediction, describe_labels

from .dicoms import STRAIGHT, write_series

RUN = {"model": {"name": "test-model", "version": "2.1", "content_hash": "ab" * 32}}


def series(
    folder: Path,
    shape: tuple[int, int, int] = (6, 5, 8),
    orientation: tuple[float, ...] = STRAIGHT,
    step: float = 2.5,
    **attributes: Any,
) -> tuple[Path, Image]:
    """A CT of (i, j, k) voxels as DICOM files, and the image that MedAI reads from it; slices run against a negative step."""
    i, j, k = shape
    normal = np.cross(orientation[:3], orientation[3:])
    places = [np.add((-10.0, 20.0, 30.0), step * number * normal).round(6) for number in range(k)]
    voxels = np.arange(i * j * k, dtype=np.int16).reshape(k, j, i)
    write_series(folder, voxels, places, orientation, FrameOfReferenceUID="1.2.3.4", **attributes)
    return folder, read_image(folder)


def prediction(scan: Image, voxels: np.ndarray, names: Mapping[int, str], **more: Any) -> Prediction:
    """A prediction of (layer, i, j, k) or (i, j, k) voxels on a scan's grid."""
    layers = voxels if voxels.ndim == 4 else voxels[None]
    return Prediction(scan.with_voxels(layers.astype(np.uint8)), describe_labels(names), run=RUN, **more)


def lesion(scan: Image, mask: np.ndarray, number: int, label: str, value: int = 1, **more: Any) -> Lesion:
    """A lesion of the voxels of a mask (i, j, k), with lines between its first and last voxel."""
    places = np.argwhere(mask) @ scan.affine[:3, :3].T + scan.affine[:3, 3]
    line = Diameter(tuple(places[0].tolist()), tuple(places[-1].tolist()))
    return Lesion(
        id=number,
        label=label,
        value=value,
        voxels=int(mask.sum()),
        volume_ml=float(mask.sum()) * scan.voxel_volume_ml,
        center_ras=tuple(places.mean(axis=0).tolist()),
        bounds_ras=tuple(np.column_stack([places.min(axis=0), places.max(axis=0)]).ravel().tolist()),
        longest=line,
        short=line,
        feret=line,
        intensity=Intensity(40.5, 12.25, -8.0, 90.0),
        **more,
    )
