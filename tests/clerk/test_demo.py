"""The demo shop: whole, in both languages, and never poured over a shop that has content."""

import re
from collections import Counter
from datetime import UTC, date, datetime
from itertools import pairwise

import pytest
from flask import Flask
from sqlalchemy import select

from shop import clock
from shop.catalogue import search
from shop.catalogue.models import Offer, Seats
from shop.catalogue.packages import contents
from shop.catalogue.prices import reading
from shop.catalogue.search import Wish
from shop.catalogue.standing import Standing
from shop.centre import pages
from shop.centre.facts import centre, set_facts
from shop.centre.models import Page
from shop.clerk import demo
from shop.core.matrix import DIMENSIONS, holes, overlaps
from shop.db import db, transaction
from shop.settings import ROOT
from shop.vouchers.models import Motif, VoucherProduct
from tests.shopfloor import NOON

PAGES = {
    *("impressum", "datenschutz", "agb", "widerruf", "barrierefreiheit"),
    *("gutscheine-verschenken", "weihnachten", "ueber-uns"),
}


@pytest.fixture
def shop(any_app: Flask) -> Flask:
    assert demo.fill()
    return any_app


@pytest.fixture
def small_shop(app: Flask) -> Flask:
    assert demo.fill()
    return app


def offers(kind: str) -> list[Offer]:
    return list(db.session.scalars(select(Offer).where(Offer.kind == kind)))


def test_the_centre_is_marked_as_invented_and_lacks_nothing(shop: Flask) -> None:
    assert centre().demo
    assert centre().missing == ()
    assert (centre().iban, centre().bic) == ("DE02120300000000202051", "BYLADEM1001")
    assert centre().email.endswith("example.org")
    assert centre().phone.startswith("030 23125 ")  # reserved for fiction by the Bundesnetzagentur


def test_prices_do_not_overlap_and_leave_one_hole(shop: Flask) -> None:
    there = reading.classes()
    rows = reading.rows(DIMENSIONS)
    assert overlaps(rows) == []
    (hole,) = holes(rows, reading.values(there))
    assert (hole["user"], hole["appointment"], hole["resource"]) == ({"jugendlich"}, {"werkstatt"}, {"eigen"})
    defaults = [each.key for keys in there.values() for each in keys if each.is_default]
    assert defaults == ["erwachsen", "gast"]


def test_courses_are_a_class_that_a_card_can_allow(small_shop: Flask) -> None:
    known = {each.key for each in reading.classes()["appointment"]}
    assert {each.class_key for each in offers("course") + offers("package")} == {"kurs"}
    assert "kurs" in known


def test_filling_again_changes_nothing(shop: Flask) -> None:
    before = [(each.slug, each.version) for each in db.session.scalars(select(Page))]
    assert not demo.fill()
    assert [(each.slug, each.version) for each in db.session.scalars(select(Page))] == before


def test_a_shop_with_any_content_is_left_alone(any_app: Flask) -> None:
    with transaction():
        set_facts(name="Volkshochschule Musterstadt")
    assert not demo.fill()
    assert centre().name == "Volkshochschule Musterstadt"
    assert search.published().total == 0


