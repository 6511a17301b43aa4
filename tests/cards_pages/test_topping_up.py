"""A tier is chosen, ordered and paid; the credit counts when the payment is certain (DOMAIN W2, W6)."""

import re

import pytest

from shop import clock
from shop.db import db
from tests.account.cast import log_in, queued
from tests.cards.cast import appointment, card_type
from tests.cards_pages.wallet import HOME, TOP_UP, Wallet, ordered, paid, signed_in, wish
from tests.organisations.cast import PASSWORD, learner
from tests.web.guest import Guest, everything, hidden, line_ids, words


def balance(guest: Guest) -> str:
    """What the card's page names as its balance."""
    found = re.search(r"Guthaben (−?[\d.,]+ €) ", words(guest.get(HOME)).split("Aufladen")[0])
    return found[1] if found else ""


def chosen(guest: Guest, address: str = TOP_UP) -> list[str]:
    """The tiers that are chosen already."""
    text = guest.get(address).text
    return re.findall(r'name="value" value="(\d+)"[^>]* checked', text)


def test_the_tiers_stand_with_price_saving_last_day_and_notice(wallet: Wallet, erna: Guest) -> None:
    said = words(erna.get(TOP_UP))
    assert "200 € Guthaben für 190 € , Sie sparen 10 €" in said
    assert "100 € Guthaben für 100 €" in said
    year = wallet.inside(clock.today).year + 3
    assert f"Guthaben, das Sie heute kaufen, gilt bis 31. Dezember {year}." in said
    assert "Keine Auszahlung." in said


def test_without_an_end_it_lasts_without_end(any_shop_without_end: Guest) -> None:
    assert "gilt unbegrenzt" in words(any_shop_without_end.get(TOP_UP))


@pytest.fixture
def any_shop_without_end(wallet: Wallet) -> Guest:
    """Erna in a shop whose credit never ends."""
    wallet.app.config["VALIDITY"] = "none"
    return signed_in(wallet.app)


def test_paid_at_the_pretend_till_it_can_be_spent(any_wallet: Wallet) -> None:
    erna = signed_in(any_wallet.app)
    page = paid(erna, "20000")
    assert "Ihr Guthaben ist da." in words(page)
    assert f"{HOME}?karte={any_wallet.number}" in page.text
    assert balance(erna) == "200 €"
    assert any_wallet.orders()[0].total_cents == 19000
    any_wallet.inside(lambda: None)


@pytest.mark.parametrize(("method", "till"), [("bank", "bank"), ("counter", "counter")])
def test_by_transfer_and_at_the_counter_it_counts_when_the_money_is_there(
    any_wallet: Wallet, method: str, till: str
) -> None:
    erna = signed_in(any_wallet.app)
    page = erna.get(ordered(erna, method).headers["Location"])
    assert "Das Guthaben ist auf der Karte, sobald die Bestellung bezahlt ist." in words(page)
    assert balance(erna) == "0 €"
    any_wallet.arrives(any_wallet.orders()[0].number, till)
    assert balance(erna) == "100 €"
    assert "order_confirmed" in [kind for kind, _to in queued(any_wallet.app)]


def test_a_payment_that_fails_brings_nothing(wallet: Wallet, erna: Guest) -> None:
    page = paid(erna, step="declined")
    assert "Die Zahlung hat nicht geklappt." in words(page)
    assert balance(erna) == "0 €"


def test_the_first_top_up_opens_the_card(wallet: Wallet) -> None:
    with wallet.app.app_context():
        learner("nora", "Nora")
        db.session.rollback()
    nora = signed_in(wallet.app, "nora")
    assert nora.get(TOP_UP).status_code == 200
    assert wallet.card_of("nora") is None, "looking opens none"
    paid(nora)
    assert wallet.card_of("nora") is not None
    assert balance(nora) == "100 €"


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (None, "Bitte wählen Sie einen Betrag."),
        ("", "Diesen Betrag bieten wir nicht an."),
        ("15000", "Diesen Betrag bieten wir nicht an."),
        ("-10000", "Diesen Betrag bieten wir nicht an."),
        ("10000.0", "Diesen Betrag bieten wir nicht an."),
        ("１００００", "Diesen Betrag bieten wir nicht an."),
        ("1e4", "Diesen Betrag bieten wir nicht an."),
    ],
)
def test_a_tier_that_is_not_offered_is_refused_in_words(
    wallet: Wallet, erna: Guest, value: str | None, sentence: str
) -> None:
    token = hidden(erna.get(TOP_UP), "csrf_token")
    before = everything(wallet.app)
    fields = {"csrf_token": token} | ({} if value is None else {"value": value})
    answer = erna.send_bare(TOP_UP, fields)
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert everything(wallet.app) == before


