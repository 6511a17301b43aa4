"""The redemption step at the checkout, with and without htmx (DOMAIN R3, R5, R6)."""

from datetime import timedelta

import pytest
from flask import Flask

from shop import clock
from shop.bookings.sweep import lapse_overdue
from shop.core.codes import shown_code, shown_number
from shop.db import transaction
from shop.ledger import book
from shop.orders.redemption.sweep import forget_left
from tests.redeem.desk import CLAIM, Desk, Pair, form_of, gift, left, methods, typed_value
from tests.shopfloor import course
from tests.web.guest import CARD, ERNA, words


@pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain"])
def test_a_voucher_pays_and_says_what_stays_on_it(shop: Flask, erna: Desk, voucher: Pair, htmx: bool) -> None:
    answer = erna.redeem(voucher, htmx=htmx)
    assert answer.status_code == 200
    assert ("<html" in answer.text) != htmx
    assert 'id="bezahlen"' in answer.text
    assert "zahlt 70 €, es bleiben 30 € darauf" in words(answer)
    assert "HX-Request" in answer.headers["Vary"]
    assert left(shop, voucher) == (3000, 10000)


def test_what_was_typed_elsewhere_stays_without_javascript(erna: Desk, voucher: Pair) -> None:
    course_less = {"first_name": "Änne", "email": "noch-nicht-fertig", "city": "Ülzen <b>"}
    for pair in (voucher, (voucher[0], "falsch")):
        page = erna.redeem(pair, **course_less)
        assert typed_value(page, "first_name") == "Änne"
        assert typed_value(page, "email") == "noch-nicht-fertig"
        assert typed_value(page, "city") == "Ülzen &lt;b&gt;"
        assert typed_value(page, "street") == ERNA["street"]


def test_the_chosen_way_to_pay_stays(erna: Desk, shop: Flask) -> None:
    page = erna.redeem(gift(shop, 2500), method="bank")
    assert 'value="bank" id="method" checked' in page.text
    assert methods(page) == ["bank", "pretend"]


def test_a_redeemed_code_is_not_on_the_page_any_more(erna: Desk, voucher: Pair) -> None:
    page = erna.redeem(voucher)
    assert voucher[1] not in page.text
    assert shown_code(voucher[1]) not in page.text
    assert shown_number(voucher[0]) in page.text


@pytest.mark.parametrize(
    ("number", "code"), [("{n} {c}", ""), ("", "{n} {c}"), ("{n}{c}", ""), ("", "{text}")]
)
def test_both_pasted_into_either_field_are_found(erna: Desk, voucher: Pair, number: str, code: str) -> None:
    shown = {"n": shown_number(voucher[0]), "c": shown_code(voucher[1])}
    text = f"Ihr Gutschein\nGutschein-Nummer: {shown['n']}\nGutschein-Code: {shown['c'].lower()}\nViel Freude"
    page = erna.redeem((number.format(**shown, text=text), code.format(**shown, text=text)))
    assert page.status_code == 200
    assert "zahlt 70 €" in words(page)


def test_the_code_is_read_kindly(erna: Desk, voucher: Pair) -> None:
    kindly = shown_code(voucher[1]).lower().replace("0", "o").replace("1", "l").replace("-", " ")
    assert erna.redeem((voucher[0].lower(), f" {kindly} ")).status_code == 200


@pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain"])
def test_removing_gives_everything_back(shop: Flask, erna: Desk, voucher: Pair, htmx: bool) -> None:
    erna.redeem(voucher)
    page = erna.remove(voucher[0], htmx=htmx)
    assert page.status_code == 200
    assert "zahlt" not in words(page)
    assert methods(page) == ["bank", "pretend"]
    assert left(shop, voucher) == (10000, 10000)
    assert erna.redeem(voucher).status_code == 200


def test_nobody_removes_what_another_has_redeemed(shop: Flask, erna: Desk, otto: Desk, voucher: Pair) -> None:
    erna.redeem(voucher)
    for number in (voucher[0], "GAAAAAAAA0", "x"):
        assert otto.remove(number).status_code == 200
    assert left(shop, voucher) == (3000, 10000)


def test_with_nothing_due_there_is_no_way_to_pay_and_none_is_needed(
    shop: Flask, erna: Desk, voucher: Pair
) -> None:
    page = erna.redeem(voucher)
    assert methods(page) == []
    assert "Zahlungspflichtig bestellen" in words(page)
    form = form_of(page)
    del form["method"]
    path = erna.order_and_pay(form)
    assert path.startswith("/bestellung/")
    assert left(shop, voucher) == (3000, 3000)
    told = words(erna.get(path))
    assert "Sie sind angemeldet" in told
    assert "Gebucht" in told


