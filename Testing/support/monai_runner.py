"""What MONAI's own runner makes of a bundle: ``monai.bundle.run`` in a copy, on given files."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
from monai.bundle import run

from medai import Image

from .zoo import Shape, own_code_of


def written(image: Image, path: Path) -> Path:
    """Write a scan as NIfTI, without an axis of channels where it has one, and give the path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    voxels = image.voxels[0] if image.channels == 1 else np.moveaxis(image.voxels, 0, -1)
    nibabel.save(nibabel.Nifti1Image(voxels, image.affine), path)
    return path


def labels_by_monai(shape: Shape, bundle: Path, files: Sequence[Path], folder: Path) -> np.ndarray:
    """The label map (i, j[, k[, channel]]) that MONAI's runner writes.

    Args:
        shape: what the bundle is.
        bundle: its folder; it is run in a copy.
        files: one for each of the bundle's keys, or all channels of its only key.
        folder: for the copy and what is written.
    """
    copy = folder / "copy" / bundle.name
    shutil.copytree(bundle, copy)
    item: dict[str, Any] = {shape.keys[0]: str(files[0]) if len(files) == 1 else [str(file) for file in files]}
    if len(shape.keys) > 1:
        item = dict(zip(shape.keys, map(str, files), strict=True))
    _run(copy / "configs" / f"inference{shape.form}", copy, folder / "out", {"dataset::data": [item], **shape.monai})
    (found,) = (path for path in (folder / "out").rglob("*") if path.suffix in (".gz", ".png"))
    if found.suffix == ".png":
        from PIL import Image as Pillow

        return np.asarray(Pillow.open(found)).T
    return np.asarray(nibabel.load(found).dataobj)


def _run(config: Path, root: Path, output: Path, changes: Mapping[str, Any]) -> None:
    before = Path.cwd()
    os.chdir(root)
    try:
        with own_code_of(root):
            run(run_id="run", config_file=str(config), bundle_root=str(root), output_dir=str(output), **changes)
    finally:
        os.chdir(before)
