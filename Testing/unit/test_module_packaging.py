"""What CMake installs is what there is: every file of the engine, the module and the self-tests, no more and no less."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
LISTS = [
    ("MedAIExtension/CMakeLists.txt", "MEDAI_PYTHON_SCRIPTS", "MedAIExtension", "medai/**/*.py"),
    ("MedAIExtension/CMakeLists.txt", "MEDAI_RESOURCES", "Resources", "Models/*/**/*"),
    ("MedAIExtension/CMakeLists.txt", "MEDAI_RESOURCES", "Resources", "SampleData/synthetic-*"),
    ("MedAIExtension/CMakeLists.txt", "MEDAI_RESOURCES", "Resources", "Terminology/*.csv"),
    ("MedAIExtension/CMakeLists.txt", "MEDAI_RESOURCES", "Resources", "Report/*"),
    ("MedAIModule/CMakeLists.txt", "MODULE_PYTHON_SCRIPTS", "MedAIModule", "**/*.py"),
    ("MedAIModule/CMakeLists.txt", "MODULE_PYTHON_RESOURCES", "MedAIModule", "Resources/**/*"),
    ("Testing/Python/CMakeLists.txt", "TESTING_PYTHON_SCRIPTS", "Testing/Python", "*.py"),
]


def listed(cmake_file: str, variable: str) -> list[str]:
    text = (REPOSITORY / cmake_file).read_text()
    (body,) = re.findall(rf"set\({variable}\n(.*?)\)", text, flags=re.DOTALL)
    return body.split()


@pytest.mark.parametrize(("cmake_file", "variable", "folder", "pattern"), LISTS)
def test_every_file_is_listed(cmake_file, variable, folder, pattern):
    root = REPOSITORY / folder
    found = [path for path in root.glob(pattern) if path.is_file() and "__pycache__" not in path.parts]
    files = {path.relative_to(root).as_posix() for path in found}
    assert files
    assert files - set(listed(cmake_file, variable)) == set()


@pytest.mark.parametrize(("cmake_file", "variable", "folder"), sorted({entry[:3] for entry in LISTS}))
def test_every_listed_file_is_there_once_and_in_order(cmake_file, variable, folder):
    names = listed(cmake_file, variable)
    assert [name for name in names if not (REPOSITORY / folder / name).is_file()] == []
    assert names == sorted(set(names))


def test_the_modules_folder_holds_no_other_python_file_which_slicer_would_take_for_a_module():
    assert [path.name for path in (REPOSITORY / "MedAIModule").glob("*.py")] == ["MedAIModule.py"]
    assert not list(REPOSITORY.glob("*.py"))


def test_the_icon_is_the_same_in_both_places():
    icon = (REPOSITORY / "MedAI.png").read_bytes()
    assert icon == (REPOSITORY / "MedAIModule" / "Resources" / "Icons" / "MedAIModule.png").read_bytes()
