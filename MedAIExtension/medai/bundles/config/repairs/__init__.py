"""Old bundles made to run, in memory and by small named rules; nothing on the disk is changed."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from .own_code import repaired_source, repairs_of_source
from .rules import RULES, Rule

__all__ = ["RULES", "Rule", "repaired", "repaired_source", "repairs_of_source"]


def repaired(config: Mapping[str, Any], name: str = "", version: str = "") -> tuple[dict[str, Any], tuple[str, ...]]:  # noqa: ARG001
    """The configuration as it is run, and a sentence for each rule that changed something of what a run needs.

    The rules go by what is written, not by the bundle's name, so that renamed copies and other versions are repaired too.

    Args:
        config: as it was read; it is not changed.
        name: the bundle's; no rule so far is for one name only.
        version: the bundle's; likewise.
    """
    changed: dict[str, Any] = copy.deepcopy(dict(config))
    said = [rule.says for rule in RULES if rule.apply(changed)]
    return changed, tuple(said)
