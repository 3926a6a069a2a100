"""Public models from a hub: whole and checked or not at all, over connections that break, with a real server on this computer."""

from __future__ import annotations

import hashlib
import shutil
import zipfile
from pathlib import Path

import pytest

from medai.bundles import download_bundle, find_model, known, remove_bundle, store_folder
from medai.bundles.store import download, record_of
from medai.errors import AlreadyInstalledError, CancelledError, InputError, RefusedError
from support.bundles import make_bundle
from support.hub import Hub, contents_of, running_hub

NAME, VERSION = "spleen_ct_segmentation", "0.5.9"
WEIGHTS = "models/model.pt"


@pytest.fixture(scope="module")
def example(tmp_path_factory) -> Path:
    """A bundle of the public model's name, made by the project."""
    return make_bundle(tmp_path_factory.mktemp("example") / NAME, labels=("spleen",))


@pytest.fixture
def hub(monkeypatch, tmp_path, example):
    """A hub with the model; the store is empty, and no proxy is set."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy", "MEDAI_OFFLINE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MEDAI_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(download, "_LONGEST_WAIT", 0.02)
    monkeypatch.setattr(download, "_PIECE", 1000)  # the example is small
    with running_hub() as running:
        monkeypatch.setenv("HF_ENDPOINT", running.url)
        running.publish(f"MONAI/{NAME}", VERSION, contents_of(example), (WEIGHTS,))
        yield running


def address(place: str) -> str:
    return f"/MONAI/{NAME}/resolve/{VERSION}/{place}"


def in_store() -> list[str]:
    folder = store_folder()
    return sorted(path.name for path in folder.iterdir() if not path.name.startswith(".")) if folder.is_dir() else []


def downloads() -> dict[str, int]:
    """What is kept of downloads, with its sizes."""
    folder = store_folder() / ".downloads"
    return {p.name: p.stat().st_size for p in folder.rglob("*") if p.is_file() and not p.name.endswith((".lock", ".json"))}


def catalog_with(monkeypatch, **changes) -> None:
    """The catalog's entry of the model with other hubs."""
    entry = known.public_entries()[NAME]
    monkeypatch.setattr(known, "public_entries", lambda: {NAME: {**entry, **changes}})
    for module in ("getting", "records"):
        monkeypatch.setattr(f"medai.bundles.store.{module}.public_entries", lambda: {NAME: {**entry, **changes}})


def zip_of(folder: Path, path: Path) -> bytes:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.rglob("*")):
            archive.write(file, Path(folder.name, file.relative_to(folder)))
    return path.read_bytes()


def test_a_public_model_is_downloaded_file_by_file_and_installed(hub, example):
    seen = []
    bundle = download_bundle(NAME, report=seen.append)
    assert contents_of(bundle.root) == contents_of(example)
    assert (bundle.source, find_model(NAME).root) == ("installed", bundle.root)
    assert in_store() == [NAME]
    assert downloads() == {}
    total = sum(map(len, contents_of(example).values()))
    assert (seen[-1].done, seen[-1].total) == (total, total)
    assert [step.done for step in seen] == sorted(step.done for step in seen)
    record = record_of(NAME)
    assert (record.origin.source, record.origin.name) == ("127.0.0.1", f"{NAME}@{VERSION}")
    assert set(record.origin.checked) == set(contents_of(example))
    assert record.origin.unchecked == ()
    assert all("authorization" not in request.headers for request in hub.requests)


def test_what_breaks_in_the_middle_goes_on_from_there(hub, example):
    hub.faults[address(WEIGHTS)] = ["break", "503", "break"]
    assert contents_of(download_bundle(NAME).root) == contents_of(example)
    ranges = [request.headers.get("range") for request in hub.asked_for(WEIGHTS)]
    assert len(ranges) == 4
    assert ranges[0] is None
    assert ranges[1] == ranges[2] != ranges[3]
    assert all(request.headers["if-range"].startswith('"') for request in hub.asked_for(WEIGHTS)[1:])


def test_a_server_that_knows_no_ranges_sends_all_of_it_again(hub, example):
    hub.faults[address(WEIGHTS)] = ["break", "no range"]
    assert contents_of(download_bundle(NAME).root) == contents_of(example)


def test_a_file_that_changed_meanwhile_is_not_mixed_with_the_old_one(hub, example):
    hub.faults[address(WEIGHTS)] = ["break", *["503"] * 5]
    with pytest.raises(InputError, match="it answers 503"):
        download_bundle(NAME)
    new = {**contents_of(example), WEIGHTS: contents_of(example)[WEIGHTS] + b"new"}
    hub.faults.clear()
    hub.publish(f"MONAI/{NAME}", VERSION, new, (WEIGHTS,))
    assert contents_of(download_bundle(NAME).root)[WEIGHTS] == new[WEIGHTS]


