"""The stand-in host is no kinder than Slicer, and MedAI's .ui uses only what is really there."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from host.contract import CONTRACTS

UI_FILES = sorted((Path(__file__).parents[2] / "MedAIModule" / "Resources" / "UI").glob("*.ui"))
STAND_INS = sorted(CONTRACTS)


def names(text: str) -> set[str]:
    return {name.partition("(")[0] for name in text.split()}


def qt_names(base: str) -> set[str]:
    import qt

    return set(dir(getattr(qt, base)))


def qt_properties(cls: type) -> set[str]:
    return {name for base in cls.__mro__ for name, value in vars(base).items() if type(value).__name__ == "_QtAttribute"}


def own_names(cls: type) -> set[str]:
    """Public names that the stand-in itself adds, in Python."""
    return {name for base in cls.__mro__ if base.__module__ == "host.widgets" for name in vars(base) if not name.startswith("_")}


@pytest.mark.parametrize("name", STAND_INS)
def test_a_stand_in_offers_nothing_that_the_real_widget_lacks(app, name):
    from host import widgets

    contract = CONTRACTS[name]
    real = names(contract.properties) | names(contract.methods) | names(contract.signals) | qt_names(contract.base)
    assert own_names(getattr(widgets, name)) <= real


def test_every_stand_in_has_a_contract(app):
    from host.widgets import STAND_INS

    assert {widget.__name__ for widget in STAND_INS} == set(CONTRACTS)


@pytest.mark.parametrize("path", UI_FILES, ids=lambda path: path.name)
def test_the_ui_sets_only_properties_that_the_real_widgets_have(app, path):
    import qt

    for widget in ElementTree.parse(path).iter("widget"):
        kind = widget.get("class")
        contract = CONTRACTS.get(kind)
        known = qt_properties(getattr(qt, contract.base if contract else kind))
        known |= set(contract.properties.split()) if contract else set()
        fixed = {entry.get("name") for entry in widget.findall("property") if entry.get("stdset") != "0"}
        assert fixed <= known | {"buddy"}, f"{widget.get('name')}: {fixed - known}"


@pytest.mark.parametrize("path", UI_FILES, ids=lambda path: path.name)
def test_every_mrml_widget_of_the_ui_gets_the_scene(path):
    root = ElementTree.parse(path).getroot()
    top = root.find("widget").get("name")
    wanted = {widget.get("name") for widget in root.iter("widget") if widget.get("class").startswith("qMRML")} - {top}
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