def test_a_stale_form_keeps_the_choice(wallet: Wallet, erna: Guest) -> None:
    answer = erna.send_bare(TOP_UP, {"csrf_token": "x", "value": "20000"})
    assert answer.status_code == 400
    assert "Die Seite war lange offen." in words(answer)
    assert re.search(r'value="20000"[^>]* checked', answer.text)
    assert wallet.wishes() == []


@pytest.mark.parametrize("query", ["?typ=fremd", "?typ=wert&termin=T9", "?typ=wert&termin=G1000"])
def test_an_unknown_type_or_appointment_is_not_found(erna: Guest, query: str) -> None:
    assert erna.get(TOP_UP + query).status_code == 404
    assert erna.send(TOP_UP + query, {"value": "10000"}).status_code == 404


def test_a_type_that_is_not_on_sale_is_not_found(wallet: Wallet, erna: Guest) -> None:
    wallet.change_type(published=False)
    assert erna.get(f"{TOP_UP}?typ=wert").status_code == 404
    assert "Aufladen" not in words(erna.get(HOME))


def test_for_an_appointment_the_smallest_tier_that_is_enough_is_chosen(wallet: Wallet, erna: Guest) -> None:
    wallet.change_type(tiers="10|80|30")
    wallet.corrected(500)
    wallet.inside(lambda: appointment("T1"))
    page = erna.get(f"{TOP_UP}?typ=wert&termin=T1")
    assert "Für diesen Termin fehlen 20 €." in words(page)
    assert chosen(erna, f"{TOP_UP}?typ=wert&termin=T1") == ["3000"]


def test_when_no_tier_is_enough_the_largest_is_chosen(wallet: Wallet, erna: Guest) -> None:
    wallet.change_type(tiers="5|10")
    wallet.inside(lambda: appointment("T1"))
    assert chosen(erna, f"{TOP_UP}?typ=wert&termin=T1") == ["1000"]


def test_without_an_appointment_nothing_is_chosen(erna: Guest) -> None:
    assert chosen(erna) == []


def test_when_the_credit_is_enough_that_is_said(wallet: Wallet, erna: Guest) -> None:
    wallet.corrected(5000)
    wallet.inside(lambda: appointment("T1"))
    assert "Für diesen Termin reicht Ihr Guthaben." in words(erna.get(f"{TOP_UP}?typ=wert&termin=T1"))


def test_paid_it_leads_back_to_the_appointment(wallet: Wallet, erna: Guest) -> None:
    wallet.inside(lambda: appointment("T1"))
    page = paid(erna, address=f"{TOP_UP}?typ=wert&termin=T1")
    assert 'href="/termine/T1">Weiter zum Termin' in page.text


def test_another_tier_for_the_same_card_takes_the_place_of_the_first(wallet: Wallet, erna: Guest) -> None:
    wish(erna, "10000")
    wish(erna, "20000")
    assert [line["value"] for line in wallet.wishes()] == [20000]


def test_top_ups_of_two_cards_stand_side_by_side(wallet: Wallet, erna: Guest) -> None:
    wallet.inside(lambda: card_type("reit", title={"de": "Reitkarte"}, tiers="80|100", position=1))
    wish(erna, "10000")
    wish(erna, "8000", f"{TOP_UP}?typ=reit")
    assert sorted(line["value"] for line in wallet.wishes()) == [8000, 10000]


def test_ordered_twice_by_the_same_form_it_is_one_order(wallet: Wallet, erna: Guest) -> None:
    wish(erna)
    form = erna.checkout_form(method="bank")
    first, second = erna.order(form), erna.order(form)
    assert first.headers["Location"] == second.headers["Location"]
    assert len(wallet.orders()) == 1


def test_the_checkout_knows_who_is_signed_in(erna: Guest) -> None:
    wish(erna)
    page = erna.get("/kasse/")
    assert [hidden(page, name) for name in ("first_name", "last_name", "email")] == [
        "Erna",
        "Öztürk",
        "erna@example.org",
    ]


