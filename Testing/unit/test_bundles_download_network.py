"""The way to the hubs: proxies, certificates, addresses, one hub after the other, and no way at all when offline."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from medai.bundles.store import NetworkSettings, download, is_offline
from medai.bundles.store.download import fetch
from medai.bundles.store.network import Connection, check_address
from medai.bundles.store.published import Hash, Remote
from medai.errors import InputError
from support.bundles import make_bundle
from support.hub import git_hash, running_hub

VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch, tmp_path):
    for name in (*VARIABLES, *map(str.lower, VARIABLES), "MEDAI_OFFLINE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MEDAI_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(download, "_LONGEST_WAIT", 0.02)


@pytest.fixture
def hub():
    with running_hub() as running:
        running.files["/file.pt"] = bytes(range(256)) * 100
        yield running


def settings(tmp_path: Path, **said) -> None:
    (tmp_path / "home").mkdir(exist_ok=True)
    (tmp_path / "home" / "settings.json").write_text(json.dumps(said))


def fetched(url: str, path: Path, hash_: Hash | None = None) -> bytes:
    fetch(Connection(), Remote(url, path, None, hash_))
    return path.read_bytes()


def test_a_proxy_of_the_environment_or_the_settings_is_used(hub, tmp_path, monkeypatch):
    content = hub.files["/file.pt"]
    with running_hub() as proxy:
        proxy.files["/file.pt"] = content
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.setenv("http_proxy", proxy.url)
        assert fetched("http://localhost:1/file.pt", tmp_path / "a") == content
        assert proxy.requests[-1].target == "http://localhost:1/file.pt"
        monkeypatch.delenv("HTTP_PROXY")
        monkeypatch.delenv("http_proxy")
        settings(tmp_path, proxy=proxy.url)
        assert fetched("http://localhost:1/file.pt", tmp_path / "b") == content
        asked = len(proxy.requests)
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        assert fetched(f"{hub.url}/file.pt", tmp_path / "c") == content
        assert len(proxy.requests) == asked


def test_a_proxy_that_does_not_answer_is_said(tmp_path):
    settings(tmp_path, proxy="http://127.0.0.1:9")
    with pytest.raises(InputError, match="the proxy does not answer"):
        fetched("http://localhost:1/file.pt", tmp_path / "a")


def test_certificates_to_believe_come_from_the_settings_or_the_environment(tmp_path, monkeypatch):
    import requests

    asked = []
    monkeypatch.setattr(requests.Session, "get", lambda _self, _url, **options: asked.append(options["verify"]) or pytest.skip())
    for name in ("settings.pem", "requests.pem", "ssl.pem"):
        (tmp_path / name).write_text("")

    def verify() -> object:
        with pytest.raises(pytest.skip.Exception):
            Connection().get("https://example.org/x")
        return asked[-1]

    assert verify() is True
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ssl.pem"))
    assert verify() == str(tmp_path / "ssl.pem")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "requests.pem"))
    assert verify() == str(tmp_path / "requests.pem")
    settings(tmp_path, ca_file=str(tmp_path / "settings.pem"))
    assert verify() == str(tmp_path / "settings.pem")
    settings(tmp_path, ca_file=str(tmp_path / "nothing.pem"))
    with pytest.raises(InputError, match=r"nothing\.pem, the file of certificates to believe, does not exist"):
        Connection()


@pytest.mark.parametrize("address", ["http://example.org/x", "ftp://example.org/x", "file:///etc/passwd", "https:///x", "x", ""])
def test_only_addresses_with_encryption_are_taken(address):
    with pytest.raises(InputError, match="is no https address"):
        check_address(address)


def test_http_is_for_this_computer_alone():
    for address in ("http://127.0.0.1:8000/x", "http://localhost/x", "http://[::1]/x", "https://example.org/x"):
        check_address(address)


def test_passwords_of_a_netrc_file_are_not_sent(hub, tmp_path, monkeypatch):
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    fetched(f"{hub.url}/file.pt", tmp_path / "a")
    assert "authorization" not in hub.requests[-1].headers


def test_answers_that_make_no_sense_are_said(hub, tmp_path):
    url = f"{hub.url}/file.pt"
    for status, words in (("404", "is not on 127.0.0.1"), ("403", "does not give file.pt to everybody"), ("418", "answers 418")):
        hub.faults["/file.pt"] = [status]
        with pytest.raises(InputError, match=words):
            fetched(url, tmp_path / "file.pt")
    hub.redirects["/file.pt"] = "/file.pt"
    with pytest.raises(InputError, match=r"no answer \(TooManyRedirects\)"):
        fetched(url, tmp_path / "file.pt")
    assert not (tmp_path / "file.pt").exists()


def test_without_a_mark_or_a_hash_nothing_goes_on_and_with_a_hash_it_does(hub, tmp_path, monkeypatch):
    monkeypatch.setattr(download, "_PIECE", 1000)
    url, content = f"{hub.url}/file.pt", hub.files["/file.pt"]
    hub.faults["/file.pt"] = ["break", "weak"]
    assert fetched(url, tmp_path / "a") == content
    (tmp_path / "b.part").write_bytes(content[:5000])
    assert fetched(url, tmp_path / "b") == content
    assert "range" not in hub.requests[-1].headers
    (tmp_path / "c.part").write_bytes(content[:5000])
    assert fetched(url, tmp_path / "c", Hash("git", git_hash(content))) == content
    assert hub.requests[-1].headers["range"] == "bytes=5000-"


@pytest.mark.parametrize(("kind", "value"), [("md5", "12"), ("sha256", "g" * 64), ("crc", "0" * 32), ("", "0" * 32)])
def test_a_hash_that_cannot_be_checked_is_no_hash(kind, value):
    with pytest.raises(InputError, match="cannot be checked"):
        Hash.read(kind, value)
    assert Hash.read("", "") is Hash.read(None, None) is None


def test_offline_is_said_by_the_environment_or_the_settings(tmp_path, monkeypatch):
    assert not is_offline()
    for value, offline in (("1", True), ("true", True), ("0", False), ("", False), ("no", False)):
        monkeypatch.setenv("MEDAI_OFFLINE", value)
        assert is_offline() is offline
    monkeypatch.delenv("MEDAI_OFFLINE")
    settings(tmp_path, offline=True)
    assert NetworkSettings.read() == NetworkSettings(offline=True)
    with pytest.raises(InputError, match=r"MedAI is offline .*install the model from a file\."):
        Connection()


def test_settings_that_cannot_be_read_are_said(tmp_path):
    (tmp_path / "home").mkdir()
    for text in ("{", "[]"):
        (tmp_path / "home" / "settings.json").write_text(text)
        with pytest.raises(InputError, match=r"settings\.json"):
            NetworkSettings.read()


GUARD = """
import os, sys
def hook(event, arguments):
    name = getattr(arguments[1], "name", arguments[1]) if event == "socket.__new__" and len(arguments) > 1 else ""
    if event.startswith("socket.") and "AF_UNIX" not in str(name) and event != "socket.gethostname":
        with open(os.environ["GUARD_FILE"], "a") as file:
            file.write(f"{event} {arguments[1:]}\\n")
