"""Small synthetic scans with any geometry."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from medai import Image


def oblique_affine(spacing: Sequence[float] = (1.1, 1.3, 2.7), flips: Sequence[int] = (-1, -1, 1)) -> np.ndarray:
    """An ijk-to-RAS affine turned by 12, 7 and -9 degrees, flipped and anisotropic."""
    matrix = np.eye(3)
    for axis, degrees in enumerate((12.0, 7.0, -9.0)):
        a, b = (x for x in range(3) if x != axis)
        turn = np.eye(3)
        angle = np.deg2rad(degrees)
        turn[a, a] = turn[b, b] = np.cos(angle)
        turn[a, b], turn[b, a] = -np.sin(angle), np.sin(angle)
        matrix = matrix @ turn
    affine = np.eye(4)
    affine[:3, :3] = matrix * np.asarray(spacing) * np.asarray(flips)
    affine[:3, 3] = (31.5, -12.25, 40.0)
    return affine


def blobs(shape: Sequence[int] = (48, 40, 20), channels: int = 1, seed: int = 3, affine: np.ndarray | None = None) -> Image:
    """A float32 scan of smooth random blobs, so that a network with random weights finds borders in it."""
    from scipy.ndimage import gaussian_filter

    rng = np.random.default_rng(seed)
    voxels = np.stack([gaussian_filter(rng.normal(size=tuple(shape)), 2.5) for _ in range(channels)])
    voxels = (100 + 400 * voxels / np.abs(voxels).max()).astype(np.float32)
    return Image(voxels, oblique_affine() if affine is None else affine, name="blobs", modality="MR")
