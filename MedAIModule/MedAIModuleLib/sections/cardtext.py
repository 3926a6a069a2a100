"""What users read about a model. All that comes from a bundle is anybody's text, so that it is escaped where it becomes HTML."""

from dataclasses import replace
from html import escape

from slicer.i18n import tr as _

from medai.bundles import ModelCard
from medai.bundles.kinds import CLASSIFICATION, DETECTION, LANDMARKS

from ..sentences import translated
from ..units import sizeText
from .chips import modalityText


def inUsersWords(card: ModelCard) -> ModelCard:
    """The card with what is known of its model in the user's language; it is found by the words of both languages."""
    organs = dict.fromkeys((*card.organs, *map(translated, card.organs)))
    return replace(card, title=translated(card.title), description=translated(card.description), organs=tuple(organs))


def listText(card: ModelCard) -> str:
    """Two lines of plain text: the title, and what decides between models."""
    facts = (stateText(card), modalityText(card.modality), _countText(card), useText(card))
    return "\n".join((card.title, _(", ").join(fact for fact in facts if fact)))


def stateText(card: ModelCard) -> str:
    """Whether the model is on this computer."""
    texts = {"built-in": _("built-in"), "installed": _("installed"), "available": _("available"), "folder": _("in a folder")}
    return texts.get(card.state, card.state)


def useText(card: ModelCard) -> str:
    """What the license says about commercial use."""
    if card.commercial_use is not None:
        return _("commercial use allowed") if card.commercial_use else _("commercial use not allowed")
    return _("license unknown") if card.license in ("", "unknown") else _("commercial use unclear")


def licenseText(card: ModelCard) -> str:
    """Name of the license, and what it says about commercial use."""
    name = card.license or _("unknown")
    return _("License: {name}").format(name=f"{name} ({useText(card)})")


def summaryHtml(card: ModelCard, estimate: str = "", verdict: str = "") -> str:
    """What a model does, as rich text; ``estimate`` says what a run would take, ``verdict`` what may run of it."""
    paragraphs = (escape(card.description or card.title), escape(_whereabouts(card)), escape(verdict), escape(estimate))
    return "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs if paragraph)


def detailsHtml(card: ModelCard) -> str:
    """What else one may want to know of a model, as rich text."""
    title = f"<b>{escape(card.title)}</b> {escape(card.version)}".strip()
    return f"<p>{title}</p><p>{'<br>'.join(_facts(card))}</p>"


def missingText(card: ModelCard | None, model: str) -> str:
    """Why this model cannot be run; "" where it can."""
    if not model:
        return _("Choose a model")
    if card is None:
        return _("There is no model {name} on this computer; choose another one, or add it").format(name=model)
    if card.root is not None:
        return ""
    return _("{model} is not on this computer yet; download it").format(model=card.title)


def _facts(card: ModelCard) -> list[str]:
    size = sizeText(card.size_bytes) if card.size_bytes else ""
    facts = [
        (_("Scans: {names}"), _(", ").join(_scans(card))),
        (_namesText(card.kind), _(", ").join(card.labels)),
        ("{name}", licenseText(card)),
        (_("On disk: {size}") if card.root is not None else _("Size: {size}"), size),
    ]
    return [text.format(names=escape(value), name=escape(value), size=escape(value)) for text, value in facts if value]


def _namesText(kind: str) -> str:
    texts = {DETECTION: _("Finds: {names}"), LANDMARKS: _("Points: {names}"), CLASSIFICATION: _("Classes: {names}")}
    return texts.get(kind, _("Segments: {names}"))


def _scans(card: ModelCard) -> list[str]:
    channels = card.channels if len(card.channels) > 1 else ()
    return [text for text in (modalityText(card.modality), *channels) if text]


def _whereabouts(card: ModelCard) -> str:
    if card.state != "available":
        return ""
    return _("Not on this computer yet. {license}").format(license=licenseText(card))


def _countText(card: ModelCard) -> str:
    texts = {DETECTION: _("finds boxes"), LANDMARKS: _("finds points"), CLASSIFICATION: _("tells classes apart")}
    count = len(card.labels)
    if card.kind in texts:
        return texts[card.kind]
    if count == 1:
        return _("1 segment")
    return _("{count} segments").format(count=count) if count else ""
