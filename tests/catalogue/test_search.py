"""The programme: found by number, title and text on every database, vouchers first (DOMAIN G3a, R1)."""

from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask

from shop import clock
from shop.catalogue import search
from shop.catalogue.models import Offer, Seats
from shop.catalogue.search import Wish
from shop.catalogue.standing import Standing
from shop.centre.facts import set_facts
from shop.db import transaction
from tests.shopfloor import NOON
from tests.statements import statements

TODAY = date(2026, 11, 21)


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    """Every test looks at the list on the same day."""
    with clock.stopped_at(NOON):
        yield


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


def seat(number: str, capacity: int | None, taken: int = 0) -> None:
    with transaction() as session:
        session.add(Seats(offer_number=number, capacity=capacity, taken=taken))


def numbers(query: str = "", category: str = "", **wish: object) -> list[str]:
    return [each.number for each in search.published(Wish(query, category=category, **wish)).offers]  # type: ignore[arg-type]


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
    assert search.facets() == search.Facets((), ())


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
    fill(offer("1", place="A"), offer("2", place="B"), offer("3", category="x"), offer("4", category="neu"))
    assert [(each.slug, each.words["de"], each.count) for each in search.facets().categories] == [
        ("neu", "neu", 1),
        ("sprachen", "Sprachen", 2),
        ("x", "Übriges", 1),
    ]


def test_houses_are_places_without_their_rooms_each_once(any_app: Flask) -> None:
    fill(
        offer("1", place="Webhaus, Raum 204"),
        offer("2", place="Webhaus, Saal"),
        offer("3", place="Ärztehaus"),
        offer("4", place="", is_online=True),
    )
    assert search.facets().houses == ("Ärztehaus", "Webhaus")


def test_what_can_be_narrowed_by_takes_one_statement(app: Flask) -> None:
    fill(offer("1"))
    with statements("SELECT") as asked:
        search.facets()
    assert len(asked) == 2  # and one for the centre's names


def test_a_listed_offer_carries_what_a_row_shows(any_app: Flask) -> None:
    words = {"de": "10 Abende", "en": "10 evenings"}
    fill(offer("1", starts_on=date(2027, 3, 1), schedule=words, place="Raum 204", lecturer="L. Ferrer"))
    (row,) = search.published().offers
    assert row.title == {"de": "Kurs"}
    assert (row.starts_on, row.price_cents) == (date(2027, 3, 1), 100_00)
    assert (row.schedule, row.place, row.lecturer) == (words, "Raum 204", "L. Ferrer")


def test_the_list_takes_one_statement_when_it_fits_on_a_page(app: Flask) -> None:
    fill(offer("1"), offer("2"), offer("P", kind="package", contains=["1", "2"]))
    with statements("SELECT") as asked:
        search.published()
    assert len(asked) == 1


def test_packages_stand_between_vouchers_and_courses(any_app: Flask) -> None:
    fill(offer("C"), offer("P", kind="package", contains=["C"]), offer("G", kind="voucher", price_cents=None))
    assert numbers() == ["G", "P", "C"]
    assert numbers(kind="package") == ["P"]


@pytest.fixture
def week(any_app: Flask) -> Flask:
    fill(
        offer("MO", weekdays="1", place="Webhaus, Raum 204", starts_on=date(2027, 1, 11)),
        offer("WE", weekdays="67", place="Webhaus 2", starts_on=date(2027, 1, 16)),
        offer("ON", weekdays="13", place="", is_online=True, starts_on=date(2027, 1, 18)),
        offer("HY", weekdays="5", place="Webhaus", is_online=True, starts_on=date(2027, 1, 22)),
        offer("G1000", kind="voucher", price_cents=None),
    )
    return any_app


def test_a_weekday_finds_every_course_that_meets_on_it(week: Flask) -> None:
    assert numbers(weekday="1") == ["MO", "ON"]
    assert numbers(weekday="7") == ["WE"]
    assert numbers(weekday="2") == []


def test_a_house_is_found_with_its_rooms_but_not_with_its_namesakes(week: Flask) -> None:
    assert numbers(house="Webhaus") == ["MO", "HY"]
    assert numbers(house="Web%") == []


def test_online_finds_what_is_online_as_well(week: Flask) -> None:
    assert numbers(online=True) == ["ON", "HY"]
    assert numbers("online") == ["ON", "HY"]


