"""Lambdas and tensors in expressions: what zoo bundles write works on voxels, and cannot grow beyond them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from monai.data import MetaTensor
from monai.transforms import Activationsd, CropForegroundd, Lambdad

from medai.bundles.config import ConfigGraph
from medai.bundles.config.attributes import ALLOWED_ATTRIBUTES
from medai.bundles.config.expressions import Expression
from medai.bundles.config.names import named
from medai.errors import InputError, RefusedError


def value_of(text: str, **names: object) -> object:
    return Expression(text, named, ALLOWED_ATTRIBUTES).evaluate(names)


def graph(root: Path | str = "/bundle", **config: object) -> ConfigGraph:
    return ConfigGraph(config, {"device": torch.device("cpu"), "bundle_root": str(root)})


def test_overlapping_channels_become_labels_as_in_brats():
    text = "lambda x: torch.where(x[[2]] > 0, 4, torch.where(x[[0]] > 0, 1, torch.where(x[[1]] > 0, 2, 0)))"
    x = torch.tensor([[1.0, 0, 0, 1], [1, 1, 0, 0], [1, 0, 0, 0]])
    assert value_of(text)(x).tolist() == [[4, 2, 0, 1]]
    assert isinstance(value_of(text)(MetaTensor(x)), torch.Tensor)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("lambda x: x[1:]", [[3.0, 4.0]]),
        ("lambda x : torch.nan_to_num(x, nan=255)", [[1.0, 2.0], [3.0, 4.0]]),
        ("lambda x: (x > 1) & (x < 4)", [[False, True], [True, False]]),
        ("lambda x: x.argmax(0) + 1", [2, 2]),
        ("lambda x: x.softmax(dim=0).argmax(0, keepdim=True)", [[1, 1]]),
        ("lambda x: -x[..., 0]", [-1.0, -3.0]),
        ("lambda x: x[0, None]", [[1.0, 2.0]]),
        ("lambda x: x[x > 2]", [3.0, 4.0]),
        ("lambda x: 1 - x / x.max()", [[0.75, 0.5], [0.25, 0.0]]),
        ("lambda x: x.to(torch.uint8)", [[1, 2], [3, 4]]),
    ],
)
def test_lambdas_compute_on_voxels(text, expected):
    assert value_of(text)(torch.tensor([[1.0, 2.0], [3.0, 4.0]])).tolist() == expected


def test_lambdas_know_the_references_around_them():
    parts = graph(low=2, pick="$lambda x: x > @low")
    assert parts.built("pick")(torch.tensor([1, 3])).tolist() == [False, True]


def test_lambdas_go_where_transforms_take_functions():
    x = {"pred": torch.tensor([[[1.0, -1.0]]]), "image": torch.tensor([[[0.0, 5.0], [0.0, 0.0]]])}
    steps = graph(
        steps=[
            {"_target_": "Lambdad", "keys": "pred", "func": "$lambda x: x * 2"},
            {"_target_": "Activationsd", "keys": "pred", "other": "$lambda x: torch.clamp(x, 0, 1)"},
            {"_target_": "CropForegroundd", "keys": "image", "source_key": "image", "select_fn": "$lambda x: x > 1"},
        ]
    ).built("steps")
    assert [type(step) for step in steps] == [Lambdad, Activationsd, CropForegroundd]
    for step in steps:
        x = step(x)
    assert x["pred"].tolist() == [[[1.0, 0.0]]]
    assert x["image"].tolist() == [[[5.0]]]


@pytest.mark.parametrize(
    "text",
    [
        "lambda x: x[:, None] * x[None] * x[:, None]",
        "lambda x: x[[0] * 19000]",
        "lambda x: torch.where(x[:, None] > 0, x[None], 0)",
        "lambda x: x[:, None] > x[None]",
    ],
)
def test_voxels_do_not_multiply(text):
    with pytest.raises(RefusedError):
        value_of(text)(torch.zeros(4000, 3))


@pytest.mark.parametrize(
    "text",
    ["lambda x: x[[0], [1]]", "lambda x: x['a']", "lambda x: x.tolist", "lambda x: torch.sum(5)", "lambda x: x.shape[9]"],
)
def test_other_uses_of_voxels_end_in_a_sentence(text):
    with pytest.raises((InputError, RefusedError)):
        value_of(text)(torch.zeros(4, 3))


def test_a_lambda_called_with_another_number_of_values_is_told():
    with pytest.raises(InputError, match="called with 2"):
        value_of("lambda x: x")(1, 2)


def test_arrays_of_a_checkpoint_of_the_bundle_are_read(tmp_path):
    (tmp_path / "models").mkdir()
    torch.save({"node_a": np.arange(4), "w": torch.ones(2)}, tmp_path / "models" / "code.pt")
    parts = graph(
        tmp_path,
        path="$@bundle_root + '/models/code.pt'",
        code="$torch.load(@path, map_location=torch.device('cuda'))",
        node="$torch.from_numpy(@code['node_a'])",
        there="$os.path.exists(@path) and not os.path.exists('models/no.pt')",
        relative="$torch.load(os.path.join('models', 'code.pt'), weights_only=False)['w'].shape[0]",
    )
    assert parts.built("node").tolist() == [0, 1, 2, 3]
    assert parts.built("there") is True
    assert parts.built("relative") == 2


@pytest.mark.parametrize(
    "text",
    [
        "$torch.load('/etc/passwd')",
        "$torch.load('../other/model.pt')",
        "$os.path.exists('/etc')",
        "$pathlib.Path('/etc/passwd').read_text()",
        "$Path('..', 'x').read_text()",
        "$torch.load(5)",
        "$torch.load('link/x')",
    ],
)
def test_files_elsewhere_are_not_touched(tmp_path, text):
    (tmp_path / "link").symlink_to("/etc")
    with pytest.raises(RefusedError):
        graph(tmp_path, part=text).built("part")


def test_texts_of_the_bundle_are_read_as_in_vista3d(tmp_path):
    (tmp_path / "configs").mkdir()
    (tmp_path / "configs" / "metadata.json").write_text('{"a": {"b": [1]}}')
    parts = graph(
        tmp_path,
        place="$@bundle_root + '/configs/metadata.json'",
        metadata="$json.loads(pathlib.Path(@place).read_text())",
        part="$@metadata['a']['b']",
        missing="$Path('configs/nothing.json').read_text()",
    )
    assert parts.built("part") == [1]
    with pytest.raises(InputError, match=r"nothing\.json"):
        parts.built("missing")


def test_a_pickle_in_a_checkpoint_is_not_run(tmp_path):
    class Evil:
        def __reduce__(self):
            return (Path.touch, (tmp_path / "canary",))

    torch.save({"x": Evil()}, tmp_path / "evil.pt")
    with pytest.raises((RefusedError, InputError)):
        graph(tmp_path, part="$torch.load('evil.pt', weights_only=False)").built("part")
    assert not (tmp_path / "canary").exists()


def test_networks_that_expressions_call_fetch_no_weights():
    made = value_of("monai.networks.nets.resnet.resnet10(True, spatial_dims=2, n_input_channels=1, num_classes=2)")
    assert sum(p.numel() for p in made.parameters()) > 1000


def test_steps_are_counted():
    parts = graph(long=["$'a' * 900000"] * 20)
    with pytest.raises(RefusedError, match="too many steps"):
        parts.built("long")
