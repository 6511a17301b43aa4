"""Commands about money that goes back: list refunds, note a transfer, take a voucher back."""

from contextlib import suppress
from uuid import UUID

import click
from click import UUID as ID
from flask.cli import AppGroup
from sqlalchemy import select
from sqlalchemy.exc import NoResultFound

from shop.cases import open as desk
from shop.clerk.staff import BY
from shop.core.money import written
from shop.db import db, transaction
from shop.logs import masked, one_line
from shop.orders.models import Order, Refund
from shop.orders.owe import FAILED, TO_PAY
from shop.orders.refund import NotRefundable, NotToPay, paid_by_hand, refund_voucher

refunds = AppGroup("refunds", help="Money that goes back to its payers.")
voucher = AppGroup("voucher", help="Single vouchers.")


@refunds.command("list")
@click.option("--all", "everything", is_flag=True, help="Also what the worker sends by itself.")
def listed(everything: bool) -> None:
    """List refunds that a person has to pay, the oldest first."""
    states = ("to_pay", "failed", "due") if everything else ("to_pay", "failed")
    query = select(Refund, Order).join(Order, Order.id == Refund.order_id).where(Refund.state.in_(states))
    found = db.session.execute(query.order_by(Refund.made_at, Refund.id)).all()
    for refund, order in found:
        # Only what a buyer has typed is masked: an id must stay whole, it is what `paid` asks for.
        facts = (
            refund.id,
            refund.state,
            written(refund.cents),
            order.number,
            masked(order.buyer),
            refund.cause,
        )
        click.echo(one_line("  ".join(map(str, facts))))
    if not found:
        click.echo("Nothing is to be paid back.")


@refunds.command("paid")
@click.argument("refund", type=ID)
@click.option("--till", type=click.Choice(["bank", "counter"]), default="bank", show_default=True)
@BY
def paid(refund: UUID, till: str, by: str) -> None:
    """Say that REFUND was transferred at the bank, or paid at the counter."""
    try:
        with transaction():
            done = paid_by_hand(refund, till)
            for reason in (TO_PAY, FAILED):
                with suppress(desk.CaseMissing, desk.CaseClosed):
                    desk.close_case(desk.case_id(reason, str(refund)), by, f"paid by hand, from {till}")
    except NoResultFound:
        raise click.ClickException(f"There is no refund {refund}.") from None
    except NotToPay as error:
        raise click.ClickException(f"{error}.") from None
    click.echo(f"{refund}: {written(done.cents)} are booked as paid from {till}.")


@voucher.command("refund")
@click.argument("number")
@BY
def take_back(number: str, by: str) -> None:
    """Close voucher NUMBER and give its rest back to whoever paid for it."""
    try:
        with transaction():
            made = refund_voucher(number, by=by)
    except NotRefundable as error:
        raise click.ClickException(f"{number} is not refunded: {error}.") from None
    words = {"due": "the worker sends it", "to_pay": "transfer it by hand: `flask shop refunds list`"}
    click.echo(f"{number} is closed, {written(made.cents)} go back: {words[made.state]}.")
