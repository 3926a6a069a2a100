"""The labels of a result: those that were asked for, and every one that occurs."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from ..results import Label, describe_labels


def labels_of(names: Mapping[int, str], occurring: Collection[int], asked: Collection[str], layers: int) -> tuple[Label, ...]:
    """Labels with color and codes, sorted by value.

    Args:
        names: of the bundle's labels.
        occurring: values in the label map.
        asked: names of the labels that were asked for; empty for all.
        layers: of the label map; where there are several, each label has a layer of its own; 0 where there is no label map.
    """
    if not layers:
        return ()
    wanted = {name.casefold() for name in asked}
    kept = {value: name for value, name in names.items() if not wanted or name.casefold() in wanted or value in occurring}
    labels = describe_labels({**{value: f"Label {value}" for value in occurring}, **kept})
    return labels if layers == 1 else tuple(replace(label, layer=label.value - 1) for label in labels)
