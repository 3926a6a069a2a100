"""Hostile bundles that went further than the attack suite's when somebody tried: each is judged at once, in words."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from medai import Image
from medai.bundles import Bundle
from medai.bundles.audit import Verdict, audit, trust
from medai.bundles.config.graph import ConfigGraph
from medai.bundles.config.owncode import OwnCode
from medai.bundles.hashing import content_hash, file_hash
from medai.errors import InputError, MedAIError, RefusedError
from medai.inference import Options, infer
from support.bundles import make_bundle
from support.commands import medai
from support.traps import Trap, armed

IMAGE = Image(np.arange(16**3, dtype=np.float32).reshape(1, 16, 16, 16), np.diag([2.0, 2.0, 2.0, 1.0]), name="scan")
MINUTE = 60
Make = Callable[[Path], Any]


def _configured(**changes: Any) -> Make:
    return lambda folder: make_bundle(folder, changes=changes)


def _steps(*steps: Any) -> dict[str, Any]:
    return {"_target_": "Compose", "transforms": list(steps)}


def _yaml(text: str) -> Make:
    def make(folder: Path) -> None:
        make_bundle(folder)
        (folder / "configs" / "inference.json").unlink()
        (folder / "configs" / "inference.yaml").write_text(text)

    return make


def _packed_indexes(folder: Path) -> None:
    make_bundle(folder)
    with zipfile.ZipFile(folder / "models" / "model.pt", "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(40):
            archive.writestr(f"a/{number}.pkl", b"N0" * 10_000_000)


def _holes(folder: Path) -> None:
    make_bundle(folder)
    with (folder / "more.bin").open("wb") as file:
        file.truncate(2**42)


def _large_metadata(folder: Path) -> None:
    make_bundle(folder)
    (folder / "configs" / "metadata.json").write_text('{"name": "' + "a" * 11_000_000 + '"}')


def _packed_index_of_nnunet(folder: Path) -> None:
    (folder / "fold_0").mkdir(parents=True)
    (folder / "plans.json").write_text(json.dumps({"configurations": {"a": {}, "b": {}}}))
    (folder / "dataset.json").write_text("{}")
    with zipfile.ZipFile(folder / "fold_0" / "checkpoint_final.pth", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a/data.pkl", b"N0" * 100_000_000)


_MERGES = "".join(f"a{n}: &a{n}\n  <<: [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 9))
_CHAIN = {f"a{n}": f"@a{n + 1}" for n in range(3000)}
ENDLESS: dict[str, Make] = {
    "a size of four hundred digits": _configured(
        preprocessing=_steps({"_target_": "SpatialPadd", "keys": "image", "spatial_size": [10**400] * 3})
    ),
    "YAML that says a number and has none": _yaml('network_def: !!int ""\n'),
    "YAML nested too deep for its parser in C": _yaml("network_def: " + "[" * 100_000),
    "YAML whose merge keys multiply": _yaml(f"a0: &a0 {{k: 1, l: 2}}\n{_MERGES}network_def: 1\n"),
    "YAML with many merges": _yaml("a: &a {k: 1}\nb:\n  <<: [" + "*a," * 50_000 + "]\nnetwork_def: 1\n"),
    "references in a long row": _configured(network_def="@a0", **_CHAIN, a3000=1),
    "a text that a repair searches for long": _configured(network_def="$torch.device(" + "cuda" * 100_000),
    "a text that a macro searches for long": _configured(network_def="%" + ".json#" * 200_000 + "\n"),
    "a sum of the same list": _configured(preprocessing=_steps(), inferer="$" + "@many+" * 300_000, many=[1] * 9000),
    "a sum of lists as steps": _configured(
        preprocessing={"_target_": "Compose", "transforms": "$" + "+".join(["@m"] * 150)}, m=[1] * 9000
    ),
    "an index that is packed small": _packed_indexes,
    "an index of nnU-Net that is packed small": _packed_index_of_nnunet,
    "a file with holes": _holes,
    "metadata without end": _large_metadata,
}
JUDGE = """
import resource, sys, time
from pathlib import Path
resource.setrlimit(resource.RLIMIT_AS, (3_000_000_000,) * 2)
from medai.bundles import Bundle
from medai.bundles.audit import audit
from medai.errors import MedAIError
try:
    found = audit(Bundle.open(Path(sys.argv[1])))
    print(found.verdict.value)
except MedAIError as problem:
    print(type(problem).__name__)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="limits the memory of the process that judges")
