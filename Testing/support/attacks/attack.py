"""What a hostile bundle is, and the pieces that several are made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..bundles import make_bundle
from ..traps import Trap

REFUSED, ASKED, DAMAGED, IGNORED = "refused", "asked", "damaged", "ignored"


@dataclass(frozen=True)
class Attack:
    """A hostile bundle.

    Attributes:
        name: what it tries.
        make: writes it into a folder that does not exist yet, and gives that folder or a zip.
        expected: REFUSED (exit code 4), ASKED (3), DAMAGED (2: not even read), or IGNORED: it can run, its payload cannot.
        at_run: only a run can tell, because what is wrong is computed; the audit may say that it is safe.
    """

    name: str
    make: Callable[[Path, Trap], Path]
    expected: str = REFUSED
    at_run: bool = False


def configured(name: str, part: str, value: Callable[[Trap], Any], expected: str = REFUSED, at_run: bool = False) -> Attack:
    """A bundle with one part of its inference configuration replaced; what is no pipeline's part goes beside it."""
    return Attack(name, lambda folder, trap: make_bundle(folder, changes={part: value(trap)}), expected, at_run)


def run(trap: Trap) -> dict[str, Any]:
    """A part that runs a command."""
    return {"_target_": "os.system", "command": trap.command}


def steps(*transforms: Mapping[str, Any]) -> dict[str, Any]:
    """Transforms in a row."""
    return {"_target_": "Compose", "transforms": list(transforms)}


def load() -> dict[str, Any]:
    """A loader."""
    return {"_target_": "LoadImaged", "keys": "image"}


def save(folder: str) -> dict[str, Any]:
    """A writer to a folder."""
    return {"_target_": "SaveImaged", "keys": "pred", "output_dir": folder}


def argmax() -> dict[str, Any]:
    """One label for each voxel."""
    return {"_target_": "AsDiscreted", "keys": "pred", "argmax": True}


def pad(edge: int) -> dict[str, Any]:
    """A transform that makes images of this size."""
    return {"_target_": "SpatialPadd", "keys": "image", "spatial_size": [edge] * 3}


def spacing(edge: float) -> dict[str, Any]:
    """A transform that makes voxels of this size."""
    return {"_target_": "Spacingd", "keys": "image", "pixdim": [edge] * 3}


def loads(path: str) -> dict[str, Any]:
    """A checkpoint loader."""
    return {"_target_": "CheckpointLoader", "load_path": path, "load_dict": {"model": "@network"}}


def pickled(folder: Path, trap: Trap, place: str) -> Path:
    """A bundle with a pickle in one place that runs a command."""
    make_bundle(folder)
    (folder / place).write_bytes(trap.pickle.read_bytes())
    return folder
