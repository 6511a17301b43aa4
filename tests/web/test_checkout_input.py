"""The checkout against odd input: told in words, nothing typed is lost, nothing is ordered (F6, issue 2)."""

import re
import uuid
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import select

from shop import clock
from shop.clock import shifted_by
from shop.db import db, transaction
from shop.orders.models import BasketLine, Order
from shop.outbox.models import Message
from shop.payments.gateway import GatewayError, Lapsed, NotOffered, Refused, Unreachable
from shop.payments.models import Payment
from shop.vouchers.models import Voucher, VoucherProduct
from tests.conftest import MakeApp
from tests.shopfloor import assert_sound
from tests.web.conftest import opened
from tests.web.guest import ERNA, Guest, everything, hidden, line_ids, words

FIELDS = ("first_name", "last_name", "email", "street", "postcode", "city")
LIMITS = {"first_name": 80, "last_name": 100, "email": 254, "street": 200, "postcode": 12, "city": 100}


def orders(app: Flask) -> list[Order]:
    with app.app_context():
        found = list(db.session.scalars(select(Order)))
        db.session.expunge_all()
    return found


def value(page: str, name: str) -> str:
    return hidden(page, name)


@pytest.fixture
def form(erna: Guest) -> dict[str, str]:
    """Erna's filled form over a basket with one voucher."""
    erna.put_in()
    return erna.checkout_form()


def assert_refused(shop: Flask, erna: Guest, form: dict[str, str], sentence: str, status: int = 422) -> str:
    """The page says the sentence, holds all that was typed, and nothing was ordered."""
    before = everything(shop)
    answer = erna.order(form)
    assert answer.status_code == status
    assert sentence in words(answer)
    for name in FIELDS:
        assert value(answer.text, name) == form[name]
    assert everything(shop) == before
    assert len(line_ids(erna.get("/warenkorb/"))) == 1
    return answer.text


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("first_name", "Bitte geben Sie Ihren Vornamen ein."),
        ("last_name", "Bitte geben Sie Ihren Nachnamen ein."),
        ("email", "Bitte geben Sie Ihre E-Mail-Adresse ein."),
        ("street", "Bitte geben Sie Straße und Hausnummer ein."),
        ("postcode", "Bitte geben Sie Ihre Postleitzahl ein."),
        ("city", "Bitte geben Sie Ihren Wohnort ein."),
    ],
)
def test_an_empty_field_is_asked_for(
    shop: Flask, erna: Guest, form: dict[str, str], name: str, sentence: str
) -> None:
    before = everything(shop)
    for blank in ("", " ", "\u00a0\u200b", "\r\n\t", "\u202e\u2066"):
        answer = erna.order({**form, name: blank})
        assert answer.status_code == 422
        assert sentence in words(answer)
        assert f'href="#{name}"' in answer.text
        assert f'id="{name}-error"' in answer.text
        for other in set(FIELDS) - {name}:
            assert value(answer.text, other) == form[other]
    assert everything(shop) == before


@pytest.mark.parametrize("name", FIELDS)
def test_a_missing_field_is_asked_for(shop: Flask, erna: Guest, form: dict[str, str], name: str) -> None:
    del form[name]
    answer = erna.order(form)
    assert answer.status_code == 422
    assert f'id="{name}-error"' in answer.text
    assert not orders(shop)


@pytest.mark.parametrize("name", [name for name in FIELDS if name != "email"])
def test_a_field_that_is_too_long_is_refused_whole(
    shop: Flask, erna: Guest, form: dict[str, str], name: str
) -> None:
    form[name] = "ß" * (LIMITS[name] + 1)
    assert_refused(shop, erna, form, f"höchstens {LIMITS[name]} Zeichen")


