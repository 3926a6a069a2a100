"""Pages in a real browser without a window: Chromium from the system, where it is at hand."""

from __future__ import annotations

import html
import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-extensions",
    "--disable-sync",
    "--hide-scrollbars",
    "--allow-file-access-from-files",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
# A frame shows the page as it is; what is asked of it is asked from outside, since the page itself runs no script.
_HARNESS = """<!DOCTYPE html>
<html><body style="margin:0">
<iframe id="page" src="{url}" style="border:0;width:{width}px;height:900px"></iframe><pre id="said"></pre>
<script>
addEventListener("load", () => setTimeout(() => {{
  const page = document.getElementById("page").contentDocument;
  document.getElementById("said").textContent = JSON.stringify({{
    title: page.title,
    language: page.documentElement.lang,
    text: page.body.innerText,
    pictures: [...page.images].map((each) => [each.complete ? each.naturalWidth : 0, each.naturalHeight, each.alt]),
    headings: [...page.querySelectorAll("h1, h2")].map((each) => each.textContent),
    heads: [...page.querySelectorAll("thead th")].map((each) => each.scope),
    scripts: page.scripts.length,
    elements: [...new Set([...page.querySelectorAll("*")].map((each) => each.localName))].sort(),
    columns: page.querySelector("dl div") ? getComputedStyle(page.querySelector("dl div")).gridTemplateColumns : "",
    width: page.documentElement.scrollWidth,
  }});
}}, 200));
</script></body></html>
"""


@dataclass(frozen=True)
class Page:
    """What a browser made of a page.

    Attributes:
        title, language, text, headings: as shown.
        pictures: width and height in pixels of each, 0 where it could not be decoded, and the text in its place.
        heads: scopes of the cells in heads of tables.
        scripts: how many there are.
        elements: names of all kinds of elements.
        columns: of the first list of facts, as CSS gives them.
        width: of everything, in pixels.
    """

    title: str
    language: str
    text: str
    pictures: list[list]
    headings: list[str]
    heads: list[str]
    scripts: int
    elements: list[str]
    columns: str
    width: int


def browser() -> str:
    """The browser's program; the test is skipped where there is none."""
    found = os.environ.get("MEDAI_TEST_BROWSER") or next(filter(None, map(shutil.which, _NAMES)), None)
    if not found:
        pytest.skip("No Chromium is here; install the package chromium to open pages in it.")
    return found


def open_page(path: Path, folder: Path, width: int = 1000) -> Page:
    """Open a page in a frame of so many pixels; ``folder`` takes the browser's own files."""
    harness = folder / "harness.html"
    harness.write_text(_HARNESS.format(url=path.resolve().as_uri(), width=width), encoding="utf-8")
    shown = _run(folder, "--virtual-time-budget=10000", "--dump-dom", harness.resolve().as_uri())
    said = shown.partition('<pre id="said">')[2].partition("</pre>")[0]
    assert said, f"The browser did not open {path}."
    return Page(**json.loads(html.unescape(said)))


def print_page(path: Path, target: Path, folder: Path) -> None:
    """Print a page to a PDF as the browser's own dialog would."""
    _run(folder, f"--print-to-pdf={target}", "--no-pdf-header-footer", path.resolve().as_uri())


def _run(folder: Path, *arguments: str) -> str:
    command = [browser(), *_FLAGS, f"--user-data-dir={folder / 'browser'}", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    return done.stdout
