"""Reports to files."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from ...errors import InputError
from ...image import Image
from ...results import Prediction
from ..whole import check_writable, written_whole

_ENDINGS = {"html": (".html", ".htm"), "pdf": (".pdf",)}


def write_report(
    prediction: Prediction,
    image: Image,
    *,
    html: Path | None = None,
    pdf: Path | None = None,
    card: Mapping[str, Any] | None = None,
    patient: Mapping[str, str] | None = None,
) -> None:
    """Write a report for people as HTML, as PDF, or both with the same content: both files whole, or neither.

    It has tables and pictures of what was found, what deserves a look, what a reader said, the model's card, and how it all came
    about. Findings that a reader has rejected are counted and pictured nowhere, and listed by themselves. It holds nothing that
    tells who the patient is, not even the scan's name, unless ``patient`` is given; a reader's notes stand as they were written.

    Args:
        prediction: of the scan, with its lesions, statistics and reviews where there are any.
        image: the scan, (channel, i, j, k); a label map is on its grid.
        html: file of the report as one page without scripts, which fetches nothing. None for none.
        pdf: file of the report on A4. None for none.
        card: what is known of the model, as ``report_card`` gives it.
        patient: what is said of the patient, such as {"Name": ..., "ID": ...}; shown at the top, with the scan's name below.

    Raises:
        InputError: if neither file is asked for, a name does not end with .html or .pdf, a folder cannot be written, or the
            prediction is not on the scan's grid.
        MedAIError: if writing fails, such as on a full disk.
    """
    from .content import build_report
    from .html import html_of
    from .pdf import pdf_of

    targets = {kind: path for kind, path in (("html", html), ("pdf", pdf)) if path is not None}
    _check(targets, prediction, image)
    document = build_report(prediction, image, card, patient)
    content = {"html": lambda: html_of(document).encode(), "pdf": lambda: pdf_of(document)}
    finished = {path: content[kind]() for kind, path in targets.items()}
    with ExitStack() as folders:
        for path, written in finished.items():
            (folders.enter_context(written_whole(path.parent)) / path.name).write_bytes(written)


def _check(targets: Mapping[str, Path], prediction: Prediction, image: Image) -> None:
    if not targets:
        raise InputError("No file was named for the report; name one that ends with .html or .pdf.")
    for kind, path in targets.items():
        if path.suffix.lower() not in _ENDINGS[kind]:
            raise InputError(
                f"{path} is to hold the report as {kind.upper()}; give it a name that ends with {_ENDINGS[kind][0]}."
            )
        check_writable(path.parent)
    if prediction.labelmap is not None and not image.on_same_grid(prediction.labelmap):
        raise InputError(f"The prediction is not on the grid of {image.name}; name the scan that it was made from.")
