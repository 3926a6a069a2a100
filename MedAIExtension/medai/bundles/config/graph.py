"""A bundle's configuration as a graph of parts: references resolved, parts built one by one when they are asked for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ...errors import InputError, MedAIError, RefusedError, TrustError
from .arguments import CONTROL, check_arguments, check_mapping, without_pretraining
from .attributes import ALLOWED_ATTRIBUTES
from .budget import Budget, networks_bounded
from .expressions import Expression
from .names import ALLOWED_NAMES, Names, allowed_name
from .owncode import OwnCode
from .reading import read_config
from .targets import ALLOWED_TARGETS, allowed_target, target

__all__ = ["CONTROL", "DEEPEST", "REFERENCE", "REQUIRED", "ConfigGraph", "check_mapping", "read_config"]

REFERENCE = re.compile(r"@(\w+(?:(?:::|#)\w+)*)")
DEEPEST = 60
REQUIRED = "_requires_"
_MOST_INSIDE = 20
_MOST_STEPS = 2_000
_MISSING = re.compile(r"No module named '([\w.]+)'")


class ConfigGraph:
    """Builds parts of a configuration, and only those that are asked for.

    Args:
        config: the configuration; it is not changed.
        given: values that stand in for parts of the configuration, such as the device; "bundle_root" is where files may be.
        own_code: the bundle's own code, once the user has consented to it; None asks for consent where it is needed.
    """

    def __init__(self, config: Mapping[str, Any], given: Mapping[str, Any], own_code: OwnCode | None = None) -> None:
        self.config = config
        self._built: dict[str, Any] = dict(given)
        self._under_way: list[str] = []
        root = given.get("bundle_root")
        self._root = Path(root) if isinstance(root, (str, Path)) else None
        self._names = Names(self._root)
        self._own_code = own_code
        self._budget = Budget()
        self._inside = 0
        self._steps_in: dict[int, tuple[int, Any]] = {}  # with the object, so that no other takes its number

    def __contains__(self, name: str) -> bool:
        return name in self.config or name in self._built

    def described(self, name: str) -> Any:
        """The part as it is written, nothing built; ``name`` may be a path such as "a::b".

        Raises:
            InputError: if there is none.
        """
        found: Any = self.config
        for key in re.split("::|#", name):
            try:
                found = found[int(key)] if isinstance(found, list) else found[key]
            except (KeyError, IndexError, TypeError, ValueError) as problem:
                raise InputError(f"The bundle's configuration refers to {name!r}, which it does not define.") from problem
        return found

    def built(self, name: str) -> Any:
        """The part as an object; built once, so that references share it.

        Raises:
            InputError: if it is missing, refers to itself, or cannot be built.
            RefusedError: if it, or something that it refers to, is not allowed.
            TrustError: if it is code of the bundle's own, and the user has not consented.
        """
        name = name.replace("#", "::")
        if name in self._built:
            return self._built[name]
        if name in self._under_way or len(self._under_way) > DEEPEST:
            raise InputError(f"The bundle's configuration refers to {name!r} in a circle.")
        self._under_way.append(name)
        try:
            self._built[name] = self.build(self.described(name))
        finally:
            self._under_way.pop()
        return self._built[name]

    def build(self, part: Any) -> Any:
        """An object from a description: mappings with ``_target_`` are called, references and expressions resolved.

        Raises:
            InputError, RefusedError, TrustError: as ``built``.
        """
        try:
            return self._build(part)
        except RecursionError as problem:
            raise InputError("The bundle's configuration is nested too deep to be built; get the bundle again.") from problem

    def _build(self, part: Any) -> Any:
        self._budget.spend()
        if isinstance(part, dict):
            return self._build_mapping(part)
        if isinstance(part, list):
            return self._budget.check([self._build(item) for item in part if not self._disabled(item)])
        if isinstance(part, str):
            return self._build_text(part)
        return part

    def _build_mapping(self, part: dict[str, Any]) -> Any:
        kind: Any = None
        if "_target_" in part:
            check_mapping(part)
            if self._disabled(part):
                return None
            kind = self._kind(part["_target_"])
        self._inside += 1
        if self._inside > _MOST_INSIDE:
            raise InputError("The bundle's configuration has too many objects inside one another; get the bundle again.")
        try:
            self._build(part.get(REQUIRED))
            arguments = {
                key: self._build(value)
                for key, value in part.items()
                if key not in CONTROL and key != REQUIRED and not self._disabled(value)
            }
        finally:
            self._inside -= 1
        return self._budget.check(arguments) if kind is None else self._call(part["_target_"], kind, arguments)

    def _kind(self, name: str) -> Any:
        """The class or function behind a ``_target_``."""
        if name not in ALLOWED_TARGETS and self._is_own(name):
            return self._own(name)
        allowed_target(name)
        try:
            return target(name)
        except (ImportError, AttributeError) as problem:
            raise InputError(f"The installed MONAI has no {name}, which the bundle needs; update MONAI.") from problem

    def _call(self, name: str, kind: Any, arguments: dict[str, Any]) -> Any:
        check_arguments(name, arguments)
        steps = self._count_steps(arguments.get("transforms"))
        try:
            with networks_bounded():
                made = kind(**without_pretraining(kind, arguments))
            if "transforms" in arguments:
                self._steps_in[id(made)] = (steps, made)
            return made
        except MedAIError:
            raise
        except ImportError as problem:
            missing = _MISSING.search(str(problem))
            what = f"the Python package {missing.group(1)!r}, which" if missing else "a Python package that"
            raise InputError(f"The bundle's {name} needs {what} is not installed; install it first.") from problem
        except Exception as problem:
            reason = str(problem).strip().partition("\n")[0]
            raise InputError(f"The bundle's {name} cannot be built from its settings ({reason}).") from problem

    def _count_steps(self, transforms: Any) -> int:
        """How many transforms a Compose has, with those of a Compose in it, each as often as it occurs.

        Raises:
            RefusedError: if there are absurdly many.
        """
        listed = transforms if isinstance(transforms, (list, tuple)) else [transforms]
        count = sum(self._steps_in[id(step)][0] if id(step) in self._steps_in else 1 for step in listed)
        if count > _MOST_STEPS:
            raise RefusedError(f"The bundle's configuration has {count} transforms inside one another, more than MedAI allows.")
        return count

    def _build_text(self, text: str) -> Any:
        if text.startswith("$"):
            references: dict[str, Any] = {}

            def stand_in(match: re.Match[str]) -> str:
                name = f"reference_{len(references)}"
                references[name] = match.group(1)
                return name

            expression = Expression(REFERENCE.sub(stand_in, text[1:]), self._value, ALLOWED_ATTRIBUTES)
            expression.judge(references)
            return expression.evaluate({name: self.built(place) for name, place in references.items()}, self._budget)
        if text.startswith("@") and REFERENCE.fullmatch(text):
            return self.built(text[1:])
        if text.startswith("%"):
            raise RefusedError(f"The bundle's configuration takes in {text[:80]!r}, which is not in its folder configs.")
        return text

    def _value(self, dotted: str) -> Any:
        """What a name in an expression stands for."""
        if dotted not in ALLOWED_NAMES and self._is_own(dotted):
            return self._own(dotted)
        return self._names.value(allowed_name(dotted))

    def _is_own(self, dotted: str) -> bool:
        if self._own_code is not None:
            return self._own_code.has(dotted)
        return self._root is not None and self._root.is_dir() and OwnCode(self._root).has(dotted)

    def _own(self, dotted: str) -> Any:
        if self._own_code is None:
            raise TrustError(f"The bundle uses {dotted[:80]!r}, code of its own; look at it with medai audit and allow it first.")
        return self._own_code.load(dotted)

    def _disabled(self, item: Any) -> bool:
        return isinstance(item, dict) and str(self._build(item.get("_disabled_", False))).strip().lower() in ("true", "1")
