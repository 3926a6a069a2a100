"""What client and worker say to each other: typed messages, one JSON object a line."""

from __future__ import annotations

import contextlib
import json
import types
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from ..errors import MedAIError
from ..finding import ClassScore, Detection, Landmark
from ..inference.options import Options
from ..inference.plan import Plan
from ..results.labels import Label
from ..results.lesions import Lesion
from ..results.statistics import Statistics
from .exporting import Findings
from .voxels import VoxelFile

VERSION = 1
LONGEST_LINE = 1 << 28  # of a request; a lesion takes a kilobyte, and noise has a hundred thousand


class ProtocolError(MedAIError):
    """The other side said something that cannot be understood."""


@dataclass(frozen=True)
class Run:
    """Run the model in the bundle folder ``model``, and write voxels to files that are named after ``output``."""

    id: int
    model: str
    images: tuple[VoxelFile, ...]
    options: Options
    output: str


@dataclass(frozen=True)
class MakePlan:
    """Say what such a run would do and take."""

    id: int
    model: str
    images: tuple[VoxelFile, ...]
    options: Options


@dataclass(frozen=True)
class Measure:
    """Measure the label map that is the first of the images, and its scan, the second where there is one.

    Attributes:
        labels: what its values mean.
        values: those whose parts are lesions; None: those of the labels that are findings.
    """

    id: int
    images: tuple[VoxelFile, ...]
    labels: tuple[Label, ...]
    values: tuple[int, ...] | None


@dataclass(frozen=True)
class Export:
    """Write a result into files.

    Attributes:
        images: the scan, and the images of the prediction that ``maps`` names.
        maps: members of ``Prediction``.
        findings: everything else of the prediction.
        folder, exports, source, series: see ``ExportRequest``.
        card: JSON.
    """

    id: int
    images: tuple[VoxelFile, ...]
    maps: tuple[str, ...]
    findings: Findings
    folder: str
    exports: tuple[str, ...]
    source: str | None
    series: str | None
    card: str


@dataclass(frozen=True)
class Cancel:
    """Stop the request with this number."""

    id: int


@dataclass(frozen=True)
class Stay:
    """From now on, end after this many seconds without a request."""

    idle_seconds: float


@dataclass(frozen=True)
class Ready:
    """The worker listens."""

    pid: int


@dataclass(frozen=True)
class Advanced:
    """A request has come this far: fraction in 0..1, stage in words, seconds left where they are known."""

    id: int
    fraction: float
    stage: str
    seconds_left: float | None


@dataclass(frozen=True)
class Planned:
    """The answer to ``MakePlan``."""

    id: int
    plan: Plan


@dataclass(frozen=True)
class Done:
    """The answer to ``Run``.

    Attributes:
        labelmap: the label map, on the scan's own grid; None of a model that gives none.
        counts: number of voxels of each value that occurs in it, background left out.
        labels: name of each label of the bundle as it was run, also of those that were not asked for.
        plan: what was carried out.
        seconds: what each stage took.
        peak_memory_bytes: the worker's peak resident memory.
        model: name, title, version and content hash of the bundle as it was run.
        versions: of the software that ran it.
        warnings: sentences about what speaks against relying on the result.
        detections, landmarks, classes, confidence, saliency: see ``Output``.
        lesions, statistics: see ``Prediction``.
    """

    id: int
    labelmap: VoxelFile | None
    counts: Mapping[int, int]
    labels: Mapping[int, str]
    plan: Plan
    seconds: Mapping[str, float]
    peak_memory_bytes: int
    model: Mapping[str, str]
    versions: Mapping[str, str]
    warnings: tuple[str, ...]
    detections: tuple[Detection, ...]
    landmarks: tuple[Landmark, ...]
    classes: tuple[ClassScore, ...]
    lesions: tuple[Lesion, ...]
    statistics: tuple[Statistics, ...]
    confidence: VoxelFile | None
    saliency: VoxelFile | None


@dataclass(frozen=True)
class Measured:
    """The answer to ``Measure``; see ``Prediction``."""

    id: int
    lesions: tuple[Lesion, ...]
    statistics: tuple[Statistics, ...]


@dataclass(frozen=True)
class Exported:
    """The answer to ``Export``: the paths that were written, by what they are."""

    id: int
    files: Mapping[str, str]


@dataclass(frozen=True)
class Failed:
    """A request failed; number 0 stands for a line that was no request. ``details`` is a traceback, for experts."""

    id: int
    message: str
    exit_code: int
    details: str


