"""Names become labels with colors and codes that Slicer and DICOM readers understand."""

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.sr._concepts_dict import concepts

from medai.resources import resource
from medai.results import Code, describe_labels

BRAIN_MR = {
    1: "Left cerebral white matter",
    2: "Right cerebral white matter",
    3: "Left cerebral cortex",
    4: "Right cerebral cortex",
    5: "Left lateral ventricle",
    6: "Right lateral ventricle",
    7: "Third and fourth ventricles",
    8: "Left deep gray matter",
    9: "Right deep gray matter",
    10: "Left hippocampus and amygdala",
    11: "Right hippocampus and amygdala",
    12: "Left cerebellum",
    13: "Right cerebellum",
    14: "Brainstem",
    15: "Cerebrospinal fluid",
}
# Concepts of Slicer's lists that DICOM's context groups do not have: of its general anatomy, and of SlicerTotalSegmentator's
# table of SNOMED CT codes (ribs, muscles, myocardium).
SLICER_CODES = {"123037004", "272673000", "74281007", "110765007"}
SLICER_CODES |= {"48535007", "78247007", "25888004", "25523003", "15339008", "59558009"}
SLICER_CODES |= {"24915002", "5953002", "22565002", "77644006", "58830002", "43993008"}
SLICER_CODES |= {"181674001", "78333006", "75297007", "244849004", "68455001"}


def label(name, value=1):
    return describe_labels({value: name})[0]


def table():
    with resource("Terminology", "labels.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("part", ["Category", "Type", "Region"])
def test_every_code_is_one_of_dicom_or_slicer(part):
    known = {(scheme, code) for scheme, names in concepts.items() for codes in names.values() for code in codes}
    used = {(row[f"{part}_CodingScheme"], row[f"{part}_CodeValue"]) for row in table()} - {("", "")}
    assert used - known <= {("SCT", code) for code in SLICER_CODES}


def is_snomed_number(code: str) -> bool:
    """The last digit of a SNOMED CT code is Verhoeff's check digit of the others."""
    check = 0
    for place, digit in enumerate(map(int, reversed(code))):
        turned = digit
        for _ in range(place % 8):
            turned = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)[turned]
        there, step = divmod(check, 5), divmod(turned, 5)
        number = there[1] - step[1] if there[0] else there[1] + step[1]
        check = number % 5 + 5 * (there[0] ^ step[0])
    return check == 0


def test_every_snomed_code_has_the_right_check_digit():
    parts = ("Category", "Type", "Region")
    codes = {row[f"{part}_CodeValue"] for row in table() for part in parts if row[f"{part}_CodingScheme"] == "SCT"}
    assert [code for code in codes if not is_snomed_number(code)] == []
    assert not is_snomed_number("78961008")


def test_no_name_of_the_table_means_two_things():
    names = [name.lower() for row in table() for name in (row["Name"], *filter(None, row["Aliases"].split(";")))]
    assert len(names) == len(set(names))


def test_every_name_of_the_table_is_found_with_its_own_type():
    for row in table():
        found = label(row["Name"])
        assert found.type.value == row["Type_CodeValue"]
        assert found.color == (int(row["Color_R"]), int(row["Color_G"]), int(row["Color_B"]))


def test_all_labels_of_the_brain_model_have_codes_of_their_own_kind():
    labels = describe_labels(BRAIN_MR)
    assert [found.name for found in labels] == list(BRAIN_MR.values())
    assert all(found.type.meaning != "Tissue" for found in labels)
    assert {found.value for found in labels if found.modifier} == set(BRAIN_MR) - {7, 14, 15}


@pytest.mark.parametrize(("first", "second"), [(n, n + 1) for n in (1, 3, 5, 8, 10, 12)])
def test_left_and_right_differ_by_their_modifier_only(first, second):
    left, right = describe_labels({first: BRAIN_MR[first], second: BRAIN_MR[second]})
    assert left.modifier == Code("SCT", "7771000", "Left")
    assert right.modifier == Code("SCT", "24028007", "Right")
    assert (left.color, left.category, left.type, left.region) == (right.color, right.category, right.type, right.region)


