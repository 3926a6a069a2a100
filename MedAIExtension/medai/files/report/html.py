"""The report as one page of HTML: pictures inside, no script, nothing fetched."""

from __future__ import annotations

import base64
import hashlib

from ...resources import resource
from .document import Document, Facts, Picture, Table


def html_of(document: Document) -> str:
    """The page. Texts are shown as they are, whatever markup they hold; its policy lets a browser run and fetch nothing."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(resource("Report"), encoding="utf-8"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["kind"] = _kind
    environment.filters["base64"] = lambda data: base64.b64encode(data).decode("ascii")
    style = resource("Report", "report.css").read_text(encoding="utf-8")
    # Only this very style sheet is allowed, so that no text of a bundle could bring one of its own.
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode("ascii")
    policy = f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return environment.get_template("report.html").render(document=document, style=style, policy=policy)


def _kind(block: object) -> str:
    kinds: dict[type, str] = {Facts: "facts", Table: "table", Picture: "picture", tuple: "list", str: "text"}
    return kinds[type(block)]
