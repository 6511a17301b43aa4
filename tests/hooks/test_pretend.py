"""The pretend till's page: what a visitor sees and presses."""

import re
from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from shop.centre.facts import set_facts
from shop.db import db, transaction
from shop.payments.models import Event
from shop.payments.pretend import PretendTill
from tests.payments.cast import bill, placed

Acted = list[str]


@pytest.fixture
def acted(monkeypatch: pytest.MonkeyPatch) -> Acted:
    """The ids of events that the shop acted on, instead of acting on them."""
    ids: Acted = []
    monkeypatch.setattr("shop.web.hooks.act.act_on", ids.append)
    return ids


@pytest.fixture
def demo(app: Flask) -> Iterator[Flask]:
    """A shop of an invented centre."""
    with transaction():
        set_facts(name="VHS Musterstadt", demo=True)
    yield app
    db.session.rollback()


@pytest.fixture
def payment(demo: Flask) -> UUID:
    """Erna's payment of 12,50 €."""
    return placed("pretend", 12_50).id


@pytest.fixture
def erna(demo: Flask, payment: UUID) -> FlaskClient:
    """Erna, who has just come from the checkout."""
    client = demo.test_client()
    asked = bill(payment_id=payment)
    with client.session_transaction() as cookie:
        cookie["pretend_way_back"] = {str(payment): [asked.return_url, asked.cancel_url]}
    return client


def page(client: FlaskClient, payment: UUID) -> str:
    return client.get(f"/vorfuehrung/kasse/{payment}").text


def press(client: FlaskClient, payment: UUID, step: str) -> tuple[int, str]:
    """Press a button of the page; returns status and where it leads."""
    address = f"/vorfuehrung/kasse/{payment}"
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(address).text)
    token = found[1] if found else ""
    answer = client.post(address, data={"schritt": step, "csrf_token": token})
    return answer.status_code, answer.headers.get("Location", "")


def events() -> list[str]:
    db.session.rollback()
    return sorted(db.session.scalars(select(Event.kind)))


def buttons(text: str) -> list[str]:
    return re.findall(r'name="schritt" value="(\w+)"', text)


def test_the_page_says_that_it_is_not_real_and_what_would_be_paid(erna: FlaskClient, payment: UUID) -> None:
    text = page(erna, payment)
    assert "nicht echt" in text
    assert "12,50" in text
    assert buttons(text) == ["paid", "delayed", "declined", "cancelled"]


def test_paying_tells_the_shop_and_leads_back_to_the_order(
    erna: FlaskClient, payment: UUID, acted: Acted
) -> None:
    assert press(erna, payment, "paid") == (303, bill().return_url)
    assert events() == ["pretend.paid"]
    assert acted == [f"pretend_{payment}_paid"]


@pytest.mark.parametrize(
    ("step", "goal"), [("declined", bill().return_url), ("cancelled", bill().cancel_url)]
)
def test_a_payment_that_comes_to_nothing_leads_back_too(
    erna: FlaskClient, payment: UUID, acted: Acted, step: str, goal: str
) -> None:
    assert press(erna, payment, step) == (303, goal)
    assert events() == [f"pretend.{step}"]


def test_money_that_comes_later_is_sent_from_the_same_page(
    erna: FlaskClient, payment: UUID, acted: Acted
) -> None:
    assert press(erna, payment, "delayed") == (303, f"/vorfuehrung/kasse/{payment}")
    text = page(erna, payment)
    assert buttons(text) == ["arrived", "bounced"]
    assert bill().return_url.partition("?")[0] in text
    assert press(erna, payment, "arrived") == (303, bill().return_url)
    assert acted == [f"pretend_{payment}_delayed", f"pretend_{payment}_arrived"]


def test_a_double_click_is_one_event(erna: FlaskClient, payment: UUID, acted: Acted) -> None:
    token = re.search(r'name="csrf_token" value="([^"]+)"', page(erna, payment))[1]  # type: ignore[index]
    for _ in range(2):
        data = {"schritt": "paid", "csrf_token": token}
        assert erna.post(f"/vorfuehrung/kasse/{payment}", data=data).status_code == 303
    assert acted == [f"pretend_{payment}_paid"]


@pytest.mark.parametrize("step", ["arrived", "", "geschenkt"])
def test_a_button_that_is_not_there_changes_nothing(
    erna: FlaskClient, payment: UUID, acted: Acted, step: str
) -> None:
    assert press(erna, payment, step)[0] == 409
    assert events() == acted == []


def test_a_story_that_has_ended_has_no_buttons(erna: FlaskClient, payment: UUID, acted: Acted) -> None:
    press(erna, payment, "paid")
    assert buttons(page(erna, payment)) == []


def test_a_press_without_the_forms_token_is_refused(erna: FlaskClient, payment: UUID, acted: Acted) -> None:
    answer = erna.post(f"/vorfuehrung/kasse/{payment}", data={"schritt": "paid"})
    assert answer.status_code == 400
    assert events() == []


def test_somebody_else_sees_no_way_to_the_order(demo: Flask, payment: UUID, acted: Acted) -> None:
    otto = demo.test_client()
    assert "geheim" not in page(otto, payment)
    assert press(otto, payment, "paid") == (303, f"/vorfuehrung/kasse/{payment}")


def test_the_checkout_leaves_the_way_back_in_the_buyers_session(demo: Flask, payment: UUID) -> None:
    asked = bill(payment_id=payment)

    @demo.get("/zur-kasse")
    def go() -> str:
        return PretendTill().begin(asked).pay_url or ""

    erna = demo.test_client()
    address = erna.get("/zur-kasse").text
    assert address.endswith(f"/vorfuehrung/kasse/{payment}")
    with erna.session_transaction() as cookie:
        assert cookie["pretend_way_back"] == {str(payment): [asked.return_url, asked.cancel_url]}


def test_with_a_live_key_the_till_is_shut(demo: Flask, erna: FlaskClient, payment: UUID) -> None:
    demo.config.update(STRIPE_SECRET_KEY="sk_live_ernas", STRIPE_WEBHOOK_SECRET="whsec_x")
    assert erna.get(f"/vorfuehrung/kasse/{payment}").status_code == 404
    demo.config["WTF_CSRF_ENABLED"] = False
    answer = erna.post(f"/vorfuehrung/kasse/{payment}", data={"schritt": "paid"})
    assert answer.status_code == 404
    assert events() == []


def test_a_real_centre_has_no_pretend_till(demo: Flask, erna: FlaskClient, payment: UUID) -> None:
    with transaction():
        set_facts(demo=False)
    assert erna.get(f"/vorfuehrung/kasse/{payment}").status_code == 404


def test_payments_of_other_methods_and_unknown_ones_have_no_page_here(demo: Flask) -> None:
    client = demo.test_client()
    for payment_id in (placed("bank").id, uuid4(), "17"):
        assert client.get(f"/vorfuehrung/kasse/{payment_id}").status_code == 404
