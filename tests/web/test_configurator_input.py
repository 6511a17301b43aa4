"""The configurator against odd input: told in words, nothing typed is lost, nothing in the basket (issue 2)."""

import html
import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from shop import clock
from shop.db import db, transaction
from shop.orders import basket
from shop.orders.models import BasketLine
from shop.vouchers.models import VoucherProduct
from tests.shopfloor import wish
from tests.web.guest import CARD, Guest, everything, hidden, line_ids, words


def basket_lines(app: Flask) -> list[BasketLine]:
    with app.app_context():
        found = list(db.session.scalars(select(BasketLine)))
        db.session.expunge_all()
    return found


def typed(page: str) -> dict[str, str]:
    """What the form on a page holds, as a browser would send it again."""
    form = re.search(r'<form class="configurator".*?</form>', page, re.S)
    assert form
    kept = {}
    for tag in re.findall(r"<input[^>]*>", form[0]):
        facts = {name: html.unescape(value) for name, value in re.findall(r'([\w-]+)="([^"]*)"', tag)}
        if facts.get("type") != "radio" or re.search(r"\schecked", tag):
            kept[facts["name"]] = facts.get("value", "")
    area = re.search(r"<textarea[^>]*>\n?(.*?)</textarea>", form[0], re.S)
    assert area
    kept["dedication"] = html.unescape(area[1])
    return kept


def assert_refused(shop: Flask, erna: Guest, sentence: str, *lost: str, status: int = 422, **odd: str) -> str:
    """The page says the sentence, holds what was typed (but for fields with nothing to show), keeps nothing."""
    before = everything(shop)
    answer = erna.design(**odd)
    assert answer.status_code == status
    assert sentence in words(answer), words(answer)[:600]
    held = typed(answer.text)
    for name, value in {**CARD, **odd}.items():
        if name not in ("intent", *lost):
            assert held.get(name) == value, name
    assert everything(shop) == before
    assert "<script>" not in answer.text
    return answer.text


NO_NUMBER = "Bitte schreiben Sie den Betrag in Ziffern, zum Beispiel 40 oder 37,50."
OUT_OF_SPAN = "Bitte geben Sie einen Betrag zwischen 5 € und 250 € ein."


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        ("-5", NO_NUMBER),
        ("+50", NO_NUMBER),
        ("0", OUT_OF_SPAN),
        ("0,00", OUT_OF_SPAN),
        ("4,99", OUT_OF_SPAN),
        ("250,01", OUT_OF_SPAN),
        ("NaN", NO_NUMBER),
        ("inf", NO_NUMBER),
        ("1e3", NO_NUMBER),
        ("0x20", NO_NUMBER),
        ("1_0", NO_NUMBER),
        ("１２", NO_NUMBER),
        ("٣٠", NO_NUMBER),
        ("²5", NO_NUMBER),
        ("5,001", NO_NUMBER),
        ("12,5", NO_NUMBER),
        ("1.000", NO_NUMBER),
        ("12.50.00", NO_NUMBER),
        ("99999999", NO_NUMBER),
        ("9999999", OUT_OF_SPAN),
        ("9" * 4000, NO_NUMBER),
        ("fünfzig", NO_NUMBER),
        ("50; DROP TABLE orders", NO_NUMBER),
        ("50 €€", NO_NUMBER),
        ("$50", NO_NUMBER),
        ("<script>", NO_NUMBER),
        ("", OUT_OF_SPAN),
        ("   ", OUT_OF_SPAN),
    ],
)
def test_an_odd_amount_is_refused_in_words(shop: Flask, erna: Guest, wish: str, sentence: str) -> None:
    text = assert_refused(shop, erna, sentence, amount="free", wish=wish)
    assert 'id="wish-error"' in text
    assert 'href="#wish"' in text


