"""Measurement groups of a report: one for each label, lesion and box, with the segment or outline that it is about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pydicom.dataset import Dataset
from pydicom.sr.coding import Code
from pydicom.uid import generate_uid

from ...results import Detection, Label, Prediction, Statistics, describe_labels, measure, standing, standing_detections
from .boxes import regions
from .parts import name_of
from .quantities import certainty, of_label, of_lesion
from .source import Source
from .words import concept, model_of

if TYPE_CHECKING:
    from highdicom.sr import AlgorithmIdentification, Measurement, ReferencedSegment, TrackingIdentifier
    from highdicom.sr.templates import _MeasurementsAndQualitativeEvaluations as Group

_BOUNDED_BY = Code("75958009", "SCT", "Bounded by")


@dataclass(frozen=True, eq=False)
class Groups:
    """Makes the groups of one report.

    Attributes:
        prediction: what they are about.
        scan: the scan that it was made from.
        segmentation: the DICOM segmentation that they refer to, or None.
    """

    prediction: Prediction
    scan: Source
    segmentation: Dataset | None

    def all(self) -> list[Group]:
        """Labels that are no findings, then lesions, then boxes; without what a reader rejected.

        Where there is nothing, labels with a volume of 0: they were looked for.
        """
        return [*self._labels(), *self._lesions(), *self._boxes()] or list(self._missing())

    def _missing(self) -> Iterator[Group]:
        for label in self.prediction.labels:
            name = name_of(self.prediction, label)
            yield self._group(name, label, of_label(Statistics(label.value, 0, 0.0), self._modality), self._segment(name))

    def _labels(self) -> Iterator[Group]:
        divided = {lesion.value for lesion in self.prediction.lesions if lesion.voxels}
        known = {statistics.value: statistics for statistics in self.prediction.statistics}
        for size in measure(self.prediction):
            label = size.label
            if size.voxels and label.value not in divided:
                statistics = known.get(label.value) or Statistics(label.value, size.voxels, size.volume_ml)
                name = name_of(self.prediction, label)
                yield self._group(name, label, of_label(statistics, self._modality), self._segment(name))

    def _lesions(self) -> Iterator[Group]:
        labels = {label.value: label for label in self.prediction.labels}
        for lesion in standing(self.prediction):
            label = labels.get(lesion.value)
            if lesion.voxels and label:
                name = name_of(self.prediction, label, lesion)
                segment = self._segment(name) or self._segment(name_of(self.prediction, label))
                # Groups that refer to a segment may not have coordinates too.
                space = str(self.scan.first.FrameOfReferenceUID) if segment is None and self.scan.placed else ""
                yield self._group(name, label, of_lesion(lesion, self._modality, space), segment)

    def _boxes(self) -> Iterator[Group]:
        from highdicom.sr import VolumetricROIMeasurementsAndQualitativeEvaluations

        kept = standing_detections(self.prediction)
        for number, detection in enumerate(self.prediction.detections, start=1):
            if any(detection is one for one in kept):
                outlines = regions(detection.box, self.scan)
                yield VolumetricROIMeasurementsAndQualitativeEvaluations(
                    tracking_identifier=self._tracking(f"{detection.label} box {number}"),
                    referenced_regions=outlines,
                    geometric_purpose=_BOUNDED_BY,
                    measurements=[certainty(min(max(detection.score, 0.0), 1.0))],
                    **self._about(_label_of(detection)),
                )

    def _group(self, name: str, label: Label, measurements: Sequence[Measurement], segment: ReferencedSegment | None) -> Group:
        from highdicom.sr import MeasurementsAndQualitativeEvaluations, VolumetricROIMeasurementsAndQualitativeEvaluations

        tracking, about = self._tracking(name), self._about(label)
        if segment is None:
            return MeasurementsAndQualitativeEvaluations(tracking_identifier=tracking, measurements=measurements, **about)
        return VolumetricROIMeasurementsAndQualitativeEvaluations(
            tracking_identifier=tracking, referenced_segment=segment, measurements=measurements, **about
        )

    def _about(self, label: Label) -> dict[str, Any]:
        from highdicom.sr import FindingSite

        side = concept(label.modifier) if label.modifier else None
        site = label.region or (label.type if side else None)
        return {
            "finding_category": concept(label.category),
            "finding_type": concept(label.type),
            "finding_sites": [FindingSite(anatomic_location=concept(site), laterality=side)] if site else None,
            "algorithm_id": self._algorithm,
        }

    @property
    def _algorithm(self) -> AlgorithmIdentification:
        from highdicom.sr import AlgorithmIdentification

        return AlgorithmIdentification(name=model_of(self.prediction).algorithm, version=model_of(self.prediction).version)

    @property
    def _modality(self) -> str:
        first = self.scan.first
        modality = str(first.get("Modality") or "")
        return f"PT {first.get('Units')} {first.get('SUVType') or 'BW'}" if modality == "PT" else modality

    @cached_property
    def _segments(self) -> Mapping[str, Dataset]:
        items = self.segmentation.SegmentSequence if self.segmentation is not None else []
        return {str(item.get("TrackingID") or item.SegmentLabel): item for item in items}

    def _segment(self, name: str) -> ReferencedSegment | None:
        from highdicom.sr import ReferencedSegment, SourceSeriesForSegmentation

        item = self._segments.get(name)
        if item is None or self.segmentation is None:
            return None
        return ReferencedSegment(
            sop_class_uid=self.segmentation.SOPClassUID,
            sop_instance_uid=self.segmentation.SOPInstanceUID,
            segment_number=int(item.SegmentNumber),
            source_series=SourceSeriesForSegmentation(self.scan.first.SeriesInstanceUID),
        )

    def _tracking(self, name: str) -> TrackingIdentifier:
        """The name, and the UID that the segment of this name has, so that both are known to be one thing."""
        from highdicom.sr import TrackingIdentifier

        item = self._segments.get(name)
        uid = item.get("TrackingUID") if item is not None else None
        return TrackingIdentifier(identifier=name, uid=uid or generate_uid(prefix=None))


def _label_of(detection: Detection) -> Label:
    return describe_labels({1: detection.label})[0]
