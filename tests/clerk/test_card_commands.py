"""`flask shop card` and `card-type`: what staff type about cards, and what they are told (DOMAIN W1, W2, W7)."""

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import select

from shop.cards.credit import freeze
from shop.cards.models import CardType
from shop.core import codes
from shop.db import db, transaction
from tests.cards.cast import (
    appointment,
    balance,
    bookable,
    card_type,
    holder,
    ordered_top_up,
    prices,
    topped_up,
)
from tests.shopfloor import assert_sound, open_shop

SPACE = "\N{NO-BREAK SPACE}"


@pytest.fixture
def shop(any_app: Flask) -> FlaskCliRunner:
    open_shop()
    card_type()
    prices()
    return any_app.test_cli_runner()


def run(shop: FlaskCliRunner, *words: str) -> tuple[int, str]:
    db.session.rollback()
    result = shop.invoke(args=["shop", *words])
    db.session.rollback()
    return result.exit_code, result.output


def test_staff_open_correct_show_and_close_a_card(shop: FlaskCliRunner) -> None:
    _erna, card = holder()
    code, told = run(shop, "card", "correct", card.number, "12,50", "--reason", "Kulanz", "--by", "Koch")
    assert (code, told) == (
        0,
        f"{card.number[:5]}-{card.number[5:]}: 12,50{SPACE}€, the balance is now 12,50{SPACE}€.\n",
    )
    code, told = run(shop, "card", "show", card.number)
    assert code == 0
    assert "Kulanz" in told
    code, told = run(shop, "card", "close", card.number)
    assert code == 1
    assert "1250 cents" in told
    assert run(shop, "card", "correct", card.number, "-12,50", "--reason", "Irrtum")[0] == 0
    assert run(shop, "card", "close", card.number)[0] == 0
    assert run(shop, "card", "reopen", card.number)[0] == 0
    assert "erna" in run(shop, "card", "list", "--query", "erna")[1]
    assert_sound()


@pytest.mark.parametrize("amount", ["abc", "1e3", "--5", "1.000,00", "１"])
def test_what_is_no_amount_corrects_nothing(shop: FlaskCliRunner, amount: str) -> None:
    _erna, card = holder()
    code, told = run(shop, "card", "correct", card.number, amount, "--reason", "x")
    assert code == 2
    assert balance(card) == 0
    assert told


def test_a_correction_below_the_limit_is_refused_in_words(shop: FlaskCliRunner) -> None:
    _erna, card = holder()
    code, told = run(shop, "card", "correct", card.number, "-5", "--reason", "Irrtum")
    assert code == 1
    assert "can be taken off" in told


def test_unknown_numbers_and_typing_errors_are_told_apart(shop: FlaskCliRunner) -> None:
    assert run(shop, "card", "show", codes.new_number("W"))[0] == 1
    assert "no card number" in run(shop, "card", "show", "W4C18-CCA0X")[1]


def test_a_card_is_opened_for_a_person_once(shop: FlaskCliRunner) -> None:
    _erna, card = holder()
    assert card.number[5:] in run(shop, "card", "open", "erna", "wert")[1]
    assert run(shop, "card", "open", "nobody", "wert")[0] == 1
    assert run(shop, "card", "open", "erna", "gold")[0] == 1


def test_an_unpaid_top_up_is_given_up_and_a_paid_one_is_not(shop: FlaskCliRunner) -> None:
    _erna, card = holder()
    order, _payment = ordered_top_up(card, method="bank")
    assert run(shop, "card", "drop", order.number)[0] == 0
    paid = topped_up(card)
    code, told = run(shop, "card", "drop", paid.number)
    assert code == 1
    assert "it is paid" in told


def test_pay_out_reissue_and_thaw_say_what_they_did(shop: FlaskCliRunner) -> None:
    _erna, card = holder()
    topped_up(card, 20000)
    assert run(shop, "card", "reissue", card.number)[0] == 1
    assert run(shop, "card", "thaw", card.number)[0] == 0
    code, told = run(shop, "card", "pay-out", card.number)
    assert code == 0
    assert f"190{SPACE}€ go back" in told
    assert f"10{SPACE}€ were a bonus" in told
    assert bookable(card) == 0
    assert run(shop, "card", "paid", card.number)[0] == 1


