"""The demo shop: whole, in both languages, and never poured over a shop that has content."""

import re
from collections import Counter
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from shop import clock
from shop.catalogue import search
from shop.catalogue.models import Offer
from shop.centre import pages
from shop.centre.facts import centre, set_facts
from shop.centre.models import Page
from shop.clerk import demo
from shop.db import db, transaction
from shop.settings import ROOT
from shop.vouchers.models import Motif, VoucherProduct

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

    monkeypatch.setattr(demo, "_add_courses", broken)
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
    assert "höchstens 250 €" in terms.body
    assert "höchstens 1.000 €" in terms.body


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
    assert len(courses) >= 24
    per_category = Counter(each.category for each in courses)
    assert len(per_category) == 8
    assert min(per_category.values()) >= 3
    assert set(per_category) | {"gutscheine"} == set(centre().categories)
    assert all(each.starts_on and each.starts_on > clock.today() for each in courses)


def test_everything_is_said_in_german_and_in_english(small_shop: Flask) -> None:
    for each in offers("course") + offers("voucher"):
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


def test_umlauts_in_the_demo_programme_are_found(shop: Flask) -> None:
    assert [each.lecturer for each in search.published("übelacker").offers] == ["Jörg Übelacker"]
    assert [each.number for each in search.published("G1010").offers] == ["G1010"]


def test_a_title_is_the_first_heading_of_a_file() -> None:
    assert demo.split_title("# Titel\n\nText\n") == ("Titel", "Text")
    assert demo.split_title("Text ohne Titel") == ("", "Text ohne Titel")
    assert demo.split_title("## Zweite") == ("", "## Zweite")
