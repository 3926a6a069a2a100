"""Makes ``Testing/unit/data/nnunet_reference.npz``: what nnU-Net itself gives for the cases of ``test_inference_nnunet``.

Run it where nnunetv2 is installed, in the folder Testing: ``python -m support.nnunet_reference``.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from medai.files import write_image
from medai.image import Image

from .foreign import REGIONS, make_trained_folder
from .scans import blobs, oblique_affine

REFERENCE = Path(__file__).parents[1] / "unit" / "data" / "nnunet_reference.npz"

# What each model differs in from a CT model at 2 x 1.5 x 1.5 mm.
CASES: dict[str, dict[str, Any]] = {
    "ct": {},
    "mirrored, two folds": {"folds": 2, "mirror": (0, 1, 2)},
    "regions, two channels": {
        "channels": ("T1", "FLAIR"),
        "labels": REGIONS,
        "network": "ResidualEncoderUNet",
        "transpose": (1, 0, 2),
    },
    "slices": {"configuration": "2d", "patch": (32, 24), "spacing": (1.4, 1.2), "channels": ("T2",), "mirror": (0, 1)},
    "turned, thick": {"reader": "SimpleITKIOWithReorient", "spacing": (5.0, 1.1, 1.2), "patch": (8, 32, 32)},
    "old plans, large window": {"old_plans": True, "patch": (48, 48, 48), "configuration": "3d_lowres"},
    "turned and transposed": {"reader": "NibabelIOWithReorient", "transpose": (2, 0, 1)},
}
# The second has slices so far apart that nnU-Net resamples them one by one.
SPACINGS = {"fine": (1.1, 1.3, 2.7), "thick slices": (0.9, 0.8, 6.0)}


def scan(channels: int, spacing: tuple[float, float, float]) -> Image:
    """An oblique scan with zeros around it, as after a removal of the skull."""
    image = blobs((48, 40, 20), channels=channels, affine=oblique_affine(spacing))
    voxels = image.voxels - 100
    voxels[:, :5] = voxels[:, :, :3] = voxels[..., -2:] = 0
    return image.with_voxels(voxels)


def channels_of(case: dict[str, Any]) -> int:
    """How many channels a case's model takes."""
    return len(case.get("channels", ("CT",)))


def labels_of_nnunet(root: Path, image: Image, folds: int) -> np.ndarray:
    """Labels (i, j, k) that nnU-Net gives for a scan, through files as its users do."""
    import nibabel
    import torch
    from nnunetv2.inference.predict_from_raw_data import nnUNetPredictor

    cpu = torch.device("cpu")
    predictor = nnUNetPredictor(perform_everything_on_device=False, device=cpu, allow_tqdm=False)
    predictor.initialize_from_trained_model_folder(str(root), tuple(range(folds)), "checkpoint_final.pth")
    with tempfile.TemporaryDirectory() as folder:
        files = [str(Path(folder) / f"case_{n:04}.nii.gz") for n in range(image.channels)]
        for file, channel in zip(files, image.voxels, strict=True):
            write_image(file, image.with_voxels(channel[None]))
        reader = predictor.plans_manager.image_reader_writer_class()
        voxels, properties = reader.read_images(files)
        labels = predictor.predict_single_npy_array(voxels, properties)
        reader.write_seg(labels, str(Path(folder) / "labels.nii.gz"), properties)
        return np.asarray(nibabel.load(Path(folder) / "labels.nii.gz").dataobj)


def make() -> dict[str, np.ndarray]:
    """Labels for every case and spacing, by "case: spacing"."""
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for number, (name, case) in enumerate(CASES.items()):
            root = make_trained_folder(Path(folder) / f"Dataset9{number:02}_Tiny", **case)
            for words, spacing in SPACINGS.items():
                image = scan(channels_of(case), spacing)
                found[f"{name}: {words}"] = labels_of_nnunet(root, image, case.get("folds", 1)).astype(np.uint8)
    return found


if __name__ == "__main__":
    REFERENCE.parent.mkdir(exist_ok=True)
    np.savez_compressed(REFERENCE, **make())
