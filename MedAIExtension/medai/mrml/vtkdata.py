"""VTK's matrices and images as numpy arrays, and back."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..geometry import to_kji


def matrix_from(affine: NDArray[np.float64]) -> Any:
    """(4, 4) array as vtkMatrix4x4."""
    import vtk

    matrix = vtk.vtkMatrix4x4()
    matrix.DeepCopy(affine.ravel().tolist())
    return matrix


def affine_from(matrix: Any) -> NDArray[np.float64]:
    """vtkMatrix4x4 as a (4, 4) array."""
    return np.array([[matrix.GetElement(row, column) for column in range(4)] for row in range(4)])


def fill(image_data: Any, voxels: NDArray) -> None:
    """Give a vtkImageData the size and a copy of voxels (channel, i, j, k)."""
    from vtk.util.numpy_support import numpy_to_vtk

    channels, *size = voxels.shape
    rows = np.ascontiguousarray(to_kji(voxels)).reshape(-1, channels)
    scalars = numpy_to_vtk(rows, deep=True)
    scalars.SetName("ImageScalars")
    image_data.SetDimensions(size)
    image_data.GetPointData().SetScalars(scalars)
