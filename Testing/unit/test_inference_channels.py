"""Which scan is which channel: what scanners and people call them, one table; and what no order of scans may change."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medai.inference import ScanHint, guess_channels

BRATS = ("T1c", "T1", "T2", "FLAIR")


@pytest.mark.parametrize(
    ("name", "channel"),
    [
        ("T1 AX POST GD", "T1c"),
        ("MRHR T1 AX POST GAD", "T1c"),
        ("MRHR_T1_AX_POST_GAD_SE_13_se2d1r_t1c", "T1c"),
        ("t1ce", "T1c"),
        ("T1c", "T1c"),
        ("T1C", "T1c"),
        ("BRATS_001_t1gd", "T1c"),
        ("BraTS-GLI-00001-000-t1c", "T1c"),
        ("sub-01_ce-gadolinium_T1w", "T1c"),
        ("Ax T1 +C", "T1c"),
        ("T1+C MPRAGE", "T1c"),
        ("T1PostGd", "T1c"),
        ("T1 POSTOP POST GD", "T1c"),
        ("T1 AX", "T1"),
        ("BraTS-GLI-00001-000-t1n", "T1"),
        ("sub-01_T1w", "T1"),
        ("MPRAGE sag", "T1"),
        ("Ax T1 FLAIR", "T1"),
        ("T1 w/o contrast", "T1"),
        ("T1 non-contrast", "T1"),
        ("T1 POST OP", "T1"),
        ("Sag T1 C-Spine", "T1"),
        ("PT_001_T1", "T1"),
        ("Ax T2 FSE", "T2"),
        ("BraTS-GLI-00001-000-t2w", "T2"),
        ("MRHR_T2_AX_SE_2_tse2d1_11_t2", "T2"),
        ("T2 FLAIR", "FLAIR"),
        ("T2FLAIR", "FLAIR"),
        ("FLAIR AX", "FLAIR"),
        ("FLAIR AX POST GD", "FLAIR"),
        ("BraTS-GLI-00001-000-t2f", "FLAIR"),
        ("OtherEXampleFromTCIA_fla_bet", "FLAIR"),
        ("t2_tirm_tra_dark-fluid_p2", "FLAIR"),
        ("MRBrainTumor1", None),
        ("T10 vertebra", None),
        ("T2* GRE", None),
        ("T1 scout", None),
        ("PD T2 double echo", None),
        ("CT Chest", None),
        ("", None),
    ],
)
def test_a_name_says_which_channel_a_scan_is(name, channel):
    assert guess_channels(BRATS, [ScanHint(name)]) == [0 if each == channel else None for each in BRATS]


@pytest.mark.parametrize(
    "channel", ["T1c", "T1ce", "T1Gd", "T1-Gd", "t1 post contrast", "post-contrast T1", "contrast-enhanced T1w"]
)
def test_a_channel_with_contrast_goes_by_many_names(channel):
    assert guess_channels([channel], [ScanHint("Ax T1"), ScanHint("Ax T1 POST")]) == [1]


@pytest.mark.parametrize(
    ("channels", "scans", "modality", "expected"),
    [
        # The series description where the name is silent, and the name where both speak.
        (BRATS, [ScanHint("5: series", "MR", "Ax T2 FLAIR"), ScanHint("MRBrainTumor1", "MR")], "MR", [None, None, None, 0]),
        (("T1", "T2"), [ScanHint("T1 (mine)", "MR", "Ax T2"), ScanHint("b", "MR", "Ax T2")], "MR", [0, 1]),
        (("T1c",), [ScanHint("T1 AX", "MR", "T1 AX POST GD")], "MR", [0]),
        # DICOM's modality outweighs names: T1 may be a vertebra.
        (("CT", "PET"), [ScanHint("2: AC", "PT"), ScanHint("T1 to T12", "CT")], "", [1, 0]),
        (("T1",), [ScanHint("spine T1", "CT")], "MR", [None]),
        (("CT",), [ScanHint("CT planning", "MR")], "", [None]),
        # A scan with contrast stands in for one without only where the model has no channel for it.
        (("T1", "T2"), [ScanHint("T1 POST"), ScanHint("T2")], "MR", [0, 1]),
        (("T1c", "T1"), [ScanHint("T1 POST A"), ScanHint("T1 POST B")], "MR", [0, None]),
        (("T1",), [ScanHint("T1 POST"), ScanHint("T1")], "MR", [1]),
        (("T1n",), [ScanHint("T1 POST")], "MR", [None]),
        # Channels without a telling name take what is left of their modality.
        (("channel 0", "T2"), [ScanHint("Ax T2"), ScanHint("unnamed")], "MR", [1, 0]),
        (("image",), [ScanHint("chest", "CT"), ScanHint("head", "MR")], "MR", [1]),
        (("image",), [ScanHint("chest CT"), ScanHint("Ax T1")], "CT", [0]),
        (("image",), [ScanHint("chest", "CT")], "MR", [None]),
        (("mask",), [ScanHint("anything", "MR")], "MR", [None]),
        # As many channels as possible are filled: the T2 that only one channel takes is not given to the other.
        (("channel 0", "channel 1", "T2"), [ScanHint("Ax T2"), ScanHint("a"), ScanHint("b")], "MR", [1, 2, 0]),
        (BRATS, [], "MR", [None] * 4),
        ((), [ScanHint("T1")], "MR", []),
    ],
)
def test_scans_are_given_to_channels(channels, scans, modality, expected):
    assert guess_channels(channels, scans, modality) == expected


words = st.sampled_from(["T1", "T2", "FLAIR", "POST", "GD", "AX", "pre", "t1ce", "ADC", "DWI", "CT", "PET", "head", "scout", "3"])
names = st.lists(words, max_size=4).map(" ".join)
hints = st.builds(ScanHint, names, st.sampled_from(["", "MR", "CT", "PT"]), names)
models = st.lists(st.sampled_from([*BRATS, "T1ce", "CT", "PET", "ADC", "channel 0", "image", "mask"]), max_size=5)


@given(models, st.lists(hints, max_size=7, unique=True), st.sampled_from(["", "MR", "CT"]), st.data())
def test_the_order_of_scans_plays_no_role_and_none_is_taken_twice(channels, scans, modality, data):
    guess = guess_channels(channels, scans, modality)
    assert len(guess) == len(channels)
    given_away = [index for index in guess if index is not None]
    assert len(set(given_away)) == len(given_away)
    assert all(0 <= index < len(scans) for index in given_away)
    shuffled = data.draw(st.permutations(scans))
    again = guess_channels(channels, shuffled, modality)
    assert [index if index is None else shuffled[index] for index in again] == [
        index if index is None else scans[index] for index in guess
    ]


@given(st.lists(hints, max_size=7, unique=True))
def test_one_more_scan_never_leaves_a_channel_empty_that_was_filled(scans):
    before = guess_channels(BRATS, scans[:-1])
    after = guess_channels(BRATS, scans)
    assert sum(index is not None for index in after) >= sum(index is not None for index in before)


@given(st.text(), st.text())
def test_any_text_is_a_name(name, description):
    assert guess_channels(["T1", name], [ScanHint(name, "", description)]) in ([None, None], [0, None], [None, 0])


def test_a_model_with_very_many_channels_is_not_guessed():
    assert guess_channels(["image"] * 500, [ScanHint("a")] * 500) == [None] * 500
