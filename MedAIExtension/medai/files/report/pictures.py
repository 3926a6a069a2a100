"""Pictures of a report: the slice of each important finding, whole and enlarged, and the overview."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...image import Image
from ...results import Detection, Diameter, Label, Lesion, Prediction, flattened
from ...results.lesions.planar import slices_of
from ..legend import BACKGROUND, TEXT
from ..marks import colors_of, cut, on_view
from ..overview import write_overview
from ..painting import dark_rim, name_directions, window_of
from ..plaintext import plain
from ..views import View
from . import texts
from .document import Picture
from .findings import unit_of
from .numbers import length, lengths, score, value
from .planes import Slice, close_view, is_photo, slice_of, whole_view
from .standing import Standing

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST = 6  # findings that have a picture
_DPI = 130
_INCHES = 4.1  # of a panel's side
_ENLARGED, _CLOSEST, _FEWEST = 2.4, 30.0, 24  # times a finding's size; mm and voxels that are shown at least
_LONGEST, _SHORT = "#ffd92f", "#4fe0ff"
_LUNG = (-1350.0, 150.0)  # Hounsfield units
_LUNG_BELOW = -500.0


def finding_pictures(prediction: Prediction, image: Image, found: Standing) -> Iterator[Picture]:
    """The slice with the longest diameter of each important lesion; of a result without lesions the middle of its best boxes."""
    for lesion in found.important(MOST):
        yield _lesion_picture(prediction, image, lesion)
    for number, box in found.detections[: MOST if not found.lesions else 0]:
        yield _box_picture(image, number, box)
    if prediction.saliency is not None:
        yield _saliency_picture(image, prediction.saliency)


def overview(prediction: Prediction, image: Image) -> Picture:
    """The scan in three planes with all that was found, and a legend."""
    from PIL import Image as Pillow

    written = io.BytesIO()
    write_overview(written, image, prediction)
    with Pillow.open(written) as picture:
        size = picture.size
    caption = texts.OVERVIEW_2D_CAPTION if 1 in image.shape else texts.OVERVIEW_CAPTION
    return Picture(written.getvalue(), size, caption, texts.OVERVIEW_TEXT)


def png_of(figure: Figure) -> tuple[bytes, tuple[int, int]]:
    """A figure as a PNG, and its size in pixels."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from PIL import Image as Pillow

    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    picture = Pillow.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
    written = io.BytesIO()
    picture.save(written, format="PNG")
    return written.getvalue(), picture.size


def _lesion_picture(prediction: Prediction, image: Image, lesion: Lesion) -> Picture:
    lines = [line for line in (lesion.longest, lesion.short) if line]
    ends = np.array([end for line in lines for end in (line.start_ras, line.end_ras)] or [lesion.center_ras])
    plane = slice_of(image, ends.mean(axis=0), lesion.slice_axis)
    labelmap = _layer_of(prediction, lesion)
    flat = plane.flat(ends)
    side = _side(image, plane, float(np.ptp(flat, axis=0).max()))
    views = [whole_view(image, labelmap, plane), close_view(image, labelmap, plane, _middle(plane, flat, side), side)]
    figure, (whole, close), window = _panels(image, views)
    for axes, view in zip((whole, close), views, strict=True):
        _outline(axes, view, prediction.labels, lesion.value)
    for line, color, style in zip(lines, (_LONGEST, _SHORT), ("-", (0, (4, 2))), strict=False):
        _draw_line(close, views[1], line, color, style)
    if lines:
        for text, color, at in zip(_sizes(lines), (_LONGEST, _SHORT), (0.965, 0.92), strict=False):
            close.text(
                0.985,
                at,
                text,
                color=color,
                fontsize=10,
                ha="right",
                va="top",
                transform=close.transAxes,
                path_effects=dark_rim(),
            )
    png, size = png_of(figure)
    said = (
        texts.LINES.format(longest=length(lines[0].length_mm), short=length(lines[1].length_mm))
        if len(lines) > 1
        else texts.NO_LINES
    )
    caption = texts.SLICE_CAPTION.format(
        id=lesion.id, label=plain(lesion.label, 80), lines=said, window=_window_said(window, image), **_place_of(plane, image)
    )
    return Picture(png, size, caption, texts.SLICE_TEXT.format(where=plane.name, id=lesion.id))


