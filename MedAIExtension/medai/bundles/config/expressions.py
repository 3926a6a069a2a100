"""The small ``$`` grammar of bundle configurations, interpreted without ``eval``: judged by ``grammar``, computed here."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Collection, Mapping
from typing import Any

from ...errors import InputError, MedAIError, RefusedError
from .attributes import attribute_of
from .budget import LONGEST_TEXT, MOST_ITEMS, Budget
from .grammar import Grammar, Lookup, dotted_name, parsed
from .tensors import check_index, check_operands, is_tensor

_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.BitAnd: operator.and_,
    ast.BitOr: operator.or_,
}
_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
    ast.In: lambda item, items: item in items,
    ast.NotIn: lambda item, items: item not in items,
}
_STEPS_OF_A_CALL = 10_000


class Expression:
    """One expression, parsed and bounded when it is made, evaluated when asked.

    Args:
        text: the expression without its ``$``; references such as ``@a::b`` stand as names in ``references``.
        lookup: gives the value of an allowed dotted name such as "torch.device"; raises RefusedError for others.
        attributes: names of the attributes that may be read off values.

    Raises:
        RefusedError: if it is too long, or no expression.
    """

    def __init__(self, text: str, lookup: Lookup, attributes: Collection[str]) -> None:
        self.text = text
        self._tree = parsed(text)
        self._lookup = lookup
        self._grammar = Grammar(text, lookup, attributes)

    def judge(self, references: Collection[str]) -> None:
        """Look up all names, also of what a condition may skip, and compute nothing.

        Raises:
            RefusedError: if it uses anything that is not allowed.
        """
        self._grammar.check(self._tree, references)

    def evaluate(self, references: Mapping[str, Any], budget: Budget | None = None) -> Any:
        """The expression's value.

        Args:
            references: the values of the names that stand for references.
            budget: what may be spent; one of its own by default.

        Raises:
            RefusedError: if it uses anything that is not allowed, and then nothing of it ran; or too many steps.
            InputError: if it cannot be computed, such as a division by zero.
        """
        self.judge(references)
        return self._computed(self._tree, references, budget or Budget())

    def _computed(self, node: ast.AST, names: Mapping[str, Any], budget: Budget) -> Any:
        try:
            return _Evaluation(self, self._lookup, budget).value(node, names)
        except MedAIError:
            raise
        except Exception as problem:  # what is called are MONAI's and PyTorch's functions, which fail in any way
            reason = str(problem).strip().partition("\n")[0][:200]
            raise InputError(f"The expression {self.text!r} of the bundle cannot be computed ({reason}).") from problem

    def function(self, node: ast.Lambda, names: Mapping[str, Any]) -> Callable[..., Any]:
        """What a lambda stands for; each call has a small budget of its own."""
        parameters = [parameter.arg for parameter in node.args.args]

        def call(*values: Any) -> Any:
            if len(values) != len(parameters):
                raise InputError(f"The function {self.text!r} of the bundle is called with {len(values)} values.")
            return self._computed(node.body, {**names, **dict(zip(parameters, values, strict=True))}, Budget(_STEPS_OF_A_CALL))

        return call


class _Evaluation:
    """Goes through a tree that was judged."""

    def __init__(self, expression: Expression, lookup: Lookup, budget: Budget) -> None:
        self._expression, self._lookup, self._budget = expression, lookup, budget
        self._of: dict[type[ast.AST], Callable[[Any, Mapping[str, Any]], Any]] = {
            ast.Constant: lambda node, _: node.value,
            ast.Name: self._name,
            ast.Attribute: self._attribute,
            ast.Call: self._call,
            ast.Subscript: self._subscript,
            ast.Slice: self._slice,
            ast.BinOp: self._binary,
            ast.UnaryOp: self._unary,
            ast.BoolOp: self._boolean,
            ast.Compare: self._compare,
            ast.IfExp: lambda node, names: self.value(node.body if self.value(node.test, names) else node.orelse, names),
            ast.List: lambda node, names: [self.value(item, names) for item in node.elts],
            ast.Tuple: lambda node, names: tuple(self.value(item, names) for item in node.elts),
            ast.Dict: self._dictionary,
            ast.Lambda: self._expression.function,
        }

    def value(self, node: ast.AST, names: Mapping[str, Any]) -> Any:
        """A node's value, of a bearable size."""
        self._budget.spend()
        return self._budget.check(self._of[type(node)](node, names))

    def _name(self, node: ast.Name, names: Mapping[str, Any]) -> Any:
        return names[node.id] if node.id in names else self._lookup(node.id)

    def _attribute(self, node: ast.Attribute, names: Mapping[str, Any]) -> Any:
        dotted = dotted_name(node)
        if dotted and dotted.split(".")[0] not in names:
            return self._lookup(dotted)
        return attribute_of(self.value(node.value, names), node.attr)

    def _call(self, node: ast.Call, names: Mapping[str, Any]) -> Any:
        function = self.value(node.func, names)
        arguments = [self.value(argument, names) for argument in node.args]
        keywords = {str(keyword.arg): self.value(keyword.value, names) for keyword in node.keywords}
        return function(*arguments, **keywords)

    def _subscript(self, node: ast.Subscript, names: Mapping[str, Any]) -> Any:
        value, index = self.value(node.value, names), self.value(node.slice, names)
        if is_tensor(value):
            check_index(value, index)
        elif not isinstance(value, (list, tuple, dict, str, range)):
            raise TypeError(f"a {type(value).__name__} has no parts")
        return value[index]

    def _slice(self, node: ast.Slice, names: Mapping[str, Any]) -> slice:
        return slice(*(None if part is None else self.value(part, names) for part in (node.lower, node.upper, node.step)))

    def _binary(self, node: ast.BinOp, names: Mapping[str, Any]) -> Any:
        left, right = self.value(node.left, names), self.value(node.right, names)
        check_operands(left, right)
        if isinstance(node.op, ast.Mult):
            _check_repetition(left, right)
        if isinstance(node.op, ast.Mod) and isinstance(left, str):
            raise TypeError("texts are not formatted")
        return _BINARY[type(node.op)](left, right)

    def _unary(self, node: ast.UnaryOp, names: Mapping[str, Any]) -> Any:
        value = self.value(node.operand, names)
        if isinstance(node.op, ast.Not):
            return not value
        return -value if isinstance(node.op, ast.USub) else +value

    def _boolean(self, node: ast.BoolOp, names: Mapping[str, Any]) -> Any:
        value: Any = None
        for part in node.values:
            value = self.value(part, names)
            if bool(value) is isinstance(node.op, ast.Or):
                break
        return value

    def _compare(self, node: ast.Compare, names: Mapping[str, Any]) -> Any:
        left, outcome = self.value(node.left, names), None
        for kind, part in zip(node.ops, node.comparators, strict=True):
            right = self.value(part, names)
            check_operands(left, right)
            outcome = _COMPARE[type(kind)](left, right)
            if part is not node.comparators[-1] and not outcome:
                break
            left = right
        return outcome

    def _dictionary(self, node: ast.Dict, names: Mapping[str, Any]) -> dict[Any, Any]:
        pairs = zip(node.keys, node.values, strict=True)
        return {self.value(key, names): self.value(value, names) for key, value in pairs if key is not None}


def _check_repetition(left: Any, right: Any) -> None:
    for sequence, count in ((left, right), (right, left)):
        if isinstance(sequence, (str, list, tuple)) and isinstance(count, int):
            longest = LONGEST_TEXT if isinstance(sequence, str) else MOST_ITEMS
            if len(sequence) * count > longest:
                raise RefusedError("The bundle's configuration repeats a sequence too often, which MedAI does not allow.")
