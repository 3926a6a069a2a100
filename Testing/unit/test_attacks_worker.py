"""The attack suite through the real worker process: it refuses by itself, whoever asks it."""

from __future__ import annotations

import pytest

from medai.errors import MedAIError
from medai.jobs import RunRequest, WorkerClient
from support.attacks import ASKED, DAMAGED, REFUSED, all_folders
from support.scans import blobs
from support.traps import Server, Trap

CODES = {REFUSED: {4}, ASKED: {3}, DAMAGED: {2}}


def test_a_sample_of_all_kinds_is_stopped_in_one_worker_which_goes_on(tmp_path, monkeypatch):
    monkeypatch.setenv("MEDAI_HOME", str(tmp_path / "home"))
    server = Server()
    attacks = [attack for expected in CODES for attack in [a for a in all_folders() if a.expected == expected][::9]]
    with WorkerClient() as client:
        pids = set()
        for number, attack in enumerate(attacks):
            trap = Trap(tmp_path / f"trap{number}", server.port)
            root = attack.make(tmp_path / f"tiny{number}", trap)
            with pytest.raises(MedAIError) as problem:
                client.submit(RunRequest(root, (blobs((16, 16, 16)),))).wait()
            assert problem.value.exit_code in CODES[attack.expected] | ({2, 4} if attack.at_run else set()), attack.name
            assert str(problem.value).endswith(".")
            assert trap.check() == [], attack.name
            pids.add(client.pid)
    assert len(pids) == 1
    assert server.calls == 0
    server.close()
