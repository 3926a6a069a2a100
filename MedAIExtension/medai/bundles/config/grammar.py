"""Which expressions there are at all, told from their text: what is not listed here does not exist.

No statement, comprehension, assignment, formatted text, unpacking, power or bit shift; no attribute that begins with an
underscore; no call of anything but a listed name or method. All of an expression is judged, also what a condition would skip.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection
from typing import Any

from ...errors import RefusedError
from .budget import LARGEST_INTEGER

LONGEST = 500
_DEEPEST = 40
_MOST_PARAMETERS = 8

OPERATORS: tuple[type[ast.AST], ...] = (
    ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.BitAnd, ast.BitOr,
    ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Is, ast.IsNot, ast.In, ast.NotIn,
    ast.And, ast.Or, ast.Not, ast.USub, ast.UAdd,
)  # fmt: skip
_NODES: tuple[type[ast.AST], ...] = (
    ast.Constant, ast.Name, ast.Attribute, ast.Call, ast.Subscript, ast.Slice, ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare,
    ast.IfExp, ast.List, ast.Tuple, ast.Dict, ast.Lambda,
)  # fmt: skip
_CONSTANTS = (str, int, float, bool, type(None), type(Ellipsis))

Lookup = Callable[[str], Any]


def parsed(text: str) -> ast.expr:
    """An expression's tree.

    Raises:
        RefusedError: if it is too long, or no expression.
    """
    if len(text) > LONGEST:
        raise RefusedError(f"An expression of {len(text)} characters is too long to be judged; the limit is {LONGEST}.")
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as problem:
        raise RefusedError(f"{text!r} is not an expression that MedAI evaluates.") from problem


def dotted_name(node: ast.AST) -> str:
    """ "a.b.c" for a plain chain of names, else ""."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        left = dotted_name(node.value)
        return f"{left}.{node.attr}" if left else ""
    return ""


class Grammar:
    """Judges one expression.

    Args:
        text: for the sentence.
        lookup: raises RefusedError for a name that is not allowed.
        attributes: names of the attributes that may be read off values.
    """

    def __init__(self, text: str, lookup: Lookup, attributes: Collection[str]) -> None:
        self._text, self._lookup, self._attributes = text, lookup, attributes

    def check(self, tree: ast.AST, references: Collection[str]) -> None:
        """Go through all of it; nothing is computed.

        Raises:
            RefusedError: if it uses anything that is not allowed.
        """
        waiting: list[tuple[ast.AST, frozenset[str], int]] = [(tree, frozenset(references), 0)]
        while waiting:
            node, local, depth = waiting.pop()
            if depth > _DEEPEST:
                raise self.refusal("too many parts inside one another")
            if isinstance(node, OPERATORS):
                continue
            if not isinstance(node, _NODES):
                raise self.refusal(f"a {type(node).__name__}")
            waiting += [(child, scope, depth + 1) for child, scope in self._inside(node, local)]

    def refusal(self, what: str) -> RefusedError:
        """The sentence for something that is not allowed."""
        return RefusedError(f"The expression {self._text[:200]!r} uses {what}, which is not allowed in a bundle.")

    def _inside(self, node: ast.AST, local: frozenset[str]) -> list[tuple[ast.AST, frozenset[str]]]:
        """What is inside a node that is allowed itself, with the names that are known there."""
        if isinstance(node, ast.Constant):
            self._check_constant(node)
            return []
        if isinstance(node, (ast.Name, ast.Attribute)):
            return [(inner, local) for inner in self._check_name(node, local)]
        if isinstance(node, ast.Lambda):
            return [(node.body, local | self._parameters(node))]
        if isinstance(node, ast.Call):
            self._check_call(node, local)
            return [(part, local) for part in (node.func, *node.args, *(keyword.value for keyword in node.keywords))]
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod) and _is_text(node.left):
            raise self.refusal("text formatting")
        if isinstance(node, ast.Dict) and any(key is None for key in node.keys):
            raise self.refusal("an unpacked dictionary")
        return [(child, local) for child in ast.iter_child_nodes(node) if not isinstance(child, ast.expr_context)]

    def _check_constant(self, node: ast.Constant) -> None:
        if not isinstance(node.value, _CONSTANTS):
            raise self.refusal(f"a constant of type {type(node.value).__name__}")
        if isinstance(node.value, int) and node.value > LARGEST_INTEGER:
            raise self.refusal("a number beyond all bounds")

    def _check_name(self, node: ast.Name | ast.Attribute, local: frozenset[str]) -> list[ast.AST]:
        dotted = dotted_name(node)
        if dotted and dotted.split(".")[0] not in local:
            if any(part.startswith("_") for part in dotted.split(".")):
                raise self.refusal(f"the name {dotted!r}")
            self._lookup(dotted)
            return []
        if isinstance(node, ast.Attribute):
            if node.attr.startswith("_") or node.attr not in self._attributes:
                raise self.refusal(f"the attribute {node.attr!r}")
            return [node.value]
        return []

    def _parameters(self, node: ast.Lambda) -> frozenset[str]:
        given = node.args
        if given.vararg or given.kwarg or given.kwonlyargs or given.defaults or given.kw_defaults or given.posonlyargs:
            raise self.refusal("a lambda with more than plain parameters")
        names = [parameter.arg for parameter in given.args]
        if len(names) > _MOST_PARAMETERS or any(name.startswith("_") for name in names):
            raise self.refusal("a lambda with such parameters")
        return frozenset(names)

    def _check_call(self, node: ast.Call, local: frozenset[str]) -> None:
        if any(isinstance(argument, ast.Starred) for argument in node.args) or any(k.arg is None for k in node.keywords):
            raise self.refusal("unpacked arguments")
        if not isinstance(node.func, (ast.Name, ast.Attribute)) or (isinstance(node.func, ast.Name) and node.func.id in local):
            raise self.refusal("a call of something that is computed")


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)
