"""A model that is replaced while it is in use: what is built stays what it was, and what is half loaded is not run."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from medai.bundles import Bundle, install_bundle
from medai.bundles.weights import convert_bundle
from medai.errors import InputError
from medai.inference import pipeline as building
from medai.inference.pipeline import build_pipeline
from support.bundles import make_bundle
from support.foreign import make_exported, make_trained_folder

CPU = torch.device("cpu")


@pytest.fixture(autouse=True)
def _empty_store(tmp_path, monkeypatch):
    monkeypatch.setenv("MEDAI_HOME", str(tmp_path / "home"))


def converted(folder):
    return convert_bundle(make_bundle(folder.with_name("pickled")), folder)


@pytest.mark.parametrize("make", [make_bundle, converted, make_trained_folder, make_exported])
def test_a_network_that_is_built_needs_its_files_no_longer(tmp_path, make):
    root = install_bundle(make(tmp_path / "mine" / "model")).root
    pipeline = build_pipeline(Bundle.open(root), CPU)
    scan = torch.rand(1, 1, 16, 24, 24)
    before = pipeline.network(scan)
    for path in (path for path in root.rglob("*") if path.is_file()):
        path.write_bytes(b"")  # worse than a new file of its name: what is mapped into memory would be gone
    np.testing.assert_array_equal(pipeline.network(scan).detach(), before.detach())


def test_a_model_that_is_replaced_while_it_is_loaded_is_not_run_half_old_half_new(tmp_path, monkeypatch):
    bundle = Bundle.open(install_bundle(make_bundle(tmp_path / "mine" / "model")).root)
    load = building.load_bundle_weights

    def replaced_before(*arguments):
        install_bundle(make_bundle(tmp_path / "newer" / "model", order=("argmax", "invert nearest")), replace=True)
        return load(*arguments)

    monkeypatch.setattr(building, "load_bundle_weights", replaced_before)
    with pytest.raises(InputError, match=r"^model was replaced or changed while it was loaded; run it again\.$"):
        build_pipeline(bundle, CPU)
    monkeypatch.setattr(building, "load_bundle_weights", load)
    assert len(build_pipeline(Bundle.open(bundle.root), CPU).postprocessing) == 2
