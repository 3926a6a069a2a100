"""Which files an ONNX network reads: told from the file's own records before onnxruntime opens it."""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from pathlib import Path

from ...errors import InputError

# Of ONNX's records those that lead to tensors: the number of a field, and what lies in it.
_MODEL = {7: "graph", 25: "function"}
_FIELDS: dict[str, dict[int, str]] = {
    "model": _MODEL,
    "graph": {1: "node", 5: "tensor", 15: "sparse"},
    "function": {7: "node", 11: "attribute"},
    "node": {5: "attribute"},
    "attribute": {5: "tensor", 6: "graph", 10: "tensor", 11: "graph", 22: "sparse", 23: "sparse"},
    "sparse": {1: "tensor", 2: "tensor"},
    "tensor": {13: "entry"},
}
_KEY, _VALUE = 1, 2
_DEEPEST = 60
_TAGS = 2**32


def data_files(path: Path) -> list[Path]:
    """The files with weights that an ONNX network names beside itself.

    Raises:
        InputError: if it is damaged, or names one that is missing or outside its folder, also through a link.
    """
    try:
        with path.open("rb") as file:
            # Closed when nothing looks into it any more: an error's traceback may.
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        names = sorted(set(_locations(memoryview(mapped), "model", 0)))
    except (ValueError, IndexError, UnicodeDecodeError, RecursionError) as problem:
        raise InputError(f"{path} is damaged or no ONNX network; export it again.") from problem
    except OSError as problem:
        raise InputError(f"{path} cannot be read ({problem.strerror}); check its permissions.") from problem
    found = [path.parent / name for name in names]
    for name, beside in zip(names, found, strict=True):
        if not beside.resolve().is_relative_to(path.parent.resolve()):
            raise InputError(f"{path.name} wants to read {name!r} outside its own folder, which MedAI does not allow.")
        if not beside.is_file():
            raise InputError(f"{beside} is missing, which holds weights of {path.name}; put it beside the network.")
    return found


def _locations(record: memoryview, kind: str, depth: int) -> Iterator[str]:
    if depth > _DEEPEST:
        raise ValueError("nested too deeply")
    for number, content in _fields(record):
        inner = _FIELDS[kind].get(number)
        if inner == "entry":
            pair = {n: bytes(value).decode() for n, value in _fields(content) if n in (_KEY, _VALUE)}
            if pair.get(_KEY) == "location":
                yield pair.get(_VALUE, "")
        elif inner:
            yield from _locations(content, inner, depth + 1)


def _fields(record: memoryview) -> Iterator[tuple[int, memoryview]]:
    """Number and content of the fields with a length in a protocol buffer's record; others are passed over."""
    at = 0
    while at < len(record):
        tag, at = _varint(record, at)
        if tag >= _TAGS:  # onnxruntime would take its lower bits for another field's
            raise ValueError("no such field")
        kind = tag & 7
        if kind == 0:
            _, at = _varint(record, at)
        elif kind in (1, 5):
            at += 8 if kind == 1 else 4
        elif kind == 2:
            length, at = _varint(record, at)
            if at + length > len(record):
                raise ValueError("cut short")
            yield tag >> 3, record[at : at + length]
            at += length
        else:
            raise ValueError("no such field")
    if at > len(record):
        raise ValueError("cut short")


def _varint(record: memoryview, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = record[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if not byte & 0x80:
            return value, at
        if shift > 63:
            raise ValueError("number too long")