def test_the_remainder_is_paid_another_way(shop: Flask, erna: Desk) -> None:
    voucher = gift(shop, 5000)
    page = erna.redeem(voucher)
    assert "danach ist er aufgebraucht" in words(page)
    assert "Noch zu zahlen 20 €" in words(page)
    told = words(erna.get(erna.order_and_pay(form_of(page))))
    assert f"Gutschein {shown_number(voucher[0])} −50 €" in told
    assert "Gebucht" in told
    assert left(shop, voucher) == (0, 0)


def test_an_order_that_is_left_asks_for_the_remainder_only(shop: Flask, erna: Desk) -> None:
    page = erna.redeem(gift(shop, 5000))
    till = erna.order(form_of(page)).headers["Location"]
    back = erna.send(till, {"schritt": "cancelled"}).headers["Location"]
    told = words(erna.get(back))
    assert "20 € bezahlen" in told
    assert "70 € bezahlen" not in told


def test_two_vouchers_are_spent_in_the_order_that_is_shown(shop: Flask, erna: Desk) -> None:
    first, second = gift(shop, 5000), gift(shop, 5000)
    erna.redeem(first)
    page = words(erna.redeem(second))
    assert "zahlt 50 €, danach ist er aufgebraucht" in page
    assert "zahlt 20 €, es bleiben 30 € darauf" in page
    assert "Noch zu zahlen 0 €" in page
    assert (left(shop, first), left(shop, second)) == ((0, 5000), (3000, 5000))


def test_who_leaves_half_way_and_comes_back_finds_the_voucher_still_entered(
    shop: Flask, erna: Desk, voucher: Pair
) -> None:
    erna.redeem(voucher)
    with clock.shifted_by(timedelta(minutes=50)):
        with shop.app_context(), transaction():
            assert book.expire_overdue() == 1
        assert left(shop, voucher) == (10000, 10000)
        assert "zahlt 70 €, es bleiben 30 € darauf" in words(erna.get("/kasse/"))
        erna.order_and_pay()
        assert left(shop, voucher) == (3000, 3000)


def test_who_comes_back_days_later_enters_it_again(shop: Flask, erna: Desk, voucher: Pair) -> None:
    erna.redeem(voucher)
    with clock.shifted_by(timedelta(days=2)):
        with shop.app_context(), transaction():
            book.expire_overdue()
            lapse_overdue()
            assert forget_left() == 1
        assert "zahlt" not in words(erna.get("/kasse/"))
        assert erna.redeem(voucher).status_code == 200


def test_courses_without_redemption_say_so_before_anything_is_typed(shop: Flask, erna: Desk) -> None:
    with shop.app_context():
        course("K2", 4000, redeemable=False)
    ida = Desk(shop)
    ida.book("K2")
    page = ida.get("/kasse/")
    assert "Für diese Kurse können Gutscheine nicht eingelöst werden." in words(page)
    assert 'name="code"' not in page.text
    erna.book("K2")
    assert "Gutscheine gelten hier für 70 €; der Rest der Bestellung wird anders bezahlt." in words(
        erna.get("/kasse/")
    )


def test_a_basket_of_vouchers_offers_no_redemption(shop: Flask, voucher: Pair) -> None:
    guest = Desk(shop)
    guest.put_in()
    assert 'name="code"' not in guest.get("/kasse/").text
    page = guest.redeem(voucher)
    assert page.status_code == 422
    assert "Dieser Gutschein gilt nicht für das, was in Ihrem Warenkorb liegt." in words(page)


def test_a_mixed_basket_pays_only_its_courses_with_vouchers(shop: Flask, erna: Desk, voucher: Pair) -> None:
    erna.send("/gutscheine/standard", {**CARD, "amount": "2500"})
    page = erna.redeem(voucher)
    assert "Noch zu zahlen 25 €" in words(page)
    erna.order_and_pay(form_of(page))
    assert left(shop, voucher) == (3000, 3000)


def test_without_a_token_nothing_is_redeemed(shop: Flask, erna: Desk, voucher: Pair) -> None:
    form = erna.checkout_form()
    answer = erna.redeem(voucher, {**form, "csrf_token": "x"})
    assert answer.status_code == 400
    assert typed_value(answer, "first_name") == "Erna"
    assert erna.send_bare(CLAIM, {"number": voucher[0], "code": voucher[1]}).status_code == 400
    assert left(shop, voucher) == (10000, 10000)


def test_pages_with_codes_are_kept_by_nobody(erna: Desk, voucher: Pair) -> None:
    for page in (erna.redeem((voucher[0], "falsch")), erna.redeem(voucher)):
        assert "no-store" in page.headers["Cache-Control"]
        assert page.headers["Referrer-Policy"] == "no-referrer"
