"""The house: data and imports flow one way, the light rooms load no torch, and the repository speaks of the project alone."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ENGINE = ROOT / "MedAIExtension" / "medai"

# A room may import the rooms before it, never one behind it.
ROOMS = ["errors", "geometry", "image", "region", "finding", "resources", "bundles", "inference", "results", "evaluation"]
ROOMS += ["followup", "files", "mrml", "training", "jobs", "doctor", "cli"]
SIBLINGS = {("mrml", "files"), ("training", "mrml"), ("jobs", "training"), ("jobs", "mrml")}
PANEL = ROOT / "MedAIModule" / "MedAIModuleLib"
PANEL_ROOMS = [
    "units",
    "sentences",
    "settings",
    "parameters",
    "sampledata",
    "plain",
    "loop",
    "installation",
    "runs",
    "selftest",
    "sections",
    "panel",
]
HEAVY = {"torch", "monai"}
MAY_LOAD_HEAVY = {"inference", "bundles", "training", "evaluation"}


def room_of(path: Path) -> str:
    return path.relative_to(ENGINE).parts[0].removesuffix(".py")


def modules() -> list[Path]:
    return sorted(p for p in ENGINE.rglob("*.py") if p.parent != ENGINE or p.stem not in ("__init__", "__main__"))


def imported_rooms(path: Path, house: Path = ENGINE) -> set[str]:
    """Rooms of the house that a file imports, inside functions too."""
    package = path.relative_to(house).parent.parts
    rooms = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level > 0:
            base = package[: len(package) - node.level + 1]
            names = [node.module] if node.module else [alias.name for alias in node.names]
            rooms |= {(*base, *str(name).split("."))[0] for name in names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("medai."):
            rooms.add(str(node.module).split(".")[1])
    return {room for room in rooms if room in (ROOMS if house == ENGINE else PANEL_ROOMS)}


@pytest.mark.parametrize("path", modules(), ids=lambda p: p.relative_to(ENGINE).as_posix())
def test_imports_flow_one_way(path):
    own = room_of(path)
    assert own in ROOMS, f"{own} is a new room: give it its place in the flow"
    for room in imported_rooms(path) - {own}:
        assert ROOMS.index(room) < ROOMS.index(own), f"{own} imports {room}, which lies behind it"
        assert (own, room) not in SIBLINGS, f"{own} and {room} lie side by side and know nothing of each other"


@pytest.mark.parametrize("path", sorted(PANEL.rglob("*.py")), ids=lambda p: p.relative_to(PANEL).as_posix())
def test_imports_in_the_module_flow_one_way(path):
    own = path.relative_to(PANEL).parts[0].removesuffix(".py")
    if own == "__init__":
        return
    assert own in PANEL_ROOMS, f"{own} is a new room: give it its place in the flow"
    for room in imported_rooms(path, PANEL) - {own}:
        assert PANEL_ROOMS.index(room) < PANEL_ROOMS.index(own), f"{own} imports {room}, which lies behind it"
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
        names += [str(node.module)] if isinstance(node, ast.ImportFrom) and node.level == 0 else []
        assert not {name.split(".")[0] for name in names} & HEAVY


@pytest.mark.parametrize("path", modules(), ids=lambda p: p.relative_to(ENGINE).as_posix())
def test_torch_and_monai_stay_in_their_rooms(path):
    if room_of(path) in MAY_LOAD_HEAVY:
        return
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
        names += [str(node.module)] if isinstance(node, ast.ImportFrom) and node.level == 0 else []
        assert not {name.split(".")[0] for name in names} & HEAVY


def test_light_rooms_load_neither_torch_nor_monai():
    code = (
        "import sys, medai, medai.bundles, medai.inference, medai.results, medai.files, medai.jobs, medai.training, medai.cli;"
        "print([m for m in ('torch', 'monai', 'matplotlib', 'slicer', 'vtk') if m in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


def tracked_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("This is no git checkout.")
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_the_repository_names_no_machine():
    words = ["/" + "work/", "/" + "root/", "/" + "home/"]
    for path in tracked_files():
        if path.suffix in (".py", ".md", ".txt", ".toml", ".json", ".yaml", ".ui", ".csv") or path.name in ("Makefile", "run"):
            text = path.read_text(encoding="utf-8")
            assert not [word for word in words if word in text], path


def test_every_package_says_what_lives_there():
    for path in ENGINE.rglob("__init__.py"):
        assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), path
