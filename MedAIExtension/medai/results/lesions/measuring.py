"""From labels that are findings, and boxes, to lesions with their measurements."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...errors import InputError
from ...image import Image
from ...region import Vector
from .. import flags
from ..labels import Label
from .boxes import lesion_of
from .components import Component, components
from .lesion import Diameter, Intensity, Lesion
from .nearest import Surroundings
from .outline import outline_of
from .planar import Slices, diameters_in_plane, slices_of
from .spatial import bounds_of, feret_diameter

if TYPE_CHECKING:
    from ..prediction import Prediction

# SNOMED CT "Morphologically abnormal structure": the category of tumors, nodules, cysts and the like in DICOM's lists.
_FINDINGS = ("SCT", "49755003")
_FEW_VOXELS = 10


def is_finding(label: Label) -> bool:
    """True for what is no anatomy but a finding, such as a tumor: its category is SCT 49755003, morphologically altered."""
    return (label.category.scheme, label.category.value) == _FINDINGS


def find_lesions(prediction: Prediction, image: Image | None, *, values: Collection[int] | None = None) -> tuple[Lesion, ...]:
    """All lesions of a result: each part that hangs together (26 neighbors) of each label that is a finding, and each box.

    Parts of different labels are different lesions. They are numbered by volume, the largest first, then by the label's value
    and the place, so that the same result always has the same numbers, however its voxels are stored; boxes follow in the
    order of ``prediction.detections``. What each number means: ``Lesion``, and docs/lesions.md.

    Args:
        prediction: of a model.
        image: the scan that was given; intensities are those of its first channel. None leaves them out.
        values: of the labels to look for instead of those that are findings; boxes are left out then.

    Raises:
        InputError: if the label map has another grid than the image, or a value is no label of the result.
    """
    labels = _wanted(prediction, values)
    lesions: list[Lesion] = []
    if prediction.labelmap is not None:
        check_grid(prediction.labelmap, image)
        lesions = _numbered(_lesions(prediction, prediction.labelmap, image, labels))
    if values is None:
        grid = image or prediction.labelmap
        axis = slices_of(grid.affine, grid.shape).axis if grid else 2
        first = len(lesions) + 1
        lesions += [lesion_of(box, number, grid, axis) for number, box in enumerate(prediction.detections, first)]
    return tuple(lesions)


def check_grid(labelmap: Image, image: Image | None) -> None:
    """Raises InputError where a label map has another grid than the image."""
    if image is not None and not labelmap.on_same_grid(image):
        raise InputError(f"{image.name} has another grid than the label map; measure with the scan that was segmented.")


def _wanted(prediction: Prediction, values: Collection[int] | None) -> list[Label]:
    if values is None:
        return [label for label in prediction.labels if is_finding(label)]
    known = {label.value: label for label in prediction.labels}
    unknown = sorted(set(values) - set(known))
    if unknown:
        raise InputError(f"The result has no label {unknown[0]}; choose from {', '.join(map(str, known)) or 'another result'}.")
    return [known[value] for value in sorted(set(values))]


def _lesions(prediction: Prediction, labelmap: Image, image: Image | None, labels: list[Label]) -> Iterator[Lesion]:
    structures = [label for label in prediction.labels if not is_finding(label) and label not in labels]
    surroundings = Surroundings(labelmap, structures)
    slices = slices_of(labelmap.affine, labelmap.shape)
    names = {label.value: label.name for label in labels}
    for layer in sorted({label.layer for label in labels}):
        wanted = [label.value for label in labels if label.layer == layer]
        for part in components(labelmap.voxels[layer], wanted):
            lesion = _measured(part, names[part.value], labelmap, slices)
            yield replace(
                lesion,
                intensity=intensity_of(values_in(image, part.box, part.mask)),
                nearest=surroundings.nearest(part),
                confidence=confidence_in(prediction.confidence, part.box, part.mask),
            )


def _measured(part: Component, name: str, labelmap: Image, slices: Slices) -> Lesion:
    """All that the voxels themselves tell."""
    voxels = int(np.count_nonzero(part.mask))
    center = (labelmap.affine @ [*(_middle(part.mask) + part.start), 1])[:3]
    order = (*slices.within, slices.axis)
    mask = part.mask.transpose(order)
    outline = outline_of(mask)
    turned = _turned(labelmap.affine, part.start, order)
    longest, short = diameters_in_plane(mask, outline, slices, turned, center)
    return Lesion(
        id=0,
        label=name,
        value=part.value,
        voxels=voxels,
        volume_ml=voxels * labelmap.voxel_volume_ml,
        center_ras=_vector(center),
        bounds_ras=bounds_of(outline, turned),
        slice_axis=slices.axis,
        longest=_diameter(longest),
        short=_diameter(short),
        feret=_diameter(feret_diameter(outline, mask.shape, turned, center)),
        flags=_flags(part, voxels, labelmap.shape),
    )


def _middle(mask: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Mean index (3,) of the voxels, from their numbers in each plane: exact."""
    sums = [mask.sum(axis=tuple(other for other in range(3) if other != axis)) for axis in range(3)]
    return np.array([float(np.arange(each.size) @ each) / float(each.sum()) for each in sums])


