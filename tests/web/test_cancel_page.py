"""A customer cancels from the order's page: told exactly before, done once, told after (DOMAIN R8, R10)."""

import re
from datetime import timedelta
from html import unescape
from io import BytesIO

import pypdf
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from shop import clock
from shop.bookings.models import Booking
from shop.catalogue.models import Offer
from shop.core.codes import shown_number
from shop.db import db, transaction
from shop.documents.models import Document
from shop.orders import place
from shop.orders.models import Order, Refund
from shop.orders.redemption.claim import claim
from shop.vouchers.models import Voucher
from tests.shopfloor import ERNA, assert_sound, course, open_shop, pay, place_in, press, put, sold

HERE = ["address:192.0.2.1"]


@pytest.fixture(autouse=True)
def shop(app: Flask) -> None:
    open_shop()


@pytest.fixture
def ordered() -> Order:
    """A place of 100 €: 60 by voucher, 40 by card."""
    course("K1", 10000)
    put()
    voucher, code = sold(6000)
    claim("erna", voucher.number, code, HERE)
    placed, payment = press()
    assert payment is not None
    pay(payment)
    return db.session.get_one(Order, placed.id)


def words(response: object) -> str:
    """What a page says, without its markup."""
    text = re.sub(r"<[^>]+>", " ", response.get_data(as_text=True))  # type: ignore[attr-defined]
    return " ".join(unescape(text).replace("\u00a0", " ").split())


def address(order: Order) -> str:
    return f"/bestellung/{place.token(order)}"


def confirmation(order: Order) -> str:
    return f"{address(order)}/stornieren/{db.session.scalars(select(Booking.id)).first()}"


def opened(client: FlaskClient, order: Order) -> dict[str, str]:
    """Open the page; what its form would send."""
    page = client.get(confirmation(order)).get_data(as_text=True)
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))


def confirm(client: FlaskClient, order: Order) -> object:
    """Open the page and press its button."""
    return client.post(confirmation(order), data=opened(client, order))


def state() -> str:
    db.session.rollback()
    return db.session.scalars(select(Booking.state)).one()


def test_the_order_page_shows_each_place_with_its_way_out(client: FlaskClient, ordered: Order) -> None:
    text = words(client.get(address(ordered)))
    for fact in ("Kurs K1", "Jonas Öztürk", "4 Abende", "Gebucht", "Stornieren", "Rechnung RE-"):
        assert fact in text, fact


def test_the_page_says_exactly_what_would_go_back_where(client: FlaskClient, ordered: Order) -> None:
    text = words(client.get(confirmation(ordered)))
    number = shown_number(db.session.scalars(select(Voucher.number)).one())
    for fact in (
        f"Gutschein {number}",
        "60 €",
        "Onlinezahlung über Stripe",
        "30 €",
        "Stornogebühr",
        "10 €",
        "Zusammen zurück 90 €",
        "Jetzt stornieren",
    ):
        assert fact in text, fact
    assert state() == "confirmed"


def test_confirming_cancels_and_the_page_tells_what_went_back(client: FlaskClient, ordered: Order) -> None:
    answer = confirm(client, ordered)
    assert answer.status_code == 303
    assert state() == "cancelled"
    text = words(client.get(answer.location))
    assert "Die Buchung ist storniert." in text
    assert "Zusammen zurück 90 €" in text
    assert "Jetzt stornieren" not in text
    page = words(client.get(address(ordered)))
    assert "Storniert" in page
    assert "Ihre Buchung ist storniert." in page
    assert [row.cents for row in db.session.scalars(select(Refund))] == [3000]
    assert_sound()


def test_a_double_click_cancels_once(client: FlaskClient, ordered: Order) -> None:
    fields = opened(client, ordered)
    answers = [client.post(confirmation(ordered), data=fields).status_code for _ in range(2)]
    assert answers == [303, 303]
    assert [row.cents for row in db.session.scalars(select(Refund))] == [3000]


def test_when_the_fee_has_changed_meanwhile_it_is_shown_anew(client: FlaskClient, ordered: Order) -> None:
    fields = opened(client, ordered)
    with transaction():
        db.session.get_one(Offer, "K1").cancel_fee_cents = 2500
    answer = client.post(confirmation(ordered), data=fields)
    assert answer.status_code == 409
    assert "Zusammen zurück 75 €" in words(answer)
    assert state() == "confirmed"


def test_after_the_deadline_it_is_said_and_there_is_no_button(client: FlaskClient, ordered: Order) -> None:
    fields = opened(client, ordered)
    with clock.shifted_by(timedelta(days=22)):
        shown = client.get(confirmation(ordered))
        assert "Die Frist endete am" in words(shown)
        assert "<button" not in shown.get_data(as_text=True)
        assert "Stornieren" not in words(client.get(address(ordered))).replace("zum Stornieren", "")
        assert client.post(confirmation(ordered), data=fields).status_code == 409
    assert state() == "confirmed"


def test_a_course_that_was_called_off_gives_everything_back(client: FlaskClient, ordered: Order) -> None:
    with transaction():
        db.session.get_one(Offer, "K1").cancelled_on = clock.today()
    assert "Der Kurs fällt aus." in words(client.get(address(ordered)))
    assert "Zusammen zurück 100 €" in words(client.get(confirmation(ordered)))


def test_without_a_token_nothing_is_cancelled(client: FlaskClient, ordered: Order) -> None:
    seen = opened(client, ordered)["seen"]
    assert client.post(confirmation(ordered), data={"seen": seen}).status_code == 400
    assert state() == "confirmed"


def test_a_booking_of_another_order_does_not_exist(client: FlaskClient, ordered: Order) -> None:
    theirs, fields = confirmation(ordered).rpartition("/")[2], opened(client, ordered)
    put(place_in(first_name="Lena"), visitor="otto")
    other, payment = press(visitor="otto")
    assert payment is not None
    pay(payment)
    assert client.get(f"{address(other)}/stornieren/{theirs}").status_code == 404
    assert client.post(f"{address(other)}/stornieren/{theirs}", data=fields).status_code == 404
    assert set(db.session.scalars(select(Booking.state))) == {"confirmed"}
    assert client.get(f"/bestellung/{'x' * 43}/stornieren/{theirs}").status_code == 404
    invoice = db.session.scalars(select(Document).where(Document.order_id == ordered.id)).one()
    assert client.get(f"{address(ordered)}/beleg/{invoice.number}.pdf").status_code == 200
    assert client.get(f"{address(other)}/beleg/{invoice.number}.pdf").status_code == 404


def test_a_place_that_is_not_paid_yet_cannot_be_cancelled_here(client: FlaskClient) -> None:
    course("K1")
    put()
    placed, _payment = press("bank")
    assert client.get(confirmation(placed)).status_code == 404
    assert "Vorgemerkt" in words(client.get(address(placed)))


def test_invoice_and_cancellation_can_be_fetched_by_the_same_link(
    client: FlaskClient, ordered: Order
) -> None:
    confirm(client, ordered)
    links = re.findall(r'href="([^"]+/beleg/[^"]+)"', client.get(address(ordered)).get_data(as_text=True))
    assert len(links) == 2
    texts = []
    for link in links:
        answer = client.get(link)
        assert answer.mimetype == "application/pdf"
        assert answer.headers["Cache-Control"] == "no-store"
        texts.append(pypdf.PdfReader(BytesIO(answer.data)).pages[0].extract_text())
    assert "Rechnung" in texts[0]
    assert ERNA.last_name in texts[0]
    assert "Stornorechnung" in texts[1]
    assert "RE-" in texts[1]
