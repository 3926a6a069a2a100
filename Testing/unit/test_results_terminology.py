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
# Concepts of Slicer's lists that DICOM's context groups do not have.
SLICER_CODES = {"123037004", "272673000"}


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
    ],
)
def test_a_finding_in_an_organ_has_the_organ_as_its_region(name, what, where):
    found = label(name)
    assert (found.type.meaning, found.region.meaning) == (what, where)


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
