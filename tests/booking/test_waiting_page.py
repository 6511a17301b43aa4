"""The waiting list as people meet it: form, mail, page, basket, order (DOMAIN R9, QUALITY A2)."""

from datetime import timedelta

import pytest
from flask import Flask

from shop import clock
from shop.bookings.models import Waiting
from shop.clerk.letters import LETTERS
from shop.db import db
from shop.logs import masked
from tests.booking.forms import join, lines, link_of, offer_free, pay, people, put_in, value
from tests.bookings.school import assert_seats_add_up, booked, change, mails, room, states, taken
from tests.web.guest import Guest, words


@pytest.fixture(autouse=True)
def full(shop: Flask):
    with shop.app_context():
        room(capacity=1)
        booked()
    yield
    with shop.app_context():
        assert_seats_add_up()


@pytest.fixture
def heidi(shop: Flask, erna: Guest) -> Guest:
    """Heidi waits."""
    assert join(erna).headers["Location"] == "/kurse/K1/warteliste/eingetragen"
    return erna


def freed(shop: Flask, seats: int = 2) -> None:
    with shop.app_context():
        room(capacity=seats)
    offer_free(shop)


def state(shop: Flask, name: str = "Heidi") -> str:
    with shop.app_context():
        return db.session.query(Waiting).filter_by(first_name=name).one().state


def test_joining_says_so_and_sends_the_link_by_mail_only(shop: Flask, heidi: Guest) -> None:
    page = heidi.get("/kurse/K1/warteliste/eingetragen")
    assert "Sie stehen auf der Warteliste." in words(page)
    path = link_of(shop)
    assert path not in page.text
    assert "Sie sind als Nächstes dran." in words(heidi.get(path))


def test_joining_for_somebody_who_waits_already_gives_nothing_away(
    shop: Flask, heidi: Guest, otto: Guest
) -> None:
    answer = join(otto)
    assert answer.headers["Location"] == "/kurse/K1/warteliste/eingetragen"
    with shop.app_context():
        assert len(mails("waiting_joined")) == 1


def test_one_source_cannot_mail_strangers_without_end(shop: Flask, erna: Guest) -> None:
    answers = [join(erna, name=f"Person{n}") for n in range(11)]
    assert [answer.status_code for answer in answers] == [303] * 10 + [429]
    assert "sehr viele E-Mails angefordert" in words(answers[-1])
    assert value(answers[-1], "email") == "person10@example.org"
    with shop.app_context():
        assert len(mails("waiting_joined")) == 10


def test_the_next_person_sees_how_many_wait_before(shop: Flask, heidi: Guest, otto: Guest) -> None:
    join(otto, name="Peter")
    assert "Vor Ihnen wartet eine Person." in words(otto.get(link_of(shop, "Peter")))


@pytest.mark.parametrize("field", ["first_name", "last_name", "email"])
def test_the_form_needs_name_and_address(erna: Guest, field: str) -> None:
    page = join(erna, **{field: " "})
    assert page.status_code == 422
    assert "Bitte geben Sie" in words(page)


def test_the_form_without_a_token_is_given_back_filled(shop: Flask, erna: Guest) -> None:
    page = erna.send_bare("/kurse/K1/warteliste", {"first_name": "Heidi"})
    assert (page.status_code, value(page, "first_name")) == (400, "Heidi")


def test_a_course_with_seats_is_booked_instead(shop: Flask, erna: Guest) -> None:
    with shop.app_context():
        room(capacity=2)
    assert erna.get("/kurse/K1/warteliste").headers["Location"] == "/kurse/K1/buchen"
    page = join(erna)
    assert "Gerade ist ein Platz frei geworden" in words(page)
    assert value(page, "p1-first_name") == "Heidi"


