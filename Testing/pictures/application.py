"""A picture as the application's window is: the module's panel at the left, three slice views and a 3D view at the right."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from PySide6 import QtCore, QtGui, QtWidgets

from .views import ORIENTATIONS, SliceView, ThreeDView

CAPTION = "Rendered outside 3D Slicer"
PANEL_WIDTH, HEIGHT, CAPTION_HEIGHT, BAR_HEIGHT, GAP = 480, 900, 24, 24, 2


def draw_application(
    panel: Any, scene: Any, volume: Any, segmentation: Any, path: Path, box: Any = None, title: str = "MedAI"
) -> Path:
    """Write a PNG of a module's panel, as it is now, and of the scene. Needs the host and a GL library (``why_not``).

    Args:
        panel: the module's widget (``ScriptedModule.widgetRepresentation()``).
        scene: ``slicer.mrmlScene``; whatever is visible in it is drawn.
        volume: the volume node behind the segments, shown in the slice views.
        segmentation: the slices go through its middle; None: through the middle of the volume.
        path: the PNG file; it is replaced.
        box: a markups ROI node through whose center the slices go instead.
        title: the module's name, shown above its panel.

    Returns:
        ``path``.
    """
    _look_like_slicer()
    left = _panel(panel, title)
    height = left.height()
    size = (round(height * 0.6), (height - GAP) // 2)
    center = _center(box if box is not None else segmentation if segmentation is not None else volume)
    views = _views(scene, volume, center, size)
    picture = QtGui.QPixmap(left.width() + 2 * (size[0] + GAP), height + CAPTION_HEIGHT)
    picture.fill(QtGui.QColor(60, 60, 60))
    painter = QtGui.QPainter(picture)
    painter.drawPixmap(0, 0, left)
    for index, view in enumerate(views):
        row, column = divmod(index, 2)
        painter.drawPixmap(left.width() + GAP + column * (size[0] + GAP), row * (size[1] + GAP), view)
    painter.setFont(_bold())
    painter.setPen(QtCore.Qt.GlobalColor.white)
    caption = QtCore.QRect(0, height, picture.width(), CAPTION_HEIGHT)
    painter.drawText(caption, QtCore.Qt.AlignmentFlag.AlignCenter, CAPTION)
    painter.end()
    if not picture.save(str(path), "PNG"):
        raise OSError(f"{path} cannot be written.")
    return path


def _bold() -> QtGui.QFont:
    font = QtWidgets.QApplication.font()
    font.setBold(True)
    font.setPointSize(11)
    return font


def _look_like_slicer() -> None:
    QtWidgets.QApplication.setStyle("Fusion")
    QtWidgets.QApplication.setFont(QtGui.QFont("DejaVu Sans", 9))


def _panel(panel: Any, title: str) -> QtGui.QPixmap:
    """The panel below the application's list of modules; as high as it needs to be."""
    header = QtWidgets.QWidget()
    layout = QtWidgets.QHBoxLayout(header)
    modules = QtWidgets.QComboBox()
    modules.addItem(title)
    layout.addWidget(QtWidgets.QLabel("Modules:"))
    layout.addWidget(modules, 1)
    top = _grabbed(header, PANEL_WIDTH, 40)
    _grabbed(panel, PANEL_WIDTH, HEIGHT)  # what is folded takes no room once it was shown
    needed = max(panel.sizeHint().height(), panel.heightForWidth(PANEL_WIDTH))
    below = _grabbed(panel, PANEL_WIDTH, max(needed, HEIGHT - top.height()))
    whole = QtGui.QPixmap(PANEL_WIDTH, top.height() + below.height())
    painter = QtGui.QPainter(whole)
    painter.drawPixmap(0, 0, top)
    painter.drawPixmap(0, top.height(), below)
    painter.end()
    return whole


def _grabbed(widget: QtWidgets.QWidget, width: int, height: int) -> QtGui.QPixmap:
    widget.resize(width, height)
    widget.show()
    for _ in range(3):  # sections settle one after the other
        QtWidgets.QApplication.processEvents()
    return widget.grab(QtCore.QRect(0, 0, width, height))


