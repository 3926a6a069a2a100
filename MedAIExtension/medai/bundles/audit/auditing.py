"""The audit: configuration, weights and files of a bundle read line by line, and what that makes of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import InputError, RefusedError
from ..config.owncode import OwnCode
from ..formats import OWN_PARTS, checkpoint_files, code_files, form_of
from ..hashing import BundleFile, content_hash, file_hash, files_of
from .pickles import forbidden_global
from .reading import Reading, files_named
from .verdict import Audit, CodeFile, Reason, Verdict

if TYPE_CHECKING:
    from ..model import Bundle

_PICKLES = (".pt", ".pth", ".ckpt", ".bin", ".pkl")
_WEIGHTS = (*_PICKLES, ".safetensors", ".onnx")
_USUAL = ("models/model.pt", "models/model.pth")
_SCRIPT = ".ts"
_TORCHSCRIPT = "__torch__."
_GRAVITY = (Verdict.REFUSED, Verdict.NEEDS_TRUST, Verdict.SAFE)


def audit(bundle: Bundle) -> Audit:
    """Read a bundle and say what it asks for; nothing of it is executed, evaluated, imported or unpickled, and no torch loaded.

    Raises:
        InputError: if its configuration or a file is missing or cannot be read.
    """
    try:
        files = files_of(bundle.root)
        digest = content_hash(bundle.root)
    except RefusedError as problem:
        return Audit(bundle.name, "", Verdict.REFUSED, (Reason("files", Verdict.REFUSED, str(problem)),))
    own_code = OwnCode(bundle.root)
    reading = Reading(bundle.config, bundle.kind, own_code, OWN_PARTS if form_of(bundle.root) else frozenset()).read()
    scripts = _scripts_that_run(files) or _places(code_files(bundle.root), bundle.root, files)
    reasons = [*_about_links(files), *reading.reasons, *_about_pickles(files, reading, checkpoint_files(bundle.root))]
    reasons += [
        Reason(file.place, Verdict.NEEDS_TRUST, "Its only weights are a TorchScript program, which runs as code of its own.")
        for file in scripts
    ]
    verdict = min((reason.verdict for reason in reasons), key=_GRAVITY.index, default=Verdict.SAFE)
    code: list[CodeFile] = []
    if verdict is Verdict.NEEDS_TRUST:
        code = [_code_file(bundle.root, path) for path in _files_behind(reading, own_code)]
        code += [CodeFile(file.place, file.size, file_hash(file.path)) for file in scripts]
    return Audit(
        name=bundle.name,
        content_hash=digest,
        verdict=verdict,
        reasons=(*sorted(reasons, key=lambda reason: _GRAVITY.index(reason.verdict)), *reading.summary()),
        files=tuple(code),
        repairs=bundle.repairs,
    )


def _about_links(files: tuple[BundleFile, ...]) -> list[Reason]:
    return [
        Reason(
            file.place, Verdict.REFUSED, f"It is a link out of the bundle's folder (to {file.leads_to}), which is never followed."
        )
        for file in files
        if not file.stays_inside
    ]


def _about_pickles(files: tuple[BundleFile, ...], reading: Reading, named: list[Path]) -> list[Reason]:
    """Checkpoints that a run would read, as far as their indexes tell that more than weights is in them."""
    pickles = {file.place: file.path for file in files if file.place.lower().endswith(_PICKLES) and file.leads_to is None}
    reasons = []
    usual = [place for place, path in pickles.items() if place in _USUAL or path.resolve() in named]
    for place in dict.fromkeys([*files_named(reading.texts, pickles), *usual]):
        found = forbidden_global(pickles[place], file_hash(pickles[place]))
        if found and found.startswith(_TORCHSCRIPT):
            text = "It is a TorchScript program under the name of weights, and a program is only run if it says that it is one."
            reasons.append(Reason(place, Verdict.REFUSED, text))
        elif found:
            text = f"It holds {found}, which no weights need and which would run code if it were read as a pickle."
            reasons.append(Reason(place, Verdict.REFUSED, text))
    return reasons


def _scripts_that_run(files: tuple[BundleFile, ...]) -> list[BundleFile]:
    """The TorchScript programs of a bundle that has no other weights."""
    if any(file.place.lower().endswith(_WEIGHTS) for file in files):
        return []
    return [file for file in files if file.place.lower().endswith(_SCRIPT)]


def _places(paths: list[Path], root: Path, files: tuple[BundleFile, ...]) -> list[BundleFile]:
    """Those of a bundle's files that lie at some paths."""
    wanted = {path.resolve().relative_to(root.resolve()).as_posix() for path in paths}
    return [file for file in files if file.place in wanted]


def _files_behind(reading: Reading, own_code: OwnCode) -> list[Path]:
    """The files that would run; those that a package only has to be one come last."""
    found = dict.fromkeys(path for name in dict.fromkeys(reading.own) for path in own_code.files(name))
    return sorted(found, key=lambda path: path.name == "__init__.py")


def _code_file(root: Path, path: Path) -> CodeFile:
    try:
        place = path.resolve().relative_to(root.resolve()).as_posix()
    except ValueError as problem:
        raise InputError(f"{path} is not in the bundle's folder {root}; get the bundle again.") from problem
    return CodeFile(place, path.stat().st_size, file_hash(path))
