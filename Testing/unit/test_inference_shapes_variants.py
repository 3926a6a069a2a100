"""What bundles may write in other words: lists within lists, reference labels, own ways back, inputs under several names."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch
from monai.data import MetaTensor
from monai.transforms import Compose, Invertd, Spacingd

from medai.bundles import Bundle
from medai.bundles.audit import audit
from medai.bundles.audit.consent import trust
from medai.errors import InputError
from medai.inference import infer, make_plan
from medai.inference.inversion import adapted
from support.scans import blobs
from support.zoo_shapes import SHAPES

PLAIN = next(shape for shape in SHAPES if shape.name == "softmax_inverted_argmax")
NAMED = next(shape for shape in SHAPES if shape.name == "named_keys_merged_by_own_code")
CLICKS = next(shape for shape in SHAPES if shape.name == "clicks_by_own_code")
ASKING = """
from monai.inferers import SimpleInferer


class Asking(SimpleInferer):
    def __call__(self, inputs, network, points, labels=None):
        raise RuntimeError("no points")
"""


def variant(folder, name, files=None, **parts) -> Bundle:
    shape = dataclasses.replace(PLAIN, name=name, config={**PLAIN.config, **parts}, files=files or {})
    return Bundle.open(shape.write(folder))


def labels_of(bundle) -> np.ndarray:
    return infer([blobs((40, 36, 20))], bundle).labelmap.voxels


@pytest.fixture(scope="module")
def expected(tmp_path_factory) -> np.ndarray:
    return labels_of(Bundle.open(PLAIN.write(tmp_path_factory.mktemp("plain"))))


def listed(name: str) -> list:
    return PLAIN.config[name]["transforms"]


def test_lists_within_lists_and_settings_that_change_nothing_for_one_scan(tmp_path, expected):
    first, *rest = listed("preprocessing")
    inner = {"_target_": "Compose", "transforms": [first, {"_target_": "Compose", "transforms": "$@others"}]}
    outer = {
        "_target_": "Compose",
        "transforms": [inner],
        "map_items": False,
        "unpack_items": False,
        "log_stats": False,
        "lazy": False,
    }
    np.testing.assert_array_equal(labels_of(variant(tmp_path, "nested", preprocessing=outer, others=rest)), expected)


def test_a_list_may_do_without_compose(tmp_path, expected):
    parts = {name: listed(name) for name in ("preprocessing", "postprocessing")}
    assert not isinstance(parts["preprocessing"], dict)
    np.testing.assert_array_equal(labels_of(variant(tmp_path, "bare", **parts)), expected)


def test_reference_labels_that_a_bundle_also_prepares_are_not_missed(tmp_path, expected):
    both = [{**step, "keys": ["image", "label"]} for step in listed("preprocessing")]
    both = [{**step, "mode": ["bilinear", "nearest"]} if "mode" in step else step for step in both]
    after = [*listed("postprocessing")[:-2], {**listed("postprocessing")[-2], "keys": ["pred", "label"], "argmax": [True, False]}]
    bundle = variant(
        tmp_path,
        "labeled",
        preprocessing={"_target_": "Compose", "transforms": both},
        postprocessing={"_target_": "Compose", "transforms": after},
    )
    np.testing.assert_array_equal(labels_of(bundle), expected)


def test_an_inferer_that_asks_for_prompts_is_refused_before_the_run(tmp_path):
    files = {"scripts/__init__.py": "", "scripts/asking.py": ASKING}
    bundle = variant(tmp_path, "asking", files, inferer={"_target_": "scripts.asking.Asking"})
    trust(audit(bundle))
    for work in (infer, make_plan):
        with pytest.raises(InputError, match="needs prompts \\(points\\)"):
            work([blobs()], bundle)


def test_inputs_are_called_what_the_bundle_reads_and_clicks_are_no_images(tmp_path):
    assert Bundle.open(NAMED.write(tmp_path)).channels == ("artery", "vein", "excret")
    assert Bundle.open(CLICKS.write(tmp_path)).channels == ("image",)


def test_an_inversion_that_is_put_right_keeps_what_else_it_does():
    preprocessing = Compose([Spacingd("image", pixdim=(2, 2, 2), mode="bilinear")])
    image = MetaTensor(torch.rand(1, 8, 8, 8), meta={"space": "RAS"})
    prepared = preprocessing({"image": image})
    step = Invertd("pred", preprocessing, "image", nearest_interp=False, post_func=lambda x: x + 5)
    labels = MetaTensor((prepared["image"] > 0.5).float())
    changed = adapted(step, {**prepared, "pred": labels}, "pred")
    found = changed({**prepared, "pred": labels})["pred"]
    assert set(found.unique().tolist()) == {5.0, 6.0}
    assert step.nearest_interp == (False,)
