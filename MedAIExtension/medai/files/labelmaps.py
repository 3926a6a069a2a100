"""Segmentations that somebody has made: label maps, Slicer's segmentations, and contours of radiotherapy on a scan's grid."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from ..image import Image
from ..results import Label, Prediction, describe_labels
from ..results.segments import label_from_entry
from .reading import ending, read_image
from .volumes import read_layers

_ENTRY = "TerminologyEntry:"
_WHOLE_VOXELS = 1e-2
_MOST_LABELS = 2000


def read_labels(path: Path, scan: Image, names: Mapping[int, str] | None = None) -> Prediction:
    """A label map as a prediction on the grid of a scan, ready to be measured.

    Args:
        path: a label map in any format that ``read_image`` reads, Slicer's .seg.nrrd with names, colors and codes, or an
            RTSTRUCT, whose structures are numbered from 1. A label map may cover a part of the scan's grid or reach beyond it.
        scan: what it is of.
        names: of its values; by default the file's own, or "Label N".

    Raises:
        InputError: if it cannot be read, holds values that are no labels, or lies on another grid than the scan.
    """
    labelmap, labels = _contours(path, scan) if _may_be_contours(path) else _read(path)
    known = {label.value: label for label in labels}
    for label in describe_labels(names or {}):
        known[label.value] = replace(label, layer=known[label.value].layer if label.value in known else 0)
    if max(known, default=0) > np.iinfo(labelmap.voxels.dtype).max:  # tables by value have as many entries as the type has values
        labelmap = labelmap.with_voxels(labelmap.voxels.astype(np.uint16))
    return Prediction(_on_grid(labelmap, scan, path), _all_labels(labelmap, known))


def read_labelmap(path: Path) -> Prediction:
    """A label map on its own grid, as a prediction; raises what ``read_labels`` raises, which also reads contours."""
    if _may_be_contours(path):
        raise InputError(f"{path} is no label map; give NIfTI, NRRD, MHA or a .seg.nrrd.")
    labelmap, labels = _read(path)
    return Prediction(labelmap, _all_labels(labelmap, {label.value: label for label in labels}))


def _all_labels(labelmap: Image, known: Mapping[int, Label]) -> tuple[Label, ...]:
    """Those that are known and those that occur, sorted by value."""
    present = {int(value) for value in np.unique(labelmap.voxels) if value}
    unnamed = describe_labels({value: f"Label {value}" for value in present - set(known)})
    return tuple(sorted([*known.values(), *unnamed], key=lambda label: label.value))


def _may_be_contours(path: Path) -> bool:
    return path.is_file() and ending(path) in (".dcm", "")


def _contours(path: Path, scan: Image) -> tuple[Image, list[Label]]:
    from .contours import read_contours

    labelmap, structures = read_contours(path, scan)
    return labelmap, list(describe_labels(dict(enumerate(structures, 1))))


def _read(path: Path) -> tuple[Image, list[Label]]:
    if path.name.lower().endswith(".seg.nrrd"):
        return _numbered(*read_layers(path), path)
    image = read_image(path)
    if image.channels != 1:
        raise InputError(f"{path} has {image.channels} values per voxel; a label map has one.")
    return image.with_voxels(_labels(image.voxels, path)), []


def _labels(voxels: NDArray, path: Path) -> NDArray:
    """Whole numbers from 0 as uint8 or uint16."""
    low, high = voxels.min(initial=0), voxels.max(initial=0)
    if low < 0 or high > 65535 or (voxels.dtype.kind == "f" and not np.array_equal(voxels, np.rint(voxels))):
        raise InputError(f"{path} has values that are no labels (0 to 65535); give a label map.")
    count = np.unique(voxels).size
    if count > _MOST_LABELS:
        raise InputError(f"{path} has {count} different values, as a scan has and no label map; give the segmentation.")
    return voxels.astype(np.uint8 if high < 256 else np.uint16)


def _numbered(stored: Image, fields: Mapping[str, str], path: Path) -> tuple[Image, list[Label]]:
    """Segments numbered from 1, each value in the layer of its segment only: Slicer uses a value again in another layer."""
    segments = list(_segments(fields, path))
    if not segments:
        raise InputError(f"{path} says nothing of its segments; save it again with 3D Slicer, or give a label map.")
    values = _labels(stored.voxels, path)
    # A table for each layer, not a pass for each segment: of a whole body there are a hundred.
    tables = np.zeros((len(values), 65536), np.uint8 if len(segments) < 256 else np.uint16)
    labels = []
    for number, own in enumerate(segments, 1):
        layer, value = int(own.get("Layer", 0)), int(own["LabelValue"])
        if not 0 <= layer < len(tables) or value > 65535:
            raise InputError(f"{path} is damaged: a segment has value {value} in layer {layer}, not there; save it again.")
        tables[layer, value] = number
        red, green, blue = (round(255 * float(part)) for part in own.get("Color", "0.5 0.5 0.5").split())
        labels.append(label_from_entry(_entry(own), number, own.get("Name", f"Label {number}"), (red, green, blue), layer))
    tables[:, 0] = 0
    voxels = np.zeros_like(values, tables.dtype)
    for layer, table in enumerate(tables):
        voxels[layer] = table[values[layer]]
    return stored.with_voxels(voxels), labels


def _segments(fields: Mapping[str, str], path: Path) -> Iterator[dict[str, str]]:
    number = 0
    while f"Segment{number}_LabelValue" in fields:
        start = f"Segment{number}_"
        own = {key.removeprefix(start): value for key, value in fields.items() if key.startswith(start)}
        if not own["LabelValue"].isdigit() or not own.get("Layer", "0").isdigit():
            raise InputError(f"{path} is damaged: the value of a segment is no number; save it again.")
        yield own
        number += 1


def _entry(segment: Mapping[str, str]) -> str:
    tags = segment.get("Tags", "").split("|")
    return next((tag.removeprefix(_ENTRY) for tag in tags if tag.startswith(_ENTRY)), "")


def _on_grid(labelmap: Image, scan: Image, path: Path) -> Image:
    """The label map where it lies on the scan's grid, which it may cover a part of."""
    if labelmap.on_same_grid(scan):
        return scan.with_voxels(labelmap.voxels)
    relation = np.linalg.inv(scan.affine) @ labelmap.affine
    start = np.rint(relation[:3, 3]).astype(int)
    apart = np.abs(relation[:3, :3] - np.eye(3)).max() * max(labelmap.shape), np.abs(relation[:3, 3] - start).max()
    if max(apart) > _WHOLE_VOXELS:
        raise InputError(f"{path} is not on the grid of {scan.name}; resample it to the scan first.")
    voxels = np.zeros((labelmap.channels, *scan.shape), labelmap.voxels.dtype)
    first, last = np.maximum(start, 0), np.minimum(start + labelmap.shape, scan.shape)
    if (last > first).all():
        here = tuple(slice(a, b) for a, b in zip(first, last, strict=True))
        there = tuple(slice(a, b) for a, b in zip(first - start, last - start, strict=True))
        voxels[(slice(None), *here)] = labelmap.voxels[(slice(None), *there)]
    return scan.with_voxels(voxels)
