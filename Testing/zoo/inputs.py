"""Scans and pictures for the comparison, written as the files that both sides read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import nibabel
import numpy as np
from PIL import Image as Picture
from scipy.ndimage import gaussian_filter
from scipy.spatial.transform import Rotation

from .cases import Case


def write_scans(folder: Path, case: Case, count: int, seed: int = 5) -> list[Path]:
    """``count`` scans on one grid: blobs, turned by 12, 7 and -9 degrees, with i and j flipped."""
    generator = np.random.default_rng(seed)
    affine = _affine(case)
    paths = []
    for number in range(count):
        path = folder / f"scan_{number}.nii.gz"
        nibabel.save(nibabel.Nifti1Image(_blobs(generator, case.shape, case.values), affine), path)
        paths.append(path)
    return paths


def write_picture(folder: Path, case: Case, channels: int, seed: int = 5) -> Path:
    """A PNG in gray or color, of (columns, rows) as the case says."""
    generator = np.random.default_rng(seed)
    planes = [_blobs(generator, case.shape, (0, 255)).T for _ in range(channels)]
    voxels = np.stack(planes, axis=-1).round().astype(np.uint8)
    path = folder / f"picture_{channels}.png"
    Picture.fromarray(voxels[..., 0] if channels == 1 else voxels).save(path)
    return path


def _blobs(generator: np.random.Generator, shape: Sequence[int], values: tuple[float, float]) -> np.ndarray:
    noise = gaussian_filter(generator.standard_normal(tuple(shape)), 3) * 4 + 0.15 * generator.standard_normal(tuple(shape))
    scaled = (noise - noise.min()) / (noise.max() - noise.min())
    return (values[0] + scaled * (values[1] - values[0])).astype(np.float32)


def _affine(case: Case) -> np.ndarray:
    affine = np.eye(4)
    turn = Rotation.from_euler("xyz", (12, 7, -9), degrees=True).as_matrix() if case.oblique else np.eye(3)
    affine[:3, :3] = turn @ np.diag((-case.spacing[0], -case.spacing[1], case.spacing[2]))
    affine[:3, 3] = (40.0, 55.0, -120.0)
    return affine
