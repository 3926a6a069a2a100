"""Applies the rules of Slicer's Extensions Index to this repository, as far as they can be checked without the network.

    python Testing/packaging/check_extension_index.py [ROOT]

One line a rule; exits 1 if one is broken. The rules are those of the index's own check, which runs on every submission, and those
items of its checklist (tier 1, and tutorial and sample data of tier 3) that a program can check. Left to a person: the topic
3d-slicer-extension on GitHub, and that the URLs answer.
"""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

MAXIMUM_SIZE = 60 * 2**20  # the index allows 100 MiB with all history
SCHEMA = "https://raw.githubusercontent.com/Slicer/Slicer/main/Schemas/slicer-extension-catalog-entry-schema-v1.0.2.json#"
KEYS = {
    "$schema": str,
    "category": str,
    "scm_url": str,
    "scm_revision": str,
    "scm_type": str,
    "build_dependencies": list,
    "dicom_support_rule": str,
    "build_subdirectory": str,
    "enabled": bool,
    "tier": int,
}
REQUIRED = ("$schema", "category", "scm_url")
CATEGORIES = {"Segmentation", "Quantification", "Analysis", "Informatics", "Pipelines", "Neuroimaging"}  # those that would fit
LICENSE_NAMES = ("LICENSE", "LICENCE", "License.txt", "license.txt", "LICENSE.txt", "COPYING", "COPYING.txt")
LICENSES = {"Apache License": "Apache-2.0", "MIT License": "MIT"}
MODULE_MAY_IMPORT = {*sys.stdlib_module_names, "slicer", "vtk", "qt", "ctk", "SimpleITK", "numpy", "scipy"}
HARMLESS = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef, ast.Assign, ast.AnnAssign)
CONSTANTS_MAY_CALL = {"Path", "frozenset", "range", "set", "re"}


class Repository:
    """What the rules look at."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @cached_property
    def entry_path(self) -> Path:
        (path,) = (self.root / "Resources" / "ExtensionsIndex").glob("*.json")
        return path

    @cached_property
    def entry(self) -> dict:
        return json.loads(self.entry_path.read_text(encoding="utf-8"))

    @cached_property
    def cmake(self) -> str:
        return (self.root / "CMakeLists.txt").read_text(encoding="utf-8")

    @cached_property
    def readme(self) -> str:
        return (self.root / "README.md").read_text(encoding="utf-8")

    @cached_property
    def modules(self) -> list[Path]:
        """Folders of scripted modules."""
        return [path.parent for path in self.root.glob("*/CMakeLists.txt") if (path.parent / f"{path.parent.name}.py").is_file()]

    def variable(self, name: str) -> str:
        """What a variable is set to in the CMakeLists.txt, read as the index reads it."""
        found = re.search(rf'set\s*\({name}\s*"([^"]+)"\)', self.cmake)
        return found[1].strip() if found else ""

    def scripts(self) -> Iterator[tuple[str, ast.Module]]:
        """The modules' Python files."""
        for path in sorted(script for folder in self.modules for script in folder.rglob("*.py")):
            yield path.relative_to(self.root).as_posix(), ast.parse(path.read_text(encoding="utf-8"))

    def file_behind(self, url: str) -> Path | None:
        """The file of this repository that a raw URL names; None: it names none."""
        base = self.entry["scm_url"].removesuffix(".git").replace("https://github.com/", "https://raw.githubusercontent.com/")
        prefix = f"{base}/{self.entry['scm_revision']}/"
        path = self.root / url.removeprefix(prefix)
        return path if url.startswith(prefix) and path.is_file() else None


def entry_fits_the_schema(repository: Repository) -> Iterator[str]:
    entry = repository.entry
    yield from (f"{key} is missing" for key in REQUIRED if not entry.get(key))
    yield from (f"{key} is unknown" for key in entry.keys() - KEYS.keys())
    yield from (f"{key} is no {kind.__name__}" for key, kind in KEYS.items() if key in entry and type(entry[key]) is not kind)
    if entry.get("$schema") != SCHEMA:
        yield f"the schema is not {SCHEMA}"
    if entry.get("tier", 1) not in (1, 3, 5):
        yield "tier is not 1, 3 or 5"


def entry_is_formatted(repository: Repository) -> Iterator[str]:
    """As prettier does it, with line feeds alone."""
    if repository.entry_path.read_bytes() != (json.dumps(repository.entry, indent=2) + "\n").encode():
        yield f"{repository.entry_path.name} is not formatted with two spaces, one array element a line, and line feeds"


