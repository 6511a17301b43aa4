"""The press: it prints what it is given, fetches nothing, and stops at the first flaw."""

import logging
import threading
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pypdf
import pytest
from flask import Flask

from shop.paper import pdf
from shop.paper.layout import Field, Label, Layout, Line
from shop.paper.pdf import PaperJam

PLAIN = Layout((Field(20, 20, 170, 250),))


def text_of(data: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(data)).pages)


@pytest.fixture(autouse=True)
def in_app(tmp_path: Path) -> Iterator[None]:
    """The press finds motifs through an app; it needs nothing else of a shop."""
    with Flask("shop", instance_path=str(tmp_path)).app_context():
        yield


def test_umlauts_euro_and_names_are_text_in_the_file():
    data = pdf.render("<p>Grüße an Łódź, Şükran, Erdős: 37,50 €</p>", PLAIN)
    assert "Grüße an Łódź, Şükran, Erdős: 37,50 €" in text_of(data)


def test_every_font_is_embedded():
    fonts = pypdf.PdfReader(BytesIO(pdf.render("<p>Erna <b>fett</b></p>", PLAIN))).pages[0]["/Resources"][
        "/Font"
    ]
    embedded = [font.get_object().get("/FontDescriptor") for font in fonts.values()]
    assert sum("/FontFile2" in descriptor for descriptor in embedded if descriptor) == 2


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "/etc/passwd",
        "../../app.py",
        "http://127.0.0.1:9/x.png",
        "https://example.org/x.png",
        "ftp://example.org/x.png",
        "data:image/svg+xml,&lt;svg/&gt;",
        "data:image/png;base64,AAAA",
        "data:image/png;base64,%%%",
        "motif:../../app",
        "motif:gibt-es-nicht",
        "ribbon:#zzz",
    ],
)
def test_no_address_but_our_own_is_fetched(address: str):
    with pytest.raises(PaperJam):
        pdf.render(f'<p><img src="{address}"></p>', PLAIN)


@pytest.mark.parametrize(
    "style",
    [
        "@import url(file:///etc/passwd);",
        "@font-face { font-family: x; src: url(http://127.0.0.1:9/x.ttf) }",
        "p { background-image: url(/etc/passwd) }",
    ],
)
def test_style_sheets_fetch_nothing_either(style: str):
    with pytest.raises(PaperJam):
        pdf.render(f"<html><head><style>{style}</style></head><body><p>Erna</p></body></html>", PLAIN)


def test_a_pdf_of_somebody_else_is_not_inserted():
    with pytest.raises(PaperJam):
        pdf.render('<pdf:insertpdf src="/etc/passwd"></pdf:insertpdf><p>Erna</p>', PLAIN)


def test_a_sign_that_no_font_has_jams():
    with pytest.raises(PaperJam):
        pdf.render("<p>Alles Gute 🎂</p>", PLAIN)


def test_an_unknown_property_jams():
    with pytest.raises(PaperJam):
        pdf.render(
            "<html><head><style>p { flaot: left }</style></head><body><p>Erna</p></body></html>", PLAIN
        )


def test_a_flawed_style_sheet_jams_every_time():
    for _ in range(2):
        with pytest.raises(PaperJam):
            pdf.render("<p>Erna</p>", PLAIN, "p { font-family: Schnörkel; display: block }")
        with pytest.raises(PaperJam):
            pdf.render("<p>Erna</p>", PLAIN, "@font-face { font-family: text; src: url(/etc/passwd) }")


def test_a_part_too_large_for_its_field_jams():
    with pytest.raises(PaperJam):
        pdf.render('<p style="font-size: 900pt">Erna</p>', PLAIN)


def test_a_document_that_takes_too_long_jams():
    with pytest.raises(PaperJam):
        pdf.render("<p>Erna</p>" * 5000, PLAIN, seconds=0.05)


def test_after_a_jam_the_next_document_prints():
    with pytest.raises(PaperJam):
        pdf.render('<p><img src="file:///etc/passwd"></p>', PLAIN)
    assert "Erna" in text_of(pdf.render("<p>Erna</p>", PLAIN))


def test_the_words_of_a_jam_and_the_log_quote_no_code():
    logged: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: logged.append(record.getMessage())
    logging.getLogger().addHandler(handler)
    try:
        with pytest.raises(PaperJam) as jam:
            pdf.render("<p>5RKD-DG44-MBJ7-MQAA 🎂 <img src=''></p>", PLAIN)
    finally:
        logging.getLogger().removeHandler(handler)
    assert "5RKD" not in str(jam.value)
    assert "5RKD" not in " ".join(logged)


def test_a_style_sheet_kept_from_the_document_before_changes_nothing():
    page = "<html><head><style>p.gross { font-size: 30pt } p { color: #B4232F }</style></head><body>%s</body></html>"
    first = pdf.render(page % '<p class="gross">Erna</p><p>Karl</p>', PLAIN)
    again = pdf.render(page % '<p class="gross">Erna</p><p>Karl</p>', PLAIN)
    assert operators(first) == operators(again)


def test_two_style_sheets_are_kept_apart():
    page = "<html><head><style>p { font-size: %dpt }</style></head><body><p>Erna</p></body></html>"
    assert "30 Tf" in operators(pdf.render(page % 30, PLAIN))
    assert "12 Tf" in operators(pdf.render(page % 12, PLAIN))


def operators(data: bytes) -> str:
    return pypdf.PdfReader(BytesIO(data)).pages[0].get_contents().get_data().decode("latin-1")


def test_fields_are_filled_in_order_and_what_runs_on_goes_to_the_next_sheet():
    layout = Layout((Field(20, 20, 80, 30), Field(110, 20, 80, 30)), more=Field(20, 20, 170, 200))
    start = '<pdf:nexttemplate name="more"></pdf:nexttemplate><p>eins</p><pdf:nextframe></pdf:nextframe>'
    reader = pypdf.PdfReader(BytesIO(pdf.render(start + "<p>zwei</p>" * 12, layout)))
    assert [page.extract_text().count("zwei") for page in reader.pages] == [5, 7]


def test_lines_labels_and_a_foot_with_numbers_are_drawn():
    foot = Label(20, 285, "Musterstadt", "source-sans-3-regular", 8, "#000000")
    layout = Layout(
        (Field(20, 20, 170, 60),),
        lines=(Line(10, 99, 4, 0, "#B4232F", 0.4), Line(10, 10, 5, 5, "#B4232F")),
        labels=(Label(20, 200, "Größe", "fraunces-display", 20, "#000000"),),
        foot=foot,
        counted=True,
    )
    reader = pypdf.PdfReader(BytesIO(pdf.render("<p>a</p><pdf:nextpage></pdf:nextpage><p>b</p>", layout)))
    assert ["Größe" in page.extract_text() for page in reader.pages] == [True, True]
    texts = [page.extract_text() for page in reader.pages]
    assert [("Musterstadt" in text, text.count("1"), text.count("2")) for text in texts] == [
        (True, 1, 0),
        (True, 0, 1),
    ]


def test_documents_printed_by_several_threads_do_not_mix():
    made: dict[int, str] = {}

    def work(number: int) -> None:
        made[number] = text_of(pdf.render(f"<p>Blatt {number} für Şükran</p>", PLAIN))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [made[number].strip() for number in range(8)] == [
        f"Blatt {number} für Şükran" for number in range(8)
    ]