def test_what_one_order_has_bought_is_thawed(shop: FlaskCliRunner) -> None:
    _erna, card = holder()
    order, other = topped_up(card), topped_up(card)
    with transaction():
        freeze([line.id for each in (order, other) for line in each.lines])
    number = other.number
    code, told = run(shop, "card", "thaw", card.number, "--order", number)
    assert (code, bookable(card)) == (0, 10000)
    assert f"what {number} has bought is free again" in told
    code, told = run(shop, "card", "thaw", card.number, "--order", number)
    assert code == 1
    assert "frozen" in told
    assert run(shop, "card", "thaw", card.number)[0] == 0
    assert bookable(card) == 20000


def test_a_type_has_no_tax_code_that_is_not_that_of_all_it_may_pay_for(shop: FlaskCliRunner) -> None:
    appointment("T1", class_key="gruppe", tax_code="standard")
    code, told = run(shop, "card-type", "set", "wert", "--tax", "exempt")
    assert code == 1
    assert "it may pay for T1" in told
    assert run(shop, "card-type", "set", "wert", "--tax", "exempt", "--classes", "einzel")[0] == 0
    assert run(shop, "card-type", "set", "wert", "--classes", "gruppe")[0] == 1
    assert run(shop, "card-type", "set", "wert", "--tax", "standard", "--classes", "gruppe")[0] == 0


def test_an_offer_with_another_tax_code_that_came_later_is_missing_to_go_live(shop: FlaskCliRunner) -> None:
    appointment("T1", class_key="gruppe", tax_code="exempt")
    assert run(shop, "card-type", "set", "wert", "--tax", "exempt")[0] == 0
    assert "Cards of type wert" not in run(shop, "check")[1]
    appointment("T2", class_key="gruppe", tax_code="standard")
    assert (
        "Cards of type wert are taxed as exempt when they are topped up, but may pay for T2"
        in run(shop, "check")[1]
    )


def test_a_type_is_made_with_its_notice_and_changed_by_what_is_named(shop: FlaskCliRunner) -> None:
    made = (
        "card-type",
        "set",
        "zehn",
        "--title",
        "Zehnerkarte",
        "--tiers",
        "80|100|150",
        "--classes",
        "gruppe",
    )
    assert run(shop, *made)[0] == 0
    assert (
        run(shop, "card-type", "set", "zehn", "--limit-ordered", "20", "--low", "15", "--tax", "exempt")[0]
        == 0
    )
    kind = db.session.scalars(select(CardType).where(CardType.key == "zehn")).one()
    assert (kind.limit_ordered, kind.low_cents, kind.tax_code, kind.classes) == (
        2000,
        1500,
        "exempt",
        ["gruppe"],
    )
    assert "drei volle Kalenderjahre" in kind.notice["de"]
    assert "Zehnerkarte" in run(shop, "card-type", "list")[1]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--tiers", "100:"), "a colon wants a price"),
        (("--tiers", "100|100"), "twice"),
        (("--tiers", "0|50"), "more than zero"),
        (("--tiers", "100:120"), "above the value"),
        (("--tiers", "abc"), "no amount"),
        (("--tiers", "100;200"), "no amount"),
        (("--tiers", "100|"), "before or behind a bar"),
        (("--tiers", "|100"), "before or behind a bar"),
        (("--classes", "gruppe ballett"), "ballett"),
        (("--tax", "luxury"), "luxury"),
        (("--limit-standard", "-5"), "write it like"),
    ],
)
def test_bad_types_are_refused_and_nothing_changes(
    shop: FlaskCliRunner, words: tuple[str, str], told: str
) -> None:
    code, said = run(shop, "card-type", "set", "wert", *words)
    assert code != 0
    assert told in said
    with transaction() as session:
        assert session.get_one(CardType, "wert").tiers == "100|200:190|300:275"
