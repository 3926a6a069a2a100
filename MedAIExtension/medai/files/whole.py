"""Files that are written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ..errors import InputError, MedAIError


def check_writable(folder: Path) -> None:
    """Refuse a folder that results cannot be written into; nothing is left there, and a missing one is not made.

    Raises:
        InputError: if it, or the folder that it would be made in, cannot be written.
    """
    place = _existing(folder)
    if not place.is_dir():
        raise InputError(f"{place} is not a folder; choose another folder for the results.")
    try:
        # Rights alone do not tell: a disk can be mounted read-only.
        with tempfile.TemporaryFile(dir=place):
            pass
    except OSError as problem:
        raise InputError(f"{place} cannot be written ({problem.strerror}); choose another folder for the results.") from problem


@contextmanager
def written_whole(folder: Path, family: Collection[str] = ()) -> Iterator[Path]:
    """A temporary folder inside ``folder`` whose files all move there at the end, replacing files of the same names.

    Files named in ``family`` that are not written anew are removed: a scene of an earlier scan must not stay beside new labels.

    The temporary folder has the number of this process in its name, so that somebody else can clear it away if that is killed.

    If the body fails, nothing of it stays, not even ``folder`` if it was not there before.

    Raises:
        InputError: if the folder cannot be written.
        MedAIError: if writing fails later, such as on a full disk.
    """
    check_writable(folder)
    made = _make(folder)
    try:
        with tempfile.TemporaryDirectory(prefix=f".medai-{os.getpid()}-", dir=folder) as temporary:
            yield Path(temporary)
            _move(Path(temporary), folder, family)
    except BaseException as problem:
        with suppress(OSError):  # somebody else has put something there
            for empty in reversed(made):
                empty.rmdir()
        if isinstance(problem, OSError):
            reason = problem.strerror or problem
            raise MedAIError(f"{folder} cannot be written ({reason}); free some space or choose another folder.") from problem
        raise


def _move(source: Path, target: Path, family: Collection[str]) -> None:
    files = sorted(source.iterdir())
    for file in files:
        if (target / file.name).is_dir():
            raise MedAIError(f"{target / file.name} is a folder where a file is to be written; rename it.")
    for file in files:
        os.replace(file, target / file.name)  # noqa: PTH105
    for name in set(family) - {file.name for file in files}:
        (target / name).unlink(missing_ok=True)


def _make(folder: Path) -> list[Path]:
    """Make a folder and those it is in; those that were missing, outermost first."""
    missing = [place for place in (folder, *folder.parents) if not place.exists()][::-1]
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise InputError(f"{folder} cannot be made ({problem.strerror}); choose another folder for the results.") from problem
    return missing


def _existing(folder: Path) -> Path:
    place = folder.absolute()
    while not place.exists() and not place.is_symlink():
        place = place.parent
    return place
