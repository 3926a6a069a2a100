"""Finds what the engine says to users, as templates: values that are put in at run time become {0}, {1} and so on.

That is every text that ends with a period, whatever an error is made with, what the checks of the computer tell, and what the
known models are called. Parts that depend on a condition are written out, one template for each case, since no language but
English is made of the same parts.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Iterator
from itertools import product
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
ENGINE = REPOSITORY / "MedAIExtension" / "medai"
MODULE = REPOSITORY / "MedAIModule"
MODELS = REPOSITORY / "Resources" / "Models"
COMMAND_LINE_ALONE = ("cli/", "evaluation/", "files/", "training/")
HANDED_ON = (  # what the panel reaches of these, when it writes reports and DICOM
    "files/dicom/series.py",
    "files/dicom/stack.py",
    "files/exports/",
    "files/handover.py",
    "files/labelmaps.py",
    "files/prediction.py",
    "files/report/writing.py",
    "files/whole.py",
)

Pieces = tuple[str | None, ...]  # literal texts, and None for values
_Function = ast.FunctionDef | None  # None: outside of any
_Choice = tuple[ast.expr, _Function]
_VALUE: Pieces = (None,)
_DEEPEST = 6
_SENTENCE = re.compile(r"[^a-z ].* .*\.", re.DOTALL)
_WORDS = re.compile("[A-Za-z]{2}")


def templates(engine: Path = ENGINE, module: Path = MODULE, models: Path = MODELS) -> list[str]:
    """All templates, sorted: of the engine, but for what only the command line uses, of errors of the module, and of models."""
    paths = [path for path in engine.rglob("*.py") if _reaches_the_panel(path.relative_to(engine).as_posix())]
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in paths]
    scripts = [ast.parse(path.read_text(encoding="utf-8")) for path in module.rglob("*.py")]
    errors = _errors_in(trees)
    found = {text for tree in trees for text in _templates_in(tree, errors, everything=True)}
    found |= {text for tree in scripts for text in _templates_in(tree, errors, everything=False)}
    return sorted(found.union(_words_about(models)))


def _reaches_the_panel(name: str) -> bool:
    return name.startswith(HANDED_ON) or not name.startswith(COMMAND_LINE_ALONE)


def _words_about(models: Path) -> Iterator[str]:
    """Titles, descriptions and organs of the models that are built in or in the catalog."""
    built_in = [json.loads(path.read_text(encoding="utf-8")) for path in models.glob("*/configs/metadata.json")]
    known = [entry for path in models.glob("catalog.json") for entry in json.loads(path.read_text(encoding="utf-8"))["models"]]
    for entry in (*({**metadata, "title": metadata["name"]} for metadata in built_in), *known):
        yield from (" ".join(text.split()) for text in (entry["title"], entry["description"], *entry["organs"]))


def _errors_in(trees: Iterable[ast.Module]) -> set[str]:
    """Names of MedAIError and of the classes that derive from it."""
    classes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    names, before = {"MedAIError"}, 0
    while len(names) > before:
        before = len(names)
        names |= {node.name for node in classes if names & {ast.unparse(base) for base in node.bases}}
    return names


def _templates_in(tree: ast.Module, errors: set[str], everything: bool) -> Iterator[str]:
    script = _Script(tree)
    for node, function in script.places:
        if isinstance(node, ast.Call) and ast.unparse(node.func) in errors:
            texts = script.texts_of(node.args[:1], function)
        elif everything and isinstance(node, ast.Call) and ast.unparse(node.func) == "Check":
            texts = script.texts_of((node.args[0], *node.args[2:]), function)
        elif everything and isinstance(node, ast.Constant | ast.JoinedStr):
            texts = [text for text in script.texts_of([node], function) if _SENTENCE.fullmatch(text)]
        else:
            continue
        yield from (text for text in texts if _WORDS.search(text))


class _Script:
    """The texts that expressions of one file can have."""

    def __init__(self, tree: ast.Module) -> None:
        self.places = list(_places(tree, None))

    def texts_of(self, nodes: Iterable[ast.expr], function: _Function) -> list[str]:
        """The templates of expressions in a function."""
        return [_numbered(pieces) for node in nodes for pieces in self._texts(node, function, _DEEPEST)]

    def _texts(self, node: ast.expr, function: _Function, depth: int) -> list[Pieces]:
        match node:
            case ast.Constant(value=str(text)):
                return [(text,)]
            case ast.JoinedStr(values=parts):
                return [sum(choice, ()) for choice in product(*(self._texts(part, function, depth) for part in parts))]
            case ast.FormattedValue(value=value, conversion=-1, format_spec=None):
                return self._texts(value, function, depth)
            case ast.BinOp(left=ast.Constant(value=str(text)), op=ast.Mult()):
                return [("",), (text,)]
        choices = self._choices(node, function) if depth else []
        found = [pieces for choice, place in choices for pieces in self._texts(choice, place, depth - 1)]
        if found and _VALUE not in found:
            return found
        return [_VALUE, *(pieces for pieces in found if _has_words(pieces))]  # what has no words may be a value as well

    def _choices(self, node: ast.expr, function: _Function) -> list[_Choice]:
        """The expressions one of which another one stands for, each with the function it is in; none where nobody knows."""
        match node:
            case ast.IfExp(body=one, orelse=other):
                return [(one, function), (other, function)]
            case ast.BoolOp(op=ast.Or(), values=values):
                return [(value, function) for value in values]
            case ast.Name(id=name):
                return self._assigned(name, function) or self._given(name, function) or self._assigned(name, None)
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(value=ast.Name(id="self"), attr=name)):
                return self._returned(name)
        return []

    def _returned(self, name: str) -> list[_Choice]:
        """What a function of this file returns."""
        returns = ((n, place) for n, place in self.places if isinstance(n, ast.Return) and place is not None)
        return [(n.value, place) for n, place in returns if place.name == name and n.value is not None]

    def _assigned(self, name: str, function: _Function) -> list[_Choice]:
        assigned = (n for n, place in self.places if place is function and isinstance(n, ast.Assign))
        return [(n.value, function) for n in assigned if any(isinstance(t, ast.Name) and t.id == name for t in n.targets)]

    def _given(self, name: str, function: _Function) -> list[_Choice]:
        """What a private function is called with for a parameter; a public one is also called from elsewhere."""
        if function is None or not function.name.startswith("_"):
            return []
        names = [argument.arg for argument in function.args.args if argument.arg != "self"]
        calls = ((n, place) for n, place in self.places if isinstance(n, ast.Call))
        calls = ((n, place) for n, place in calls if ast.unparse(n.func).removeprefix("self.") == function.name)
        return [(n.args[names.index(name)], place) for n, place in calls if name in names[: len(n.args)]]


def _places(node: ast.AST, function: _Function) -> Iterator[tuple[ast.AST, _Function]]:
    """All nodes but documentation and the parts of texts, each with the function that it is in."""
    inner = node if isinstance(node, ast.FunctionDef) else function
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant):
            continue
        if isinstance(child, ast.keyword) and child.arg == "description":
            continue
        yield child, inner
        if not isinstance(child, ast.JoinedStr):
            yield from _places(child, inner)


def _has_words(pieces: Pieces) -> bool:
    return _WORDS.search("".join(piece or " " for piece in pieces)) is not None


def _numbered(pieces: Pieces) -> str:
    """The pieces as a template."""
    numbers = iter(range(len(pieces)))
    return "".join(f"{{{next(numbers)}}}" if piece is None else piece for piece in pieces)
