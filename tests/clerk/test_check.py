"""`flask shop check`: silent on a shop that may open, one sentence for each thing that is amiss."""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import delete, text, update

from shop import clock
from shop.cases.open import open_case
from shop.centre import pages
from shop.centre.facts import set_facts
from shop.clerk import demo, probe
from shop.clerk.worker import Worker
from shop.db import db, transaction
from shop.ledger import book
from shop.outbox import post
from shop.outbox.models import Message
from shop.payments import inbox, pretend
from shop.payments.models import Payment
from shop.settings import HalfConfigured
from shop.vouchers.models import VoucherProduct
from tests.conftest import MakeApp
from tests.shopfloor import open_shop, order, pay

LIVE = {
    "BASE_URL": "https://gutscheine.example.org",
    "TRUSTED_PROXIES": 1,
    "MAIL_SERVER": "mail.example.org",
    "MAIL_USE_TLS": True,
    "MAIL_DEFAULT_SENDER": "gutscheine@example.org",
    "STRIPE_SECRET_KEY": "sk_live_erna",
    "STRIPE_WEBHOOK_SECRET": "whsec_erna",
}
LiveShop = Callable[..., Flask]


@pytest.fixture
def live_shop(make_app: MakeApp, sqlite_uri: str) -> LiveShop:
    """A shop that may open, but for the settings given."""

    def make(**settings: object) -> Flask:
        app = make_app(sqlite_uri, **LIVE | settings)
        with app.app_context():
            open_shop()
            with transaction():
                set_facts(
                    phone="08382 1234", iban="DE89370400440532013000", tax_number="127/140/12345", demo=False
                )
                for slug in ("impressum", "datenschutz"):
                    pages.write(slug, "de", slug.title(), "Text.")
        return app

    return make


def check(app: Flask) -> Result:
    return app.test_cli_runner().invoke(args=["shop", "check"])


def amiss(app: Flask) -> list[str]:
    result = check(app)
    assert isinstance(result.exception, SystemExit | None), result.exception
    found = [line[2:] for line in result.output.splitlines() if line.startswith("- ")]
    assert result.exit_code == (1 if found else 0), result.output
    return found


def test_a_shop_that_may_open_lacks_nothing(live_shop: LiveShop) -> None:
    result = check(live_shop())
    assert result.exit_code == 0, result.output
    assert result.output.endswith("Nothing is missing.\n")


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"BASE_URL": "http://localhost:8000"}, "BASE_URL: set the shop's public https://"),
        ({"TRUSTED_PROXIES": 0}, "TRUSTED_PROXIES: 0, but"),
        ({"MAIL_SERVER": ""}, "MAIL_SERVER: mails are only written"),
        ({"MAIL_USE_TLS": False}, "MAIL_USE_TLS: mails with codes"),
        ({"STRIPE_SECRET_KEY": "", "STRIPE_WEBHOOK_SECRET": ""}, "STRIPE_SECRET_KEY: buyers cannot"),
        ({"STRIPE_SECRET_KEY": "sk_test_erna"}, "STRIPE_SECRET_KEY: this is a test key"),
        ({"STRIPE_SECRET_KEY": "pk_live_erna"}, "STRIPE_SECRET_KEY: a secret key begins with"),
        ({"STRIPE_WEBHOOK_SECRET": "we_erna"}, "STRIPE_WEBHOOK_SECRET: a signing secret begins with"),
        ({"STRIPE_API_BASE": "http://localhost:9"}, "STRIPE_API_BASE: http://localhost:9 is not Stripe"),
        (
            {"ORDER_CEILING": 1000, "VOUCHER_CEILING": 1000},
            "VOUCHER_CEILING: standard has the amount 25\N{NO-BREAK SPACE}€",
        ),
        ({"ORDER_CEILING": 20000}, "ORDER_CEILING: 200\N{NO-BREAK SPACE}€ is less than VOUCHER_CEILING, 250"),
        ({"ORDER_CEILING": 250, "VOUCHER_CEILING": 250}, "ORDER_CEILING: 2,50\N{NO-BREAK SPACE}€ sells next"),
        ({"VALIDITY": "years:1"}, "VALIDITY: shorter than the law allows"),
        ({"VALIDITY": "drei Jahre"}, "VALIDITY: no such validity: 'drei Jahre'"),
        ({"TIMEZONE": "Europe/Lindau"}, "TIMEZONE: there is no zone Europe/Lindau"),
        ({"EMBED_ORIGINS": "https://a.example.org/shop"}, "EMBED_ORIGINS: write https://a.example.org/shop"),
    ],
)
def test_each_setting_that_is_amiss_is_named(
    live_shop: LiveShop, settings: dict[str, object], words: str
) -> None:
    found = amiss(live_shop(**settings))
    assert any(sentence.startswith(words) for sentence in found), found


