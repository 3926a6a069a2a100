"""Every shape of bundle that the zoo has gives the labels that MONAI's own runner gives, on an oblique, flipped scan."""

from __future__ import annotations

from pathlib import Path

import nibabel
import numpy as np
import pytest
from PIL import Image as Pillow
from scipy.ndimage import gaussian_filter

from medai import Image
from medai.bundles import Bundle
from medai.bundles.audit import Verdict, audit
from medai.bundles.audit.consent import trust
from medai.files import read_image
from medai.inference import infer
from support.monai_runner import labels_by_monai, written
from support.scans import blobs
from support.zoo import Shape
from support.zoo_shapes import SHAPES


def opened(shape: Shape, folder: Path) -> Bundle:
    """The bundle, with consent where it brings code."""
    bundle = Bundle.open(shape.write(folder))
    found = audit(bundle)
    assert (found.verdict is Verdict.NEEDS_TRUST) == bool(shape.files), found.reasons
    if shape.files:
        trust(found)
    return bundle


def scans_of(shape: Shape, folder: Path) -> tuple[list[Image], list[Path]]:
    """What the bundle is given, and the files that its keys read."""
    if len(shape.spatial_shape) == 2 and shape.channels == 3:
        picture = written_picture(folder / "picture.png")
        return [read_image(picture)], [picture]
    count = 1 if any("Guidance" in text for text in shape.files.values()) else shape.channels
    files = [written(blobs((40, 36, 20), seed=3 + n), folder / f"scan{n}.nii.gz") for n in range(count)]
    images = [Image(np.asarray(nibabel.load(f).dataobj)[None], nibabel.load(f).affine, f.stem, "MR") for f in files]
    if "label" in shape.keys:
        files.append(written(blobs((40, 36, 20), seed=9), folder / "label.nii.gz"))
    return images, files


def written_picture(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(5)
    colors = np.stack([gaussian_filter(rng.normal(size=(40, 60)), 3) for _ in range(3)], axis=-1)
    Pillow.fromarray((255 * (colors - colors.min()) / np.ptp(colors)).astype(np.uint8)).save(path)
    return path


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_labels_equal_those_of_monai(tmp_path, shape):
    bundle = opened(shape, tmp_path / "bundles")
    images, files = scans_of(shape, tmp_path / "data")
    output = infer(images, bundle)
    theirs = np.squeeze(labels_by_monai(shape, bundle.root, files, tmp_path / "monai"))
    ours = np.squeeze(output.labelmap.voxels)
    assert len(np.unique(ours)) > 1
    if files[0].suffix == ".png":
        theirs = theirs // theirs.max()  # MONAI scales what it writes as a picture
    np.testing.assert_array_equal(ours, theirs)
    assert output.labelmap.shape == images[0].shape
