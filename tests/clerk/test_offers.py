"""`flask shop offer`: what visitors find in the catalogue is what staff have published."""

import pytest
from click.testing import Result
from flask import Flask

from shop.catalogue import search
from shop.clerk import demo
from shop.db import db


@pytest.fixture
def shop(app: Flask) -> Flask:
    assert demo.fill()
    return app


def run(app: Flask, *words: str) -> Result:
    db.session.remove()
    return app.test_cli_runner().invoke(args=["shop", "offer", *words])


def shown(app: Flask) -> set[str]:
    db.session.remove()
    return {each.number for each in search.published(per_page=1000).offers}


def test_every_offer_is_listed(shop: Flask) -> None:
    lines = run(shop, "list").output.splitlines()
    assert {line.split()[0] for line in lines} == shown(shop)
    assert any(line.startswith("G1000        voucher     published  Kursgutschein") for line in lines)


def test_the_invented_courses_go_and_the_vouchers_stay(shop: Flask) -> None:
    vouchers = {number for number in shown(shop) if number.startswith("G")}
    assert run(shop, "unpublish", "--courses").exit_code == 0
    assert shown(shop) == vouchers != set()


def test_one_offer_goes_and_comes_back(shop: Flask) -> None:
    before = shown(shop)
    assert run(shop, "unpublish", "G1000").output == "1 offers are hidden.\n"
    assert shown(shop) == before - {"G1000"}
    assert "G1000        voucher     hidden" in run(shop, "list").output
    run(shop, "publish", "G1000")
    assert shown(shop) == before


def test_an_unknown_number_changes_nothing(shop: Flask) -> None:
    before = shown(shop)
    result = run(shop, "unpublish", "G1000", "G9999")
    assert (result.exit_code, result.output) == (1, "Error: There is no offer G9999.\n")
    assert shown(shop) == before


def test_naming_nothing_is_refused(shop: Flask) -> None:
    assert "say --courses" in run(shop, "unpublish").output
