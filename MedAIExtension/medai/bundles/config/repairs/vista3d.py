"""VISTA3D as it segments by itself: what its own code does without a user's clicks, in MONAI's parts."""

from __future__ import annotations

import re
from typing import Any

from ..grammar import LONGEST
from .parts import class_of, literal, texts

PROMPTS = "class_prompts"
AUTOMATIC = (
    "VISTA3D looks for all classes of everything_labels, or for those alone that are asked for; its own inferer, which adds "
    "clicks to that, is replaced by MONAI's SlidingWindowInfererAdapt, which it calls itself where there are none."
)
# "All up to 132 but these", with a comprehension and sets, which no other bundle needs and MedAI does not evaluate.
_ALL_BUT = re.compile(r"\$\s*list\(set\(\[(\w+) ?\+ ?1 for \1 in range\((\d{1,4})\)\]\) ?- ?set\(\[([\d, ]{0,400})\]\)\)\s*")


def automatic(config: dict[str, Any]) -> bool:
    """Put MONAI's inferer in the place of the bundle's own, and the classes to look for where the network is built with them.

    vista3d 0.5.4 has an inferer and an evaluator of its own (scripts/). Without points the inferer hands everything on to
    SlidingWindowInfererAdapt with MONAI's defaults: its ``overlap`` and ``use_point_window`` are for clicks alone. Without
    points and ``label_prompt`` the evaluator asks for ``everything_labels``.
    """
    inferer, evaluator = literal(config, config.get("inferer")), literal(config, config.get("evaluator"))
    if class_of(inferer) != "Vista3dInferer" or "roi_size" not in inferer or not _is_vista3d(config):
        return False
    kwargs = literal(config, evaluator.get("hyper_kwargs")) if isinstance(evaluator, dict) else None
    if not isinstance(kwargs, dict) or kwargs.get("user_prompt") is not True:
        return False
    classes = literal(config, kwargs.get("everything_labels"))
    if not classes:
        return False
    settings = {key: inferer[key] for key in ("roi_size", "sw_batch_size") if key in inferer}
    config["inferer"] = {"_target_": "SlidingWindowInfererAdapt", **settings}
    config[PROMPTS] = _written_out(classes)
    return True


def _written_out(classes: Any) -> Any:
    """The numbers of classes one by one where they are "all but some", in ascending order as in Python's small sets."""
    match = _ALL_BUT.fullmatch(classes) if isinstance(classes, str) and len(classes) <= LONGEST else None
    if match is None:
        return classes
    but = {int(number) for number in match.group(3).split(",") if number.strip()}
    return [number for number in range(1, int(match.group(2)) + 1) if number not in but]


def _is_vista3d(config: dict[str, Any]) -> bool:
    return any("vista3d" in text.lower() for text in texts(literal(config, config.get("network_def"))))
