"""The doctor looks at the real installation."""

import subprocess
import sys

import pytest

from medai import doctor
from support.commands import json_of, medai_process


@pytest.fixture(scope="module")
def report():
    return {check["name"]: check for check in json_of(medai_process("doctor", "--json"))}


def test_every_part_is_looked_at(report):
    names = ("python", "numpy", "SimpleITK", "torch", "monai", "slicer-core", "memory", "disk", "models", "worker")
    assert set(names) <= set(report)


def test_a_complete_installation_lacks_nothing(report):
    assert [check["name"] for check in report.values() if check["status"] == "missing"] == []
    assert "brain-mr" in report["models"]["found"]
    assert "starts" in report["worker"]["found"]
    assert any(word in report["torch"]["found"] for word in ("CPU", "CUDA", "MPS"))


def test_looking_at_torch_does_not_load_it_here():
    code = "import sys; from medai.doctor import _torch; print(_torch().status, {'torch', 'monai'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["ok", "set()"]


def test_a_missing_package_says_what_to_do():
    check = doctor._package("medai-no-such-package")
    assert (check.status, check.found) == ("missing", "not installed")
    assert "pip install" in check.advice


def test_what_only_some_features_need_is_a_note_and_no_failure():
    assert doctor.Check("slicer-core", False, "not installed", needed=False).status == "note"


def test_a_torch_that_does_not_load_is_reported_with_its_own_words(tmp_path, monkeypatch):
    (tmp_path / "torch.py").write_text("raise OSError('libtorch.so is broken')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    check = doctor._torch()
    assert check.status == "missing"
    assert "libtorch.so is broken" in check.found


def test_too_little_memory_and_disk_are_told_with_what_to_do(monkeypatch):
    monkeypatch.setattr(doctor, "_ENOUGH_MEMORY", float("inf"))
    monkeypatch.setattr(doctor, "_ENOUGH_DISK", float("inf"))
    assert doctor._memory().advice
    assert doctor._disk().advice
    assert doctor._disk().status == "missing"
