"""Slicer's segmentations as label maps: segments are told apart whatever values their layers use, and damage is said."""

import numpy as np
import pytest

from medai.errors import InputError
from medai.files import read_labels
from medai.files.nrrd import write_nrrd
from medai.image import Image


def written(path, voxels, *segments):
    """A .seg.nrrd of (layer, i, j, k) voxels; of each segment its name, layer and value."""
    fields = {}
    for number, (name, layer, value) in enumerate(segments):
        fields |= {f"Segment{number}_Name": name, f"Segment{number}_Layer": layer, f"Segment{number}_LabelValue": value}
    write_nrrd(path, voxels, np.eye(4), {key: str(value) for key, value in fields.items()})
    return path


@pytest.fixture
def scan():
    return Image(np.zeros((1, 6, 5, 4), np.float32), np.eye(4))


def test_a_value_that_two_layers_use_is_two_labels_and_what_no_segment_has_is_background(tmp_path, scan):
    voxels = np.zeros((2, 6, 5, 4), np.uint8)
    voxels[0, :3], voxels[1, 2:], voxels[0, 5] = 1, 1, 7
    found = read_labels(written(tmp_path / "two.seg.nrrd", voxels, ("tumor", 0, 1), ("edema", 1, 1), ("gone", 1, 9)), scan)
    assert [(label.name, label.value, label.layer) for label in found.labels] == [
        ("tumor", 1, 0),
        ("edema", 2, 1),
        ("gone", 3, 1),
    ]
    assert np.array_equal(found.labelmap.voxels, np.stack([voxels[0] == 1, 2 * (voxels[1] == 1)]))


@pytest.mark.parametrize(("layer", "value"), [(2, 1), (0, 65536)])
def test_a_segment_that_cannot_be_there_is_told_in_a_sentence(tmp_path, scan, layer, value):
    voxels = np.ones((2, 6, 5, 4), np.uint8)
    with pytest.raises(InputError, match="a segment has value"):
        read_labels(written(tmp_path / "odd.seg.nrrd", voxels, ("tumor", layer, value)), scan)


def test_a_scan_in_the_place_of_a_label_map_is_refused(tmp_path):
    import SimpleITK as sitk

    voxels = np.arange(20 * 20 * 20, dtype=np.int16).reshape(20, 20, 20)
    sitk.WriteImage(sitk.GetImageFromArray(voxels), str(tmp_path / "scan.nii.gz"))
    with pytest.raises(InputError, match=r"scan\.nii\.gz has 8000 different values, as a scan has and no label map"):
        read_labels(tmp_path / "scan.nii.gz", Image(np.zeros((1, 20, 20, 20)), np.eye(4)))


def test_values_below_zero_are_no_labels(tmp_path, scan):
    voxels = np.full((1, 6, 5, 4), -1, np.int16)
    with pytest.raises(InputError, match="no labels"):
        read_labels(written(tmp_path / "odd.seg.nrrd", voxels, ("tumor", 0, 1)), scan)
