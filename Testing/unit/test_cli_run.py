"""``medai run`` and ``medai plan`` from files to files."""

import json
import os
import signal
import subprocess
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk

from medai.geometry import affine_from_lps, from_kji, lps_from_affine, to_kji
from medai.region import Box
from support.bundles import make_bundle
from support.commands import PROGRAM, assert_refused, json_of, medai, medai_process
from support.dicoms import write_series
from support.scans import blobs, oblique_affine

OUTPUTS = ("segmentation.nii.gz", "segmentation.seg.nrrd", "findings.json", "findings.csv", "run.json", "overview.png")


def write_scan(path, **choices):
    image = blobs(**choices)
    picture = sitk.GetImageFromArray(np.ascontiguousarray(to_kji(image.voxels)), isVector=image.channels > 1)
    origin, spacing, direction = lps_from_affine(image.affine)
    picture.SetOrigin(origin)
    picture.SetSpacing(spacing)
    picture.SetDirection(direction)
    sitk.WriteImage(picture, str(path))
    return path


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("cli")


@pytest.fixture(scope="module")
def model(place):
    return make_bundle(place / "tiny", labels=("left thing", "liver"))


@pytest.fixture(scope="module")
def scan(place):
    return write_scan(place / "scan.nii.gz")


@pytest.fixture(scope="module")
def result(place, model, scan):
    """What a whole run prints with --json, and the folder it wrote."""
    return json_of(medai_process("run", scan, "--model", model, "-o", place / "out", "--scene", "--json")), place / "out"


def test_a_run_writes_all_files_and_names_them(result):
    printed, folder = result
    assert all((folder / name).stat().st_size > 0 for name in (*OUTPUTS, "scene.mrb"))
    assert {Path(path).name for path in printed["files"].values()} == {*OUTPUTS, "scene.mrb"}
    assert {path.name for path in folder.iterdir()} == {*OUTPUTS, "scene.mrb"}


def test_the_segmentation_has_the_grid_of_the_scan(result, scan):
    given, made = sitk.ReadImage(str(scan)), sitk.ReadImage(str(result[1] / "segmentation.nii.gz"))
    assert made.GetSize() == given.GetSize()
    for part in ("GetSpacing", "GetOrigin", "GetDirection"):
        assert np.allclose(getattr(made, part)(), getattr(given, part)(), atol=1e-6)
    assert "integer" in made.GetPixelIDTypeAsString()


def test_printed_and_written_findings_agree(result):
    printed, folder = result
    assert json.loads((folder / "findings.json").read_text()) == printed["findings"]
    voxels = sitk.GetArrayFromImage(sitk.ReadImage(str(folder / "segmentation.nii.gz")))
    for label in printed["findings"]["labels"]:
        assert label["voxels"] == np.count_nonzero(voxels == label["value"])
    assert [label["name"] for label in printed["findings"]["labels"]] == ["Left thing", "Liver"]


def test_the_record_of_the_run_says_how_it_came_about(result):
    printed, folder = result
    written = json.loads((folder / "run.json").read_text())
    assert written["model"]["version"] == printed["run"]["model"]["version"] == "0.0.1"
    assert written["plan"]["windows"] > 0


def test_a_plan_says_what_a_run_would_take(model, scan):
    plan = json_of(medai("plan", scan, "--model", model, "--json"))
    assert plan["device"] in ("cpu", "cuda", "mps")
    assert plan["windows"] > 0
    assert plan["seconds"] == pytest.approx(sum(plan["stage_seconds"].values()))


def test_a_terminal_sees_a_bar_and_a_table(place, model, scan):
    terminal, end = pytest.importorskip("pty").openpty()
    command = [*PROGRAM, "run", scan, "--model", model, "-o", place / "shown"]
    with subprocess.Popen(list(map(str, command)), stdout=end, stderr=end, env={**os.environ, "TERM": "xterm"}) as process:
        os.close(end)
        shown = b""
        try:
            while piece := os.read(terminal, 65536):
                shown += piece
        except OSError:  # how Linux says that the other side has closed the terminal
            pass
    os.close(terminal)
    assert process.returncode == 0, shown
    assert b"%" in shown
    assert b"Liver" in shown
    assert (place / "shown" / "segmentation.nii.gz").exists()