def category_is_accepted(repository: Repository) -> Iterator[str]:
    if repository.entry["category"] not in CATEGORIES:
        yield f"{repository.entry['category']} is none of {', '.join(sorted(CATEGORIES))}"


def names_follow_the_convention(repository: Repository) -> Iterator[str]:
    name, url = repository.entry_path.stem, urlsplit(repository.entry["scm_url"])
    if name.lower().startswith("slicer"):
        yield f"{name} starts with Slicer"
    if url.scheme not in ("git", "https"):
        yield f"scm_url starts with {url.scheme}"
    if url.path.rstrip("/").rpartition("/")[2].removesuffix(".git") != f"Slicer{name}":
        yield f"the repository is not called Slicer{name}"


def project_is_named_like_the_entry(repository: Repository) -> Iterator[str]:
    found = re.search(r"project\s*\(\s*([^\s\)\n\r]+)", repository.cmake, re.IGNORECASE)
    if found is None or found[1] != repository.entry_path.stem:
        yield f"the first project( in CMakeLists.txt is {found and found[1]}, not {repository.entry_path.stem}"


def icon_is_a_png_of_128_pixels(repository: Repository) -> Iterator[str]:
    path = repository.file_behind(repository.variable("EXTENSION_ICONURL"))
    if path is None:
        yield "EXTENSION_ICONURL is not the raw URL of a file in this repository"
    elif (header := path.read_bytes()[:24])[:8] != b"\x89PNG\r\n\x1a\n" or header[16:] != bytes([0, 0, 0, 128] * 2):
        yield f"{path.name} is no PNG of 128 x 128 pixels"


def screenshots_are_pictures(repository: Repository) -> Iterator[str]:
    urls = repository.variable("EXTENSION_SCREENSHOTURLS").split()
    if not urls:
        yield "EXTENSION_SCREENSHOTURLS is not set to one quoted text"
    for url in urls:
        path = repository.file_behind(url)
        if path is None:
            yield f"{url} is not the raw URL of a file in this repository"
        elif not path.read_bytes().startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")):
            yield f"{path.name} is neither PNG nor JPEG"


def description_is_plain(repository: Repository) -> Iterator[str]:
    """CMake would take a semicolon for the end of the text, and the rest would be lost."""
    text = repository.variable("EXTENSION_DESCRIPTION")
    if not 40 < len(text) < 400:
        yield f"EXTENSION_DESCRIPTION has {len(text)} characters"
    if ";" in text:
        yield "EXTENSION_DESCRIPTION has a semicolon"


def cmake_agrees_with_the_entry(repository: Repository) -> Iterator[str]:
    depends = repository.variable("EXTENSION_DEPENDS").replace("NA", "").split()
    if depends != repository.entry.get("build_dependencies", []):
        yield f"EXTENSION_DEPENDS is {depends}"
    if repository.variable("EXTENSION_HOMEPAGE") != repository.entry["scm_url"].removesuffix(".git"):
        yield "EXTENSION_HOMEPAGE is not scm_url"
    yield from (
        f"{name} is not set" for name in ("EXTENSION_CONTRIBUTORS", "EXTENSION_KEYWORDS") if not repository.variable(name)
    )


def license_is_found_and_named(repository: Repository) -> Iterator[str]:
    path = next((path for name in LICENSE_NAMES if (path := repository.root / name).is_file()), None)
    name = next((name for text, name in LICENSES.items() if path and text in path.read_text(encoding="utf-8")), None)
    if name is None:
        yield f"there is no {' or '.join(sorted(LICENSES))} in LICENSE.txt"
    elif name not in repository.readme:
        yield f"README.md does not name {name}"