def test_a_hub_that_stays_away_is_said_and_the_next_try_goes_on(hub, example):
    hub.faults[address(WEIGHTS)] = ["break", *["503"] * 5]
    with pytest.raises(InputError, match=r"model\.pt cannot be downloaded from 127\.0\.0\.1: it answers 503; .*goes on from"):
        download_bundle(NAME)
    assert in_store() == []
    assert downloads()["model.pt.part"] > 0
    hub.requests.clear()
    assert contents_of(download_bundle(NAME).root) == contents_of(example)
    assert hub.asked_for("metadata.json") == []
    assert [request.headers["range"] for request in hub.asked_for(WEIGHTS)] != []


def test_another_file_than_the_published_one_is_deleted_and_said(hub):
    hub.faults[address(WEIGHTS)] = ["other"]
    with pytest.raises(InputError, match=r"model\.pt from 127\.0\.0\.1 is not the published file \(its sha256 differs\)"):
        download_bundle(NAME)
    assert in_store() == []
    assert not {"model.pt", "model.pt.part"} & set(downloads())


def test_small_files_are_checked_too(hub):
    hub.faults[address("configs/inference.json")] = ["other"]
    with pytest.raises(InputError, match=r"inference\.json .* not the published file \(its git differs\)"):
        download_bundle(NAME)


def test_a_download_can_be_cancelled_and_goes_on_later(hub, example):
    hub.faults[address(WEIGHTS)] = ["slow"]
    seen = []
    with pytest.raises(CancelledError, match="kept for the next time"):
        download_bundle(NAME, report=seen.append, cancelled=lambda: any(step.file == "model.pt" for step in seen))
    assert in_store() == []
    assert contents_of(download_bundle(NAME).root) == contents_of(example)


def test_redirects_are_followed_but_never_to_a_place_without_encryption(hub, example):
    hub.files["/elsewhere"] = contents_of(example)[WEIGHTS]
    hub.redirects[address(WEIGHTS)] = "/elsewhere"
    assert contents_of(download_bundle(NAME).root) == contents_of(example)
    remove_bundle(NAME)
    hub.redirects[address(WEIGHTS)] = "http://example.org/model.pt"
    with pytest.raises(InputError, match=r"http://example\.org/model\.pt is no https address"):
        download_bundle(NAME)


def test_an_unknown_model_or_version_and_an_installed_one_are_refused_before_anything_is_downloaded(hub):
    with pytest.raises(InputError, match=r"There is no public model 'liver'"):
        download_bundle("liver")
    with pytest.raises(InputError, match="is no version of a model"):
        download_bundle(NAME, "../../x")
    assert hub.requests == []
    download_bundle(NAME)
    hub.requests.clear()
    with pytest.raises(AlreadyInstalledError, match="installed already"):
        download_bundle(NAME)
    assert hub.requests == []
    assert download_bundle(NAME, replace=True).name == NAME


def test_another_version_is_taken_by_its_name(hub, example):
    hub.publish(f"MONAI/{NAME}", "0.6.0", {**contents_of(example), "new.txt": b"new"})
    assert (download_bundle(NAME, "0.6.0").root / "new.txt").read_bytes() == b"new"


def test_a_bundle_that_asks_for_what_is_never_allowed_is_not_installed(hub, tmp_path):
    bad = make_bundle(tmp_path / NAME, changes={"inferer": {"_target_": "os.system", "command": "true"}})
    hub.publish(f"MONAI/{NAME}", VERSION, contents_of(bad), (WEIGHTS,))
    with pytest.raises(RefusedError):
        download_bundle(NAME)
    assert in_store() == []


@pytest.mark.parametrize("path", ["../x", "/etc/x", "a/../../b", "con.txt", "a\\b", "", None, 3])
def test_a_list_with_files_in_unsafe_places_is_refused(hub, path):
    hub.files[f"/api/models/MONAI/{NAME}/tree/{VERSION}"] = (
        f'[{{"type": "file", "path": {__import__("json").dumps(path)}, "size": 1}}]'.encode()
    )
    with pytest.raises(InputError, match="unsafe place"):
        download_bundle(NAME)
    assert in_store() == []


def test_a_page_of_the_network_instead_of_the_hub_is_understood(hub):
    hub.faults[f"/api/models/MONAI/{NAME}/tree/{VERSION}"] = ["html"]
    with pytest.raises(InputError, match="gives no list of files; check the network and proxy settings"):
        download_bundle(NAME)


def test_what_does_not_fit_on_the_disk_is_said_before_it_is_downloaded(hub, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: type("Usage", (), {"free": 1000}))
    with pytest.raises(InputError, match=rf"{NAME} with its download needs .* only 0\.00 GB are free"):
        download_bundle(NAME)
    assert hub.asked_for(WEIGHTS) == []


