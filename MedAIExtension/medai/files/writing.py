"""Images to files."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import SimpleITK as sitk

from ..errors import InputError
from ..geometry import lps_from_affine, to_kji
from ..image import Image
from .nifti import write_nifti
from .nrrd import write_nrrd
from .reading import ending
from .values import narrowed
from .volumes import quiet_itk
from .whole import written_whole


def write_image(path: str | os.PathLike[str], image: Image) -> Path:
    """Write an image as NIfTI (.nii, .nii.gz), NRRD (.nrrd) or MetaImage (.mha), with its type, except that bool becomes uint8
    and float64 float32.

    Returns:
        The path.

    Raises:
        InputError: if the extension is none of these, or its folder cannot be written.
        MedAIError: if writing fails, such as on a full disk; nothing is left then.
    """
    path = Path(path)
    kind = ending(path)
    if kind not in (".nii", ".nii.gz", ".nrrd", ".mha"):
        raise InputError(f"{path} has an extension that no image is written as; use .nii.gz, .nii, .nrrd or .mha.")
    with written_whole(path.parent) as folder:
        target, voxels = folder / path.name, narrowed(image.voxels)
        if kind == ".nrrd":
            write_nrrd(target, voxels, image.affine)
        elif kind == ".mha":
            _write_metaimage(target, image.with_voxels(voxels))
        else:
            write_nifti(target, voxels, image.affine)
    return path


def _write_metaimage(path: Path, image: Image) -> None:
    picture = sitk.GetImageFromArray(np.ascontiguousarray(to_kji(image.voxels)), isVector=image.channels > 1)
    origin, spacing, direction = lps_from_affine(image.affine)
    picture.SetOrigin(origin)
    picture.SetSpacing(spacing)
    picture.SetDirection(direction)
    try:
        with quiet_itk():
            sitk.WriteImage(picture, str(path), useCompression=True)
    except RuntimeError as problem:
        raise OSError("the disk may be full") from problem