sys.addaudithook(hook)
with open(os.environ["GUARD_FILE"] + ".started", "a") as file:
    file.write(f"{os.getpid()}\\n")
"""


@pytest.fixture
def guarded(tmp_path):
    """Runs commands whose every process writes down each socket it makes and each name it looks up."""
    (tmp_path / "guard").mkdir()
    (tmp_path / "guard" / "sitecustomize.py").write_text(GUARD)
    seen = tmp_path / "seen.txt"
    paths = [str(tmp_path / "guard"), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "GUARD_FILE": str(seen)}

    def run(*arguments: object, code: int = 0) -> str:
        command = [sys.executable, "-m", "medai", *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=300, check=False)
        assert done.returncode == code, done.stderr
        return done.stdout + done.stderr

    return run, seen


def test_the_guard_sees_sockets(guarded):
    run, seen = guarded
    run("models", "install", "spleen_ct_segmentation@0", code=2)
    assert "socket.getaddrinfo" in seen.read_text()


def test_offline_no_command_opens_a_socket(guarded, tmp_path):
    import SimpleITK as sitk

    run, seen = guarded
    started = seen.with_name("seen.txt.started")
    sitk.WriteImage(sitk.GaussianSource(sitk.sitkFloat32, [24] * 3, [6] * 3, [12] * 3), tmp_path / "scan.nii.gz")
    bundle = make_bundle(tmp_path / "tiny")
    run("--offline", "models", "list")
    run("models", "list", "--offline")
    run("models", "show", "spleen_ct_segmentation", "--offline")
    run("models", "install", bundle, "--offline")
    assert "MedAI is offline" in run("models", "install", "spleen_ct_segmentation", "--offline", code=2)
    run("models", "verify", "--offline")
    run("models", "export", "tiny", "-o", tmp_path / "pack.zip", "--offline")
    run("models", "remove", "tiny", "--offline")
    run("models", "install", tmp_path / "pack.zip", "--offline")
    run("--offline", "run", tmp_path / "scan.nii.gz", "--model", "tiny", "-o", tmp_path / "out", "--device", "cpu")
    assert (tmp_path / "out" / "segmentation.nii.gz").is_file()
    assert not seen.exists(), seen.read_text()
    assert len(started.read_text().splitlines()) == 11, "ten commands, and the worker of the run"
