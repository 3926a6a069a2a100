"""What a worker cannot do: reach the network, fill the memory; and what it still can: its work."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import medai
from medai.bundles import Bundle
from medai.bundles.audit import audit, trust
from medai.errors import MedAIError
from medai.jobs import RunRequest, WorkerClient
from support.owncode import NETWORK, make_own
from support.traps import Server

JOBS = Path(medai.__file__).parent / "jobs"
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="Only Linux has it.")


def isolated(code: str, *arguments: object, **variables: str) -> list[str]:
    """Lines that code prints in a process that was isolated as a worker is."""
    start = f"import sys; sys.path.insert(0, {str(JOBS)!r}); import isolation; isolation.isolate(); "
    command = [sys.executable, "-c", start + code, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, env={**os.environ, **variables}, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


CONNECT = """
import socket
try:
    socket.socket().connect(('127.0.0.1', int(sys.argv[1])))
    print('connected')
except OSError as problem:
    print(problem)
"""
BENEATH_PYTHON = """
import ctypes, struct
libc = ctypes.CDLL(None, use_errno=True)
handle = libc.socket(2, 1, 0)
address = struct.pack('=HH4s8x', 2, __import__('socket').htons(int(sys.argv[1])), bytes([127, 0, 0, 1]))
print('connected' if libc.connect(handle, address, 16) == 0 else 'unreachable')
"""


@pytest.fixture
def server():
    server = Server()
    yield server
    server.close()


def test_there_is_no_network(server):
    (said,) = isolated(f"exec({CONNECT!r})", server.port)
    assert said.startswith("A model wanted to use the network")
    assert server.calls == 0


def test_there_is_one_where_it_is_granted(server):
    assert isolated(f"exec({CONNECT!r})", server.port, MEDAI_WORKER_NETWORK="1") == ["connected"]


@LINUX
def test_code_beneath_python_has_no_network_either_nor_have_its_children(server):
    if subprocess.run(["unshare", "-Urn", "true"], check=False, capture_output=True).returncode:
        pytest.skip("This system forbids networks of one's own; what Python refuses is tested above.")
    assert isolated(f"exec({BENEATH_PYTHON!r})", server.port) == ["unreachable"]
    child = f"import subprocess; subprocess.run([sys.executable, '-c', 'import sys;' + {BENEATH_PYTHON!r}, sys.argv[1]])"
    assert isolated(child, server.port) == ["unreachable"]
    assert isolated(f"exec({BENEATH_PYTHON!r})", server.port, MEDAI_WORKER_NETWORK="1") == ["connected"]


def test_where_the_system_gives_no_network_of_its_own_python_still_refuses(server):
    code = f"import isolation as i; exec({CONNECT!r})"
    start = f"import sys; sys.path.insert(0, {str(JOBS)!r}); import isolation; isolation.leave_network = lambda: False; "
    command = [sys.executable, "-c", start + "isolation.isolate();" + code, str(server.port)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert said.startswith("A model wanted to use the network")
    assert server.calls == 0


def test_files_keep_their_owner_and_can_be_read_and_written(tmp_path):
    (tmp_path / "given").write_text("scan")
    code = "from pathlib import Path; import os; f = Path(sys.argv[1]); (f / 'made').write_text((f / 'given').read_text()); "
    code += "print(os.getuid() if hasattr(os, 'getuid') else 0)"
    (user,) = isolated(code, tmp_path)
    assert (tmp_path / "made").read_text() == "scan"
    if sys.platform != "win32":
        assert int(user) == os.getuid()
        assert (tmp_path / "made").stat().st_uid == (tmp_path / "given").stat().st_uid


@LINUX
def test_no_core_dumps_and_no_new_privileges():
    code = "import resource; print(resource.getrlimit(resource.RLIMIT_CORE)[0] <= 1); print(open('/proc/self/status').read())"
    small, *status = isolated(code)
    assert small == "True"
    assert "NoNewPrivs:\t1" in status


@LINUX
def test_too_much_memory_is_said_and_the_usual_amount_is_there():
    code = """
import torch
sys.path.insert(0, sys.argv[1])
from medai.jobs.failure import sentence_of
print(float((torch.ones(2000, 2000) @ torch.ones(2000, 2000))[0, 0]))
import numpy
for make in (lambda: torch.zeros(1 << 32), lambda: numpy.ones(1 << 32), lambda: bytearray(1 << 34)):
    try:
        make()
    except (MemoryError, RuntimeError) as problem:
        print(sentence_of(problem)[0])
"""
    said = isolated(f"exec({code!r})", JOBS.parents[1], MEDAI_WORKER_MEMORY_GB="4")
    assert said[0] == "2000.0"
    assert len(said) == 4
    assert all(line.startswith("The memory did not suffice for this run; ") for line in said[1:])


@LINUX
def test_the_limit_leaves_the_computer_something_and_can_be_changed():
    import psutil

    code = "import resource; print(resource.getrlimit(resource.RLIMIT_DATA)[0])"
    assert 1_000_000_000 < int(isolated(code)[0]) < psutil.virtual_memory().total
    assert int(isolated(code, MEDAI_WORKER_MEMORY_GB="3")[0]) == 3_000_000_000
    before = int(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout)
    assert int(isolated(code, MEDAI_WORKER_MEMORY_GB="0")[0]) == before


CALLS_HOME = (
    NETWORK
    + """
import json, os, socket
try:
    socket.socket().connect(("127.0.0.1", {port}))
    said = "connected"
except OSError as problem:
    said = str(problem)
with open({mark!r}, "a") as file:
    file.write(json.dumps([os.getpid(), said]) + chr(10))
"""
)


def test_trusted_code_runs_in_the_worker_without_network_and_no_other_bundle_runs_in_that_process(tmp_path, monkeypatch, server):
    monkeypatch.setenv("MEDAI_HOME", str(tmp_path / "home"))
    from support.scans import blobs

    mark = tmp_path / "mark"
    bundles = {
        name: make_own(tmp_path / name, CALLS_HOME.format(port=server.port, mark=str(mark)) + f"# {name}\n") for name in "ab"
    }
    for root in bundles.values():
        trust(audit(Bundle.open(root)))
    with WorkerClient() as client:
        pids = []
        for name in "aab":
            assert client.submit(RunRequest(bundles[name], (blobs(),))).wait().counts is not None
            pids.append(client.pid)
    assert pids[0] == pids[1] != pids[2]
    lines = [json.loads(line) for line in mark.read_text().splitlines()]
    assert [pid for pid, _ in lines] == [pids[0], pids[2]]
    assert all(said.startswith("A model wanted to use the network") for _, said in lines)
    assert server.calls == 0


def test_code_without_consent_does_not_run_in_the_worker(tmp_path, monkeypatch, server):
    monkeypatch.setenv("MEDAI_HOME", str(tmp_path / "home"))
    from support.scans import blobs

    mark = tmp_path / "mark"
    root = make_own(tmp_path / "own", CALLS_HOME.format(port=server.port, mark=str(mark)))
    with WorkerClient() as client, pytest.raises(MedAIError) as problem:
        client.submit(RunRequest(root, (blobs(),))).wait()
    assert problem.value.exit_code == 3
    assert not mark.exists()
