"""The card's page says how it stands, in numbers and in words, to its owner alone (DOMAIN W3, W4)."""

import re
from datetime import date, timedelta

import pytest
from werkzeug.test import TestResponse

from shop import clock
from shop.cards.models import Card, Lot
from shop.cards.open import open_card
from shop.db import db, transaction
from shop.people.accounts import by_username
from tests.booking.forms import put_in
from tests.cards.cast import appointment, booked, card_type, holder, ordered_top_up, topped_up
from tests.cards_pages.wallet import HOME, Wallet, signed_in
from tests.organisations.cast import PASSWORD, learner
from tests.shopfloor import course
from tests.web.guest import Guest, words


def page(guest: Guest, query: str = "") -> str:
    answer = guest.get(HOME + query)
    assert answer.status_code == 200
    return words(answer)


def buy(wallet: Wallet, cents: int = 10000) -> None:
    wallet.inside(lambda: topped_up(db.session.get_one(Card, wallet.number), cents))


def order(wallet: Wallet, method: str = "bank") -> object:
    return wallet.inside(lambda: ordered_top_up(db.session.get_one(Card, wallet.number), 10000, method))


def book(wallet: Wallet, number: str = "T1") -> None:
    def done() -> None:
        appointment(number)
        user = by_username("erna")
        assert user is not None
        booked(user, number)

    wallet.inside(done)


def test_the_balance_and_what_can_be_booked_stand_on_the_page(wallet: Wallet, erna: Guest) -> None:
    buy(wallet)
    said = page(erna)
    assert "Guthaben 100 €" in said
    assert "Jetzt buchbar 100 €" in said


def test_a_limit_is_explained_in_words(wallet: Wallet, erna: Guest) -> None:
    wallet.change_type(limit_standard=2000, limit_ordered=5000)
    buy(wallet)
    said = page(erna)
    assert "Jetzt buchbar 120 €" in said
    assert "Sie können bis 20 € ins Minus gehen." in said
    assert "Solange eine Aufladung unterwegs ist, bis 50 €." in said


def test_without_a_limit_no_minus_is_spoken_of(wallet: Wallet, erna: Guest) -> None:
    buy(wallet)
    assert "Minus" not in page(erna)


def test_a_top_up_under_way_is_told_with_the_way_to_its_order_and_its_limit(
    wallet: Wallet, erna: Guest
) -> None:
    wallet.change_type(limit_ordered=5000)
    order(wallet)
    answer = erna.get(HOME)
    said = words(answer)
    assert "Eine Aufladung über 100 € ist unterwegs." in said
    assert "Solange Ihre Aufladung unterwegs ist, können Sie bis 50 € ins Minus gehen." in said
    link = re.search(r"/bestellung/[\w-]+", answer.text)
    assert link
    assert "Überweisung" in words(erna.get(link[0]))


def test_a_paid_top_up_is_under_way_no_more(wallet: Wallet, erna: Guest) -> None:
    buy(wallet)
    assert "unterwegs" not in page(erna)


def pay_by_card(guest: Guest, card: str, form: dict[str, str]) -> TestResponse:
    """Press the button of a card at the checkout."""
    return guest.send_bare("/kasse/wertkarte", {**form, "karte": card})


def test_what_a_checkout_holds_is_told(wallet: Wallet, erna: Guest) -> None:
    buy(wallet)
    wallet.inside(lambda: course("K1", 2500, class_key="kurs"))
    put_in(erna)
    pay_by_card(erna, wallet.number, erna.checkout_form())
    said = page(erna)
    assert "Guthaben 100 €" in said
    assert "Vorgemerkt 25 €" in said
    assert "Jetzt buchbar 75 €" in said


def test_a_card_that_another_checkout_holds_is_refused_beside_the_card(wallet: Wallet, erna: Guest) -> None:
    buy(wallet)
    wallet.inside(lambda: course("K1", 10000, class_key="kurs"))
    put_in(erna)
    typed = erna.checkout_form()
    other = signed_in(wallet.app)
    put_in(other)
    pay_by_card(other, wallet.number, other.checkout_form())
    answer = pay_by_card(erna, wallet.number, typed)
    assert answer.status_code == 422
    assert 'id="card-error"' in answer.text
    assert 'id="number-error"' not in answer.text
    assert "gerade für eine andere Bestellung vorgemerkt" in words(answer)


