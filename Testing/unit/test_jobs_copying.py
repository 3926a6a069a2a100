"""Voxels are copied to the worker and back in small pieces, one poll after another, so that no poll stands still for long."""

from __future__ import annotations

import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from medai import Image, MedAIError
from medai.errors import CancelledError
from medai.geometry import to_kji
from medai.jobs import WorkerClient, voxels
from medai.jobs.transfers import Transfers
from medai.jobs.voxels import describe_voxels, receive_voxels, send_voxels, with_i_fastest, write_voxels
from support.workers import asking, assert_works, fault_client, nothing_left, reached, until

PIECE = 16
STEPS = st.sampled_from([slice(None), slice(None, None, -1), slice(None, None, 2), slice(1, None)])


@pytest.fixture(autouse=True)
def _leaves_nothing(tmp_path: Path) -> Iterator[None]:
    with nothing_left(tmp_path / "temporary"):
        yield


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[WorkerClient]:
    """One that copies a single small piece in every poll."""
    monkeypatch.setattr(voxels, "PIECE_BYTES", PIECE)
    monkeypatch.setattr("medai.jobs.client.COPY_SECONDS", 0.0)
    with fault_client() as client:
        yield client


def bytes_in_files() -> int:
    return sum(path.stat().st_size for path in Path(tempfile.gettempdir()).glob("*/*.raw"))


def test_submitting_copies_nothing_and_every_poll_one_piece(client: WorkerClient, tmp_path: Path) -> None:
    jobs = [client.submit(asking("work", tmp_path)) for _ in range(2)]
    size = jobs[0].request.images[0].voxels.nbytes
    assert [job.state for job in jobs] == ["running", "queued"]
    assert jobs[0].progress is not None
    assert jobs[0].progress.stage == "copying"
    assert bytes_in_files() == 0
    for number in range(1, size // PIECE + 1):
        client.poll()
        assert not jobs[0].copied
        assert bytes_in_files() == number * PIECE


def test_the_result_is_copied_in_pieces_while_the_next_run_has_begun(client: WorkerClient, tmp_path: Path) -> None:
    first, second = client.submit(asking("work", tmp_path)), client.submit(asking("wait", tmp_path))
    until(lambda: second.copied or client.poll())
    reached(first, "collecting")
    assert second.state == "running"
    polls = 0
    while not first.poll():
        polls += 1
    assert polls >= first.request.images[0].voxels.size // PIECE - 1  # reaching the stage may have taken one
    assert first.result().labelmap.voxels.sum() == 29


def test_a_queued_scan_is_copied_while_another_runs_and_may_then_change(client: WorkerClient, tmp_path: Path) -> None:
    first, request = client.submit(asking("wait", tmp_path)), asking("work", tmp_path)
    reached(first, "working")
    second = client.submit(request)
    until(lambda: second.copied or client.poll())
    assert (first.state, second.state) == ("running", "queued")
    request.images[0].voxels[:] = 0
    first.cancel()
    assert second.wait().labelmap.voxels.sum() == 29


@pytest.mark.parametrize("place", ["first", "queued"])
def test_cancel_while_the_scan_is_copied_ends_the_job_at_once(place: str, client: WorkerClient, tmp_path: Path) -> None:
    jobs = [client.submit(asking("work", tmp_path)) for _ in range(2)]
    client.poll()
    job = jobs[place == "queued"]
    job.cancel()
    assert job.state == "cancelled"
    assert jobs[place == "first"].wait().labelmap.voxels.sum() == 29
    until(lambda: bytes_in_files() == 0)


def test_cancel_while_the_result_is_copied_ends_the_job_at_once(client: WorkerClient, tmp_path: Path) -> None:
    job = client.submit(asking("work", tmp_path))
    reached(job, "collecting")
    job.cancel()
    with pytest.raises(CancelledError):
        job.result()
    assert not client.busy
    until(lambda: bytes_in_files() == 0)
    assert_works(client, tmp_path)


def test_close_while_the_scan_is_copied_cancels_the_job(client: WorkerClient, tmp_path: Path) -> None:
    job = client.submit(asking("work", tmp_path))
    client.poll()
    client.close()
    assert job.state == "cancelled"


@st.composite
def arrays(draw: st.DrawFn) -> np.ndarray:
    """Any array (c, i, j, k), also transposed, reversed and with gaps."""
    shape = hnp.array_shapes(min_dims=4, max_dims=4, min_side=2, max_side=9)
    array = draw(hnp.arrays(draw(st.sampled_from(["?", "u1", "<i2", ">f4", "<f8"])), draw(shape)))
    return array[tuple(draw(STEPS) for _ in range(4))].transpose(draw(st.permutations(range(4))))


@given(array=arrays(), limit=st.integers(8, 300))
def test_no_piece_is_larger_than_the_limit_whatever_the_memory_order(array: np.ndarray, limit: int) -> None:
    image = Image(array, np.eye(4))
    with tempfile.TemporaryDirectory() as folder, patch.object(voxels, "PIECE_BYTES", limit):
        file = describe_voxels(image, Path(folder, "1.raw"))
        sizes = list(send_voxels(image, file))
        receiving = receive_voxels(file)
        received, back = run_to_the_end(receiving)
    assert sum(sizes) == sum(received) == array.nbytes
    assert max(sizes + received) <= limit
    assert back.voxels.tobytes() == array.tobytes()


def run_to_the_end(receiving: Generator[int, None, Image]) -> tuple[list[int], Image]:
    sizes = []
    while True:
        try:
            sizes.append(next(receiving))
        except StopIteration as end:
            return sizes, end.value


@given(arrays())
def test_the_order_of_vtk_changes_no_voxel_and_needs_no_copy_twice(array: np.ndarray) -> None:
    image = with_i_fastest(Image(array, np.eye(4)))
    np.testing.assert_array_equal(image.voxels, array)
    assert image.voxels.transpose(0, 3, 2, 1).flags.c_contiguous
    assert with_i_fastest(image) is image
    if image.channels == 1:
        assert to_kji(image.voxels).flags.c_contiguous


def test_a_file_that_becomes_shorter_while_it_is_read_is_told_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(voxels, "PIECE_BYTES", 1 << 17)
    file = write_voxels(Image(np.ones((1, 64, 64, 64), np.uint8), np.eye(4)), tmp_path / "1.raw")
    receiving = receive_voxels(file)
    next(receiving)
    with Path(file.path).open("rb+") as shortened:
        shortened.truncate(1 << 17)
    with pytest.raises(MedAIError, match="did not arrive"):
        list(receiving)


def test_an_interrupt_in_the_midst_of_one_transfer_reaches_its_owner_and_the_next_goes_on() -> None:
    def interrupted() -> Generator[int, None, str]:
        yield 1
        raise KeyboardInterrupt

    def whole() -> Generator[int, None, str]:
        yield 1
        return "whole"

    transfers, heard = Transfers(), list[object]()
    transfers.add("first", interrupted(), heard.append, heard.append)
    transfers.add("second", whole(), heard.append, heard.append)
    assert transfers.step()
    with pytest.raises(KeyboardInterrupt):
        transfers.step()
    while transfers.step():
        pass
    assert [type(word).__name__ for word in heard] == ["KeyboardInterrupt", "str"]
