"""Hostile bundles: each tries to run a command, reach a server, read a secret, fill the machine, or leave its folder.

What a payload would do shows: it makes the file ``trap.canary``, connects to ``trap.port``, reads ``trap.secret``, or starts
a process. ``support.traps`` watches all four.
"""

from __future__ import annotations

from .attack import ASKED, DAMAGED, IGNORED, REFUSED, Attack
from .expressions import expressions
from .owncode import own_code
from .structures import structures, unused
from .targets import targets, transforms
from .weights import folders, weights

__all__ = ["ASKED", "DAMAGED", "IGNORED", "REFUSED", "Attack", "all_folders"]


def all_folders() -> list[Attack]:
    """All hostile bundles that are folders."""
    return [*targets(), *transforms(), *expressions(), *structures(), *unused(), *weights(), *own_code(), *folders()]
