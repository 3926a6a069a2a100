"""Every string that the module shows is translated into Simplified Chinese, and the application finds the translation."""

from __future__ import annotations

import ast
import importlib.util
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("PySide6", exc_type=ImportError, reason="Qt's tools are missing; run: pip install PySide6-Essentials")

import update_translations as tool
from update_translations import Message

SCRIPTS = sorted(tool.MODULE.rglob("*.py"))
NAMES = "MedAI|slicer-core|torch|python"


@pytest.fixture(scope="module")
def extracted(tmp_path_factory) -> set[tuple[str, str]]:
    """Context and text of every string that Slicer's translators would be given."""
    path = tmp_path_factory.mktemp("ts") / "MedAI_zh-CN.ts"
    tool.update(path)
    return {(message.context, message.source) for message in tool.read(path)}


def faults(message: Message) -> list[str]:
    """What is wrong with a translation."""
    source, translation = message.source, message.translation
    has_words = re.search("[a-z]{2}", re.sub(f"{{.*?}}|{NAMES}", "", source))
    checks = {
        "is unfinished": not message.finished or not translation.strip(),
        "is not translated": has_words and not re.search(r"[\u4e00-\u9fff]", translation),
        "has other {placeholders}": sorted(re.findall(r"{.*?}", source)) != sorted(re.findall(r"{.*?}", translation)),
        "has another &mnemonic": re.findall(r"&(\w)", source.lower()) != re.findall(r"&(\w)", translation.lower()),
        "has other <tags>": re.findall(r"</?\w+", source) != re.findall(r"</?\w+", translation),
        "lacks the colon": source.endswith(":") != translation.endswith("："),
        "has other spaces around it": source.strip() == source and translation.strip() != translation,
        "has a {placeholder} at a word": re.search(r"\w{|}\w", translation),  # the log would not find a name in it
    }
    return [fault for fault, found in checks.items() if found]


def test_the_translations_hold_the_modules_strings_no_more_and_no_less(extracted):
    translated = {(message.context, message.source) for message in tool.read(tool.TRANSLATIONS)}
    advice = "run: python Testing/packaging/update_translations.py"
    assert extracted - translated == set(), advice
    assert translated - extracted == set(), advice


def test_every_translation_is_complete_and_fits_its_text():
    assert {message: faults(message) for message in tool.read(tool.TRANSLATIONS) if faults(message)} == {}


@pytest.mark.parametrize(
    ("source", "translation", "fault"),
    [
        ("Apply", "", "is unfinished"),
        ("Apply", "Apply", "is not translated"),
        ("{count} voxels", "{数} 个体素", "has other {placeholders}"),
        ("&Scan", "扫描", "has another &mnemonic"),
        ("&Scan", "扫描(&C)", "has another &mnemonic"),
        ("<b>Scan</b>", "扫描", "has other <tags>"),
        ("Scan:", "扫描:", "lacks the colon"),
        ("Scan", "扫描 ", "has other spaces around it"),
        ("{name} is empty", "{name}是空的", "has a {placeholder} at a word"),
    ],
)
def test_a_faulty_translation_is_noticed(source, translation, fault):
    assert fault in faults(Message("Panel", source, translation, finished=True))


def test_an_unfinished_translation_is_noticed():
    assert faults(Message("Panel", "Scan", "扫描", finished=False)) == ["is unfinished"]
    assert faults(Message("Panel", "&Scan {name}:", "扫描 {name}(&S)：", finished=True)) == []


def test_the_compiled_translations_are_those_of_the_ts_file():
    from PySide6.QtCore import QTranslator

    translator = QTranslator()
    assert translator.load(str(tool.TRANSLATIONS.with_suffix(".qm")))
    messages = [message for message in tool.read(tool.TRANSLATIONS) if message.finished]
    assert messages
    stale = [message for message in messages if translator.translate(message.context, message.source) != message.translation]
    assert stale == [], "run: python Testing/packaging/update_translations.py"


def test_new_strings_come_in_unfinished_vanished_ones_go_and_translations_stay(tmp_path):
    module, translations = tmp_path / "Module", tmp_path / "MedAI_zh-CN.ts"
    (module / "Parts").mkdir(parents=True)
    (module / "Parts" / "__init__.py").touch()
    script = module / "Parts" / "scans.py"
    script.write_text('from slicer.i18n import tr as _\n\na = _("Scan")\nb = _("Old")\n')
    tool.update(translations, module)
    translations.write_text(
        translations.read_text().replace('<translation type="unfinished"></translation>', "<translation>扫描</translation>")
    )
    script.write_text('from slicer.i18n import tr as _\n\nx = f(_("Scan"), _("""New\nline {x}""").format(x=1))\n')
    tool.update(translations, module)
    assert tool.read(translations) == [
        Message("Parts.scans", "Scan", "扫描", finished=True),
        Message("Parts.scans", "New\nline {x}", "", finished=False),
    ]


