"""The repository fulfills what Slicer's Extensions Index asks for, and the script that says so notices when it does not."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import check_extension_index as check

REPOSITORY = Path(__file__).resolve().parents[2]
SCRIPT = REPOSITORY / "Testing" / "packaging" / "check_extension_index.py"
COPIED = [
    "CMakeLists.txt",
    "LICENSE.txt",
    "MedAI.png",
    "MedAIModule",
    "README.md",
    "Resources/ExtensionsIndex",
    "Resources/Screenshots",
]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of what the rules look at."""
    for name in COPIED:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        source = REPOSITORY / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, tmp_path / name)
    return tmp_path


def replace(name: str, old: str, new: str) -> Callable[[Path], None]:
    def damage(root: Path) -> None:
        text = (root / name).read_text(encoding="utf-8")
        assert old in text
        (root / name).write_text(text.replace(old, new), encoding="utf-8")

    return damage


def append(name: str, text: str) -> Callable[[Path], None]:
    return lambda root: write(name, (root / name).read_bytes() + text.encode())(root)


def prepend(name: str, text: str) -> Callable[[Path], None]:
    return lambda root: write(name, text.encode() + (root / name).read_bytes())(root)


def entry(**changes: object) -> Callable[[Path], None]:
    def damage(root: Path) -> None:
        path = root / "Resources" / "ExtensionsIndex" / "MedAI.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | changes, indent=2) + "\n")

    return damage


def rename(old: str, new: str) -> Callable[[Path], None]:
    return lambda root: (root / old).rename(root / new)


def write(name: str, content: bytes) -> Callable[[Path], None]:
    return lambda root: (root / name).write_bytes(content)


ENTRY = "Resources/ExtensionsIndex/MedAI.json"
SCREENSHOT = "Resources/Screenshots/result.png"
MODULE = "MedAIModule/MedAIModule.py"
PANEL = "MedAIModule/MedAIModuleLib/panel.py"
DAMAGES = [
    ("entry_fits_the_schema", entry(author="somebody")),
    ("entry_fits_the_schema", entry(category="")),
    ("entry_fits_the_schema", entry(tier="1")),
    ("entry_fits_the_schema", entry(tier=2)),
    ("entry_fits_the_schema", replace(ENTRY, "v1.0.2", "v1.0.1")),
    ("entry_is_formatted", replace(ENTRY, "  ", "    ")),
    ("entry_is_formatted", lambda root: (root / ENTRY).write_bytes((root / ENTRY).read_bytes().replace(b"\n", b"\r\n"))),
    ("category_is_accepted", entry(category="Artificial Intelligence")),
    ("names_follow_the_convention", rename(ENTRY, "Resources/ExtensionsIndex/SlicerMedAI.json")),
    ("names_follow_the_convention", entry(scm_url="ssh://github.com/SlicerMedAI/SlicerMedAI")),
    ("names_follow_the_convention", entry(scm_url="https://github.com/SlicerMedAI/MedAI")),
    (
        "project_is_named_like_the_entry",
        replace("CMakeLists.txt", "project(MedAI)", "# A project (see README.md)\nproject(MedAI)"),
    ),
    ("icon_is_a_png_of_128_pixels", replace("CMakeLists.txt", "main/MedAI.png", "master/MedAI.png")),
    ("icon_is_a_png_of_128_pixels", lambda root: shutil.copy(root / SCREENSHOT, root / "MedAI.png")),
    ("screenshots_are_pictures", replace("CMakeLists.txt", '_SCREENSHOTURLS "', '_SCREENSHOTURLS " https://example.com/2.png ')),
    ("screenshots_are_pictures", replace("CMakeLists.txt", 'SCREENSHOTURLS "', 'SCREENSHOTURLS a "')),
    ("screenshots_are_pictures", write(SCREENSHOT, b"<svg/>")),
    ("description_is_plain", replace("CMakeLists.txt", "choose a scan", "choose; a scan")),
    ("description_is_plain", replace("CMakeLists.txt", 'EXTENSION_DESCRIPTION "', 'EXTENSION_DESCRIPTION "Segments.")\n#("')),
    ("cmake_agrees_with_the_entry", entry(build_dependencies=["PyTorch", "SlicerRadiomics"])),
    ("cmake_agrees_with_the_entry", replace("CMakeLists.txt", 'HOMEPAGE "https://', 'HOMEPAGE "https://www.')),
    ("cmake_agrees_with_the_entry", replace("CMakeLists.txt", "set(EXTENSION_KEYWORDS", "set(KEYWORDS")),
    ("license_is_found_and_named", rename("LICENSE.txt", "LICENSE.md")),
    ("license_is_found_and_named", replace("README.md", "Apache-2.0", "free")),
    ("repository_is_small", write("model.bin", bytes(check.MAXIMUM_SIZE))),
    ("readme_introduces_the_extension", replace("README.md", "# MedAI", "# Welcome")),
    ("readme_introduces_the_extension", prepend("README.md", "# MedAI\n\n## Overview\n")),
    ("readme_introduces_the_extension", lambda root: shutil.rmtree(root / "Resources" / "Screenshots")),
    ("readme_introduces_the_extension", replace("README.md", "cit", "sit")),
    ("readme_has_a_sentence_for_every_module", replace("README.md", "module *", "panel *")),
    ("readme_has_a_tutorial_with_sample_data", replace("README.md", "\n1. ", "\n- ")),
    ("readme_has_a_tutorial_with_sample_data", replace("README.md", "Sample Data", "the internet")),
    ("modules_do_nothing_when_imported", append(MODULE, "\nslicer.util.infoDisplay('Welcome')\n")),
    ("modules_do_nothing_when_imported", append(MODULE, "\nSCENE = slicer.util.loadScene('x.mrb')\n")),
    ("modules_do_nothing_when_imported", append(MODULE, "\nfor name in sys.path:\n    pass\n")),
    ("modules_import_only_what_slicer_has", append(PANEL, "\nimport pandas.io\n")),
    (
        "modules_import_only_what_slicer_has",
        append(PANEL, "\ntry:\n    import torch\nfinally:\n    pass\n"),
    ),
    ("pytorch_comes_through_its_extension", append(MODULE, "\ndef f():\n    slicer.util.pip_install('torch>=2')\n")),
    ("root_is_no_module", write("setup.py", b"")),
]


def test_every_rule_holds_for_the_repository():
    assert {rule: problems for rule, problems in check.broken(REPOSITORY).items() if problems} == {}


def test_a_plain_copy_breaks_no_rule(copy):
    assert not any(check.broken(copy).values())


@pytest.mark.parametrize(("rule", "damage"), DAMAGES)
def test_what_breaks_a_rule_is_noticed(copy, rule, damage):
    damage(copy)
    assert check.broken(copy)[rule]


def test_every_rule_is_seen_to_fail():
    assert {rule.__name__ for rule in check.RULES} == {rule for rule, _damage in DAMAGES}


def test_the_script_names_the_broken_rule_and_fails(copy):
    assert subprocess.run([sys.executable, SCRIPT, copy], capture_output=True, check=False).returncode == 0
    entry(category="")(copy)
    result = subprocess.run([sys.executable, SCRIPT, copy], capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert "FAIL entry fits the schema: category is missing" in result.stdout.splitlines()
