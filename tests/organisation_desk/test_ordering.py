"""Ordering codes at the desk: quantities, papers, one button, codes at once (DOMAIN C1, C2, L1)."""

import pytest
from werkzeug.test import TestResponse

from shop.catalogue.models import Offer
from shop.db import db, transaction
from tests.conftest import MakeApp
from tests.organisation_desk.conftest import office_of
from tests.organisation_desk.office import Clerk, Office, signed_in
from tests.web.guest import hidden, words


def review(anna: Clerk, office: Office, quantities: dict[str, str]) -> TestResponse:
    fields = {f"n-{number}": text for number, text in quantities.items()}
    return anna.post(f"{office.home}bestellen", f"{office.home}bestellen/pruefen", fields)


def order_form(page: TestResponse, quantities: dict[str, str], **fields: str) -> dict[str, str]:
    kept = {name: hidden(page, name) for name in ("csrf_token", "form_key", "seen", "email")}
    return {**kept, **{f"n-{number}": text for number, text in quantities.items()}, **fields}


def press(anna: Clerk, office: Office, form: dict[str, str]) -> TestResponse:
    return anna.send_bare(f"{office.home}bestellen", form)


def test_an_order_shows_its_codes_at_once_and_can_be_downloaded(any_office: Office) -> None:
    office, anna = any_office, signed_in(any_office.app)
    wishes = {"K1": "2", "K2": "3"}
    page = review(anna, office, wishes)
    assert page.status_code == 200
    assert "350" in words(page)
    answer = press(anna, office, order_form(page, wishes, reference="AZ 7", cost_centre="4711"))
    assert answer.status_code == 303
    shown = anna.get(answer.headers["Location"])
    assert all(code in shown.text for code in office.codes().values())
    assert len(office.codes()) == 5
    assert shown.headers["Cache-Control"] == "no-store"
    path = answer.headers["Location"].partition("?")[0]
    sheet = anna.get(f"{path}/codes.csv")
    assert all(code in sheet.get_data(as_text=True) for code in office.codes().values())
    assert anna.get(f"{path}/codes.xlsx").data[:2] == b"PK"


def test_the_invoice_is_a_page_to_print(office: Office, anna: Clerk) -> None:
    answer = press(anna, office, order_form(review(anna, office, {"K1": "1"}), {"K1": "1"}))
    page = anna.get(answer.headers["Location"]).text
    path = page[page.index("bestellungen/") :].split('"')[0]
    number = next(part for part in page.split('"') if part.endswith(".pdf"))
    assert path
    assert anna.get(number).data[:5] == b"%PDF-"


def test_the_button_says_what_the_law_asks_for_below_price_and_terms(office: Office, anna: Clerk) -> None:
    page = review(anna, office, {"K1": "2"}).text
    assert page.index("200") < page.index("/seiten/agb") < page.index("Zahlungspflichtig bestellen</button>")


@pytest.mark.parametrize(
    "text", ["0", "-1", "1000000", "501", "1e3", "１", "1,5", "zwei", "+3", "99999999999"]
)
def test_a_quantity_that_is_none_is_told_at_its_field_and_nothing_is_lost(
    office: Office, anna: Clerk, text: str
) -> None:
    page = review(anna, office, {"K1": text, "K2": "7"})
    assert page.status_code == 422
    assert 'aria-describedby="n-K1-error"' in page.text
    assert "K1" in words(page)
    assert f'name="n-K1" value="{text}"' in page.text
    assert 'name="n-K2" value="7"' in page.text
    assert office.codes() == {}


def test_nothing_chosen_is_told(office: Office, anna: Clerk) -> None:
    page = review(anna, office, {"K1": " "})
    assert page.status_code == 422
    assert "bei mindestens einem Kurs" in words(page)


def test_a_course_free_of_charge_is_not_sold(office: Office, anna: Clerk) -> None:
    assert "n-K4" not in anna.get(f"{office.home}bestellen").text
    page = review(anna, office, {"K4": "2"})
    assert page.status_code == 422
    assert "kostenlos" in words(page)


def test_a_price_that_changed_meanwhile_is_shown_before_it_is_owed(office: Office, anna: Clerk) -> None:
    form = order_form(review(anna, office, {"K1": "2"}), {"K1": "2"}, reference="AZ 7")
    with office.app.app_context(), transaction():
        db.session.get_one(Offer, "K1").price_cents = 12000
    page = press(anna, office, form)
    assert page.status_code == 422
    assert "240" in words(page)
    assert 'value="AZ 7"' in page.text
    assert office.codes() == {}
    assert press(anna, office, order_form(page, {"K1": "2"})).status_code == 303


def test_the_same_form_twice_is_one_order(office: Office, anna: Clerk) -> None:
    form = order_form(review(anna, office, {"K1": "2"}), {"K1": "2"})
    first, second = press(anna, office, form), press(anna, office, form)
    assert first.headers["Location"] == second.headers["Location"]
    assert len(office.codes()) == 2


@pytest.mark.parametrize(
    ("field", "text", "says"),
    [
        ("email", "kasse@", "E-Mail-Adresse"),
        ("leitweg_id", "mein Amt", "Leitweg-ID"),
        ("reference", "x" * 81, "80 Zeichen"),
    ],
)
def test_papers_that_cannot_be_are_told_at_their_field(
    office: Office, anna: Clerk, field: str, text: str, says: str
) -> None:
    form = order_form(review(anna, office, {"K1": "2"}), {"K1": "2"}, cost_centre="4711")
    page = press(anna, office, {**form, field: text})
    assert page.status_code == 422
    assert says in words(page)
    assert 'value="4711"' in page.text
    assert hidden(page, field) == text


def test_the_sum_follows_what_is_typed(office: Office, anna: Clerk) -> None:
    path = f"{office.home}bestellen/summe"
    headers = {"HX-Request": "true"}
    part = anna.post(f"{office.home}bestellen", path, {"n-K1": "3", "n-K2": ""}, headers=headers)
    assert "300" in words(part)
    assert "<html" not in part.text
    wrong = anna.post(f"{office.home}bestellen", path, {"n-K1": "-3"}, headers=headers)
    assert "ganze Zahl" in words(wrong)


def test_a_form_with_an_old_token_keeps_what_was_typed(office: Office, anna: Clerk) -> None:
    form = order_form(review(anna, office, {"K1": "2"}), {"K1": "2"}, reference="AZ 7")
    page = press(anna, office, {**form, "csrf_token": "alt"})
    assert page.status_code == 400
    assert 'value="AZ 7"' in page.text
    assert office.codes() == {}


def test_codes_wait_for_the_payment_where_the_centre_says_so(make_app: MakeApp, sqlite_uri: str) -> None:
    office = office_of(make_app(sqlite_uri, COURSE_CODES_AFTER_PAYMENT=True))
    anna = signed_in(office.app)
    answer = press(anna, office, order_form(review(anna, office, {"K1": "2"}), {"K1": "2"}))
    page = anna.get(answer.headers["Location"])
    assert not any(code in page.text for code in office.codes().values())
    assert "sobald Ihre Überweisung da ist" in words(page)
    assert anna.get(f"{answer.headers['Location'].partition('?')[0]}/codes.csv").status_code == 404
