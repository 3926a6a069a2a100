"""From a real model to lesions, a report and measured segments, in Python code of Slicer's console."""

from __future__ import annotations

import json

import numpy as np
import pytest

pytest.importorskip("slicer", exc_type=ImportError)
from medai.errors import InputError
from medai.jobs import WorkerClient
from support.bundles import make_bundle
from support.lumps import LUMPS, add_lumps, labels_of, predicted, put_lumps


@pytest.fixture(scope="module")
def client():
    with WorkerClient(idle_seconds=600) as client:
        yield client


@pytest.fixture
def logic(module, client, tmp_path, monkeypatch):
    """The module's logic with the worker that users have."""
    from MedAIModuleLib.runs import worker

    monkeypatch.setattr(worker, "_client", client)
    return module.python().MedAIModuleLogic()


def test_a_model_of_tumors_gives_lesions_and_a_report(logic, tmp_path):
    import slicer

    from medai.mrml import lesions_of
    from medai.mrml.maps import kind_of

    volume = add_lumps("scan")
    bundle = make_bundle(tmp_path / "tiny", labels=("tumor", "liver"))
    segmentation = logic.process(volume, model=str(bundle), confidence="entropy")
    (table,) = slicer.util.getNodesByClass("vtkMRMLTableNode")
    lesions = lesions_of(table)
    assert lesions.segmentation is segmentation
    assert len(lesions.ids) > 0
    assert "confidence" in [kind_of(node) for node in slicer.util.getNodesByClass("vtkMRMLScalarVolumeNode")]
    lesions.review(1, "rejected", "an artifact")

    files = logic.export(segmentation, volume, tmp_path / "result", lesions=lesions)
    assert {"report", "report_pdf", "findings", "table", "run", "overview"} <= files.keys()
    found = json.loads(files["findings"].read_text())
    assert [(each["review"] or {}).get("note") for each in found["lesions"]][:1] == ["an artifact"]
    assert len(found["lesions"]) == len(lesions.ids)
    known = table.GetTable().GetColumnByName("Confidence").GetValue(0)
    assert found["lesions"][0]["confidence"] == pytest.approx(known)


def test_segments_drawn_by_hand_are_measured_by_name(logic):
    import slicer

    from medai.mrml import image_from_volume
    from support.mrml import draw

    volume = add_lumps("scan")
    segmentation = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSegmentationNode", "Mine")
    draw(segmentation, "Lump", image_from_volume(volume), labels_of().astype(bool))
    nodes = logic.measure(segmentation, volume, ["Lump"])
    assert nodes.ids == (1, 2, 3)
    column = nodes.table.GetTable().GetColumnByName("Volume (ml)")
    assert np.allclose([column.GetValue(row) for row in range(3)], [1.728, 0.432, 0.072])
    with pytest.raises(InputError, match="Mine has no segment that is a finding, such as a tumor; choose the segment to measure"):
        logic.measure(segmentation, volume)
    with pytest.raises(InputError, match="scan is not in Slicer's DICOM database, which DICOM results refer to"):
        logic.export(segmentation, volume, "anywhere", exports=("seg",))
    with pytest.raises(InputError, match="Mine has no segment 'Bump'; its segments: Lump"):
        logic.measure(segmentation, volume, ["Bump"])


def test_a_report_says_what_the_model_is_as_long_as_it_is_the_same(tmp_path):
    from medai.bundles import Bundle
    from medai.files.report import card_of_run

    bundle = Bundle.open(make_bundle(tmp_path / "tiny"))
    model = {"name": str(bundle.root), "content_hash": bundle.content_hash}
    assert card_of_run({"model": model})["title"] == "Test bundle tiny"
    assert card_of_run({"model": model | {"content_hash": "other"}}) is None
    assert card_of_run({"model": {"name": "gone"}}) is card_of_run({}) is None


# A tumor around a hollow, and a speck in the hollow, apart from it.
CUP = ((4, 3, 2, 9, 9, 1), (4, 3, 2, 1, 9, 9), (12, 3, 2, 1, 9, 9))
SPECK = (8, 7, 7, 2, 1, 1)


