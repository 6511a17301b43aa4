"""What staff do by command: look at invoices, take one back, replace one, say who has completed (T5, C7)."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from shop.clerk.worker import Worker
from shop.clock import shifted_by
from shop.db import db
from shop.documents.models import Document
from shop.orders.enrol.redeem import redeem_existing
from shop.settings import HalfConfigured
from tests.conftest import MakeApp
from tests.organisations.cast import HERE, code_texts, codes_of, learner, ordered
from tests.organisations.conftest import Town, furnished
from tests.shopfloor import assert_sound


@pytest.fixture
def town(app: Flask) -> Town:
    return furnished()


def run(app: Flask, *words: str) -> tuple[int, str]:
    db.session.rollback()
    result = app.test_cli_runner().invoke(args=["shop", *words])
    db.session.rollback()
    return result.exit_code, result.output


def invoice() -> str:
    return db.session.scalars(select(Document).where(Document.kind == "invoice")).first().number


def test_open_invoices_are_listed_until_they_are_paid(app: Flask, town: Town) -> None:
    assert run(app, "invoice", "list") == (0, "Every invoice is paid.\n")
    order = ordered(town.organisation, town.anna)
    code, told = run(app, "invoice", "list")
    assert code == 0
    assert all(word in told for word in (invoice(), order.number, "200", "due", "Gemeinde Seedorf"))
    with shifted_by(timedelta(days=15)):
        assert "overdue" in run(app, "invoice", "list")[1]
    assert run(app, "payment", "confirm", order.number, "200") == (
        0,
        f"{order.number}: 200\xa0€, invoice paid.\n",
    )
    assert run(app, "invoice", "list") == (0, "Every invoice is paid.\n")


def test_an_invoice_is_taken_back(app: Flask, town: Town) -> None:
    order = ordered(town.organisation, town.anna)
    code, told = run(app, "invoice", "cancel", invoice(), "--by", "Karl")
    assert (code, told.startswith(f"2 codes of {order.number} are void")) == (0, True)
    assert {each.state for each in codes_of(order)} == {"cancelled"}
    code, told = run(app, "invoice", "cancel", invoice())
    assert code == 1
    assert "is not taken back" in told


def test_an_invoice_is_replaced(app: Flask, town: Town) -> None:
    ordered(town.organisation, town.anna)
    old = invoice()
    code, told = run(app, "invoice", "cancel", old, "--reissue", "--reference", "AZ 9")
    assert (code, told) == (0, f"{old} is replaced by {old[:-1]}2.\n")
    assert run(app, "invoice", "cancel", old, "--reference", "AZ 9")[0] == 2
    assert_sound()


def test_who_completed_is_told_with_the_numbers(app: Flask, town: Town) -> None:
    learner()
    redeem_existing("jonas", code_texts(ordered(town.organisation, town.anna))[0], HERE)
    assert run(app, "course", "complete", "K1")[0] == 1
    with shifted_by(timedelta(days=40)):
        code, told = run(app, "course", "complete", "K1", "jonas")
        assert code == 0
        assert "Jonas Öztürk" in told
        assert "1 certificates issued." in told
        assert run(app, "course", "complete", "K1", "niemand")[0] == 1
        assert run(app, "course", "complete", "K1") == (0, "0 certificates issued.\n")


def test_calling_off_says_what_happens_to_places_by_voucher(app: Flask, town: Town) -> None:
    learner()
    redeem_existing("jonas", code_texts(ordered(town.organisation, town.anna))[0], HERE)
    code, told = run(app, "course", "cancel", "K1", "--yes")
    assert code == 0
    assert "1 places paid by course vouchers end; their codes work again." in told
    assert "1 bookings cancelled" in told


def test_the_worker_freezes_what_is_overdue_and_delivers_every_letter(app: Flask, town: Town) -> None:
    order = ordered(town.organisation, town.anna)
    db.session.rollback()
    with shifted_by(timedelta(days=15)):
        assert Worker(app).drain()
        assert {each.frozen for each in codes_of(order)} == {"overdue"}
    subjects = sorted(path.read_bytes().count(b"Subject:") for path in _tray(app))
    assert subjects == [1, 1]


def _tray(app: Flask) -> list[Path]:
    return list((Path(app.instance_path) / "mail").glob("*.eml"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("COURSE_CODE_MONTHS", 0),
        ("COURSE_ACCESS_MONTHS", "12"),
        ("INVOICE_DAYS", -1),
        ("PURCHASE_LIMIT", 1001),
        ("PURCHASE_LIMIT", True),
        ("FREEZE_OVERDUE", "no"),
        ("COURSE_CODES_AFTER_PAYMENT", 1),
    ],
)
def test_a_setting_that_means_nothing_stops_the_start(
    make_app: MakeApp, sqlite_uri: str, name: str, value: object
) -> None:
    with pytest.raises(HalfConfigured, match=name):
        make_app(sqlite_uri, **{name: value})
