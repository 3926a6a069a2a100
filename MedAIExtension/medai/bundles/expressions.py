"""The small ``$`` grammar of bundle configurations, interpreted without ``eval``.

What is not listed here does not exist: no statement, no comprehension, no private attribute, no name or function outside
the tables of ``targets``.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Collection, Mapping
from typing import Any

from ..errors import InputError, RefusedError

_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}
_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
}
_LONGEST = 500
_LARGEST = 1_000_000

Lookup = Callable[[str], Any]


class Expression:
    """One expression, parsed and bounded when it is made, evaluated when asked.

    Args:
        text: the expression without its ``$``; references such as ``@a::b`` stand as names in ``references``.
        lookup: gives the value of an allowed dotted name such as "torch.device"; raises RefusedError for others.
        attributes: names of the attributes that may be read off values.
    """

    def __init__(self, text: str, lookup: Lookup, attributes: frozenset[str]) -> None:
        self.text = text
        if len(text) > _LONGEST:
            raise RefusedError(f"An expression of {len(text)} characters is too long to be judged; the limit is {_LONGEST}.")
        try:
            self._tree = ast.parse(text.strip(), mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError) as problem:
            raise RefusedError(f"{text!r} is not an expression that MedAI evaluates.") from problem
        self._lookup = lookup
        self._attributes = attributes

    def evaluate(self, references: Mapping[str, Any]) -> Any:
        """The expression's value.

        Raises:
            RefusedError: if it uses anything that is not allowed; nothing of it ran before that part.
            InputError: if it cannot be computed, such as a division by zero.
        """
        try:
            return self._value(self._tree, references)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, RuntimeError) as problem:
            raise InputError(f"The expression {self.text!r} of the bundle cannot be computed ({problem}).") from problem

    def judge(self, references: Collection[str]) -> None:
        """Look up all names that every evaluation looks up, and compute nothing; what a condition may skip is left out.

        Raises:
            RefusedError: if it uses anything that is not allowed.
        """
        waiting: list[ast.AST] = [self._tree]
        while waiting:
            node = waiting.pop()
            dotted = _dotted(node)
            if dotted and dotted.split(".")[0] not in references:
                self._lookup(dotted)
                continue
            if isinstance(node, ast.Attribute) and node.attr not in self._attributes:
                raise self._refuse(f"the attribute {node.attr!r}")
            if isinstance(node, ast.expr) and not hasattr(self, f"_{type(node).__name__.lower()}"):
                raise self._refuse(f"a {type(node).__name__}")
            waiting += _surely_evaluated(node)

    def _refuse(self, what: str) -> RefusedError:
        return RefusedError(f"The expression {self.text!r} uses {what}, which is not allowed in a bundle.")

    def _value(self, node: ast.AST, names: Mapping[str, Any]) -> Any:
        method = getattr(self, f"_{type(node).__name__.lower()}", None)
        if method is None:
            raise self._refuse(f"a {type(node).__name__}")
        return method(node, names)

    def _constant(self, node: ast.Constant, _names: Mapping[str, Any]) -> Any:
        return node.value

    def _name(self, node: ast.Name, names: Mapping[str, Any]) -> Any:
        return names[node.id] if node.id in names else self._lookup(node.id)

    def _attribute(self, node: ast.Attribute, names: Mapping[str, Any]) -> Any:
        dotted = _dotted(node)
        if dotted and dotted.split(".")[0] not in names:
            return self._lookup(dotted)
        if node.attr not in self._attributes:
            raise self._refuse(f"the attribute {node.attr!r}")
        return getattr(self._value(node.value, names), node.attr)

    def _call(self, node: ast.Call, names: Mapping[str, Any]) -> Any:
        function = self._value(node.func, names)
        if any(isinstance(a, ast.Starred) for a in node.args) or any(k.arg is None for k in node.keywords):
            raise self._refuse("unpacked arguments")
        arguments = [self._value(a, names) for a in node.args]
        keywords = {str(k.arg): self._value(k.value, names) for k in node.keywords}
        return function(*arguments, **keywords)

    def _subscript(self, node: ast.Subscript, names: Mapping[str, Any]) -> Any:
        return self._value(node.value, names)[self._value(node.slice, names)]

    def _slice(self, node: ast.Slice, names: Mapping[str, Any]) -> slice:
        return slice(*(None if part is None else self._value(part, names) for part in (node.lower, node.upper, node.step)))

    def _binop(self, node: ast.BinOp, names: Mapping[str, Any]) -> Any:
        left, right = self._value(node.left, names), self._value(node.right, names)
        if type(node.op) not in _BINARY:
            raise self._refuse(f"the operator {type(node.op).__name__}")
        if isinstance(node.op, ast.Mult):
            self._check_repetition(left, right)
        if isinstance(node.op, ast.Mod) and isinstance(left, (str, bytes)):
            raise self._refuse("text formatting")
        value = _BINARY[type(node.op)](left, right)
        if (isinstance(value, (str, bytes, list, tuple)) and len(value) > _LARGEST) or (
            isinstance(value, int) and abs(value) > 2**64
        ):
            raise self._refuse("values that grow without bound")
        return value

    def _check_repetition(self, left: Any, right: Any) -> None:
        for sequence, count in ((left, right), (right, left)):
            if isinstance(sequence, (str, bytes, list, tuple)) and isinstance(count, int) and len(sequence) * count > _LARGEST:
                raise self._refuse("a sequence repeated too often")

    def _unaryop(self, node: ast.UnaryOp, names: Mapping[str, Any]) -> Any:
        value = self._value(node.operand, names)
        if isinstance(node.op, ast.Not):
            return not value
        if not isinstance(node.op, (ast.USub, ast.UAdd)):
            raise self._refuse(f"the operator {type(node.op).__name__}")
        return -value if isinstance(node.op, ast.USub) else +value

    def _boolop(self, node: ast.BoolOp, names: Mapping[str, Any]) -> Any:
        value: Any = None
        for part in node.values:
            value = self._value(part, names)
            if bool(value) is isinstance(node.op, ast.Or):
                break
        return value

    def _compare(self, node: ast.Compare, names: Mapping[str, Any]) -> bool:
        left = self._value(node.left, names)
        for kind, part in zip(node.ops, node.comparators, strict=True):
            if type(kind) not in _COMPARE:
                raise self._refuse(f"the comparison {type(kind).__name__}")
            right = self._value(part, names)
            if not _COMPARE[type(kind)](left, right):
                return False
            left = right
        return True

    def _ifexp(self, node: ast.IfExp, names: Mapping[str, Any]) -> Any:
        return self._value(node.body if self._value(node.test, names) else node.orelse, names)

    def _list(self, node: ast.List, names: Mapping[str, Any]) -> list[Any]:
        return [self._value(e, names) for e in node.elts]

    def _tuple(self, node: ast.Tuple, names: Mapping[str, Any]) -> tuple[Any, ...]:
        return tuple(self._value(e, names) for e in node.elts)

    def _dict(self, node: ast.Dict, names: Mapping[str, Any]) -> dict[Any, Any]:
        if any(k is None for k in node.keys):
            raise self._refuse("an unpacked dictionary")
        return {
            self._value(k, names): self._value(v, names) for k, v in zip(node.keys, node.values, strict=True) if k is not None
        }


def _surely_evaluated(node: ast.AST) -> list[ast.AST]:
    """The parts of a node that are evaluated in any case."""
    if isinstance(node, ast.IfExp):
        return [node.test]
    if isinstance(node, ast.BoolOp):
        return [node.values[0]]
    if isinstance(node, ast.Compare):
        return [node.left, node.comparators[0]]
    if isinstance(node, ast.keyword):
        return [node.value]
    kinds = (ast.expr, ast.keyword)
    return [child for child in ast.iter_child_nodes(node) if isinstance(child, kinds)]


def _dotted(node: ast.AST) -> str:
    """ "a.b.c" for a plain chain of names, else ""."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        left = _dotted(node.value)
        return f"{left}.{node.attr}" if left else ""
    return ""
