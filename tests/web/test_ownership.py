"""Baskets belong to their visitor, orders to who holds the link: a stranger's row does not exist (A2)."""

import base64
import re
import uuid

import pytest
from flask import Flask
from sqlalchemy import select

from shop.centre.facts import set_facts
from shop.db import db, transaction
from shop.orders.models import Order
from shop.vouchers.models import Voucher
from tests.web.guest import CARD, Guest, everything, line_ids, words

LINE_ROUTES = [
    "/warenkorb/{}/menge",
    "/warenkorb/{}/merken",
    "/merkliste/{}/buchen",
    "/warenkorb/{}/entfernen",
]


def test_a_basket_is_seen_by_its_visitor_alone(erna: Guest, otto: Guest) -> None:
    erna.put_in(recipient="Jürgen")
    otto.put_in(recipient="Hannelore")
    assert "Hannelore" not in erna.get("/warenkorb/").text
    assert "Jürgen" not in otto.get("/warenkorb/").text
    assert "Jürgen" not in otto.get("/kasse/").text


@pytest.mark.parametrize("route", LINE_ROUTES)
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["page", "part"])
def test_a_strangers_line_is_not_there(
    shop: Flask, erna: Guest, otto: Guest, route: str, headers: dict[str, str]
) -> None:
    line = erna.put_in()
    otto.put_in()
    before = everything(shop)
    answer = otto.send(route.format(line), {"quantity": "3"}, headers=headers)
    assert answer.status_code == 404
    assert everything(shop) == before


@pytest.mark.parametrize("route", LINE_ROUTES)
def test_a_line_of_nobody_is_not_there(erna: Guest, route: str) -> None:
    assert erna.send(route.format(uuid.uuid4()), {"quantity": "3"}).status_code == 404


def test_a_strangers_line_can_be_neither_read_nor_changed_in_the_configurator(
    shop: Flask, erna: Guest, otto: Guest
) -> None:
    line = erna.put_in(recipient="Jürgen", dedication="Nur für dich")
    page = otto.get(f"/gutscheine/standard?zeile={line}")
    assert "Jürgen" not in page.text
    assert "Nur für dich" not in page.text
    otto.send(f"/gutscheine/standard?zeile={line}", {**CARD, "recipient": "Otto"})
    assert "Jürgen" in erna.get("/warenkorb/").text
    assert line_ids(erna.get("/warenkorb/")) == [line]


def order_paths(guest: Guest, token: str) -> list[str]:
    """Every address that an order's page leads to."""
    page = guest.get(f"/bestellung/{token}").text
    found = re.findall(rf'(?:href|src|action)="(/bestellung/{re.escape(token)}[^"]*)"', page)
    return [f"/bestellung/{token}", f"/bestellung/{token}/ueberweisung.svg", *found]


def spoilt(token: str) -> list[str]:
    """Links that look much like the right one."""
    raw = base64.urlsafe_b64decode(token + "=")
    flipped = base64.urlsafe_b64encode(bytes([raw[0] ^ 1]) + raw[1:]).decode().rstrip("=")
    return [
        token[:-1],
        token[1:],
        token[:10],
        token + "A",
        token + "=",
        token + "%0a",
        "%20" + token,
        token.swapcase(),
        token[::-1],
        flipped,
        "%25",
        "None",
        "*",
        str(uuid.uuid4()),
    ]


def test_an_order_opens_by_its_link_alone(shop: Flask, erna: Guest, otto: Guest) -> None:
    token = erna.buy(recipient="Jürgen")
    paths = order_paths(erna, token)
    assert len(paths) >= 4
    for path in paths:
        for wrong in spoilt(token):
            for answer in (otto.get(path.replace(token, wrong)), erna.send(path.replace(token, wrong))):
                assert answer.status_code in (404, 405), (path, wrong)
                assert "Jürgen" not in answer.get_data(as_text=True)


def test_an_order_has_no_other_address(shop: Flask, erna: Guest) -> None:
    """Neither its number nor its ids nor the hash that the database holds open it."""
    token = erna.buy()
    with shop.app_context():
        order = db.session.scalars(select(Order)).one()
        names = [order.number, str(order.id), order.id.hex, order.token_hash, str(order.form_key)]
    for name in names:
        assert erna.get(f"/bestellung/{name}").status_code == 404
    assert len(base64.urlsafe_b64decode(token + "=")) * 8 == 256


