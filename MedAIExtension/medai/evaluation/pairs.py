"""Which prediction belongs to which reference: two files, or two folders with files of the same names."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..errors import InputError

# The longest first: "case.seg.nrrd" is the case "case".
_ENDINGS = (".seg.nrrd", ".nii.gz", ".nii", ".nrrd", ".nhdr", ".mha", ".mhd", ".dcm", ".png", ".jpg", ".jpeg", ".json")
_RESULT = ("segmentation.nii.gz", "findings.json")
_NAMED_AT_MOST = 5
# What an evaluation wrote into a folder is no case of it.
_WRITTEN = ("evaluation.json", "bland-altman.png", "froc.png")


@dataclass(frozen=True)
class Pair:
    """One case: its name, and where its prediction and its reference lie (files, or folders that ``medai run`` wrote)."""

    case: str
    prediction: Path
    reference: Path


@dataclass(frozen=True)
class Pairs:
    """All cases in order of their names, and the names of those that only one side has."""

    pairs: tuple[Pair, ...]
    only_prediction: tuple[str, ...] = ()
    only_reference: tuple[str, ...] = ()
    folders: bool = False

    @property
    def without_partner(self) -> str:
        """What is missing on which side, for people; "" where nothing is."""
        sides = (("reference", self.only_prediction), ("prediction", self.only_reference))
        return "; ".join(f"no {side} for {named(cases)}" for side, cases in sides if cases)


def find_pairs(prediction: Path, reference: Path) -> Pairs:
    """Match predictions with references; nothing is read but the names of files.

    A file, and a folder that ``medai run`` wrote, is one case. Any other folder holds cases: files by their names without
    endings, and folders by their names if ``medai run`` wrote them or one label map lies in them.

    Raises:
        InputError: if something is missing, a folder holds no case or one twice, a folder of cases meets a single file, or no
            name is on both sides.
    """
    for path in (prediction, reference):
        if not path.exists():
            raise InputError(f"{path} does not exist; check its name.")
    predictions, references = _cases_in(prediction), _cases_in(reference)
    sides = (predictions, prediction), (references, reference)
    if predictions is None and references is None:
        return Pairs((Pair(_name(prediction), prediction, reference),))
    if predictions is None or references is None:
        if len(predictions or references or ()) == 1:  # a folder around a single file
            return Pairs((Pair(_name(prediction), *(next(iter((cases or {"": path}).values())) for cases, path in sides)),))
        single, folder = (prediction, reference) if predictions is None else (reference, prediction)
        raise InputError(f"{single} is one case and {folder} a folder of cases; give two files or two folders.")
    common = sorted(predictions.keys() & references.keys())
    if not common:
        one, other = min(predictions), min(references)
        raise InputError(
            f"No case of {prediction} has the name of one of {reference} (such as {one} and {other}); name their files alike."
        )
    return Pairs(
        tuple(Pair(case, predictions[case], references[case]) for case in common),
        tuple(sorted(predictions.keys() - references.keys())),
        tuple(sorted(references.keys() - predictions.keys())),
        folders=True,
    )


def named(cases: tuple[str, ...]) -> str:
    """Names in a sentence; after five only how many more there are."""
    more = len(cases) - _NAMED_AT_MOST
    return ", ".join(cases[:_NAMED_AT_MOST]) + (f" and {more} more" if more > 0 else "")


def _cases_in(path: Path) -> dict[str, Path] | None:
    """The cases of a folder by name; None of what is one case itself."""
    if path.is_file() or _is_result(path) or _is_series(path):
        return None
    found: dict[str, Path] = {}
    entries = [entry for entry in sorted(path.iterdir()) if not entry.name.startswith(".")]
    # A JSON file beside an image of its name describes it.
    for entry in sorted(entries, key=lambda entry: entry.suffix.lower() == ".json"):
        case = _case_of(entry)
        if case is None or (entry.suffix.lower() == ".json" and case in found):
            continue
        if case in found:
            raise InputError(f"{path} has the case {case} twice ({found[case].name} and {entry.name}); keep one of them there.")
        found[case] = entry
    if not found:
        raise InputError(f"{path} holds no label maps (NIfTI, NRRD, MHA) and no results of medai run; choose another folder.")
    return found


def _case_of(entry: Path) -> str | None:
    """The name of the case that a file or folder holds; None where it holds none."""
    if entry.is_file():
        return _name(entry) if _is_readable(entry) else None
    if not entry.is_dir():
        return None
    alone = [file for file in entry.iterdir() if _is_readable(file) and file.suffix.lower() != ".json"]
    return entry.name if _is_result(entry) or len(alone) == 1 else None


def inside(path: Path) -> Path:
    """The file that a case's folder is about: its label map if it has one, else its findings; a file is itself."""
    if not path.is_dir() or _is_series(path):
        return path
    for name in _RESULT:
        if (path / name).is_file():
            return path / name
    return next(file for file in sorted(path.iterdir()) if _is_readable(file) and file.suffix.lower() != ".json")


def _is_result(path: Path) -> bool:
    return any((path / name).is_file() for name in _RESULT)


def _is_series(path: Path) -> bool:
    """Whether a folder holds slices of DICOM: several files of that kind and no other image."""
    files = [file for file in path.iterdir() if file.is_file() and not file.name.startswith(".")]
    slices = [file for file in files if file.suffix.lower() in (".dcm", ".dicom", ".ima", "")]
    return len(slices) > 1 and len(slices) == len(files)


def _is_readable(path: Path) -> bool:
    own = path.name.startswith(".") or path.name in _WRITTEN
    return not own and path.name.lower().endswith(_ENDINGS) and path.is_file()


def _name(path: Path) -> str:
    if path.is_dir():
        return path.resolve().name
    lower = path.name.lower()
    return next((path.name[: -len(ending)] for ending in _ENDINGS if lower.endswith(ending)), path.name)
