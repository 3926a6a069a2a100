"""Bundles judged when they are added: refused for what a run would refuse, and for nothing else."""

from __future__ import annotations

import subprocess
import sys

import pytest
import torch

from medai.bundles import Bundle, find_model, install_bundle, store_folder
from medai.bundles.audit import Verdict, audit
from medai.errors import RefusedError
from medai.inference.pipeline import build_pipeline
from support.bundles import make_bundle

RUN = {"_target_": "os.system", "command": "true"}
UNET = {"_target_": "UNet", "spatial_dims": 3, "in_channels": 1, "out_channels": 3, "channels": [8, 16], "strides": [2]}


@pytest.fixture(autouse=True)
def _empty_store(tmp_path, monkeypatch):
    monkeypatch.setenv("MEDAI_HOME", str(tmp_path / "home"))


@pytest.mark.parametrize(
    "changes",
    [
        {"inferer": RUN},
        {"network_def": {"_target_": "torch.hub.load"}},
        {"network_def": "@model", "model": {**UNET, "act": {"deep": ["@deeper"]}}, "deeper": RUN},
        {"preprocessing": {"_target_": "Compose", "transforms": [RUN]}},
        {"preprocessing": {"_target_": "Compose", "transforms": "@steps"}, "steps": [RUN]},
        {"postprocessing": {"_target_": "Compose", "transforms": [{"_target_": "Lambdad", "keys": "pred", "func": "$print"}]}},
        {"inferer": "$__import__('os').system('true')"},
        {"inferer": "$(1).__class__"},
        {"inferer": "$[i for i in range(3)]"},
        {"inferer": "$@network_def.apply"},
        {"inferer": "$1 +"},
        {"inferer": "%other.json::inferer"},
        {"inferer": {"_target_": "$print"}},
        {"inferer": {"_target_": "SimpleInferer", "_mode_": "callable"}},
        {"handler": {"_target_": "CheckpointLoader", "load_path": "$os.getcwd()"}, "checkpointloader": None},
    ],
    ids=str,
)
def test_what_a_run_would_refuse_is_refused_when_it_is_added_by_name_and_with_what_to_do(tmp_path, changes):
    bundle = make_bundle(tmp_path / "tiny", changes=changes)
    with pytest.raises(RefusedError) as at_run:
        build_pipeline(Bundle.open(bundle), torch.device("cpu"))
    with pytest.raises(RefusedError) as when_added:
        install_bundle(bundle)
    for refusal in (at_run, when_added):
        assert str(refusal.value).endswith(". Do not use tiny, or ask its authors.")
    assert [path.name for path in store_folder().iterdir()] == [".lock"]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"evaluator": RUN, "dataset": RUN, "initialize": [RUN]},
        {"inferer": {"_target_": "SimpleInferer", "_disabled_": False, "_desc_": "$os.system('true')"}},
        {
            "preprocessing": {
                "_target_": "Compose",
                "transforms": [{**RUN, "_target_": "LoadImaged", "keys": "image"}, {**RUN, "_disabled_": True}],
            }
        },
        {"inferer": {"_target_": "SlidingWindowInferer", "roi_size": "$[32] * len((1, 2, 3))", "sw_device": "@device"}},
        {
            "inferer": {
                "_target_": "SlidingWindowInferer",
                "roi_size": "$[32 if True else 64] * 3",
                "padding_mode": "constant",
            }
        },
    ],
    ids=str,
)
def test_what_a_run_would_build_can_be_added(tmp_path, changes):
    installed = install_bundle(make_bundle(tmp_path / "tiny", changes=changes))
    assert build_pipeline(installed, torch.device("cpu")).network is not None


def test_the_built_in_model_is_allowed():
    assert audit(find_model("brain-mr")).verdict is Verdict.SAFE


def test_judging_loads_no_large_library(tmp_path):
    bundle = make_bundle(tmp_path / "tiny")
    code = (
        "import sys; from medai.bundles import install_bundle as i; i(sys.argv[1]); print({'torch', 'monai'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code, str(bundle)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
