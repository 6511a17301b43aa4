"""A gift voucher is loaded whole, by number and code; who guesses is told one sentence, and slowed (W9, R7)."""

from datetime import timedelta
from typing import Any

import pytest

from shop import clock
from shop.db import db, transaction
from shop.people.accounts import by_username
from shop.vouchers.models import Voucher, VoucherProduct
from tests.booking.forms import put_in
from tests.cards.cast import appointment, booked, holder
from tests.cards_pages.wallet import HOME, Wallet, load, signed_in
from tests.organisations.cast import learner
from tests.shopfloor import course
from tests.web.guest import Guest, everything, hidden, words

NEUTRAL = "Nummer und Code passen nicht zusammen."


def change_voucher(wallet: Wallet, number: str, **values: Any) -> None:
    with wallet.app.app_context(), transaction() as session:
        for name, value in values.items():
            setattr(session.get_one(Voucher, number), name, value)


def refused(wallet: Wallet, guest: Guest, number: str, code: str) -> str:
    """What is said when nothing is loaded; what was typed stays."""
    answer = load(guest, wallet.number, number, code)
    assert answer.status_code == 422
    assert hidden(answer, "number") == number
    assert "Guthaben 0 €" in words(guest.get(HOME))
    return words(answer)


def test_all_of_it_comes_onto_the_card_and_keeps_its_last_day(any_wallet: Wallet) -> None:
    erna = signed_in(any_wallet.app)
    number, code = any_wallet.voucher()
    page = erna.get(load(erna, any_wallet.number, number, code).headers["Location"])
    said = words(page)
    assert "Der Gutschein ist geladen: 30 € mehr auf Ihrer Karte." in said
    assert "Guthaben 30 €" in said
    year = any_wallet.inside(clock.today).year + 3
    assert f"Es gilt bis 31. Dezember {year}." in said


def test_the_page_says_that_all_of_it_is_loaded(wallet: Wallet, erna: Guest) -> None:
    said = words(erna.get(f"{HOME}{wallet.number}/gutschein"))
    assert "Der ganze Gutschein kommt auf Ihre Karte" in said
    assert "gilt dort so lange wie zuvor" in said


@pytest.mark.parametrize("field", ["number", "code"])
def test_both_pasted_into_either_field_are_told_apart(wallet: Wallet, erna: Guest, field: str) -> None:
    number, code = wallet.voucher()
    typed = {"number": "", "code": "", field: f"{number}\n{code}"}
    assert load(erna, wallet.number, typed["number"], typed["code"]).status_code == 303


def test_sent_twice_it_is_loaded_once(wallet: Wallet, erna: Guest) -> None:
    number, code = wallet.voucher()
    assert load(erna, wallet.number, number, code).status_code == 303
    second = load(erna, wallet.number, number, code)
    assert second.status_code == 422
    assert "Auf diesem Gutschein ist nichts mehr." in words(second)
    assert "Guthaben 30 €" in words(erna.get(HOME))


def test_a_wrong_code_and_an_unknown_number_are_answered_alike(wallet: Wallet, erna: Guest) -> None:
    _number, code = wallet.voucher()
    other, _code = wallet.voucher()
    assert NEUTRAL in refused(wallet, erna, other, code)
    assert NEUTRAL in refused(wallet, erna, "G4C18CCA0R", code)
    assert NEUTRAL in refused(wallet, erna, "nichts", "garnichts")


@pytest.mark.parametrize(
    ("number", "code", "sentence"),
    [
        ("", "", "Bitte geben Sie die Gutschein-Nummer ein."),
        ("G4C18-CCA0R", " ", "Bitte geben Sie den Gutschein-Code ein."),
    ],
)
def test_an_empty_field_is_no_guess(
    wallet: Wallet, erna: Guest, number: str, code: str, sentence: str
) -> None:
    before = everything(wallet.app)["wrong_codes"]
    answer = load(erna, wallet.number, number, code)
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert everything(wallet.app)["wrong_codes"] == before


def test_an_expired_one_is_told_with_its_day(wallet: Wallet, erna: Guest) -> None:
    number, code = wallet.voucher()
    change_voucher(wallet, number, valid_until=wallet.inside(clock.today) - timedelta(days=1))
    assert "Dieser Gutschein ist am" in refused(wallet, erna, number, code)


def test_a_blocked_one_is_told_as_such(wallet: Wallet, erna: Guest) -> None:
    number, code = wallet.voucher()
    change_voucher(wallet, number, blocked=True)
    assert "Dieser Gutschein ist gesperrt." in refused(wallet, erna, number, code)


