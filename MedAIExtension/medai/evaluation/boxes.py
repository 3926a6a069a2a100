"""Boxes of a detector against a reference: which hit a lesion, and which nothing."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from ..finding import Detection
from ..image import Image
from ..region import Box, Vector

_ALIGNED = 1e-3


@dataclass(frozen=True)
class BoxMatches:
    """Boxes of one scan against its lesions.

    Attributes:
        false_scores: scores of the boxes that hit no lesion.
        best_scores: for each lesion the largest score of a box that hits it; None where none does. Further boxes on a lesion
            count neither for nor against.
    """

    false_scores: tuple[float, ...]
    best_scores: tuple[float | None, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        hit = sum(score is not None for score in self.best_scores)
        return {"lesions": len(self.best_scores), "hit": hit, "false_positives": len(self.false_scores)} | {
            "best_scores": list(self.best_scores)
        }


def match_to_boxes(
    detections: Sequence[Detection], reference: Sequence[Detection], minimum_iou: float = 0.0
) -> dict[str, BoxMatches]:
    """Compare boxes with reference boxes, each name of a finding for itself.

    Where one side gives its boxes no names at all, names are not looked at, and the only result is called "".

    Args:
        detections: with scores.
        reference: boxes of lesions; their scores are not looked at.
        minimum_iou: 0: a box hits a lesion if its center lies in the reference box. Above 0: if their intersection over union
            (of volumes) is at least this.

    Raises:
        InputError: if boxes are compared by overlap that do not lie along the same axes.
    """
    sides = detections, reference
    if any(side and not any(each.label for each in side) for side in sides):
        groups = {"": sides}
    else:
        names = sorted({each.label for side in sides for each in side})
        groups = {name: tuple([each for each in side if each.label == name] for side in sides) for name in names}  # type: ignore[misc]
    result = {}
    for name, (found, expected) in groups.items():
        hits = _hits([each.box for each in found], [each.box for each in expected], minimum_iou)
        result[name] = _matches([each.score for each in found], hits)
    return result


def match_to_mask(
    detections: Sequence[Detection], reference: Image, labels: Collection[int] | None = None, minimum_iou: float = 0.0
) -> BoxMatches:
    """Compare boxes, whatever their names, with the connected components (26 neighbors) of a mask.

    Args:
        detections: with scores.
        reference: label map (layer, i, j, k); each component of all its values above 0 together is a lesion.
        labels: only these values.
        minimum_iou: 0: a box hits a lesion if the voxel at its center belongs to it. Above 0: if the intersection over union of
            the box and the smallest box around the lesion, along the mask's axes, is at least this.

    Raises:
        InputError: if boxes are compared by overlap that do not lie along the mask's axes.
    """
    from scipy import ndimage

    mask = reference.voxels > 0 if labels is None else np.isin(reference.voxels, list(labels))
    parts, count = ndimage.label(mask.any(axis=0), np.ones((3, 3, 3), bool))
    scores = [each.score for each in detections]
    if minimum_iou > 0:
        around = [_around(box, reference.affine) for box in ndimage.find_objects(parts)]
        return _matches(scores, _hits([each.box for each in detections], around, minimum_iou))
    owners = np.array([_at(parts, reference.affine, each.box.center_ras) for each in detections], int)
    return _matches(scores, owners[:, None] == np.arange(1, count + 1))


def _matches(scores: Sequence[float], hits: NDArray[np.bool_]) -> BoxMatches:
    """From which boxes (n) hit which lesions (m): bool (n, m)."""
    number = np.asarray(scores, float)
    best = (float(number[column].max()) if column.any() else None for column in hits.T)
    return BoxMatches(tuple(number[~hits.any(axis=1)].tolist()), tuple(best))


def _hits(found: Sequence[Box], expected: Sequence[Box], minimum_iou: float) -> NDArray[np.bool_]:
    """Which boxes hit which reference boxes: bool (n, m)."""
    if not found or not expected:
        return np.zeros((len(found), len(expected)), bool)
    if minimum_iou <= 0:
        return np.array([[lesion.contains(box.center_ras) for lesion in expected] for box in found])
    import torch
    from monai.data.box_utils import box_iou

    origin, axes = np.array(expected[0].center_ras), np.array(expected[0].axes_ras)
    overlap = box_iou(*(torch.from_numpy(_extents(boxes, origin, axes)) for boxes in (found, expected)))
    hits: NDArray[np.bool_] = np.asarray(overlap) >= minimum_iou
    return hits


def _extents(boxes: Sequence[Box], origin: NDArray[np.float64], axes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Least and largest coordinates (n, 6) of boxes along these axes, in mm from the origin: MONAI's "xyzxyz"."""
    for box in boxes:
        turn = np.abs(np.array(box.axes_ras) @ axes.T)
        if np.abs(turn - np.rint(turn)).max() > _ALIGNED:
            raise InputError(
                "The boxes of prediction and reference do not lie along the same axes, so their overlap has no simple measure;"
                " compare their centers instead (leave --lesion-iou out)."
            )
    corners = [(box.corners() - origin) @ axes.T for box in boxes]
    return np.array([[*each.min(axis=0), *each.max(axis=0)] for each in corners])


def _around(slices: tuple[slice, ...], affine: NDArray[np.float64]) -> Box:
    """The box of voxels, whole voxels included, as a box in the patient."""
    start, stop = np.array([each.start for each in slices]), np.array([each.stop for each in slices])
    spacing = np.linalg.norm(affine[:3, :3], axis=0)
    center = affine[:3, :3] @ ((start + stop - 1) / 2) + affine[:3, 3]
    axes = (affine[:3, :3] / spacing).T
    return Box(_vector(center), _vector((stop - start) * spacing), (_vector(axes[0]), _vector(axes[1]), _vector(axes[2])))


def _at(parts: NDArray[np.integer], affine: NDArray[np.float64], point: Vector) -> int:
    """The component at a place in RAS mm; 0 where there is none, also beyond the grid."""
    place = np.rint((np.linalg.inv(affine) @ [*point, 1])[:3]).astype(int)
    if (place < 0).any() or (place >= parts.shape).any():
        return 0
    return int(parts[tuple(place)])


def _vector(values: NDArray) -> Vector:
    x, y, z = values.tolist()
    return x, y, z