def _box_picture(image: Image, number: int, detection: Detection) -> Picture:
    axis = slices_of(image.affine, image.shape).axis
    corners = detection.box.corners()
    plane = slice_of(image, np.array(detection.box.center_ras), axis)
    flat = plane.flat(corners)
    side = _side(image, plane, float(np.ptp(flat, axis=0).max()))
    views = [whole_view(image, None, plane), close_view(image, None, plane, _middle(plane, flat, side), side)]
    figure, panels, window = _panels(image, views)
    color = colors_of([detection.label])[detection.label]
    for axes, view in zip(panels, views, strict=True):
        outline = cut(detection.box, view)
        if len(outline) > 2:
            axes.fill(*outline.T, fill=False, edgecolor=color, linewidth=1.5)
    png, size = png_of(figure)
    caption = texts.BOX_CAPTION.format(
        id=number,
        label=plain(detection.label, 80),
        score=score(detection.score),
        window=_window_said(window, image),
        **_place_of(plane, image),
    )
    return Picture(png, size, caption, texts.BOX_TEXT.format(where=plane.name, id=number))


def _saliency_picture(image: Image, saliency: Image) -> Picture:
    """The slice with the most of a map in percent, without it and with it."""
    most = np.unravel_index(int(saliency.voxels[0].argmax()), saliency.shape)
    point = image.affine[:3, :3] @ most + image.affine[:3, 3]
    view = whole_view(image, saliency, plane := slice_of(image, point, slices_of(image.affine, image.shape).axis))
    figure, (_, right), _ = _panels(image, [view, view])
    share = view.labels.astype(np.float32) / 100
    right.imshow(share, cmap="inferno", vmin=0, vmax=1, alpha=0.75 * share**0.5)
    png, size = png_of(figure)
    caption = texts.SALIENCY_CAPTION.format(**_place_of(plane, image))
    return Picture(png, size, caption, texts.SALIENCY_TEXT.format(where=plane.name))


def _place_of(plane: Slice, image: Image) -> dict[str, Any]:
    words = texts.PICTURE if is_photo(image) else texts.SLICE
    return {"place": words.format(where=plane.name.lower(), number=plane.index + 1, count=image.shape[plane.axis])}


def _window_said(window: tuple[float, float], image: Image) -> str:
    if image.channels == 3:
        return ""
    digits = 2 - math.floor(math.log10(window[1] - window[0]))
    low, high = (value(round(end, digits)) for end in window)
    return texts.WINDOW.format(low=low, high=high, unit=unit_of(image))


def _layer_of(prediction: Prediction, lesion: Lesion) -> Image | None:
    """The layer of the label map that holds the lesion's label."""
    if prediction.labelmap is None:
        return None
    layer = next((label.layer for label in prediction.labels if label.value == lesion.value), None)
    labelmap = prediction.labelmap
    return flattened(prediction) if layer is None else labelmap.with_voxels(labelmap.voxels[layer : layer + 1])


def _side(image: Image, plane: Slice, size_mm: float) -> float:
    """How much of a slice is shown enlarged, in mm: a finding and its neighborhood, never more than the slice."""
    in_plane = max(step for axis, step in enumerate(image.spacing) if axis != plane.axis)
    return min(max(_ENLARGED * size_mm, _CLOSEST, _FEWEST * in_plane), plane.side_mm)


def _middle(plane: Slice, flat: NDArray[np.float64], side: float) -> NDArray[np.float64]:
    """The middle of a finding, moved so that what is shown lies within the slice where it can."""
    middle = (flat.min(axis=0) + flat.max(axis=0)) / 2
    low, high = plane.low + side / 2, plane.high - side / 2
    return np.where(low > high, (plane.low + plane.high) / 2, np.clip(middle, low, np.maximum(low, high)))


