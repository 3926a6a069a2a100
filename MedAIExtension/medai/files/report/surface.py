"""A picture of what was found in space, from two sides."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...image import Image
from ...results import Lesion, Prediction, flattened, measure
from ...results.lesions import is_finding
from . import texts
from .body import body_of, corners_of, thinned
from .document import Picture
from .pictures import png_of
from .rays import RAYS, Scene, first_met, painted, seen
from .standing import Standing

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_FROM_FRONT, _FROM_LEFT = (28.0, 14.0), (90.0, 0.0)  # degrees turned to the patient's left, and up
_INCHES, _DPI = 4.1, 130
_HIDES = 0.7  # a label that is this much of what is seen stands before the others
_NUMBERED, _APART = 20, 0.05  # lesions; and the share of a picture's side that their numbers are apart
_BACKGROUND, _INK = "#ffffff", "#303030"


def surface_picture(prediction: Prediction, image: Image, found: Standing) -> Picture | None:
    """All labels from two sides; findings shine through what lies around them. None where there are no voxels to show."""
    from matplotlib.figure import Figure

    if prediction.labelmap is None or 1 in prediction.labelmap.shape:
        return None
    labelmap = thinned(flattened(prediction), 2 * RAYS)
    corners = corners_of(labelmap.voxels[0], labelmap.affine)
    if corners is None:
        return None
    around = None if _has_anatomy(prediction) else _around(image, prediction)
    outer = corners if around is None else corners_of(around[0].voxels[0] > 0.5, around[0].affine)
    corners = corners if outer is None else np.concatenate([corners, outer])
    figure = Figure((2 * _INCHES, _INCHES), dpi=_DPI, facecolor=_BACKGROUND)
    solid: NDArray[np.bool_] | None = None
    for number, side in enumerate((_FROM_FRONT, _FROM_LEFT)):
        scene = seen(labelmap, corners, *side, around)
        solid = _solid(scene.labels, prediction, found, around is not None) if solid is None else solid
        axes = figure.add_axes((0.5 * number + 0.01, 0.01, 0.48, 0.98))
        _show(axes, painted(scene, {label.value: label.color for label in prediction.labels}, solid))
        _write_letters(axes, scene)
        _write_numbers(axes, scene, found.important(_NUMBERED))
    png, size = png_of(figure)
    caption = texts.SURFACE_CAPTION
    caption += texts.SURFACE_BODY if around is not None else texts.SURFACE_GLASS if _some_glass(solid, prediction) else ""
    caption += texts.SURFACE_NUMBERS if found.lesions else ""
    caption += texts.SURFACE_REJECTED if found.rejected_lesions else ""
    return Picture(png, size, caption, texts.SURFACE_TEXT)


def _has_anatomy(prediction: Prediction) -> bool:
    """True where labels that are no findings show where the findings lie."""
    return any(size.voxels and not is_finding(size.label) for size in measure(prediction))


def _around(image: Image, prediction: Prediction) -> tuple[Image, int] | None:
    body = body_of(image)
    return None if body is None else (body, max(_values(prediction), default=0) + 1)


def _some_glass(solid: NDArray[np.bool_] | None, prediction: Prediction) -> bool:
    return solid is not None and any(size.voxels and not solid[size.label.value] for size in measure(prediction))


def _values(prediction: Prediction) -> list[int]:
    return [label.value for label in prediction.labels]


def _solid(labels: NDArray, prediction: Prediction, found: Standing, body: bool) -> NDArray[np.bool_]:
    """By value, which labels are drawn solid; the others are glass: those that are no findings where there are findings, and
    the one that hides all others."""
    count = int(max([*_values(prediction), int(labels.max()), 0])) + 1
    solid = np.ones(count, bool)
    solid[0] = False
    values = {lesion.value for lesion in (*found.lesions, *found.rejected_lesions)}
    values |= {label.value for label in prediction.labels if is_finding(label)}
    values &= set(range(count))
    present = np.bincount(labels.ravel(), minlength=count) > 0
    if any(present[value] for value in values):
        solid[:] = False
        solid[list(values)] = True
    if body:
        solid[-1] = False
    if np.count_nonzero(solid & present) > 2:
        met = first_met(labels, solid[labels])[1]
        shares = np.bincount(met[met > 0], minlength=count)
        solid[shares.argmax()] &= bool(shares.max() < _HIDES * shares.sum())
    return solid


def _show(axes: Axes, picture: NDArray[np.float32]) -> None:
    rows, columns = picture.shape[:2]
    axes.set_axis_off()
    axes.imshow(np.clip(picture, 0, 1), interpolation="bicubic")
    middle, half = (columns / 2, rows / 2), max(rows, columns) / 2
    axes.set_xlim(middle[0] - half, middle[0] + half)
    axes.set_ylim(middle[1] + half, middle[1] - half)


def _write_letters(axes: Axes, scene: Scene) -> None:
    """The patient's directions at the picture's edges, those that do not point to or from the viewer."""
    for letters, axis in (("RL", 0), ("AP", 1), ("SI", 2)):
        for letter, sign in zip(letters, (1, -1), strict=True):
            right, down = scene.turn[:2, axis] * sign
            if np.hypot(right, down) > 0.6:
                reach = 0.465 / max(abs(float(right)), abs(float(down)))
                axes.text(
                    0.5 + right * reach,
                    0.5 - down * reach,
                    letter,
                    color=_INK,
                    fontsize=11,
                    ha="center",
                    va="center",
                    transform=axes.transAxes,
                )


def _write_numbers(axes: Axes, scene: Scene, lesions: tuple[Lesion, ...]) -> None:
    """The numbers of lesions, of those that lie too close the first."""
    written: list[NDArray[np.float64]] = []
    for lesion in lesions:
        at = scene.on_picture(np.array([lesion.center_ras]))[0]
        if any(np.linalg.norm(at - other) < _APART * RAYS for other in written):
            continue
        written.append(at)
        axes.plot(*at, "o", markersize=3, color=_INK, markerfacecolor="none")
        axes.annotate(
            str(lesion.id),
            at,
            xytext=(5, 5),
            textcoords="offset points",
            fontsize=9,
            color=_INK,
            bbox={"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none", "alpha": 0.75},
        )
