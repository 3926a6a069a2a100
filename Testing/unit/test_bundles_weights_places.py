"""Weights are found wherever bundles keep them, in their own folder only, and converted to safetensors."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

from medai.bundles import Bundle
from medai.bundles.config import ConfigGraph
from medai.bundles.weights import convert_bundle, find_checkpoint
from medai.bundles.weights.places import loader_of
from medai.errors import InputError
from support.bundles import make_bundle


def bundle_with(folder: Path, loader: dict | None, files: list[str], place: str = "checkpointloader", **more: object) -> Bundle:
    """A bundle with these files and its checkpoint loader at a place such as "handlers::1"."""
    make_bundle(folder, changes=more)
    (folder / "models" / "model.pt").unlink()
    for name in files:
        (folder / "models" / name).write_bytes(b"")
    path = folder / "configs" / "inference.json"
    config = json.loads(path.read_text())
    del config["checkpointloader"]
    if loader is not None:
        described = {"_target_": "CheckpointLoader", "load_dict": {"model": "@network"}, **loader}
        name, _, index = place.partition("::")
        config[name] = [{"_target_": "StatsHandler"}, described] if index else described
    path.write_text(json.dumps(config))
    return Bundle.open(folder)


def found(bundle: Bundle) -> str:
    graph = ConfigGraph(bundle.config, {"bundle_root": str(bundle.root)})
    return find_checkpoint(bundle, graph).relative_to(bundle.root).as_posix()


NAMED = {
    "bundle root": ({"load_path": "$@bundle_root + '/models/model.pt'"}, {}),
    "ckpt_dir": ({"load_path": "$@ckpt_dir + '/model.pt'"}, {"ckpt_dir": "$@bundle_root + '/models'"}),
    "ckpt_path": ({"load_path": "@ckpt_path"}, {"ckpt_path": "$@bundle_root + '/models/model.pt'"}),
    "checkpoint": ({"load_path": "$@checkpoint"}, {"checkpoint": "$@bundle_root + '/models/model.pt'"}),
    "joined": ({"load_path": "$os.path.join(@bundle_root, 'models', 'model.pt')"}, {}),
    "by name": ({"load_path": "$@bundle_root + '/models/' + @modelname"}, {"modelname": "$'model.pt' if True else 'b.pt'"}),
    "relative": ({"load_path": "models/model.pt"}, {}),
    "in full": ({"_target_": "monai.handlers.CheckpointLoader", "load_path": "models/model.pt"}, {}),
}


@pytest.mark.parametrize("place", ["checkpointloader", "handlers::1", "val_handlers::1"])
@pytest.mark.parametrize(("loader", "more"), NAMED.values(), ids=NAMED)
def test_every_way_in_which_bundles_name_their_weights(tmp_path, loader, more, place):
    bundle = bundle_with(tmp_path / "b", loader, ["model.pt", "other.pt"], place, **more)
    assert found(bundle) == "models/model.pt"


def test_a_file_that_is_not_named_model_and_safetensors_beside_it(tmp_path):
    loader = {"load_path": "$@bundle_root + '/models/dynunet_FT.pt'"}
    assert found(bundle_with(tmp_path / "a", loader, ["dynunet_FT.pt", "model.safetensors"])) == "models/dynunet_FT.pt"
    both = bundle_with(tmp_path / "b", loader, ["dynunet_FT.pt", "dynunet_FT.safetensors"])
    assert found(both) == "models/dynunet_FT.safetensors"


def test_torchscript_is_taken_only_where_there_is_nothing_else(tmp_path):
    named = {"load_path": "$@bundle_root + '/models/model.ts'"}
    assert found(bundle_with(tmp_path / "a", named, ["model.ts", "model.pt"])) == "models/model.pt"
    assert found(bundle_with(tmp_path / "b", named, ["model.ts"])) == "models/model.ts"
    assert found(bundle_with(tmp_path / "c", {"load_path": "models/model.pt"}, ["model.ts"])) == "models/model.ts"


def test_without_a_loader_the_usual_file_or_the_only_one(tmp_path):
    assert found(bundle_with(tmp_path / "a", None, ["model.pt", "model.ts", "x.pt"])) == "models/model.pt"
    assert found(bundle_with(tmp_path / "b", None, ["model.pt", "model.safetensors"])) == "models/model.safetensors"
    assert found(bundle_with(tmp_path / "c", None, ["unet.pth"])) == "models/unet.pth"
    assert found(bundle_with(tmp_path / "d", None, [])) == "models/model.pt"


def test_a_missing_file_is_not_replaced_by_another_networks(tmp_path):
    bundle = bundle_with(tmp_path / "b", {"load_path": "$@bundle_root + '/models/model_lowres.pt'"}, ["model.pt"])
    assert found(bundle) == "models/model_lowres.pt"


def test_weights_outside_the_bundle_are_not_read_also_not_through_a_link(tmp_path):
    (tmp_path / "outside.pt").write_bytes(b"")
    for name, path in (("a", "$@bundle_root + '/../outside.pt'"), ("b", str(tmp_path / "outside.pt"))):
        with pytest.raises(InputError, match="outside its own folder"):
            found(bundle_with(tmp_path / name, {"load_path": path}, []))
    linked = bundle_with(tmp_path / "c", {"load_path": "models/model.pt"}, [])
    (linked.root / "models" / "model.pt").symlink_to(tmp_path / "outside.pt")
    with pytest.raises(InputError, match="outside its own folder"):
        found(linked)


@pytest.mark.parametrize(("strict", "wanted"), [(None, True), (True, True), ("True", True), ("False", False), (False, False)])
def test_key_and_strictness_are_the_loaders(tmp_path, strict, wanted):
    loader = {"load_path": "models/model.pt", "load_dict": {"state": "@network"}}
    bundle = bundle_with(tmp_path / "b", loader if strict is None else {**loader, "strict": strict}, [])
    read = loader_of(ConfigGraph(bundle.config, {}))
    assert (read.key, read.strict) == ("state", wanted)


def test_a_converted_bundle_holds_the_same_weights_and_no_pickle(tmp_path):
    root = make_bundle(tmp_path / "tiny")
    torch.save({"arch_code_a": [1, 2]}, root / "models" / "search_code.pt")
    before = sorted(p.name for p in root.rglob("*"))
    target = convert_bundle(root, tmp_path / "new" / "tiny")
    assert sorted(p.name for p in (target / "models").iterdir()) == ["model.safetensors", "search_code.pt"]
    assert sorted(p.name for p in root.rglob("*")) == before
    from safetensors.torch import load_file

    old = torch.load(root / "models" / "model.pt", weights_only=True)["model"]
    new = load_file(target / "models" / "model.safetensors")
    assert new.keys() == old.keys()
    assert all(torch.equal(value, old[name]) for name, value in new.items())
    assert found(Bundle.open(target)) == "models/model.safetensors"


def test_a_conversion_that_fails_leaves_nothing(tmp_path):
    root = make_bundle(tmp_path / "tiny")
    (root / "models" / "model.pt").write_bytes(b"<html>")
    with pytest.raises(InputError, match="web page"):
        convert_bundle(root, tmp_path / "new")
    (root / "models" / "model.pt").unlink()
    with pytest.raises(InputError, match="no checkpoint"):
        convert_bundle(root, tmp_path / "new")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["tiny"]
    with pytest.raises(InputError, match="exists already"):
        convert_bundle(root, root)
