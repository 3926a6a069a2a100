"""The scans that MedAI offers in the application's module Sample Data."""

from __future__ import annotations

import hashlib
import importlib
import inspect
import os
import sys
import types
from pathlib import Path
from urllib.request import url2pathname

import pytest

SAMPLES = ["SyntheticHead", "MRHead", "MRBrainTumor1", "CTChest"]


class RecordedLogic:
    """What SampleDataLogic of Slicer 5.12 and newer documents; keeps what is registered, by category and name."""

    def __init__(self) -> None:
        self.titles: dict[str, str] = {}
        self.sources = slicers_own()

    def registerCustomSampleDataCategory(self, category, title):
        self.titles[category] = title

    def registerCustomSampleDataSource(
        self,
        category="Custom",
        sampleName=None,
        uris=None,
        fileNames=None,
        nodeNames=None,
        customDownloader=None,
        thumbnailFileName=None,
        loadFileTypes=None,
        loadFiles=None,
        loadFileProperties=None,
        checksums=None,
        loadFileType=None,
    ):
        source = types.SimpleNamespace(
            sampleName=sampleName, uris=uris, fileNames=fileNames, nodeNames=nodeNames, checksums=checksums
        )
        source.thumbnailFileName = thumbnailFileName
        self.sources.setdefault(category, []).append(source)

    def sourceForSampleName(self, sampleName):
        return next((source for source in self.sources["General"] if source.sampleName == sampleName), None)


def slicers_own():
    """A built-in category in which one of the three scans is missing."""
    source = types.SimpleNamespace(sampleName="MRHead", uris=["https://a/b"], fileNames=["MR-head.nrrd"])
    source.nodeNames, source.checksums = ["MRHead"], ["SHA256:12"]
    return {"General": [source]}


@pytest.fixture
def register(module):
    from MedAIModuleLib.sampledata import registerSampleData

    return registerSampleData


@pytest.fixture
def recorded(monkeypatch):
    """The logic that is made first, of a stand-in for the module SampleData."""
    logic = RecordedLogic()
    switch_on(monkeypatch)
    monkeypatch.setitem(sys.modules, "SampleData", types.SimpleNamespace(SampleDataLogic=lambda: logic))
    return logic


def switch_on(monkeypatch):
    """What Slicer's module does when it is loaded."""
    import slicer

    for name, value in (("sampledata", object()), ("sampleDataSources", {}), ("sampleDataSourceCategories", {})):
        monkeypatch.setattr(slicer.modules, name, value, raising=False)


@pytest.fixture
def slicers_module(app, monkeypatch):
    """Slicer's own module SampleData, from its sources."""
    sources = Path(os.environ.get("SLICER_PYTHON", "/no/slicer/sources/here")).parents[2]
    folder = sources / "Modules" / "Scripted" / "SampleData"
    if not (folder / "SampleData.py").is_file():
        pytest.skip("SLICER_PYTHON does not lie in Slicer's sources with Modules/Scripted/SampleData.")
    switch_on(monkeypatch)
    monkeypatch.syspath_prepend(folder)
    yield importlib.import_module("SampleData")
    del sys.modules["SampleData"]


def test_without_the_module_sample_data_nothing_happens(register):
    import slicer

    assert register() is None
    assert not hasattr(slicer.modules, "sampleDataSources")


def test_the_head_that_ships_with_medai_needs_no_download(register, recorded):
    register()
    assert recorded.titles == {"MedAI": "MedAI"}
    head = recorded.sources["MedAI"][0]
    assert head.sampleName == "SyntheticHead"
    assert head.uris.startswith("file:///")
    scan = Path(url2pathname(head.uris.removeprefix("file:")))
    assert scan.name == "synthetic-head.nii.gz"
    assert head.checksums == "SHA256:" + hashlib.sha256(scan.read_bytes()).hexdigest()
    thumbnail = Path(head.thumbnailFileName).read_bytes()
    assert (int.from_bytes(thumbnail[16:20], "big"), int.from_bytes(thumbnail[20:24], "big")) == (260, 280)


def test_slicers_scans_come_from_where_slicer_has_them_and_one_it_lacks_is_left_out(register, recorded):
    register()
    (own,) = recorded.sources["General"]
    _head, offered = recorded.sources["MedAI"]
    for name in ("sampleName", "uris", "fileNames", "nodeNames", "checksums"):
        assert getattr(offered, name) == getattr(own, name)


def test_the_scans_are_offered_as_soon_as_the_application_has_started(module, app, recorded):
    app.startupCompleted.emit()
    assert {source.sampleName for source in recorded.sources["MedAI"]} == {"SyntheticHead", "MRHead"}


def test_slicers_own_module_takes_them_and_finds_the_scans_it_knows(register, slicers_module):
    register()
    register()
    logic = slicers_module.SampleDataLogic
    assert logic.categoryTitle("MedAI") == "MedAI"
    assert [source.sampleName for source in logic.sampleDataSourcesByCategory("MedAI")] == SAMPLES
    for source in logic.sampleDataSourcesByCategory("MedAI")[1:]:
        assert source.checksums[0].removeprefix("SHA256:") in source.uris[0]


def test_slicers_own_module_copies_the_head_and_verifies_it(register, slicers_module, tmp_path):
    register()
    logic = slicers_module.SampleDataLogic()
    head = logic.sourceForSampleName("SyntheticHead")
    copied = logic.downloadFile(head.uris[0], str(tmp_path), head.fileNames[0], head.checksums[0])
    assert hashlib.sha256(Path(copied).read_bytes()).hexdigest() in head.checksums[0]


def test_the_stand_in_takes_what_slicers_own_module_takes(slicers_module):
    for name in ("registerCustomSampleDataCategory", "registerCustomSampleDataSource", "sourceForSampleName"):
        real = inspect.signature(getattr(slicers_module.SampleDataLogic(), name))
        assert list(inspect.signature(getattr(RecordedLogic(), name)).parameters) == list(real.parameters)
