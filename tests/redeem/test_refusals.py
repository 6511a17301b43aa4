"""Refusals: one neutral sentence until number and code are right, then exact (DOMAIN R7, S6, QUALITY A1)."""

from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256

import pytest
from flask import Flask

from shop import clock
from shop.core import codes
from shop.core.codes import shown_number
from shop.db import transaction
from shop.orders.redemption import claim as claiming
from shop.vouchers.find import code_of
from shop.vouchers.models import Voucher, VoucherProduct
from tests.redeem.desk import Desk, Pair, gift, left, typed_value
from tests.shopfloor import order, pay, vouchers, wish
from tests.web.guest import words

NEUTRAL = (
    "Nummer und Code passen nicht zusammen. "
    "Bitte vergleichen Sie beide Zeichen für Zeichen mit dem Gutschein."
)
HELD = (
    "Das Guthaben dieses Gutscheins ist gerade für eine andere Bestellung vorgemerkt. "
    "Wird sie nicht bezahlt, ist es spätestens nach 90 Minuten wieder frei."
)


def change(app: Flask, pair: Pair, **facts: object) -> None:
    """Staff, or time, change a voucher."""
    with app.app_context(), transaction() as session:
        voucher = session.get_one(Voucher, pair[0])
        for name, value in facts.items():
            setattr(voucher, name, value)


def refused(desk: Desk, pair: Pair, *, status: int = 422) -> str:
    """The page's words when a voucher is refused."""
    page = desk.redeem(pair)
    assert page.status_code == status
    assert 'aria-invalid="true"' in page.text
    return words(page)


def test_what_does_not_belong_together_is_answered_alike(shop: Flask, erna: Desk, voucher: Pair) -> None:
    number, code = voucher
    other = gift(shop, 5000)
    wrong = codes.derive_code(b"w" * 32, number, 0)
    tries = [(other[0], code), (number, other[1]), (number, wrong), (codes.new_number("G"), code), ("x", "y")]
    told = set()
    for pair in tries:
        page = erna.redeem(pair)
        assert (page.status_code, typed_value(page, "number")) == (422, pair[0])
        assert NEUTRAL in words(page)
        told.add(words(page))
    assert len(told) == 1
    assert left(shop, voucher) == (10000, 10000)


EXACT: dict[str, tuple[Callable[[Flask, Pair], None], str]] = {
    "blocked": (
        lambda app, pair: change(app, pair, blocked=True),
        "Dieser Gutschein ist gesperrt. Bitte melden Sie sich bei uns.",
    ),
    "closed": (
        lambda app, pair: change(app, pair, closed="cancelled"),
        "Dieser Gutschein ist storniert oder ausgezahlt.",
    ),
    "paid out": (
        lambda app, pair: change(app, pair, closed="paid out"),
        "Dieser Gutschein ist storniert oder ausgezahlt.",
    ),
    "spent": (lambda app, pair: spend(app, pair), "Auf diesem Gutschein ist nichts mehr."),
    "narrow": (
        lambda app, pair: narrow(app),
        "Dieser Gutschein gilt nicht für das, was in Ihrem Warenkorb liegt.",
    ),
}


def spend(app: Flask, pair: Pair) -> None:
    for _ in range(2):
        ida = Desk(app)
        ida.book()
        ida.redeem(pair)
        ida.order_and_pay()


