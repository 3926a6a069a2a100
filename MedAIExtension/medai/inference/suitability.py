"""Whether a request can be run at all; no torch, so that it is answered at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..bundles.kinds import CLASSIFICATION, LANDMARKS, SEGMENTATION
from ..bundles.model import Bundle
from ..errors import InputError
from ..image import Image
from .options import Options

_COLORS = 3


def check_request(images: Sequence[Image], bundle: Bundle, options: Options) -> None:
    """Refuse what cannot be run, before anything starts.

    Raises:
        InputError: if number, channels, slices or values of the images do not suit the bundle, or it has no such label.
    """
    images, _ = suited(images, bundle)
    _check_channels(images, bundle)
    for image in images:
        _check_voxels(image, bundle)
    _check_choices(bundle, options)
    check_box(images[0], options)


def _check_choices(bundle: Bundle, options: Options) -> None:
    """Labels have to be the bundle's; what tells the class of a whole scan has no parts to choose from."""
    if bundle.kind == CLASSIFICATION and (options.labels or options.roi):
        raise InputError(f"{bundle.name} tells the class of the whole scan; leave labels and box out.")
    values_to_keep(bundle, options)
    if options.explain:
        _check_explanation(bundle, options)


def _check_explanation(bundle: Bundle, options: Options) -> None:
    if bundle.kind not in (CLASSIFICATION, SEGMENTATION):
        raise InputError(
            f"{bundle.name} gives boxes or points, which MedAI cannot explain; leave the explanation out, or choose a model "
            f"that classifies or segments."
        )
    if bundle.kind == SEGMENTATION and options.roi is None:
        raise InputError(f"{bundle.name} segments, and MedAI explains one segment at a time; give the box around it.")


def without_confidence(bundle: Bundle, options: Options) -> tuple[str, ...]:
    """What is said where a confidence map was asked for and the kind of model has none."""
    if options.confidence == "none" or bundle.kind == SEGMENTATION:
        return ()
    if bundle.kind == LANDMARKS:
        return (f"There is no confidence map: {bundle.title} gives points, and does not say how sure it is of them.",)
    return (f"There is no confidence map: how sure {bundle.title} is, its scores say.",)


def suited(images: Sequence[Image], bundle: Bundle) -> tuple[list[Image], tuple[str, ...]]:
    """The images as a model for color pictures needs them, and sentences on what was changed: gray repeated, opacity left out."""
    if len(images) != 1 or bundle.spatial_dims != 2 or len(bundle.channels) != _COLORS:
        return list(images), ()
    (image,) = images
    if image.channels == 1:
        said = f"{image.name} is gray; {bundle.title} was made for color pictures and sees it with red, green and blue alike."
        return [image.with_voxels(np.repeat(image.voxels, _COLORS, axis=0))], (said,)
    if image.channels == _COLORS + 1:
        said = f"The opacity of {image.name} was left out; {bundle.title} sees its colors alone."
        return [image.with_voxels(image.voxels[:_COLORS])], (said,)
    return list(images), ()


def check_box(image: Image, options: Options) -> None:
    """Refuse a box that lies beside the first image; quick for any size of image.

    Raises:
        InputError: if it does.
    """
    if options.roi and not options.roi.touches(image.shape, image.affine):
        raise InputError(f"The box does not touch {image.name}; move it onto the scan or choose no box.")


def values_to_keep(bundle: Bundle, options: Options) -> list[int]:
    """Values of the labels that were asked for by name; none where all are kept.

    Raises:
        InputError: if the bundle has no label of that name.
    """
    values = {name.casefold(): value for value, name in bundle.label_names.items()}
    unknown = [name for name in options.labels if name.casefold() not in values]
    if unknown:
        raise InputError(f"{bundle.name} has no label {unknown[0]!r}; its labels: {', '.join(bundle.label_names.values())}.")
    return [values[name.casefold()] for name in options.labels]


def _check_channels(images: Sequence[Image], bundle: Bundle) -> None:
    wanted = bundle.channels
    given = sum(image.channels for image in images)
    if images and given == len(wanted):
        return  # in order, such as a picture's three colors and a mask
    if bundle.kind == LANDMARKS and len(images) == len(wanted) == 1:
        return  # its channels are frames
    have = " and ".join(f"{image.name} ({image.channels} channel{'s' * (image.channels > 1)})" for image in images) or "nothing"
    need = "one scalar volume" if len(wanted) == 1 else f"{len(wanted)} channels ({', '.join(wanted)})"
    raise InputError(f"{bundle.name} needs {need}, but was given {have}; choose other images.")


def _check_voxels(image: Image, bundle: Bundle) -> None:
    if bundle.spatial_dims == 3 and min(image.shape) < 2:
        size = " x ".join(map(str, image.shape))
        raise InputError(f"{image.name} is a single slice ({size} voxels); {bundle.name} needs a volume of at least two slices.")
    if image.voxels.dtype.kind == "f" and not np.isfinite(image.voxels).all():
        count = int((~np.isfinite(image.voxels)).sum())
        raise InputError(f"{image.name} holds {count} voxels that are not numbers (NaN or infinite); replace them and try again.")
    if image.voxels.min() == image.voxels.max():
        raise InputError(f"{image.name} is empty (all its voxels have the same value); choose another scan.")
