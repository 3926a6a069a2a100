"""From a real model to lesions, a report and measured segments, in Python code of Slicer's console."""

from __future__ import annotations

import json

import numpy as np
import pytest

pytest.importorskip("slicer", exc_type=ImportError)
from medai.errors import InputError
from medai.jobs import WorkerClient
from support.bundles import make_bundle
from support.lumps import add_lumps, labels_of


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
    from medai.jobs.exporting import _card_of

    bundle = Bundle.open(make_bundle(tmp_path / "tiny"))
    model = {"name": str(bundle.root), "content_hash": bundle.content_hash}
    assert _card_of({"model": model})["title"] == "Test bundle tiny"
    assert _card_of({"model": model | {"content_hash": "other"}}) == {}
    assert _card_of({"model": {"name": "gone"}}) == _card_of({}) == {}
