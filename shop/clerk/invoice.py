"""Commands about organisations' invoices: what is open, take one back, replace a faulty one."""

import click
from flask.cli import AppGroup
from sqlalchemy import select

from shop import clock
from shop.clerk.staff import BY
from shop.core.money import written
from shop.db import db, transaction
from shop.documents.issue import of_order
from shop.logs import masked, one_line
from shop.orders.models import Order, Purchase
from shop.orders.purchase.freeze import is_overdue
from shop.orders.purchase.pay import outstanding
from shop.orders.purchase.take_back import NotCancellable, reissue, take_back
from shop.payments.models import Payment

invoice = AppGroup("invoice", help="Invoices to organisations.")


@invoice.command("list")
def listed() -> None:
    """List invoices that are not paid, the oldest first."""
    query = (
        select(Order, Purchase, Payment)
        .join(Purchase, Purchase.order_id == Order.id)
        .join(Payment, Payment.order_id == Order.id)
        .where(Payment.state == "begun")
        .order_by(Purchase.due_on, Order.number)
    )
    found = db.session.execute(query).all()
    for order, bought, payment in found:
        number = [each.number for each in of_order(order.id) if each.kind == "invoice"][-1]
        late = "overdue" if is_overdue(bought, payment, clock.today()) else "due"
        facts = (number, order.number, written(outstanding(order)), late, str(bought.due_on))
        click.echo(one_line("  ".join((*facts, masked(order.buyer)))))
    if not found:
        click.echo("Every invoice is paid.")


@invoice.command("cancel")
@click.argument("number")
@click.option("--reissue", "is_replaced", is_flag=True, help="Replace a faulty invoice; its codes stay.")
@click.option("--reference", help="The organisation's reference on the new invoice.")
@click.option("--cost-centre", help="The cost centre on the new invoice.")
@BY
def cancel(number: str, is_replaced: bool, reference: str | None, cost_centre: str | None, by: str) -> None:
    """Take invoice NUMBER back: its unused codes are void, what they cost is not owed or goes back.

    With --reissue nothing is taken back but the paper: a new invoice has the organisation's name and
    address as they are now.
    """
    if not is_replaced and (reference is not None or cost_centre is not None):
        raise click.UsageError("--reference and --cost-centre need --reissue")
    try:
        with transaction():
            told = _replaced(number, by, reference, cost_centre) if is_replaced else _taken_back(number, by)
    except NotCancellable as error:
        raise click.ClickException(f"{number} is not taken back: {error}.") from None
    click.echo(told)


def _replaced(number: str, by: str, reference: str | None, cost_centre: str | None) -> str:
    new = reissue(number, by=by, reference=reference, cost_centre=cost_centre)
    return f"{number} is replaced by {new}."


def _taken_back(number: str, by: str) -> str:
    done = take_back(number, by=by)
    money = (
        "transfer them by hand: `flask shop refunds list`" if done.refund else "they are not owed any more"
    )
    return f"{done.codes} codes of {done.order_number} are void, {written(done.cents)}: {money}."
