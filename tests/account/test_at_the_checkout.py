"""The checkout knows who is signed in, and never overwrites what was typed."""

from flask import Flask

from tests.account.cast import change, log_in
from tests.web.guest import Guest, hidden

FIELDS = ("first_name", "last_name", "email")


def shown(page: object) -> list[str]:
    """What stands in the fields that an account knows."""
    return [hidden(page, name) for name in FIELDS]  # type: ignore[arg-type]


def test_the_account_fills_name_and_address_in(erna: Guest) -> None:
    log_in(erna)
    erna.put_in()
    page = erna.get("/kasse/")
    assert shown(page) == ["Erna", "Müller", "erna@example.org"]
    assert hidden(page, "city") == ""


def test_for_a_visitor_the_fields_are_empty(otto: Guest) -> None:
    otto.put_in()
    assert shown(otto.get("/kasse/")) == ["", "", ""]


def test_what_was_typed_stays_and_what_was_emptied_too(erna: Guest) -> None:
    log_in(erna)
    erna.put_in()
    form = erna.checkout_form(first_name="Oma", last_name="", email="oma@")
    answer = erna.order(form)
    assert answer.status_code == 422
    assert shown(answer) == ["Oma", "", "oma@"]
    claimed = erna.send_bare("/kasse/gutscheine", {**form, "number": "x", "code": "y"})
    assert shown(claimed) == ["Oma", "", "oma@"]


def test_an_account_without_a_name_fills_in_what_it_has(shop: Flask, erna: Guest) -> None:
    change(shop, "erna", first_name="")
    log_in(erna)
    erna.put_in()
    assert shown(erna.get("/kasse/")) == ["", "Müller", "erna@example.org"]