def test_a_voucher_opens_under_its_own_order_alone(shop: Flask, erna: Guest, otto: Guest) -> None:
    mine, theirs = erna.buy(), otto.buy()
    number = re.findall(r"/gutschein/(\w+)\.pdf", otto.get(f"/bestellung/{theirs}").text)[0]
    assert erna.get(f"/bestellung/{theirs}/gutschein/{number}.pdf").status_code == 200
    answer = erna.get(f"/bestellung/{mine}/gutschein/{number}.pdf")
    assert answer.status_code == 404
    assert answer.mimetype == "text/html"


def test_an_unpaid_order_gives_nothing_away(shop: Flask, erna: Guest) -> None:
    erna.put_in()
    where = erna.order(method="bank").headers["Location"]
    assert erna.get(where).status_code == 200
    assert "gutschein/G" not in erna.get(where).text
    for path in ("/gutschein/G4C18CCA0R.pdf", "/kaufbeleg.pdf"):
        assert erna.get(where + path).status_code == 404
    assert erna.send(where + "/erneut-senden").status_code == 404


def test_a_paid_order_asks_for_no_money(shop: Flask, erna: Guest) -> None:
    token = erna.buy()
    before = everything(shop)
    for method in ("bank", "pretend", "stripe", ""):
        answer = erna.send(f"/bestellung/{token}/bezahlen", {"method": method})
        assert answer.headers["Location"] == f"/bestellung/{token}"
    assert everything(shop) == before


@pytest.mark.parametrize("method", ["stripe", "", "gratis", "BANK"])
def test_paying_again_in_a_way_that_is_not_offered_does_nothing(
    shop: Flask, erna: Guest, method: str
) -> None:
    erna.put_in()
    erna.order()
    where = erna.order(erna_form(erna), method="bank").headers["Location"]
    before = everything(shop)
    assert erna.send(where + "/bezahlen", {"method": method}).status_code == 303
    assert everything(shop) == before


def erna_form(erna: Guest) -> dict[str, str]:
    """A second order's form."""
    erna.put_in()
    return erna.checkout_form()


def test_a_strangers_payment_cannot_be_pressed_back_to_the_order(
    shop: Flask, erna: Guest, otto: Guest
) -> None:
    """The pretend till is a play, but even it gives the order's link to its own buyer only."""
    erna.put_in()
    till = erna.order().headers["Location"].removeprefix("http://localhost:8000")
    answer = otto.send(till, {"schritt": "paid"})
    assert "/bestellung/" not in answer.headers.get("Location", "")
    assert "/bestellung/" not in otto.get(till).text


def test_a_forged_or_foreign_cookie_opens_no_basket(shop: Flask, erna: Guest) -> None:
    erna.put_in(recipient="Jürgen")
    cookie = erna.client.get_cookie("shop", domain="localhost")
    assert cookie is not None
    payload, rest = cookie.value.split(".", 1)
    for forged in (payload, f"{payload}.", f"{payload}.AAAA.BBBB", cookie.value[:-2], f".{rest}", "x" * 4000):
        stranger = Guest(shop)
        stranger.client.set_cookie("shop", forged, domain="localhost")
        assert "Jürgen" not in stranger.get("/warenkorb/").text


def test_the_transfer_code_is_there_only_where_there_is_an_account(shop: Flask, erna: Guest) -> None:
    token = erna.buy()
    path = f"/bestellung/{token}/ueberweisung.svg"
    assert erna.get(path).mimetype == "image/svg+xml"
    with shop.app_context(), transaction():
        set_facts(iban="", bic="")
    assert erna.get(path).status_code == 404


def test_withdrawing_tells_a_stranger_nothing(shop: Flask, erna: Guest, otto: Guest) -> None:
    """The same page for an order that exists and one that does not; another's e-mail blocks no code."""
    token = erna.buy()
    number = re.search(r"Bestellnummer (\w{8})", words(erna.get(f"/bestellung/{token}")))
    assert number
    answers = [
        otto.send("/vertrag-widerrufen/", {"name": "Otto", "contract": contract, "email": "otto@example.org"})
        for contract in (number[1], "B0000000", "Unsinn")
    ]
    assert len({(answer.status_code, answer.headers["Location"]) for answer in answers}) == 1
    voucher = re.findall(r"/gutschein/(\w+)\.pdf", erna.get(f"/bestellung/{token}").text)[0]
    with shop.app_context():
        assert not db.session.get_one(Voucher, voucher).blocked