def test_the_offer_names_its_deadline_and_links_to_the_page(shop: Flask, heidi: Guest) -> None:
    freed(shop)
    with shop.app_context():
        [mail] = mails("seat_offered")
        letter = LETTERS["seat_offered"](mail)
    assert letter.to == "heidi@example.org"
    assert letter.subject == "Ein Platz ist frei: Italienisch K1"
    assert "23. November 2026, 12:00 Uhr" in letter.text
    assert link_of(shop) in letter.text
    assert "/warteliste/***" in masked(letter.text)


def test_accepting_books_the_kept_seat_while_the_course_is_full_for_others(
    shop: Flask, heidi: Guest, otto: Guest
) -> None:
    freed(shop)
    path = link_of(shop)
    assert "Ein Platz ist für Sie frei." in words(heidi.get(path))
    answer = heidi.send(f"{path}/annehmen")
    [line] = lines(heidi)
    assert answer.headers["Location"] == f"/kurse/K1/buchen?zeile={line}"
    form = heidi.get(answer.headers["Location"])
    assert "Weitere Person" not in words(form)
    typed = {"first_name": "Heidi", "last_name": "Koch", "reduction": "ermaessigt"}
    heidi.send(answer.headers["Location"], people(typed))
    assert "ausgebucht" in words(otto.get("/kurse/K1/buchen"))
    assert "Summe 60 €" in words(heidi.get("/warenkorb/"))
    pay(heidi)
    assert state(shop) == "taken"
    with shop.app_context():
        assert (states(), taken()) == (["confirmed", "confirmed"], 2)
    assert "Sie haben den Platz angenommen." in words(heidi.get(path))


def test_accepting_twice_is_one_line(shop: Flask, heidi: Guest) -> None:
    freed(shop)
    for _ in range(2):
        heidi.send(f"{link_of(shop)}/annehmen")
    assert len(lines(heidi)) == 1


def test_a_course_without_reductions_goes_straight_to_the_basket(shop: Flask, heidi: Guest) -> None:
    with shop.app_context():
        change(reductions=[])
    freed(shop)
    assert heidi.send(f"{link_of(shop)}/annehmen").headers["Location"] == "/warenkorb/"


def test_an_offer_whose_time_is_over_can_neither_be_accepted_nor_ordered(shop: Flask, heidi: Guest) -> None:
    freed(shop)
    path = link_of(shop)
    heidi.send(f"{path}/annehmen")
    with clock.shifted_by(timedelta(hours=49)):
        assert "Der Platz ist weitergegeben." in words(heidi.get(path))
        heidi.send(f"{path}/annehmen")
        assert "ausgebucht" in words(heidi.get("/warenkorb/"))
        offer_free(shop)
        assert state(shop) == "passed"


def test_passing_on_asks_the_next_person(shop: Flask, heidi: Guest, otto: Guest) -> None:
    join(otto, name="Peter")
    freed(shop)
    page = heidi.send(f"{link_of(shop)}/weitergeben", follow_redirects=True)
    assert "Der Platz ist weitergegeben." in words(page)
    offer_free(shop)
    assert state(shop, "Peter") == "offered"


def test_leaving_takes_the_name_off_the_list(shop: Flask, heidi: Guest) -> None:
    page = heidi.send(f"{link_of(shop)}/verlassen", follow_redirects=True)
    assert "Sie haben sich ausgetragen." in words(page)
    freed(shop)
    with shop.app_context():
        assert mails("seat_offered") == []


def test_walk_in_buyers_find_a_freed_seat_taken(shop: Flask, heidi: Guest, otto: Guest) -> None:
    freed(shop)
    page = put_in(otto)
    assert page.status_code == 422
    assert "ausgebucht" in words(page)


def test_the_page_of_a_cancelled_course_offers_nothing(shop: Flask, heidi: Guest) -> None:
    from datetime import date

    freed(shop)
    with shop.app_context():
        change(cancelled_on=date(2026, 11, 21))
    page = words(heidi.get(link_of(shop)))
    assert "Dieser Kurs fällt leider aus." in page
    assert "Platz annehmen" not in page


def test_the_link_is_private(shop: Flask, heidi: Guest) -> None:
    page = heidi.get(link_of(shop))
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"
