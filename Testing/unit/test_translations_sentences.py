"""The engine's sentences reach the user in the application's language, with the values that are in them."""

from __future__ import annotations

import ast
import json
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("PySide6", exc_type=ImportError, reason="Qt's tools are missing; run: pip install PySide6-Essentials")

import update_translations as tool
from engine_sentences import ENGINE, templates
from medai.image import Image

TEMPLATES: list[str] = json.loads(tool.SENTENCES.read_text(encoding="utf-8"))
MOST_VALUES = 4
NO_LETTERS = st.characters(categories=("Lo", "Nd"))  # of no alphabet that has capitals


@pytest.fixture(scope="module")
def sentences(_started):
    """The room of the module, in an application that shouts: it says everything in capitals."""
    import sys

    if str(tool.MODULE) not in sys.path:
        sys.path.append(str(tool.MODULE))
    from MedAIModuleLib import sentences

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sentences, "translate", lambda context, text: text.upper() if context == "medai" else text)
        yield sentences


@pytest.fixture
def in_chinese(app, sentences, monkeypatch):
    from PySide6.QtCore import QTranslator

    translator = QTranslator()
    assert translator.load(str(tool.TRANSLATIONS.with_suffix(".qm")))
    monkeypatch.setattr(sentences, "translate", lambda context, text: translator.translate(context, text) or text)
    return sentences


def test_the_modules_sentences_are_the_engines_no_more_and_no_less():
    advice = "run: python Testing/packaging/update_translations.py"
    assert sorted(set(templates()) - set(TEMPLATES)) == [], advice
    assert sorted(set(TEMPLATES) - set(templates())) == [], advice


def test_templates_have_no_braces_but_those_of_their_values():
    assert [text for text in TEMPLATES if "{" in text.format(*"abcdefg") or "{{" in text] == []
    assert max(text.count("{") for text in TEMPLATES) <= MOST_VALUES


@settings(deadline=None)
@given(st.lists(st.text(NO_LETTERS, min_size=1), min_size=MOST_VALUES, max_size=MOST_VALUES))
def test_every_sentence_is_translated_and_keeps_its_values(sentences, values):
    for text in TEMPLATES:
        assert sentences.translated(text.format(*values)) == text.upper().format(*values)


@settings(deadline=None)
@given(st.lists(st.text(), min_size=MOST_VALUES, max_size=MOST_VALUES))
def test_without_a_translation_every_sentence_stays_as_it_is_whatever_its_values(sentences, values):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sentences, "translate", lambda _context, text: text)
        for sentence in (text.format(*values) for text in TEMPLATES):
            assert sentences.translated(sentence) == sentence


@settings(deadline=None)
@given(st.text(NO_LETTERS))
def test_other_texts_stay_as_they_are(sentences, text):
    assert sentences.translated(text) == text
    assert sentences.translated(f"{text} was never said by the engine.") == f"{text} was never said by the engine."


@pytest.mark.parametrize(
    ("sentence", "shouted"),
    [
        ("model.pt is missing; get it again.", "model.pt IS MISSING; GET IT AGAIN."),
        ("a is b is missing; get it again.", "a is b IS MISSING; GET IT AGAIN."),
        (" is missing; get it again.", " IS MISSING; GET IT AGAIN."),
        ("There is no installed model 'x'; installed: none.", "THERE IS NO INSTALLED MODEL 'x'; INSTALLED: NONE."),
        ("There is no installed model 'x'; installed: y, z.", "THERE IS NO INSTALLED MODEL 'x'; INSTALLED: y, z."),
        (
            "A message 'Plan' between MedAI and its worker is broken (No scan was given; choose one.); start the run again.",
            "A MESSAGE 'Plan' BETWEEN MEDAI AND ITS WORKER IS BROKEN (NO SCAN WAS GIVEN; CHOOSE ONE.); START THE RUN AGAIN.",
        ),
        ("not installed", "NOT INSTALLED"),
        ("not installed is missing; get it again.", "not installed IS MISSING; GET IT AGAIN."),
        ("is missing; get it again", "is missing; get it again"),
        ("is missing; get it again.", "is missing; get it again."),
    ],
)
def test_the_template_that_says_most_is_taken_and_values_are_anybodys_words_unless_they_are_sentences(
    sentences, sentence, shouted
):
    assert sentences.translated(sentence) == shouted


def test_a_translation_that_lost_a_value_or_has_others_does_no_harm(sentences, monkeypatch):
    sentence = "model.pt is missing; get it again."
    for wrong in ("{1} is gone.", "{name} is gone.", "{0 is gone.", "{} {} gone."):
        monkeypatch.setattr(sentences, "translate", lambda _context, _text, wrong=wrong: wrong)
        assert sentences.translated(sentence) == sentence


def test_without_the_list_everything_stays_english(sentences, monkeypatch, tmp_path):
    monkeypatch.setattr(sentences, "_TEMPLATES", tmp_path / "none.json")
    monkeypatch.setattr(sentences, "_templates", sentences._templates.__wrapped__)
    assert sentences.translated("not installed") == "not installed"
    (tmp_path / "none.json").write_text("[")
    assert sentences.translated("not installed") == "not installed"


