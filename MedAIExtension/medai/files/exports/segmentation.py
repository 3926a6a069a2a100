"""A result as a DICOM segmentation: one bit a voxel, a segment for each label or lesion, on the slices of the scan."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from ...errors import InputError, MedAIError
from ...results import Prediction
from ...results.segments import is_by_hand
from ..dicom.headers import quiet_pydicom
from ..whole import written_whole
from .parts import Segment, empty_segments, segments_of
from .source import Source, read_source
from .words import algorithm_sequence, concept, device, fitting, model_of

if TYPE_CHECKING:
    from highdicom.seg import SegmentDescription

_SERIES_NUMBER = 100  # as 3D Slicer's
_FEWEST_PIXELS = 8  # highdicom packs smaller frames wrongly into bytes


@quiet_pydicom()
def write_dicom_seg(
    path: Path,
    prediction: Prediction,
    source: Path,
    *,
    series: str | None = None,
    frame: int | None = None,
    lesions: bool = True,
) -> str:
    """Write a label map as a DICOM segmentation (SEG, type BINARY) of the scan that it was made from.

    Every slice of the scan gets its frame by its place, whatever the order of the files. Frames without voxels are left out; if
    nothing was found, every label has one frame without voxels: it was looked for. Labels keep name, color and codes; labels
    that overlap stay whole. Patient and study are those of the scan. Lesions that a reader rejected are left out; segments that
    one edited say so by their algorithm type, SEMIAUTOMATIC.

    Source: DICOM PS3.3, A.51 and C.8.20.

    Args:
        path: the file, such as "segmentation.dcm"; its folder is made if it is missing.
        prediction: with a label map.
        source: the DICOM file or folder that the scan was read from.
        series: which series of the folder, as in ``read_image``.
        frame: which frame, as in ``read_image``.
        lesions: give each lesion of ``prediction.lesions`` a segment of its own, "Tumor 1", "Tumor 2"...

    Returns:
        The SOP instance UID of the segmentation.

    Raises:
        InputError: if the scan is not DICOM or not the one that the label map belongs to.
        MedAIError: if the prediction has no label map, or the file cannot be written.
    """
    scan = read_source(source, prediction.label_image, series=series, frame=frame)
    pixels = int(np.prod(scan.planes[0].shape))
    if pixels < _FEWEST_PIXELS:
        raise InputError(f"{source} has slices of {pixels} pixels, too few for a DICOM segmentation; leave it out.")
    segments, numbers = segments_of(prediction, lesions)
    if not segments:
        scan, segments, numbers = scan.first_slice(), empty_segments(prediction), numbers[..., :1]
    return write_object(path, _segmentation(prediction, scan, segments, numbers, source))


def write_object(path: Path, made: Dataset) -> str:
    """Save a DICOM object, whole or not at all; its SOP instance UID."""
    # Names of patients and labels may be in any script, whatever the scan's own files are written in.
    made.SpecificCharacterSet = "ISO_IR 192"
    with written_whole(path.parent) as folder:
        made.save_as(folder / path.name)
    return str(made.SOPInstanceUID)


def _segmentation(
    prediction: Prediction, scan: Source, segments: Sequence[Segment], numbers: NDArray[np.uint16], name: Path
) -> Dataset:
    from highdicom.seg import Segmentation, SegmentationTypeValues
    from pydicom.uid import generate_uid

    title = fitting(f"MedAI {model_of(prediction).name}")
    try:
        return Segmentation(
            source_images=scan.headers,
            pixel_array=_frames(scan, numbers, len(segments)),
            segmentation_type=SegmentationTypeValues.BINARY,
            omit_empty_frames=bool(numbers.any()),
            segment_descriptions=[_description(prediction, segment) for segment in segments],
            series_instance_uid=generate_uid(prefix=None),
            series_number=_SERIES_NUMBER,
            sop_instance_uid=generate_uid(prefix=None),
            instance_number=1,
            series_description=title,
            content_label="SEGMENTATION",
            content_description=title,
            content_creator_name="MedAI",
            **device(prediction),
        )
    except (ValueError, TypeError, AttributeError, KeyError) as problem:
        # The reason may quote the header, so data of the patient.
        raise MedAIError(
            f"{name} has headers that no DICOM segmentation can refer to; export the scan again, or use the .seg.nrrd file."
        ) from problem


def _frames(scan: Source, numbers: NDArray[np.uint16], count: int) -> NDArray:
    """(frame, row, column) of segment numbers in the order of the scan's frames, or (frame, row, column, segment) of 0 and 1
    where segments overlap."""
    layers = numbers.transpose(0, 3, 2, 1)
    if ((layers > 0).sum(axis=0, dtype=np.uint8 if len(layers) < 256 else np.uint16) > 1).any():
        stacked = np.zeros((scan.count, *layers.shape[2:], count), np.uint8)
        for layer in layers:
            frame, row, column = np.nonzero(layer)
            stacked[np.asarray(scan.frames)[frame], row, column, layer[frame, row, column] - 1] = 1
        return stacked
    flat = np.zeros((scan.count, *layers.shape[2:]), np.uint8 if count < 256 else np.uint16)
    flat[list(scan.frames)] = layers.max(axis=0)
    return flat


def _description(prediction: Prediction, segment: Segment) -> SegmentDescription:
    from highdicom.color import CIELabColor
    from highdicom.seg import SegmentAlgorithmTypeValues, SegmentDescription
    from pydicom.uid import generate_uid

    label = segment.label
    kinds, by_hand = SegmentAlgorithmTypeValues, is_by_hand(prediction)
    description = SegmentDescription(
        segment_number=segment.number,
        segment_label=fitting(segment.name),
        segmented_property_category=concept(label.category),
        segmented_property_type=concept(label.type),
        algorithm_type=kinds.MANUAL if by_hand else kinds.SEMIAUTOMATIC if segment.edited else kinds.AUTOMATIC,
        algorithm_identification=None if by_hand else algorithm_sequence(prediction),
        tracking_id=segment.name,
        tracking_uid=generate_uid(prefix=None),
        anatomic_regions=[concept(label.region)] if label.region else None,
        display_color=CIELabColor.from_rgb(*label.color),
    )
    if label.modifier:
        kind = description.SegmentedPropertyTypeCodeSequence[0]
        kind.SegmentedPropertyTypeModifierCodeSequence = [concept(label.modifier)]
    return description