def _center(node: Any) -> np.ndarray:
    """The middle (R, A, S in mm) of what a node shows."""
    bounds = np.zeros(6)
    node.GetRASBounds(bounds)
    return (bounds[::2] + bounds[1::2]) / 2


def _views(scene: Any, volume: Any, center: np.ndarray, size: tuple[int, int]) -> list[QtGui.QPixmap]:
    """Red, 3D, Green and Yellow, as in the application's usual layout."""
    inner = (size[0], size[1] - BAR_HEIGHT)
    pictures = {}
    for name in ORIENTATIONS:
        view = SliceView(scene, name, volume, center, inner)
        picture, color, position = _pixmap(view.pixels()), view.node.GetLayoutColor(), view.position()
        view.close()
        pictures[name] = _framed(_lettered(picture, view.letters(), f"B: {volume.GetName()}"), name[0], color, position)
    view = ThreeDView(scene, inner)
    picture, color = _pixmap(view.pixels()), view.node.GetLayoutColor()
    view.close()
    pictures["3D"] = _framed(picture, "1", color, None)
    return [pictures[name] for name in ("Red", "3D", "Green", "Yellow")]


def _pixmap(pixels: np.ndarray) -> QtGui.QPixmap:
    height, width, _ = pixels.shape
    data = np.ascontiguousarray(pixels)
    image = QtGui.QImage(data.data, width, height, 3 * width, QtGui.QImage.Format.Format_RGB888)
    return QtGui.QPixmap.fromImage(image)  # copies the pixels


def _lettered(picture: QtGui.QPixmap, letters: dict[str, str], note: str) -> QtGui.QPixmap:
    """With the directions at the edges and a note in the lower left corner."""
    flags = QtCore.Qt.AlignmentFlag
    middle = {"left": flags.AlignLeft, "right": flags.AlignRight, "top": flags.AlignTop, "bottom": flags.AlignBottom}
    painter = QtGui.QPainter(picture)
    area = QtCore.QRect(6, 4, picture.width() - 12, picture.height() - 8)
    painter.setPen(QtGui.QColor(255, 255, 170))
    painter.drawText(area, flags.AlignLeft | flags.AlignBottom, note)
    painter.setFont(_bold())
    painter.setPen(QtCore.Qt.GlobalColor.white)
    for edge, letter in letters.items():
        across = flags.AlignVCenter if edge in ("left", "right") else flags.AlignHCenter
        painter.drawText(area, middle[edge] | across, letter)
    painter.end()
    return picture


def _framed(picture: QtGui.QPixmap, letter: str, color: tuple[float, ...], position: tuple[str, float] | None) -> QtGui.QPixmap:
    """Below a bar in the view's color with its letter and, for slices, the slider and the position."""
    bar = QtWidgets.QWidget()
    palette = bar.palette
    palette.setColor(QtGui.QPalette.ColorRole.Window, QtGui.QColor.fromRgbF(*color))
    bar.setPalette(palette)
    layout = QtWidgets.QHBoxLayout(bar)
    layout.setContentsMargins(8, 0, 8, 0)
    layout.addWidget(QtWidgets.QLabel(letter))
    if position:
        slider = QtWidgets.QSlider(QtCore.Qt.Orientation.Horizontal)
        slider.setRange(0, 1000)
        slider.setValue(round(1000 * position[1]))
        layout.addWidget(slider, 1)
        layout.addWidget(QtWidgets.QLabel(position[0]))
    else:
        layout.addStretch(1)
    whole = QtGui.QPixmap(picture.width(), picture.height() + BAR_HEIGHT)
    painter = QtGui.QPainter(whole)
    painter.drawPixmap(0, 0, _grabbed(bar, picture.width(), BAR_HEIGHT))
    painter.drawPixmap(0, BAR_HEIGHT, picture)
    painter.end()
    return whole
