"""Configuration files: JSON and YAML read alike, what they take in by ``%`` is put in place, and nothing grows beyond bounds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from medai.bundles.config import ConfigGraph, read_config
from medai.errors import InputError, RefusedError


def write(root: Path, **files: object) -> Path:
    (root / "configs").mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (root / "configs" / f"{name}.json").write_text(json.dumps(content))
    return root


def test_texts_with_percent_are_replaced_by_what_is_there(tmp_path):
    write(
        tmp_path,
        inference={
            "net": {"a": 1, "list": [5, {"b": "@x"}]},
            "whole": "%net",
            "part": "%net::list::1",
            "old": "%net#list#0",
            "file": "%configs/other.json::deep::er",
            "beside": "%other.json::back",
            "all": "%other.json",
        },
        other={"deep": {"er": [1, 2]}, "back": "%inference.json::net::a"},
    )
    config = read_config(tmp_path)
    assert config["whole"] == config["net"]
    assert config["part"] == {"b": "@x"}
    assert (config["old"], config["file"], config["beside"]) == (5, [1, 2], 1)
    assert config["all"] == {"deep": {"er": [1, 2]}, "back": 1}


def test_relative_names_are_made_absolute_as_in_monai(tmp_path):
    write(tmp_path, inference={"A": 1, "B": {"key": "@##A", "v1": 2, "v2": "%#v1", "v3": [3, 4, "@#1"], "v4": "$@#v1 + @##A"}})
    config = read_config(tmp_path)
    assert config["B"] == {"key": "@A", "v1": 2, "v2": 2, "v3": [3, 4, "@B::v3::1"], "v4": "$@B::v1 + @A"}
    parts = ConfigGraph(config, {})
    assert parts.built("B") == {"key": 1, "v1": 2, "v2": 2, "v3": [3, 4, 4], "v4": 3}


@pytest.mark.parametrize(
    "text", ["%../secret.json::a", "%SECRET", "%scripts/x.json", "%missing.json::a", "%other.json::b", "%link.json", "%a.b.json"]
)
def test_what_is_elsewhere_or_missing_is_refused_where_it_is_used_and_only_there(tmp_path, text):
    root = write(tmp_path / "bundle", other={"a": 1})
    secret = tmp_path / "secret.json"
    secret.write_text('{"a": "secret"}')
    (root / "scripts").mkdir()
    (root / "scripts" / "x.json").write_text("{}")
    (root / "configs" / "link.json").symlink_to(secret)
    write(root, inference={"taken": text.replace("SECRET", str(secret)), "fine": 1})
    config = read_config(root)
    assert "secret" not in json.dumps({k: v for k, v in config.items() if k != "taken"})
    parts = ConfigGraph(config, {})
    assert parts.built("fine") == 1
    with pytest.raises(RefusedError):
        parts.built("taken")


@pytest.mark.parametrize(
    "config",
    [
        {"a": "%a"},
        {"a": "%b", "b": "%a"},
        {"a": ["%a", "%a"]},
        {"a": {"b": "%a"}},
        {"a": "%inference.json"},
        {**{f"l{n}": [f"%l{n + 1}"] * 10 for n in range(12)}, "l12": [1]},
    ],
    ids=lambda config: str(config)[:40],
)
def test_what_takes_itself_in_or_grows_is_told(tmp_path, config):
    write(tmp_path, inference=config)
    with pytest.raises(InputError, match="takes itself in"):
        read_config(tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        "a: &a [*a]\n",
        "a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n"
        + "".join(f"{x}: &{x} [{', '.join([f'*{y}'] * 10)}]\n" for y, x in zip("abcdef", "bcdefg", strict=True)),
        "a: " + "[" * 200 + "]" * 200 + "\n",
        "a: !!binary aGVsbG8=\n",
        "? [1, 2]\n: 3\n? {a: b}\n: 4\n",
        "- 1\n",
        "a: [\n",
        "{" * 3000,
        "a: " + "x" * 300_000,
    ],
    ids=lambda text: text[:20],
)
def test_yaml_that_bites_is_told(tmp_path, text):
    (tmp_path / "configs").mkdir()
    (tmp_path / "configs" / "inference.yml").write_text(text)
    with pytest.raises(InputError):
        read_config(tmp_path)


def test_dates_and_numbers_as_keys_become_texts(tmp_path):
    (tmp_path / "configs").mkdir()
    (tmp_path / "configs" / "inference.yaml").write_text("made: 2024-10-11\n2: [1]\n")
    assert read_config(tmp_path) == {"made": "2024-10-11", "2": [1]}


def test_only_the_plain_name_is_taken(tmp_path):
    write(tmp_path, inference_other={"a": 1}, inference={"a": 2})
    assert read_config(tmp_path) == {"a": 2}
    (tmp_path / "configs" / "inference.json").unlink()
    with pytest.raises(InputError, match="no configs/inference"):
        read_config(tmp_path)


@pytest.mark.parametrize("text", ["", "[1]", "{", "\x00", '"text"'])
def test_unreadable_configurations_are_told(tmp_path, text):
    (tmp_path / "configs").mkdir()
    (tmp_path / "configs" / "inference.json").write_text(text)
    with pytest.raises(InputError):
        read_config(tmp_path)


def test_yaml_and_json_read_alike(tmp_path):
    for name, text in (("j", json.dumps({"a": [1, {"b": "@a"}]})), ("y", "a:\n- 1\n- b: '@a'\n")):
        (tmp_path / name / "configs").mkdir(parents=True)
        (tmp_path / name / "configs" / ("inference.json" if name == "j" else "inference.yaml")).write_text(text)
    assert read_config(tmp_path / "j") == read_config(tmp_path / "y")


def test_yaml_cannot_make_objects(tmp_path):
    (tmp_path / "configs").mkdir()
    (tmp_path / "configs" / "inference.yaml").write_text("a: !!python/object/apply:os.system ['true']\n")
    with pytest.raises(InputError):
        read_config(tmp_path)