def repository_is_small(repository: Repository) -> Iterator[str]:
    """Its history and the files in it, as a clone would have them."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=repository.root, capture_output=True, text=True, check=False)
    files = [repository.root / name for name in listed.stdout.split("\0") if name] or list(repository.root.rglob("*"))
    size = sum(path.stat().st_size for path in {*files, *(repository.root / ".git").rglob("*")} if path.is_file())
    if size > MAXIMUM_SIZE:
        yield f"{size / 2**20:.0f} MiB are more than {MAXIMUM_SIZE / 2**20:.0f}"


def readme_introduces_the_extension(repository: Repository) -> Iterator[str]:
    head, _heading, rest = repository.readme.partition("\n## ")
    title, _newline, summary = head.partition("\n")
    if not title.startswith(f"# {repository.entry_path.stem}"):
        yield "README.md does not start with the extension's name"
    if not re.match(r"\s*\w[^#!]{80,}?\.", summary):
        yield "README.md does not start with a summary"
    pictures = [name for name in re.findall(r"!\[[^\]]+\]\(([^)]+)\)", head + rest) if (repository.root / name).is_file()]
    if not pictures:
        yield "README.md shows no picture"
    if not re.search(r"\bcit(e|ation)\b", repository.readme, re.IGNORECASE):
        yield "README.md does not say how to cite"


def readme_has_a_sentence_for_every_module(repository: Repository) -> Iterator[str]:
    for folder in repository.modules:
        titles = re.findall(r'title = _\("(.+?)"\)', (folder / f"{folder.name}.py").read_text(encoding="utf-8"))
        if not titles or not re.search(rf"module \*{titles[0]}\*", repository.readme):
            yield f"README.md has no sentence with 'module *{(titles or [folder.name])[0]}*'"


def readme_has_a_tutorial_with_sample_data(repository: Repository) -> Iterator[str]:
    if len(re.findall(r"^\d\. ", repository.readme, re.MULTILINE)) < 3:
        yield "README.md has no steps to follow"
    if "Sample Data" not in repository.readme:
        yield "README.md does not say where sample data come from"


def modules_do_nothing_when_imported(repository: Repository) -> Iterator[str]:
    """Functions, classes and constants alone; except where an import that fails makes another way to it necessary."""
    for name, tree in repository.scripts():
        for node in tree.body:
            documents = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
            tries = isinstance(node, ast.Try) and all(isinstance(tried, HARMLESS) for tried in node.body)
            if not (documents or tries or (isinstance(node, HARMLESS) and _calls(node) <= CONSTANTS_MAY_CALL)):
                yield f"{name}:{node.lineno} does something"


def modules_import_only_what_slicer_has(repository: Repository) -> Iterator[str]:
    own = {path.stem for folder in repository.modules for path in folder.iterdir()} | {"medai"}
    for name, tree in repository.scripts():
        for package in _imported_at_the_top(tree):
            if package not in MODULE_MAY_IMPORT | own:
                yield f"{name} imports {package} at its top"


def pytorch_comes_through_its_extension(repository: Repository) -> Iterator[str]:
    for name, tree in repository.scripts():
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            if ast.unparse(call.func).endswith("pip_install") and "torch" in ast.unparse(call):
                yield f"{name}:{call.lineno} installs PyTorch with pip"


def root_is_no_module(repository: Repository) -> Iterator[str]:
    """Else the application would take its scripts for modules."""
    yield from (f"{path.name} is in the root" for path in repository.root.glob("*.py"))


def _calls(node: ast.stmt) -> set[str]:
    """The names that an assignment starts its calls from, such as ``Path`` for ``Path(x).resolve()``."""
    calls = [call.func for call in ast.walk(node) if isinstance(call, ast.Call)] if isinstance(node, ast.Assign) else []
    return {re.split(r"\W", ast.unparse(call))[0] for call in calls}


def _imported_at_the_top(tree: ast.Module) -> set[str]:
    nodes = [inner for node in tree.body for inner in (node.body if isinstance(node, ast.Try) else [node])]
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    named = {str(node.module) for node in nodes if isinstance(node, ast.ImportFrom) and node.level == 0}
    return {name.partition(".")[0] for name in plain | named}


RULES: tuple[Callable[[Repository], Iterator[str]], ...] = (
    entry_fits_the_schema,
    entry_is_formatted,
    category_is_accepted,
    names_follow_the_convention,
    project_is_named_like_the_entry,
    icon_is_a_png_of_128_pixels,
    screenshots_are_pictures,
    description_is_plain,
    cmake_agrees_with_the_entry,
    license_is_found_and_named,
    repository_is_small,
    readme_introduces_the_extension,
    readme_has_a_sentence_for_every_module,
    readme_has_a_tutorial_with_sample_data,
    modules_do_nothing_when_imported,
    modules_import_only_what_slicer_has,
    pytorch_comes_through_its_extension,
    root_is_no_module,
)


def broken(root: Path) -> dict[str, list[str]]:
    """What breaks each rule, by the rule's name; an empty list: nothing."""
    repository = Repository(root)
    return {rule.__name__: list(rule(repository)) for rule in RULES}


def main(arguments: list[str]) -> int:
    root = Path(arguments[0]) if arguments else Path(__file__).resolve().parents[2]
    result = broken(root)
    for rule, problems in result.items():
        print(f"{'FAIL' if problems else 'ok  '} {rule.replace('_', ' ')}{': ' if problems else ''}{'; '.join(problems)}")
    return 1 if any(result.values()) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
