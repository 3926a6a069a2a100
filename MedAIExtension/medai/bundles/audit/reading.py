"""What a run needs of a bundle's configuration, read part by part: all reasons are collected, nothing is built or imported."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...errors import InputError, RefusedError
from ..config.attributes import ALLOWED_ATTRIBUTES
from ..config.closure import STEPS, kind_of, left_out, load_paths, needed, steps
from ..config.expressions import Expression
from ..config.graph import CONTROL, DEEPEST, REFERENCE, REQUIRED, ConfigGraph, check_mapping
from ..config.names import allowed_name
from ..config.targets import allowed_target
from ..kinds import DETECTION
from .verdict import Reason, Verdict

if TYPE_CHECKING:
    from ..config.owncode import OwnCode

MOST_REASONS = 50
_MOST_PARTS = 20_000
_LONGEST_SHOWN = 160
_GIVEN = ("bundle_root", "device")


class Reading:
    """The reasons that a configuration gives, and which own code it names.

    Args:
        config: the inference configuration as it is run.
        kind: what the bundle gives, such as "segmentation".
        own_code: the modules that the bundle brings; None where they do not count.
        own_parts: MedAI's own parts that this configuration may name, because MedAI made it itself.

    Attributes:
        reasons: of what is refused or needs trust, in the order of the configuration; ``MOST_REASONS`` at most.
        own: the full names of the own code that it uses, such as "scripts.networks.Net".
        texts: all plain texts and expressions that were come by, where files are named.
    """

    def __init__(
        self, config: Mapping[str, Any], kind: str, own_code: OwnCode | None, own_parts: frozenset[str] = frozenset()
    ) -> None:
        self._own_parts = own_parts
        self.reasons: list[Reason] = []
        self.own: list[str] = []
        self.texts: list[str] = []
        self._config, self._kind, self._own_code = config, kind, own_code
        self._graph = ConfigGraph(config, {})
        self._seen: set[str] = set(_GIVEN)
        self._inside: list[int] = []
        self._parts, self._following, self._endless = 0, 0, False
        self._names = needed(config, kind)

    def read(self) -> Reading:
        """Follow everything that a run would build."""
        if not _is_network(self._config.get("network_def")):
            self._say("network_def", Verdict.REFUSED, "The configuration describes no network that MedAI could run.")
        for name in self._names:
            self._seen.add(name)
        for name in self._names:
            if name in STEPS:
                self._read_steps(name)
            else:
                self._read_part(self._config[name], name)
        inferer = self._config.get("inferer")
        if self._kind == DETECTION and isinstance(inferer, dict):
            self._read_part(inferer.get("force_sliding_window"), "inferer::force_sliding_window")
        for number, path in enumerate(load_paths(self._config)):
            self._read_part(path, f"load_path::{number}" if number else "load_path")
        return self

    def summary(self) -> list[Reason]:
        """One line for each section that is safe."""
        told = {reason.part.partition("::")[0] for reason in self.reasons}
        lines = []
        for name in self._names:
            if name not in told:
                found = steps(self._config, name) if name in STEPS else []
                lines.append(Reason(name, Verdict.SAFE, _in_words(self._config[name], found)))
        return lines

    def _read_steps(self, name: str) -> None:
        part = self._config[name]
        if isinstance(part, dict):
            self._read_part({key: value for key, value in part.items() if key != "transforms"}, name)
        try:
            found = steps(self._config, name)
        except InputError as problem:
            self._say(name, Verdict.REFUSED, str(problem))
            return
        for number, step in enumerate(found):
            place = f"{name}::{number}"
            if left_out(step):
                self._read_part(step.get("keys"), f"{place}::keys")  # of a loader, they name the input channels
            elif not _is_off(step):
                self._read_part(step, place)

    def _read_part(self, part: Any, place: str) -> None:
        self._parts += 1
        too_deep = max(len(self._inside), self._following) > DEEPEST
        if self._parts > _MOST_PARTS or too_deep or id(part) in self._inside:
            if not self._endless:
                self._say(place, Verdict.REFUSED, "It is nested too deep, too large, or holds itself, so it cannot be judged.")
            self._endless = True
            return
        if isinstance(part, str):
            self._read_text(part, place)
        elif isinstance(part, (dict, list)):
            self._inside.append(id(part))
            if isinstance(part, dict):
                self._read_mapping(part, place)
            else:
                for number, item in enumerate(part):
                    if not _is_off(item):
                        self._read_part(item, f"{place}::{number}")
            self._inside.pop()

    def _read_mapping(self, part: dict[Any, Any], place: str) -> None:
        if "_target_" in part:
            self._read_target(part, place)
        self._read_part(part.get("_disabled_"), f"{place}::_disabled_")  # it is built to tell whether the rest is
        for key, value in part.items():
            if key not in CONTROL and (key == REQUIRED or not _is_off(value)):
                self._read_part(value, f"{place}::{key}")

    def _read_target(self, part: dict[Any, Any], place: str) -> None:
        try:
            check_mapping(part)
        except RefusedError as problem:
            self._say(place, Verdict.REFUSED, str(problem))
            return
        name = part["_target_"]
        if name in self._own_parts:
            return
        try:
            allowed_target(name)
        except RefusedError as problem:
            self._judge_own(name, place, str(problem))

    def _judge_own(self, name: str, place: str, refusal: str) -> None:
        if self._brings(name):
            self.own.append(name)
            self._say(place, Verdict.NEEDS_TRUST, f"It uses {_short(name)}, which is code of the bundle's own.")
        else:
            self._say(place, Verdict.REFUSED, refusal)

    def _brings(self, name: str) -> bool:
        return self._own_code is not None and self._own_code.has(name)

    def _read_text(self, text: str, place: str) -> None:
        self.texts.append(text)
        if text.startswith("$"):
            for match in REFERENCE.finditer(text):
                self._follow(match.group(1), place)
            self._judge_expression(text, place)
        elif text.startswith("@") and REFERENCE.fullmatch(text):
            self._follow(text[1:], place)
        elif text.startswith("%"):
            self._say(
                place, Verdict.REFUSED, f"The configuration takes in another file ({_short(text)}), which MedAI does not follow."
            )

    def _judge_expression(self, text: str, place: str) -> None:
        def lookup(dotted: str) -> Any:
            try:
                return allowed_name(dotted)
            except RefusedError:
                if not self._brings(dotted):
                    raise
                self._judge_own(dotted, place, "")
                return dotted

        try:
            Expression(REFERENCE.sub("reference", text[1:]), lookup, ALLOWED_ATTRIBUTES).judge({"reference"})
        except RefusedError as problem:
            self._say(place, Verdict.REFUSED, str(problem))

    def _follow(self, name: str, place: str) -> None:
        name = name.replace("#", "::")
        if name in self._seen:
            return
        self._seen.add(name)
        try:
            described = self._graph.described(name)
        except InputError as problem:
            self._say(place, Verdict.REFUSED, str(problem))
            return
        self._following += 1
        self._read_part(described, name)
        self._following -= 1

    def _say(self, place: str, verdict: Verdict, text: str) -> None:
        reason = Reason(place, verdict, text)
        if reason not in self.reasons and len(self.reasons) < MOST_REASONS:
            self.reasons.append(reason)


def files_named(texts: list[str], files: Mapping[str, Path]) -> list[str]:
    """The places of those files whose names occur in some texts, where files are named in expressions as in plain texts."""
    return [place for place in files if any(place.rsplit("/", maxsplit=1)[-1] in text for text in texts)]


def _is_network(part: Any) -> bool:
    """Whether a part can be a network: what names a class or stands for another part, and no list or number."""
    return "_target_" in part if isinstance(part, dict) else isinstance(part, str) and part[:1] in ("$", "@")


def _is_off(item: Any) -> bool:
    """Whether an item is not built, whatever is computed; the same words as the builder's, and no more."""
    return isinstance(item, dict) and str(item.get("_disabled_", False)).strip().lower() in ("true", "1", "$true")


def _in_words(part: Any, found: list[Any]) -> str:
    if found:
        return ", ".join(_name_of(step) for step in found if not left_out(step)) or "nothing"
    return _name_of(part)


def _name_of(part: Any) -> str:
    if isinstance(part, (dict, list)):
        return kind_of(part) or f"a {'mapping' if isinstance(part, dict) else 'list'}"
    return _short(str(part))


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}..."
