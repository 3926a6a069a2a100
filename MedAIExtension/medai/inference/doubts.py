"""What speaks against relying on a result, although it can be computed: modality, values, place. No torch, and quick."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..bundles.model import Bundle
from ..image import Image

# As many voxels of an image are looked at, however large it is.
_ENOUGH = 40_000

# Hounsfield units: air is -1000, fat -100, water 0. Below air there is only what fills the corners of a round field of view.
_AIR, _BELOW_AIR, _BODY = (-1100, -700), (-1500, -1100), (-200, 200)
_FAT = -50


def doubts_about(images: Sequence[Image], bundle: Bundle) -> list[str]:
    """Sentences on what does not fit: modality or values of an image, images that lie in different places.

    Takes some milliseconds, whatever the size of the images.
    """
    doubts = [_about_modality(image, bundle) or _about_values(image, bundle) for image in images]
    return [doubt for doubt in (*doubts, *(_about_place(images[0], image) for image in images[1:])) if doubt]


def looks_like(image: Image) -> str:
    """ "CT" where the values are Hounsfield units with air and body in them, else "": other modalities have no units to tell."""
    values = _some_values(image)
    air, below, body = (_share(values, low, high) for low, high in (_AIR, _BELOW_AIR, _BODY))
    return "CT" if air > 0.01 and body > 0.05 and below < 0.01 else ""


def _about_modality(image: Image, bundle: Bundle) -> str:
    if not image.modality or not bundle.modality or image.modality == bundle.modality:
        return ""
    return (
        f"{image.name} is a {image.modality} scan, but {bundle.title} was made for {bundle.modality}; do not rely on the result."
    )


def _about_values(image: Image, bundle: Bundle) -> str:
    if bundle.modality == "CT" and _cannot_be_hounsfield(image):
        values = _some_values(image)
        return (
            f"{image.name} is not in Hounsfield units (its values are {values.min():.4g} to {values.max():.4g}), "
            f"which {bundle.title} needs; choose a CT scan that is in them."
        )
    if bundle.modality == "MR" and not image.modality and looks_like(image) == "CT":
        return f"{image.name} looks like a CT scan, but {bundle.title} was made for MR; choose an MR scan."
    return ""


def _cannot_be_hounsfield(image: Image) -> bool:
    """True where there is neither air nor fat; for a scan that says it is a CT, which may be cut anyhow, nothing below water."""
    values = _some_values(image)
    return bool(values.min() >= 0) if image.modality == "CT" else bool(np.percentile(values, 0.5) > _FAT)


def _about_place(first: Image, other: Image) -> str:
    shared = max(_share_within(first, other), _share_within(other, first))
    if shared >= 0.5:
        return ""
    return (
        f"{first.name} and {other.name} hardly lie in the same place (they share {shared:.0%} of the smaller one); "
        f"choose scans of one examination, or register them first."
    )


def _share_within(image: Image, other: Image) -> float:
    """Share of an image's volume, 0 to 1, that lies in the other's."""
    points = np.array(np.meshgrid(*((np.arange(12) + 0.5) / 12 * n - 0.5 for n in image.shape), [1.0])).reshape(4, -1)
    inside = (np.linalg.inv(other.affine) @ image.affine @ points)[:3]
    return float(((inside >= -0.5) & (inside <= np.reshape(other.shape, (3, 1)) - 0.5)).all(axis=0).mean())


def _some_values(image: Image) -> NDArray[np.float64]:
    step = max(1, round((image.voxels.size / _ENOUGH) ** (1 / 3)))
    return image.voxels[:, ::step, ::step, ::step].astype(float).ravel()


def _share(values: NDArray[np.float64], low: float, high: float) -> float:
    return float(((values > low) & (values < high)).mean())