@pytest.mark.parametrize("wish", ["12", "12,50", "12.50", "12,50 €", " 12,50\u00a0€ ", "250", "5"])
def test_amounts_as_people_write_them_are_taken(shop: Flask, erna: Guest, wish: str) -> None:
    assert erna.design(amount="free", wish=wish).status_code == 303


@pytest.mark.parametrize(
    "amount", ["1", "4999", "-5000", "5000.0", "0x1388", "５０００", " 5000", "5e3", "NaN", "0", "x" * 3000]
)
def test_an_amount_that_is_no_tier_is_refused(shop: Flask, erna: Guest, amount: str) -> None:
    text = assert_refused(shop, erna, "Diesen Wert gibt es hier nicht.", "amount", amount=amount)
    assert 'id="amount-error"' in text


def test_no_amount_is_asked_for(shop: Flask, erna: Guest) -> None:
    assert_refused(shop, erna, "Bitte wählen Sie einen Gutscheinwert.", "amount", amount="")


def test_a_text_beside_a_chosen_tier_has_no_say(shop: Flask, erna: Guest) -> None:
    assert erna.design(amount="2500", wish="0,01").status_code == 303
    assert [line.facts["cents"] for line in basket_lines(shop)] == [2500]


def test_an_own_amount_where_none_is_offered_is_refused(shop: Flask, erna: Guest) -> None:
    with shop.app_context(), transaction() as session:
        product = session.get_one(VoucherProduct, "standard")
        product.low = product.high = None
    assert_refused(shop, erna, "Diesen Wert gibt es hier nicht.", "amount", "wish", amount="free", wish="30")


@pytest.mark.parametrize(
    "motif", ["fremd", "../standard", "standard.jpg", "file:///etc/passwd", "STANDARD", "<script>", "\x00"]
)
def test_a_foreign_motif_is_refused(shop: Flask, erna: Guest, motif: str) -> None:
    text = assert_refused(shop, erna, "Dieses Motiv gibt es hier nicht.", "motif", motif=motif)
    assert 'id="motif-error"' in text


def test_a_motif_of_another_product_is_refused(demo_shop: Flask) -> None:
    with demo_shop.app_context():
        products = {product.slug: product.motifs for product in db.session.scalars(select(VoucherProduct))}
    slug, foreign = next(
        (slug, motif)
        for slug, motifs in products.items()
        for motif in {each for others in products.values() for each in others}
        if motifs and motif not in motifs
    )
    guest = Guest(demo_shop)
    answer = guest.send(f"/gutscheine/{slug}", {**CARD, "motif": foreign})
    assert answer.status_code == 422
    assert "Dieses Motiv gibt es hier nicht." in words(answer)


def test_no_motif_is_asked_for(shop: Flask, erna: Guest) -> None:
    assert_refused(shop, erna, "Bitte wählen Sie ein Motiv.", "motif", motif="")


@pytest.mark.parametrize("length", [501, 10_000])
def test_a_dedication_that_is_too_long_is_refused_whole(shop: Flask, erna: Guest, length: int) -> None:
    dedication = ("Liebe Jule, " * 1000)[:length].strip() + "x"
    assert_refused(shop, erna, "höchstens 500 Zeichen", dedication=dedication)


def test_a_name_that_is_too_long_is_refused_whole(shop: Flask, erna: Guest) -> None:
    assert_refused(shop, erna, "höchstens 100 Zeichen", recipient="J" * 101)


@pytest.mark.parametrize("field", ["recipient", "dedication"])
@pytest.mark.parametrize("odd", ["🎁", "Alles Gute 🎂🎉", "李明", "שלום", "مرحبا"])
def test_what_cannot_be_printed_is_named(shop: Flask, erna: Guest, field: str, odd: str) -> None:
    text = assert_refused(shop, erna, "Diese Zeichen können wir nicht drucken:", **{field: odd})
    error = re.search(rf'id="{field}-error">(.*?)</p>', text, re.S)
    assert error
    assert set(odd) & set(error[1]) - set(" Alesutdrn")


