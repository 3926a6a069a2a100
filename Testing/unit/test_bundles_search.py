"""Models found by words, whatever is typed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medai.bundles import ModelCard, list_cards, search

BRAIN = ModelCard(
    name="brain-mr", title="Brain MRI, any contrast", description="Heads.", state="built-in", modality="MR", task="Structures",
    organs=("brain",), channels=("MRI",), labels=("Left hippocampus",), license="MIT", commercial_use=True, size_bytes=1,
    thumbnail=None, root=None,
)  # fmt: skip
KIDNEY = replace(BRAIN, name="renal_ct", title="Kidney tumor", organs=("kidney",), labels=("Neoplasm",), modality="CT")
BODY = replace(BRAIN, name="body_ct", title="Body", organs=(), labels=("vertebrae_L5", "Kidney"), modality="CT", description="")
PET = replace(BRAIN, name="lesions", title="Léßions", organs=(), labels=("lesion",), modality="PT", description="Like a kidney.")
CARDS = [BODY, PET, KIDNEY, BRAIN]

TEXTS = st.text(max_size=12) | st.sampled_from(["brain mri", "kidney_left", "Tumour", "vertebrae_L5", "CT", "lésions"])
CARD = st.builds(
    lambda name, title, labels, description: replace(BRAIN, name=name, title=title, labels=labels, description=description),
    name=TEXTS, title=TEXTS, labels=st.tuples(TEXTS, TEXTS), description=TEXTS,
)  # fmt: skip
SOME_CARDS = st.lists(CARD, max_size=5)


def found(words: str, modalities: tuple[str, ...] = ()) -> list[str]:
    return [card.name for card in search(CARDS, words, modalities)]


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("", ["body_ct", "lesions", "renal_ct", "brain-mr"]),
        ("  --", ["body_ct", "lesions", "renal_ct", "brain-mr"]),
        ("brain", ["brain-mr"]),
        ("BRAIN mr", ["brain-mr"]),
        ("contrast bra", ["brain-mr"]),
        ("brain ct", []),
        ("rain", []),
        ("l5", ["body_ct"]),
        ("vertebra", ["body_ct"]),
        ("LESSIONS", ["lesions"]),
        ("léssion", ["lesions"]),
        ("kidney", ["renal_ct", "body_ct", "lesions"]),
        ("renal", ["renal_ct", "body_ct", "lesions"]),
        ("kidneys", ["renal_ct", "body_ct", "lesions"]),
        ("tumour", ["renal_ct"]),
        ("tumou", ["renal_ct"]),
        ("cerebral", ["brain-mr"]),
        ("MRI hippocampus", ["brain-mr"]),
        ("pet", ["lesions"]),
    ],
)
def test_words_find_models_with_the_best_match_first(words, names):
    assert found(words) == names


@pytest.mark.parametrize("words", ["T1", "t2", "FLAIR", "mri head"])
def test_kinds_of_scans_find_the_model_for_them_before_a_structure_of_the_name(words):
    assert search(list_cards(), words)[0].name == "brain-mr"


def test_modalities_are_compared_as_words():
    assert found("", ("CT",)) == ["body_ct", "renal_ct"]
    assert found("", ("pt", "MR")) == ["lesions", "brain-mr"]
    assert found("kidney", ("CT",)) == ["renal_ct", "body_ct"]
    assert found("", ("C",)) == []
    assert search([replace(BRAIN, modality="CT, MR"), replace(BRAIN, modality="")], "", ("MR",))[0].modality == "CT, MR"
    assert search([replace(BRAIN, modality="")], "", ("MR",)) == []


@pytest.mark.parametrize("card", list_cards(), ids=lambda card: card.name)
def test_every_model_there_is_is_found_by_its_title_name_organs_and_labels(card):
    for words in (card.title, card.name, *card.organs, *card.labels):
        assert card in search(list_cards(), words)


@given(SOME_CARDS)
def test_every_card_is_found_by_its_own_name_and_title(cards):
    for card in cards:
        assert card in search(cards, card.name)
        assert card in search(cards, card.title)
        assert card in search(cards, f"{card.labels[1]} {card.title}", ("MR",))


@given(SOME_CARDS, TEXTS, TEXTS)
def test_more_words_never_find_more(cards, words, more):
    few = search(cards, f"{words} {more}")
    many = search(cards, words)
    assert all(card in many for card in few)
    assert all(card in cards for card in many)


@given(SOME_CARDS, st.text("abceiklmnrstuy ", max_size=8) | TEXTS)
def test_typing_on_never_finds_more(cards, words):
    for length in range(len(words)):
        many = search(cards, words[:length])
        assert all(card in many for card in search(cards, words[: length + 1]))


@given(SOME_CARDS)
def test_no_words_keep_all_cards_in_their_order(cards):
    assert search(cards) == cards
