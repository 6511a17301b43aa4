"""What is missing before the shop goes live, or while it runs: `flask shop check`."""

import sqlite3
import sys
import tomllib
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import Select, func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import aliased

from shop import clock
from shop.cards.models import CardType
from shop.cards.single_purpose import otherwise_taxed
from shop.cases.models import Case
from shop.centre import pages
from shop.centre.facts import centre
from shop.clerk import demo, schema
from shop.clerk.check_settings import has_zone, settings_missing
from shop.core.money import written
from shop.core.words import FIRST
from shop.db import db, is_sqlite
from shop.ledger.models import Seal, Transfer
from shop.orders import audit
from shop.outbox.models import Message
from shop.payments.happening import STRIPE_KINDS
from shop.payments.models import Event, Payment
from shop.vouchers.models import VoucherProduct

LEGAL = ("impressum", "datenschutz", "agb", "widerruf")
PARTICULAR = (
    "name",
    "short_name",
    "street",
    "postcode",
    "city",
    "phone",
    "email",
    "website",
    "account_holder",
    "iban",
)
LATE = timedelta(minutes=10)
UNHEARD = timedelta(hours=1)


@click.command("check")
@with_appcontext
def check() -> None:
    """Say what is missing to go live; exit 1 if anything is. Notes are worth knowing, no more."""
    missing = list(_missing())
    for sentence in missing:
        click.echo(f"- {sentence}")
    for sentence in _notes():
        click.echo(f"note: {sentence}")
    if missing:
        sys.exit(1)
    click.echo("Nothing is missing.")


def _missing() -> Iterator[str]:
    yield from settings_missing(current_app.config, current_app.instance_path)
    behind = _tables()
    yield from behind
    if not behind and has_zone(current_app.config):
        yield from (*_centre(), *_products(), *_cards(), *_running())


def _tables() -> list[str]:
    """Why the database cannot be asked further, or nothing."""
    try:
        have, want = schema.current(), schema.newest()
    except OperationalError as error:
        return [f"SQLALCHEMY_DATABASE_URI: the database cannot be reached ({error.orig})."]
    if have == want:
        return []
    now = f"is at revision {have}" if have else "is empty"
    return [f"The database {now}, this program wants {want}: `flask db upgrade`."]


def _centre() -> Iterator[str]:
    """Facts and legal texts; those that the first run has filled in are invented, and templates."""
    here, invented = centre(), tomllib.loads((demo.FOLDER / "centre.toml").read_text())
    if here.demo:
        yield "The centre says that it is an invented one: in the end, `flask shop centre set demo false`."
    for key in here.missing:
        yield f"The centre's {key}: `flask shop centre set {key} …`."
    for key in (key for key in PARTICULAR if _bare(getattr(here, key)) == _bare(invented[key])):
        yield f"The centre's {key} is the invented one's: `flask shop centre set {key} …`."
    if not (here.tax_number or here.vat_id):
        yield "The centre's tax_number or vat_id: every invoice shows one (§ 14 UStG)."
    if not here.iban:
        yield "The centre's iban: buyers cannot pay by bank transfer."
    yield from _legal_texts()


def _bare(text: str) -> str:
    """Without blanks: an IBAN is written with them and kept without."""
    return "".join(text.split())


def _legal_texts() -> Iterator[str]:
    templates = {(language, slug): body for language, slug, _, body in demo.read_pages() if slug in LEGAL}
    for slug in LEGAL:
        if pages.shown(slug, FIRST) is None:
            yield f"The page {slug}: `flask shop page write {slug} FILE`."
    for (language, slug), body in templates.items():
        kept = pages.shown(slug, language)
        if kept and (kept.language, kept.body) == (language, body):
            yield f"The page {slug} ({language}) is our template still: adapt it, and have it looked at."