@pytest.mark.parametrize("field", ["recipient", "dedication"])
def test_hidden_and_turning_signs_fall_out(shop: Flask, erna: Guest, field: str) -> None:
    erna.design(**{field: "Jü\u202ergen\u2066 \u200bMü\x07ller\ufeff\x1b[31m"})
    assert [line.facts[field] for line in basket_lines(shop)] == ["Jürgen Müller[31m"]


def test_line_breaks_stay_in_dedications_alone(shop: Flask, erna: Guest) -> None:
    erna.design(
        recipient="Jule\r\nBcc: x@example.org", dedication="Liebe Jule,\r\n\r\n\r\n\r\nalles Gute\u2028\rErna"
    )
    (line,) = basket_lines(shop)
    assert line.facts["recipient"] == "Jule Bcc: x@example.org"
    assert line.facts["dedication"] == "Liebe Jule,\n\nalles Gute\n\nErna"


MARKUP = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</textarea><script>alert(1)</script>",
    "<style>*{display:none}</style>",
    "expression(alert(1)); background:url(file:///etc/passwd)",
    "{{ 7*7 }} {% raw %} %(name)s %s {0}",
    "<pdf:nextpage/><img src='file:///etc/passwd'>",
    "file:///etc/passwd",
    "https://evil.example/?a=1&b=2",
    '=HYPERLINK("https://evil.example")',
    "&amp;&lt;&#x3c;script&#x3e;",
]


@pytest.mark.parametrize("text", MARKUP, ids=range(len(MARKUP)))
def test_markup_is_a_text_like_any_other(shop: Flask, erna: Guest, text: str) -> None:
    before = len(basket_lines(shop))
    preview = erna.send_bare("/gutscheine/standard/vorschau", {**CARD, "recipient": text, "dedication": text})
    assert preview.status_code == 200
    for answer in (preview, erna.design(recipient=text, dedication=text, amount="1")):
        kept = typed(answer.text)
        assert (kept["recipient"], kept["dedication"]) == (text, text)
        assert_harmless(answer.text)
    assert erna.design(recipient=text, dedication=text).status_code == 303
    lines = basket_lines(shop)
    assert len(lines) == before + 1
    assert lines[-1].facts["dedication"] == text
    for path in ("/warenkorb/", "/kasse/", f"/gutscheine/standard?zeile={lines[-1].id}"):
        assert_harmless(erna.get(path).text)


def assert_harmless(page: str) -> None:
    """No tag and no attribute on the page came from a visitor."""
    assert not re.search(
        r"<script(?!\ssrc=\"/static/)|<img[^>]*\ssrc=(?![\"']/)|<style|<pdf|onerror=(?!alert\(1\)&gt;)", page
    )
    assert "49" not in re.findall(r'name="recipient"[^>]*value="([^"]*)"', page)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "jule",
        "jule@example.org\r\nBcc: otto@example.org",
        "jule@example.org\nSubject: x",
        "jule@example.org%0aBcc: x",
        "jule@example.org,otto@example.org",
        "Jule <jule@example.org>",
        "jürgen@example.org",
        "<script>@example.org",
        "j" * 300 + "@example.org",
    ],
)
def test_an_odd_address_of_the_recipient_is_refused(shop: Flask, erna: Guest, address: str) -> None:
    shown = re.sub(r"[\r\n]", "", address)  # a line of a form holds no breaks; browsers drop them
    before = everything(shop)
    answer = erna.design(delivery="recipient", recipient_email=address)
    assert answer.status_code == 422
    assert 'id="recipient_email-error"' in answer.text
    assert re.sub(r"[\r\n]", "", typed(answer.text)["recipient_email"]) == shown
    assert "E-Mail" in words(answer)
    assert everything(shop) == before


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ("gestern", "Bitte schreiben Sie den Tag so:"),
        ("2026-13-01", "Bitte schreiben Sie den Tag so:"),
        ("2027-02-29", "Bitte schreiben Sie den Tag so:"),
        ("24.12", "Bitte schreiben Sie den Tag so:"),
        ("<script>", "Bitte schreiben Sie den Tag so:"),
        ("2" * 3000, "Bitte schreiben Sie den Tag so:"),
        ("0001-01-01", "Bitte wählen Sie einen Tag von heute an"),
        ("9999-12-31", "Bitte wählen Sie einen Tag von heute an"),
        ("01.01.1970", "Bitte wählen Sie einen Tag von heute an"),
    ],
)
def test_an_odd_day_is_refused(shop: Flask, erna: Guest, day: str, sentence: str) -> None:
    address = {"delivery": "recipient", "recipient_email": "jule@example.org"}
    text = assert_refused(shop, erna, sentence, deliver_on=day, **address)
    assert 'id="deliver_on-error"' in text


