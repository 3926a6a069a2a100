"""Measurements with DICOM's codes for quantities and units: those of 3D Slicer's segment statistics, where it has any."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from pydicom.sr.codedict import codes
from pydicom.sr.coding import Code

from ...results import Diameter, Lesion, Statistics

if TYPE_CHECKING:
    from highdicom.sr import CoordinatesForMeasurement3D, Measurement

# What the values of a scan are, by modality; of PET, by its unit and kind of SUV too. Others have no quantity that DICOM knows.
_INTENSITIES = {
    "CT": (codes.DCM.AttenuationCoefficient, codes.UCUM.HounsfieldUnit),
    "MR": (codes.DCM.MRSignalIntensity, codes.UCUM.NoUnits),
    "PT BQML BW": (codes.DCM.NuclearMedicineTomographicActivity, codes.UCUM.BecquerelsPerMilliliter),
    "PT GML BW": (codes.cid7469.Suvbw, codes.UCUM.StandardizedUptakeValueBodyWeight),
}
_INTENSITY = (Code("intensity", "99MEDAI", "Value of the scan"), codes.UCUM.NoUnits)
_DERIVATIONS = {
    "mean": codes.SCT.Mean,
    "sd": codes.SCT.StandardDeviation,
    "minimum": codes.SCT.Minimum,
    "maximum": codes.SCT.Maximum,
    "median": codes.SCT.Median,
}


def volume(milliliters: float) -> Measurement:
    """Volume in cubic centimeters, which are milliliters, by counting voxels."""
    unit, method = codes.UCUM.CubicCentimeter, codes.DCM.SumOfSegmentedVoxelMethodForVolume
    return _measured(codes.SCT.Volume, milliliters, unit, method=method)


def surface(square_mm: float) -> Measurement:
    """Area of the closed surface in mm2."""
    return _measured(codes.IBSI.SurfaceAreaOfMesh, square_mm, codes.UCUM.SquareMillimeter)


def certainty(share: float) -> Measurement:
    """How sure the model is of what it found, 0 to 1, in percent."""
    return _measured(codes.DCM.CertaintyOfFinding, 100 * share, codes.UCUM.Percent)


def intensities(values: object, modality: str) -> Iterator[Measurement]:
    """Mean and other statistics of the scan's values inside, those that ``values`` has; ``modality`` as in ``Groups``."""
    quantity, unit = _INTENSITIES.get(modality, _INTENSITY)
    for name, derivation in _DERIVATIONS.items():
        value = getattr(values, name, None)
        if value is not None:
            yield _measured(quantity, value, unit, derivation=derivation)


def diameters(lesion: Lesion, frame_of_reference: str = "") -> Iterator[Measurement]:
    """Long and short axis in a slice (RECIST 1.1), and the longest diameter in space.

    Args:
        frame_of_reference: UID of the space; if it is given, each measurement has its line with it.
    """
    kinds = ((codes.SCT.LongAxis, lesion.longest), (codes.SCT.ShortAxis, lesion.short))
    for name, line in kinds:
        if line is not None:
            yield _measured(name, line.length_mm, codes.UCUM.Millimeter, referenced_coordinates=_line(line, frame_of_reference))
    if lesion.feret is not None:
        line = lesion.feret
        unit, lines = codes.UCUM.Millimeter, _line(line, frame_of_reference)
        yield _measured(codes.SCT.Diameter, line.length_mm, unit, derivation=codes.SCT.Maximum, referenced_coordinates=lines)


def of_label(statistics: Statistics, modality: str) -> list[Measurement]:
    """What was measured of a whole label."""
    found = [volume(statistics.volume_ml)]
    if statistics.surface_mm2 is not None:
        found.append(surface(statistics.surface_mm2))
    found.extend(intensities(statistics, modality))
    if statistics.confidence is not None:
        found.append(certainty(statistics.confidence))
    return found


def of_lesion(lesion: Lesion, modality: str, frame_of_reference: str = "") -> list[Measurement]:
    """What was measured of a lesion; with the UID of the space, the lines of its diameters too."""
    found = [volume(lesion.volume_ml), *diameters(lesion, frame_of_reference)]
    if lesion.intensity is not None:
        found.extend(intensities(lesion.intensity, modality))
    sure = lesion.score if lesion.score is not None else lesion.confidence
    if sure is not None:
        found.append(certainty(sure))
    return found


def _measured(name: Code, value: float, unit: Code, **more: Any) -> Measurement:
    from highdicom.sr import Measurement

    return Measurement(name=name, value=float(f"{value:.6g}"), unit=unit, **more)


def _line(line: Diameter, frame_of_reference: str) -> Sequence[CoordinatesForMeasurement3D] | None:
    from highdicom.sr import CoordinatesForMeasurement3D, GraphicTypeValues3D
    from numpy import array

    if not frame_of_reference:
        return None
    ends = array([line.start_ras, line.end_ras]) * (-1, -1, 1)
    return [
        CoordinatesForMeasurement3D(
            graphic_type=GraphicTypeValues3D.POLYLINE, graphic_data=ends, frame_of_reference_uid=frame_of_reference
        )
    ]
