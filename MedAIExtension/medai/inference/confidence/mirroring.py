"""Along which axes a scan can be mirrored for a model, so that what it says of the mirrored scan means something."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from monai.inferers import SliceInferer
from nibabel.orientations import io_orientation
from numpy.typing import NDArray

from ...bundles.config import read_config
from ...bundles.formats import form_of
from ...bundles.model import Bundle
from ...errors import InputError
from ..nnunet.network import Network
from ..pipeline import Pipeline
from .sides import exchanged, have_sides

_FLIPS, _FLIPS_ANY = ("RandFlipd", "RandFlip"), ("RandAxisFlipd", "RandAxisFlip")


@dataclass(frozen=True)
class Flip:
    """One mirrored run: its axes of the network's grid, from 0, and what each channel of its scores is (None: itself)."""

    axes: tuple[int, ...]
    channels: tuple[int, ...] | None = None


@dataclass(frozen=True)
class Mirrorings:
    """All mirrored runs, and sentences on what cannot be done."""

    flips: tuple[Flip, ...] = ()
    warnings: tuple[str, ...] = ()


def mirrorings_of(bundle: Bundle, pipeline: Pipeline, affine: NDArray[np.float64] | None, channels: int) -> Mirrorings:
    """The mirrorings that mean something to a model; the scan as it is is none of them.

    Transforms have to be such as an acquisition, or the training, could have made (Wang et al. 2019, Neurocomputing 338:34,
    "Aleatoric uncertainty estimation with test-time augmentation for medical image segmentation with convolutional neural
    networks"). nnU-Net's checkpoints say which axes were mirrored; in exact mode its networks see every window mirrored
    already. Of other bundles the training configuration says it. Where none says anything, left and right alone are
    exchanged: bodies are nearly symmetric, and no scan is upside down.

    Where names of labels carry sides, left and right are exchanged only if every side has its counterpart, whose scores then
    change places too; else that axis is left out.

    Args:
        bundle: for the names of its labels and its training.
        pipeline: for its network and inferer.
        affine: of the network's grid, (4, 4) to RAS in mm, with the two or three axes of the network first; None: not known.
        channels: that the network gives.
    """
    trained = _trained_by_nnunet(pipeline) if isinstance(pipeline.network, Network) else _trained(bundle)
    if isinstance(pipeline.network, Network) and pipeline.network.mirror:
        return Mirrorings()
    seen = _axes(pipeline)
    if trained is not None and not trained & set(seen):
        return Mirrorings((), (f"{_none(bundle)} it was not trained on mirrored scans.",))
    if affine is None:
        return Mirrorings((), (f"{_none(bundle)} where left is gets lost in its preprocessing.",))
    # Each axis has a direction of its own; 0 is left-right.
    sideways = {axis for axis, (direction, _) in enumerate(io_orientation(affine)) if direction == 0}
    names = bundle.label_names
    swap = exchanged(names, channels) if have_sides(list(names.values())) else None
    fixed = sideways if have_sides(list(names.values())) and swap is None else set()
    axes = [axis for axis in seen if axis in (sideways if trained is None else trained) - fixed]
    if not axes:
        return Mirrorings((), (f"{_none(bundle)} it cannot be mirrored without exchanging left and right.",))
    flips = [each for n in range(len(axes)) for each in itertools.combinations(axes, n + 1)]
    return Mirrorings(tuple(Flip(flip, swap if set(flip) & sideways else None) for flip in flips))


def _none(bundle: Bundle) -> str:
    return f"The confidence map of {bundle.title} is that of the plain run:"


def _axes(pipeline: Pipeline) -> list[int]:
    """Those of the network's grid that its network sees more than one voxel of."""
    if pipeline.flat:
        return [0, 1]
    if isinstance(pipeline.inferer, SliceInferer):
        return [axis for axis in range(3) if axis != pipeline.inferer.spatial_dim]
    return [0, 1, 2]


def _trained_by_nnunet(pipeline: Pipeline) -> frozenset[int]:
    first = 3 - len(getattr(pipeline.inferer, "patch_size", (0, 0, 0)))
    return frozenset(first + axis for axis in getattr(pipeline.network, "trained_mirror", ()))


def _trained(bundle: Bundle) -> frozenset[int] | None:
    """Axes that the training's random flips mirrored; None where there is no training configuration to read."""
    return None if form_of(bundle.root) else _flipped_in(bundle.root, bundle.content_hash, bundle.spatial_dims)


@lru_cache(maxsize=4)
def _flipped_in(root: Path, _content_hash: str, dims: int) -> frozenset[int] | None:
    """Looked for once, not for every slice."""
    try:
        config = read_config(root, "train")
    except InputError:
        return None
    return frozenset(axis for part in _parts(config) for axis in _flipped(part, dims))


def _parts(part: Any) -> Iterator[Mapping[str, Any]]:
    """All mappings in a configuration, which ``read_config`` keeps from being endless."""
    if isinstance(part, Mapping):
        yield part
    inner: Sequence[Any] = list(part.values()) if isinstance(part, Mapping) else part if isinstance(part, list) else ()
    for each in inner:
        yield from _parts(each)


def _flipped(part: Mapping[str, Any], dims: int) -> list[int]:
    kind = str(part.get("_target_", "")).rsplit(".", maxsplit=1)[-1]
    if kind not in (*_FLIPS, *_FLIPS_ANY) or part.get("prob") == 0:
        return []
    axis = part.get("spatial_axis")
    if kind in _FLIPS and isinstance(axis, (int, list)):
        return [n % dims if isinstance(n, int) else 0 for n in ([axis] if isinstance(axis, int) else axis)]
    return list(range(dims))
