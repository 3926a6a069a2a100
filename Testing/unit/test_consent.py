"""Consent: given to the very contents that were shown, kept safely, taken back at any time."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest
import torch

from medai.bundles import Bundle
from medai.bundles.audit import Audit, Verdict, audit, is_trusted, require_permission, revoke, trust, trusted
from medai.bundles.audit.consent import consent_file
from medai.errors import InputError, RefusedError, TrustError
from medai.inference import Options, infer
from medai.inference.pipeline import build_pipeline
from support.bundles import make_bundle
from support.owncode import NETWORK, make_own
from support.scans import blobs


@pytest.fixture(autouse=True)
def _home(tmp_path, monkeypatch):
    monkeypatch.setenv("MEDAI_HOME", str(tmp_path / "home"))


def audited(root: Path) -> Audit:
    return audit(Bundle.open(root))


def test_it_is_asked_for_then_remembered_then_taken_back(tmp_path):
    bundle = Bundle.open(make_own(tmp_path / "own"))
    with pytest.raises(TrustError, match=r"own brings code of its own \(scripts/net.py.*medai audit .*--trust.*\."):
        require_permission(bundle)
    consent = trust(audit(bundle))
    assert is_trusted(bundle.content_hash)
    assert [c.content_hash for c in trusted()] == [consent.content_hash] == [bundle.content_hash]
    assert trusted() == [consent]
    assert require_permission(bundle).verdict is Verdict.NEEDS_TRUST
    assert revoke("own") == 1
    assert revoke("own") == 0
    assert not is_trusted(bundle.content_hash)
    with pytest.raises(TrustError):
        require_permission(bundle)


@pytest.mark.parametrize("place", ["scripts/net.py", "configs/inference.json", "configs/metadata.json", "models/model.pt"])
def test_one_byte_makes_it_ask_again(tmp_path, place):
    root = make_own(tmp_path / "own")
    trust(audited(root))
    require_permission(Bundle.open(root))
    path = root / place
    path.write_bytes(path.read_bytes() + b"\n")
    with pytest.raises(TrustError):
        require_permission(Bundle.open(root))


def test_a_new_file_and_a_new_name_of_a_file_make_it_ask_again(tmp_path):
    root = make_own(tmp_path / "own")
    trust(audited(root))
    (root / "new").touch()
    with pytest.raises(TrustError):
        require_permission(Bundle.open(root))
    (root / "new").unlink()
    require_permission(Bundle.open(root))
    (root / "scripts" / "__init__.py").rename(root / "scripts" / "other.py")
    with pytest.raises(TrustError):
        require_permission(Bundle.open(root))


def test_it_holds_for_a_copy_elsewhere_with_the_same_contents(tmp_path):
    trust(audited(make_own(tmp_path / "own")))
    require_permission(Bundle.open(make_own(tmp_path / "elsewhere" / "own")))


def test_it_is_taken_back_by_the_beginning_of_the_hash(tmp_path):
    first, second = (trust(audited(make_own(tmp_path / name, body=f"{NETWORK}\n# {name}\n"))) for name in ("a", "b"))
    assert revoke(first.content_hash[:7]) == 0
    assert revoke(first.content_hash[:12].upper()) == 1
    assert trusted() == [second]


def test_nobody_else_can_read_it_and_nothing_is_left_beside_it(tmp_path):
    trust(audited(make_own(tmp_path / "own")))
    if sys.platform != "win32":
        assert stat.S_IMODE(consent_file().stat().st_mode) == 0o600
    assert [path.name for path in consent_file().parent.iterdir()] == ["trusted.json"]


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"trusted": [1]}', '{"trusted": [{"content_hash": "a"}]}', "[" * 100_000])
def test_of_a_damaged_file_nothing_is_trusted_and_it_is_said(tmp_path, damage):
    root = make_own(tmp_path / "own")
    found = audited(root)
    trust(found)
    consent_file().write_text(damage)
    assert not is_trusted(found.content_hash)
    with pytest.raises(TrustError):
        require_permission(Bundle.open(root))
    for act in (trusted, lambda: revoke("own"), lambda: trust(found)):
        with pytest.raises(InputError, match=r"trusted.json is damaged, so no bundle is trusted; delete it .*\."):
            act()
    assert consent_file().read_text() == damage


def test_what_is_safe_needs_none_and_what_is_refused_gets_none(tmp_path):
    safe = audited(make_bundle(tmp_path / "safe"))
    refused = make_bundle(tmp_path / "refused", changes={"inferer": {"_target_": "os.system"}})
    for found in (safe, audited(refused)):
        with pytest.raises(InputError, match="nothing was remembered"):
            trust(found)
    with pytest.raises(RefusedError, match=r"'os.system'.* at 'inferer'"):
        require_permission(Bundle.open(refused))
    assert trusted() == []


def test_trusted_code_runs_and_untrusted_code_does_not(tmp_path):
    mark = tmp_path / "mark"
    root = make_own(tmp_path / "own", body=f"{NETWORK}\nopen({str(mark)!r}, 'w').close()\n")
    with pytest.raises(TrustError):
        build_pipeline(Bundle.open(root), torch.device("cpu"))
    assert not mark.exists()
    trust(audited(root))
    assert type(build_pipeline(Bundle.open(root), torch.device("cpu")).network).__name__ == "Net"
    assert mark.exists()
    assert not list(root.rglob("*.pyc"))


def test_consent_that_is_taken_back_stops_a_model_that_is_still_in_memory(tmp_path):
    root = make_own(tmp_path / "own")
    trust(audited(root))
    assert infer([blobs((16, 16, 16))], Bundle.open(root), Options("cpu")).labelmap is not None
    revoke("own")
    with pytest.raises(TrustError):
        infer([blobs((16, 16, 16))], Bundle.open(root), Options("cpu"))