def test_one_for_some_courses_only_is_not_loaded(wallet: Wallet, erna: Guest) -> None:
    number, code = wallet.voucher()
    with wallet.app.app_context(), transaction() as session:
        session.get_one(VoucherProduct, "standard").valid_for = ["sprachen"]
    assert "gilt nur für bestimmte Kurse" in refused(wallet, erna, number, code)


def test_one_that_a_checkout_holds_is_not_loaded(wallet: Wallet, erna: Guest) -> None:
    number, code = wallet.voucher()
    wallet.inside(lambda: course("K1", 2500))
    greta = Guest(wallet.app)
    put_in(greta)
    greta.send_bare("/kasse/gutscheine", {**greta.checkout_form(), "number": number, "code": code})
    assert "gerade für eine andere Bestellung vorgemerkt" in refused(wallet, erna, number, code)


def test_who_guesses_is_slowed_and_a_right_code_from_elsewhere_works(wallet: Wallet, erna: Guest) -> None:
    number, code = wallet.voucher()
    for _try in range(10):
        assert load(erna, wallet.number, "G4C18CCA0R", code).status_code == 422
    slowed = load(erna, wallet.number, number, code)
    assert slowed.status_code == 429
    assert int(slowed.headers["Retry-After"]) > 0
    assert "zu viele falsche Eingaben" in words(slowed)
    elsewhere = signed_in(wallet.app, address="192.0.2.77")
    assert load(elsewhere, wallet.number, number, code).status_code == 303


def test_a_stale_form_loads_nothing(wallet: Wallet, erna: Guest) -> None:
    number, code = wallet.voucher()
    answer = erna.send_bare(
        f"{HOME}{wallet.number}/gutschein", {"csrf_token": "x", "number": number, "code": code}
    )
    assert answer.status_code == 400
    assert "Guthaben 0 €" in words(erna.get(HOME))


def test_the_address_alone_claims_nothing(wallet: Wallet, erna: Guest) -> None:
    assert "geladen" not in words(erna.get(f"{HOME}?karte={wallet.number}&geladen=1"))


def test_a_closed_card_is_opened_by_it(wallet: Wallet, erna: Guest) -> None:
    number, code = wallet.voucher()
    wallet.change(state="closed")
    assert load(erna, wallet.number, number, code).status_code == 303
    assert wallet.card().state == "open"


def test_a_voucher_can_be_the_first_credit_of_a_card(wallet: Wallet) -> None:
    with wallet.app.app_context():
        learner("berta", "Berta")
        db.session.rollback()
    berta = signed_in(wallet.app, "berta")
    assert f'action="{HOME}gutschein"' in berta.get(HOME).text
    opened = [berta.send(f"{HOME}gutschein", {"typ": "wert"}).headers["Location"] for _click in range(2)]
    card = wallet.card_of("berta")
    assert card
    assert opened == [f"{HOME}{card.number}/gutschein"] * 2
    assert load(berta, card.number, *wallet.voucher()).status_code == 303
    assert "Guthaben 30 €" in words(berta.get(HOME))


def test_no_card_is_opened_of_a_type_that_is_not_on_sale(wallet: Wallet, erna: Guest) -> None:
    wallet.change_type(published=False)
    assert erna.send(f"{HOME}gutschein", {"typ": "wert"}).status_code == 404


def test_a_card_of_somebody_else_takes_none(wallet: Wallet, erna: Guest) -> None:
    number, code = wallet.voucher()
    with wallet.app.app_context():
        foreign = holder("nora")[1].number
        db.session.rollback()
    token = erna.token()
    fields = {"csrf_token": token, "number": number, "code": code}
    assert erna.send_bare(f"{HOME}{foreign}/gutschein", fields).status_code == 404
    assert load(erna, wallet.number, number, code).status_code == 303


def test_an_overdrawn_card_whose_top_ups_are_taxed_takes_no_voucher(wallet: Wallet, erna: Guest) -> None:
    wallet.change_type(limit_standard=5000, tax_code="exempt")

    def book() -> None:
        appointment("T1")
        user = by_username("erna")
        assert user is not None
        booked(user, "T1")

    wallet.inside(book)
    number, code = wallet.voucher()
    answer = load(erna, wallet.number, number, code)
    assert answer.status_code == 422
    assert "Auf Ihrer Wertkarte ist noch etwas offen. Laden Sie sie bitte zuerst auf" in words(answer)