def test_without_hugging_face_the_zip_is_taken_and_checked(hub, example, monkeypatch, tmp_path):
    content = zip_of(example, tmp_path / "x.zip")
    hub.files["/x/versions/0.5.9/x_v0.5.9.zip"] = content
    url = f"{hub.url}/x/versions/0.5.9/x_v0.5.9.zip"
    sha1 = hashlib.sha1(content, usedforsecurity=False).hexdigest()
    del hub.files[f"/api/models/MONAI/{NAME}/tree/{VERSION}"]
    catalog_with(monkeypatch, hubs={"huggingface": f"MONAI/{NAME}", "ngc": {"url": url, "sha1": "0" * 40}})
    with pytest.raises(InputError, match="its sha1 differs"):
        download_bundle(NAME)
    assert in_store() == []
    catalog_with(monkeypatch, hubs={"huggingface": f"MONAI/{NAME}", "ngc": {"url": url, "sha1": sha1}})
    assert contents_of(download_bundle(NAME).root) == contents_of(example)
    assert record_of(NAME).origin.checked == (f"{NAME}.zip",)
    remove_bundle(NAME)
    catalog_with(monkeypatch, hubs={"huggingface": f"MONAI/{NAME}", "ngc": {"url": url, "sha1": ""}})
    download_bundle(NAME)
    assert record_of(NAME).origin.unchecked == (f"{NAME}.zip",), "no hash: it is recorded"


def without_weights(hub: Hub, example: Path, large_files: str) -> None:
    files = {place: content for place, content in contents_of(example).items() if place != WEIGHTS}
    hub.publish(f"MONAI/{NAME}", VERSION, {**files, "large_files.yml": large_files.encode()})


def test_weights_that_lie_elsewhere_are_brought_and_checked(hub, example):
    content = contents_of(example)[WEIGHTS]
    hub.files["/weights.pt"] = content
    md5 = hashlib.md5(content, usedforsecurity=False).hexdigest()
    entry = "large_files:\n- path: models/model.pt\n  url: {url}/weights.pt\n  hash_val: '{md5}'\n  hash_type: md5\n"
    entry += "- path: models/model.ts\n  url: {url}/nothing.ts\n"
    without_weights(hub, example, entry.format(url=hub.url, md5="0" * 32))
    with pytest.raises(InputError, match="its md5 differs"):
        download_bundle(NAME)
    without_weights(hub, example, entry.format(url=hub.url, md5=md5))
    assert (download_bundle(NAME).root / WEIGHTS).read_bytes() == content
    assert WEIGHTS in record_of(NAME).origin.checked
    remove_bundle(NAME)
    without_weights(hub, example, entry.format(url=hub.url, md5=""))
    download_bundle(NAME)
    assert record_of(NAME).origin.unchecked == (WEIGHTS,)


@pytest.mark.parametrize(
    ("listed", "words"),
    [
        ("large_files:\n- path: ../../x.pt\n  url: https://example.org/x.pt\n", "unsafe place"),
        ("large_files:\n- path: models/model.pt\n  url: http://example.org/x.pt\n", "is no https address"),
        ("large_files:\n- path: models/model.pt\n  url: file:///etc/passwd\n", "is no https address"),
        ("large_files:\n- path: models/model.pt\n  url: https://a.org/x\n  hash_val: abc\n  hash_type: crc\n", "no crc hash"),
        ("large_files: [{path: models/model.pt}]\n", "without an address"),
        ("a: [1\n", "cannot be read"),
    ],
)
def test_a_list_of_weights_is_not_believed(hub, example, listed, words):
    without_weights(hub, example, listed)
    with pytest.raises(InputError, match=words):
        download_bundle(NAME)
    assert in_store() == []


def test_weights_on_google_drive_are_brought_by_hand_to_where_the_sentence_says(hub, example):
    drive = "https://drive.google.com/file/d/1/view"
    md5 = hashlib.md5(contents_of(example)[WEIGHTS], usedforsecurity=False).hexdigest()
    listed = f"large_files:\n- path: models/model.pt\n  url: {drive}\n  hash_type: md5\n  hash_val: '{md5}'\n"
    without_weights(hub, example, listed)
    with pytest.raises(InputError, match=r"lies on Google Drive, .* https://drive\.google\.com/\S+ there, save it as") as said:
        download_bundle(NAME)
    place = Path(str(said.value).partition("save it as ")[2].partition(", and run")[0])
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(b"a page for people")
    with pytest.raises(
        InputError, match=r"model\.pt is not the published file \(its md5 differs\); delete it and download it again"
    ):
        download_bundle(NAME)
    shutil.copy(example / WEIGHTS, place)
    assert (download_bundle(NAME).root / WEIGHTS).is_file()
    assert WEIGHTS in record_of(NAME).origin.checked