def test_errors_doubts_and_checks_are_told_in_chinese(in_chinese):
    from medai.bundles import find_model
    from medai.errors import MedAIError
    from medai.inference import doubts_about
    from MedAIModuleLib.sections.checkup import Check, lineOf

    with pytest.raises(MedAIError) as refused:
        find_model("no such model")
    assert in_chinese.sentenceFor(refused.value).startswith("没有模型或模型包文件夹 'no such model'；本机的模型：brain-mr")
    assert in_chinese.sentenceFor(ValueError("wrong")) == "运行意外失败（ValueError: wrong）；详细信息中说明了出错位置。"
    scan = Image(np.arange(8.0).reshape(1, 2, 2, 2), np.eye(4), "Head", "CT")
    (doubt,) = doubts_about([scan], find_model("brain-mr"))
    assert in_chinese.translated(doubt) == "Head 是 CT 扫描，但 Brain MRI, any contrast 是为 MR 制作的；请勿信赖其结果。"
    assert "内存" in lineOf(Check("memory", True, "5.0 of 16.0 GB are free"))
    assert "16.0 GB 中有 5.0 GB 可用" in lineOf(Check("memory", True, "5.0 of 16.0 GB are free"))


def test_known_models_are_described_in_chinese_and_found_by_the_words_of_both_languages(in_chinese):
    from medai.bundles import list_cards, search
    from MedAIModuleLib.sections import cardtext
    from support.sections import card

    cards = [cardtext.inUsersWords(each) for each in list_cards()]
    assert [each.name for each in cards if not re.search(r"[\u4e00-\u9fff]", each.title + each.description)] == []
    for word in ("脾脏", "脾", "spleen"):
        assert "spleen_ct_segmentation" in [found.name for found in search(cards, word)]
    assert next(found.name for found in search(cards, "脑部 MRI")) == "brain-mr"
    assert cardtext.inUsersWords(card()) == card(organs=("brain", "脑部"))


def test_a_hint_of_the_panel_is_told_in_the_users_language(app, sentences):
    from medai.bundles import find_model
    from MedAIModuleLib.sections.hints import Hints
    from support.panels import add_scan

    scan = add_scan("Head")
    scan.SetAttribute("DICOM.Modality", "CT")
    hint = Hints().about(find_model("brain-mr"), [scan])
    assert hint.startswith("Head IS A CT SCAN, BUT Brain MRI, any contrast WAS MADE FOR MR;")


ENGINE_SAMPLE = '''
"""A sentence of the documentation."""
LOST = "It was lost."

class ScanError(MedAIError):
    """An error, documented."""

def check(scan, name):
    """Another sentence of the documentation."""
    if scan.wrong:
        raise ScanError(f"{scan.name} has {scan.size:.1f} voxels, {name!r}") from None
    fate = "removed" if scan.gone else f"changed by {scan.by}"
    notes.append(f"{scan.name} was {fate} ({count} voxel{'s' * (count > 1)}).")
    log("no sentence")
    return Check("disk", True, _found(scan), "" if scan.good else "buy another one")

def _found(scan):
    if scan.gone:
        return LOST
    return f"{scan.version or 'nothing'} found" if scan else _size(scan, "large")

def _size(scan, what):
    return f"{scan.name} is too {what}"
'''


def test_the_engines_texts_are_found_with_one_template_for_each_case(tmp_path):
    engine, module = tmp_path / "engine", tmp_path / "module"
    (engine / "cli").mkdir(parents=True)
    module.mkdir()
    (engine / "scans.py").write_text(ENGINE_SAMPLE)
    (engine / "errors.py").write_text("class MedAIError(Exception): ...\n")
    (engine / "cli" / "run.py").write_text('raise MedAIError("The command line says this.")\n')
    (module / "order.py").write_text('a = "No sentence of an error."\nraise MedAIError("No scan was given.")\n')
    (module / "panel.py").write_text('raise MedAIError(_("This is {what}.").format(what=1))\n')
    models = tmp_path / "models"
    (models / "own" / "configs").mkdir(parents=True)
    (models / "own" / "configs" / "metadata.json").write_text('{"name": "Own", "description": "Finds  it.", "organs": ["brain"]}')
    (models / "catalog.json").write_text(
        '{"models": [{"title": "Public", "description": "Finds it.", "organs": ["hand", "brain"]}]}'
    )
    assert templates(engine, module, models) == [
        "Finds it.",
        "It was lost.",
        "No scan was given.",
        "Own",
        "Public",
        "brain",
        "buy another one",
        "disk",
        "hand",
        "nothing found",
        "{0} found",
        "{0} has {1} voxels, {2}",
        "{0} is too large",
        "{0} was changed by {1} ({2} voxel).",
        "{0} was changed by {1} ({2} voxels).",
        "{0} was removed ({1} voxel).",
        "{0} was removed ({1} voxels).",
    ]


def test_no_error_of_the_engine_is_made_of_parts_that_the_templates_cannot_be_found_for():
    """A text that is put together with ``+``, ``%`` or ``.format`` would be missed."""
    for path in ENGINE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("Error") and node.args:
                assert not isinstance(node.args[0], ast.BinOp), f"{path}:{node.lineno}"