@pytest.mark.parametrize("name", ENDLESS)
def test_what_never_ends_or_crashes_is_judged_in_a_process_that_lives_on(name: str, tmp_path):
    """In a process of its own, since two of them ended the process with a fault of memory."""
    ENDLESS[name](tmp_path / "tiny")
    command = [sys.executable, "-c", JUDGE, str(tmp_path / "tiny")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=MINUTE, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.strip() in ("refused", "InputError", "RefusedError")


def test_expressions_whose_time_grows_with_a_product_are_stopped():
    graph = ConfigGraph({"a": "$('a'*1000000).strip('b'*900000+'a')"}, {})
    with pytest.raises(MedAIError, match="stripped"):
        graph.built("a")
    assert ConfigGraph({"a": "$' a '.strip()"}, {}).built("a") == "a"


def test_a_tensor_that_repeats_one_number_without_end_is_refused(tmp_path):
    torch.save({"x": torch.zeros(1).expand(10**12)}, tmp_path / "x.pt")
    graph = ConfigGraph({"a": "$torch.load(@bundle_root + '/x.pt')"}, {"bundle_root": str(tmp_path)})
    with pytest.raises(RefusedError):
        graph.built("a")


def test_a_search_that_never_finds_an_end_is_refused(tmp_path):
    step = {"_target_": "ProbNMSd", "keys": "pred", "prob_threshold": -1.0}
    make_bundle(tmp_path / "tiny", changes={"postprocessing": _steps(step)})
    assert audit(Bundle.open(tmp_path / "tiny")).verdict is Verdict.REFUSED


DOWNLOADS = {"_target_": "EfficientNetBN", "model_name": "efficientnet-b0", "spatial_dims": 2}


@pytest.mark.parametrize("place", ["load_path", "network_def"])
def test_networks_that_download_unless_told_otherwise_do_not(place: str, tmp_path):
    loader = {"_target_": "CheckpointLoader", "load_path": "@other", "load_dict": {"model": "@network"}}
    changes = {"checkpointloader": loader, "other": DOWNLOADS} if place == "load_path" else {"network_def": DOWNLOADS}
    make_bundle(tmp_path / "tiny", changes=changes)
    trap = Trap(tmp_path / "trap", port=9)
    with armed(trap), pytest.raises(MedAIError):
        infer([IMAGE], Bundle.open(tmp_path / "tiny"), Options("cpu"))
    assert trap.check() == []


@pytest.mark.parametrize("name", ["configs/metadata.json", "configs/inference.json", "medai-model.json", "plans.json"])
def test_no_link_out_is_read_before_the_judgment(name: str, tmp_path):
    """The secret is a good file, so that only not reading it gives an error."""
    make_bundle(tmp_path / "tiny")
    if not name.startswith("configs"):
        (tmp_path / "tiny" / "configs" / "metadata.json").unlink()
        (tmp_path / "tiny" / "dataset.json").write_text("{}")
        (tmp_path / "tiny" / name).write_text("{}")
    (tmp_path / "tiny" / name).rename(tmp_path / "secret.json")
    (tmp_path / "tiny" / name).symlink_to(tmp_path / "secret.json")
    with pytest.raises(InputError, match="link out"):
        audit(Bundle.open(tmp_path / "tiny"))


def _code(root: Path, *places: str) -> None:
    for place in places:
        (root / place).parent.mkdir(parents=True, exist_ok=True)
        (root / place).write_text("class Net: pass\n")


@pytest.mark.parametrize("hidden", [{"_disabled_": 1.0}, {"_disabled_": {"_target_": "scripts.evil.Net"}}, {"_requires_": None}])
def test_all_code_that_would_run_is_shown(hidden: dict[str, Any], tmp_path):
    evil: dict[str, Any] = {"_target_": "scripts.evil.Net"}
    part = {"_target_": "SimpleInferer", "x": {**evil, **hidden}}
    if "_requires_" in hidden:
        part = {"_target_": "SimpleInferer", "_requires_": {"_disabled_": True, "a": evil}}
    make_bundle(tmp_path / "tiny", changes={"network_def": {"_target_": "scripts.net.Net"}, "inferer": part})
    _code(tmp_path / "tiny", "scripts/net.py", "scripts/evil.py")
    assert [file.path for file in audit(Bundle.open(tmp_path / "tiny")).files] == ["scripts/net.py", "scripts/evil.py"]


def test_consent_covers_what_lies_in_the_folders_that_python_keeps_for_itself(tmp_path, monkeypatch):
    monkeypatch.setenv("MEDAI_HOME", str(tmp_path / "home"))
    root = make_bundle(tmp_path / "tiny", changes={"network_def": {"_target_": "scripts.__pycache__.net.Net"}})
    _code(root, "scripts/__pycache__/net.py")
    consent = trust(audit(Bundle.open(root)))
    (root / "scripts" / "__pycache__" / "net.py").write_text("class Net: other = 1\n")
    assert content_hash(root) != consent.content_hash
    before = content_hash(root)
    (root / "scripts" / "__pycache__" / "net.cpython-311.pyc").write_bytes(b"compiled")
    assert content_hash(root) == before


@pytest.mark.parametrize("reading", ["$torch.load('models/__pycache__/w.pyc')", "$Path('models/__pycache__/w.pyc').read_text()"])
def test_nothing_is_read_from_what_no_hash_covers(reading: str, tmp_path):
    (tmp_path / "models" / "__pycache__").mkdir(parents=True)
    torch.save({"x": torch.zeros(1)}, tmp_path / "models" / "__pycache__" / "w.pyc")
    with pytest.raises(RefusedError):
        ConfigGraph({"a": reading}, {"bundle_root": str(tmp_path)}).built("a")


def test_a_file_that_changes_within_the_clocks_step_is_noticed(tmp_path):
    """As where a file system counts in seconds: same size, same times, another content."""
    path = tmp_path / "net.py"
    path.write_text("a = 1")
    before, times = file_hash(path), (path.stat().st_atime_ns, path.stat().st_mtime_ns)
    path.write_text("a = 2")
    os.utime(path, ns=times)
    assert file_hash(path) != before


def test_a_link_and_a_file_that_says_so_are_two_contents(tmp_path):
    for name in ("link", "file"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "b.py").write_text("")
    (tmp_path / "link" / "a.py").symlink_to("b.py")
    (tmp_path / "file" / "a.py").write_bytes(b"link\0b.py")
    assert content_hash(tmp_path / "link") != content_hash(tmp_path / "file")


def test_only_the_very_files_that_were_allowed_run(tmp_path):
    _code(tmp_path, "scripts/net.py")
    allowed = {"scripts/net.py": file_hash(tmp_path / "scripts" / "net.py")}
    assert OwnCode(tmp_path, allowed).load("scripts.net.Net").__name__ == "Net"
    (tmp_path / "scripts" / "net.py").write_text("raise SystemExit('ran')\nclass Net: pass\n")
    with pytest.raises(RefusedError, match=r"scripts/net\.py"):
        OwnCode(tmp_path, allowed).load("scripts.net.Net")


def test_nothing_of_a_bundle_steers_the_terminal(tmp_path):
    step = {"_target_": "UNet", "\x1b]0;owned\x07\x1b[2J\u202e\x9b1A\nverdict: safe": 10**9}
    make_bundle(tmp_path / "tiny", changes={"network_def": step})
    for more in ([], ["--json"]):
        done = medai("audit", tmp_path / "tiny", *more)
        assert done.returncode == 4, done.stderr
        assert not set(done.stdout + done.stderr) & set("\x1b\x07\u202e\x9b")
        assert not any(line.startswith("verdict: safe") for line in done.stdout.splitlines())
    assert json.loads(done.stdout)["verdict"] == "refused"


def test_a_command_to_copy_holds_no_other_command(tmp_path):
    root = make_bundle(tmp_path / "a$(touch b);c", changes={"network_def": {"_target_": "scripts.net.Net"}})
    _code(root, "scripts/net.py")
    with pytest.raises(MedAIError) as problem:
        infer([IMAGE], Bundle.open(root), Options("cpu"))
    assert f"medai audit '{root}'" in str(problem.value)


def test_an_onnx_field_with_too_high_a_number_hides_no_file(tmp_path):
    """Other readers of protocol buffers take the lower 32 bits of such a number, and would find the file that it names."""
    from medai.inference.exported.onnx_files import data_files

    def field(number: int, content: bytes) -> bytes:
        return bytes([number << 3 | 2, len(content)]) + content

    entry = field(1, b"location") + field(2, b"../secret")
    graph = field(5, field(13, entry))
    (tmp_path / "plain.onnx").write_bytes(field(7, graph))
    (tmp_path / "hidden.onnx").write_bytes(b"\xba\x80\x80\x80\x10" + bytes([len(graph)]) + graph)
    for name in ("plain.onnx", "hidden.onnx"):
        with pytest.raises(InputError):
            data_files(tmp_path / name)