@pytest.mark.parametrize(
    "address",
    [
        "erna",
        "erna@",
        "@example.org",
        "erna@example",
        "erna@example..org",
        "erna example@example.org",
        "erna@example.org, otto@example.org",
        "erna@example.org;otto@example.org",
        "Erna <erna@example.org>",
        "erna@[127.0.0.1]",
        "erna@localhost",
        "jürgen@example.org",
        '"><script>"@example.org',
        "e" * 250 + "@example.org",
    ],
)
def test_what_is_no_address_is_refused(shop: Flask, erna: Guest, form: dict[str, str], address: str) -> None:
    text = assert_refused(shop, erna, {**form, "email": address}, "Bitte")
    assert 'id="email-error"' in text
    assert "<script>" not in text


@pytest.mark.parametrize("rest", ["\r\nBcc: otto@example.org", "%0d%0aBcc: otto@example.org", "\nX", " X"])
def test_no_header_gets_in_through_the_address(
    shop: Flask, erna: Guest, form: dict[str, str], rest: str
) -> None:
    assert erna.order({**form, "email": f"erna@example.org{rest}"}).status_code == 422
    assert not orders(shop)


@pytest.mark.parametrize("rest", ["\x00", "\r", "\r\n", "\u2028"], ids=ascii)
def test_breaks_with_nothing_behind_them_fall_off_an_address(
    shop: Flask, erna: Guest, form: dict[str, str], rest: str
) -> None:
    assert erna.order({**form, "email": f"erna@example.org{rest}"}).status_code == 303
    assert [order.email for order in orders(shop)] == ["erna@example.org"]


def test_line_breaks_and_hidden_signs_fall_out_of_names(
    shop: Flask, erna: Guest, form: dict[str, str]
) -> None:
    answer = erna.order(
        {**form, "first_name": "Er\u202ena\r\nBcc: x@example.org", "last_name": "Mü\u200bller\x07"}
    )
    assert answer.status_code == 303
    (order,) = orders(shop)
    assert order.first_name == "Erna Bcc: x@example.org"
    assert order.last_name == "Müller"


@pytest.mark.parametrize("method", ["", "stripe", "gratis", "BANK", "bank ", "invoice", "<script>"])
def test_a_way_to_pay_that_is_not_offered_is_refused(
    shop: Flask, erna: Guest, form: dict[str, str], method: str
) -> None:
    text = assert_refused(shop, erna, {**form, "method": method}, "Bitte wählen Sie, wie Sie zahlen möchten.")
    assert "<script>" not in text


def test_no_way_to_pay_is_chosen_beforehand(shop: Flask, erna: Guest, form: dict[str, str]) -> None:
    assert not re.findall(r'name="method"[^>]*\schecked', erna.get("/kasse/").text)
    del form["method"]
    assert erna.order(form).status_code == 422


@pytest.mark.parametrize("key", ["", "x", "0", "1' OR '1'='1", "{}", "ä" * 40])
def test_a_tampered_form_key_is_replaced_and_the_form_can_be_sent_again(
    shop: Flask, erna: Guest, form: dict[str, str], key: str
) -> None:
    text = assert_refused(shop, erna, {**form, "form_key": key}, "Bitte")
    fresh = {**form, "form_key": value(text, "form_key"), "csrf_token": value(text, "csrf_token")}
    uuid.UUID(fresh["form_key"])
    assert erna.order(fresh).status_code == 303
    assert len(orders(shop)) == 1


@pytest.mark.parametrize("seen", ["", "0" * 32, "<script>", "x" * 5000])
def test_a_tampered_mark_of_what_was_seen_orders_nothing(
    shop: Flask, erna: Guest, form: dict[str, str], seen: str
) -> None:
    text = assert_refused(shop, erna, {**form, "seen": seen}, "Ihr Warenkorb hat sich inzwischen geändert.")
    assert erna.order({**form, "seen": value(text, "seen")}).status_code == 303


def test_a_price_from_the_client_has_no_say(shop: Flask, erna: Guest, form: dict[str, str]) -> None:
    extra = {
        "total": "1",
        "total_cents": "1",
        "unit_cents": "1",
        "cents": "-5",
        "quantity": "0",
        "state": "settled",
    }
    assert erna.order({**form, **extra}).status_code == 303
    (order,) = orders(shop)
    assert (order.total_cents, order.state) == (5000, "placed")


