"""Reading a checkpoint's file: nothing of it is run, and what is wrong with the file is told apart."""

from __future__ import annotations

import json
import pickle
import re
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from ...errors import InputError, RefusedError, TrustError
from .arrays import STAND_INS

_ZIP, _PICKLE = b"PK\x03\x04", b"\x80"
_POINTER = b"version https://git-lfs"
_MARKUP = re.compile(rb"\s*<(!doctype|html|\?xml|head|body)", re.IGNORECASE)
_GLOBAL = re.compile(r"GLOBAL (\S+)")


def read_checkpoint(path: Path, trusted: bool = False) -> Any:
    """What a checkpoint holds, on the CPU; nothing but tensors, NumPy numbers and plain values is made from it.

    Args:
        path: a file that PyTorch or safetensors wrote; one with TorchScript (.ts) gives its network's table of weights.
        trusted: whether the user has consented to the bundle's own code, which TorchScript is.

    Raises:
        InputError: if the file is missing or damaged; the sentence says how.
        RefusedError: if reading it would run code.
        TrustError: if it is TorchScript and the user has not consented.
    """
    _check_first_bytes(path)
    try:
        if path.suffix == ".safetensors":
            return _safetensors(path)
        if path.suffix == ".ts":
            return _torchscript(path, trusted)
        return _tensors(path)
    except (MemoryError, InputError, TrustError):
        raise
    except pickle.UnpicklingError as problem:
        if "Weights only load failed" in str(problem) and "GLOBAL" in str(problem).upper():
            found = _GLOBAL.search(str(problem))
            what = f" ({found.group(1)})" if found else ""
            raise RefusedError(
                f"{path.name} holds more than weights{what} and would run code when read; it was not read."
            ) from problem
        raise _damaged(path) from problem
    except Exception as problem:  # torch's reader fails in any way on bytes that are no checkpoint
        raise _damaged(path) from problem


def _tensors(path: Path) -> Any:
    import torch

    zipped = zipfile.is_zipfile(path)
    if not zipped and path.open("rb").read(len(_ZIP)) == _ZIP:
        raise InputError(f"{path.name} is cut short (its end is missing); get it again.")
    with torch.serialization.safe_globals(STAND_INS):
        return torch.load(path, map_location="cpu", weights_only=True, mmap=zipped)


def _safetensors(path: Path) -> Any:
    from safetensors.torch import load_file

    with suppress(OSError, ValueError, TypeError, KeyError, RecursionError), path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if 2 < length < 100_000_000 and file.read(1) == b"{":
            needed = length if length + 8 > path.stat().st_size else _end_of_data(path, length)
            if needed + 8 > path.stat().st_size:
                raise InputError(f"{path.name} is cut short (its end is missing); get it again.")
    return load_file(path)


def _end_of_data(path: Path, length: int) -> int:
    """How many bytes a file of safetensors says that it has behind its first eight."""
    with path.open("rb") as file:
        file.seek(8)
        header = json.loads(file.read(length))
    return length + max((entry["data_offsets"][1] for name, entry in header.items() if name != "__metadata__"), default=0)


def _torchscript(path: Path, trusted: bool) -> Any:
    if not trusted:
        raise TrustError(f"{path.name} is TorchScript, which is code; look at the bundle with medai audit and allow it first.")
    import torch

    return dict(torch.jit.load(str(path), map_location="cpu").state_dict())


def _check_first_bytes(path: Path) -> None:
    """Refuse what is no checkpoint at all: a frequent end of downloads."""
    if not path.is_file():
        raise InputError(f"{path} is missing; get it again.")
    try:
        with path.open("rb") as file:
            start = file.read(256)
    except OSError as problem:
        raise InputError(f"{path} cannot be read ({problem.strerror}); check its permissions.") from problem
    if not start:
        raise InputError(f"{path.name} is empty (0 bytes); get it again.")
    if start.startswith(_POINTER):
        raise InputError(f"{path.name} is a Git LFS pointer, not the weights; run git lfs pull in its repository.")
    if _MARKUP.match(start):
        raise InputError(f"{path.name} is a web page, not weights: its download has failed; download it again in a browser.")
    if path.suffix != ".safetensors" and not start.startswith((_ZIP, _PICKLE)):
        raise InputError(f"{path.name} is no checkpoint (it does not begin as one does) or is damaged; get it again.")


def _damaged(path: Path) -> InputError:
    return InputError(f"{path.name} is damaged and cannot be read; get it again.")
