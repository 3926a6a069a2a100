"""What the form of a configuration can do, and payloads in parts that MedAI never looks at."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..bundles import make_bundle
from ..traps import Trap
from .attack import DAMAGED, IGNORED, Attack, argmax, configured, load, loads, pad, pickled, run, save, spacing, steps

_FLEXIBLE = {"_target_": "FlexibleUNet", "in_channels": 1, "out_channels": 3, "backbone": "efficientnet-b0"}
_PICTURES = {"_target_": "TorchVisionFCModel", "model_name": "resnet18"}


def structures() -> list[Attack]:
    """What a configuration's form can do: macros, modes, cycles, bombs, settings that download or read elsewhere."""
    post = "postprocessing"
    unet = {"_target_": "UNet", "spatial_dims": 3, "in_channels": 1, "out_channels": 3, "channels": [8, 16], "strides": [2]}
    return [
        configured("macro of a secret", "inferer", lambda t: f"%{t.secret}"),
        configured("macro of another file", "inferer", lambda _: "%other.json::inferer"),
        configured("mode debug", "inferer", lambda _: {"_target_": "SimpleInferer", "_mode_": "debug"}),
        configured("mode partial", "inferer", lambda t: {**run(t), "_mode_": "partial"}),
        configured("mode callable", "inferer", lambda _: {"_target_": "SimpleInferer", "_mode_": "callable"}),
        configured("target that is computed", "inferer", lambda _: {"_target_": "$print"}),
        configured("target that is referred to", "inferer", lambda _: {"_target_": "@name"}),
        configured("target that is a list", "inferer", lambda _: {"_target_": ["os.system"]}),
        configured("required payload", "inferer", lambda t: {"_target_": "SimpleInferer", "_requires_": f"${t.expression}"}),
        configured("disabled by a payload", post, lambda t: steps({**run(t), "_disabled_": f"${t.expression}"})),
        configured("payload in the keys of a loader", "preprocessing", lambda t: steps({**load(), "keys": f"${t.expression}"})),
        configured("payload behind a reference", "network_def", lambda t: {**unet, "act": {"deep": ["$@output_dir", run(t)]}}),
        configured("cycle of one", "network_def", lambda _: "@network_def", at_run=True),
        configured("cycle of two", "network_def", lambda _: {**unet, "norm": "@inferer::a"}, at_run=True),
        configured("cycle through an expression", "inferer", lambda _: "$@inferer", at_run=True),
        configured("reference to nothing", "inferer", lambda _: "@nowhere::else", at_run=True),
        configured("weights outside by an absolute path", "checkpointloader", lambda t: loads(str(t.pickle)), at_run=True),
        configured("weights outside by steps up", "checkpointloader", lambda _: loads("../../evil.pt"), at_run=True),
        configured(
            "weights outside by an expression", "checkpointloader", lambda _: loads("$@bundle_root + '/../evil.pt'"), at_run=True
        ),
        configured("weights by a payload", "checkpointloader", lambda t: loads(f"${t.expression}")),
        configured("download of weights", "network_def", lambda _: {**_FLEXIBLE, "pretrained": True}, DAMAGED, at_run=True),
        configured("download of weights by name", "network_def", lambda _: {**_PICTURES, "weights": "DEFAULT"}),
        configured(
            "download of weights that is computed", "network_def", lambda _: {**_PICTURES, "pretrained": "$1 == 1"}, at_run=True
        ),
        configured("network of many channels", "network_def", lambda _: {**unet, "channels": [10**9, 10**9]}),
        configured("network of wide layers", "network_def", lambda _: {**unet, "channels": [16000, 16000]}),
        configured("network of many levels", "network_def", lambda _: {**unet, "channels": [8] * 5000, "strides": [1] * 4999}),
        configured("window of a planet", "inferer", lambda _: {"_target_": "SlidingWindowInferer", "roi_size": [9999] * 3}),
        configured("image of a planet", "preprocessing", lambda _: steps(pad(10**6))),
        configured("voxels of a molecule", "preprocessing", lambda _: steps(spacing(1e-7))),
        Attack("network described too deep", lambda folder, _: _deep(folder, 150), DAMAGED),
        Attack("JSON deeper than can be read", lambda folder, _: _text(folder, "inference.json", "[" * 100_000), DAMAGED),
        Attack("JSON that is a list", lambda folder, _: _text(folder, "inference.json", "[1]"), DAMAGED),
        Attack("number of a million digits", lambda folder, _: _text(folder, "inference.json", _MANY_DIGITS), DAMAGED),
        Attack("YAML that makes objects", _yaml_object, DAMAGED),
        Attack("YAML that laughs", _yaml_laughs, DAMAGED),
        Attack(
            "YAML that holds itself", lambda folder, _: _yaml(folder, "network_def: &a\n  _target_: UNet\n  act: *a\n"), DAMAGED
        ),
        Attack("metadata deeper than can be read", lambda folder, _: _text(folder, "metadata.json", "[" * 100_000), DAMAGED),
        Attack("metadata with wrong types", lambda folder, _: _text(folder, "metadata.json", _WRONG_TYPES), DAMAGED),
        Attack("metadata with a million channels", lambda folder, _: _text(folder, "metadata.json", _MANY_CHANNELS), DAMAGED),
    ]


