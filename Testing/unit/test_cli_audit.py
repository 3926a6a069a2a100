"""``medai audit``, ``medai trust`` and ``medai run --trust``: what they say, and what they end with."""

from __future__ import annotations

import json
import os
import sys
import zipfile

import nibabel
import pytest

from medai.bundles import Bundle
from medai.bundles.audit import is_trusted
from support.attacks import all_folders
from support.bundles import make_bundle
from support.commands import assert_refused, json_of, medai, medai_process
from support.hostile_zips import hostile_zips, make_zip, overlapping
from support.owncode import NETWORK, make_own
from support.scans import blobs
from support.traps import Server, Trap

SAMPLE = [attack for attack in all_folders() if attack.expected == "refused" and not attack.at_run][::12]


@pytest.fixture(autouse=True)
def _home(tmp_path, monkeypatch):
    monkeypatch.setenv("MEDAI_HOME", str(tmp_path / "home"))


@pytest.fixture
def scan(tmp_path):
    image = blobs((16, 16, 16))
    nibabel.save(nibabel.Nifti1Image(image.voxels[0], image.affine), tmp_path / "scan.nii.gz")
    return tmp_path / "scan.nii.gz"


def test_a_safe_bundle(tmp_path):
    done = medai("audit", make_bundle(tmp_path / "tiny"))
    assert done.returncode == 0
    assert "verdict:       safe" in done.stdout
    assert "safe\tnetwork_def\tUNet" in done.stdout
    assert "what to do:    Nothing; it runs without a question." in done.stdout


def test_the_built_in_model_is_safe_by_name():
    assert json_of(medai("audit", "brain-mr", "--json"))["verdict"] == "safe"


def test_a_bundle_with_code_shows_the_files_and_their_hashes(tmp_path):
    import hashlib

    root = make_own(tmp_path / "own")
    done = medai("audit", root)
    assert done.returncode == 3
    digest = hashlib.sha256(NETWORK.encode()).hexdigest()
    assert f"scripts/net.py\t{len(NETWORK)}\t{digest}" in done.stdout
    assert "needs trust\tnetwork_def\tIt uses scripts.net.Net, which is code of the bundle's own." in done.stdout
    assert "medai trust add" in done.stdout
    machine = medai("audit", root, "--json")
    assert machine.returncode == 3
    assert {"path": "scripts/net.py", "size": len(NETWORK), "sha256": digest} in json.loads(machine.stdout)["files"]


def test_a_refused_bundle_gives_all_reasons(tmp_path):
    changes = {"network_def": {"_target_": "os.system"}, "inferer": "$__import__('os')"}
    done = medai("audit", make_bundle(tmp_path / "tiny", changes=changes))
    assert done.returncode == 4
    assert [line.split("\t")[1] for line in done.stdout.splitlines() if line.startswith("refused\t")] == [
        "network_def",
        "inferer",
    ]
    assert "consent cannot allow this" in done.stdout


def test_a_zip_is_audited_as_it_would_be_installed(tmp_path):
    root = make_own(tmp_path / "own")
    with zipfile.ZipFile(tmp_path / "own.zip", "w") as archive:
        for file in sorted(root.rglob("*")):
            archive.write(file, f"own/{file.relative_to(root).as_posix()}")
    done = medai("audit", tmp_path / "own.zip", "--json")
    assert done.returncode == 3
    assert json.loads(done.stdout)["content_hash"] == Bundle.open(root).content_hash


@pytest.mark.parametrize("name", hostile_zips())
def test_a_hostile_zip_is_refused_and_nothing_is_written_outside(tmp_path, name):
    path = make_zip(tmp_path / "x.zip", tmp_path / "work", hostile_zips()[name])
    before = sorted(tmp_path.rglob("*"))
    assert_refused(medai("audit", path), 2, str(path))
    assert sorted(tmp_path.rglob("*")) == before
    assert not os.path.lexists("/tmp/medai-canary")


