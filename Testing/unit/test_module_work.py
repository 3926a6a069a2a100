"""Work that is partly the application's and partly the worker's: carried to its end, failed, cancelled, and stopped."""

from __future__ import annotations

import pytest

pytest.importorskip("slicer", exc_type=ImportError)
from medai.errors import CancelledError, InputError
from support.panels import wait
from support.workers import asking


class Told:
    """What Work calls back."""

    def __init__(self) -> None:
        self.values: list[object] = []
        self.problems: list[Exception] = []

    def start(self, steps):
        """The work, started."""
        from MedAIModuleLib.runs.work import Work

        return Work(steps, self.values.append, self.problems.append)


@pytest.fixture
def told(module):
    return Told()


def counted(log: list[str], steps: int):
    """Yields so many times, and notes when it is closed."""
    try:
        for number in range(steps):
            yield
            log.append(str(number))
        return "done"
    finally:
        log.append("closed")


def segmented(client, folder, behavior: str = "work"):
    """Two runs of the worker, one after the other, with a step between them."""
    first = yield client.submit(asking(behavior, folder))
    yield
    second = yield client.submit(asking(behavior, folder))
    return [int(each.labelmap.voxels.sum()) for each in (first, second)]


def test_steps_are_gone_through_and_what_they_return_is_told(app, told):
    log: list[str] = []
    work = told.start(counted(log, 300))
    assert work.busy
    assert log == []
    wait(app, lambda: not work.busy)
    assert told.values == [work.result] == ["done"]
    assert log == [*map(str, range(300)), "closed"]


def test_results_of_jobs_are_sent_in(app, told, client, tmp_path):
    work = told.start(segmented(client, tmp_path))
    wait(app, lambda: not work.busy)
    assert (told.values, told.problems) == ([[29, 29]], [])


def test_the_same_work_can_be_waited_for(module, client, tmp_path):
    from MedAIModuleLib.runs.work import workToTheEnd

    assert workToTheEnd(segmented(client, tmp_path)) == [29, 29]
    log: list[str] = []
    with pytest.raises(InputError, match="no"):
        workToTheEnd(refusing(log))
    assert log == ["closed"]


def refusing(log: list[str]):
    """Fails after a step."""
    try:
        yield
        raise InputError("no")
    finally:
        log.append("closed")


def test_failures_of_steps_and_of_jobs_are_told_once(app, told, client, tmp_path):
    log: list[str] = []
    works = [told.start(refusing(log)), told.start(segmented(client, tmp_path, "fail"))]
    wait(app, lambda: not any(work.busy for work in works))
    assert told.values == []
    assert len(told.problems) == 2
    assert str(told.problems[0]) == "no"
    assert log == ["closed"]


@pytest.mark.parametrize("close_scene", [True, False])
def test_cancelled_work_ends_and_so_does_its_job(app, told, client, tmp_path, close_scene):
    import slicer

    work = told.start(segmented(client, tmp_path, "wait"))
    wait(app, lambda: work._job is not None and work._job.progress is not None and work._job.progress.stage == "working")
    slicer.mrmlScene.Clear() if close_scene else work.cancel()
    wait(app, lambda: not work.busy, seconds=10)
    (problem,) = told.problems
    assert isinstance(problem, CancelledError)
    assert ("scene was closed" in str(problem)) is close_scene
    assert not client.busy


def test_work_that_is_cancelled_between_two_steps_takes_none_any_more(app, told):
    log: list[str] = []
    work = told.start(counted(log, 10**9))
    wait(app, lambda: log)
    work.cancel()
    wait(app, lambda: not work.busy)
    assert log[-1] == "closed"
    assert [type(problem) for problem in told.problems] == [CancelledError]


def test_closed_work_tells_nobody(app, told, client, tmp_path):
    from MedAIModuleLib.runs import work as module

    log: list[str] = []
    for work in (told.start(counted(log, 10**9)), told.start(segmented(client, tmp_path, "wait"))):
        work.close()
        assert not work.busy
    wait(app, lambda: not client.poll() and not client.busy)
    assert (told.values, told.problems, log) == ([], [], [])  # nothing had begun
    assert not module._underWay
