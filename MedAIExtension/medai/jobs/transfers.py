"""Copying that is under way: done in pieces, so that whoever asked for it can do other things in between."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class _Transfer:
    owner: object
    pieces: Generator[int, None, Any]
    done: Callable[[Any], None]
    failed: Callable[[BaseException], None]


class Transfers:
    """Generators that copy a piece at every step, carried on one after another in the order in which they came."""

    def __init__(self) -> None:
        self._under_way: deque[_Transfer] = deque()

    def add(
        self,
        owner: object,
        pieces: Generator[int, None, Any],
        done: Callable[[Any], None],
        failed: Callable[[BaseException], None],
    ) -> None:
        """Append one; at its end, ``done`` is called with what the generator returned, or ``failed`` with what it raised."""
        self._under_way.append(_Transfer(owner, pieces, done, failed))

    def drop(self, owner: object) -> None:
        """Stop those of an owner where they are and close their files; nobody is called."""
        for transfer in [one for one in self._under_way if one.owner is owner]:
            self._under_way.remove(transfer)
            transfer.pieces.close()

    def step(self) -> bool:
        """Copy one piece; False where there is none to copy."""
        if not self._under_way:
            return False
        transfer = self._under_way[0]
        try:
            next(transfer.pieces)
        except StopIteration as end:
            self._under_way.popleft()
            transfer.done(end.value)
        except BaseException as problem:
            self._under_way.popleft()
            transfer.failed(problem)
            if not isinstance(problem, Exception):
                raise
        return True
