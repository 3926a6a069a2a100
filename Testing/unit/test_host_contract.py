"""The stand-in host is no kinder than Slicer, and small; MedAI's .ui uses only what is really there."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from host.contract import CONTRACTS

HOST = Path(__file__).parents[1] / "host"
UI_FILES = sorted((Path(__file__).parents[2] / "MedAIModule" / "Resources" / "UI").glob("*.ui"))


def test_the_host_stays_small():
    assert sum(len(path.read_text(encoding="utf-8").splitlines()) for path in HOST.rglob("*.py")) < 800


def stand_in(name: str) -> type:
    from host import app, widgets

    return vars(widgets).get(name) or vars(app)[name]


def names(signatures: list[str]) -> set[str]:
    return {signature.partition("(")[0] for signature in signatures}


def qt_names(base: str) -> set[str]:
    import qt

    return set(dir(getattr(qt, base)))


def qt_properties(cls: type) -> set[str]:
    return {name for base in cls.__mro__ for name, value in vars(base).items() if type(value).__name__ == "_QtAttribute"}


def own_names(cls: type) -> set[str]:
    """Public names that the stand-in itself adds, in Python."""
    own = [base for base in cls.__mro__ if base.__module__.startswith("host.")]
    return {name for base in own for name in vars(base) if not name.startswith("_")}


@pytest.mark.parametrize("name", CONTRACTS)
def test_a_stand_in_offers_nothing_that_the_real_class_lacks(app, name):
    contract = CONTRACTS[name]
    real = {*contract.properties, *contract.methods, *names(contract.signals)} | qt_names(contract.base)
    assert own_names(stand_in(name)) - real == set()


@pytest.mark.parametrize("name", CONTRACTS)
def test_the_properties_of_a_stand_in_are_properties_and_no_methods(app, name):
    import qt

    cls = stand_in(name)
    own = {name for name, value in vars(cls).items() if isinstance(value, qt.Property)}
    assert own_names(cls) & set(CONTRACTS[name].properties) == own


def test_every_stand_in_has_a_contract(app):
    from host import widgets

    offered = {name for name, value in vars(widgets).items() if isinstance(value, type) and value.__module__ == "host.widgets"}
    assert {name for name in offered if not name.startswith("_")} | {"qSlicerApplication"} == set(CONTRACTS)


@pytest.mark.parametrize("path", UI_FILES, ids=lambda path: path.name)
def test_the_ui_sets_only_properties_that_the_real_widgets_have(app, path):
    import qt

    for widget in ElementTree.parse(path).iter("widget"):
        kind = widget.get("class")
        contract = CONTRACTS.get(kind)
        known = qt_properties(getattr(qt, contract.base if contract else kind))
        known |= set(contract.properties) if contract else set()
        fixed = {entry.get("name") for entry in widget.findall("property") if entry.get("stdset") != "0"}
        assert fixed <= known | {"buddy"}, f"{widget.get('name')}: {fixed - known}"


@pytest.mark.parametrize("path", UI_FILES, ids=lambda path: path.name)
def test_every_named_widget_of_the_ui_becomes_a_variable(app, path):
    import slicer

    top, *named = [widget.get("name") for widget in ElementTree.parse(path).iter("widget")]
    widget = slicer.util.loadUI(str(path))
    assert set(named) <= set(vars(slicer.util.childWidgetVariables(widget)))
    assert widget.name == top


@pytest.mark.parametrize("path", UI_FILES, ids=lambda path: path.name)
def test_the_ui_names_the_real_base_class_of_every_custom_widget(app, path):
    import qt

    for entry in ElementTree.parse(path).iter("customwidget"):
        base = CONTRACTS[entry.findtext("class")].base
        assert issubclass(getattr(qt, base), getattr(qt, entry.findtext("extends")))


@pytest.mark.parametrize("path", UI_FILES, ids=lambda path: path.name)
def test_every_mrml_widget_of_the_ui_gets_the_scene(path):
    root = ElementTree.parse(path).getroot()
    top = root.find("widget").get("name")
    takers = {name for name, contract in CONTRACTS.items() if "setMRMLScene" in contract.methods}
    wanted = {widget.get("name") for widget in root.iter("widget") if widget.get("class") in takers} - {top}
    made = {
        connection.findtext("receiver")
        for connection in root.iter("connection")
        if connection.findtext("sender") == top
        and connection.findtext("signal") == "mrmlSceneChanged(vtkMRMLScene*)"
        and connection.findtext("slot") == "setMRMLScene(vtkMRMLScene*)"
    }
    assert made == wanted


@pytest.mark.parametrize("path", UI_FILES, ids=lambda path: path.name)
def test_every_choice_of_the_ui_has_a_label_that_leads_to_it_and_a_tooltip(path):
    root = ElementTree.parse(path).getroot()
    buddies = {entry.findtext("cstring") for entry in root.iter("property") if entry.get("name") == "buddy"}
    for widget in root.iter("widget"):
        if widget.get("name").endswith("Selector"):
            assert widget.get("name") in buddies
            assert {"toolTip", "accessibleName"} <= {entry.get("name") for entry in widget.findall("property")}
