"""NIfTI's header: its fields, and where they place the voxels.

Read and written here, not by ITK, because ITK's reader gives whatever is in memory for the missing part of a truncated file
and refuses matrices that are not orthonormal, and its writer does not notice a full disk.
Source: https://nifti.nimh.nih.gov/nifti-1/documentation (nifti1.h) and https://nifti.nimh.nih.gov/nifti-2 (nifti2.h).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..geometry import LPS_RAS, spacing_of

HEADER_1 = np.dtype(
    {
        "names": (
            "sizeof_hdr", "regular", "dim", "intent_code", "datatype", "bitpix", "pixdim", "vox_offset", "scl_slope",
            "scl_inter", "xyzt_units", "qform_code", "sform_code", "quatern", "qoffset", "srow", "magic",
        ),
        "formats": (
            "i4", "S1", "8i2", "i2", "i2", "i2", "8f4", "f4", "f4", "f4", "u1", "i2", "i2", "3f4", "3f4", "(3,4)f4", "S4",
        ),
        "offsets": (0, 38, 40, 68, 70, 72, 76, 108, 112, 116, 123, 252, 254, 256, 268, 280, 344),
        "itemsize": 348,
    }
)  # fmt: skip
HEADER_2 = np.dtype(
    {
        "names": (
            "sizeof_hdr", "magic", "datatype", "bitpix", "dim", "pixdim", "vox_offset", "scl_slope", "scl_inter",
            "qform_code", "sform_code", "quatern", "qoffset", "srow", "xyzt_units", "intent_code",
        ),
        "formats": (
            "i4", "S8", "i2", "i2", "8i8", "8f8", "i8", "f8", "f8", "i4", "i4", "3f8", "3f8", "(3,4)f8", "i4", "i4",
        ),
        "offsets": (0, 4, 12, 14, 16, 104, 168, 176, 184, 344, 348, 352, 376, 400, 500, 504),
        "itemsize": 540,
    }
)  # fmt: skip
TYPES = {
    2: np.uint8, 4: np.int16, 8: np.int32, 16: np.float32, 64: np.float64, 256: np.int8, 512: np.uint16, 768: np.uint32,
    1024: np.int64, 1280: np.uint64,
}  # fmt: skip
COLORS = {128: 3, 2304: 4}
"""Types of three or four bytes per voxel, interleaved: RGB and RGBA."""

_SIMILAR = 1e-4  # ITK's tolerance for "orthonormal" and for "the same"


@dataclass(frozen=True, eq=False)
class Position:
    """NIfTI's two ways to place a voxel, with the codes that say what they mean; a code of 0 means that it is not given.

    Attributes:
        pixdim: (8,) voxel sizes, after the sign that makes the qform left-handed.
        qform_code, quatern, qoffset: rotation as the quaternion's b, c, d, and offset in mm.
        sform_code, srow: the first three rows of the ijk-to-RAS matrix.
    """

    pixdim: NDArray
    qform_code: int
    quatern: NDArray
    qoffset: NDArray
    sform_code: int
    srow: NDArray

    def affine(self) -> NDArray[np.float64]:
        """ijk-to-RAS (4, 4), mm: the one of the two that ITK takes, and so 3D Slicer.

        The sform counts where it is the scanner's, the only one, or the same as the qform, and orthonormal. A sheared sform
        without a qform, which ITK refuses, is taken as it is. Without either, i, j and k point left, posterior, superior.
        """
        if self.qform_code <= 0 and self.sform_code <= 0:
            return LPS_RAS @ np.diag([*self._sizes(), 1.0])
        if self.qform_code <= 0:
            return self._sform()
        sform, qform = self._sform(), self._qform()
        same = np.allclose(sform, qform, rtol=0, atol=_SIMILAR)
        return sform if self.sform_code > 0 and is_orthonormal(sform) and (self.sform_code == 1 or same) else qform

    def _sizes(self) -> NDArray[np.float64]:
        sizes = np.abs(self.pixdim[1:4].astype(float))
        return np.where(sizes > 0, sizes, 1.0)

    def _sform(self) -> NDArray[np.float64]:
        return np.vstack([self.srow.astype(float), [0, 0, 0, 1]])

    def _qform(self) -> NDArray[np.float64]:
        from scipy.spatial.transform import Rotation

        vector = np.nan_to_num(self.quatern.astype(float))
        real = np.sqrt(max(0.0, 1 - vector @ vector))
        affine = np.eye(4)
        affine[:3, :3] = Rotation.from_quat([*vector, real]).as_matrix() * self._sizes()
        affine[:3, 2] *= -1 if self.pixdim[0] < 0 else 1
        affine[:3, 3] = self.qoffset
        return affine


def position_of(affine: NDArray[np.float64]) -> Position:
    """Both forms, as of the scanner, for an ijk-to-RAS affine; only the sform where it is sheared, which a qform cannot be."""
    from scipy.spatial.transform import Rotation

    sizes = spacing_of(affine)
    cosines = affine[:3, :3] / sizes
    handed = -1.0 if np.linalg.det(cosines) < 0 else 1.0
    quaternion = Rotation.from_matrix(cosines * [1, 1, handed]).as_quat(canonical=True)
    return Position(
        pixdim=np.array([handed, *sizes, 1, 1, 1, 1]),
        qform_code=1 if is_orthonormal(affine) else 0,
        quatern=quaternion[:3],
        qoffset=affine[:3, 3],
        sform_code=1,
        srow=affine[:3],
    )


def is_orthonormal(affine: NDArray[np.float64]) -> bool:
    """True where i, j and k are at right angles, as exactly as ITK asks."""
    sizes = spacing_of(affine)
    if not sizes.all():
        return False
    cosines = affine[:3, :3] / sizes
    return bool(np.abs(cosines @ cosines.T - np.eye(3)).max() <= _SIMILAR)
