"""The report in a real browser: its pictures show, its tables are read, and whatever a bundle names its labels, nothing runs."""

import html
import threading
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from medai.files import write_report
from medai.results import reviewed
from medai.results.review import Review
from support.browser import browser, open_page, print_page
from support.reports import ORGAN, RUN, TUMOR, scan_with_lesions, small_pictures

_FRAME = "html head meta title style body header main footer section div h1 h2 p span strong ul li dl dt dd"
_CONTENT = "table caption thead tbody tr th td svg rect figure img figcaption meter"
ELEMENTS = {*_FRAME.split(), *_CONTENT.split()}


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    browser()
    prediction, image = scan_with_lesions()
    path = tmp_path_factory.mktemp("report") / "report.html"
    write_report(reviewed(prediction, [Review("lesion", 3, "rejected", "noise")]), image, html=path, patient={"Name": "Jane Doe"})
    return path


@pytest.fixture(scope="module")
def page(report, tmp_path_factory):
    return open_page(report, tmp_path_factory.mktemp("browser"))


def test_all_pictures_are_decoded_and_described(page):
    assert len(page.pictures) == 3  # two lesions that stand, and the picture in space
    assert all(width > 700 and height > 300 and len(text) > 20 for width, height, text in page.pictures)


def test_the_numbers_are_on_the_page(page):
    assert page.title == "Findings report: Tiny model 1.2.3"
    assert page.language == "en-US"
    for words in (
        "For research only. Not a medical device",
        "0.576",
        "14.4 × 9.6",
        "Jane Doe",
        "noise",
        "14.4 × 9.6 mm, 0.576 ml",
    ):
        assert words in page.text
    assert page.headings[:4] == ["Findings report", "Patient", "What deserves a look", "Lesions"]
    assert set(page.heads) == {"col"}


def test_the_style_is_allowed_and_scripts_are_not(page, report):
    assert page.scripts == 0
    assert len(page.columns.split()) == 2  # names beside values: the style sheet's own hash let it in
    assert set(page.elements) <= ELEMENTS
    text = html.unescape(report.read_text(encoding="utf-8"))
    assert "default-src 'none'" in text
    assert "http:" not in text
    assert "https:" not in text


def test_it_is_readable_on_a_phone(report, tmp_path):
    phone = open_page(report, tmp_path, width=360)
    assert phone.width <= 360
    assert len(phone.columns.split()) == 1


def test_it_prints(report, tmp_path):
    print_page(report, tmp_path / "printed.pdf", tmp_path)
    printed = (tmp_path / "printed.pdf").read_bytes()
    assert printed.startswith(b"%PDF")
    assert printed.count(b"/Subtype /Image") >= 3


@contextmanager
def listening():
    """A server on this computer, and the paths that it was asked for."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(404)
            self.end_headers()

        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()


def test_hostile_names_come_out_as_text_and_nothing_is_fetched(tmp_path):
    browser()
    with listening() as (address, asked):
        bait = f"<img src='{address}/label'><script src='{address}/script'></script>"
        (tmp_path / "bait.html").write_text(f"<html><body><dl></dl>{bait}</body></html>")
        open_page(tmp_path / "bait.html", tmp_path)
        assert sorted(asked) == ["/label", "/script"]  # a page that may fetch does
        asked.clear()
        prediction, image = scan_with_lesions(names={ORGAN: f"{bait} </style></td>", TUMOR: "tumor"})
        model = {"title": f"</title>{bait}", "version": '"><b>1'}
        run = {**RUN, "model": model, "warnings": [f"<link rel=stylesheet href={address}/w>"]}
        said = Review("lesion", 1, "edited", f'"><svg onload="fetch(`{address}/note`)">{bait}')
        hostile = replace(reviewed(prediction, [said]), run=run)
        with small_pictures():
            write_report(hostile, image, html=tmp_path / "report.html", patient={f"Name{bait}": bait})
        page = open_page(tmp_path / "report.html", tmp_path)
        assert asked == []
    assert page.scripts == 0
    assert set(page.elements) <= ELEMENTS
    assert f"<img src='{address}/label'>" in page.text
    assert "onload=" in page.text
    assert page.title.startswith("Findings report: </title><img")
    assert all(width > 0 for width, *_ in page.pictures)
