"""Images in the order of a model's channels, and lists of names."""

from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk

from medai.bundles import Bundle
from medai.cli.inputs import Reading, in_order, read_images, split_names
from medai.errors import InputError

CHANNELS = {"0": "T1c", "1": "T1"}


@pytest.fixture
def bundle(tmp_path):
    image = {"num_channels": 2, "channel_def": CHANNELS}
    return Bundle(tmp_path / "two", {"network_data_format": {"inputs": {"image": image}}})


@pytest.fixture
def scans(tmp_path):
    paths = [tmp_path / "first.nii.gz", tmp_path / "second.nii.gz"]
    for number, path in enumerate(paths):
        sitk.WriteImage(sitk.GetImageFromArray(np.full((3, 4, 5), number, np.int16)), str(path))
    return paths


def values(images):
    return [int(image.voxels.max()) for image in images]


def test_images_are_read_in_the_order_given(bundle, scans):
    assert values(read_images(in_order(scans, (), bundle), Reading())) == [0, 1]


def test_named_channels_are_put_into_the_order_of_the_model(bundle, scans):
    named = [f"t1={scans[0]}", f"T1c={scans[1]}"]
    assert values(read_images(in_order((), named, bundle), Reading())) == [1, 0]


@pytest.mark.parametrize(
    ("channels", "words"),
    [
        (["T1=a.nii"], "also needs T1c"),
        (["T2=a.nii", "T1=b.nii"], "T1c, T1"),
        (["T1"], "NAME=IMAGE"),
        (["T1=a.nii", "t1=b.nii"], "given twice"),
    ],
)
def test_wrong_channels_are_refused(bundle, channels, words):
    with pytest.raises(InputError, match=words):
        in_order((), channels, bundle)


def test_no_image_and_two_ways_at_once_are_refused(bundle):
    with pytest.raises(InputError, match="No image"):
        in_order((), (), bundle)
    with pytest.raises(InputError, match="all of them or none"):
        in_order([Path("a.nii")], ["T1=b.nii"], bundle)


def test_names_are_split_at_commas():
    assert split_names(" A, left B ,,") == ("A", "left B")
