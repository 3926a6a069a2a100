"""Images to the network's input: brought onto one grid, and through the bundle's own preprocessing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
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
    """The bundle's preprocessing on the images; gives its dictionary.

    Its MetaTensors are (channel, i, j, k), for a pipeline of pictures (channel, i, j) of the first slice. Where the bundle
    prepares bare arrays, that array is "image".

    Raises:
        InputError: if the preprocessing fails on the images, or needs others.
    """
    data = _entries(images, pipeline) if pipeline.keys else _bare(images[0])
    try:
        prepared = pipeline.preprocessing(data)
    except (RuntimeError, ValueError, KeyError, TypeError, IndexError, AttributeError) as problem:
        raise InputError("The bundle's preprocessing fails on this scan; use another model or scan.") from problem
    if not pipeline.keys:
        return {"image": prepared}
    if not isinstance(prepared, dict):
        raise InputError("The bundle's preprocessing gives more than one item per scan, which MedAI cannot run.")
    return prepared


def network_input(prepared: dict[str, Any], pipeline: Pipeline) -> torch.Tensor:
    """What the network sees, float (channel, i, j, k): the entry "image", as MONAI's evaluator takes it, else all inputs stacked.

    Raises:
        InputError: if the preprocessing gives neither.
    """
    if "image" in prepared:
        return _plain(prepared["image"])
    if not pipeline.keys or not all(key in prepared for key in pipeline.keys):
        raise InputError("The bundle's preprocessing does not lead to an input for its network, which MedAI cannot run.")
    return torch.cat([_plain(prepared[key]) for key in pipeline.keys])


def slice_of(images: Sequence[Image], k: int) -> list[Image]:
    """The slice k of the first image's grid as images of one slice; images on other grids stay as they are."""
    first = images[0]
    step = np.eye(4)
    step[2, 3] = k
    return [
        replace(image, voxels=image.voxels[..., k : k + 1], affine=image.affine @ step)
        if image is first or image.on_same_grid(first)
        else image
        for image in images
    ]


def _entries(images: Sequence[Image], pipeline: Pipeline) -> dict[str, Any]:
    """What the bundle's readers would give: a tensor for each key, and its metadata beside it."""
    if len(pipeline.keys) == 1:
        tensors = [_as_meta_tensor(np.concatenate([_voxels_on(i, images[0]) for i in images]), images[0], pipeline.flat)]
    else:
        given = images if len(images) > 1 else [images[0].with_voxels(channel[None]) for channel in images[0].voxels]
        if len(pipeline.keys) != len(given):
            raise InputError(f"The bundle needs {len(pipeline.keys)} images ({', '.join(pipeline.keys)}); give each its own.")
        tensors = [_as_meta_tensor(_voxels_on(image, images[0]), images[0], pipeline.flat) for image in given]
    beside = {f"{key}_meta_dict": dict(tensor.meta) for key, tensor in zip(pipeline.keys, tensors, strict=True)}
    return {**dict(zip(pipeline.keys, tensors, strict=True)), **beside}


def _bare(image: Image) -> MetaTensor:
    """As MONAI reads a file: (i, j, k, frame), the frames last."""
    tensor = _as_meta_tensor(image.voxels, image, flat=False)
    return MetaTensor(tensor.as_tensor().movedim(0, -1).contiguous(), meta={**tensor.meta, "original_channel_dim": float("nan")})


def _plain(value: Any) -> torch.Tensor:
    return value.as_tensor() if isinstance(value, MetaTensor) else torch.as_tensor(value)


def rounded_affine(image: Image) -> NDArray[np.float64]:
    """The image's affine as preprocessing sees it, in single precision as in a NIfTI file.

    So the same scan gives the same labels whether it came from a file or a scene: MONAI's resampling picks another corner of
    the grid when an affine differs in the 9th digit.
    """
    return image.affine.astype(np.float32).astype(np.float64)


def _as_meta_tensor(voxels: np.ndarray, image: Image, flat: bool) -> MetaTensor:
    affine = _in_plane(rounded_affine(image)) if flat else rounded_affine(image)
    shape = np.array(image.shape[:2] if flat else image.shape)
    meta = {
        "space": "RAS",
        "original_channel_dim": 0,
        "spatial_shape": shape,
        "original_affine": affine.copy(),
        "filename_or_obj": "scan",
    }
    tensor = torch.from_numpy(np.ascontiguousarray(voxels[..., 0] if flat else voxels, dtype=np.float32))
    return MetaTensor(tensor, affine=torch.from_numpy(affine), meta=meta)


def _in_plane(affine: NDArray[np.float64]) -> NDArray[np.float64]:
    """The affine of a picture: of an axial slice its own, of others the size of their pixels alone.

    MONAI takes the upper left 2 x 2 of it, which says nothing where the slice is not about axial.
    """
    if np.abs(affine[:3, 2]).argmax() == 2:
        return affine
    return np.diag([*np.linalg.norm(affine[:3, :3], axis=0), 1.0])


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
