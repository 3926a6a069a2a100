"""The attack suite, run: every hostile bundle is stopped, or does no harm, when MedAI is asked to run it all the same."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from medai import Image
from medai.bundles import Bundle
from medai.errors import InputError, MedAIError, RefusedError, TrustError
from medai.inference import Options, infer
from support.attacks import ASKED, DAMAGED, IGNORED, REFUSED, Attack, all_folders
from support.traps import Server, Trap, armed

ERRORS: dict[str, tuple[type[MedAIError], ...]] = {REFUSED: (RefusedError,), ASKED: (TrustError,), DAMAGED: (InputError,)}
IMAGE = Image(np.arange(16**3, dtype=np.float32).reshape(1, 16, 16, 16), np.diag([2.0, 2.0, 2.0, 1.0]), name="scan")


@pytest.fixture(autouse=True, scope="module")
def _libraries_loaded() -> None:
    """What the libraries themselves open and start when they are loaded is nobody's attack."""
    import medai.inference.engine  # noqa: F401


@pytest.fixture(scope="module")
def server():
    server = Server()
    yield server
    server.close()


@pytest.mark.parametrize("attack", all_folders(), ids=lambda attack: attack.name)
def test_it_is_stopped_before_anything_of_it_runs(attack: Attack, tmp_path, server):
    trap = Trap(tmp_path / "trap", server.port)
    root = attack.make(tmp_path / "tiny", trap)
    with armed(trap):
        if attack.expected == IGNORED:
            assert infer([IMAGE], Bundle.open(root), Options("cpu")).labelmap is not None
        else:
            # What only a run can tell may be told as damage: a circle, a missing file.
            errors = (*ERRORS[attack.expected], *((InputError,) if attack.at_run else ()))
            with pytest.raises(errors) as problem:
                infer([IMAGE], Bundle.open(root), Options("cpu"))
            assert str(problem.value).endswith(".")
            assert "Traceback" not in str(problem.value)
    assert trap.check() == []
    assert server.calls == 0


CONTROL = """
import json, sys
from pathlib import Path
from monai.bundle import ConfigParser
import torch, monai.apps, numpy
sys.path.insert(0, sys.argv[3])
from support.traps import Trap, armed
found = {}
for name, part in json.loads(sys.argv[2]).items():
    trap = Trap(Path(sys.argv[1]) / name, int(sys.argv[4]))
    with armed(trap):
        try:
            ConfigParser(json.loads(json.dumps(part).replace("TRAP", str(trap.canary.parent)))).get_parsed_content("network_def")
        except Exception as problem:
            print(repr(problem), file=sys.stderr)
    found[name] = [*trap.tripped, *(["made the canary"] if trap.canary.exists() else [])]
print(json.dumps(found))
"""


def test_every_detector_trips_where_the_payload_does_run(tmp_path, server):
    """MONAI's own parser runs the same payloads, and the traps see it: the tests above can fail."""
    url = f"http://127.0.0.1:{server.port}/x"
    parts = {
        "command": {"network_def": {"_target_": "os.system", "command": "touch TRAP/canary"}},
        "process": {"network_def": {"_target_": "subprocess.call", "args": "touch TRAP/canary", "shell": True}},
        "expression": {"network_def": "$__import__('os').system('touch TRAP/canary')"},
        "pickle": {"network_def": {"_target_": "torch.load", "f": "TRAP/evil.pt", "weights_only": False}},
        "secret": {"network_def": {"_target_": "numpy.fromfile", "file": "TRAP/secret.txt", "dtype": "uint8"}},
        "download": {"network_def": {"_target_": "urllib.request.urlopen", "url": url}},
        "harmless": {"network_def": {"_target_": "UNet", "spatial_dims": 3, "in_channels": 1, "out_channels": 2,
                                     "channels": [4, 8], "strides": [2]}},
    }  # fmt: skip
    command = [sys.executable, "-c", CONTROL, str(tmp_path), json.dumps(parts), str(Path(__file__).parents[1]), str(server.port)]
    calls = server.calls
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True)
    found = json.loads(done.stdout.splitlines()[-1])
    for name in ("command", "process", "expression", "pickle"):
        assert "made the canary" in found[name], done.stderr
        assert any(word.startswith("started a process") for word in found[name])
    assert any(word.startswith("reached for a file") for word in found["secret"])
    assert any(word.startswith("used a socket") for word in found["download"])
    assert server.calls == calls + 1
    assert found["harmless"] == []
    server.calls = calls