def test_an_expired_token_keeps_everything_typed(
    shop: Flask, erna: Guest, form: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(shop.config, "WTF_CSRF_TIME_LIMIT", -1)
    text = assert_refused(shop, erna, form, "Die Seite war lange offen.", status=400)
    monkeypatch.setitem(shop.config, "WTF_CSRF_TIME_LIMIT", 3600)
    again = {name: value(text, name) for name in (*FIELDS, "csrf_token", "form_key", "seen")}
    assert erna.order({**again, "method": "bank"}).status_code == 303
    assert len(orders(shop)) == 1


def test_an_empty_basket_leads_back_to_the_basket(shop: Flask, erna: Guest, form: dict[str, str]) -> None:
    assert Guest(shop).get("/kasse/").headers["Location"] == "/warenkorb/"
    line = line_ids(erna.get("/warenkorb/"))[0]
    assert erna.send(f"/warenkorb/{line}/entfernen").status_code == 303
    answer = erna.order(form)
    assert answer.status_code == 422
    assert "Ihr Warenkorb ist leer." in words(answer)
    assert not orders(shop)


def test_the_same_form_twice_is_one_order_and_one_page(
    shop: Flask, erna: Guest, form: dict[str, str]
) -> None:
    first, second = erna.order(form), erna.order(form)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.headers["Location"] == second.headers["Location"]
    assert len(orders(shop)) == 1


@pytest.mark.parametrize("step", ["paid", "delayed", "declined", "cancelled"])
def test_going_back_and_sending_again_after_paying_shows_the_order(
    shop: Flask, erna: Guest, form: dict[str, str], step: str
) -> None:
    till = urlsplit(erna.order(form).headers["Location"]).path
    erna.send(till, {"schritt": step})
    before = everything(shop)
    answer = erna.order(form)
    assert answer.status_code == 303
    assert urlsplit(answer.headers["Location"]).path.startswith("/bestellung/")
    assert erna.get(answer.headers["Location"]).status_code == 200
    assert everything(shop) == before


def test_a_form_key_that_another_visitor_has_used_orders_nothing_until_it_is_fresh(
    shop: Flask, erna: Guest, otto: Guest, form: dict[str, str]
) -> None:
    """So it is when a cookie was lost between ordering and going back to an old tab."""
    assert erna.order(form).status_code == 303
    otto.put_in()
    answer = otto.order({**otto.checkout_form(), "form_key": form["form_key"]})
    assert answer.status_code == 422
    assert "Ihr Warenkorb hat sich inzwischen geändert." in words(answer)
    assert len(orders(shop)) == 1
    again = {name: value(answer.text, name) for name in ("csrf_token", "form_key", "seen")}
    assert otto.order({**otto.checkout_form(), **again}).status_code == 303
    assert len(orders(shop)) == 2


def test_other_data_in_a_repeated_form_change_nothing(shop: Flask, erna: Guest, form: dict[str, str]) -> None:
    erna.order(form)
    erna.order({**form, "email": "otto@example.org"})
    assert [order.email for order in orders(shop)] == ["erna@example.org"]


def test_a_basket_changed_in_another_tab_is_told_and_not_ordered(
    shop: Flask, erna: Guest, form: dict[str, str]
) -> None:
    erna.put_in(amount="10000")
    answer = erna.order(form)
    assert answer.status_code == 422
    assert "Ihr Warenkorb hat sich inzwischen geändert." in words(answer)
    assert "150" in words(answer)
    assert not orders(shop)
    assert erna.order({**form, "seen": value(answer.text, "seen")}).status_code == 303
    assert [order.total_cents for order in orders(shop)] == [15000]


def test_a_quantity_changed_in_another_tab_is_told_and_not_ordered(
    shop: Flask, erna: Guest, form: dict[str, str]
) -> None:
    line = line_ids(erna.get("/warenkorb/"))[0]
    erna.send(f"/warenkorb/{line}/menge", {"quantity": "3"})
    assert erna.order(form).status_code == 422
    assert not orders(shop)


def test_two_tabs_with_one_basket_make_one_order(shop: Flask, erna: Guest, form: dict[str, str]) -> None:
    other = erna.checkout_form()
    assert other["form_key"] != form["form_key"]
    assert erna.order(form).status_code == 303
    answer = erna.order(other)
    assert answer.status_code == 422
    assert "Ihr Warenkorb ist leer." in words(answer)
    assert len(orders(shop)) == 1


def test_a_line_that_can_no_longer_be_sold_is_told(shop: Flask, erna: Guest, form: dict[str, str]) -> None:
    with shop.app_context(), transaction() as session:
        session.get_one(VoucherProduct, "standard").offer.published = False
    answer = erna.order(form)
    assert answer.status_code == 422
    assert "lässt sich so nicht mehr bestellen" in words(answer)
    basket = erna.get("/warenkorb/")
    assert "wird nicht mehr verkauft" in words(basket)
    assert erna.get("/kasse/").status_code == 303
    assert not orders(shop)


def test_a_motif_that_is_gone_leaves_a_basket_that_can_be_changed(shop: Flask, erna: Guest) -> None:
    line = erna.put_in()
    with shop.app_context(), transaction() as session:
        session.get_one(VoucherProduct, "standard").motifs = []
        found = session.scalars(select(BasketLine)).one()
        found.facts = {**found.facts, "motif": "gab-es-einmal"}
    basket = erna.get("/warenkorb/")
    assert basket.status_code == 200
    assert "Dieses Motiv gibt es nicht mehr." in words(basket)
    assert erna.send(f"/warenkorb/{line}/entfernen").status_code == 303


def test_more_than_an_order_may_cost_is_told(shop: Flask, erna: Guest) -> None:
    erna.put_in(amount="free", wish="250", quantity="5")
    basket = erna.get("/warenkorb/")
    assert "Gutscheine in einer Bestellung dürfen zusammen höchstens 1.000\u00a0€ kosten." in basket.text
    assert erna.get("/kasse/").headers["Location"] == "/warenkorb/"
    assert not orders(shop)


def test_a_ceiling_that_sank_meanwhile_refuses_the_order(
    shop: Flask, erna: Guest, form: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(shop.config, "ORDER_CEILING", 4000)
    assert_refused(
        shop,
        erna,
        form,
        "Gutscheine in einer Bestellung dürfen zusammen höchstens 40\u00a0€ kosten.".replace("\u00a0", " "),
    )


def test_without_terms_nothing_is_sold_and_it_is_said(
    shop: Flask, erna: Guest, form: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shop.orders.place.pages.in_force", lambda slugs, language: {})
    before = everything(shop)
    answer = erna.order(form)
    assert answer.status_code == 422
    note = re.search(r'<section class="notice wrong".*?</section>', answer.text, re.S)
    assert note
    assert len(words(note[0])) > len("Bitte prüfen Sie Ihre Angaben") + 20
    assert everything(shop) == before


@pytest.mark.parametrize("error", [Unreachable, Lapsed, NotOffered, Refused])
def test_a_till_that_fails_leaves_the_order_on_its_page(
    shop: Flask, erna: Guest, form: dict[str, str], monkeypatch: pytest.MonkeyPatch, error: type[GatewayError]
) -> None:
    def fails(*_: object) -> None:
        raise error("geheim")

    with monkeypatch.context() as patch:
        patch.setattr("shop.payments.pretend.PretendTill.begin", fails)
        answer = erna.order(form)
        assert answer.status_code == 303
        page = erna.get(answer.headers["Location"])
        assert "Die Kasse antwortet gerade nicht." in words(page)
        assert "geheim" not in page.text
    again = erna.send(urlsplit(answer.headers["Location"]).path + "/bezahlen", {"method": "pretend"})
    assert "/vorfuehrung/kasse/" in again.headers["Location"]
    assert len(orders(shop)) == 1


def test_the_longest_names_and_words_can_be_ordered_and_settled(make_app: MakeApp, any_uri: str) -> None:
    """What the forms let in, every column takes: money that arrived must not fail on a long name."""
    app = opened(make_app(any_uri))
    erna = Guest(app)
    local = "e" * 64 + "@" + ".".join(["d" * 60] * 3) + ".org"
    longest = {name: "ß" * limit for name, limit in LIMITS.items()}
    erna.put_in(
        recipient="Ä" * 100,
        dedication="ö" * 500,
        delivery="recipient",
        recipient_email=local,
        quantity="2",
    )
    till = urlsplit(erna.order(**{**longest, "email": local}).headers["Location"]).path
    assert erna.send(till, {"schritt": "paid"}).status_code == 303
    with app.app_context():
        assert len(db.session.scalars(select(Voucher)).all()) == 2
        assert len(db.session.scalars(select(Message)).all()) == 2
        assert db.session.scalars(select(Payment.state)).one() == "certain"
        assert_sound()
        db.session.rollback()
    declared = {"name": "ß" * 200, "contract": "ß" * 200, "email": local}
    assert erna.send("/vertrag-widerrufen/", declared).status_code == 303


def test_an_umlaut_domain_can_buy(shop: Flask, erna: Guest, form: dict[str, str]) -> None:
    """The post writes it in ASCII (`outbox/post.py`)."""
    assert erna.order({**form, "email": "erna@müller.example.org", "method": "bank"}).status_code == 303
    assert [order.email for order in orders(shop)] == ["erna@müller.example.org"]


@pytest.mark.parametrize(
    "quantity", ["0", "-1", "21", "1000", "00011111", "9" * 400, "abc", "", "1.5", "１２", "1e1", "²"]
)
def test_a_quantity_in_the_basket_is_checked(shop: Flask, erna: Guest, quantity: str) -> None:
    line = erna.put_in()
    before = everything(shop)
    answer = erna.send(f"/warenkorb/{line}/menge", {"quantity": quantity})
    assert answer.status_code == 422
    assert "Bitte" in words(answer)
    assert everything(shop) == before


def test_a_day_that_has_passed_is_told_before_ordering(shop: Flask, erna: Guest) -> None:
    with shop.app_context():
        tomorrow = clock.today() + timedelta(days=1)
    erna.put_in(delivery="recipient", recipient_email="jule@example.org", deliver_on=tomorrow.isoformat())
    form = erna.checkout_form()
    with shifted_by(timedelta(days=3)):
        page = erna.get("/warenkorb/")
        assert "Der Tag der Zustellung ist vorbei." in words(page)
        form["csrf_token"] = erna.token()
        assert erna.order(form).status_code == 422
    assert not orders(shop)


def test_the_button_says_what_the_law_asks_for(erna: Guest) -> None:
    erna.put_in()
    page = erna.get("/kasse/").text
    assert re.search(r"<button[^>]*>Zahlungspflichtig bestellen</button>", page)
    assert not re.search(r'type="checkbox"[^>]*checked', page)
    assert ERNA["city"] not in page


def test_one_source_cannot_mail_strangers_by_ordering_without_paying(shop: Flask) -> None:
    for turn in range(10):
        visitor = Guest(shop)
        visitor.put_in()
        assert visitor.order(method="bank", email=f"fremd{turn}@example.org").status_code == 303
    erna = Guest(shop)
    erna.put_in()
    form = erna.checkout_form()
    slowed = erna.order(form, method="bank")
    assert slowed.status_code == 429
    assert slowed.headers["Retry-After"]
    assert "sehr viele E-Mails angefordert" in words(slowed)
    assert value(slowed.text, "first_name") == "Erna"
    assert erna.order(form, method="pretend").status_code == 303, "who pays at once is not in the way"
    elsewhere = Guest(shop, address="203.0.113.7")
    elsewhere.put_in()
    assert elsewhere.order(method="bank").status_code == 303


def test_the_same_unpaid_order_sent_again_does_not_count(shop: Flask, erna: Guest) -> None:
    erna.put_in()
    form = erna.checkout_form(method="bank")
    assert {erna.order(form).status_code for _ in range(12)} == {303}