def test_a_card_is_refused_in_words_where_no_voucher_can_pay(wallet: Wallet, erna: Guest) -> None:
    wallet.inside(lambda: course("K1", 2500, class_key="kurs", redeemable=False))
    put_in(erna)
    answer = pay_by_card(erna, wallet.number, erna.checkout_form())
    assert answer.status_code == 422
    assert 'id="card-error"' in answer.text


def test_a_visitor_learns_that_a_card_could_pay_and_comes_back_to_the_checkout(wallet: Wallet) -> None:
    wallet.inside(lambda: course("K1", 2500, class_key="kurs"))
    guest = Guest(wallet.app)
    put_in(guest)
    way = "/konto/anmelden?next=/kasse/"
    assert f'href="{way}"' in guest.get("/kasse/").text
    answer = guest.send(way, {"email": "erna", "password": PASSWORD})
    assert answer.headers["Location"] == "/kasse/"
    assert f'href="{way}"' not in guest.get("/kasse/").text


def test_a_visitor_hears_nothing_of_cards_that_could_not_pay(wallet: Wallet) -> None:
    wallet.inside(lambda: course("K1", 2500))
    guest = Guest(wallet.app)
    put_in(guest)
    assert "Wertkarte" not in words(guest.get("/kasse/"))


def test_the_next_expiry_names_the_part_that_ends(wallet: Wallet, erna: Guest) -> None:
    wallet.corrected(3000)
    wallet.change_lots(date(2029, 12, 31))
    wallet.corrected(1000)
    with wallet.app.app_context(), transaction() as session:
        newest = session.scalars(db.select(Lot).order_by(Lot.since.desc())).first()
        newest.valid_until = date(2031, 12, 31)
    assert "30 € davon gelten bis 31. Dezember 2029." in page(erna)


def test_when_all_of_it_ends_on_one_day_that_is_said_shortly(wallet: Wallet, erna: Guest) -> None:
    wallet.corrected(3000)
    wallet.change_lots(date(2029, 12, 31))
    assert "Es gilt bis 31. Dezember 2029." in page(erna)


def test_expired_credit_lies_beside_the_balance_even_before_it_is_swept(wallet: Wallet, erna: Guest) -> None:
    wallet.corrected(3000)
    wallet.change_lots(wallet.inside(clock.today) - timedelta(days=1))
    said = page(erna)
    assert "Guthaben 0 €" in said
    assert "Abgelaufen 30 €" in said


def test_swept_it_is_told_the_same_and_stands_in_the_movements(wallet: Wallet, erna: Guest) -> None:
    wallet.corrected(3000)
    wallet.change_lots(date(2026, 1, 31))
    wallet.corrected(100)
    said = page(erna)
    assert "Guthaben 1 €" in said
    assert "Abgelaufen 30 €" in said
    assert "Abgelaufen, galt bis 31. Januar 2026" in said


def test_what_lies_on_somebody_elses_card_is_not_told(wallet: Wallet, erna: Guest) -> None:
    wallet.corrected(3000)
    wallet.change_lots(date(2026, 1, 31))
    wallet.corrected(500)
    with wallet.app.app_context():
        holder("nora")
        db.session.rollback()
    said = page(signed_in(wallet.app, "nora"))
    assert "Guthaben 0 €" in said
    assert "Abgelaufen" not in said
    assert "gelten bis" not in said


def test_frozen_credit_lies_beside_the_balance(wallet: Wallet, erna: Guest) -> None:
    wallet.corrected(3000)
    wallet.change_lots(None, frozen=True)
    said = page(erna)
    assert "Jetzt buchbar 0 €" in said
    assert "Gesperrt 30 €" in said


def test_who_owes_reads_of_no_limit(wallet: Wallet, erna: Guest) -> None:
    wallet.change_type(limit_standard=2000, limit_ordered=5000)
    wallet.inside(lambda: appointment("T1"))
    wallet.owes("T1")
    assert "ins Minus gehen" not in page(erna)


def test_a_debt_is_told_in_words(wallet: Wallet, erna: Guest) -> None:
    wallet.change_type(limit_ordered=5000)
    wallet.inside(lambda: appointment("T1"))
    wallet.owes("T1")
    said = page(erna)
    assert "Sie schulden uns noch 25 €." in said
    assert "Jetzt buchbar 0 €" in said


