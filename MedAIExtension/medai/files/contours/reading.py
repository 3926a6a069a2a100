"""From an RTSTRUCT to a label map on the grid of a scan."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...errors import InputError
from ...image import Image
from ..dicom.headers import quiet_pydicom, read_header
from .fill import filled
from .structures import Structure, read_structures

_IN_THE_PLANE = 0.1  # of the slice spacing: how far contours may be from a slice, and how uneven; writing rounds coordinates

Planes = dict[int, list[NDArray[np.float64]]]


@quiet_pydicom()
def read_contours(
    path: str | os.PathLike[str], grid: Image, names: Sequence[str] | None = None, *, source: Path | None = None
) -> tuple[Image, tuple[str, ...]]:
    """Rasterize the closed contours of an RTSTRUCT on the grid of a scan.

    A voxel belongs to a structure where its center is inside. Contours of a slice are combined by XOR, so that inner ones are
    holes. Slices between those that were drawn on stay empty; points, lines and open contours are passed over.

    Source: DICOM PS3.3, C.8.8.6.

    Args:
        path: the RTSTRUCT file.
        grid: the scan that the contours were drawn on, or one whose slices lie in the same planes, in any direction.
        names: which structures, in which order; None for all that have closed contours, in the file's order.
        source: the DICOM file or folder that the scan was read from; if it is given, contours in another frame of reference
            are refused.

    Returns:
        The label map (layer, i, j, k), uint8 or uint16, on the scan's grid: value n is the n-th name. One layer, unless
        structures overlap.
        Their names.

    Raises:
        InputError: if the file is no RTSTRUCT or damaged, there is no such structure, one that was asked for has no closed
            contours, all lie outside of the scan, they are in another frame of reference, or they do not lie in its slices.
    """
    path = Path(path)
    structures = _chosen(read_structures(path), names, path)
    if source is not None:
        _check_frame_of_reference(structures, source, path)
    layers: list[NDArray] = []
    found: list[str] = []
    for structure in structures:
        contours = list(structure.contours(path))
        if not contours and names is not None:
            raise InputError(
                f"{path} has no closed contours of {structure.name}, only points or lines; choose another structure."
            )
        if contours:
            found.append(structure.name)
            _paint(layers, len(found), *_in_slices(contours, structure.name, grid), grid.shape, len(structures))
    if not any(layer.any() for layer in layers):
        raise InputError(f"{path} has no closed contours within {grid.name}; choose the scan that they were drawn on.")
    return grid.with_voxels(np.stack(layers)), tuple(found)


def _chosen(structures: Sequence[Structure], names: Sequence[str] | None, path: Path) -> Sequence[Structure]:
    if names is None:
        return structures
    known = {structure.name.casefold(): structure for structure in structures}
    for name in names:
        if name.strip().casefold() not in known:
            listed = ", ".join(structure.name for structure in structures) or "none"
            raise InputError(f"{path} has no structure {name!r}; choose one of: {listed}.")
    return [known[name.strip().casefold()] for name in dict.fromkeys(names)]


def _check_frame_of_reference(structures: Sequence[Structure], source: Path, path: Path) -> None:
    """Refuse contours of another space: the same numbers would mean another place in the patient."""
    files = sorted(file for file in source.rglob("*") if file.is_file()) if source.is_dir() else [source]
    headers = [read_header(file) for file in files]
    spaces = {str(header.get("FrameOfReferenceUID")) for header in headers if header is not None and header.get("Rows")}
    for structure in structures:
        if structure.frame_of_reference and spaces and structure.frame_of_reference not in spaces:
            raise InputError(f"{structure.name} in {path} is in another frame of reference than {source}; register them first.")


def _in_slices(contours: Sequence[NDArray[np.float64]], name: str, grid: Image) -> tuple[int, Planes]:
    """The axis across which the contours' planes lie, and their points (point, 2) along the other two, by slice.

    Raises:
        InputError: if the contours lie across the slices in every direction, or between slices.
    """
    back = np.linalg.inv(grid.affine)
    placed = [points @ back[:3, :3].T + back[:3, 3] for points in contours]
    uneven = np.max([np.ptp(points, axis=0) for points in placed], axis=0)
    axis = 2 if uneven[2] <= _IN_THE_PLANE else int(uneven.argmin())
    if uneven[axis] > _IN_THE_PLANE:
        raise InputError(f"The contours of {name} do not lie in slices of {grid.name}; give the scan that they were drawn on.")
    planes: Planes = defaultdict(list)
    for points in placed:
        height = float(points[:, axis].mean())
        if abs(height - round(height)) > _IN_THE_PLANE:
            raise InputError(f"The contours of {name} lie between slices of {grid.name}; give the scan that they were drawn on.")
        planes[round(height)].append(np.delete(points, axis, axis=1))
    return axis, planes


def _paint(layers: list[NDArray], value: int, axis: int, planes: Planes, shape: tuple[int, int, int], count: int) -> None:
    """Paint a structure into the first layer in which it covers nothing, a new one if there is none."""
    rows, columns = (size for number, size in enumerate(shape) if number != axis)
    masks = {index: filled((rows, columns), contours) for index, contours in planes.items() if 0 <= index < shape[axis]}
    for layer in layers:
        slices = np.moveaxis(layer, axis, 0)
        if not any(slices[index][mask].any() for index, mask in masks.items()):
            break
    else:
        layer = np.zeros(shape, np.uint8 if count < 256 else np.uint16)
        layers.append(layer)
        slices = np.moveaxis(layer, axis, 0)
    for index, mask in masks.items():
        slices[index][mask] = value
