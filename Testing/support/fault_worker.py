"""A worker whose model does what the first image's name says: everything that can go wrong, on request.

The environment variable FAULT makes the worker itself fail.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

_TESTING = Path(__file__).resolve().parents[1]


def main() -> None:
    """Serve like the real worker, or fail as asked."""
    fault = os.environ["FAULT"]
    if fault == "killed at start":
        os.kill(os.getpid(), signal.SIGKILL)
    sys.path[0] = str(_TESTING)
    sys.path.insert(0, str(_TESTING.parent / "MedAIExtension"))
    from medai.jobs.worker import claim_pipes

    requests, events = claim_pipes()
    if fault == "left just before":
        mark = Path(os.environ["MARK"])
        if not mark.exists():  # the first time, leave as a worker does whose idle time ends while a request is on its way
            mark.touch()
            requests.readline()
            os._exit(0)
    from medai.jobs.service import parse_arguments, serve
    from support.faults import BabblingPipe, DyingPipe, load, plan, run

    pipe: Any = events
    if fault in ("killed while sending", "babbling"):
        pipe = (DyingPipe if fault == "killed while sending" else BabblingPipe)(events)
    serve(requests, pipe, run=run, plan=plan, load=load, **parse_arguments())
    os._exit(0)


if __name__ == "__main__":
    main()
