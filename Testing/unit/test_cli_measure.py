"""`medai measure`: names of a label map's values are taken, or refused with a sentence."""

import numpy as np
import pytest

from medai.files import write_image
from medai.image import Image
from support.commands import assert_refused, json_of, medai


@pytest.fixture
def scan_and_labels(tmp_path):
    labels = np.zeros((1, 9, 8, 7), np.uint8)
    labels[0, 2:5, 2:5, 2:5] = 1
    scan = write_image(tmp_path / "scan.nii.gz", Image(labels.astype(np.float32), np.eye(4)))
    return scan, write_image(tmp_path / "labels.nii.gz", Image(labels, np.eye(4)))


def test_a_name_of_a_value_beyond_the_files_type_is_a_label_that_does_not_occur(scan_and_labels, tmp_path):
    scan, labels = scan_and_labels
    names = ("--name", "1=MS lesion", "--name", "300=Liver")
    found = json_of(medai("measure", labels, "-i", scan, "-o", tmp_path / "out", "--json", *names))["findings"]
    assert [(each["value"], each["voxels"]) for each in found["labels"]] == [(1, 27), (300, 0)]
    assert [each["voxels"] for each in found["lesions"]] == [27]


@pytest.mark.parametrize("name", ["0=tumor", "65536=tumor", "\u00b2=tumor", "x=tumor", "1=", "=tumor"])
def test_a_name_of_no_label_is_refused_and_nothing_written(scan_and_labels, tmp_path, name):
    scan, labels = scan_and_labels
    assert_refused(medai("measure", labels, "-i", scan, "-o", tmp_path / "out", "--name", name), 2, "--name")
    assert not (tmp_path / "out").exists()