@pytest.mark.parametrize(
    "settings",
    [
        {"MAIL_USE_TLS": False, "MAIL_USE_SSL": True},
        {"MAIL_SERVER": "localhost", "MAIL_USE_TLS": False},
        {"VALIDITY": "years:1", "VALIDITY_JUSTIFICATION": "Förderbedingung vom 1. März 2026"},
        {"EMBED_ORIGINS": "https://www.example.org https://a.example.org:8443"},
        {"STRIPE_SECRET_KEY": "rk_live_erna"},
    ],
)
def test_settings_that_are_in_order_are_not_named(live_shop: LiveShop, settings: dict[str, object]) -> None:
    assert amiss(live_shop(**settings)) == []


@pytest.mark.parametrize("name", ["VOUCHER_CEILING", "ORDER_CEILING", "FORGET_GIFTS_DAYS", "TRUSTED_PROXIES"])
@pytest.mark.parametrize("value", ["viel", 12.5, -1])
def test_a_number_that_is_none_does_not_start(
    make_app: MakeApp, sqlite_uri: str, name: str, value: object
) -> None:
    with pytest.raises(HalfConfigured, match=f"{name} must be a whole number"):
        make_app(sqlite_uri, **{name: value})


def test_keys_that_others_can_read_are_named(live_shop: LiveShop) -> None:
    app = live_shop()
    keys = Path(app.instance_path) / "keys.toml"
    keys.write_text("")
    keys.chmod(0o640)
    assert amiss(app) == [f"{keys}: others on this machine can read it; `chmod 600` it."]
    keys.chmod(0o600)
    assert amiss(app) == []


def test_an_empty_database_is_named_and_nothing_asked_of_it(make_app: MakeApp, tmp_path: Path) -> None:
    app = make_app(f"sqlite:///{tmp_path / 'new.sqlite'}", **LIVE)
    (sentence,) = amiss(app)
    assert sentence.startswith("The database is empty, this program wants ")
    assert sentence.endswith(": `flask db upgrade`.")


def test_a_pending_migration_is_named(live_shop: LiveShop) -> None:
    app = live_shop()
    with app.app_context(), transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    (sentence,) = amiss(app)
    assert sentence.startswith("The database is at revision 0001, this program wants ")


def test_a_database_that_cannot_be_reached_is_named(make_app: MakeApp, tmp_path: Path) -> None:
    app = make_app(f"sqlite:///{tmp_path / 'no' / 'folder.sqlite'}", **LIVE)
    os.rmdir(tmp_path / "no") if (tmp_path / "no").exists() else None
    (sentence,) = amiss(app)
    assert sentence.startswith("SQLALCHEMY_DATABASE_URI: the database cannot be reached (")


def test_a_centre_that_is_invented_or_unnamed_is_named(live_shop: LiveShop) -> None:
    app = live_shop()
    with app.app_context(), transaction():
        set_facts(demo=True, street="", iban="")
    assert amiss(app) == [
        "The centre says that it is an invented one: in the end, `flask shop centre set demo false`.",
        "The centre's street: `flask shop centre set street …`.",
        "The centre's iban: buyers cannot pay by bank transfer.",
    ]


def test_a_missing_legal_page_is_named(make_app: MakeApp, sqlite_uri: str) -> None:
    app = make_app(sqlite_uri, **LIVE)
    with app.app_context():
        open_shop()
    assert "The page impressum: `flask shop page write impressum FILE`." in amiss(app)


def test_what_the_first_run_has_filled_in_is_named_until_it_is_changed(
    make_app: MakeApp, sqlite_uri: str
) -> None:
    app = make_app(sqlite_uri, **LIVE)
    with app.app_context():
        assert demo.fill()
    found = amiss(app)
    assert "The centre's phone is the invented one's: `flask shop centre set phone …`." in found
    assert "The centre's iban is the invented one's: `flask shop centre set iban …`." in found
    template = "is our template still: adapt it, and have it looked at."
    assert f"The page widerruf (de) {template}" in found
    assert f"The page agb (en) {template}" in found
    with app.app_context(), transaction():
        set_facts(phone="08382 1234")
        pages.write("widerruf", "de", "Widerruf", "Unser Text.")
    fixed = set(found) - set(amiss(app))
    assert len(fixed) == 2
    assert f"The page widerruf (de) {template}" in fixed


def test_orders_paid_with_no_real_money_are_named(live_shop: LiveShop) -> None:
    app = live_shop(STRIPE_SECRET_KEY="sk_test_erna")
    with app.app_context():
        _, payment = order(method="pretend")
        with transaction():
            pretend.tell(payment.id, "paid")
        Worker(app).events()
    assert "1 orders were paid at the pretend till: go live with an empty instance folder." in amiss(app)


def test_a_shop_that_sells_nothing_is_told(live_shop: LiveShop) -> None:
    app = live_shop()
    with app.app_context(), transaction() as session:
        session.get_one(VoucherProduct, "standard").offer.published = False
    assert amiss(app) == ["No voucher is on sale: `flask shop product list`."]