def carried(before, after, states, names=None):
    """States by number of the lesions of a label map, of those of an earlier one."""
    from medai.mrml import image_from_volume
    from MedAIModuleLib.runs.measuring import carriedOverSteps
    from MedAIModuleLib.runs.work import workToTheEnd

    volume = add_lumps()
    nodes = put_lumps(volume, before)
    for number, state in states.items():
        nodes.lesions.review(number, state)
    prediction = predicted(image_from_volume(volume), after, names or {1: "Tumor"})
    prediction = workToTheEnd(carriedOverSteps(nodes.lesions, prediction))
    return {review.id: review.state for review in prediction.reviews}


def test_places_decide_whose_review_it_was(module):
    states = {1: "accepted", 2: "rejected", 3: "edited"}
    moved = labels_of((LUMPS[2], (20, 4, 2, 4, 4, 12)))
    assert carried(labels_of(), moved, states) == {1: "rejected", 2: "edited"}


@pytest.mark.parametrize("state", [{2: "rejected"}, {1: "accepted", 2: "rejected"}])
def test_a_tumor_keeps_standing_when_a_rejected_speck_within_its_bounds_is_erased(module, state):
    kept = {number: word for number, word in state.items() if number == 1}
    assert carried(labels_of((*CUP, SPECK)), labels_of(CUP), state) == kept
    swallowed = labels_of((*CUP, (8, 3, 2, 2, 5, 6)))
    assert carried(labels_of((*CUP, SPECK)), swallowed, state) == kept


def test_what_the_tumor_and_a_speck_within_its_bounds_are_is_told_by_their_voxels(module):
    both = labels_of((*CUP, SPECK))
    assert carried(both, both, {2: "rejected"}) == {2: "rejected"}
    cut = both.copy()
    cut[12, :, 8:] = 0  # the tumor's center, in the hollow, moves; the speck stays
    assert carried(both, cut, {1: "accepted", 2: "rejected"}) == {1: "accepted", 2: "rejected"}
    grown = labels_of((*CUP, (8, 7, 7, 2, 2, 2)))
    assert carried(both, grown, {2: "edited"}) == {2: "edited"}


def test_a_lesion_drawn_beside_an_erased_one_is_another_one(module):
    one, other = labels_of((LUMPS[0], (18, 16, 8, 2, 2, 2))), labels_of((LUMPS[0], (21, 16, 8, 2, 2, 2)))
    assert carried(one, other, {1: "accepted", 2: "rejected"}) == {1: "accepted"}


@pytest.mark.parametrize("step", [(1, 0, 0), (-1, 0, 0), (1, 1, 1)])
def test_a_tumor_that_was_moved_by_a_voxel_keeps_its_review(module, step):
    plate = (18, 14, 6, 1, 5, 5)
    before, after = (labels_of((LUMPS[0], one)) for one in (plate, (*np.add(plate[:3], step), *plate[3:])))
    assert carried(before, after, {2: "rejected"}) == {2: "rejected"}
    assert carried(labels_of(CUP), np.roll(labels_of(CUP), step, (0, 1, 2)), {1: "rejected"}) == {1: "rejected"}


def test_of_lesions_that_became_one_the_nearest_has_its_say(module):
    one, two = (4, 3, 2, 6, 6, 4), (14, 3, 2, 4, 6, 4)
    joined = labels_of((one, two, (10, 3, 2, 4, 1, 1)))
    assert carried(labels_of((one, two)), joined, {2: "rejected"}) == {}
    assert carried(labels_of((one, two)), joined, {1: "accepted", 2: "rejected"}) == {1: "accepted"}


def test_the_lesion_of_the_same_label_comes_first(module):
    before = labels_of((LUMPS[0],))
    after = before.copy()
    after[:9] *= 2  # what was the tumor's center is in the cyst, by a voxel
    assert carried(before, after, {1: "edited"}, {1: "Tumor", 2: "Cyst"}) == {2: "edited"}
    assert carried(before, 2 * before, {1: "edited"}, {2: "Cyst"}) == {1: "edited"}
