"""The doctor looks at the real installation, and at interpreters with something amiss."""

import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from medai import doctor
from medai.doctor import examination as looks
from support.commands import json_of, medai_process

PYPROJECT = Path(__file__).resolve().parents[2] / "pyproject.toml"


@pytest.fixture(scope="module")
def report():
    return {check["name"]: check for check in json_of(medai_process("doctor", "--json"))}


def named(name, *arguments, **more):
    """The outcome of one check, without the others."""
    outcomes = (check() for check in doctor.checks(*arguments, **more) if name_of(check) == name)
    return next(outcomes)


def name_of(check):
    return check.args[0] if hasattr(check, "args") else check.__name__


def test_every_part_is_looked_at(report):
    names = ("python", "numpy", "SimpleITK", "torch", "monai", "slicer-core", "memory", "disk", "models", "worker")
    assert {*names, "graphics card", "nibabel", "psutil", "requests", "einops", "scikit-image", "isolation"} <= set(report)


def test_what_only_some_models_need_is_looked_at_and_not_demanded(report, monkeypatch):
    for name, what in looks.OPTIONAL.items():
        assert (report[name]["status"], report[name]["needed"]) == ("ok", False)
        monkeypatch.setattr(looks._Doctor, "_version", lambda _doctor, _name: "")
        check = named(name)
        assert (check.status, check.found) == ("note", "not installed")
        assert what in check.advice


def test_how_models_are_kept_from_the_network_is_said(report, monkeypatch):
    assert report["isolation"]["found"].startswith("models are cut off from the network by ")
    monkeypatch.setattr(looks.Interpreter, "leaves_network", lambda _interpreter: False)
    assert named("isolation").found.endswith("by Python only, which a trusted model's own code could get round")
    monkeypatch.setenv("MEDAI_WORKER_NETWORK", "1")
    assert named("isolation").status == "note"


def test_a_complete_installation_lacks_nothing(report):
    assert [check["name"] for check in report.values() if check["status"] == "missing"] == []
    assert "brain-mr" in report["models"]["found"]
    assert "starts" in report["worker"]["found"]
    assert any(word in report["torch"]["found"] for word in ("CPU", "CUDA", "MPS"))


def test_the_outcomes_come_one_after_another_on_any_thread_for_the_interpreter_that_is_given(monkeypatch):
    monkeypatch.setattr(sys, "executable", "/no/application/is/an/interpreter")
    python, found = str(Path(sys.prefix) / "bin" / "python"), []

    def look():
        found.extend(doctor.run_checks(python, dict(os.environ)))

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert [check.name for check in found][-4:] == ["torch", "graphics card", "isolation", "worker"]
    assert [check.name for check in found if check.status == "missing"] == []
    assert "slicer-core" not in [check.name for check in found]


def test_looking_loads_neither_torch_nor_a_library_of_the_command_line():
    code = "import sys; from medai.doctor import checks; [check() for check in checks()[:-1]]"
    code += "; print({'torch', 'monai', 'typer', 'rich', 'matplotlib'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_the_versions_that_are_asked_for_are_those_of_the_package():
    listed = PYPROJECT.read_text(encoding="utf-8")
    asked = {**looks.REQUIRED, "torch": looks.TORCH}
    for name, version in asked.items():
        assert f'"{name}>={".".join(map(str, version))}",' in listed


def test_what_the_module_installs_is_what_the_package_asks_for_and_the_doctor_looks_at():
    lines = (PYPROJECT.parent / "MedAIModule" / "Resources" / "requirements.txt").read_text(encoding="utf-8").splitlines()
    requirements = [line for line in lines if not line.startswith("#")]
    asked = [f"{name}>={'.'.join(map(str, version))}" for name, version in looks.REQUIRED.items()]
    # Slicer brings these itself, and keeps its own versions.
    of_slicer = {"numpy", "scipy", "SimpleITK", "pydicom", "requests"}
    assert requirements == sorted(line for line in asked if line.partition(">")[0] not in of_slicer)