def test_the_basket_shows_a_top_up_without_what_makes_no_sense_for_it(erna: Guest) -> None:
    wish(erna)
    page = erna.get("/warenkorb/")
    said = words(page)
    assert "Wertkarte: 100 € Guthaben" in said
    assert "Anderen Betrag wählen" in said
    assert "Anzahl ändern" not in said
    assert "Auf die Merkliste" not in said
    assert "/gutscheine/None" not in page.text


def test_the_basket_lets_go_of_a_top_up(wallet: Wallet, erna: Guest) -> None:
    wish(erna)
    line = line_ids(erna.get("/warenkorb/"))[0]
    assert erna.send(f"/warenkorb/{line}/entfernen").status_code == 303
    assert wallet.wishes() == []


@pytest.mark.parametrize(("way", "fields"), [("menge", {"quantity": "2"}), ("merken", {})])
def test_a_top_up_has_no_quantity_and_is_not_remembered(
    wallet: Wallet, erna: Guest, way: str, fields: dict[str, str]
) -> None:
    wish(erna)
    line = line_ids(erna.get("/warenkorb/"))[0]
    before = everything(wallet.app)
    assert erna.send(f"/warenkorb/{line}/{way}", fields).status_code == 422
    assert everything(wallet.app) == before


def test_a_tier_that_went_off_sale_meanwhile_is_told_in_the_basket(wallet: Wallet, erna: Guest) -> None:
    wish(erna)
    wallet.change_type(tiers="50|60")
    page = erna.get("/warenkorb/")
    assert "Diesen Betrag bieten wir nicht mehr an. Bitte wählen Sie einen anderen." in words(page)
    assert erna.get("/kasse/").status_code == 303


def owes_for_one_of_two(wallet: Wallet, **facts: object) -> None:
    """The top-up that T1 was booked on was never paid; T2 can be booked too."""
    wallet.change_type(limit_ordered=5000, **facts)
    for number in ("T1", "T2"):
        wallet.inside(lambda number=number: appointment(number))
    wallet.owes("T1")


def test_a_debt_is_named_before_topping_up_and_counts_towards_what_is_needed(
    wallet: Wallet, erna: Guest
) -> None:
    owes_for_one_of_two(wallet, tiers="20|30|60")
    address = f"{TOP_UP}?typ=wert&termin=T2"
    assert "Dazu kommen 25 €, die Sie uns noch schulden." in words(erna.get(address))
    assert chosen(erna, address) == ["6000"]


def test_a_debt_leads_from_the_appointment_to_a_top_up_that_comes_back(wallet: Wallet, erna: Guest) -> None:
    owes_for_one_of_two(wallet)
    assert f'href="{TOP_UP}?typ=wert&amp;termin=T2"' in erna.get("/termine/T2").text


def test_a_debt_on_a_card_that_does_not_pay_here_is_all_that_is_asked_for(
    wallet: Wallet, erna: Guest
) -> None:
    owes_for_one_of_two(wallet, tiers="20|30|60")
    wallet.change_type(classes=["einzel"])
    address = f"{TOP_UP}?typ=wert&termin=T2"
    said = words(erna.get(address))
    assert "Sie schulden uns noch 25 €." in said
    assert "Für diesen Termin" not in said
    assert chosen(erna, address) == ["3000"]


def test_the_basket_full_of_wishes_takes_no_top_up(
    wallet: Wallet, erna: Guest, monkeypatch: pytest.MonkeyPatch
) -> None:
    erna.put_in()
    monkeypatch.setattr("shop.orders.basket.LONGEST", 1)
    answer = wish(erna)
    assert answer.status_code == 422
    assert "kein Platz mehr" in words(answer)


def test_a_top_up_of_somebody_who_was_here_before_is_not_paid_by_the_next(
    wallet: Wallet, erna: Guest
) -> None:
    with wallet.app.app_context():
        learner("nora", "Nora")
        db.session.rollback()
    wish(erna)
    erna.send("/konto/abmelden")
    form = erna.checkout_form()
    assert log_in(erna, "nora", PASSWORD).status_code == 302
    assert erna.order(form, csrf_token=erna.token()).status_code == 422
    assert erna.get("/kasse/").headers["Location"] == "/warenkorb/"
    assert wallet.wishes() == []
    assert wallet.orders() == []
