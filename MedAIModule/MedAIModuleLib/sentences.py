"""The engine's sentences in the user's language. It says them in English, as the worker does, with the values already in them."""

import json
import re
import traceback
from functools import cache
from pathlib import Path

from slicer.i18n import translate

from medai import MedAIError
from medai.errors import InputError
from medai.jobs.failure import sentence_of

_TEMPLATES = Path(__file__).resolve().parents[1] / "Resources" / "sentences.json"
_CONTEXT = "medai"


def translated(sentence: str) -> str:
    """What the engine says, in the application's language; as it is where it is none of the engine's or has no translation.

    Values stay as they are, but for those that are sentences themselves. Parts without a period, as the check of this computer
    has them, are translated alone, and not where they are values, which may be anybody's words.
    """
    for template, literals in _templates():
        values = _valuesIn(sentence, literals)
        if values is not None and template.endswith(".") == sentence.endswith("."):
            return _filled(template, values) or sentence
    return sentence


def sentenceFor(problem: BaseException) -> str:
    """One sentence about an exception, in the application's language."""
    return translated(sentence_of(problem)[0])


def detailsOf(problem: Exception) -> str:
    """What helps an expert: the worker's traceback, or where the program itself failed; "" for what a sentence explains."""
    if isinstance(problem, InputError):
        return ""
    if not isinstance(problem, MedAIError):
        return "".join(traceback.format_exception(problem))
    return str(problem.__cause__ or "")


@cache
def _templates() -> list[tuple[str, list[str]]]:
    """All templates with the texts around their values, such as "{0} is missing." with "" and " is missing."; the ones that
    say most come first, since others may fit the same sentence."""
    try:
        texts = json.loads(_TEMPLATES.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    split = [(text, re.split(r"\{\d+\}", text)) for text in texts]
    return sorted(split, key=lambda pair: -sum(map(len, pair[1])))


def _valuesIn(sentence: str, literals: list[str]) -> list[str] | None:
    """What stands between the texts; None where the sentence does not consist of them."""
    first, *others = literals
    if not others:
        return [] if sentence == first else None
    *middle, last = others
    if not sentence.startswith(first) or not sentence[len(first) :].endswith(last):
        return None
    values, rest = [], sentence[len(first) : len(sentence) - len(last)]
    for text in middle:
        value, found, rest = rest.partition(text)
        if not found:
            return None
        values.append(value)
    return [*values, rest]


def _filled(template: str, values: list[str]) -> str:
    """The template's translation with the values; "" where a value has no place in it."""
    try:
        return translate(_CONTEXT, template).format(*(translated(value) if value.endswith(".") else value for value in values))
    except (LookupError, ValueError):
        return ""