@pytest.mark.parametrize(("days", "status"), [(-1, 422), (0, 303), (365, 303), (366, 422)])
def test_the_first_and_last_day_that_may_be_chosen(shop: Flask, erna: Guest, days: int, status: int) -> None:
    with shop.app_context():
        day = clock.today() + timedelta(days=days)
    answer = erna.design(delivery="recipient", recipient_email="jule@example.org", deliver_on=day.isoformat())
    assert answer.status_code == status


@pytest.mark.parametrize(
    "quantity", ["0", "-1", "21", "1000", "abc", "1,5", "1e1", "１", "9" * 400, "²", "<script>"]
)
def test_an_odd_quantity_is_refused(shop: Flask, erna: Guest, quantity: str) -> None:
    text = assert_refused(shop, erna, "Bitte geben Sie eine Anzahl von 1 bis 20 ein.", quantity=quantity)
    assert 'id="quantity-error"' in text


@pytest.mark.parametrize("delivery", ["niemand", "recipient ", "<script>", "buyer,recipient"])
def test_an_odd_way_of_delivery_is_refused(shop: Flask, erna: Guest, delivery: str) -> None:
    assert_refused(
        shop, erna, "Bitte wählen Sie, an wen der Gutschein gehen soll.", "delivery", delivery=delivery
    )


def test_every_wrong_field_is_told_at_once(shop: Flask, erna: Guest) -> None:
    odd = {"motif": "x", "amount": "free", "wish": "-5", "recipient": "🎁", "quantity": "0"}
    answer = erna.design(**odd)
    summary = re.search(r'<section class="notice wrong".*?</section>', answer.text, re.S)
    assert summary
    for field in ("motif", "wish", "recipient", "quantity"):
        assert f'href="#{field}"' in summary[0]
        assert f'id="{field}' in answer.text


def test_fields_that_no_form_has_do_nothing(shop: Flask, erna: Guest) -> None:
    extra = {
        "cents": "1",
        "price": "1",
        "product": "anders",
        "visitor": "otto",
        "remembered": "1",
        "unit_cents": "1",
    }
    assert erna.design(**extra).status_code == 303
    (line,) = basket_lines(shop)
    assert (line.facts["cents"], line.facts["product"], line.remembered) == (5000, "standard", False)
    assert not {"price", "visitor", "unit_cents"} & set(line.facts)


def test_an_empty_form_tells_everything_and_breaks_nothing(shop: Flask, erna: Guest) -> None:
    answer = erna.send("/gutscheine/standard")
    assert answer.status_code == 422
    assert not basket_lines(shop)


