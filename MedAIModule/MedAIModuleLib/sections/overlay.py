"""A check box that lays a map of a result, of confidence or of what an answer rests on, over the scan."""

from collections.abc import Sequence

import numpy as np
import slicer
from slicer.i18n import tr as _

from medai.mrml import hide_overlay, show_overlay
from medai.mrml.maps import CONFIDENCE, is_shown, kind_of
from medai.mrml.volumes import local_affine, shape_of


class Overlay:
    """The check box; it is there where there is a map.

    :param checkBox: the widget.
    """

    def __init__(self, checkBox):
        self._checkBox = checkBox
        self._node = None
        checkBox.connect("toggled(bool)", self._onToggled)
        self.show(())

    def show(self, maps: Sequence) -> None:
        """Offer the last of these vtkMRMLScalarVolumeNodes from now on."""
        there = [node for node in maps if node.GetScene() is not None]
        self._node = there[-1] if there else None
        self._checkBox.setVisible(self._node is not None)
        if self._node is None:
            return
        unsure = kind_of(self._node) == CONFIDENCE
        self._checkBox.text = _("Show where the model is &unsure") if unsure else _("Show what the answer &rests on")
        self._checkBox.blockSignals(True)
        self._checkBox.checked = is_shown(slicer.mrmlScene, self._node)
        self._checkBox.blockSignals(False)

    def _onToggled(self, *_args) -> None:
        if self._node is not None and self._node.GetScene() is not None:
            (show_overlay if self._checkBox.checked else hide_overlay)(slicer.mrmlScene, self._node)


def mapsOn(volume) -> list:
    """The maps that have their voxels where those of a vtkMRMLVolumeNode are, in the order in which they came."""
    if volume is None:
        return []
    nodes = slicer.util.getNodesByClass("vtkMRMLScalarVolumeNode")
    return [node for node in nodes if kind_of(node) and _liesOn(node, volume)]


def _liesOn(node, volume) -> bool:
    if node.GetTransformNodeID() != volume.GetTransformNodeID() or shape_of(node) != shape_of(volume):
        return False
    return bool(np.allclose(local_affine(node), local_affine(volume)))