@pytest.fixture
def interpreter(tmp_path, monkeypatch):
    """An interpreter that has what its folder holds, beside what all have."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return tmp_path


def test_a_package_that_is_missing_or_too_old_says_what_to_do(monkeypatch, interpreter):
    monkeypatch.setitem(looks.REQUIRED, "medai-no-such-package", (1,))
    monkeypatch.setitem(looks.REQUIRED, "numpy", (1000,))
    check = named("medai-no-such-package")
    assert (check.status, check.found) == ("missing", "not installed")
    assert "pip install --upgrade medai-no-such-package" in check.advice
    assert "too old" in named("numpy").found
    assert named("numpy", install="press Apply").advice == "press Apply"
    assert "medai-no-such-package" in named("worker").found


def test_what_only_some_features_need_is_a_note_and_no_failure():
    assert doctor.Check("slicer-core", False, "not installed", needed=False).status == "note"


def test_a_torch_that_does_not_load_is_reported_with_its_own_words(interpreter):
    (interpreter / "torch.py").write_text("raise OSError('libtorch.so is broken')")
    check = named("torch")
    assert check.status == "missing"
    assert "libtorch.so is broken" in check.found


def test_an_interpreter_that_does_not_run_is_reported_and_nothing_is_raised(tmp_path):
    outcomes = list(doctor.run_checks(str(tmp_path / "no-python")))
    assert "no-python does not run" in outcomes[0].found
    assert {check.name for check in outcomes if check.status == "missing"} >= {"python", "numpy", "torch", "worker"}


SMI = """#!/bin/sh
case "$1" in
  --query*) echo "NVIDIA T4, 15360 MiB, 550.54";;
  *) echo "| NVIDIA-SMI 550.54   Driver Version: 550.54   CUDA Version: 12.4 |";;
esac
"""
TORCH = """
import types
__version__ = "2.13.0"
version = types.SimpleNamespace(cuda={cuda!r})
cuda = types.SimpleNamespace(is_available=lambda: {usable}, device_count=lambda: 1, get_device_name=lambda n: "NVIDIA T4",
                             mem_get_info=lambda n: (14e9, 16e9))
backends = types.SimpleNamespace(mps=types.SimpleNamespace(is_available=lambda: False))
get_num_threads = lambda: 2
class zeros:
    def __init__(self, *_, device): pass
    def __add__(self, _): return self
    sum = item = lambda self: {works}
"""


@pytest.mark.parametrize(
    ("cuda", "usable", "works", "status", "words"),
    [
        ("12.4", True, "self", "ok", "PyTorch for CUDA 12.4 uses it"),
        (None, False, "self", "note", "built without CUDA"),
        ("13.0", False, "self", "note", "cannot use it"),
        ("12.4", True, "1 / 0", "note", "division by zero"),
    ],
)
def test_a_graphics_card_that_pytorch_cannot_use_is_told_with_what_to_do(
    cuda, usable, works, status, words, interpreter, monkeypatch
):
    program = interpreter / "nvidia-smi"
    program.write_text(SMI)
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{interpreter}{os.pathsep}{os.environ['PATH']}")
    (interpreter / "torch.py").write_text(TORCH.format(cuda=cuda, usable=usable, works=works))
    check = named("graphics")
    assert check.status == status
    assert "NVIDIA T4, 15360 MiB, driver 550.54 (CUDA 12.4)" in check.found
    assert words in check.found
    assert bool(check.advice) == (status == "note")


def test_too_little_memory_and_disk_are_told_with_what_to_do(monkeypatch):
    monkeypatch.setattr(looks, "_ENOUGH_MEMORY", float("inf"))
    monkeypatch.setattr(looks, "_ENOUGH_DISK", float("inf"))
    assert looks.memory().advice
    assert looks.disk().advice
    assert looks.disk().status == "missing"
