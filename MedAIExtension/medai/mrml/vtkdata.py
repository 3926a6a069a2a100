"""VTK's matrices and images as numpy arrays, and back."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Iterator
from typing import Any, TypeVar

import numpy as np
from numpy.typing import DTypeLike, NDArray

from ..geometry import from_kji

Piece = tuple[slice, slice, slice, slice]
Steps = Generator[None, None, None]
Result = TypeVar("Result")

# What is copied at once: a few milliseconds' work, and thick enough for turning an array around to be quick.
_PIECE_VOXELS = 2**20
_PIECE_THICKNESS = 32


def matrix_from(affine: NDArray[np.float64]) -> Any:
    """(4, 4) array as vtkMatrix4x4."""
    import vtk

    matrix = vtk.vtkMatrix4x4()
    matrix.DeepCopy(affine.ravel().tolist())
    return matrix


def affine_from(matrix: Any) -> NDArray[np.float64]:
    """vtkMatrix4x4 as a (4, 4) array."""
    return np.array([[matrix.GetElement(row, column) for column in range(4)] for row in range(4)])


def layer_affine(oriented_image: Any) -> NDArray[np.float64]:
    """ijk-to-RAS (4, 4) of a vtkOrientedImageData, mm, for indices that count from its extent's own zero."""
    import vtk

    matrix = vtk.vtkMatrix4x4()
    oriented_image.GetImageToWorldMatrix(matrix)
    return affine_from(matrix)


def voxels_of(image_data: Any) -> NDArray:
    """The values of a vtkImageData as a view (channel, i, j, k); (1, 0, 0, 0) if it has none. The first voxel of an oriented
    image is the one at the beginning of its extent."""
    from vtk.util.numpy_support import vtk_to_numpy

    scalars = image_data.GetPointData().GetScalars()
    if scalars is None or scalars.GetNumberOfTuples() == 0:
        return np.zeros((1, 0, 0, 0), np.uint8)
    kji = image_data.GetDimensions()[::-1]
    channels = scalars.GetNumberOfComponents()
    return from_kji(vtk_to_numpy(scalars).reshape(kji if channels == 1 else (*kji, channels)))


def fill(image_data: Any, voxels: NDArray) -> None:
    """Give a vtkImageData the size and a copy of voxels (channel, i, j, k)."""
    result_of(fill_steps(image_data, voxels))


def fill_steps(
    image_data: Any, voxels: NDArray, change: Callable[[NDArray], NDArray] | None = None, dtype: DTypeLike | None = None
) -> Steps:
    """``fill`` in pieces of a few milliseconds; the image gets its voxels at the end.

    Args:
        image_data: whose extent begins at 0, or has the size of the voxels already.
        voxels: (channel, i, j, k).
        change: what becomes of the voxels of each piece.
        dtype: of the copy; that of the voxels if it is left out.
    """
    import vtk
    from vtk.util.numpy_support import get_vtk_array_type

    size = voxels.shape[1:]
    scalars = vtk.vtkDataArray.CreateDataArray(get_vtk_array_type(np.dtype(dtype or voxels.dtype)))
    scalars.SetName("ImageScalars")
    scalars.SetNumberOfComponents(voxels.shape[0])
    scalars.SetNumberOfTuples(math.prod(size))
    copy = vtk.vtkImageData()
    copy.SetDimensions(size)
    copy.GetPointData().SetScalars(scalars)
    target = voxels_of(copy)
    for piece in pieces(voxels):
        target[piece] = change(voxels[piece]) if change else voxels[piece]
        yield
    if image_data.GetDimensions() != size:
        image_data.SetDimensions(size)
    image_data.GetPointData().SetScalars(scalars)


def pieces(voxels: NDArray) -> Iterator[Piece]:
    """Where the pieces of an array (channel, i, j, k) are that are worked on at once; they follow its layout in memory."""
    slowest = sorted(range(4), key=lambda axis: (voxels.shape[axis] == 1, -abs(voxels.strides[axis])))
    first, second = slowest[:2]
    thick = min(voxels.shape[first], _PIECE_THICKNESS)
    rest = math.prod(voxels.shape) // max(voxels.shape[first] * voxels.shape[second], 1)
    wide = max(1, _PIECE_VOXELS // max(thick * rest, 1))
    for start in range(0, voxels.shape[first], thick or 1):
        for side in range(0, voxels.shape[second], wide):
            piece = [slice(None)] * 4
            piece[first], piece[second] = slice(start, start + thick), slice(side, side + wide)
            yield piece[0], piece[1], piece[2], piece[3]


def result_of(steps: Generator[None, None, Result]) -> Result:
    """Go through all steps at once; gives what they lead to."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value