def test_a_closed_card_says_so(wallet: Wallet, erna: Guest) -> None:
    wallet.change(state="closed")
    assert "Diese Karte ist geschlossen." in page(erna)


def test_a_booking_in_the_movements_leads_to_its_order(wallet: Wallet, erna: Guest) -> None:
    buy(wallet)
    book(wallet)
    answer = erna.get(HOME)
    link = re.search(r'href="(/bestellung/[\w-]+)">Töpfern T1, [^<]+</a>', answer.text)
    assert link
    assert "Töpfern T1" in words(erna.get(link[1]))
    assert "−25 €" in words(answer)
    assert "75 €" in words(answer)


def test_each_card_of_a_person_has_its_page(wallet: Wallet, erna: Guest) -> None:
    buy(wallet)
    with wallet.app.app_context():
        card_type("reit", title={"de": "Reitkarte"}, tiers="80|100", position=1)
        user = by_username("erna")
        assert user is not None
        with transaction():
            second = open_card(user.id, "reit").number
        db.session.rollback()
    assert "Guthaben 100 €" in page(erna)
    other = erna.get(f"{HOME}?karte={second}")
    assert "<h1>Reitkarte</h1>" in other.text
    assert "Guthaben 0 €" in words(other)


def test_a_strangers_card_does_not_exist(wallet: Wallet) -> None:
    with wallet.app.app_context():
        holder("nora")
        db.session.rollback()
    nora = signed_in(wallet.app, "nora")
    for way in (f"?karte={wallet.number}", f"{wallet.number}/bewegungen.csv", f"{wallet.number}/gutschein"):
        assert nora.get(HOME + way).status_code == 404
    for way in ("gutschein", "erinnerungen"):
        assert nora.send(f"{HOME}{wallet.number}/{way}").status_code == 404
    assert wallet.card().reminds_low


@pytest.mark.parametrize("number", ["W0000", "x", "' OR 1=1", "G4C18CCA0R"])
def test_a_number_that_is_no_card_is_not_found(erna: Guest, number: str) -> None:
    assert erna.get(HOME, query_string={"karte": number}).status_code == 404


def test_without_a_card_the_types_on_sale_are_explained(wallet: Wallet) -> None:
    with wallet.app.app_context():
        learner("nora", "Nora")
        db.session.rollback()
    said = page(signed_in(wallet.app, "nora"))
    assert "200 € für 190 €, Sie sparen 10 €" in said
    assert "Keine Auszahlung." in said


def test_without_a_card_and_without_types_nothing_is_offered(wallet: Wallet) -> None:
    wallet.change_type(published=False)
    with wallet.app.app_context():
        learner("nora", "Nora")
        db.session.rollback()
    nora = signed_in(wallet.app, "nora")
    assert "Zurzeit gibt es hier keine Wertkarten." in page(nora)
    assert "Wertkarte" not in words(nora.get("/konto/"))


def test_the_account_shows_the_card_and_what_is_on_it(wallet: Wallet, erna: Guest) -> None:
    buy(wallet)
    answer = erna.get("/konto/")
    assert f"{HOME}?karte={wallet.number}" in answer.text
    assert "100 €" in words(answer)


def test_who_is_not_signed_in_comes_back_to_the_same_appointment(wallet: Wallet) -> None:
    answer = Guest(wallet.app).get("/konto/wertkarte/aufladen?typ=wert&termin=T1")
    assert answer.status_code == 302
    assert "typ%3Dwert%26termin%3DT1" in answer.headers["Location"]


@pytest.mark.parametrize(
    "ticked", [(), ("reminds_low",), ("reminds_expiry",), ("reminds_low", "reminds_expiry")]
)
def test_each_reminder_is_switched_by_itself(wallet: Wallet, erna: Guest, ticked: tuple[str, ...]) -> None:
    answer = erna.send(f"{HOME}{wallet.number}/erinnerungen", dict.fromkeys(ticked, "1"))
    assert answer.status_code == 303
    card = wallet.card()
    assert (card.reminds_low, card.reminds_expiry) == ("reminds_low" in ticked, "reminds_expiry" in ticked)
    shown = erna.get(answer.headers["Location"]).text
    for name in ("reminds_low", "reminds_expiry"):
        assert (f'name="{name}" value="1" checked' in shown) == (name in ticked)
