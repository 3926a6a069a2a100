"""Labels as clinicians meet them: a value with a name, a color and standard codes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Code:
    """A coded concept, as in DICOM: coding scheme ("SCT" for SNOMED CT), value, meaning."""

    scheme: str
    value: str
    meaning: str


@dataclass(frozen=True)
class Label:
    """One value of a label map.

    Attributes:
        value: the integer in the label map, from 1.
        name: for people, such as "Left hippocampus and amygdala".
        color: red, green, blue, 0..255.
        category: what kind of thing it is (anatomical structure, morphologically altered structure).
        type: the thing itself.
        modifier: its side, where it has one.
        region: where it is, for findings such as a mass in the liver.
        layer: which channel of the label map holds it; 0 unless labels may overlap.
    """

    value: int
    name: str
    color: tuple[int, int, int]
    category: Code
    type: Code
    modifier: Code | None = None
    region: Code | None = None
    layer: int = 0
