"""Images to the network's input: brought onto one grid, and through the bundle's own preprocessing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from monai.data import MetaTensor
from numpy.typing import NDArray
from scipy.ndimage import affine_transform

from ..errors import InputError
from ..image import Image
from .pipeline import Pipeline


def prepare(images: Sequence[Image], pipeline: Pipeline) -> dict[str, Any]:
    """The bundle's preprocessing on the images; gives its dictionary, with a MetaTensor (channel, i, j, k) per key."""
    if len(pipeline.keys) == 1:
        voxels = np.concatenate([_voxels_on(image, images[0]) for image in images])
        data: dict[str, Any] = {pipeline.keys[0]: _as_meta_tensor(voxels, images[0])}
    else:
        if len(pipeline.keys) != len(images):
            raise InputError(f"The bundle needs {len(pipeline.keys)} images ({', '.join(pipeline.keys)}); give each its own.")
        data = {key: _as_meta_tensor(_voxels_on(i, images[0]), images[0]) for key, i in zip(pipeline.keys, images, strict=True)}
    try:
        prepared = pipeline.preprocessing(data)
    except (RuntimeError, ValueError, KeyError, TypeError) as problem:
        raise InputError("The bundle's preprocessing fails on this scan; use another model or scan.") from problem
    if not isinstance(prepared, dict):
        raise InputError("The bundle's preprocessing gives more than one item per scan, which MedAI cannot run.")
    return prepared


def network_input(prepared: dict[str, Any], pipeline: Pipeline) -> torch.Tensor:
    """What the network sees, float (channel, i, j, k): the entry "image", as MONAI's evaluator takes it, else all inputs stacked.

    Raises:
        InputError: if the preprocessing gives neither.
    """
    if "image" in prepared:
        return prepared["image"].as_tensor()
    if not all(key in prepared for key in pipeline.keys):
        raise InputError("The bundle's preprocessing does not lead to an input for its network, which MedAI cannot run.")
    return torch.cat([prepared[key].as_tensor() for key in pipeline.keys])


def rounded_affine(image: Image) -> NDArray[np.float64]:
    """The image's affine as preprocessing sees it, in single precision as in a NIfTI file.

    So the same scan gives the same labels whether it came from a file or a scene: MONAI's resampling picks another corner of
    the grid when an affine differs in the 9th digit.
    """
    return image.affine.astype(np.float32).astype(np.float64)


def _as_meta_tensor(voxels: np.ndarray, image: Image) -> MetaTensor:
    affine = rounded_affine(image)
    meta = {"space": "RAS", "original_channel_dim": 0, "spatial_shape": np.array(image.shape), "original_affine": affine.copy()}
    tensor = torch.from_numpy(np.ascontiguousarray(voxels, dtype=np.float32))
    return MetaTensor(tensor, affine=torch.from_numpy(affine), meta=meta)


def _voxels_on(image: Image, reference: Image) -> np.ndarray:
    """The image's voxels (channel, i, j, k) on the reference's grid, linearly interpolated in RAS where grids differ."""
    if image is reference or image.on_same_grid(reference):
        return image.voxels
    step = np.linalg.inv(image.affine) @ reference.affine
    # grid-constant: beyond the border values fade to zero within one voxel, so that rounding cannot blank the border itself.
    return np.stack(
        [
            affine_transform(
                channel.astype(np.float32), step[:3, :3], step[:3, 3], reference.shape, order=1, mode="grid-constant"
            )
            for channel in image.voxels
        ]
    )