def test_a_closed_output_does_not_spoil_the_run(place, model, scan):
    command = [*PROGRAM, "run", scan, "--model", model, "-o", place / "unread"]
    with subprocess.Popen(list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.close()
        process.stderr.close()
    assert process.returncode == 0
    assert {path.name for path in (place / "unread").iterdir()} == set(OUTPUTS)


def test_a_scan_of_another_modality_is_run_with_a_warning(place, model):
    slices = np.random.default_rng(1).integers(0, 900, (12, 24, 24), dtype=np.int16)
    scan = write_series(place / "ct", slices, [(0, 0, 2.0 * n) for n in range(12)])
    done = medai("run", scan, "--model", model, "-o", place / "warned")
    assert done.returncode == 0
    assert "was made for MR" in done.stderr
    assert "was made for MR" in json.loads((place / "warned" / "run.json").read_text())["warnings"][0]


def test_a_box_is_labeled_as_the_whole_scan_is_and_recorded(place, model, scan, result):
    numbers = ("-2.5", "-36", "70", "20", "24.5", "30")
    done = medai("run", scan, "--model", model, "-o", place / "boxed", "--roi", *numbers)
    assert done.returncode == 0, done.stderr
    whole, boxed = (sitk.ReadImage(str(folder / "segmentation.nii.gz")) for folder in (result[1], place / "boxed"))
    box = Box((-2.5, -36, 70), (20, 24.5, 30)).mask(whole.GetSize(), affine_of(whole))
    assert box.any()
    np.testing.assert_array_equal(voxels_of(boxed), np.where(box, voxels_of(whole), 0))
    recorded = json.loads((place / "boxed" / "run.json").read_text())["options"]["roi"]
    assert recorded["center_ras"] == [-2.5, -36, 70]
    assert recorded["size_mm"] == [20, 24.5, 30]
    assert json.loads((result[1] / "run.json").read_text())["options"]["roi"] is None


def affine_of(picture):
    return affine_from_lps(picture.GetOrigin(), picture.GetSpacing(), picture.GetDirection())


def voxels_of(picture):
    return from_kji(sitk.GetArrayFromImage(picture))[0]


def test_the_plan_for_a_box_takes_fewer_windows(place):
    model = make_bundle(place / "windows", window=(16, 16, 16), spacing=None)
    scan = write_scan(place / "longer.nii.gz", shape=(60, 60, 60))
    whole = json_of(medai("plan", scan, "--model", model, "--json"))
    center = (oblique_affine() @ (30, 30, 30, 1))[:3]
    part = json_of(medai("plan", scan, "--model", model, "--json", "--roi", *center, 5, 5, 5))
    assert 0 < part["windows"] < whole["windows"]
    assert part["stage_seconds"]["segmenting"] < whole["stage_seconds"]["segmenting"]


@pytest.mark.parametrize(
    ("numbers", "words"),
    [("0 0 0 10 0 10", ["10 x 0 x 10 mm"]), ("0 0 900 10 10 10", ["does not touch scan"]), ("0 0 nan 1 1 1", ["not finite"])],
)
def test_a_box_that_cannot_be_used_is_refused(place, model, scan, numbers, words):
    refused(place, 2, *words, model=model, images=[scan], more=("--roi", *numbers.split()))


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_and_termination_cancel_and_leave_nothing(place, sent):
    model = make_bundle(place / "slow", width=64, window=(48, 48, 48), spacing=None)
    scan = write_scan(place / "large.nii.gz", shape=(160, 160, 120))
    command = [*PROGRAM, "run", scan, "--model", model, "-o", place / "cancelled"]
    with subprocess.Popen(list(map(str, command)), stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stderr:
            if "segmenting" in line:
                break
        process.send_signal(sent)
        stdout, stderr = process.communicate(timeout=60)
    assert process.returncode == 130
    assert stdout == ""
    assert "Traceback" not in stderr
    assert not (place / "cancelled").exists()


def refused(place, code, *words, model, images=(), more=()):
    done = medai("run", *images, "--model", model, "-o", place / "refused", "--json", *more)
    assert_refused(done, code, *words)
    assert not (place / "refused").exists()


def test_a_missing_scan_is_refused_by_the_whole_program_too(place, model):
    missing = place / "nowhere.nii.gz"
    refused(place, 2, "nowhere.nii.gz", model=model, images=[missing])
    assert_refused(medai_process("run", missing, "--model", model, "-o", place / "refused"), 2, "nowhere.nii.gz")


def test_a_text_file_named_as_a_scan_is_refused(place, model):
    (place / "text.nii.gz").write_text("no scan")
    refused(place, 2, "text.nii.gz", model=model, images=[place / "text.nii.gz"])


def test_an_unknown_model_is_refused(place, scan):
    refused(place, 2, "no-such-model", "brain-mr", model="no-such-model", images=[scan])


@pytest.mark.parametrize(("option", "value"), [("--device", "abacus"), ("--mode", "sloppy")])
def test_unknown_choices_are_refused(place, model, scan, option, value):
    refused(place, 2, value, model=model, images=[scan], more=(option, value))


def test_a_color_image_for_a_scalar_model_is_refused(place, model):
    color = write_scan(place / "color.nrrd", channels=3)
    refused(place, 2, "color", model=model, images=[color])


def test_a_folder_that_is_a_file_is_refused_before_anything_is_read(place, model):
    (place / "taken").write_text("")
    done = medai("run", place / "nowhere.nii.gz", "--model", model, "-o", place / "taken")
    assert_refused(done, 2, "taken", "not a folder")


def test_an_unknown_channel_is_refused_with_those_there_are(place, model, scan):
    refused(place, 2, "MRI", model=model, more=("--channel", f"CT={scan}"))