def test_a_zip_that_shows_one_file_many_times_is_refused_or_small(tmp_path):
    done = medai("audit", overlapping(tmp_path / "x.zip", tmp_path / "work"))
    assert done.returncode in (0, 2)
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("words", [(), ("nothing here",)])
def test_what_is_no_bundle(tmp_path, words):
    (tmp_path / "x.txt").write_text("x")
    assert_refused(medai("audit", *words or (tmp_path / "x.txt",)), 2)


def test_consent_is_given_listed_and_taken_back(tmp_path):
    root = make_own(tmp_path / "own")
    digest = Bundle.open(root).content_hash
    assert medai("trust", "add", root).stdout.startswith("trusted:       own\n")
    assert is_trusted(digest)
    assert "needs trust, and trusted" in medai("audit", root).stdout
    assert [entry["content_hash"] for entry in json_of(medai("trust", "list", "--json"))] == [digest]
    assert "own\t20" in medai("trust", "list").stdout
    assert json_of(medai("trust", "revoke", digest[:10], "--json")) == {"revoked": 1}
    assert not is_trusted(digest)
    assert_refused(medai("trust", "revoke", "own"), 2, "'own'", "given: none")


def test_what_is_refused_cannot_be_trusted(tmp_path):
    root = make_bundle(tmp_path / "tiny", changes={"inferer": {"_target_": "os.system"}})
    assert_refused(medai("trust", "add", root), 4, "os.system", "Do not use tiny")


def test_a_run_asks_first_and_remembers(tmp_path, scan):
    root = make_own(tmp_path / "own")
    refused = medai("run", "-m", root, "-o", tmp_path / "out", scan)
    assert_refused(refused, 3, "own brings code of its own (scripts/", "medai trust add", "--trust")
    assert not list((tmp_path / "out").glob("*"))
    allowed = medai("run", "-m", root, "-o", tmp_path / "out", scan, "--trust")
    assert allowed.returncode == 0, allowed.stderr
    assert "is trusted as it is now" in allowed.stderr
    assert medai("run", "-m", root, "-o", tmp_path / "out", scan).returncode == 0


@pytest.mark.skipif(sys.platform == "win32", reason="There are no such terminals.")
@pytest.mark.parametrize(("answer", "code"), [("y", 0), ("n", 3), ("", 3)])
def test_on_a_terminal_it_asks(tmp_path, monkeypatch, answer, code):
    import pty
    import subprocess

    root, (master, slave) = make_own(tmp_path / "own"), pty.openpty()
    script = (
        "import sys; from pathlib import Path; from medai.bundles import Bundle; from medai.cli.trust import obtain_permission;"
    )
    script += "from medai.cli.console import command\n"
    script += "command(lambda: obtain_permission(Bundle.open(Path(sys.argv[1])), False))()"
    asked = subprocess.Popen([sys.executable, "-c", script, str(root)], stdin=slave, stderr=slave, stdout=subprocess.PIPE)
    os.close(slave)
    os.write(master, f"{answer}\n".encode())
    said = b""
    try:
        while piece := os.read(master, 4096):
            said += piece
    except OSError:
        pass
    asked.communicate(timeout=60)
    os.close(master)
    assert b"scripts/net.py" in said
    assert b"SHA-256" in said
    assert (asked.returncode == 0) is (code == 0)
    assert is_trusted(Bundle.open(root).content_hash) is (code == 0)


@pytest.mark.parametrize("attack", SAMPLE, ids=lambda attack: attack.name)
def test_a_run_of_a_hostile_bundle_is_refused(attack, tmp_path, scan):
    server = Server()
    trap = Trap(tmp_path / "trap", server.port)
    root = attack.make(tmp_path / "tiny", trap)
    assert_refused(medai("run", "-m", root, "-o", tmp_path / "out", scan, "--trust"), 4, "Do not use tiny")
    assert trap.check() == []
    assert server.calls == 0
    server.close()


def test_in_processes_of_their_own_too(tmp_path, scan):
    server = Server()
    trap = Trap(tmp_path / "trap", server.port)
    root = SAMPLE[0].make(tmp_path / "tiny", trap)
    assert medai_process("audit", root).returncode == 4
    assert medai_process("run", "-m", root, "-o", tmp_path / "out", scan).returncode == 4
    assert trap.check() == []
    assert server.calls == 0
    server.close()