def _panels(image: Image, views: list[View]) -> tuple[Figure, list[Axes], tuple[float, float]]:
    """Two views beside each other, gray, with directions, a bar of mm and a frame where the second lies in the first."""
    from matplotlib.figure import Figure
    from matplotlib.patches import Rectangle

    figure = Figure((2 * _INCHES, _INCHES), dpi=_DPI, facecolor=BACKGROUND)
    window = _window(image, views)
    panels = []
    for number, view in enumerate(views):
        axes = figure.add_axes((0.5 * number + 0.004, 0.008, 0.492, 0.984))
        axes.set_axis_off()
        low, high = window
        gray = np.nan_to_num(np.clip((view.scan - low) / (high - low), 0, 1))
        axes.imshow(np.broadcast_to(gray, (*view.labels.shape, 3)), interpolation="antialiased")
        height, width = view.labels.shape
        axes.set_xlim(-0.5, width - 0.5)
        axes.set_ylim(height - 0.5, -0.5)
        if not is_photo(image):
            name_directions(axes, view)
            _draw_bar(axes, view)
        panels.append(axes)
    far = views[1].corner + views[1].right * views[1].labels.shape[1] + views[1].down * views[1].labels.shape[0]
    (left, top, _), (right, bottom, _) = on_view(views[0], np.array([views[1].corner, far]))
    if right - left < 0.97 * views[0].labels.shape[1]:
        frame = Rectangle((left, top), right - left, bottom - top, fill=False, edgecolor=TEXT, linewidth=0.8)
        frame.set_path_effects(dark_rim())
        panels[0].add_patch(frame)
    return figure, panels, window


def _window(image: Image, views: list[View]) -> tuple[float, float]:
    """Of a CT with air around the finding the window for lungs, else what the overview takes."""
    window = window_of(image, views[:1])
    shown = views[1].scan[np.isfinite(views[1].scan)]
    is_ct = window[0] < 0 and (image.modality == "CT" or (image.modality == "" and shown.size > 0 and shown.min() < -500))
    if is_ct:
        return _LUNG if shown.size and np.median(shown) < _LUNG_BELOW else window
    # A bright finding is too small a part of its slice to count there, and would have no structure.
    return window if image.channels == 3 or not shown.size else (window[0], max(window[1], float(np.percentile(shown, 99.7))))


def _outline(axes: Axes, view: View, labels: tuple[Label, ...], value: int) -> None:
    """Edges of the labels in their colors, the finding's own thicker and on top."""
    present = sorted((label for label in labels if (view.labels == label.value).any()), key=lambda label: label.value == value)
    for label in present:
        own = label.value == value
        color = [part / 255 for part in label.color]
        mask = np.pad((view.labels == label.value).astype(np.float32), 1)
        height, width = mask.shape
        axes.contour(
            np.arange(width) - 1,
            np.arange(height) - 1,
            mask,
            levels=[0.5],
            colors=[color],
            linewidths=1.5 if own else 0.7,
            alpha=1.0 if own else 0.75,
        )


def _draw_line(axes: Axes, view: View, line: Diameter, color: str, style: Any) -> None:
    (one, two) = on_view(view, np.array([line.start_ras, line.end_ras]))[:, :2]
    axes.plot(*zip(one, two, strict=True), linestyle="-", color="black", linewidth=2.6, alpha=0.45, solid_capstyle="butt")
    axes.plot(*zip(one, two, strict=True), linestyle=style, color=color, linewidth=1.3)
    axes.plot(*zip(one, two, strict=True), linestyle="none", marker="o", markersize=2.5, color=color)


def _sizes(lines: list[Diameter]) -> list[str]:
    return [f"{lengths([line.length_mm])} mm" for line in lines]


def _draw_bar(axes: Axes, view: View) -> None:
    """A bar of a round length, about a quarter of the view's side."""
    pixel = float(np.linalg.norm(view.right))
    target = view.labels.shape[1] * pixel / 4
    power = 10.0 ** np.floor(np.log10(target))
    millimeters = max(step * power for step in (1, 2, 5) if step * power <= target)
    across = millimeters / pixel / view.labels.shape[1]
    style: dict[str, Any] = {"color": TEXT, "transform": axes.transAxes, "path_effects": dark_rim()}
    axes.plot([0.04, 0.04 + across], [0.04, 0.04], linewidth=2.5, solid_capstyle="butt", **style)
    axes.text(0.04 + across / 2, 0.055, f"{millimeters:g} mm", fontsize=9, ha="center", **style)
