"""Synthetic scans of any contrast from label maps, for training without real images.

The method is the domain randomization of Billot et al., "SynthSeg: Segmentation of brain MRI scans of any contrast and
resolution without retraining" (Medical Image Analysis, 2023): a label map is deformed, every tissue gets a random
intensity, and bias field, noise, resolution and skull stripping are drawn at random.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from .random_source import RandomSource
from .recipe import SynthesisOptions
from .tissues import TissueTable


class Synthesizer:
    """Draws (image, target) pairs from label maps.

    Args:
        maps: label maps as uint8 tensors (i, j, k) in RAS+ axis order at 1 mm, holding rows of ``tissues``, not ids.
        tissues: what every row of the table is, and which class it belongs to.
        options: the ranges to draw from.

    The maps' device decides where everything is computed.
    """

    def __init__(self, maps: Sequence[Tensor], tissues: TissueTable, options: SynthesisOptions) -> None:
        if not maps:
            raise ValueError("A synthesizer needs at least one label map.")
        self.maps = list(maps)
        self.device = maps[0].device
        self.options = options
        self.tissues = tissues
        self.row_class = torch.tensor(tissues.row_class, dtype=torch.uint8, device=self.device)
        self.mirror_row = torch.tensor(tissues.mirror_row, dtype=torch.uint8, device=self.device)
        self.is_brain = torch.tensor(tissues.is_brain, dtype=torch.float32, device=self.device)
        self.is_tissue = torch.tensor(tissues.is_tissue, dtype=torch.float32, device=self.device)
        self.centers = [self._brain_center(m) for m in self.maps]
        steps = [torch.arange(n, device=self.device, dtype=torch.float32) - (n - 1) / 2 for n in options.size]
        self.grid = torch.stack(torch.meshgrid(*steps, indexing="ij"), -1) * options.spacing

    def draw(self, rng: RandomSource) -> tuple[Tensor, Tensor]:
        """One synthetic scan: image float32 (1, i, j, k) scaled to 0..1 and target uint8 (1, i, j, k) of class indices."""
        labels, centers = self._deformed(rng)
        target = self.row_class[centers.long()]
        image = self._paint(labels, rng)
        image = image * self._bias_field(rng)
        image = self._degrade(image, rng)
        image = self._contrast_curve(image, rng)
        for crop, chance in ((self._strip_mask, self.options.strip_chance), (self._view_mask, self.options.field_of_view_chance)):
            if rng.chance(chance):
                keep = crop(centers, rng)
                image, target = image * keep, target * keep.to(torch.uint8)
        return scale_to_percentile(image)[None], target[None]

    # -- geometry -------------------------------------------------------------------------------------------------

    def _deformed(self, rng: RandomSource) -> tuple[list[Tensor], Tensor]:
        """Rows at jittered positions of every voxel (for partial volume) and at its center."""
        index = rng.below(len(self.maps))
        label_map, center = self.maps[index], self.centers[index]
        mirrored = rng.chance(0.5)
        matrix = self._affine(rng)
        shift = rng.symmetric(self.options.translation, 3)
        positions = (self.grid + shift) @ matrix.T + self._warp(rng)
        if mirrored:
            positions = positions * torch.tensor([-1.0, 1.0, 1.0], device=self.device)
        positions = positions + center
        half = self.options.spacing / 2
        rows = []
        for _ in range(self.options.lookups):
            jitter = (rng.voxels(positions.shape) * 2 - 1) * half
            rows.append(self._look_up(label_map, positions + jitter, mirrored))
        return rows, self._look_up(label_map, positions, mirrored)

    def _look_up(self, label_map: Tensor, positions: Tensor, mirrored: bool) -> Tensor:
        index = positions.round().long()
        size = torch.tensor(label_map.shape, device=self.device)
        inside = ((index >= 0) & (index < size)).all(-1)
        index = torch.minimum(index.clamp_(min=0), size - 1)
        rows = label_map[index[..., 0], index[..., 1], index[..., 2]] * inside
        return self.mirror_row[rows.long()] if mirrored else rows

    def _affine(self, rng: RandomSource) -> Tensor:
        angles = rng.symmetric(math.radians(self.options.rotation), 3).tolist()
        matrix = torch.eye(3, device=self.device)
        for axis, angle in enumerate(angles):
            a, b = [x for x in range(3) if x != axis]
            turn = torch.eye(3, device=self.device)
            turn[a, a] = turn[b, b] = math.cos(angle)
            turn[a, b], turn[b, a] = -math.sin(angle), math.sin(angle)
            matrix = matrix @ turn
        shear = torch.eye(3, device=self.device) + rng.symmetric(self.options.shearing, 9).reshape(3, 3)
        scale = torch.diag(1 + rng.symmetric(self.options.scaling, 3))
        return matrix @ shear @ scale

    def _warp(self, rng: RandomSource) -> Tensor:
        """A smooth random displacement in mm, (i, j, k, 3)."""
        strength = rng.uniform(0, self.options.warp)
        extent = [n * self.options.spacing for n in self.options.size]
        shape = [max(4, round(e / self.options.warp_control_spacing)) for e in extent]
        return self._smooth_field(rng, 3, shape).movedim(0, -1) * strength

    def _brain_center(self, label_map: Tensor) -> Tensor:
        return (self.is_brain[label_map.long()] > 0).nonzero().float().mean(0)

    # -- intensities ----------------------------------------------------------------------------------------------

    def _paint(self, rows: Sequence[Tensor], rng: RandomSource) -> Tensor:
        means, deviations = self._tissue_intensities(rng)
        mean = torch.stack([means[r.long()] for r in rows]).mean(0)
        deviation = deviations[rows[0].long()]
        texture = rng.noise(mean.shape)
        return (mean + deviation * texture).clamp_(min=0)

    def _tissue_intensities(self, rng: RandomSource) -> tuple[Tensor, Tensor]:
        kind = rng.choose(self.options.contrast_weights)
        rows = len(self.tissues.group)
        mean = rng.vector(rows)
        deviation = rng.vector(rows) * 0.08
        if kind != "random":
            center, spread, known = (torch.tensor(v, device=self.device) for v in self.tissues.contrast(kind))
            drawn = center + spread * rng.gauss(rows)
            mean = torch.where(known > 0, drawn.clamp(0, 1.2), mean)
        group = torch.tensor(self.tissues.group, device=self.device)
        mean, deviation = mean[group], deviation[group]
        quiet = rng.chance(0.6)
        mean[0] = 0.0 if quiet else rng.uniform(0, 0.25)
        deviation[0] = 0.0 if quiet else rng.uniform(0, 0.05)
        return mean, deviation

    def _bias_field(self, rng: RandomSource) -> Tensor:
        strength = rng.uniform(0, self.options.bias)
        return torch.exp(self._smooth_field(rng, 1, [4, 4, 4])[0] * strength)

    def _degrade(self, image: Tensor, rng: RandomSource) -> Tensor:
        """Acquire at a random resolution (thick slices, coarse or fine voxels), with noise, and interpolate back."""
        spacing = [self.options.spacing] * 3
        if rng.chance(self.options.thick_slice_chance):
            spacing[rng.below(3)] = rng.uniform(*self.options.thick_slice)
        elif rng.chance(self.options.coarse_chance):
            spacing = [rng.uniform(self.options.spacing, 3.0)] * 3
        widths = [0.42 * s / self.options.spacing if s > self.options.spacing else rng.uniform(0, 0.6) for s in spacing]
        image = gaussian_blur(image, widths)
        size = [max(2, round(n * self.options.spacing / s)) for n, s in zip(image.shape, spacing, strict=True)]
        full = list(image.shape)
        if size != full:
            image = F.interpolate(image[None, None], size=size, mode="trilinear")[0, 0]
        level = rng.uniform(0, self.options.noise)
        image = image + level * rng.noise(image.shape)
        if size != full:
            image = F.interpolate(image[None, None], size=full, mode="trilinear")[0, 0]
        return image.clamp_(min=0)

    def _contrast_curve(self, image: Tensor, rng: RandomSource) -> Tensor:
        exponent = math.exp(float(rng.gauss(1)) * self.options.gamma)
        top = image.max().clamp(min=1e-6)
        return (image / top) ** exponent

    # -- what a scan leaves out -----------------------------------------------------------------------------------

    def _strip_mask(self, rows: Tensor, rng: RandomSource) -> Tensor:
        """The brain as a skull stripper would leave it: dilated or nibbled at random, uneven at the border."""
        inside = self.is_tissue if rng.chance(0.4) else self.is_brain
        brain = gaussian_blur(inside[rows.long()], [rng.uniform(0.5, 2.5)] * 3)
        level = rng.uniform(0.05, 0.5) + 0.1 * self._smooth_field(rng, 1, [8, 8, 8])[0]
        return (brain > level.clamp(0.02, 0.6)).float()

    def _view_mask(self, rows: Tensor, rng: RandomSource) -> Tensor:
        """A field of view that ends inside the head along one axis."""
        keep = torch.ones(rows.shape, device=self.device)
        axis = rng.below(3)
        cut = int(rng.uniform(0.1, 0.35) * rows.shape[axis])
        start = 0 if rng.chance(0.5) else rows.shape[axis] - cut
        keep.narrow(axis, start, cut).zero_()
        return keep

    def _smooth_field(self, rng: RandomSource, channels: int, shape: Sequence[int]) -> Tensor:
        coarse = rng.noise([1, channels, *shape])
        return F.interpolate(coarse, size=list(self.options.size), mode="trilinear", align_corners=True)[0]


def gaussian_blur(image: Tensor, sigmas: Sequence[float]) -> Tensor:
    """Separable Gaussian blur of (i, j, k) with one standard deviation per axis, in voxels; the border is replicated."""
    for axis, sigma in enumerate(sigmas):
        if sigma < 0.15:
            continue
        radius = max(1, math.ceil(2.5 * sigma))
        offsets = torch.arange(-radius, radius + 1, device=image.device, dtype=image.dtype)
        kernel = torch.exp(-0.5 * (offsets / sigma) ** 2)
        kernel = (kernel / kernel.sum()).reshape([-1 if a == axis else 1 for a in range(3)])
        pad = [radius if a == axis else 0 for a in (2, 1, 0) for _ in (0, 1)]
        padded = F.pad(image[None, None], pad, mode="replicate")
        image = F.conv3d(padded, kernel[None, None])[0, 0]
    return image


def scale_to_percentile(image: Tensor, percentile: float = 99.5) -> Tensor:
    """Scale to 0..1 between the minimum and a percentile, clipped: what the bundle's preprocessing does to a real scan."""
    flat = image.flatten()[:: max(1, image.numel() // 200_000)]
    low, high = flat.min(), torch.quantile(flat, percentile / 100)
    return ((image - low) / (high - low).clamp(min=1e-6)).clamp_(0, 1)
