"""Everything that the module's code shows goes through a translation; texts that do not are noticed."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

SCRIPTS = sorted((Path(__file__).resolve().parents[2] / "MedAIModule").rglob("*.py"))
SHOWN = re.compile(
    r"text|\w+Text|toolTip|(\w+T|t)itle|accessible\w+|statusTip|whatsThis|noneDisplay|html|suffix|prefix|format"  # properties
)
SHOWING = re.compile(
    r"set\w*(Text|ToolTip|Title|Html|AccessibleName|AccessibleDescription|Format|Labels)|appendPlainText|add(Items?|Action|Button|Tab)"
    r"|Q(Label|PushButton|ToolButton|Action|CheckBox|GroupBox|\w+WidgetItem)|\w+Display|messageBox|showStatusMessage"
    r"|createProgressDialog|getOpenFileName|getExistingDirectory"
)
# A name; parameters of MRML; columns of tables in the scene; folders.
NOT_SHOWN = {"MedAI contributors", "Closed surface", "Joint smoothing", "MedAI report", "MedAI DICOM"}
NOT_SHOWN |= {"Longest diameter (mm)", "Short axis (mm)", "Feret diameter (mm)"}


def shown_literals(text: str) -> set[str]:
    """Texts that are shown untranslated: where a widget takes them, and sentences anywhere else but in errors of the logic."""
    tree = ast.parse(text)
    in_panel = "slicer.i18n" in text
    found = {literal for place in _shown_places(tree) for literal in _literals(place) if re.search("[A-Za-z]{2}", literal)}
    found |= {literal for literal in _literals(tree, raised=in_panel) if re.search(r"[A-Za-z]{2,},? [A-Za-z]", literal)}
    return found - NOT_SHOWN


def _shown_places(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            yield from (
                node.value for target in node.targets if isinstance(target, ast.Attribute) and SHOWN.fullmatch(target.attr)
            )
        elif isinstance(node, ast.Call) and SHOWING.fullmatch(ast.unparse(node.func).rpartition(".")[2]):
            yield from node.args[: 1 if ast.unparse(node.func).endswith("addItem") else None]  # then come data
            yield from (keyword.value for keyword in node.keywords)


def _literals(node: ast.AST, raised: bool = True) -> Iterator[str]:
    """Texts in an expression or a statement, but for those that are translated, logged, tested or documentation."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    if isinstance(node, ast.Call) and re.match(r"_$|translate$|logging\.", ast.unparse(node.func)):
        return
    if isinstance(node, ast.Raise) and not raised:
        return
    if isinstance(node, ast.ClassDef) and node.name.endswith("Test"):
        return
    documented = isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node) is not None
    for child in node.values if isinstance(node, ast.Dict) else ast.iter_child_nodes(node):
        if not (documented and child is node.body[0]):
            yield from _literals(child, raised)


@pytest.mark.parametrize("script", [path for path in SCRIPTS if path.stem != "selftest"], ids=lambda path: path.stem)
def test_nothing_is_shown_that_is_not_translated(script):
    assert shown_literals(script.read_text(encoding="utf-8")) == set()


@pytest.mark.parametrize(
    "line",
    [
        'button.text = "Apply"',
        'button.toolTip = tip or "Start"',
        'button.text = f"{name} segments"',
        'label.setText("Voxels: {}".format(count))',
        'slicer.util.errorDisplay(_("Failed"), detailedText="Details")',
        'box.addItem("Fast", "fast")',
        'table.setHorizontalHeaderLabels(["Name", _("Volume")])',
        'def missing():\n    return "Choose a scan"',
        'from slicer.i18n import tr as _\nraise MedAIError("Choose a scan")',
    ],
)
def test_a_text_without_translation_is_noticed(line):
    assert shown_literals(line)


@pytest.mark.parametrize(
    "line",
    [
        'button.text = _("Apply now")',
        'button.text = "%" if percent else ""',
        'logging.info("Started a run")',
        'box.addItem(_("Fast"), "fast mode")',
        'def missing():\n    """Say what is missing."""',
        'raise InputError("No scan was given; choose one.")',
    ],
)
def test_what_is_translated_or_not_shown_is_no_fault(line):
    assert shown_literals(line) - {"fast mode"} == set()