def unused() -> list[Attack]:
    """Payloads in parts that MONAI's runner runs and MedAI never looks at."""

    def attack(part: str, value: Callable[[Trap], Any]) -> Attack:
        return configured(f"payload in {part}", part, value, IGNORED)

    return [
        attack("imports", lambda t: [f"${t.expression}", "$import antigravity"]),
        attack("initialize", lambda t: [f"${t.expression}"]),
        attack("run", lambda t: [f"${t.expression}"]),
        attack("finalize", lambda t: [f"${t.expression}"]),
        attack("handlers", lambda t: [run(t)]),
        attack("evaluator", run),
        attack("dataset", run),
        attack("dataloader", run),
        attack("data", lambda t: f"${t.expression}"),
        attack("device", lambda t: f"${t.expression}"),
        attack("output_dir", lambda t: f"${t.expression}"),
        configured(
            "payload in what a part says of itself",
            "inferer",
            lambda t: {"_target_": "SimpleInferer", "_desc_": f"${t.expression}"},
            IGNORED,
        ),
        configured("writer to another path", "postprocessing", lambda t: steps(argmax(), save(str(t.canary))), IGNORED),
        Attack("logging.conf with a payload", _logging_conf, IGNORED),
        Attack("large_files.yml with a payload", _large_files, IGNORED),
        Attack("a pickle that nothing reads", lambda folder, t: pickled(folder, t, "models/other.pkl"), IGNORED),
    ]


_MANY_DIGITS = f'{{"a": {"9" * 10**6}}}'
_WRONG_TYPES = json.dumps({"version": [], "network_data_format": {"inputs": {"image": {"num_channels": {"a": 1}}}}})
_MANY_CHANNELS = json.dumps({"network_data_format": {"inputs": {"image": {"num_channels": 10**6}}}})


def _text(folder: Path, name: str, text: str) -> Path:
    make_bundle(folder)
    (folder / "configs" / name).write_text(text)
    return folder


def _deep(folder: Path, depth: int) -> Path:
    act: Any = "relu"
    for _ in range(depth):
        act = [act]
    return make_bundle(folder, changes={"network_def": {"_target_": "UNet", "act": act}})


def _yaml(folder: Path, text: str) -> Path:
    make_bundle(folder)
    config = json.loads((folder / "configs" / "inference.json").read_text())
    (folder / "configs" / "inference.json").unlink()
    rest = {key: value for key, value in config.items() if not text.startswith(key)}
    lines = "".join(f"{key}: {json.dumps(value)}\n" for key, value in rest.items())
    (folder / "configs" / "inference.yaml").write_text(lines + text)
    return folder


def _yaml_object(folder: Path, trap: Trap) -> Path:
    return _yaml(folder, f"inferer: !!python/object/apply:os.system [{json.dumps(trap.command)}]\n")


def _yaml_laughs(folder: Path, _trap: Trap) -> Path:
    lines = ["network_def:", "  _target_: UNet", "  a: &a [x, x, x, x, x, x, x, x, x]"]
    lines += [f"  {key}: &{key} [{', '.join([f'*{before}'] * 9)}]" for before, key in zip("abcdefghi", "bcdefghij", strict=True)]
    return _yaml(folder, "\n".join(lines) + "\n")


def _logging_conf(folder: Path, trap: Trap) -> Path:
    make_bundle(folder)
    (folder / "configs" / "logging.conf").write_text(trap.logging.read_text())
    return folder


def _large_files(folder: Path, trap: Trap) -> Path:
    make_bundle(folder)
    (folder / "large_files.yml").write_text(f"large_files:\n- path: {trap.canary}\n  url: {trap.url}\n")
    return folder
