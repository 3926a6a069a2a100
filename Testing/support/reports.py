"""Results to report on: a small scan with lesions of known sizes, and the rest of what a run gives."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import pytest

from medai.image import Image
from medai.region import Box
from medai.results import Detection, Prediction, describe_labels, flagged
from medai.results.lesions import find_lesions
from medai.results.statistics import measure_labels

RUN = {
    "model": {"name": "tiny", "title": "Tiny model", "version": "1.2.3", "content_hash": "ab" * 32},
    "options": {"mode": "exact", "roi": None},
    "plan": {"precision": "float32"},
    "device": "cpu",
    "seconds": {"preparing": 0.5, "segmenting": 2.0},
    "versions": {"medai": "0.1.0", "torch": "2.10"},
    "warnings": [],
    "date": "2026-01-31T14:05:00+00:00",
}
ORGAN, TUMOR = 1, 2


def scan_with_lesions(affine: np.ndarray | None = None, names: dict[int, str] | None = None) -> tuple[Prediction, Image]:
    """A scan of 60 x 60 x 24 voxels of 1 x 1 x 2 mm with an organ and, in it, tumors of 12 x 8 x 3, 3 x 3 x 1 and one voxel."""
    labelmap = np.zeros((1, 60, 60, 24), np.uint8)
    labelmap[0, 8:52, 10:50, 3:21] = ORGAN
    labelmap[0, 14:26, 20:28, 8:11] = TUMOR
    labelmap[0, 40:43, 30:33, 14] = TUMOR
    labelmap[0, 30, 44, 17] = TUMOR
    voxels = np.random.default_rng(5).normal(100, 5, labelmap.shape) * (labelmap > 0) + 80 * (labelmap == TUMOR)
    placed = np.diag([-1.0, -1.0, 2.0, 1.0]) if affine is None else affine
    image = Image(voxels.astype(np.float32), placed, name="DOE_JOHN_1950", modality="MR")
    return measured(
        Prediction(image.with_voxels(labelmap), describe_labels(names or {ORGAN: "liver", TUMOR: "tumor"}), RUN), image
    )


def measured(prediction: Prediction, image: Image) -> tuple[Prediction, Image]:
    """The prediction with all that is measured after a run."""
    prediction = replace(prediction, lesions=find_lesions(prediction, image))
    prediction = replace(prediction, statistics=measure_labels(prediction, image))
    return flagged(prediction, tuple(prediction.run["warnings"])), image


@contextmanager
def small_pictures() -> Iterator[None]:
    """Reports are drawn small meanwhile, which is fast, for tests that read and do not look."""
    from medai.files.report import pictures, planes, rays, surface

    with pytest.MonkeyPatch.context() as patch:
        for module, name, size in ((pictures, "_DPI", 30), (planes, "_PIXELS", 60), (rays, "RAYS", 40), (surface, "RAYS", 40)):
            patch.setattr(module, name, size)
        yield


def boxes(image: Image, count: int) -> tuple[Detection, ...]:
    """Boxes along a scan, the best first."""
    places = (np.linspace(0.2, 0.8, count)[:, None] * (np.array(image.shape) - 1)) @ image.affine[:3, :3].T + image.affine[:3, 3]
    return tuple(
        Detection("nodule", 0.95 - 0.5 * number / count, Box(tuple(place), (10.0, 8.0, 6.0)))
        for number, place in enumerate(places)
    )
