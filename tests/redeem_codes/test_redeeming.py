"""A code becomes a place: with an account, without one, and back (DOMAIN C4, C5, C7, R7)."""

import pytest

from shop.bookings.models import Booking
from shop.catalogue.models import Seats
from shop.db import db, transaction
from shop.orders.enrol.undo import undo_link
from shop.people.accounts import by_email
from tests.account.cast import is_signed_in, log_in, queued
from tests.organisation_desk.office import Office
from tests.organisations.cast import PASSWORD
from tests.redeem_codes.visits import NEW, PAGE, Holder, places
from tests.web.guest import hidden, words


def test_user_name_and_code_are_enough_and_open_no_session(any_office: Office) -> None:
    office, holder = any_office, Holder(any_office.app)
    answer = holder.redeem(office.code())
    assert answer.status_code == 303
    page = holder.get(answer.headers["Location"])
    assert "Kurs K1" in words(page)
    assert "Jonas" not in words(page)
    assert "jonas@example.org" not in words(page)
    assert not is_signed_in(holder)
    assert places(office) == 1
    assert ("course_voucher_redeemed", "jonas@example.org") in queued(office.app)


def test_a_new_user_gets_an_account_that_must_be_confirmed_first(any_office: Office) -> None:
    office, holder = any_office, Holder(any_office.app)
    assert holder.redeem_new(office.code()).status_code == 303
    assert places(office) == 1
    kinds = [kind for kind, recipient in queued(office.app) if recipient == "heidi@example.org"]
    assert "account_confirm" in kinds
    log_in(holder, "heidi.koch", NEW["password"])
    assert not is_signed_in(holder)


def test_the_course_is_shown_once_the_code_is_right(office: Office, holder: Holder) -> None:
    right = office.code()
    headers = {"HX-Request": "true"}
    fields = {"csrf_token": holder.token_on(), "code": right}
    part = holder.send_bare(f"{PAGE}kurs", fields, headers=headers)
    assert "Kurs K1" in words(part)
    assert "<html" not in part.text
    whole = holder.send_bare(f"{PAGE}kurs", fields)
    assert "Kurs K1" in words(whole)
    assert hidden(whole, "code") == right
    wrong = holder.send_bare(
        f"{PAGE}kurs", {**fields, "code": right[:-1] + ("A" if right[-1] != "A" else "B")}, headers=headers
    )
    assert wrong.status_code == 422
    assert "Kurs K1" not in words(wrong)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"code": ""}, "Voucher-Code"),
        ({"way": ""}, "schon ein Konto"),
        ({"first_name": " "}, "Vornamen"),
        ({"email": "heidi@@"}, "E-Mail-Adresse"),
        ({"new_username": "hé"}, "Buchstaben"),
        ({"new_username": "ab"}, "mindestens 3"),
        ({"password": "kurz"}, "mindestens 10"),
        ({"password": "heidi.koch1"}, "zu leicht zu erraten"),
    ],
)
def test_what_is_missing_is_told_at_its_field_and_the_rest_stays(
    office: Office, holder: Holder, fields: dict[str, str], says: str
) -> None:
    page = holder.redeem_new(**{"code": office.code(), **fields})
    assert page.status_code == 422
    assert says in words(page)
    assert hidden(page, "last_name") == "Koch"
    assert NEW["password"] not in page.text
    assert places(office) == 0


@pytest.mark.parametrize("alike", ["jonas", "J0NAS", "j.o.n.a.s", "jona-s"])
def test_a_user_name_that_looks_like_anothers_is_told_at_its_field(
    office: Office, holder: Holder, alike: str
) -> None:
    page = holder.redeem_new(office.code(), new_username=alike)
    assert page.status_code == 422
    assert 'id="new_username-error"' in page.text
    assert "Kurs K1" in words(page)
    assert places(office) == 0


def test_but_not_before_the_code_is_right(office: Office, holder: Holder) -> None:
    office.code()
    page = holder.redeem_new("K4C18-CCA0R-5RKD-DG44-MBJ7-MQAA", new_username="jonas")
    assert page.status_code == 422
    assert 'id="new_username-error"' not in page.text


def test_an_address_that_has_an_account_is_not_told(office: Office, holder: Holder) -> None:
    first, second = (office.codes()[number] for number in office.order({"K2": 2}))
    other = Holder(office.app)
    fresh = holder.redeem_new(first)
    known = other.redeem_new(second, email="jonas@example.org", new_username="ganz.anders")
    assert (fresh.status_code, fresh.headers["Location"]) == (known.status_code, known.headers["Location"])
    assert words(holder.get(fresh.headers["Location"])) == words(other.get(known.headers["Location"]))
    with office.app.app_context():
        assert by_email("jonas@example.org").username == "jonas"
        db.session.rollback()
    assert ("course_voucher_redeemed", "jonas@example.org") in queued(office.app)


def test_used_by_its_holder_twice_is_quiet(office: Office, holder: Holder) -> None:
    text = office.code()
    assert holder.redeem(text).status_code == 303
    assert holder.redeem(text).status_code == 303
    assert places(office) == 1


def test_refusals_are_exact_when_both_are_right(office: Office, holder: Holder) -> None:
    one, two = (office.codes()[number] for number in office.order({"K3": 2}))
    assert holder.redeem_new(one).status_code == 303
    full = holder.redeem(two)
    assert full.status_code == 422
    assert "ausgebucht" in words(full)
    frozen = office.order({"K2": 1})[0]
    office.change(frozen, frozen="overdue")
    assert "überfällig" in words(holder.redeem(office.codes()[frozen]))
    with office.app.app_context(), transaction():
        assert db.session.get_one(Seats, "K3").taken == 1


def test_the_place_can_be_given_back_by_the_link(any_office: Office) -> None:
    office, holder = any_office, Holder(any_office.app)
    number = office.order({"K1": 1})[0]
    holder.redeem(office.codes()[number])
    before = office.codes()[number]

    def link() -> str:
        return undo_link(db.session.scalars(db.select(Booking.id)).one())

    path = office.inside(link).removeprefix("http://localhost:8000")
    page = holder.get(path)
    assert "Kurs K1" in words(page)
    assert places(office) == 1  # opening it changes nothing
    answer = holder.send_bare(path, {"csrf_token": hidden(page, "csrf_token")})
    assert answer.status_code == 303
    assert "rückgängig gemacht" in words(holder.get(answer.headers["Location"]))
    assert places(office) == 0
    assert office.state(number)[:2] == ("open", 1)
    assert before != office.codes()[number]
    assert holder.redeem(before).status_code == 422
    assert holder.get(f"{path}x").status_code == 404


def test_a_learner_finds_the_course_in_the_account(office: Office, holder: Holder) -> None:
    log_in(holder, "jonas", PASSWORD)
    assert "Noch sind Sie in keinem Kurs" in words(holder.get("/konto/kurse"))
    assert holder.redeem(office.code()).status_code == 303
    for path in ("/konto/", "/konto/kurse"):
        page = words(holder.get(path))
        assert "Kurs K1" in page
        assert "Zugang bis" in page
    stranger = Holder(office.app)
    log_in(stranger, "anna", PASSWORD)
    assert "Kurs K1" not in words(stranger.get("/konto/kurse"))
