"""Models found by words: in any order and case, beginnings of words suffice, and equal words find each other."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from .card import ModelCard

# Words that mean the same to whoever searches: spellings, Latin and English, DICOM's words for modalities.
_SAME = (
    ("tumor", "tumour", "neoplasm"),
    ("brain", "cerebral"),
    ("kidney", "renal"),
    ("liver", "hepatic"),
    ("lung", "pulmonary"),
    ("heart", "cardiac"),
    ("stomach", "gastric"),
    ("spleen", "splenic"),
    ("child", "pediatric", "paediatric"),
    ("esophagus", "oesophagus"),
    ("edema", "oedema"),
    ("hemorrhage", "haemorrhage"),
    ("gray", "grey"),
    ("mr", "mri"),
    ("pt", "pet"),
    ("us", "ultrasound"),
)
_WORD = re.compile(r"[^\W_]+")


def search(cards: Iterable[ModelCard], words: str = "", modalities: Sequence[str] = ()) -> list[ModelCard]:
    """Cards that have every word and one of the modalities, the best match first; equally good ones keep their order.

    Args:
        cards: to choose from.
        words: each is found at the beginning of a word of the title, the name, organs or keywords, labels, modality, task or
            description (best first); case, accents and a plural's "s" do not matter.
        modalities: DICOM's words, such as "CT"; none means any.
    """
    wanted = [_alternatives(word) for word in words_of(words)]
    chosen = {word.casefold() for word in modalities}
    ranked = [
        (rank, card)
        for card in cards
        if (not chosen or chosen & set(words_of(card.modality))) and (rank := _rank(card, wanted)) is not None
    ]
    return [card for _, card in sorted(ranked, key=lambda pair: pair[0])]


def words_of(text: str) -> list[str]:
    """A text's words for comparison: lower case, accents removed, split at spaces, underscores and punctuation."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return _WORD.findall("".join(c for c in plain if not unicodedata.combining(c)))


def _alternatives(word: str) -> tuple[str, ...]:
    """Beginnings that do for a word. A word under way counts as all that it may become, so that typing on never adds results."""
    if len(word) > 3:
        word = word.removesuffix("s")
    same = (other for group in _SAME if any(one.startswith(word) for one in group) for other in group)
    return (word, *same)


def _rank(card: ModelCard, wanted: Sequence[tuple[str, ...]]) -> int | None:
    """0 where all words are in the title, more the worse the places are; None where a word is nowhere."""
    fields = (card.title, card.name, *(" ".join(names) for names in ((*card.organs, *card.keywords), card.labels)))
    places = [words_of(text) for text in (*fields, f"{card.modality} {card.task} {card.description}")]
    ranks = [
        next((place for place, found in enumerate(places) if any(word.startswith(beginnings) for word in found)), None)
        for beginnings in wanted
    ]
    return None if None in ranks else sum(rank for rank in ranks if rank)
