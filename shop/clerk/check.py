"""What is missing before the shop goes live: `flask shop check`."""

import sys
from collections.abc import Iterator
from datetime import timedelta

import click
from flask import current_app
from sqlalchemy import func, select

from shop import clock
from shop.centre import pages
from shop.centre.facts import centre
from shop.core.validity import Policy, is_too_short
from shop.db import db
from shop.orders import audit
from shop.outbox.models import Message
from shop.payments.methods import is_live

LEGAL = ("impressum", "datenschutz", "agb", "widerruf")


@click.command("check")
def check() -> None:
    """Say what is missing to go live; exit 1 if anything is."""
    missing = list(_missing())
    for sentence in missing:
        click.echo(f"- {sentence}")
    if missing:
        sys.exit(1)
    click.echo("Nothing is missing.")


def _missing() -> Iterator[str]:
    yield from _settings()
    yield from _centre()
    yield from _running()


def _settings() -> Iterator[str]:
    config = current_app.config
    if not str(config["BASE_URL"]).startswith("https://"):
        yield "BASE_URL: set the shop's public https:// address."
    if not config["MAIL_SERVER"]:
        yield "MAIL_SERVER: mails are only written to instance/mail/."
    if not config["STRIPE_SECRET_KEY"]:
        yield "STRIPE_SECRET_KEY: buyers cannot pay by card."
    elif not is_live():
        yield "STRIPE_SECRET_KEY: this is a test key, no money moves."
    if not config["VALIDITY_JUSTIFICATION"] and is_too_short(
        Policy.read(config["VALIDITY"]), config["COUNTRY"], clock.today()
    ):
        yield "VALIDITY: shorter than the law allows; write the reason into VALIDITY_JUSTIFICATION."


def _centre() -> Iterator[str]:
    here = centre()
    if here.demo:
        yield "The centre is the invented one: go live with an empty database."
    for key in here.missing:
        yield f"The centre's {key}: `flask shop centre set {key} …`."
    if not here.iban:
        yield "The centre's iban: buyers cannot pay by bank transfer."
    for slug in LEGAL:
        if pages.shown(slug, "de") is None:
            yield f"The page {slug}: `flask shop page write {slug} FILE`."


def _running() -> Iterator[str]:
    late = clock.now() - timedelta(minutes=10)
    waiting = (
        select(func.count()).select_from(Message).where(Message.state == "queued", Message.due_at < late)
    )
    if count := db.session.scalar(waiting):
        yield f"{count} mails wait for more than ten minutes: does the worker run (`flask shop work`)?"
    for finding in audit.check():
        if not finding.holds:
            yield f"{finding.invariant}: {finding.detail}."