def test_a_fault_in_the_middle_leaves_the_shop_empty(any_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_facts: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(demo, "add_courses", broken)
    with pytest.raises(OSError, match="disk full"):
        demo.fill()
    monkeypatch.undo()
    assert demo.fill()


def test_every_page_is_there_in_both_languages(small_shop: Flask) -> None:
    for language in ("de", "en"):
        written = select(Page.slug).where(Page.language == language)
        assert set(db.session.scalars(written)) == PAGES
    assert all(page.title and len(page.body) > 300 for page in db.session.scalars(select(Page)))


def test_editorial_pages_place_a_product_that_is_sold(small_shop: Flask) -> None:
    for slug in ("gutscheine-verschenken", "weihnachten"):
        for language in ("de", "en"):
            page = pages.shown(slug, language)
            assert page is not None
            before, product, after = pages.split_configurator(page.body)
            assert before
            assert after
            assert db.session.get(VoucherProduct, product) is not None


def test_links_on_pages_lead_to_pages_and_paths_of_the_shop(small_shop: Flask) -> None:
    ours = {"/vertrag-widerrufen/", "/guthaben/", *(f"/seiten/{slug}" for slug in PAGES)}
    for page in db.session.scalars(select(Page)):
        for address in re.findall(r'href="([^"]*)"', pages.html(page.body)):
            assert address in ours or re.match(r"(mailto|tel|https)[:]", address), (page.slug, address)


def test_legal_pages_say_what_the_law_asks_for(small_shop: Flask) -> None:
    said = {
        "impressum": ["§ 5 Digitale-Dienste-Gesetz", "§ 36 Verbraucherstreitbeilegungsgesetz", "E-Mail"],
        "datenschutz": ["Art. 6 Abs. 1", "Stripe Payments Europe", "acht Jahre", "Art. 77", "TDDDG"],
        "agb": ["Zahlungspflichtig bestellen", "31. Dezember des dritten Jahres", "nicht bar ausgezahlt"],
        "widerruf": ["vierzehn Tage", "Widerrufsformular", "/vertrag-widerrufen/", "Datum und der Uhrzeit"],
        "barrierefreiheit": ["§ 14", "BFSG", "MLBF", "WCAG"],
    }
    for slug, needed in said.items():
        page = pages.shown(slug, "de")
        assert page is not None
        assert [words for words in needed if words not in page.body] == []


def test_no_page_links_the_closed_platform_for_disputes(small_shop: Flask) -> None:
    for page in db.session.scalars(select(Page)):
        assert "ec.europa.eu/consumers/odr" not in page.body


def test_terms_name_the_ceilings_of_the_settings(small_shop: Flask) -> None:
    assert small_shop.config["VOUCHER_CEILING"] == 250_00
    assert small_shop.config["ORDER_CEILING"] == 1_000_00
    assert small_shop.config["VALIDITY"] == "year-end:3"
    terms = pages.shown("agb", "de")
    assert terms is not None
    assert "höchstens 250\u00a0€" in terms.body
    assert "höchstens 1.000\u00a0€" in terms.body


def test_all_three_amount_rules_are_on_sale(shop: Flask) -> None:
    rules = {each.slug: each.amount_rule for each in db.session.scalars(select(VoucherProduct))}
    assert (rules["kochkurs"].tiers, rules["kochkurs"].is_free) == ((39_00, 59_00, 79_00), False)
    assert (rules["wunschbetrag"].tiers, rules["wunschbetrag"].low) == ((), 10_00)
    assert (rules["standard"].tiers, rules["standard"].low, rules["standard"].high) == (
        (25_00, 50_00, 100_00),
        5_00,
        250_00,
    )


def test_one_product_has_no_motif_and_the_others_only_known_ones(small_shop: Flask) -> None:
    known = set(db.session.scalars(select(Motif.slug)))
    products = list(db.session.scalars(select(VoucherProduct)))
    assert [each.slug for each in products if not each.motifs] == ["schlicht"]
    assert {slug for each in products for slug in each.motifs} == known
    assert len(known) == 8


def test_every_motif_has_its_pictures(small_shop: Flask) -> None:
    for motif in db.session.scalars(select(Motif)):
        for ending in (".jpg", ".webp"):
            assert (ROOT / "static" / "motifs" / f"{motif.picture}{ending}").is_file(), motif.slug


def test_courses_are_many_in_eight_categories_and_all_in_the_future(shop: Flask) -> None:
    courses = offers("course")
    assert len(courses) >= 60
    per_category = Counter(each.category for each in courses)
    assert len(per_category) == 8
    assert min(per_category.values()) >= 6
    assert set(per_category) | {"gutscheine"} == set(centre().categories)
    assert all(each.starts_on and each.starts_on > clock.today() for each in courses)


def test_everything_is_said_in_german_and_in_english(small_shop: Flask) -> None:
    for each in offers("course") + offers("voucher") + offers("package"):
        for words in (each.title, each.summary, each.description):
            assert words["de"].strip(), each.number
            assert words["en"].strip(), each.number
            assert words["de"] != words["en"] or each.title == words
        assert "\n\n" in each.description["de"], each.number
    assert all(set(each.title) == {"de", "en"} for each in db.session.scalars(select(Motif)))


def test_dates_and_numbers_follow_the_clock(app: Flask) -> None:
    with clock.stopped_at(datetime(2030, 5, 31, 22, 30, tzinfo=UTC)):  # 1 June in Berlin
        demo.fill()
    spanish = search.by_number("30H-4012")
    assert spanish is not None
    assert spanish.starts_on == date(2030, 6, 26)  # the first Wednesday after 24 days
    assert spanish.starts_on.weekday() == 2


@pytest.mark.parametrize(
    "today", [date(2026, 3, 20), date(2026, 10, 10), date(2027, 7, 1), date(2028, 2, 29)]
)
def test_dates_are_possible_whenever_the_shop_is_filled(app: Flask, today: date) -> None:
    with clock.stopped_at(datetime(today.year, today.month, today.day, 12, tzinfo=UTC)):
        demo.fill()
    for each in offers("course"):
        days = [start[:10] for start, _ in each.sessions]
        assert days == sorted(days), each.number
        assert len(set(days)) == len(days), each.number
        assert each.starts_on
        assert days[0] == each.starts_on.isoformat()
        assert {str(date.fromisoformat(day).isoweekday()) for day in days} == set(each.weekdays)
        assert all(start < end and start[:10] == end[:10] for start, end in each.sessions), each.number
        assert not [day for day in days if day[5:] >= "12-22" or day[5:] <= "01-06"], each.number
        assert today < each.cancel_until <= each.register_until <= each.starts_on, each.number


DAYS = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")


def test_what_a_course_says_about_its_times_is_what_its_dates_are(small_shop: Flask) -> None:
    for each in offers("course"):
        said, (start, end) = each.schedule["de"], each.sessions[0]
        assert f"{int(start[11:13])}:{start[14:16]}–{int(end[11:13])}:{end[14:16]} Uhr" in said, each.number
        assert said.startswith((f"{len(each.sessions)} ", "Samstag und Sonntag")), each.number
        for digit in each.weekdays:
            assert DAYS[int(digit) - 1].lower() in said.lower(), each.number


def test_every_course_has_seats_and_nobody_sits_on_them_yet(small_shop: Flask) -> None:
    seats = {each.offer_number: each for each in db.session.scalars(select(Seats))}
    assert set(seats) == {each.number for each in offers("course")}
    assert {each.taken for each in seats.values()} == {0}
    assert {None, 0} < {each.capacity for each in seats.values()}


def test_the_programme_shows_every_state_and_kind(small_shop: Flask) -> None:
    found = [each for page in (1, 2) for each in search.published(page=page).offers]
    stands = Counter(each.standing for each in found)
    assert stands[Standing.FULL] == stands[Standing.FEW] == stands[Standing.CANCELLED] == 1
    assert {each.price_cents == 0 for each in found if each.kind == "course"} == {True, False}
    assert {(each.is_online, bool(each.place)) for each in found if each.kind == "course"} == {
        *((True, True), (True, False), (False, True)),
    }
    assert {each.tax_code for each in offers("course")} == {"exempt", "standard"}
    assert [each.number[4:] for each in offers("course") if not each.redeemable] == ["4402"]


def test_reductions_have_words_and_proof_and_cost_less(small_shop: Flask) -> None:
    reduced = [each for each in offers("course") + offers("package") if each.reductions]
    assert len(reduced) >= 20
    for each in reduced:
        for reduction in each.reductions:
            assert 0 < reduction["cents"] < each.price_cents
            assert set(reduction) == {"key", "cents", "words", "proof"}
            assert set(reduction["words"]) == set(reduction["proof"]) == {"de", "en"}


def test_packages_hold_courses_and_cost_less_than_they(small_shop: Flask) -> None:
    packages = offers("package")
    assert len(packages) == 2
    for package in packages:
        inside = contents(package)
        assert [each.number for each in inside] == package.contains
        saving = sum(each.price_cents or 0 for each in inside) - (package.price_cents or 0)
        assert f"{saving // 100}\u00a0€" in package.description["de"]
        assert f"€{saving // 100}" in package.description["en"]
        assert package.starts_on == min(each.starts_on for each in inside if each.starts_on)


def test_no_room_of_the_house_is_used_twice_at_once(app: Flask) -> None:
    with clock.stopped_at(NOON):
        demo.fill()
    used: dict[str, list[tuple[str, str, str]]] = {}
    for each in offers("course"):
        if "," in each.place:
            used.setdefault(each.place, []).extend((start, end, each.number) for start, end in each.sessions)
    for place, spans in used.items():
        for (_, end, one), (start, _, other) in pairwise(sorted(spans)):
            assert end <= start, (place, one, other, start)


def test_umlauts_in_the_demo_programme_are_found(shop: Flask) -> None:
    assert [each.lecturer for each in search.published(Wish("übelacker")).offers] == ["Jörg Übelacker"]
    assert [each.number for each in search.published(Wish("G1010")).offers] == ["G1010"]


def test_a_title_is_the_first_heading_of_a_file() -> None:
    assert demo.split_title("# Titel\n\nText\n") == ("Titel", "Text")
    assert demo.split_title("Text ohne Titel") == ("", "Text ohne Titel")
    assert demo.split_title("## Zweite") == ("", "## Zweite")