def test_an_expired_token_keeps_everything_typed(
    shop: Flask, erna: Guest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(shop.config, "WTF_CSRF_TIME_LIMIT", -1)
    card = {
        "amount": "free",
        "wish": "37,50",
        "recipient": "Jürgen",
        "dedication": "Zum 60.",
        "quantity": "2",
    }
    text = assert_refused(shop, erna, "Alles, was Sie eingegeben haben, ist noch da.", status=400, **card)
    monkeypatch.setitem(shop.config, "WTF_CSRF_TIME_LIMIT", 3600)
    again = {**typed(text), "csrf_token": hidden(text, "csrf_token")}
    assert erna.send_bare("/gutscheine/standard", again).status_code == 303
    (line,) = basket_lines(shop)
    assert (line.facts["cents"], line.facts["dedication"], line.quantity) == (3750, "Zum 60.", 2)


def test_a_form_from_a_frame_without_cookies_keeps_everything_typed(shop: Flask) -> None:
    """Browsers send no cookie from a frame in another website, so the first press has no session."""
    jule = Guest(shop)
    page = jule.get("/einbetten/standard")
    assert "csrf_token" not in page.text
    answer = Guest(shop).send_bare("/gutscheine/standard", {**CARD, "recipient": "Otto"})
    assert answer.status_code == 400
    assert typed(answer.text)["recipient"] == "Otto"
    assert not basket_lines(shop)


def test_an_unpublished_or_unknown_product_is_not_there(shop: Flask, erna: Guest) -> None:
    token = erna.token()
    with shop.app_context(), transaction() as session:
        session.get_one(VoucherProduct, "standard").offer.published = False
    before = everything(shop)
    for slug in ("standard", "gibt-es-nicht", "STANDARD"):
        assert erna.get(f"/gutscheine/{slug}").status_code == 404
        assert erna.get(f"/einbetten/{slug}").status_code == 404
        for path in (f"/gutscheine/{slug}", f"/gutscheine/{slug}/vorschau"):
            assert erna.send_bare(path, {**CARD, "csrf_token": token}).status_code == 404
    assert erna.get("/kurse/G1000").status_code == 404
    assert everything(shop) == before


def test_the_preview_shows_anything_and_keeps_nothing(shop: Flask, erna: Guest) -> None:
    before = everything(shop)
    for odd in (
        {},
        {"dedication": "x" * 10_000, "recipient": "\u202e🎁" * 50},
        {"amount": "free", "wish": "NaN"},
        {"motif": "../../etc/passwd"},
        {"dedication": "\U0001d160" * 500},
    ):
        for headers in ({}, {"HX-Request": "true"}):
            answer = erna.client.post("/gutscheine/standard/vorschau", data={**CARD, **odd}, headers=headers)
            assert answer.status_code == 200
            assert "HX-Request" in answer.headers["Vary"]
    assert everything(shop) == before


def test_a_basket_has_an_end_and_says_so(shop: Flask, erna: Guest) -> None:
    with shop.app_context(), transaction():
        erna.put_in()
        visitor = basket_lines(shop)[0].visitor
        for _ in range(basket.LONGEST - 1):
            basket.add(visitor, "voucher", wish(), remembered=True)
    answer = erna.design()
    assert answer.status_code == 422
    assert typed(answer.text)["recipient"] == "Jürgen"
    assert "50" in words(answer)
    assert len(basket_lines(shop)) == basket.LONGEST


def test_changing_a_line_that_is_gone_loses_nothing(shop: Flask, erna: Guest) -> None:
    line = erna.put_in()
    erna.send(f"/warenkorb/{line}/entfernen")
    answer = erna.send(f"/gutscheine/standard?zeile={line}", {**CARD, "recipient": "Otto"})
    assert answer.status_code == 303
    assert [found.facts["recipient"] for found in basket_lines(shop)] == ["Otto"]


def test_a_changed_line_stays_one_line(shop: Flask, erna: Guest) -> None:
    line = erna.put_in()
    page = erna.get(f"/gutscheine/standard?zeile={line}")
    again = {**typed(page.text), "intent": "buchen", "recipient": "Otto", "quantity": "3"}
    assert erna.send_bare(f"/gutscheine/standard?zeile={line}", again).status_code == 303
    (found,) = basket_lines(shop)
    assert (str(found.id), found.facts["recipient"], found.quantity) == (line, "Otto", 3)
    assert line_ids(erna.get("/warenkorb/")) == [line]