def worker_words(app: Flask, minutes: int = 11) -> list[str]:
    with clock.shifted_by(timedelta(minutes=minutes)):
        return amiss(app)


def test_a_worker_that_does_not_run_is_told_by_the_mails(live_shop: LiveShop) -> None:
    app = live_shop()
    with app.app_context(), transaction():
        probe.ask("erna@example.org", "de")
    assert worker_words(app, 9) == []
    (sentence,) = worker_words(app)
    assert sentence == "The worker does not run (`flask shop work`): 1 mails wait for over ten minutes."


def test_a_worker_that_does_not_run_is_told_by_payment_events(live_shop: LiveShop) -> None:
    app = live_shop()
    with app.app_context(), transaction():
        inbox.keep("evt_1", "stripe", "checkout.session.completed", "{}")
    assert "1 payment events" in worker_words(app)[0]
    with app.app_context(), transaction():
        open_case("event stuck", "evt_1", {})
    assert worker_words(app) == []


def test_a_worker_that_does_not_run_is_told_by_holds_and_seals(
    live_shop: LiveShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = live_shop()
    purse = {"reference": "B1", "reason": "sale"}
    with app.app_context(), transaction():
        deadline = clock.of_database() + timedelta(minutes=1)
        book.transfer(book.transfer_id(1), debit="till:bank", credit="voucher:G4C18CCA0R", cents=500, **purse)
        hold = {"debit": "voucher:G4C18CCA0R", "credit": "revenue", "cents": 300, "deadline": deadline}
        book.hold(book.transfer_id(2), **hold, **purse)
    (sentence,) = worker_words(app, 12)
    assert "1 holds, 2 transfers wait" in sentence
    with clock.shifted_by(timedelta(minutes=12)):
        Worker(app).drain()
    assert worker_words(app, 30) == []


def test_stripe_pages_that_ended_unheard_ask_for_the_webhook(live_shop: LiveShop) -> None:
    app = live_shop()
    with app.app_context():
        order()
        with transaction() as session:
            session.execute(update(Payment).values(expires_at=clock.now() - timedelta(minutes=61)))
    (sentence,) = amiss(app)
    assert sentence.startswith("Stripe's webhook: 1 payment pages closed long ago")
    assert "https://gutscheine.example.org/stripe/webhook" in sentence
    assert "checkout.session.expired" in sentence


def test_another_code_key_than_before_is_named(
    live_shop: LiveShop, make_app: MakeApp, sqlite_uri: str
) -> None:
    with live_shop().app_context():
        order()
    other = make_app(sqlite_uri, **LIVE | {"CODE_KEY": "d" * 40})
    assert amiss(other) == [
        "CODE_KEY: not the key that this shop's codes were made with; take keys.toml from a backup."
    ]


def test_a_broken_rule_of_the_books_is_named(live_shop: LiveShop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(post, "send", lambda message_id, mail: None)
    app = live_shop(STRIPE_SECRET_KEY="sk_test_erna")
    with app.app_context():
        pay(order()[1])
        with transaction() as session:
            session.execute(delete(Message))
    assert any(
        sentence.startswith("I12: 1 × not so: every paid order has its mail") for sentence in amiss(app)
    )


def notes(app: Flask) -> list[str]:
    return [line[6:] for line in check(app).output.splitlines() if line.startswith("note: ")]


def test_the_events_to_subscribe_to_are_told(live_shop: LiveShop) -> None:
    (note,) = [note for note in notes(live_shop()) if note.startswith("Stripe's webhook is ")]
    assert "https://gutscheine.example.org/stripe/webhook" in note
    assert note.count("checkout.session.") == 4
    assert "charge.dispute.created" in note


@pytest.mark.parametrize(("version", "is_told"), [((3, 51, 2), True), ((3, 51, 3), False)])
def test_an_old_sqlite_is_a_note(
    live_shop: LiveShop, monkeypatch: pytest.MonkeyPatch, version: tuple[int, ...], is_told: bool
) -> None:
    app = live_shop()
    monkeypatch.setattr("sqlite3.sqlite_version_info", version)
    assert any(note.startswith("SQLite ") for note in notes(app)) is is_told


def test_open_cases_are_a_note(live_shop: LiveShop) -> None:
    app = live_shop()
    with app.app_context(), transaction():
        open_case("mail failed", "B1", {})
    assert "1 cases wait for a human: `flask shop cases list`." in notes(app)
    assert amiss(app) == []


def test_on_postgresql_no_note_is_about_sqlite(make_app: MakeApp, postgres_uri: str) -> None:
    app = make_app(postgres_uri, **LIVE)
    assert not any(note.startswith("SQLite") for note in notes(app))
    with app.app_context():
        db.session.remove()
