"""The printed voucher: what it says, that it stays on its page, that its QR code reads back."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from io import BytesIO

import pypdf
import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from shop.paper import motifs
from shop.paper.pdf import PaperJam
from shop.paper.sheets import Letterhead
from shop.vouchers.print import PrintedVoucher, print_out

MM = 72 / 25.4
HEAD = Letterhead(
    "Volkshochschule Größenstadt",
    "Löhstraße 3",
    "04105 Größenstadt",
    "0341 555",
    website="https://vhs.example.org",
)
LINK = "https://shop.example.org/guthaben/#G4C18-CCA0R.5RKD-DG44-MBJ7-MQAA"
LONG = (
    "Liebe Frau Wiśniewska, seit Sie hier wohnen, ist das Haus heller, lauter und freundlicher geworden. " * 6
)[:500]
ERNAS = PrintedVoucher(
    number="G4C18CCA0R",
    code="5RKDDG44MBJ7MQAA",
    cents=37_50,
    link=LINK,
    letterhead=HEAD,
    picture="sommer",
    recipient="Erna Łódźka",
    dedication="Liebe Erna,\nalles Gute! Şükran & Erdős",
    giver="Karl",
    valid_until=date(2029, 12, 31),
    terms="Der Gutschein ist übertragbar.",
)


@pytest.fixture(autouse=True)
def motif(app) -> Iterator[None]:
    """A shop with one uploaded motif."""
    picture = BytesIO()
    Image.new("RGB", (1800, 1100), "#2F5D50").save(picture, "PNG")
    motifs.keep("sommer", motifs.reencode(picture.getvalue()))
    return


def text_of(data: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(data)).pages)


def sheets(data: bytes) -> int:
    return len(pypdf.PdfReader(BytesIO(data)).pages)


def looked_at(data: bytes, dots: int = 110) -> Image.Image:
    return pypdfium2.PdfDocument(data)[0].render(scale=dots / 72).to_pil().convert("RGB")


def places(data: bytes) -> list[tuple[str, float, float]]:
    """Every piece of text with its place in millimetres from the top left corner."""
    found: list[tuple[str, float, float]] = []

    def see(text: str, matrix: list[float], place: list[float], *_: object) -> None:
        if text.strip():
            x = matrix[0] * place[4] + matrix[4]
            y = matrix[3] * place[5] + matrix[5]
            found.append((text.strip(), x / MM, 297 - y / MM))

    pypdf.PdfReader(BytesIO(data)).pages[0].extract_text(visitor_text=see)
    return found


def test_everything_a_holder_needs_stands_on_one_page():
    data = print_out([ERNAS], "de")
    text = " ".join(text_of(data).split())
    for fact in (
        *("Gutschein", "37,50 €", "Für Erna Łódźka", "Liebe Erna,", "alles Gute! Şükran & Erdős", "Karl"),
        *("G4C18-CCA0R", "5RKD-DG44-MBJ7-MQAA", "Gültig bis 31. Dezember 2029"),
        *("Volkshochschule Größenstadt", "Löhstraße 3", "04105 Größenstadt", "vhs.example.org"),
        *("Der Gutschein ist übertragbar.", "Kurs aussuchen"),
    ):
        assert fact in text, fact
    assert sheets(data) == 1


def test_the_qr_code_opens_the_shop_with_both_in_the_fragment():
    found = zxingcpp.read_barcode(looked_at(print_out([ERNAS], "de")))
    assert found.text == LINK


def test_the_page_is_a4_and_says_its_language():
    reader = pypdf.PdfReader(BytesIO(print_out([ERNAS], "en")))
    assert [round(float(side) / MM) for side in reader.pages[0].mediabox[2:]] == [210, 297]
    assert reader.trailer["/Root"]["/Lang"] == "en"
    assert "G4C18-CCA0R" in reader.metadata.title


def test_english_writes_amount_and_date_its_own_way():
    text = text_of(print_out([ERNAS], "en"))
    assert "€37.50" in text
    assert "31 December 2029" in text


def test_without_an_end_no_date_is_printed():
    assert "202" not in text_of(print_out([replace(ERNAS, valid_until=None)], "de"))


@pytest.mark.parametrize(
    "dedication",
    [
        "",
        "Viel Freude!",
        LONG,
        "W" * 500,
        "Donaudampfschifffahrtsgesellschaft" * 6,
        "\n".join("abcdefg" * 36)[:500],
        "i " * 250,
        "Καλή τύχη, Олена! " * 25,
    ],
)
@pytest.mark.parametrize(
    "recipient", ["", "Erna", "X" * 60, "Małgorzata Wiśniewska-Brzęczyszczykiewicz " * 2]
)
def test_words_of_any_length_stay_in_their_field(dedication: str, recipient: str):
    data = print_out([replace(ERNAS, dedication=dedication, recipient=recipient, giver="Karl " * 12)], "de")
    assert sheets(data) == 1
    hand = [(x, y) for text, x, y in places(data) if x > 97 and 105 < y < 205]
    assert hand
    assert all(97.5 <= x <= 190.5 and 112 <= y <= 194 for x, y in hand)
    picture = looked_at(data, 72)
    for box in ((191, 112, 202, 196), (92, 112, 97, 196), (92, 195, 202, 204)):  # beside and below the field
        assert is_white(picture.crop(tuple(round(side * MM) for side in box)))


def is_white(picture: Image.Image) -> bool:
    return all(low > 250 for low, _high in picture.getextrema())


def test_every_word_of_a_long_dedication_is_printed():
    printed = "".join(text_of(print_out([replace(ERNAS, dedication=LONG)], "de")).split())
    assert "".join(LONG.split()) in printed


def test_nothing_is_printed_at_the_edge_of_the_paper():
    picture = looked_at(print_out([replace(ERNAS, dedication=LONG)], "de"))
    edge, (width, height) = round(3 / 25.4 * 110), picture.size
    for box in (
        (0, 0, width, edge),
        (0, height - edge, width, height),
        (0, 0, edge, height),
        (width - edge, 0, width, height),
    ):
        assert is_white(picture.crop(box))


def test_fold_marks_stand_at_the_thirds():
    picture = looked_at(print_out([ERNAS], "de"), 254).convert("L")  # ten dots a millimetre
    for y in (990, 1980):
        for left in (40, 2040):
            assert picture.crop((left, y - 4, left + 20, y + 5)).getextrema()[0] < 200


def test_the_motif_fills_the_top_third():
    picture = looked_at(print_out([ERNAS], "de"), 254)
    for spot in ((100, 100), (2000, 100), (100, 950), (2000, 950), (1050, 500)):
        assert abs(picture.getpixel(spot)[1] - 0x5D) < 12


def test_without_a_motif_the_voucher_is_tied_with_the_centres_ribbon():
    head = replace(HEAD, ribbon="#225588")
    picture = looked_at(print_out([replace(ERNAS, picture="", letterhead=head)], "de"), 254)
    red, green, blue = picture.getpixel((300, 500))
    assert (abs(red - 0x22), abs(green - 0x55), abs(blue - 0x88)) < (8, 8, 8)


@pytest.mark.parametrize("cents", [1, 5_00, 37_50, 250_00, 1_237_50, 99_999_99])
def test_amounts_of_any_size_stay_left_of_the_rule(cents: int):
    picture = looked_at(print_out([replace(ERNAS, cents=cents)], "de"), 72)
    assert is_white(picture.crop(tuple(round(side * MM) for side in (88, 112, 90.5, 190))))


def test_a_centre_with_a_very_long_name_still_prints_vouchers_on_one_page():
    name = "Volkshochschule der Landkreise und kreisfreien Städte " * 4
    head = replace(HEAD, name=name, website="https://www." + "lang" * 20 + ".example.org")
    data = print_out([replace(ERNAS, letterhead=head)], "de")
    assert sheets(data) == 1
    edge = looked_at(data, 72).crop(tuple(round(side * MM) for side in (191, 279, 201, 285)))
    assert is_white(edge)


def test_several_vouchers_are_a_page_each():
    other = replace(ERNAS, number="GAAAAAAAAA", recipient="Karl", picture="")
    reader = pypdf.PdfReader(BytesIO(print_out([ERNAS, other, replace(ERNAS, recipient="Ida")], "de")))
    texts = [page.extract_text() for page in reader.pages]
    assert [name for text in texts for name in ("Erna", "Karl", "Ida") if f"Für {name}" in text] == [
        "Erna",
        "Karl",
        "Ida",
    ]
    assert "GAAAA-AAAAA" in texts[1]


def test_terms_that_do_not_fit_run_on_to_a_second_page():
    terms = "Der Gutschein gilt für alle Kurse. " * 60
    data = print_out([replace(ERNAS, terms=terms)], "de")
    assert sheets(data) == 2
    assert "".join(terms.split()) in "".join(text_of(data).replace("vhs.example.org", "").split())


def test_markup_styles_and_addresses_in_a_dedication_are_text():
    typed = (
        "<script>alert(1)</script> <img src='file:///etc/passwd'> p{color:red} {{ 7*7 }} </p><pdf:nextpage>"
    )
    data = print_out([replace(ERNAS, dedication=typed, recipient="<b>Erna</b>")], "de")
    assert "".join(typed.split()) in "".join(text_of(data).split())
    assert "<b>Erna</b>" in text_of(data)
    assert sheets(data) == 1


def test_two_prints_say_the_same():
    assert text_of(print_out([ERNAS], "de")) == text_of(print_out([ERNAS], "de"))


def test_a_missing_picture_jams():
    with pytest.raises(PaperJam):
        print_out([replace(ERNAS, picture="gibt-es-nicht")], "de")


def test_a_sign_that_no_font_has_jams():
    with pytest.raises(PaperJam):
        print_out([replace(ERNAS, dedication="🎂")], "de")


def test_no_voucher_is_no_document():
    with pytest.raises(ValueError, match="no voucher"):
        print_out([], "de")
