"""Models that are no MONAI bundles, seen as bundles: nnU-Net folders, TorchScript and ONNX networks with a description.

Their configuration is made in memory. Beside MONAI's parts it names some of MedAI's own, with the prefix ``medai:``; a
configuration that is read from a file cannot name these.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ...errors import InputError
from .exported import DESCRIPTION, TORCHSCRIPT, ExportedModel
from .nnunet import TrainedFolder
from .trained import trained_folder

# The parts of their own that such configurations name.
OWN_PARTS = frozenset(
    f"medai:{name}"
    for name in (
        "nnunet.Network",
        "nnunet.Preprocess",
        "nnunet.Inferer",
        "nnunet.Restore",
        "exported.OnnxNetwork",
        "exported.ScriptNetwork",
    )
)

NNUNET, EXPORTED = "nnunet", "exported"


def form_of(root: Path) -> str:
    """ "nnunet" or "exported" for such a folder, "" for any other; looks at names of files only."""
    try:
        if (root / "configs" / "metadata.json").is_file():
            return ""
        if (root / DESCRIPTION).is_file():
            return EXPORTED
    except OSError:
        return ""
    return NNUNET if trained_folder(root) else ""


def open_folder(root: Path) -> TrainedFolder | ExportedModel:
    """Read such a folder's description.

    Raises:
        InputError: if it is no such folder, or the description is not complete; the sentence names the entry.
    """
    form = form_of(root)
    if form == EXPORTED:
        return ExportedModel.read(root)
    folder = trained_folder(root) if form else None
    if folder is None:
        raise no_model(root)
    trained = TrainedFolder.read(folder)
    trained.metadata()
    return trained


def no_model(path: Path) -> InputError:
    """The error for a folder or zip that holds no model of any form."""
    return InputError(
        f"{path} holds no model (configs/metadata.json of a MONAI bundle, plans.json of nnU-Net, or {DESCRIPTION}); choose a "
        f"model's folder or its zip."
    )


def metadata_of(root: Path) -> dict[str, Any]:
    """Such a folder's metadata, as ``configs/metadata.json`` of a bundle would have them. Raises as ``open_folder``."""
    return open_folder(root).metadata()


def config_of(root: Path) -> dict[str, Any]:
    """Such a folder's inference configuration, as ``configs/inference.json`` of a bundle would have it.

    Raises:
        InputError: as ``open_folder``, or if it asks for something that MedAI does not know.
        RefusedError: if it names a network that is not allowed.
    """
    return open_folder(root).config()


def code_files(root: Path) -> list[Path]:
    """The files of such a folder that would run as code, and so need the user's consent: a TorchScript network."""
    found = open_folder(root) if form_of(root) == EXPORTED else None
    return [found.file] if isinstance(found, ExportedModel) and found.file.suffix == TORCHSCRIPT else []


def checkpoint_files(root: Path) -> list[Path]:
    """The pickled files that running such a folder reads, links followed: nnU-Net's checkpoints."""
    found = open_folder(root) if form_of(root) == NNUNET else None
    return [path.resolve() for path in found.checkpoints] if isinstance(found, TrainedFolder) else []


__all__ = [
    "DESCRIPTION",
    "EXPORTED",
    "NNUNET",
    "OWN_PARTS",
    "checkpoint_files",
    "code_files",
    "config_of",
    "form_of",
    "metadata_of",
    "no_model",
    "open_folder",
]
