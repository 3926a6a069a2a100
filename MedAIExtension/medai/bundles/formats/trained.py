"""The files that a training with nnU-Net v2 leaves: which of them are the model, and what it was trained with.

Dataset001_Liver/
    nnUNetTrainer__nnUNetPlans__3d_fullres/
        dataset.json  plans.json  fold_0/checkpoint_final.pth  fold_1/...
"""

from __future__ import annotations

import json
import pickletools
import re
import zipfile
from collections.abc import Collection, Iterator
from contextlib import suppress
from fnmatch import fnmatchcase
from itertools import islice
from pathlib import Path
from typing import IO, Any

PLANS, DATASET = "plans.json", "dataset.json"
CHECKPOINTS = ("checkpoint_final.pth", "checkpoint_best.pth")
Place = tuple[str, ...]

_TRAINED = "*__*__*"  # trainer, plans, configuration
_PREFERRED = ("3d_fullres", "3d_lowres", "2d")
_FOLD = re.compile(r"fold_(\d+)")
_BESIDE = re.compile(r"(plans|dataset|dataset_fingerprint)\.json|(readme|licen[cs]e|copying)[\w.-]*", re.IGNORECASE)
# Scans that were segmented to judge the training: of no use in a run, and somebody's.
_JUDGED = ("validation", "crossval")
_LONGEST_PLANS = 50_000_000
_LARGEST_INDEX, _MOST_OPERATIONS = 16_000_000, 500_000


def trained_folder(root: Path) -> Path | None:
    """The folder with plans.json: ``root`` itself, or the most exact one below it; None where there is none."""
    with suppress(OSError):
        if (root / PLANS).is_file() and (root / DATASET).is_file():
            return root
        below = {p.parent.name for p in root.glob(f"{_TRAINED}/{PLANS}") if (p.parent / DATASET).is_file()}
        return root / _most_exact(below) if below else None
    return None


def is_trained_name(name: str) -> bool:
    """Whether a folder is called as nnU-Net calls one with plans.json, which says nothing of what was learned."""
    return fnmatchcase(name, _TRAINED)


def files_of_model(places: Collection[Place]) -> tuple[Place, frozenset[Place]] | None:
    """The folder with plans.json and the files that a run or a reader needs; None where there is no such model at the root.

    Args:
        places: of all files, folder by folder.
    """
    known = set(places)
    if (PLANS,) in known and (DATASET,) in known:
        folder: Place = ()
    else:
        below = {p[0] for p in known if p[1:] == (PLANS,) and is_trained_name(p[0]) and (p[0], DATASET) in known}
        if not below:
            return None
        folder = (_most_exact(below),)
    depth = len(folder)
    inside = {place[depth:] for place in known if place[:depth] == folder}
    kept = {*checkpoints_among(inside), *(place for place in inside if len(place) == 1 and _BESIDE.fullmatch(place[0]))}
    above = {place for place in known if depth and len(place) == 1 and _BESIDE.fullmatch(place[0])}
    return folder, frozenset((*folder, *place) for place in kept) | above


def is_passed_over(folder: str) -> bool:
    """Whether a folder of this name, within such a model, holds nothing of it."""
    return folder.startswith(_JUDGED)


def checkpoints_among(places: Collection[Place]) -> tuple[Place, ...]:
    """One for each fold, in order: the final ones, or the best ones where no training was finished; () where there is none.

    Args:
        places: of files in the folder with plans.json.
    """
    known = set(places)
    folds = sorted({p[0] for p in known if len(p) == 2 and _FOLD.fullmatch(p[0])}, key=lambda name: int(name[5:]))
    for folders in (folds, ["fold_all"]):
        for name in CHECKPOINTS:
            found = tuple((folder, name) for folder in folders if (folder, name) in known)
            if found:
                return found
    return ()


def dataset_in(plans: IO[bytes]) -> str:
    """What plans.json calls the data that were learned from, such as "Dataset001_Liver"; "" where it cannot be read."""
    with suppress(ValueError, RecursionError, AttributeError):
        return str(json.loads(plans.read(_LONGEST_PLANS)).get("dataset_name") or "")
    return ""


def configuration_in(checkpoint: Path) -> str:
    """What stands for "configuration" among the arguments of the training; read off the pickle, which is not run."""
    with suppress(OSError, ValueError, KeyError, IndexError, StopIteration, zipfile.BadZipFile):
        with zipfile.ZipFile(checkpoint) as archive:
            name = next(n for n in archive.namelist() if n.endswith("/data.pkl"))
            with archive.open(name) as file:
                texts = _texts(file.read(_LARGEST_INDEX))
        return next((next(texts, "") for text in texts if text == "configuration"), "")
    return ""


def _most_exact(names: Collection[str]) -> str:
    for configuration in _PREFERRED:
        found = sorted(name for name in names if name.rpartition("__")[2] == configuration)
        if found:
            return found[0]
    return min(names)


def _texts(pickled: bytes) -> Iterator[str]:
    """The texts that a pickle would push, in order, those that it remembers too. An unpickler's memo, and nothing else of it."""
    memo: dict[int, str] = {}
    last: str | None = None
    for code, given, _ in islice(pickletools.genops(pickled), _MOST_OPERATIONS):
        argument: Any = given
        if "PUT" in code.name or code.name == "MEMOIZE":
            if last is not None:
                memo[len(memo) if argument is None else int(argument)] = last
            continue
        last = argument if code.name.endswith("UNICODE") else memo.get(int(argument)) if "GET" in code.name else None
        if isinstance(last, str):
            yield last
