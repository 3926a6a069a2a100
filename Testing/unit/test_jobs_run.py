"""A real model, run in the worker, gives what it gives without one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from medai.bundles import Bundle
from medai.errors import InputError
from medai.inference import Options, Progress, infer
from medai.jobs import WorkerClient, plan, predict, run
from support.bundles import make_bundle
from support.scans import blobs


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_bundle(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture(scope="module", autouse=True)
def _shared_worker_ends() -> Iterator[None]:
    """The tests run in the one worker that ``predict`` shares, as a program's calls do; it ends with them."""
    yield
    for client in run._shared.values():
        client.close()
    run._shared.clear()


def test_the_worker_gives_the_labels_that_the_engine_gives(model: Path) -> None:
    scan, seen = blobs(), list[Progress]()
    prediction = predict([scan], model, report=seen.append)
    expected = infer([scan], Bundle.open(model)).labelmap
    assert len(np.unique(expected.voxels)) > 1
    np.testing.assert_array_equal(prediction.labelmap.voxels, expected.voxels)
    assert prediction.labelmap.on_same_grid(scan, tolerance=0)
    assert [label.value for label in prediction.labels] == [1, 2]
    assert prediction.run["model"]["content_hash"] == Bundle.open(model).content_hash
    assert prediction.run["plan"]["windows"] >= 1
    assert prediction.run["peak_memory_bytes"] > 10**7
    assert [progress.fraction for progress in seen] == sorted(progress.fraction for progress in seen)


def test_a_subset_of_labels_lists_only_these(model: Path) -> None:
    prediction = predict([blobs()], model, Options(labels=("RIGHT thing",)))
    assert [label.value for label in prediction.labels] == [2]
    assert set(np.unique(prediction.labelmap.voxels)) <= {0, 2}


def test_a_plan_is_made_in_the_worker(model: Path) -> None:
    decided = plan([blobs()], model)
    assert decided.spacing == (2.0, 2.0, 2.0)
    assert decided.memory_bytes > 10**7


def test_a_scan_that_does_not_suit_the_model_is_refused_in_a_sentence(model: Path) -> None:
    with pytest.raises(InputError):
        predict([blobs(channels=2)], model)


def test_an_unknown_model_is_refused_before_anything_starts() -> None:
    with WorkerClient() as client:
        with pytest.raises(InputError, match="no-such-model"):
            predict([blobs()], "no-such-model", client=client)
        assert client.pid is None


def test_without_a_client_one_is_shared_and_stays_warm(model: Path) -> None:
    predict([blobs()], model)
    (shared,) = run._shared.values()
    pid = shared.pid
    predict([blobs(seed=4)], model)
    assert list(run._shared.values()) == [shared]
    assert shared.pid == pid
    assert pid is not None
