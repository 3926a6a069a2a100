"""What reading a bundle may cost: steps and sizes are counted, so that no configuration takes long or fills the memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ...errors import RefusedError

MOST_ITEMS = 20_000
LONGEST_TEXT = 1_000_000
LARGEST_INTEGER = 2**64
_STEPS = 100_000
_MOST_PARAMETERS = 2_000_000_000
_MOST_MODULES = 100_000


class Budget:
    """A number of steps, which everything that is computed for one bundle shares.

    Args:
        steps: how many there are; a million take about a second.
    """

    def __init__(self, steps: int = _STEPS) -> None:
        self._left = steps

    def spend(self, steps: int = 1) -> None:
        """Take steps away.

        Raises:
            RefusedError: if there are none left.
        """
        self._left -= steps
        if self._left < 0:
            raise RefusedError("The bundle's configuration takes too many steps to compute, more than MedAI allows.")

    def check(self, value: Any) -> Any:
        """A value that was computed, if it is of a bearable size.

        Raises:
            RefusedError: if not.
        """
        if isinstance(value, bool) or value is None:
            return value
        if isinstance(value, int) and abs(value) > LARGEST_INTEGER:
            raise _grown()
        if isinstance(value, (str, bytes)):
            if len(value) > LONGEST_TEXT:
                raise _grown()
            self.spend(len(value) // 100)
        elif isinstance(value, (list, tuple, dict, set, range)):
            self.spend(items_in(value) // 20)
        return value


def items_in(value: Any) -> int:
    """How many values a container holds, in containers inside it too; what it holds twice counts twice.

    Raises:
        RefusedError: if there are more than ``MOST_ITEMS``.
    """
    count, waiting = 0, [value]
    while waiting:
        part = waiting.pop()
        inner = list(part.values()) if isinstance(part, dict) else part
        if not isinstance(inner, (list, tuple, set, range)):
            continue
        count += len(inner)
        if count > MOST_ITEMS:
            raise _grown()
        if not isinstance(inner, range):
            waiting += [item for item in inner if isinstance(item, (list, tuple, dict, set, range))]
    return count


def _grown() -> RefusedError:
    return RefusedError("The bundle's configuration computes values that grow without bound, which MedAI does not allow.")


@contextmanager
def networks_bounded() -> Iterator[None]:
    """Meanwhile, no network of an absurd size is built: it ends where a parameter is announced, before memory is filled with it.

    Raises:
        RefusedError: if one would be.
    """
    from torch.nn.modules import module as hooks

    counts = {"parameters": 0, "modules": 0}

    def on_tensor(_module: Any, _name: str, tensor: Any) -> None:
        if tensor is not None and not hasattr(tensor, "cls_to_become"):
            counts["parameters"] += tensor.numel()
        if counts["parameters"] > _MOST_PARAMETERS:
            raise RefusedError("The bundle's network has more than two thousand million parameters, more than any that is known.")

    def on_module(*_: Any) -> None:
        counts["modules"] += 1
        if counts["modules"] > _MOST_MODULES:
            raise RefusedError("The bundle's network has more than a hundred thousand parts, more than any that is known.")

    handles = [
        hooks.register_module_parameter_registration_hook(on_tensor),
        hooks.register_module_buffer_registration_hook(on_tensor),
        hooks.register_module_module_registration_hook(on_module),
    ]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()
