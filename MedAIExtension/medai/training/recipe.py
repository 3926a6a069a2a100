"""A recipe: everything that decides a training, in a file that ships with the model it made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

import yaml

from ..errors import InputError


@dataclass(frozen=True)
class TrainingClass:
    """One class to learn: its name and the label numbers that belong to it."""

    name: str
    labels: tuple[int, ...]


@dataclass(frozen=True)
class TrainingOptions:
    """How the loop runs; ``steps`` counts optimizer updates, ``average`` is the decay of the averaged weights."""

    steps: int = 3000
    batch: int = 1
    learning_rate: float = 1e-3
    weight_decay: float = 1e-4
    warm_up: int = 200
    average: float = 0.998
    seed: int = 2026
    checkpoint_every: int = 250


@dataclass(frozen=True)
class SynthesisOptions:
    """How strongly each property of a synthetic scan varies; lengths in mm, angles in degrees, chances in 0..1.

    Attributes:
        spacing: voxel size of the synthetic scans.
        size: their size in voxels.
        rotation, scaling, shearing, translation: limits of the random affine.
        warp: largest strength of the smooth displacement, whose control points are ``warp_control_spacing`` apart.
        lookups: label lookups per voxel, for partial volume.
        bias, noise, gamma: strengths of bias field, noise and contrast curve.
        thick_slice_chance, thick_slice: how often, and how thick.
        coarse_chance: how often voxels are coarse along all axes.
        strip_chance: how often the skull is removed.
        field_of_view_chance: how often the scan ends inside the head.
        contrast_weights: how often each weighting is painted; "random" draws every tissue's intensity freely.
    """

    spacing: float = 1.5
    size: tuple[int, int, int] = (128, 144, 128)
    rotation: float = 20.0
    scaling: float = 0.15
    shearing: float = 0.03
    translation: float = 30.0
    warp: float = 3.5
    warp_control_spacing: float = 22.0
    lookups: int = 3
    bias: float = 0.5
    noise: float = 0.07
    gamma: float = 0.35
    thick_slice_chance: float = 0.45
    thick_slice: tuple[float, float] = (2.0, 7.5)
    coarse_chance: float = 0.15
    strip_chance: float = 0.4
    field_of_view_chance: float = 0.25
    contrast_weights: Mapping[str, float] = field(
        default_factory=lambda: {"random": 0.45, "t1": 0.25, "t2": 0.1, "flair": 0.15, "pd": 0.05}
    )


@dataclass(frozen=True)
class Recipe:
    """A training from label maps.

    Attributes:
        label_maps: pattern of the label maps' files, relative to the data folder.
        classes: what to learn; class ``n`` becomes the value ``n`` from 1.
        synthesis: how scans are made from the label maps.
        training: how the loop runs.
    """

    label_maps: str
    classes: tuple[TrainingClass, ...]
    synthesis: SynthesisOptions = SynthesisOptions()
    training: TrainingOptions = TrainingOptions()

    def with_training(self, **changes: Any) -> Recipe:
        """The same recipe with other training options; None leaves one as it is."""
        return replace(self, training=replace(self.training, **{k: v for k, v in changes.items() if v is not None}))


def read_recipe(path: Path) -> Recipe:
    """Read a recipe from YAML.

    Raises:
        InputError: if the file is missing or unreadable, or names an unknown option.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        return Recipe(
            label_maps=str(content["label_maps"]),
            classes=tuple(TrainingClass(str(c["name"]), tuple(int(x) for x in c["labels"])) for c in content["classes"]),
            synthesis=_options(SynthesisOptions, content.get("synthesis", {})),
            training=_options(TrainingOptions, content.get("training", {})),
        )
    except FileNotFoundError as problem:
        raise InputError(f"There is no recipe at {path}; name a model that ships one, or a recipe's file.") from problem
    except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError) as problem:
        raise InputError(f"{path} is not a usable recipe ({problem}); compare it with the recipe of brain-mr.") from problem


def _options(kind: type, values: Mapping[str, Any]) -> Any:
    known = {f.name for f in fields(kind)}
    unknown = sorted(set(values) - known)
    if unknown:
        raise ValueError(f"unknown option {unknown[0]!r}")
    return kind(**{name: tuple(value) if isinstance(value, list) else value for name, value in values.items()})