def _turned(affine: NDArray, start: NDArray, order: tuple[int, ...]) -> NDArray[np.float64]:
    """The affine of a box of voxels with its axes in another order."""
    turned = np.eye(4)
    turned[:3, :3] = affine[:3, list(order)]
    turned[:3, 3] = affine[:3, :3] @ start + affine[:3, 3]
    return turned


def _flags(part: Component, voxels: int, shape: tuple[int, ...]) -> tuple[str, ...]:
    edge = touches_edge(part.box, shape)
    return (*([flags.AT_THE_EDGE] if edge else []), *([flags.TINY] if voxels < _FEW_VOXELS else []))


def touches_edge(box: tuple[slice, slice, slice], shape: tuple[int, ...]) -> bool:
    """True where a box of voxels has some of the volume's outer voxels; an axis with one voxel has no outside."""
    return any(size > 1 and (part.start == 0 or part.stop == size) for part, size in zip(box, shape, strict=True))


def values_in(image: Image | None, box: tuple[slice, slice, slice], mask: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Finite values of the first channel's voxels in a box that a mask picks."""
    if image is None:
        return np.empty(0)
    values = image.voxels[0][box][mask].astype(np.float64)
    return values[np.isfinite(values)]


def intensity_of(values: NDArray[np.float64]) -> Intensity | None:
    """Of the values of a lesion; None where there are none.

    The standard deviation is that of a sample (divided by n - 1), as Slicer gives it; 0 of one value.
    """
    if not values.size:
        return None
    sd = float(values.std(ddof=1)) if values.size > 1 else 0.0
    return Intensity(float(values.mean()), sd, float(values.min()), float(values.max()))


def confidence_in(confidence: Image | None, box: tuple[slice, slice, slice], mask: NDArray[np.bool_]) -> float | None:
    """Mean 0 to 1 of a confidence map in percent; None without one."""
    return None if confidence is None else float(confidence.voxels[0][box][mask].mean()) / 100


def _numbered(lesions: Iterator[Lesion]) -> list[Lesion]:
    def place(lesion: Lesion) -> tuple[float, ...]:
        return (-lesion.voxels, lesion.value, *(-round(at, 4) for at in lesion.center_ras[::-1]))

    return [replace(lesion, id=number) for number, lesion in enumerate(sorted(lesions, key=place), 1)]


def _diameter(ends: NDArray) -> Diameter:
    return Diameter(_vector(ends[0]), _vector(ends[1]))


def _vector(place: NDArray) -> Vector:
    r, a, s = place.tolist()
    return r, a, s
