"""What a run needs beside the application's own packages is listed, asked for once, and its absence told in a sentence."""

from __future__ import annotations

import re
import sys
import types
from pathlib import Path
from subprocess import CalledProcessError

import numpy as np
import pytest

from medai.errors import CancelledError, MedAIError


class Packaging:
    """In place of ``slicer.packaging``, which would change this Python: a machine that lacks some packages."""

    def __init__(self, torch: bool = True, failure: Exception | None = None) -> None:
        self.torch, self.failure = torch, failure
        self.asked: list[str] = []
        self.kept: list[str] = []

    def pip_check(self, requirement):
        assert requirement.startswith("torch>=")
        return self.torch

    def load_requirements(self, path):
        return re.findall(r"^\w.*", Path(path).read_text(encoding="utf-8"), flags=re.MULTILINE)

    def pip_ensure(self, requirements, constraints=None, requester=None):
        if self.failure:
            raise self.failure
        self.asked += requirements
        self.kept += Path(constraints).read_text(encoding="utf-8").splitlines()


@pytest.fixture
def ensure(module, monkeypatch):
    """``ensureDependencies`` with a machine, as if outside the application's tests."""
    import slicer

    from MedAIModuleLib.dependencies import ensureDependencies

    def ensured(packaging):
        monkeypatch.setattr(slicer, "packaging", packaging, raising=False)
        monkeypatch.setitem(sys.modules, "slicer.packaging", packaging)
        ensureDependencies()

    monkeypatch.setattr(type(slicer.app), "testingEnabled", lambda _app: False)
    return ensured


def pytorch_extension(install):
    logic = types.SimpleNamespace(installTorch=install)
    return types.SimpleNamespace(PyTorchUtilsLogic=lambda: logic)


def test_all_requirements_are_asked_for_and_the_applications_own_packages_kept(ensure):
    packaging = Packaging()
    ensure(packaging)
    assert {re.split(r"\W", requirement)[0] for requirement in packaging.asked} == {"monai", "nibabel", "psutil", "pyyaml"}
    assert f"numpy=={np.__version__}" in packaging.kept
    assert not {line.partition("==")[0] for line in packaging.kept} & {"monai", "nibabel", "psutil", "pyyaml"}


def test_in_the_applications_tests_nothing_is_installed(module):
    from MedAIModuleLib.dependencies import ensureDependencies

    ensureDependencies()
    assert "slicer.packaging" not in sys.modules


def test_a_missing_extension_is_told_before_anything_is_installed(ensure):
    packaging = Packaging(torch=False)
    with pytest.raises(MedAIError, match="extension PyTorch"):
        ensure(packaging)
    assert not packaging.asked


def test_pytorch_is_installed_by_its_extension_in_a_safe_version(ensure, monkeypatch):
    wanted = {}
    monkeypatch.setitem(sys.modules, "PyTorchUtils", pytorch_extension(lambda **options: wanted.update(options) or object()))
    packaging = Packaging(torch=False)
    ensure(packaging)
    assert wanted == {"askConfirmation": True, "torchVersionRequirement": ">=2.10"}
    assert packaging.asked


def test_who_declines_has_cancelled_the_run(ensure, monkeypatch):
    with pytest.raises(CancelledError, match="nothing was run"):
        ensure(Packaging(failure=RuntimeError("User declined package installation")))
    monkeypatch.setitem(sys.modules, "PyTorchUtils", pytorch_extension(lambda **_: None))
    with pytest.raises(CancelledError, match="nothing was run"):
        ensure(Packaging(torch=False))


def test_a_failed_installation_is_told_in_a_sentence(ensure, monkeypatch):
    def fail(**options):
        raise CalledProcessError(1, "pip")

    with pytest.raises(MedAIError, match="packages could not be installed"):
        ensure(Packaging(failure=CalledProcessError(1, "pip")))
    monkeypatch.setitem(sys.modules, "PyTorchUtils", pytorch_extension(fail))
    with pytest.raises(MedAIError, match="PyTorch could not be installed"):
        ensure(Packaging(torch=False))
