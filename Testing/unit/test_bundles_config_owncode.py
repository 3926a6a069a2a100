"""Own code of bundles: which files a target needs is told without importing; bundles never see each other's modules."""

from __future__ import annotations

import py_compile
import sys
from pathlib import Path

import pytest

from medai.bundles.config import ConfigGraph
from medai.bundles.config.owncode import OwnCode
from medai.errors import InputError, RefusedError, TrustError


@pytest.fixture(autouse=True)
def _imports_as_before():
    yield
    for finder in [finder for finder in sys.meta_path if type(finder).__name__ == "_Finder"]:
        finder._code._deactivate()


def write(root: Path, **files: str) -> OwnCode:
    for name, text in files.items():
        path = root.joinpath(*("__init__" if part == "PACKAGE" else part for part in name.split("__"))).with_suffix(".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return OwnCode(root)


def places(code: OwnCode, dotted: str) -> set[str]:
    return {path.relative_to(code.root).as_posix() for path in code.files(dotted)}


def test_a_target_is_found_without_importing(tmp_path):
    code = write(tmp_path, scripts__net="raise SystemExit\nclass Net: ...\n")
    assert code.has("scripts.net.Net")
    assert code.has("scripts.net")
    for name in ("scripts", "scripts.other.Net", "", "os.system", "scripts..net", "../scripts.net", "monai.x", 5):
        assert not code.has(name)


def test_modules_that_hide_a_library_do_not_count(tmp_path):
    code = write(tmp_path, monai__evil="", os="", torch="", json="", sitecustomize="")
    for name in ("monai.evil.X", "os.system", "torch.x", "json.loads", "sitecustomize"):
        assert not code.has(name)
        assert code.files(name) == []


def test_files_are_followed_through_all_kinds_of_imports(tmp_path):
    code = write(
        tmp_path,
        scripts__PACKAGE="from .late import thing\n",
        scripts__net="from scripts.a import b\nfrom . import c\nimport scripts.d as d, torch\nimport neighbor\n",
        scripts__a="def f():\n    from .deep.er import X\n",
        scripts__b="",
        scripts__c="",
        scripts__d="",
        scripts__late="thing = 1\n",
        scripts__neighbor="",
        scripts__deep__er="",
        scripts__unused="",
    )
    expected = {f"scripts/{name}.py" for name in ("__init__", "net", "a", "c", "d", "late", "neighbor", "deep/er")}
    assert places(code, "scripts.net.Net") == expected


@pytest.mark.parametrize(
    "text", ["import importlib\n", "exec('1')\n", "__import__('x')\n", "def broken(:\n", "from runpy import x\n"]
)
def test_where_imports_cannot_be_told_all_files_count(tmp_path, text):
    code = write(tmp_path, scripts__net=text, scripts__other="", more__x="")
    assert places(code, "scripts.net.Net") == {"scripts/net.py", "scripts/other.py", "more/x.py"}


def test_bundles_with_packages_of_the_same_name_stay_apart(tmp_path):
    first = write(
        tmp_path / "one", scripts__net="from scripts.size import SIZE\nclass Net:\n    size = SIZE\n", scripts__size="SIZE = 1\n"
    )
    late = "class Net:\n    @property\n    def size(self):\n        from scripts.size import SIZE\n        return SIZE\n"
    second = write(tmp_path / "two", scripts__PACKAGE="", scripts__net=late, scripts__size="SIZE = 2\n")
    before = list(sys.path)
    one, two = first.load("scripts.net.Net"), second.load("scripts.net.Net")
    assert (one.size, two().size) == (1, 2)
    first.activate()
    assert first.load("scripts.net.Net") is one
    assert sys.modules["scripts.size"].SIZE == 1
    assert sys.path == before


def test_nothing_is_written_into_the_bundle_and_no_compiled_file_is_run(tmp_path):
    evil = tmp_path / "evil.py"
    evil.write_text("class Net:\n    evil = True\n")
    code = write(tmp_path / "b", scripts__net="class Net:\n    evil = False\n")
    cache = tmp_path / "b" / "scripts" / "__pycache__"
    cache.mkdir()
    mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
    py_compile.compile(str(evil), str(cache / f"net.{sys.implementation.cache_tag}.pyc"), invalidation_mode=mode)
    py_compile.compile(str(evil), str(tmp_path / "b" / "scripts" / "other.pyc"))
    before = sorted(p for p in tmp_path.rglob("*"))
    assert code.load("scripts.net.Net").evil is False
    assert not code.has("scripts.other.Net")
    assert sorted(p for p in tmp_path.rglob("*")) == before


def test_only_files_that_were_shown_are_run(tmp_path):
    code = write(tmp_path, scripts__net="class Net: ...\n", scripts__hidden="", colorsys_="")
    code.load("scripts.net.Net")
    with pytest.raises(ImportError):
        __import__("scripts.hidden")
    with pytest.raises(ImportError):
        __import__("colorsys_")


@pytest.mark.parametrize("dotted", ["scripts.net.system", "scripts.net.os.system", "scripts.net.os", "scripts.net.torch"])
def test_what_own_code_imports_is_not_its_own(tmp_path, dotted):
    code = write(tmp_path, scripts__net="import os, torch\nfrom os import system\n")
    with pytest.raises((RefusedError, InputError)):
        code.load(dotted)


@pytest.mark.parametrize(
    ("text", "match"), [("1 / 0\n", "ZeroDivisionError"), ("import no_such_package_x\n", "no_such_package_x"), ("", "has no")]
)
def test_code_that_cannot_be_loaded_is_told(tmp_path, text, match):
    with pytest.raises(InputError, match=match):
        write(tmp_path, scripts__net=text).load("scripts.net.Net")


def test_code_for_numpy_1_runs_in_memory_only(tmp_path):
    text = "import numpy as np\nclass Net:\n    def size(self):\n        return int(np.product([2, 3]))\n"
    code = write(tmp_path, scripts__net=text)
    assert code.load("scripts.net.Net")().size() == 6
    assert (tmp_path / "scripts" / "net.py").read_text() == text


def test_own_code_asks_for_consent_and_runs_after_it(tmp_path):
    code = write(
        tmp_path,
        scripts__net="class Net:\n    def __init__(self, size):\n        self.size = size\ndef twice(x):\n    return 2 * x\n",
    )
    config = {"net": {"_target_": "scripts.net.Net", "size": "$scripts.net.twice(4)"}, "value": "$scripts.net.twice(3)"}
    given = {"bundle_root": str(tmp_path)}
    for name in ("net", "value"):
        with pytest.raises(TrustError, match=r"scripts\.net"):
            ConfigGraph(config, given).built(name)
    assert "scripts.net" not in sys.modules
    trusted = ConfigGraph(config, given, code)
    assert trusted.built("net").size == 8
    assert trusted.built("value") == 6
