"""Linear transforms from files of ITK, Slicer, ANTs: .tfm, .txt, .mat, .h5."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from ..geometry import LPS_RAS

_ENDINGS = (".tfm", ".txt", ".mat", ".h5", ".hdf5", ".hdf")
_MOST_BYTES = 16 << 20  # linear transforms take some hundred bytes; fields of displacements far more
_MOST_STRETCH = 2.0


def read_transform(path: Path) -> NDArray[np.float64]:
    """The transform of a file, as the RAS-to-RAS matrix (4, 4) in mm that moves the points of an image with the image.

    ITK's files hold the way back: from the points of the fixed image to those of the moving one, in LPS, because that is what
    resampling asks for. 3D Slicer saves its linear transforms in the same way ("from parent"), ANTs too. So the file of a
    registration that brought the baseline (moving) onto the follow-up (fixed) gives the matrix from baseline to follow-up, and
    so does the file of the transform node that Slicer shows the baseline in place with.

    Source: https://slicer.readthedocs.io/en/latest/user_guide/modules/transforms.html (transform files).

    Raises:
        InputError: if it is no such file, or its transform is not linear, or mirrors or stretches more than twofold.
    """
    import SimpleITK as sitk

    from .volumes import quiet_itk

    _check(path)
    try:
        with quiet_itk():
            transform = sitk.ReadTransform(str(path))
    except RuntimeError as problem:
        raise InputError(f"{path} is not a transform that ITK reads; save it as .tfm or .h5, as 3D Slicer does.") from problem
    if transform.GetDimension() != 3 or not transform.IsLinear():
        raise InputError(f"{path} is not a linear transform of space; save a rigid one.")
    back = _matrix(transform)
    if not np.isfinite(back).all() or not 1 / _MOST_STRETCH <= np.cbrt(np.linalg.det(back[:3, :3])) <= _MOST_STRETCH:
        raise InputError(f"{path} mirrors or stretches space; save a rigid transform between two scans of one patient.")
    return np.asarray(LPS_RAS @ np.linalg.inv(back) @ LPS_RAS)


def _check(path: Path) -> None:
    if path.suffix.lower() not in _ENDINGS:
        raise InputError(f"{path} is of no known kind of transform; give one of {', '.join(_ENDINGS)}.")
    try:
        size = path.stat().st_size
    except OSError as problem:
        raise InputError(f"{path} cannot be read ({problem.strerror}); check its name.") from problem
    if not path.is_file() or size > _MOST_BYTES:
        raise InputError(f"{path} is too large for a linear transform; save a rigid one.")


def _matrix(transform: object) -> NDArray[np.float64]:
    """The matrix (4, 4) of ITK's linear transform, whatever its class, from where it takes four points."""
    origin, *ends = (np.array(transform.TransformPoint(point)) for point in ((0.0, 0.0, 0.0), *np.eye(3).tolist()))  # type: ignore[attr-defined]
    matrix = np.eye(4)
    matrix[:3, :3] = np.stack([end - origin for end in ends], axis=1)
    matrix[:3, 3] = origin
    return matrix