def narrow(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        session.get_one(VoucherProduct, "standard").valid_for = ["kochen"]


@pytest.mark.parametrize("why", EXACT)
def test_with_the_right_code_the_reason_is_exact(shop: Flask, erna: Desk, voucher: Pair, why: str) -> None:
    happen, sentence = EXACT[why]
    happen(shop, voucher)
    told = refused(erna, voucher)
    assert sentence in told
    assert NEUTRAL not in told


@pytest.mark.parametrize("why", EXACT)
def test_with_a_wrong_code_no_reason_is_told(shop: Flask, erna: Desk, voucher: Pair, why: str) -> None:
    happen, sentence = EXACT[why]
    happen(shop, voucher)
    told = refused(erna, (voucher[0], gift(shop, 2500)[1]))
    assert NEUTRAL in told
    assert sentence not in told


def test_a_voucher_counts_through_its_last_minute(shop: Flask, erna: Desk, voucher: Pair) -> None:
    with shop.app_context():
        last = clock.today() + timedelta(days=5)
        midnight = clock.local_morning(last + timedelta(days=1), hour=0)
    change(shop, voucher, valid_until=last)
    with clock.stopped_at(midnight + timedelta(minutes=1)):
        said = f"Dieser Gutschein ist am {last.day}. "
        assert said in refused(erna, voucher)
    with clock.stopped_at(midnight - timedelta(minutes=1)):
        assert erna.redeem(voucher).status_code == 200
        assert erna.order_and_pay().startswith("/bestellung/")


def test_a_voucher_that_expires_at_the_checkout_is_told_there(shop: Flask, erna: Desk, voucher: Pair) -> None:
    with shop.app_context():
        midnight = clock.local_morning(clock.today() + timedelta(days=1), hour=0)
        change(shop, voucher, valid_until=clock.today())
    with clock.stopped_at(midnight - timedelta(minutes=1)):
        erna.redeem(voucher)
        form = erna.checkout_form()
    with clock.stopped_at(midnight + timedelta(minutes=1)):
        answer = erna.order(form)
        assert answer.status_code == 422
        assert "Ihr Warenkorb hat sich inzwischen geändert." in words(answer)
        assert "Dieser Gutschein kann gerade nicht zahlen." in words(answer)
        assert "Noch zu zahlen 70 €" in words(answer) or "Gesamtpreis 70 €" in words(answer)


def test_the_same_voucher_twice(erna: Desk, shop: Flask, voucher: Pair) -> None:
    erna.redeem(voucher)
    assert "Diesen Gutschein haben Sie hier schon eingelöst." in refused(erna, voucher)
    assert left(shop, voucher) == (3000, 10000)


def test_a_voucher_that_another_checkout_holds(shop: Flask, erna: Desk, otto: Desk) -> None:
    voucher = gift(shop, 7000)
    erna.redeem(voucher)
    assert HELD in refused(otto, voucher)
    erna.remove(voucher[0])
    assert otto.redeem(voucher).status_code == 200


def test_an_unpaid_voucher_does_not_exist_yet(shop: Flask, erna: Desk) -> None:
    with shop.app_context():
        _, payment = order(wish(5000), visitor="greta")
        assert vouchers() == []
        pay(payment)
        paid = vouchers()[0]
        pair = paid.number, code_of(paid)
    assert erna.redeem(pair).status_code == 200


def test_two_hundred_vouchers(shop: Flask, erna: Desk) -> None:
    """Thirty help; from the next on it is told that this is too many, and nothing is held."""
    with shop.app_context():
        for part in range(4):
            _, payment = order(wish(500), quantity=50, visitor=f"greta{part}")
            pay(payment)
        pairs = [(each.number, code_of(each)) for each in vouchers()]
    assert len(pairs) == 200
    for _ in range(2):
        erna.book()
    for pair in pairs[:2]:
        assert erna.redeem(pair).status_code == 200
    with erna.client.session_transaction() as cookie:
        visitor = cookie["visitor"]
    with shop.app_context():
        who, answers = sha256(visitor.encode()).hexdigest(), []
        for pair in pairs[2:-1]:
            try:
                claiming.claim(who, *pair, ["address:127.0.0.1"])
                answers.append("held")
            except claiming.Refused as why:
                answers.append(why.reason.value)
    assert answers == ["held"] * 28 + ["too many"] * 169
    told = refused(erna, pairs[-1])
    assert "In einer Bestellung lassen sich höchstens 30 Gutscheine einlösen." in told
    assert told.count("zahlt 5 €") == 30
    assert left(shop, pairs[-1]) == (500, 500)
    assert erna.order_and_pay().startswith("/bestellung/")
    assert left(shop, pairs[0]) == (0, 0)


def test_ten_wrong_tries_slow_their_source_while_another_redeems(
    shop: Flask, erna: Desk, otto: Desk, voucher: Pair
) -> None:
    for _ in range(10):
        assert NEUTRAL in refused(erna, (voucher[0], "0" * 16))
    slowed = erna.redeem(voucher)
    assert slowed.status_code == 429
    assert 0 < int(slowed.headers["Retry-After"]) <= 600
    assert "Von hier kamen zu viele falsche Eingaben." in words(slowed)
    assert typed_value(slowed, "first_name") == "Erna"
    assert left(shop, voucher) == (10000, 10000)
    assert otto.redeem(voucher).status_code == 200
    assert left(shop, voucher) == (3000, 10000)
    with clock.shifted_by(timedelta(minutes=11)):
        otto.remove(voucher[0])
        assert erna.redeem(voucher).status_code == 200


def test_a_new_browser_at_the_same_address_is_the_same_source(shop: Flask, erna: Desk, voucher: Pair) -> None:
    for _ in range(10):
        erna.redeem((voucher[0], "0" * 16))
    ida = Desk(shop)
    ida.book()
    assert ida.redeem(voucher).status_code == 429


def test_an_empty_field_is_no_guess(shop: Flask, erna: Desk, voucher: Pair) -> None:
    for _ in range(11):
        assert "Bitte geben Sie die Gutschein-Nummer ein." in refused(erna, ("", " "))
        assert "Bitte geben Sie den Gutschein-Code ein." in refused(erna, (voucher[0], ""))
    assert erna.redeem(voucher).status_code == 200


def test_return_in_another_field_is_no_wish_to_redeem(erna: Desk) -> None:
    """Without JavaScript, Return presses the form's first button; its page just comes again, as typed."""
    page = erna.redeem(("", ""), eingabe="1", first_name="Änne")
    assert (page.status_code, typed_value(page, "first_name")) == (200, "Änne")
    assert "Bitte geben Sie" not in words(page)


def test_a_blocked_one_is_told_exactly_for_each_source(shop: Flask, otto: Desk, voucher: Pair) -> None:
    """Exact refusals are no wrong guesses: number and code were right."""
    change(shop, voucher, blocked=True)
    for _ in range(12):
        assert "gesperrt" in refused(otto, voucher)


def test_the_number_may_be_of_another_kind(shop: Flask, erna: Desk, voucher: Pair) -> None:
    card = codes.new_number("W")
    assert NEUTRAL in refused(erna, (shown_number(card), voucher[1]))