def test_a_string_that_moves_to_another_file_keeps_its_translation(tmp_path):
    module, translations = tmp_path / "Module", tmp_path / "MedAI_zh-CN.ts"
    (module / "Parts").mkdir(parents=True)
    (module / "Parts" / "__init__.py").touch()
    text = 'from slicer.i18n import tr as _\n\na = _("Keep \\"a < b\\" & it\'s {x}")\n'
    (module / "scans.py").write_text(text)
    tool.update(translations, module)
    finished = '<translation>保留 "a &lt; b" &amp; {x}</translation>'
    translations.write_text(translations.read_text().replace('<translation type="unfinished"></translation>', finished))
    (module / "scans.py").rename(module / "Parts" / "scans.py")
    tool.update(translations, module)
    assert tool.read(translations) == [Message("Parts.scans", """Keep "a < b" & it's {x}""", '保留 "a < b" & {x}', finished=True)]


def test_slicers_own_extractor_finds_the_same_strings(extracted, tmp_path):
    sources = Path(os.environ.get("SLICER_PYTHON", "/no/slicer/sources/here")).parents[2]
    path = sources / "Utilities" / "Scripts" / "update_translations.py"
    if not path.is_file():
        pytest.skip("SLICER_PYTHON does not lie in Slicer's sources with Utilities/Scripts.")
    spec = importlib.util.spec_from_file_location("slicers_update_translations", path)
    slicers = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(slicers)
    for script in SCRIPTS:
        assert slicers.get_python_context(str(script)) == tool.context_of(script)
        patched = slicers.patch_python_source(script.read_bytes(), tool.context_of(script)).decode()
        found = {call for call in translated_texts(ast.parse(patched), {"translate"}) if not call[0].startswith("qSlicer")}
        assert found <= extracted
        assert found == {pair for pair in extracted if pair[0] == tool.context_of(script)} & found
        assert not list(calls(ast.parse(patched), {"_"})), script


def calls(tree: ast.AST, names: set[str]) -> Iterator[ast.Call]:
    return (n for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name) and n.func.id in names)


def translated_texts(tree: ast.AST, names: set[str]) -> set[tuple[str, str]]:
    literal = (call for call in calls(tree, names) if all(isinstance(argument, ast.Constant) for argument in call.args))
    return {tuple(argument.value for argument in call.args) for call in literal}


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_every_translated_text_is_one_literal_that_the_extractor_finds(script, extracted):
    text = script.read_text(encoding="utf-8")
    for call in calls(ast.parse(text), {"_"}):
        (argument,) = call.args
        assert isinstance(argument, ast.Constant), f"line {call.lineno}"
        assert (tool.context_of(script), argument.value) in extracted, f"line {call.lineno}; inside of an f-string?"


def test_the_widgets_node_types_and_parameter_names_are_not_for_translators(extracted):
    assert not [text for _context, text in extracted if re.match(r"vtkMRML|Medai|[a-z]+[A-Z]\w+$", text)]


@pytest.mark.parametrize(
    ("language", "found"), [("zh-Hans", 1), ("zh_CN", 1), ("zh", 1), ("zh_TW", 0), ("de_DE", 0), ("en_US", 0)]
)
def test_the_application_finds_the_file_by_the_name_of_its_language(language, found):
    """It looks for the locale's name, with a hyphen too, at the end of the file's name."""
    from PySide6.QtCore import QLocale

    ending = QLocale(language).name().replace("_", "-")
    assert len(list(tool.TRANSLATIONS.parent.glob(f"*{ending}.qm"))) == found


def test_the_module_has_its_translations_loaded_before_it_says_anything(app, monkeypatch):
    from host.app import ScriptedModule

    loaded = []
    monkeypatch.setattr(type(app), "loadTranslations", lambda _app, folder: loaded.append(Path(folder)), raising=False)
    ScriptedModule(tool.MODULE / "MedAIModule.py").unload()
    assert loaded == [tool.TRANSLATIONS.parent]


@pytest.fixture
def chinese(app):
    """The application with the module's translations."""
    from PySide6.QtCore import QTranslator

    translator = QTranslator()
    assert translator.load(str(tool.TRANSLATIONS.with_suffix(".qm")))
    app.installTranslator(translator)
    yield
    app.removeTranslator(translator)


def test_the_panel_is_shown_in_chinese(chinese, module):
    from PySide6 import QtWidgets

    panel = module.widgetRepresentation()
    assert panel.self().panel.ui.applyButton.text == "应用"
    shown = [w.text for kind in (QtWidgets.QAbstractButton, QtWidgets.QLabel) for w in panel.findChildren(kind)]
    tips = [widget.toolTip for widget in panel.findChildren(QtWidgets.QWidget)]
    english = {message.source for message in tool.read(tool.TRANSLATIONS) if message.source != message.translation}
    assert [text for text in shown + tips if text in english] == []
    assert len([text for text in shown + tips if re.search(r"[\u4e00-\u9fff]", text)]) > 20
