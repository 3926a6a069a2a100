"""Brings the module's translations up to date with its strings, found as Slicer's own tool finds them, and with the engine's.

    python Testing/packaging/update_translations.py

The engine's sentences go into Resources/sentences.json, where the module looks them up. New strings come into the .ts file
unfinished, vanished ones go, translations stay, also of strings that moved to another file; then it is compiled. Qt's lupdate
and lrelease do it, which come with PySide6. Exits 1 while strings wait for their translation.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree
from xml.sax.saxutils import escape, unescape

import PySide6

from engine_sentences import MODULE, templates

TRANSLATIONS = MODULE / "Resources" / "Translations" / "MedAI_zh-CN.ts"
SENTENCES = MODULE / "Resources" / "sentences.json"
SENTENCES_CONTEXT = "medai"


class Message(NamedTuple):
    """A string of the module in a .ts file; an unfinished one is none yet."""

    context: str
    source: str
    translation: str
    finished: bool


def read(translations: Path) -> list[Message]:
    """The messages of a .ts file."""
    return list(_messages(ElementTree.parse(translations)))


def update(translations: Path, module: Path = MODULE) -> None:
    """Write the strings of the module's .py and .ui files and its sentences into the .ts file, which need not exist."""
    before = read(translations) if translations.exists() else []
    with tempfile.TemporaryDirectory() as folder:
        names = list(_prepare(module, Path(folder)))
        listing = Path(folder) / "files.lst"
        listing.write_text("\n".join(names), encoding="utf-8")
        updated = Path(folder) / translations.name
        if before:
            shutil.copy(translations, updated)
        options = ["-no-obsolete", "-locations", "none", "-disable-heuristic", "similartext"]
        languages = ["-source-language", "en", "-target-language", "zh_CN"]
        _qt_tool("lupdate", f"@{listing}", *options, *languages, "-ts", updated, cwd=folder)
        text = _without_slicers_contexts(updated.read_text(encoding="utf-8"))
        translations.write_text(_with_translations(text, before), encoding="utf-8")


def compile_(translations: Path) -> None:
    """Write the .qm file beside the .ts file."""
    _qt_tool("lrelease", "-silent", translations, "-qm", translations.with_suffix(".qm"))


def context_of(script: Path) -> str:
    """The context of a script's strings, which ``slicer.i18n.tr`` looks for: package and file, or the file alone."""
    package = script.parent.name + "." if (script.parent / "__init__.py").is_file() else ""
    return package + script.stem


def _prepare(module: Path, folder: Path) -> Iterator[str]:
    """Copy what has strings, with ``_("text")`` as the ``translate("context", "text")`` that lupdate knows; gives the names."""
    for path in sorted(p for p in module.rglob("*") if p.suffix in (".py", ".ui") or p.name == SENTENCES.name):
        copy = folder / path.relative_to(module)
        copy.parent.mkdir(parents=True, exist_ok=True)
        text = path.read_text(encoding="utf-8")
        if path.name == SENTENCES.name:
            copy = copy.with_suffix(".py")
            calls = (f"translate({json.dumps(SENTENCES_CONTEXT)}, {json.dumps(each)})" for each in json.loads(text))
            text = "\n".join(calls)
        elif path.suffix == ".py":
            text = re.sub(r"""(?<!\w)_\((?=\s*["'])""", f'translate("{context_of(path)}", ', text)
        copy.write_text(text, encoding="utf-8")
        yield copy.relative_to(folder).as_posix()


def _without_slicers_contexts(text: str) -> str:
    """Slicer's own strings, such as the names of its categories, are translated by Slicer; ours must not differ from them."""
    return re.sub(r"<context>\s*<name>qSlicer\w+</name>.*?</context>\n", "", text, flags=re.DOTALL)


def _with_translations(text: str, before: Iterable[Message]) -> str:
    """A string that had a translation under another context, such as in a script that was moved, keeps it."""
    known = {message.source: escape(message.translation) for message in before if message.finished}

    def filled(found: re.Match[str]) -> str:
        translation = known.get(unescape(found["source"], {"&quot;": '"', "&apos;": "'"}))
        return found[0] if translation is None else f"{found['head']}<translation>{translation}</translation>"

    unfinished = r'(?P<head><source>(?P<source>[^<]*)</source>\s*)<translation type="unfinished">[^<]*</translation>'
    return re.sub(unfinished, filled, text)


def _messages(tree: ElementTree.ElementTree) -> Iterator[Message]:
    for context in tree.iter("context"):
        for message in context.iter("message"):
            translation = message.find("translation")
            finished = translation is not None and translation.get("type") is None
            text = "" if translation is None else translation.text or ""
            yield Message(str(context.findtext("name")), str(message.findtext("source")), text, finished)


def _qt_tool(name: str, *arguments: str | Path, cwd: str | None = None) -> None:
    folder = str(Path(PySide6.__file__).parent)
    program = shutil.which(name, path=folder)
    if program is None:
        raise FileNotFoundError(f"{folder} has no {name}; install PySide6-Essentials")
    result = subprocess.run([program, *map(str, arguments)], cwd=cwd, capture_output=True, text=True, check=False)
    if result.returncode or "warning" in (result.stdout + result.stderr).lower():
        raise RuntimeError(f"{name} failed: {result.stdout}{result.stderr}")


def write_sentences(path: Path) -> None:
    """Write the engine's sentences as a list in JSON, one a line."""
    path.write_text(json.dumps(templates(), indent=2) + "\n", encoding="utf-8")


def main() -> int:
    write_sentences(SENTENCES)
    update(TRANSLATIONS)
    compile_(TRANSLATIONS)
    waiting = [message for message in read(TRANSLATIONS) if not message.finished]
    for message in waiting:
        print(f"{message.context}: {message.source}")
    print(f"{len(waiting)} of {len(read(TRANSLATIONS))} strings wait for their translation in {TRANSLATIONS.name}")
    return 1 if waiting else 0


if __name__ == "__main__":
    sys.exit(main())
