"""Keeping a draft: by its number, only what it says, never below what is sold (DOMAIN A3, R2)."""

from datetime import date
from typing import Any

import pytest
from flask import Flask

from shop.catalogue.imports.draft import Draft, Refused
from shop.catalogue.imports.keep import Kept, keep
from shop.catalogue.models import Offer, Seats
from shop.db import db, transaction
from tests.catalogue.shelf import SESSIONS, course, shelve

NEW = {"title": {"de": "Brot backen"}, "price_cents": 39_00}


def bring(number: str = "27F-4012", **facts: Any) -> Kept:
    with transaction():
        return keep(Draft("line 2", number, facts), "weitere")


def offer(number: str = "27F-4012") -> Offer:
    found = db.session.get(Offer, number, populate_existing=True)
    assert found is not None
    return found


def capacity(number: str) -> int | None:
    return db.session.get_one(Seats, number, populate_existing=True).capacity


def test_a_new_course_is_published_with_its_seats(any_app: Flask) -> None:
    kept = bring("27F-1", **NEW, sessions=SESSIONS, capacity=12, category="kochen")
    assert kept == Kept("new")
    found = offer("27F-1")
    assert (found.kind, found.category, found.published, found.tax_code) == (
        "course",
        "kochen",
        True,
        "exempt",
    )
    assert (found.starts_on, found.weekdays) == (date(2027, 1, 13), "3")
    assert capacity("27F-1") == 12


def test_what_a_new_course_does_not_say_is_harmless(any_app: Flask) -> None:
    bring("27F-1", **NEW)
    assert (offer("27F-1").category, offer("27F-1").redeemable, capacity("27F-1")) == ("weitere", True, None)


def test_without_a_price_nothing_is_published_until_it_has_one(any_app: Flask) -> None:
    assert bring("27F-1", title=NEW["title"]) == Kept("new", note="not published: no price")
    assert not offer("27F-1").published
    assert bring("27F-1", price_cents=39_00).outcome == "changed"
    assert offer("27F-1").published


def test_what_staff_took_off_sale_stays_off(any_app: Flask) -> None:
    shelve(course(published=False))
    bring(price_cents=99_00)
    assert not offer().published


def test_bringing_the_same_again_changes_nothing(any_app: Flask) -> None:
    facts = {**NEW, "sessions": SESSIONS, "capacity": 5, "reductions": []}
    bring("27F-1", **facts)
    assert bring("27F-1", **facts) == Kept("unchanged")


def test_only_what_a_draft_says_changes(any_app: Flask) -> None:
    shelve(course())
    assert bring(price_cents=99_00, place="Rathaus") == Kept("changed", ["place", "price_cents"])
    assert (offer().price_cents, offer().place, offer().lecturer) == (99_00, "Rathaus", "Lucía Ferrer Mateos")
    assert capacity("27F-4012") == 12


def test_a_german_text_leaves_the_english_one(any_app: Flask) -> None:
    shelve(course())
    bring(title={"de": "Spanisch"}, summary={"de": ""})
    assert offer().title == {"de": "Spanisch", "en": "Spanish from scratch"}
    assert offer().summary == {"en": "The first evenings"}


def test_a_course_in_english_alone_has_a_title_on_german_pages_too(any_app: Flask) -> None:
    bring("27F-1", title={"en": "Bread"}, price_cents=39_00)
    assert offer("27F-1").title == {"de": "Bread", "en": "Bread"}


def test_new_sessions_move_the_first_day_and_the_weekdays(any_app: Flask) -> None:
    shelve(course())
    bring(sessions=[["2027-02-06T10:00", "2027-02-06T12:00"], ["2027-02-07T10:00", "2027-02-07T12:00"]])
    assert (offer().starts_on, offer().weekdays) == (date(2027, 2, 6), "67")


def test_a_new_first_day_without_times_ends_the_old_times(any_app: Flask) -> None:
    shelve(course())
    assert bring(starts_on=date(2027, 1, 13)) == Kept("unchanged")
    bring(starts_on=date(2027, 2, 6))
    assert (offer().starts_on, offer().sessions, offer().weekdays) == (date(2027, 2, 6), [], "6")


def test_seats_may_grow_and_shrink_to_what_is_taken_but_no_further(any_app: Flask) -> None:
    shelve(course())
    with transaction() as session:
        session.get_one(Seats, "27F-4012").taken = 7
    assert bring(capacity=7) == Kept("changed", ["seats"])
    with pytest.raises(Refused, match="more than 6 seats are taken"):
        bring(capacity=6)
    assert capacity("27F-4012") == 7
    assert bring(capacity=None) == Kept("changed", ["seats"])
    assert capacity("27F-4012") is None


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"price_cents": 39_00}, "no title"),
        ({**NEW, "tax_code": "19"}, "no tax code '19'"),
        ({"title": {"de": "x"}, "published": True}, "without a price"),
        (
            {**NEW, "reductions": [{"key": "a", "cents": 40_00, "words": {}, "proof": {}}]},
            "higher than the price",
        ),
        ({**NEW, "cancel_fee_cents": 40_00}, "fee is higher"),
        ({**NEW, "sessions": SESSIONS, "register_until": date(2027, 1, 21)}, "after the last session"),
        ({**NEW, "contains": ["27F-4012", "27F-2"]}, "only a package"),
        ({**NEW, "kind": "package", "contains": ["27F-4012"]}, "two courses or more"),
        ({**NEW, "kind": "package", "contains": ["27F-4012", "27F-4012"]}, "each once"),
        ({**NEW, "kind": "package", "contains": ["27F-4012", "27F-9", "G1000"]}, "no course 27F-9, G1000"),
        ({**NEW, "kind": "package", "contains": ["27F-4012", "27F-2"], "sessions": SESSIONS}, "of its own"),
    ],
)
def test_contradictions_are_refused_without_a_trace(
    any_app: Flask, facts: dict[str, Any], reason: str
) -> None:
    shelve(course(), course("27F-2"), course("G1000", kind="voucher", price_cents=None))
    with pytest.raises(Refused, match=reason):
        bring("27F-1", **facts)
    assert db.session.get(Offer, "27F-1") is None


def test_a_voucher_is_never_overwritten(any_app: Flask) -> None:
    shelve(course("G1000", kind="voucher", price_cents=None))
    with pytest.raises(Refused, match="number of a voucher"):
        bring("G1000", **NEW)


def test_a_course_does_not_become_a_package(any_app: Flask) -> None:
    shelve(course(), course("27F-2"), course("27F-3"))
    with pytest.raises(Refused, match="it is a course already"):
        bring(kind="package", contains=["27F-2", "27F-3"], sessions=[])


def test_a_package_begins_with_its_first_course_and_has_no_seats(any_app: Flask) -> None:
    shelve(course(), course("27F-2", starts_on=date(2027, 1, 4), weekdays="1"))
    bring("27F-P", **NEW, kind="package", contains=["27F-4012", "27F-2"], capacity=5)
    assert (offer("27F-P").starts_on, offer("27F-P").weekdays) == (date(2027, 1, 4), "13")
    assert db.session.get(Seats, "27F-P") is None
