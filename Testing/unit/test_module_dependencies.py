"""What runs need beside the application's own packages is found, installed properly, and its absence told in a sentence."""

from __future__ import annotations

import importlib.util
import os
import platform
import re
import shutil
import sys
import types
from pathlib import Path
from subprocess import CalledProcessError

import numpy as np
import pytest

from medai.errors import CancelledError, MedAIError

REPORTS = {"highdicom", "jinja2", "matplotlib", "reportlab"}
OTHERS = {"einops", "monai", "nibabel", "psutil", "pyyaml", "safetensors", "scikit-image"} | REPORTS
APPLICATION = {"requests"}  # it brings what is needed of these


def name_of(requirement: str) -> str:
    return re.split(r"[^\w-]", requirement)[0]


class Packaging(types.ModuleType):
    """In place of ``slicer.packaging``, which would change this Python: a machine that has some packages."""

    def __init__(self, *installed: str, failure: Exception | None = None) -> None:
        super().__init__("slicer.packaging")
        self.installed, self.failure = {*installed, *APPLICATION}, failure
        self.options: dict = {}
        self.kept: list[str] = []

    def pip_check(self, requirement):
        return name_of(requirement) in self.installed

    def load_requirements(self, path):
        lines = re.findall(r"^\w.*", Path(path).read_text(encoding="utf-8"), flags=re.MULTILINE)
        return [Requirement(line) for line in lines]

    def pip_ensure(self, requirements, constraints, **options):
        if self.failure:
            raise self.failure
        self.options, self.kept = options, Path(constraints).read_text(encoding="utf-8").splitlines()
        self.installed |= set(map(name_of, requirements))


class Requirement(str):
    @property
    def name(self) -> str:
        return name_of(self)


@pytest.fixture
def dependencies(module):
    from MedAIModuleLib.installation import dependencies

    return dependencies


@pytest.fixture
def machine(dependencies, monkeypatch):
    """Puts the module onto a machine, as if outside the application's tests."""
    import slicer

    def machine(packaging, torch_extension=None):
        monkeypatch.setattr(slicer, "packaging", packaging, raising=False)
        monkeypatch.setitem(sys.modules, "slicer.packaging", packaging)
        if torch_extension:
            logic = types.SimpleNamespace(installTorch=torch_extension)
            monkeypatch.setitem(sys.modules, "PyTorchUtils", types.SimpleNamespace(PyTorchUtilsLogic=lambda: logic))
        return packaging

    monkeypatch.setattr(type(slicer.app), "testingEnabled", lambda _app: False)
    return machine


def installs_torch(packaging, asked):
    def install(**options):
        asked.update(options)
        packaging.installed.add("torch")
        return object()

    return install


def test_all_that_is_not_there_is_missing_and_said_to_come_from_somewhere(dependencies, machine):
    machine(Packaging())
    packages = dependencies.missing()
    assert {name_of(package.requirement) for package in packages} == OTHERS | {"torch"}
    assert all(package.megabytes > 0 for package in packages)
    assert {package.source for package in packages} == {"pytorch.org", "pypi.org"}
    machine(Packaging(*OTHERS, "torch"))
    assert dependencies.missing() == []


def test_a_graphics_card_makes_the_download_large(dependencies, machine, monkeypatch):
    machine(Packaging(*OTHERS))
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    (small,) = dependencies.missing()
    monkeypatch.setattr(shutil, "which", lambda name: "/usr/bin/nvidia-smi" if name == "nvidia-smi" else None)
    (large,) = dependencies.missing()
    assert large.megabytes > 10 * small.megabytes


def test_in_the_applications_tests_nothing_is_missing_or_installed(dependencies):
    assert dependencies.missing() == []
    dependencies.require()
    assert "slicer.packaging" not in sys.modules


def test_what_is_required_is_named_with_what_to_do(dependencies, machine):
    machine(Packaging("torch", *OTHERS - {"monai", "nibabel"}))
    with pytest.raises(MedAIError, match=r"Not installed: monai, nibabel; .* press Apply, or call .*setUp\(\)\."):
        dependencies.require()


def test_the_applications_own_packages_are_kept_as_they_are(dependencies, machine):
    packaging = machine(Packaging("torch"))
    dependencies.install(dependencies.missing())
    assert packaging.installed == OTHERS | APPLICATION | {"torch"}
    assert f"numpy=={np.__version__}" in packaging.kept
    assert not {line.partition("==")[0] for line in packaging.kept} & OTHERS
    assert packaging.options == {"prompt_install": False, "requester": "MedAI"}


def test_pytorch_is_installed_by_its_extension_in_a_safe_version_and_without_another_question(dependencies, machine):
    asked: dict = {}
    packaging = Packaging()
    machine(packaging, installs_torch(packaging, asked))
    dependencies.install(dependencies.missing())
    assert asked == {"askConfirmation": False, "torchVersionRequirement": ">=2.10"}
    assert packaging.installed == OTHERS | APPLICATION | {"torch"}


def test_a_missing_extension_is_told_before_anything_is_installed(dependencies, machine):
    packaging = machine(Packaging())
    for attempt in (dependencies.refuseImpossible, dependencies.install):
        with pytest.raises(MedAIError, match=r"extension PyTorch is missing; install it with View > Extensions Manager"):
            attempt(dependencies.missing())
    assert packaging.installed == APPLICATION


def test_an_intel_mac_is_told_that_there_is_no_pytorch_for_it(dependencies, machine, monkeypatch):
    machine(Packaging())
    monkeypatch.setattr(platform, "system", lambda: "Darwin")
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    with pytest.raises(MedAIError, match="not made for Intel Macs"):
        dependencies.refuseImpossible(dependencies.missing())


def test_a_failed_installation_is_told_in_a_sentence(dependencies, machine):
    def fail(**options):
        raise CalledProcessError(1, "pip")

    machine(Packaging("torch", failure=CalledProcessError(1, "pip")))
    with pytest.raises(MedAIError, match="packages could not be installed"):
        dependencies.install(dependencies.missing())
    machine(Packaging(*OTHERS), fail)
    with pytest.raises(MedAIError, match="PyTorch could not be installed"):
        dependencies.install(dependencies.missing())


def test_what_is_still_not_there_afterwards_is_told(dependencies, machine):
    machine(Packaging(*OTHERS), lambda **_options: object())
    with pytest.raises(MedAIError, match="PyTorch could not be installed; restart"):
        dependencies.install(dependencies.missing())


def test_an_installation_that_was_stopped_has_cancelled_the_run(dependencies, machine):
    machine(Packaging("torch", failure=RuntimeError("User declined package installation")))
    with pytest.raises(CancelledError, match="nothing was run"):
        dependencies.install(dependencies.missing())
    machine(Packaging(*OTHERS), lambda **_options: None)
    with pytest.raises(CancelledError, match="nothing was run"):
        dependencies.install(dependencies.missing())


def test_with_slicers_own_sources_the_packages_here_are_found(dependencies, machine, monkeypatch):
    """``slicer.packaging`` itself, where Slicer's sources are at hand, finds what this Python has."""
    source = Path(os.environ.get("SLICER_PYTHON", "")) / "packaging.py"
    if not source.is_file():
        pytest.skip("Slicer's sources are not here; set SLICER_PYTHON to their Base/Python/slicer.")
    spec = importlib.util.spec_from_file_location("slicer.packaging", source)
    real = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(real)
    machine(real)
    names = {package.name for package in dependencies.missing()}
    assert names <= OTHERS | {"PyTorch"}
    assert not names & {"PyTorch", "monai", "nibabel", "psutil"}
