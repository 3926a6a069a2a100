"""The panel's section "Outputs": which segments are made, and what must not be replaced unasked."""

from __future__ import annotations

import pytest

from support.panels import add_scan
from support.sections import Bench, card, shown
from support.workers import empty_bundle


@pytest.fixture
def bench(module):
    bench = Bench()
    yield bench
    bench.close()


@pytest.fixture
def outputs(bench):
    from MedAIModuleLib.sections.outputs import Outputs

    section = bench.hold(Outputs)
    section.setModel(card())
    return section


@pytest.fixture
def asked(monkeypatch):
    """Declines the panel's questions, and gives them."""
    import slicer

    asked: list[str] = []
    monkeypatch.setattr(slicer.util, "confirmOkCancelDisplay", lambda text: asked.append(text) or False)
    return asked


def names(bench) -> list[str]:
    return [bench.ui.labelsList.item(row).text() for row in range(bench.ui.labelsList.count)]


def checked(bench) -> list[str]:
    import qt

    items = [bench.ui.labelsList.item(row) for row in range(bench.ui.labelsList.count)]
    return [item.text() for item in items if item.checkState() == qt.Qt.Checked]


def check(bench, name: str, on: bool) -> None:
    import qt

    item = bench.ui.labelsList.item(names(bench).index(name))
    item.setCheckState(qt.Qt.Checked if on else qt.Qt.Unchecked)


def test_all_segments_are_made_until_the_user_wants_only_some(bench, outputs):
    assert not shown(bench.ui.labelsList)
    assert outputs.labels == ()
    bench.ui.someLabelsCheckBox.click()
    assert shown(bench.ui.labelsList)
    assert checked(bench) == ["Left thing", "Right thing", "Lesion"]
    assert outputs.labels == ()
    assert outputs.missing() == ""


def test_unchecked_segments_are_left_out_and_the_scene_remembers_it(bench, outputs):
    bench.ui.someLabelsCheckBox.click()
    check(bench, "Right thing", False)
    assert outputs.labels == ("Left thing", "Lesion")
    assert bench.parameterNode.labels == "Left thing\nLesion"
    assert bench.changes == 1
    bench.enter()
    assert checked(bench) == ["Left thing", "Lesion"]
    bench.ui.someLabelsCheckBox.click()
    assert outputs.labels == ()
    bench.ui.someLabelsCheckBox.click()
    assert outputs.labels == ("Left thing", "Lesion")


def test_without_any_segment_nothing_can_be_run(bench, outputs):
    bench.ui.someLabelsCheckBox.click()
    for name in names(bench):
        check(bench, name, False)
    assert outputs.missing() == "Choose at least one segment"
    assert checked(bench) == []
    check(bench, "Lesion", True)
    assert outputs.missing() == ""
    assert outputs.labels == ("Lesion",)


def test_another_model_has_all_its_own_segments_and_the_first_ones_choice_is_kept(bench, outputs):
    bench.ui.someLabelsCheckBox.click()
    check(bench, "Right thing", False)
    outputs.setModel(card(name="other", labels=("Liver", "Spleen")))
    assert checked(bench) == ["Liver", "Spleen"]
    assert outputs.labels == ()
    outputs.setModel(card())
    assert outputs.labels == ("Left thing", "Lesion")


def test_names_that_the_model_does_not_have_are_ignored(bench, outputs):
    bench.parameterNode.someLabels = True
    bench.parameterNode.labels = "Lesion\nLiver"
    assert outputs.labels == ("Lesion",)


def test_without_a_model_there_is_nothing_to_choose(bench, outputs):
    bench.ui.someLabelsCheckBox.click()
    outputs.setModel(None)
    assert not shown(bench.ui.labelsList)
    assert outputs.labels == ()
    assert outputs.missing() == ""


def segmentation(bench, *identifiers: str):
    import slicer

    node = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSegmentationNode", "Mine")
    for identifier in identifiers:
        node.GetSegmentation().AddEmptySegment(identifier, identifier)
    bench.parameterNode.segmentation = node
    return node


@pytest.fixture
def order(module, tmp_path):
    """Makes the order of a run into a segmentation, of all labels or of some."""
    from MedAIModuleLib.runs.order import Order

    model = empty_bundle(tmp_path / "some-model", ("Left thing", "Right thing", "Lesion"))

    def order(node, labels=(), scan=None):
        return Order(scan or add_scan("scan"), str(model), node, labels=labels)

    return order


def test_segments_of_the_same_model_are_replaced_only_after_a_question(bench, outputs, asked, order):
    node = segmentation(bench, "some-model_2", "drawn")
    assert not outputs.mayReplace(order(node))
    assert asked == ["Mine holds segments of some-model. They and all changes made to them will be replaced; others are kept."]


def test_the_question_names_the_segments_where_only_some_are_replaced(bench, outputs, asked, order):
    node = segmentation(bench, "some-model_1", "some-model_2", "drawn")
    assert not outputs.mayReplace(order(node, labels=("Right thing", "Lesion")))
    assert asked == ["These segments of Mine and all changes made to them will be replaced: some-model_2. Others are kept."]
    assert outputs.mayReplace(order(node, labels=("Lesion",)))


@pytest.mark.parametrize("identifiers", [(), ("drawn",), ("other-model_1", "some-model_x", "some-model", "some-model_9")])
def test_nothing_is_asked_where_no_segment_would_be_replaced(bench, outputs, asked, order, identifiers):
    assert outputs.mayReplace(order(segmentation(bench, *identifiers)))
    assert outputs.mayReplace(order(None))
    assert asked == []


def test_the_segmentation_of_another_scan_is_let_go_and_asked_about_when_it_is_chosen_again(bench, outputs, asked, order):
    first, second = add_scan("first"), add_scan("second")
    outputs.setScan(first)
    node = segmentation(bench)
    node.SetReferenceImageGeometryParameterFromVolumeNode(first)
    outputs.setScan(first)
    assert outputs.segmentation is node
    outputs.setScan(second)
    assert outputs.segmentation is None
    bench.parameterNode.segmentation = node
    outputs.setScan(second)
    assert outputs.segmentation is node
    assert not outputs.mayReplace(order(node, scan=second))
    assert asked == ["Mine was made on first; the new segments are of second."]
    outputs.setScan(first)
    assert outputs.segmentation is node
    assert outputs.mayReplace(order(node, scan=first))


def test_a_segmentation_of_no_scan_stays_chosen(bench, outputs):
    outputs.setScan(add_scan("first"))
    node = segmentation(bench)
    outputs.setScan(add_scan("second"))
    assert outputs.segmentation is node


def test_it_is_quiet_while_the_module_is_left(bench, outputs):
    bench.parameterNode.someLabels = True
    bench.leave()
    assert not shown(bench.ui.labelsList)
    assert outputs.missing() == ""
    outputs.setModel(card(labels=("Liver",)))
    assert bench.changes == 0
