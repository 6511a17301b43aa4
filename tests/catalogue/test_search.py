"""The programme: found by number, title and text on every database, vouchers first (DOMAIN G3a, R1)."""

from datetime import date

import pytest
from flask import Flask

from shop.catalogue import search
from shop.catalogue.models import Offer
from shop.centre.facts import set_facts
from shop.db import db, transaction


def offer(number: str, title: str = "Kurs", **facts: object) -> Offer:
    given = {
        "kind": "course",
        "category": "sprachen",
        "title": {"de": title},
        "summary": {"de": ""},
        "description": {"de": ""},
        "schedule": {},
        "price_cents": 100_00,
        **facts,
    }
    return Offer(number=number, **given)


def fill(*offers: Offer) -> None:
    with transaction() as session:
        session.add_all(offers)


def numbers(query: str = "", category: str = "", page: int = 1, per_page: int = 40) -> list[str]:
    return [each.number for each in search.published(query, category, page, per_page).offers]


PROGRAMME = [
    ("27F-3522", "Käse verstehen, Käse verkosten", "Zehn Sorten und drei Brote"),
    ("27F-4012", "Spanisch von Anfang an", "Die ersten Abende auf Spanisch"),
    ("27F-3034", "ÜBUNGEN für den Rücken", "Kräftigen & lockern, 100 % ohne Geräte"),
    ("27F-1004", "Straßen und Gassen", "Ein Spaziergang mit Dr. Çelik"),
]


@pytest.fixture
def programme(any_app: Flask) -> Flask:
    fill(*(offer(number, title, summary={"de": text}) for number, title, text in PROGRAMME))
    return any_app


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("käse", "27F-3522"),
        ("KÄSE", "27F-3522"),
        ("kaese", "27F-3522"),
        ("übungen", "27F-3034"),
        ("Uebungen", "27F-3034"),
        ("KRÄFTIGEN", "27F-3034"),
        ("straßen", "27F-1004"),
        ("STRASSEN", "27F-1004"),
        ("celik", "27F-1004"),
        ("ÇELIK", "27F-1004"),
        ("27f-4012", "27F-4012"),
        ("27F4012", "27F-4012"),
        ("4012", "27F-4012"),
        ("abende anfang", "27F-4012"),
        ("„Spanisch“,", "27F-4012"),
        ("100 %", "27F-3034"),
    ],
)
def test_case_and_umlauts_do_not_matter(programme: Flask, query: str, found: str) -> None:
    assert numbers(query) == [found]


@pytest.mark.parametrize(
    "query",
    [
        "käse spanisch",
        "_panisch",
        "sp%isch",
        "K_se",
        "%%",
        "\\",
        "/",
        "xyz",
        "en",
        '{"de":',
        "'; DROP TABLE offers; --",
    ],
)
def test_what_is_not_there_is_not_found(any_app: Flask, query: str) -> None:
    fill(offer("27F-4012", "Spanisch"), offer("27F-3522", "Käse", summary={"de": "rund", "en": "round"}))
    assert numbers(query) == []


@pytest.mark.parametrize("query", ["", "   ", "\x00", "„“", "\u202e"])
def test_an_empty_query_finds_everything(programme: Flask, query: str) -> None:
    assert len(numbers(query)) == len(PROGRAMME)


def test_a_query_of_ten_thousand_characters_is_answered(programme: Flask) -> None:
    assert numbers("käse " * 2000) == ["27F-3522"]
    assert numbers("ß" * 10_000) == []


def test_text_place_lecturer_and_the_other_language_are_searched(any_app: Flask) -> None:
    fill(
        offer("1", "Brot", description={"de": "Sauerteig", "en": "sourdough"}),
        offer("2", "Yoga", place="Seebachhalle", lecturer="Katharina Wolff"),
    )
    assert numbers("SOURDOUGH") == ["1"]
    assert numbers("seebachhalle") == numbers("wolff") == ["2"]