@dataclass(frozen=True)
class Cancelled:
    """A request was stopped as asked; nothing of it is left."""

    id: int


Request = Run | MakePlan | Measure | Export | Cancel | Stay
Event = Ready | Advanced | Planned | Done | Measured | Exported | Failed | Cancelled

_KINDS: dict[str, type] = {kind.__name__: kind for kind in (*get_args(Request), *get_args(Event))}


def encode(message: Request | Event) -> bytes:
    """One line, ASCII, with its end."""
    content = {"version": VERSION, "kind": type(message).__name__, **_members(message)}
    return json.dumps(content, default=_plain).encode() + b"\n"


def decode_request(line: bytes) -> Request:
    """The request in a line from a client; raises ProtocolError if there is none."""
    message = _decode(line)
    if not isinstance(message, Request):
        raise ProtocolError(f"A worker cannot be asked {type(message).__name__!r}; start MedAI again.")
    return message


def decode_event(line: bytes) -> Event:
    """The event in a line from a worker; raises ProtocolError if there is none."""
    message = _decode(line)
    if not isinstance(message, Event):
        raise ProtocolError(f"A worker does not say {type(message).__name__!r}; start MedAI again.")
    return message


def _decode(line: bytes) -> Any:
    try:
        content = json.loads(line)
    except (ValueError, RecursionError) as problem:
        raise ProtocolError(
            f"A line between MedAI and its worker is broken ({_start_of(line)}); start the run again."
        ) from problem
    if not isinstance(content, dict) or not isinstance(content.get("kind"), str):
        raise ProtocolError(f"A line between MedAI and its worker is no message ({_start_of(line)}); start the run again.")
    if content.pop("version", None) != VERSION:
        raise ProtocolError("MedAI and its worker are of different versions; start the application again.")
    kind = content.pop("kind")
    if kind not in _KINDS:
        raise ProtocolError(f"MedAI and its worker know no message {kind[:40]!r}; start the application again.")
    try:
        return _build(_KINDS[kind], content)
    except (TypeError, ValueError, OverflowError, MedAIError) as problem:
        raise ProtocolError(
            f"A message {kind!r} between MedAI and its worker is broken ({problem}); start the run again."
        ) from problem


def _start_of(line: bytes) -> str:
    return f"it has {len(line)} bytes and starts with {line[:20]!r}"


def _members(message: Any) -> dict[str, Any]:
    return {field.name: getattr(message, field.name) for field in fields(message)}


def _plain(value: Any) -> Any:
    """What ``json`` does not know by itself: records, mappings, and the scalars of numpy."""
    if is_dataclass(value):
        return _members(value)
    if isinstance(value, Mapping):
        return dict(value)
    if hasattr(value, "item"):
        return value.item()
    raise TypeError(f"{type(value).__name__} cannot be sent")


_hints = cache(get_type_hints)


def _build(kind: Any, content: Any) -> Any:
    hints = _hints(kind)
    if not isinstance(content, dict) or set(content) != set(hints):
        raise TypeError(f"{kind.__name__} has the members {', '.join(hints)}")
    return kind(**{name: _typed(content[name], hint) for name, hint in hints.items()})


def _typed(value: Any, hint: Any) -> Any:
    """The value from JSON as what the annotation says; raises TypeError where it is something else."""
    origin, arguments = get_origin(hint), get_args(hint)
    if is_dataclass(hint):
        return _build(hint, value)
    if origin in (Union, types.UnionType):
        return _first_fitting(value, arguments)
    if origin is tuple and isinstance(value, list):
        kinds = [arguments[0]] * len(value) if arguments[-1] is Ellipsis else arguments
        return tuple(_typed(item, kind) for item, kind in zip(value, kinds, strict=True))
    if origin is Mapping and isinstance(value, dict):
        return {_key(name, arguments[0]): _typed(item, arguments[1]) for name, item in value.items()}
    if hint is float and type(value) is int:
        return float(value)
    if origin is None and type(value) is hint:
        return value
    raise TypeError(f"{type(value).__name__} instead of {getattr(hint, '__name__', hint)}")


def _key(name: str, kind: Any) -> Any:
    """JSON has no keys but strings."""
    return int(name) if kind is int else name


def _first_fitting(value: Any, kinds: tuple[Any, ...]) -> Any:
    for kind in kinds:
        with contextlib.suppress(TypeError):
            return _typed(value, kind)
    raise TypeError(f"{type(value).__name__} is none of the kinds that are known here")
