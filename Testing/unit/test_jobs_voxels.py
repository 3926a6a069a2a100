"""Voxels travel between processes unchanged, in a folder that nobody else can enter and that never stays."""

from __future__ import annotations

import multiprocessing
import os
import resource
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from medai import Image, MedAIError
from medai.errors import InputError
from medai.jobs.scratch import Scratch, remove_leftovers
from medai.jobs.voxels import VoxelFile, read_voxels, write_voxels
from support.workers import until

DTYPES = st.sampled_from(["?", "i1", "u1", "<i2", ">i2", "<u2", "<i4", ">u4", "<i8", "<f2", "<f4", ">f4", "<f8", ">f8"])
STEPS = st.sampled_from([slice(None), slice(None, None, -1), slice(None, None, 2), slice(1, None)])


@st.composite
def arrays(draw: st.DrawFn) -> np.ndarray:
    """Any array (c, i, j, k), also transposed, reversed and with gaps."""
    array = draw(hnp.arrays(draw(DTYPES), draw(hnp.array_shapes(min_dims=4, max_dims=4, min_side=2, max_side=5))))
    array = array[tuple(draw(STEPS) for _ in range(4))]
    return array.transpose(draw(st.permutations(range(4))))


@given(voxels=arrays(), name=st.text(), modality=st.sampled_from(["", "CT", "MR"]), shift=st.floats(-1e3, 1e3))
def test_voxels_come_back_as_they_were(voxels: np.ndarray, name: str, modality: str, shift: float) -> None:
    affine = np.array([[0.7, 0.1, 0, shift], [0, -1.3, 0.2, 1 / 3], [0.1, 0, 2.5, -9], [0, 0, 0, 1]])
    with tempfile.TemporaryDirectory() as folder:
        file = write_voxels(Image(voxels, affine, name, modality), Path(folder, "1.raw"))
        back = read_voxels(file)
        assert back.voxels.dtype == voxels.dtype
        assert back.voxels.shape == voxels.shape
        assert back.voxels.tobytes() == voxels.tobytes()
        np.testing.assert_array_equal(back.affine, affine)
        assert (back.name, back.modality) == (name, modality)


@pytest.fixture
def image() -> Image:
    return Image(np.arange(60, dtype=np.int16).reshape(1, 3, 4, 5), np.eye(4), name="Jane Doe")


def test_what_is_read_cannot_be_written(image: Image, tmp_path: Path) -> None:
    back = read_voxels(write_voxels(image, tmp_path / "1.raw"))
    with pytest.raises(ValueError, match="read-only"):
        back.voxels[:] = 0


def test_an_array_in_the_order_of_slicer_is_stored_without_transposing(tmp_path: Path) -> None:
    kji = np.arange(60, dtype=np.int16).reshape(3, 4, 5)
    write_voxels(Image(kji.transpose(2, 1, 0)[None], np.eye(4)), tmp_path / "1.raw")
    assert (tmp_path / "1.raw").read_bytes() == kji.tobytes()


def test_complex_voxels_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="complex64"):
        write_voxels(Image(np.ones((1, 2, 2, 2), np.complex64), np.eye(4)), tmp_path / "1.raw")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "change", [{"dtype": "|O"}, {"dtype": "no type"}, {"shape": (1, 3, 4)}, {"shape": (1, 3, 4, 6)}, {"axes": (0, 0, 1, 2)}]
)
def test_a_wrong_description_is_told_in_a_sentence(change: dict, image: Image, tmp_path: Path) -> None:
    file = write_voxels(image, tmp_path / "1.raw")
    with pytest.raises(MedAIError, match="did not arrive"):
        read_voxels(VoxelFile(**{**vars(file), **change}))


def test_a_missing_file_is_told_in_a_sentence(image: Image, tmp_path: Path) -> None:
    file = write_voxels(image, tmp_path / "1.raw")
    (tmp_path / "1.raw").unlink()
    with pytest.raises(MedAIError, match="did not arrive"):
        read_voxels(file)


def test_a_full_disk_is_told_in_a_sentence_and_nothing_is_left(tmp_path: Path) -> None:
    image = Image(np.zeros((1, 64, 64, 64), np.int16), np.eye(4), name="scan")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    try:
        with pytest.raises(MedAIError, match=r"scan could not be copied .* free some space"):
            write_voxels(image, tmp_path / "1.raw")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert not list(tmp_path.iterdir())


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_folder_and_files_are_for_this_user_only_and_named_after_nobody(temporary: Path, image: Image) -> None:
    scratch = Scratch()
    file = write_voxels(image, scratch.new_file(".raw"))
    assert stat.S_IMODE(scratch.folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(Path(file.path).stat().st_mode) == 0o600
    assert "Jane" not in file.path
    scratch.remove()
    assert not list(temporary.iterdir())


def test_the_folder_goes_when_its_owner_is_forgotten(temporary: Path) -> None:
    scratch = Scratch()
    del scratch
    assert not list(temporary.iterdir())


def test_discarded_files_are_removed_and_others_stay(temporary: Path) -> None:
    scratch = Scratch()
    first, second = scratch.new_file(".raw"), scratch.new_file(".raw")
    first.touch()
    second.touch()
    scratch.discard([first])
    until(lambda: list(scratch.folder.iterdir()) == [second])


def test_what_a_killed_client_left_is_removed_by_the_next_and_a_living_one_is_spared(temporary: Path) -> None:
    script = "import os; from medai.jobs.scratch import Scratch; s = Scratch(); s.new_file('.raw').touch(); print(s.folder)"
    kill = "; os.kill(os.getpid(), 9)"
    environment = {**os.environ, "TMPDIR": str(temporary)}
    subprocess.run([sys.executable, "-c", script + kill], env=environment, stdout=subprocess.PIPE, check=False)
    left = list(temporary.iterdir())
    assert len(left) == 1
    living = Scratch()
    until(lambda: list(temporary.iterdir()) == [living.folder])
    remove_leftovers()
    assert list(temporary.iterdir()) == [living.folder]


def test_folders_that_only_look_alike_are_spared(temporary: Path) -> None:
    (temporary / "medai-results").mkdir()
    (temporary / "medai-0000-1-x").mkdir()
    remove_leftovers()
    assert len(list(temporary.iterdir())) == 2


def test_a_forked_child_does_not_remove_the_folder_of_its_parent(temporary: Path) -> None:
    scratch = Scratch()
    child = multiprocessing.get_context("fork").Process(target=scratch.remove)
    child.start()
    child.join()
    assert child.exitcode == 0
    assert scratch.folder.is_dir()
