"""What the centre says about itself: read at once, checked when set, kept for everybody."""

import pytest
from flask import Flask

from shop.centre.facts import Centre, FactRefused, centre, set_facts
from shop.db import db, transaction
from tests.statements import statements


def test_an_empty_shop_has_a_centre_with_defaults(any_app: Flask) -> None:
    assert centre() == Centre()
    assert centre().missing == ("name", "street", "postcode", "city", "phone", "email")
    assert centre().address == ("Kursgutschein",)


def test_the_centre_names_the_dimensions_of_its_prices(any_app: Flask) -> None:
    assert centre().dimension_resource == {"de": "Ressourcenklasse", "en": "Resource class"}
    with transaction():
        set_facts(dimension_resource={"de": " Tierklasse ", "en": "Horse"})
    db.session.remove()
    assert centre().dimension_resource == {"de": "Tierklasse", "en": "Horse"}
    assert centre().dimension_user["de"] == "Benutzerklasse"


@pytest.mark.parametrize("name", [{}, {"de": " "}, {"en": "Horse"}, {"de": "x" * 41}, "Tierklasse"])
def test_a_dimension_keeps_a_german_name(app: Flask, name: object) -> None:
    with pytest.raises(FactRefused), transaction():
        set_facts(dimension_resource=name)


def test_facts_are_kept_in_their_clean_form(any_app: Flask) -> None:
    with transaction():
        set_facts(
            name="  Volkshochschule\tSeebach ",
            iban="de02 1203 0000 0000 2020 51",
            bic="byladem1001",
            ribbon_colour="#0b5d3b",
            opening_hours={"de": "täglich", "en": "daily"},
            demo=True,
        )
    db.session.remove()
    here = centre()
    assert here.name == "Volkshochschule Seebach"
    assert (here.iban, here.bic) == ("DE02120300000000202051", "BYLADEM1001")
    assert here.iban_written == "DE02 1203 0000 0000 2020 51"
    assert (here.ribbon_colour, here.demo) == ("#0B5D3B", True)
    assert here.opening_hours == {"de": "täglich", "en": "daily"}


def test_setting_a_fact_again_changes_it_and_no_other(any_app: Flask) -> None:
    with transaction():
        set_facts(name="Alt", city="Seebach")
    with transaction():
        set_facts(name="Neu")
    assert (centre().name, centre().city) == ("Neu", "Seebach")


def test_one_refused_fact_keeps_all_the_others_out(any_app: Flask) -> None:
    with pytest.raises(FactRefused, match="iban: the check digits do not fit"), transaction():
        set_facts(name="Seebach", iban="DE02120300000000202052")
    assert centre() == Centre()


@pytest.mark.parametrize(
    ("key", "value", "why"),
    [
        ("colour", "#B4232F", "no such fact"),
        ("name", "   ", "cannot be empty"),
        ("name", "x" * 121, "too long"),
        ("name", 7, "a text is needed"),
        ("ribbon_colour", "#FFDD00", "too light"),
        ("email", "keine-adresse", "@"),
        ("email", "jürgen@example.org", "before the @-sign"),
        ("website", "javascript:alert(1)", "https"),
        ("country", "Germany", "two capital letters"),
        ("demo", "yes", "true or false"),
        ("opening_hours", "täglich", "texts by language"),
        ("opening_hours", {"deutsch": "täglich"}, "texts by language"),
        ("categories", {"Kochen & Genuss": {"de": "Kochen"}}, "texts by slug"),
    ],
)
def test_a_wrong_fact_is_refused_with_its_key_and_reason(
    app: Flask, key: str, value: object, why: str
) -> None:
    with pytest.raises(FactRefused, match=why) as refused:
        set_facts(**{key: value})
    assert refused.value.key == key


def test_an_account_may_be_taken_away_again(app: Flask) -> None:
    with transaction():
        set_facts(iban="DE02120300000000202051")
    with transaction():
        set_facts(iban="")
    assert centre().iban == ""


def test_the_centre_is_read_in_one_statement(app: Flask) -> None:
    with statements() as seen:
        centre()
    assert len([statement for statement in seen if statement.startswith("SELECT")]) == 1


def test_within_a_request_the_centre_is_read_once_and_after_a_change_anew(app: Flask) -> None:
    with app.test_request_context():
        with statements() as seen:
            assert centre() is centre()
        assert len([statement for statement in seen if "centre_facts" in statement]) == 1
        with transaction():
            set_facts(name="Neu")
        assert centre().name == "Neu"


def test_outside_of_requests_a_long_running_worker_sees_changes(app: Flask) -> None:
    assert centre().name == "Kursgutschein"
    with transaction():
        db.session.connection().exec_driver_sql(
            "INSERT INTO centre_facts (key, value) VALUES ('name', '\"Neu\"')"
        )
    assert centre().name == "Neu"


def test_an_unknown_row_does_not_keep_the_shop_from_opening(app: Flask) -> None:
    with transaction():
        db.session.connection().exec_driver_sql(
            "INSERT INTO centre_facts (key, value) VALUES ('of_a_later_version', '1')"
        )
    assert centre() == Centre()
