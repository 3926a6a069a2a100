"""What is said of the model: its card, read from the bundle as data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ...errors import MedAIError
from ..plaintext import plain
from . import texts
from .document import Facts
from .numbers import significant

if TYPE_CHECKING:
    from ...bundles import Bundle

_TEXTS = ("description", "intended_use", "task", "training_data", "license", "weights_license", "authors")
_LONG = 800


def report_card(bundle: Bundle) -> dict[str, Any]:
    """The model card of a bundle as ``write_report`` takes it; no weights are read and nothing of it runs.

    Returns:
        Texts by "title", "version", "description", "intended_use", "task", "training_data", "license", "weights_license",
        "authors" and "hash", each "" where its makers say nothing; "metrics", a mapping of names to numbers; "references", a
        list of texts.
    """
    from ...bundles import card_of

    card, said = card_of(bundle), bundle.metadata
    metrics, references = said.get("eval_metrics"), said.get("references")
    return {
        "title": card.title,
        "version": card.version,
        "hash": bundle.content_hash,
        "description": card.description,
        "intended_use": _text(said.get("intended_use")),
        "task": card.task,
        "training_data": _text(said.get("data_source")),
        "license": card.license,
        "weights_license": card.weights_license,
        "authors": _text(said.get("authors")),
        "metrics": {str(name): value for name, value in metrics.items()} if isinstance(metrics, Mapping) else {},
        "references": [_text(each) for each in references] if isinstance(references, list) else [],
    }


def card_of_run(run: Mapping[str, Any]) -> dict[str, Any] | None:
    """The card of the very model that a run's record names; None where it is not on this computer, or no longer the same."""
    from ...bundles import find_model

    model = run.get("model")
    if not isinstance(model, Mapping) or not isinstance(model.get("name"), str) or not model["name"]:
        return None
    try:
        card = report_card(find_model(model["name"]))
    except MedAIError:
        return None
    return card if card["hash"] == model.get("content_hash") else None


def model_facts(run: Mapping[str, Any], card: Mapping[str, Any] | None) -> Facts:
    """What is known of the model from the record of the run, then from its card where there is one."""
    model, card = run.get("model") or {}, card or {}
    pairs = [
        (texts.FACTS["title"], plain(model.get("title") or model.get("name") or card.get("title") or texts.UNKNOWN)),
        (texts.FACTS["version"], plain(model.get("version") or card.get("version") or texts.UNKNOWN)),
        (texts.FACTS["hash"], plain(model.get("content_hash") or card.get("hash") or texts.UNKNOWN)),
        *((texts.FACTS[key], plain(card.get(key) or "", _LONG)) for key in _TEXTS),
        (texts.FACTS["metrics"], _metrics(card.get("metrics"))),
        (texts.FACTS["references"], plain("; ".join(map(str, card.get("references") or ())), _LONG)),
    ]
    return Facts(tuple((name, value) for name, value in pairs if value))


def title_of(run: Mapping[str, Any]) -> str:
    """The model's title and version on one line."""
    model = run.get("model") or {}
    title = model.get("title") or model.get("name") or texts.NO_MODEL
    return plain(f"{title} {model.get('version') or ''}", 120)


def _metrics(metrics: object) -> str:
    if not isinstance(metrics, Mapping):
        return ""
    shown = (
        f"{plain(name, 80).replace('_', ' ')} {significant(value) if isinstance(value, int | float) else plain(value, 40)}"
        for name, value in metrics.items()
    )
    return plain("; ".join(shown), _LONG)


def _text(value: object) -> str:
    return plain(value, _LONG) if isinstance(value, str) else ""
