"""The worker process: started by its client by file path, since in Slicer the package is not on PythonSlicer's path.

It speaks the protocol of ``protocol.py`` on standard input and output, and ends when its input does.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Sequence

    from medai import Image
    from medai.bundles import Bundle
    from medai.inference import Options, Output, Plan
    from medai.inference.progress import Cancelled, Report


def claim_pipes() -> tuple[BinaryIO, BinaryIO]:
    """The pipes from and to the client, taken away from everybody else in this process and its children.

    Whatever a library prints, in Python or beneath, goes to standard error instead, and who reads standard input gets nothing.
    """
    requests, events = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return requests, events


def isolate() -> None:
    """Limit what this process may do; see ``isolation.py``, which is loaded without the package and the threads it brings."""
    from importlib.util import module_from_spec, spec_from_file_location

    here = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120 (pathlib is not loaded yet)
    spec = spec_from_file_location("medai_isolation", os.path.join(here, "isolation.py"))  # noqa: PTH118
    assert spec
    assert spec.loader
    isolation = module_from_spec(spec)
    spec.loader.exec_module(isolation)
    isolation.isolate()


def find_package() -> None:
    """Make ``import medai`` find the package that this file belongs to."""
    here = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120 (pathlib is not loaded yet)
    parent = os.path.dirname(os.path.dirname(here))  # noqa: PTH120
    # A script's own folder comes first on the path, where its modules would hide others of the same name.
    sys.path[:] = [folder for folder in sys.path if folder != here]
    if parent not in sys.path:
        sys.path.insert(0, parent)


def main() -> None:
    """Serve the client that started this process, with the real engine."""
    isolate()
    pipes = claim_pipes()
    find_package()
    from medai.jobs.service import parse_arguments, serve

    serve(*pipes, run=_run, plan=_plan, load=_load, **parse_arguments())
    os._exit(0)  # nothing is left to do, and some libraries crash when they are taken down


def _run(images: Sequence[Image], bundle: Bundle, options: Options, report: Report | None, cancelled: Cancelled | None) -> Output:
    from medai.inference import infer

    return infer(images, bundle, options, report, cancelled)


def _plan(images: Sequence[Image], bundle: Bundle, options: Options) -> Plan:
    from medai.inference import make_plan

    return make_plan(images, bundle, options)


def _load() -> None:
    import medai.inference.engine  # noqa: F401 (brings torch and monai)


if __name__ == "__main__":
    main()
