"""What of a configuration a run needs: parts by kind, steps through references and sums, without readers and writers."""

from __future__ import annotations

import pytest

from medai.bundles.config.closure import kind_of, left_out, load_paths, needed, steps
from medai.errors import InputError

SEGMENTATION = {name: {} for name in ("postprocessing", "evaluator", "network_def", "inferer", "imports", "preprocessing")}


def test_needed_parts_by_kind():
    for kind in ("segmentation", "classification", "landmarks"):
        assert needed(SEGMENTATION, kind) == ("network_def", "preprocessing", "inferer", "postprocessing")
    detection = {**SEGMENTATION, "detector": {}, "detector_ops": []}
    assert needed(detection, "detection") == ("network_def", "detector", "detector_ops", "preprocessing")
    assert needed({}, "segmentation") == ()


def step(name: str, **more: object) -> dict[str, object]:
    return {"_target_": name, "keys": "image", **more}


A, B, C = step("Identityd"), step("Flipd"), step("ToTensord")


@pytest.mark.parametrize(
    ("config", "found"),
    [
        ({"pre": {"_target_": "Compose", "transforms": [A, B]}}, [A, B]),
        ({"pre": {"transforms": "@list"}, "list": [A]}, [A]),
        ({"pre": {"transforms": "$@list"}, "list": [A]}, [A]),
        ({"pre": {"transforms": "$@list "}, "list": [A]}, [A]),
        ({"pre": {"transforms": "$@x + @y + @z#w"}, "x": [A], "y": "@v", "v": [B], "z": {"w": [C]}}, [A, B, C]),
        ({"pre": {"transforms": "$(@x + @y)"}, "x": [A], "y": [B]}, [A, B]),
        ({"pre": "@other", "other": {"transforms": [A]}}, [A]),
        ({"pre": [A]}, [A]),
        ({"pre": {"transforms": ["@a", "@load"]}, "a": A, "load": step("LoadImaged")}, ["@a", step("LoadImaged")]),
    ],
)
def test_steps_are_followed(config, found):
    assert steps(config, "pre") == found


@pytest.mark.parametrize(
    "transforms",
    ["@pre", "$@pre + @pre", "$@x[0]", "$[1] + @x", "$@x * 2", "$reference_0 + @x", "$reference_5", "text", 5, None, "$@missing"],
)
def test_what_is_no_list_of_steps_is_told(transforms):
    with pytest.raises(InputError):
        steps({"pre": {"transforms": transforms}, "x": transforms if transforms == "$@x + @x" else "@pre"}, "pre")


def test_readers_and_writers_are_left_out():
    for name in ("LoadImage", "LoadImaged", "EnsureChannelFirstd", "SaveImaged", "SaveClassificationd", "scripts.x.NpySaverd",
                 "scripts.detection_saver.SaveBoxes", "monai.transforms.SaveImageD"):  # fmt: skip
        assert left_out({"_target_": name}), name
    for name in ("SavitzkyGolaySmoothd", "Activationsd", "scripts.my.ConcatImages", "Saturate"):
        assert not left_out({"_target_": name}), name
    assert kind_of("@x") == ""


def test_load_paths_are_found_anywhere():
    loader = {"_target_": "monai.handlers.CheckpointLoader", "load_path": "@a"}
    config = {"x": {"handlers": [{"_target_": "StatsHandler"}, loader]}, "y": {"_target_": "CheckpointLoader", "load_path": "b"}}
    assert load_paths(config) == ["@a", "b"]
    config["again"] = config
    assert load_paths(config) == ["@a", "b"]
