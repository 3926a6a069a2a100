"""The report as PDF: it has its pages, its pictures, and text that can be read out again."""

import re
import shutil
import subprocess
from dataclasses import replace

import pytest

from medai.files.report.content import build_report
from medai.files.report.document import Document, Row, Section, Table
from medai.files.report.fonts import markup
from medai.files.report.pdf import pdf_of
from support.reports import scan_with_lesions, small_pictures


@pytest.fixture(scope="module")
def document():
    prediction, image = scan_with_lesions()
    with small_pictures():
        return build_report(prediction, image)


def pages_of(pdf):
    return len(re.findall(rb"/Type /Page\b", pdf))


def text_of(pdf, folder):
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext is not here; install poppler-utils to read PDF files back.")
    (folder / "report.pdf").write_bytes(pdf)
    command = ["pdftotext", "-layout", "-enc", "UTF-8", str(folder / "report.pdf"), "-"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_it_has_its_pictures_and_its_fonts(document):
    pdf = pdf_of(document)
    assert pdf.startswith(b"%PDF")
    pictures = list(document.pictures())
    assert len(pictures) == 4
    assert len(re.findall(rb"/Subtype /Image", pdf)) == 4
    found = {tuple(map(int, sizes)) for sizes in re.findall(rb"/Height (\d+).{0,200}?/Width (\d+)", pdf, re.DOTALL)}
    assert {(height, width) for width, height in (picture.size for picture in pictures)} <= found
    assert b"/FontFile2" in pdf  # the letters are in the file
    assert b"DejaVuSans" in pdf
    assert 2 <= pages_of(pdf) <= 5


def test_its_text_can_be_read_out_again(document, tmp_path):
    text = text_of(pdf_of(document), tmp_path)
    for words in ("Findings report", "Tiny model 1.2.3", "14.4 × 9.6", "0.576", "Liver, touching", "How it was measured"):
        assert words in text
    pages = text.split("\f")[:-1]
    for number, page in enumerate(pages, 1):
        assert f"Page {number} of {len(pages)}" in page
        assert "For research only. Not a medical device" in page


def test_letters_of_many_languages_and_markup_stay_text(document, tmp_path):
    lines = ("Läsion очаг βλάβη €", "<b>bold</b> & <img src='x'/> ]]> </para>", "\N{PILE OF POO} \ud7ff")
    section = Section("Names <i>", (lines, *document.sections[0].blocks))
    text = text_of(pdf_of(replace(document, sections=(section,))), tmp_path)
    assert "Läsion очаг βλάβη €" in text
    assert "<b>bold</b> & <img src='x'/> ]]> </para>" in text
    assert "Names <i>" in text


def test_chinese_letters_get_a_font_that_has_them():
    mixed = markup("Läsion 病灶 & 2")
    assert mixed.startswith("Läsion <font name=")
    assert ">病灶</font> &amp; 2" in mixed
    assert markup("plain") == "plain"


def test_a_long_table_goes_on_with_its_heads_on_every_page(document, tmp_path):
    table = next(block for section in document.sections for block in section.blocks if isinstance(block, Table))
    rows = tuple(Row((str(number), *table.rows[0].cells[1:]), (10, 200, 30)) for number in range(1, 301))
    pdf = pdf_of(Document("Title", "model", "today", "Research.", ("Many.",), (Section("Long", (replace(table, rows=rows),)),)))
    assert pages_of(pdf) > 5
    pages = text_of(pdf, tmp_path).split("\f")[:-1]
    assert all("Nearest structure" in page for page in pages)
    assert re.search(r"\b300\b", pages[-1])


def test_a_name_without_spaces_and_an_endless_one_fit(document):
    section = Section("x" * 300, (("y" * 3000,), *document.sections[0].blocks))
    assert pages_of(pdf_of(replace(document, title="z" * 200, sections=(section,)))) >= 1