def test_filters_add_up(week: Flask) -> None:
    assert numbers(online=True, weekday="5", house="Webhaus", category="sprachen") == ["HY"]
    assert numbers("spanisch", online=True) == []


def listed(number: str) -> search.Listed:
    return next(each for each in search.published().offers if each.number == number)


@pytest.mark.parametrize(
    ("capacity", "taken", "stands", "free"),
    [
        (12, 0, Standing.OPEN, 12),
        (12, 9, Standing.FEW, 3),
        (12, 12, Standing.FULL, 0),
        (0, 0, Standing.FULL, 0),
        (None, 99, Standing.OPEN, None),
    ],
)
def test_seats_decide_how_a_course_stands(
    any_app: Flask, capacity: int | None, taken: int, stands: Standing, free: int | None
) -> None:
    fill(offer("1", starts_on=date(2027, 1, 1)))
    seat("1", capacity, taken)
    assert (listed("1").standing, listed("1").free) == (stands, free)
    assert numbers(free=True) == (["1"] if stands.is_bookable else [])


def test_a_course_without_seats_of_its_own_is_full(any_app: Flask) -> None:
    fill(offer("1"))
    assert listed("1").standing is Standing.FULL


def test_a_voucher_is_never_full_and_no_place_to_take(any_app: Flask) -> None:
    fill(offer("G1000", kind="voucher", price_cents=None))
    assert listed("G1000").standing is Standing.OPEN
    assert numbers(free=True) == []


@pytest.mark.parametrize(
    ("seats", "free"), [((5, 2), 2), ((None, 4), 4), ((None, None), None), ((5, 0), 0), ((None, 0), 0)]
)
def test_a_package_has_the_seats_of_its_fullest_course(
    any_app: Flask, seats: tuple[int | None, int | None], free: int | None
) -> None:
    fill(offer("A1"), offer("A2"), offer("A"), offer("P", kind="package", contains=["A1", "A2"]))
    for number, capacity in zip(("A1", "A2"), seats, strict=True):
        seat(number, capacity)
    seat("A", 0)  # its number is the beginning of the others
    assert listed("P").free == free
    assert ("P" in numbers(free=True)) is (free != 0)


def test_a_package_with_a_cancelled_course_cannot_be_had(any_app: Flask) -> None:
    fill(offer("A1"), offer("A2", cancelled_on=TODAY), offer("P", kind="package", contains=["A1", "A2"]))
    seat("A1", 5)
    seat("A2", 5)
    assert listed("P").standing is Standing.FULL


def test_a_cancelled_course_is_still_listed_but_not_as_free(any_app: Flask) -> None:
    fill(offer("1", cancelled_on=TODAY, starts_on=date(2027, 1, 1)))
    seat("1", 5)
    assert listed("1").standing is Standing.CANCELLED
    assert numbers(free=True) == []


@pytest.mark.parametrize(
    ("starts_on", "register_until", "stands"),
    [
        (date(2026, 11, 22), None, Standing.OPEN),
        (date(2026, 11, 21), None, Standing.OPEN),
        (date(2026, 11, 20), None, None),
        (date(2026, 11, 22), date(2026, 11, 21), Standing.OPEN),
        (date(2026, 11, 22), date(2026, 11, 20), Standing.CLOSED),
        (date(2026, 11, 21), date(2026, 11, 20), None),
        (date(2026, 11, 1), date(2026, 11, 21), Standing.OPEN),
        (date(2026, 11, 1), date(2026, 11, 20), None),
        (None, None, Standing.OPEN),
    ],
)
def test_what_has_begun_and_takes_nobody_any_more_is_not_listed(
    any_app: Flask, starts_on: date | None, register_until: date | None, stands: Standing | None
) -> None:
    fill(offer("1", starts_on=starts_on, register_until=register_until))
    seat("1", 20)
    found = search.published()
    assert [each.standing for each in found.offers] == ([stands] if stands else [])
    assert found.total == len(found.offers)
    assert numbers(free=True) == (["1"] if stands is Standing.OPEN else [])
    assert len(search.facets().categories) == len(found.offers)


def test_a_course_that_is_over_is_still_found_by_its_number(any_app: Flask) -> None:
    fill(offer("1", starts_on=date(2020, 1, 1)))
    assert search.by_number("1") is not None