def test_vouchers_come_first_then_courses_by_date_then_those_without(any_app: Flask) -> None:
    fill(
        offer("C", starts_on=None),
        offer("B", starts_on=date(2027, 3, 1)),
        offer("A", starts_on=date(2027, 3, 2)),
        offer("Z1", kind="voucher", starts_on=None, price_cents=None),
    )
    assert numbers() == ["Z1", "B", "A", "C"]


def test_a_voucher_is_found_as_a_course_by_its_number_and_its_title(any_app: Flask) -> None:
    fill(offer("G1000", "Kursgutschein", kind="voucher", price_cents=None), offer("27F-4012", "Spanisch"))
    assert numbers("g1000") == numbers("gutschein") == ["G1000"]
    found = search.by_number("g1000")
    assert found is not None
    assert (found.number, found.kind) == ("G1000", "voucher")


def test_what_is_not_published_is_nowhere(any_app: Flask) -> None:
    fill(offer("G1000", "Kursgutschein", kind="voucher", published=False))
    assert search.published() == search.Found((), 0, 0)
    assert search.by_number("G1000") is None
    assert search.categories() == []


def test_an_unknown_number_is_none(any_app: Flask) -> None:
    assert search.by_number("27F-9999") is None
    assert search.by_number("%") is None


def test_pages_hold_everything_once(any_app: Flask) -> None:
    fill(*(offer(f"27F-{number:04}", starts_on=date(2027, 1, 1)) for number in range(95)))
    pages = [search.published(page=page) for page in (1, 2, 3)]
    assert [len(page.offers) for page in pages] == [40, 40, 15]
    assert {(page.total, page.pages) for page in pages} == {(95, 3)}
    assert len({each.number for page in pages for each in page.offers}) == 95


@pytest.mark.parametrize("wanted", [4, 0, -1, 10**30])
def test_a_page_that_does_not_exist_is_empty(any_app: Flask, wanted: int) -> None:
    fill(*(offer(f"27F-{number:04}") for number in range(95)))
    assert search.published(page=wanted) == search.Found((), 95, 3)


def test_exactly_one_full_page_is_one_page(any_app: Flask) -> None:
    fill(*(offer(str(number)) for number in range(40)))
    found = search.published()
    assert (found.total, found.pages, len(found.offers)) == (40, 1, 40)


def test_a_category_narrows_the_list_and_the_search(any_app: Flask) -> None:
    fill(offer("1", "Brot backen", category="kochen"), offer("2", "Brot auf Spanisch"), offer("3", "Yoga"))
    assert numbers(category="sprachen") == ["2", "3"]
    assert numbers("brot", "sprachen") == ["2"]
    assert numbers(category="gibt-es-nicht") == []


def test_categories_have_names_and_counts_in_the_order_of_their_names(any_app: Flask) -> None:
    with transaction():
        set_facts(categories={"sprachen": {"de": "Sprachen", "en": "Languages"}, "x": {"de": "Übriges"}})
    fill(offer("1"), offer("2"), offer("3", category="x"), offer("4", category="neu"))
    assert [(each.slug, each.words["de"], each.count) for each in search.categories()] == [
        ("neu", "neu", 1),
        ("sprachen", "Sprachen", 2),
        ("x", "Übriges", 1),
    ]


def test_a_listed_offer_carries_what_a_row_shows(any_app: Flask) -> None:
    words = {"de": "10 Abende", "en": "10 evenings"}
    fill(offer("1", starts_on=date(2027, 3, 1), schedule=words, place="Raum 204", lecturer="L. Ferrer"))
    (row,) = search.published().offers
    assert row.title == {"de": "Kurs"}
    assert (row.starts_on, row.price_cents) == (date(2027, 3, 1), 100_00)
    assert (row.schedule, row.place, row.lecturer) == (words, "Raum 204", "L. Ferrer")


def test_the_list_takes_one_statement_when_it_fits_on_a_page(app: Flask) -> None:
    from sqlalchemy import event

    fill(offer("1"))
    seen: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *call: seen.append(call[2]))
    search.published()
    assert len([each for each in seen if each.startswith("SELECT")]) == 1
