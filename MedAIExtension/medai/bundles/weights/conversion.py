"""A bundle's checkpoints as safetensors: a format that holds tensors and cannot hold code."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from ...errors import InputError
from ..formats import form_of
from .reading import read_checkpoint
from .tables import table_in

_CONVERTED = (".pt", ".pth")


def convert_bundle(root: Path, target: Path) -> Path:
    """Copy a bundle into ``target`` with its tables of weights as safetensors; what is no such table stays as it is.

    Args:
        root: the bundle's folder, which is not changed.
        target: the new folder, which must not exist; it appears when all of it is written.

    Returns:
        ``target``.

    Raises:
        InputError: if the target exists or cannot be written, a checkpoint is damaged, or there is nothing to convert.
        RefusedError: if reading a checkpoint would run code.
    """
    if target.exists():
        raise InputError(f"{target} exists already; choose a new folder.")
    if not root.is_dir():
        raise InputError(f"{root} is no folder; choose a bundle's folder.")
    if form_of(root):
        raise InputError(f"{root} is no MONAI bundle, and only their weights are converted; use it as it is.")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".converting-") as work:
            copy = Path(shutil.copytree(root, Path(work) / "bundle", ignore=shutil.ignore_patterns("__pycache__")))
            checkpoints = [path for path in sorted((copy / "models").rglob("*")) if path.suffix in _CONVERTED]
            if not sum([_converted(path) for path in checkpoints]):
                raise InputError(f"{root} has no checkpoint in models that could be converted; choose a bundle with weights.")
            copy.rename(target)
    except OSError as problem:
        raise InputError(f"{target} cannot be written ({problem.strerror or problem}); choose another folder.") from problem
    return target


def _converted(path: Path) -> bool:
    """Put safetensors in a checkpoint's place; False where it holds something else than weights."""
    from safetensors.torch import save_file

    content = read_checkpoint(path)
    try:
        table = table_in(content, path)
    except InputError:
        return False
    # Weights that share memory, such as an encoder's that a decoder names too, are written once for each name.
    save_file({name: value.contiguous().clone() for name, value in table.items()}, path.with_suffix(".safetensors"))
    path.unlink()
    return True
