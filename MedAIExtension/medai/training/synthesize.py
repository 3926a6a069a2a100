"""One synthetic scan with its labels, as images: the generator on its own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from ..image import Image
from .labelmaps import load_label_maps
from .random_source import RandomSource
from .recipe import Recipe
from .synthesis import Synthesizer

_WHITE = 255


def synthesize(label_map: Path, recipe: Recipe, seed: int) -> tuple[Image, Image]:
    """A scan painted from a label map and the labels that it was painted from.

    Args:
        label_map: label numbers at 1 mm that the recipe's classes name.
        recipe: its classes and synthesis are used.
        seed: decides everything that is drawn.

    Returns:
        The scan, int16 0..255, and the labels, uint8, both (1, i, j, k) in RAS+ axis order, the brain about the origin.

    Raises:
        InputError: if the label map cannot be read or is not on a 1 mm grid.
    """
    maps, tissues = load_label_maps([label_map], [c.labels for c in recipe.classes])
    image, target = Synthesizer(maps, tissues, recipe.synthesis).draw(RandomSource(seed, torch.device("cpu")))
    spacing = recipe.synthesis.spacing
    affine = np.diag([spacing, spacing, spacing, 1.0])
    affine[:3, 3] = [-(n - 1) / 2 * spacing for n in recipe.synthesis.size]
    scan = (image * _WHITE).round().to(torch.int16).numpy()
    return Image(scan, affine, "synthetic scan", "MR"), Image(target.numpy(), affine, "synthetic scan labels")