@pytest.mark.parametrize(
    ("name", "shown", "code", "side"),
    [
        ("kidney_left", "Left kidney", "64033007", "Left"),
        ("lung_upper_lobe_right", "Right lung upper lobe", "45653009", "Right"),
        ("heart_atrium_left", "Left heart atrium", "82471001", None),
        ("left atrium", "Left atrium", "82471001", None),
        ("3rd-Ventricle", "3rd-Ventricle", "49841001", None),
        ("Right-Accumbens-Area", "Right-Accumbens-Area", "427667007", "Right"),
        ("Grey matter", "Grey matter", "389081007", None),
        ("Kidneys", "Kidneys", "64033007", None),
        ("vertebrae_L5", "Vertebrae L5", "49668003", None),
        ("rib_left_12", "Left rib 12", "43993008", "Left"),
        ("left subclavian artery", "Left subclavian artery", "36765005", "Left"),
        ("left atrial appendage", "Left atrial appendage", "33626005", None),
        ("gluteus_maximus_right", "Right gluteus maximus", "181674001", "Right"),
        ("left ventricle pool", "Left ventricle pool", "87878005", None),
    ],
)
def test_names_written_for_machines_are_understood(name, shown, code, side):
    found = label(name)
    assert (found.name, found.type.value) == (shown, code)
    assert (found.modifier.meaning if found.modifier else None) == side


@pytest.mark.parametrize(
    ("name", "what", "where"),
    [
        ("Liver tumour", "Neoplasm", "Liver"),
        ("hepatic vessel", "Blood vessel", "Liver"),
        ("kidney_cyst_left", "Cyst", "Kidney"),
        ("lung_nodules", "Nodule", "Lung"),
        ("bone lesion", "Lesion", "Bone"),
        ("renal neoplasm", "Neoplasm", "Kidney"),
    ],
)
def test_a_finding_in_an_organ_has_the_organ_as_its_region(name, what, where):
    found = label(name)
    assert (found.type.meaning, found.region.meaning) == (what, where)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("MS lesion", "52988006"),
        ("wm_lesions", "52988006"),
        ("small kidney tumour", "108369006"),
        ("GTV Mass CT", "108369006"),
        ("GTV-1", "108369006"),
        ("kidney stone", "386103008"),
        ("bladder stone", "52988006"),
        ("Glioma", "108369006"),
    ],
)
def test_a_finding_is_one_whatever_unknown_word_stands_before_it(name, code):
    found = label(name)
    assert (found.category.value, found.type.value) == ("49755003", code)


@pytest.mark.parametrize(
    "name", ["non-tumor", "brain without lesions", "subclavian tree", "lesion free tissue", "vertebrae T1", "CT"]
)
def test_a_name_that_denies_or_only_mentions_a_finding_is_none(name):
    assert label(name).category.value != "49755003"


def test_an_unknown_name_is_a_tissue_in_a_color_that_depends_on_its_value_alone():
    first, second = label("Quux", 7), describe_labels({3: "Liver", 7: "something else", 8: "Left quux"})
    assert first.category.meaning == "Anatomical Structure"
    assert first.type.meaning == "Tissue"
    assert first.color == second[1].color
    assert second[2].modifier.meaning == "Left"


def test_unknown_names_of_a_large_model_have_different_colors():
    labels = describe_labels({value: f"part {value}" for value in range(1, 133)})
    assert len({found.color for found in labels}) == 132


@given(st.dictionaries(st.integers(1, 65535), st.text(max_size=30)))
def test_any_name_gives_a_label_of_its_value(names):
    labels = describe_labels(names)
    assert [found.value for found in labels] == sorted(names)
    for found in labels:
        assert found.name
        assert all(0 <= channel <= 255 for channel in found.color)