def _products() -> Iterator[str]:
    """Vouchers on sale, and amounts that are never shown."""
    ceiling = current_app.config["VOUCHER_CEILING"]
    products = [each for each in db.session.scalars(select(VoucherProduct)) if each.offer.published]
    if not products:
        yield "No voucher is on sale: `flask shop product list`."
    for product in products:
        for cents in product.tiers:
            if cents > ceiling:
                yield f"VOUCHER_CEILING: {product.slug} has the amount {written(cents)}; it is more, and not shown."


def _cards() -> Iterator[str]:
    """Offers that came after the type of card that may pay for them, with another tax code (T1)."""
    for kind in db.session.scalars(select(CardType).order_by(CardType.key)):
        if numbers := otherwise_taxed(kind):
            yield (
                f"Cards of type {kind.key} are taxed as {kind.tax_code} when they are topped up, but may pay "
                f"for {', '.join(numbers[:5])}: `flask shop offer class`, or `card-type set --tax`."
            )


def _running() -> Iterator[str]:
    waiting = [
        f"{count} {what}"
        for what, query in _left_lying(clock.now() - LATE).items()
        if (count := db.session.scalar(select(func.count()).select_from(query.subquery())))
    ]
    if waiting:
        yield f"The worker does not run (`flask shop work`): {', '.join(waiting)} wait for over ten minutes."
    if count := db.session.scalar(_pretended()):
        yield f"{count} orders were paid at the pretend till: go live with an empty instance folder."
    if count := db.session.scalar(_unheard(clock.now() - UNHEARD)):
        yield (
            f"Stripe's webhook: {count} payment pages closed long ago, and Stripe told nothing about them. "
            f"Is {_webhook()} subscribed to {', '.join(STRIPE_KINDS)}?"
        )
    for finding in audit.check():
        if not finding.holds and finding.invariant == "I13":
            yield "CODE_KEY: not the key that this shop's codes were made with; take keys.toml from a backup."
        elif not finding.holds:
            yield f"{finding.invariant}: {finding.detail}."


def _left_lying(late: datetime) -> dict[str, Select[Any]]:
    """What a running worker would have done by now, by what it is. An event that is a case is known."""
    ended = aliased(Transfer)
    cases = select(Case.reference).where(Case.reason == "event stuck")
    return {
        "mails": select(Message.id).where(Message.state == "queued", Message.due_at < late),
        "payment events": select(Event.id).where(
            Event.outcome.is_(None), Event.received_at < late, Event.id.not_in(cases)
        ),
        "holds": select(Transfer.id)
        .outerjoin(ended, ended.ends == Transfer.id)
        .where(Transfer.kind == "hold", Transfer.deadline < late, ended.id.is_(None)),
        "transfers": select(Transfer.id)
        .outerjoin(Seal, Seal.transfer_id == Transfer.id)
        .where(Transfer.made_at < late, Seal.position.is_(None)),
    }


def _unheard(late: datetime) -> Select[Any]:
    """Every page of Stripe's ends with an event, paid or not: payments that had none."""
    silent = select(func.count()).select_from(Payment)
    return silent.where(Payment.method == "stripe", Payment.state == "begun", Payment.expires_at < late)


def _pretended() -> Select[Any]:
    paid = select(func.count()).select_from(Payment)
    return paid.where(Payment.method == "pretend", Payment.state == "certain")


def _webhook() -> str:
    return f"{current_app.config['BASE_URL']}/stripe/webhook"


def _notes() -> Iterator[str]:
    if is_sqlite(db.engine) and sqlite3.sqlite_version_info < (3, 51, 3):
        yield (
            f"SQLite {sqlite3.sqlite_version} keeps a rollback journal; from 3.51.3 on the shop uses WAL, "
            "in which readers and writers do not wait for each other."
        )
    if current_app.config["STRIPE_SECRET_KEY"]:
        yield f"Stripe's webhook is {_webhook()}, for the events {', '.join(STRIPE_KINDS)}."
    if _tables():
        return
    if count := db.session.scalar(select(func.count()).select_from(Case).where(Case.closed_at.is_(None))):
        yield f"{count} cases wait for a human: `flask shop cases list`."
