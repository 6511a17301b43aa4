"""Commands about money: confirm a bank transfer, verify the books, expire holds."""

import sys

import click
from flask.cli import AppGroup

from shop import clock
from shop.core.money import euros, written
from shop.db import transaction
from shop.ledger import audit as ledger_audit
from shop.ledger import book
from shop.orders import audit as orders_audit
from shop.orders.settle import act_on
from shop.payments import inbox
from shop.payments.bank import arrived

payment = AppGroup("payment", help="Payments that staff confirm.")


@payment.command("confirm")
@click.argument("reference")
@click.argument("amount")
@click.option("--bank-ref", default="", help="The bank's own name for the booking, to tell equal ones apart.")
@click.option("--till", type=click.Choice(["bank", "counter"]), default="bank", help="Where it arrived.")
def confirm(reference: str, amount: str, bank_ref: str, till: str) -> None:
    """Say that a bank transfer, or money at the counter, with this REFERENCE and AMOUNT (in euros) has arrived."""
    try:
        cents = euros(amount)
    except ValueError:
        raise click.BadParameter("write it like 50 or 50,00", param_hint="AMOUNT") from None
    if cents == 0:
        raise click.BadParameter("nothing arrived", param_hint="AMOUNT")
    notice = arrived(reference, cents, clock.today(), bank_ref, till)
    with transaction():
        inbox.keep(*notice)
    outcome = act_on(notice.event_id)
    if outcome is None:
        click.echo(f"{reference}: {written(cents)} was confirmed today already; nothing changed.")
    else:
        click.echo(f"{reference}: {written(cents)}, {outcome.note}.")
    if outcome is not None and outcome.kind == "quarantined":
        sys.exit(1)


@click.command("verify")
def verify() -> None:
    """Check every invariant of the books; exit 1 if one fails."""
    findings = [*ledger_audit.check(), *orders_audit.check()]
    for finding in sorted(findings, key=lambda finding: int(finding.invariant[1:])):
        click.echo(f"{finding.invariant:<4} {'ok  ' if finding.holds else 'FAIL'} {finding.detail}")
    if not all(finding.holds for finding in findings):
        sys.exit(1)


@click.command("expire")
def expire() -> None:
    """Release every hold whose deadline has passed."""
    count = 0
    while True:
        with transaction():
            released = book.expire_overdue(100)
        count += released
        if not released:
            break
    click.echo(f"{count} holds released.")
