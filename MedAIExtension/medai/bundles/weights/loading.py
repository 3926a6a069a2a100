"""Weights fitted to a network; whatever does not fit is told apart."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import InputError
from .places import find_checkpoint, loader_of
from .reading import read_checkpoint
from .tables import table_in, without_prefix

if TYPE_CHECKING:
    from torch import Tensor, nn

    from ..config import ConfigGraph
    from ..model import Bundle


def load_bundle_weights(network: nn.Module, bundle: Bundle, graph: ConfigGraph, trusted: bool = False) -> tuple[str, ...]:
    """Find a bundle's checkpoint, read it and copy it into ``network``, as the bundle's own loader would.

    Args:
        network: as the bundle's configuration builds it.
        bundle: where the weights are.
        graph: of its configuration, for the places and settings of its checkpoint loader.
        trusted: whether the user has consented to the bundle's code; weights in TorchScript are read only then.

    Returns:
        A sentence where the loader tolerates missing weights and some are missing.

    Raises:
        InputError, RefusedError, TrustError: as ``load_weights`` does.
    """
    loader = loader_of(graph)
    return load_weights(network, find_checkpoint(bundle, graph), loader.key, loader.strict, trusted)


def load_weights(network: nn.Module, path: Path, key: str = "", strict: bool = True, trusted: bool = False) -> tuple[str, ...]:
    """Read a checkpoint and copy it into ``network``; half-precision weights are widened to the network's precision.

    Args:
        network: on the CPU.
        path: of the checkpoint.
        key: where in the file the weights are, if they are not in a usual place.
        strict: False tolerates missing weights and leaves out those that do not fit.
        trusted: whether TorchScript may be read.

    Returns:
        A sentence on what is missing, where that is tolerated.

    Raises:
        InputError: if the file is missing, damaged, or does not fit the network; the sentence says which.
        RefusedError: if reading it would run code.
        TrustError: if it is TorchScript and not trusted.
    """
    return fit(network, table_in(read_checkpoint(path, trusted), path, key), path, strict)


def fit(network: nn.Module, table: Mapping[str, Tensor], path: Path, strict: bool = True) -> tuple[str, ...]:
    """Copy a table of weights into a network; ``path`` is for the sentences. See ``load_weights``."""
    expected = network.state_dict()
    table = without_prefix(table, expected)
    if not strict:
        table = {n: v for n, v in table.items() if n in expected and v.shape == expected[n].shape}
    missing = [name for name in expected if name not in table]
    if strict or not table:
        _check_names(missing, [name for name in table if name not in expected], len(expected), path)
    for name, value in table.items():
        _check_weight(name, value, expected[name], path)
    network.load_state_dict(dict(table), strict=strict)
    if not missing:
        return ()
    return (
        f"{path.name} lacks {len(missing)} of the network's {len(expected)} weights (first: {missing[0]}), which the bundle "
        "tolerates; do not rely on the result.",
    )


def _check_names(missing: list[str], extra: list[str], count: int, path: Path) -> None:
    if len(missing) == count:
        raise InputError(f"{path.name} belongs to another network: it has none of its {count} weights; get the bundle again.")
    if missing:
        more = f", and {len(extra)} are too many" if extra else ""
        raise _misfit(path, f"{len(missing)} weights are missing (first: {missing[0]}){more}")
    if extra:
        raise _misfit(path, f"{len(extra)} weights are too many (first: {extra[0]})")


def _check_weight(name: str, value: Tensor, expected: Tensor, path: Path) -> None:
    if value.shape != expected.shape:
        raise _misfit(path, f"{name} has the shape {tuple(value.shape)}, not {tuple(expected.shape)}")
    if value.layout != expected.layout or value.is_quantized:
        raise _misfit(path, f"{name} is sparse or quantized, not a plain tensor")
    if value.is_floating_point() != expected.is_floating_point() or value.is_complex() != expected.is_complex():
        wrong, right = (str(t.dtype).removeprefix("torch.") for t in (value, expected))
        raise _misfit(path, f"{name} is of the type {wrong}, not {right}")
    if value.is_floating_point() and not value.isfinite().all():
        raise InputError(f"{path.name} is damaged: {name} holds values that are no numbers; get the bundle again.")


def _misfit(path: Path, how: str) -> InputError:
    return InputError(f"{path.name} does not fit the bundle's network: {how}; get the bundle again.")
