"""Pickles, programs and links in the place of weights, and what else a folder can hold."""

from __future__ import annotations

import os
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from ..bundles import make_bundle
from ..traps import Trap
from .attack import ASKED, DAMAGED, Attack, pickled
from .pickles import Gadget


def weights() -> list[Attack]:
    """Pickles and programs in the place of weights."""

    def saved(content: Callable[[Trap], Any], legacy: bool = False, place: str = "models/model.pt") -> Callable[..., Path]:
        def make(folder: Path, trap: Trap) -> Path:
            make_bundle(folder)
            torch.save(content(trap), folder / place, _use_new_zipfile_serialization=not legacy)
            return folder

        return make

    def tensors(trap: Trap) -> dict[str, Any]:
        return {"model": {"a.weight": torch.zeros(2), "b.weight": Gadget(trap.command)}}

    return [
        Attack("pickle as model.pt", lambda folder, trap: pickled(folder, trap, "models/model.pt")),
        Attack("gadget saved by torch", saved(lambda trap: Gadget(trap.command))),
        Attack("gadget among weights", saved(tensors)),
        Attack("gadget in the old format", saved(tensors, legacy=True)),
        Attack("gadget in a newer protocol", _new_protocol),
        Attack("gadget in a zip", _pickle_in_zip),
        Attack("gadget in an old tar", _pickle_in_tar),
        Attack("gadget by name of the stack", _stack_global),
        Attack("TorchScript alone", _torchscript_alone, ASKED),
        Attack("TorchScript that is called model.pt", _torchscript_as_weights),
        Attack("pickle as safetensors", _safetensors, DAMAGED, at_run=True),
        Attack("weights that are a link", _linked_weights),
        Attack("weights that are a folder", _folder_as_weights, DAMAGED, at_run=True),
    ]


def _new_protocol(folder: Path, trap: Trap) -> Path:
    make_bundle(folder)
    (folder / "models" / "model.pt").write_bytes(pickle.dumps({"model": Gadget(trap.command)}, protocol=5))
    return folder


def _pickle_in_zip(folder: Path, trap: Trap) -> Path:
    make_bundle(folder)
    with zipfile.ZipFile(folder / "models" / "model.pt", "w") as archive:
        archive.writestr("archive/data.pkl", trap.pickle.read_bytes())
        archive.writestr("archive/version", "3\n")
    return folder


def _pickle_in_tar(folder: Path, trap: Trap) -> Path:
    import tarfile

    make_bundle(folder)
    with tarfile.open(folder / "models" / "model.pt", "w") as archive:
        for name in ("storages", "tensors", "pickle"):
            archive.add(trap.pickle, name)
    return folder


def _stack_global(folder: Path, trap: Trap) -> Path:
    """Harmless names lie on the stack last, and are dropped again before the name is taken."""
    command = trap.command.encode()
    code = b"\x80\x04\x8c\x02os\x8c\x06system\x8c\x05torch0\x8c\x04Size0\x93\x8c" + bytes([len(command)]) + command + b"\x85R."
    make_bundle(folder)
    (folder / "models" / "model.pt").write_bytes(code)
    return folder


def _torchscript_alone(folder: Path, _trap: Trap) -> Path:
    make_bundle(folder)
    (folder / "models" / "model.pt").unlink()
    torch.jit.script(torch.nn.Identity()).save(str(folder / "models" / "model.ts"))
    return folder


def _torchscript_as_weights(folder: Path, _trap: Trap) -> Path:
    make_bundle(folder)
    torch.jit.script(torch.nn.Identity()).save(str(folder / "models" / "model.pt"))
    return folder


def _safetensors(folder: Path, trap: Trap) -> Path:
    make_bundle(folder)
    (folder / "models" / "model.pt").unlink()
    (folder / "models" / "model.safetensors").write_bytes(trap.pickle.read_bytes())
    return folder


def _linked_weights(folder: Path, trap: Trap) -> Path:
    make_bundle(folder)
    (folder / "models" / "model.pt").unlink()
    (folder / "models" / "model.pt").symlink_to(trap.pickle)
    return folder


def _folder_as_weights(folder: Path, _trap: Trap) -> Path:
    make_bundle(folder)
    (folder / "models" / "model.pt").unlink()
    (folder / "models" / "model.pt").mkdir()
    return folder


def folders() -> list[Attack]:
    """What a folder can hold besides."""
    return [
        Attack("a link to a secret", lambda folder, trap: _linked(folder, "docs.md", trap.secret)),
        Attack("a folder that is a link out", lambda folder, trap: _linked(folder, "docs", trap.secret.parent)),
        Attack("a pipe that never ends", _pipe),
        Attack("more files than a bundle has", _many_files, DAMAGED),
    ]


def _linked(folder: Path, name: str, target: Path) -> Path:
    make_bundle(folder)
    (folder / name).symlink_to(target)
    return folder


def _pipe(folder: Path, _trap: Trap) -> Path:
    make_bundle(folder)
    os.mkfifo(folder / "models" / "more.pt")
    return folder


def _many_files(folder: Path, _trap: Trap) -> Path:
    make_bundle(folder)
    (folder / "many").mkdir()
    first = folder / "many" / "0"
    first.touch()
    for number in range(1, 10_001):
        os.link(first, folder / "many" / str(number))
    return folder
