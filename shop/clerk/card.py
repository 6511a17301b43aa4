"""`flask shop card`: value cards at the counter, until there is a back office (DOMAIN W7)."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import click
from flask.cli import AppGroup
from sqlalchemy import select

from shop import clock
from shop.cards import desk, find
from shop.cards.credit import policy_day
from shop.cards.models import Card, CardType
from shop.cards.open import open_card
from shop.cards.statement import page
from shop.clerk.staff import BY
from shop.core import codes
from shop.core.money import Cents, euros, written
from shop.db import db, transaction
from shop.ledger import book
from shop.logs import masked, one_line
from shop.orders.card import paid_by_hand as by_hand
from shop.orders.card import pay_out as paying
from shop.orders.card import take_back as taking_back
from shop.orders.card.empty import NotPaidOut
from shop.orders.drop import NotDropped, drop_order
from shop.orders.models import Order, OrderLine
from shop.people import accounts
from shop.people.models import User

card = AppGroup("card", help="Value cards: open, show, correct, close, pay out.")


class SignedEuros(click.ParamType):
    """An amount in euros with a sign: `+12,50`, `-5`."""

    name = "amount"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Cents:
        """The cents; fails with a sentence."""
        text = str(value).strip()
        sign = -1 if text[:1] in ("-", "−") else 1
        try:
            return sign * euros(text[1:] if text[:1] in ("+", "-", "−") else text)
        except ValueError:
            self.fail("write it like 12,50 or -12,50", param, ctx)


def _number(_ctx: click.Context, _param: click.Parameter, text: str) -> str:
    try:
        return codes.read_number(text)
    except codes.Malformed:
        raise click.BadParameter("this is no card number") from None


def _order_number(text: str) -> str:
    try:
        return codes.read_order_number(text)
    except codes.Malformed:
        raise click.ClickException("this is no order number") from None


NUMBER = click.argument("number", callback=_number)


@contextmanager
def worded() -> Iterator[None]:
    """Say why something cannot be done, in a sentence; around a part of a command, or a whole one."""
    try:
        yield
    except find.NoSuchCard as error:
        raise click.ClickException(f"There is no card {error}.") from None
    except (desk.NotSo, NotPaidOut, NotDropped) as error:
        raise click.ClickException(f"This cannot be done: {error}.") from None


@card.command("list")
@click.option("--query", default="", help="Part of a user name, a name or an address.")
def listed(query: str) -> None:
    """Every card: number, type, owner, balance, what can be booked."""
    like = f"%{query}%"
    owner = User.username.ilike(like) | User.email.ilike(like) | User.last_name.ilike(like)
    rows = select(Card, User).join(User, User.id == Card.user_id).where(owner).order_by(User.username)
    for each, person in db.session.execute(rows):
        stands = book.standing(each.account)
        facts = (
            codes.shown_number(each.number),
            f"{each.type_key:12}",
            f"{masked(person.username or ''):24}",
            each.state,
            f"balance {written(stands.posted)}",
            f"bookable {written(find.bookable(each))}",
        )
        click.echo(one_line("  ".join(facts)))


@card.command("open")
@click.argument("name")
@click.argument("type_key")
def opened(name: str, type_key: str) -> None:
    """Open a card of type TYPE_KEY for the person NAME (user name or address)."""
    person = accounts.by_identity(name)
    if person is None:
        raise click.ClickException(f"There is no account {name}.")
    if db.session.get(CardType, type_key) is None:
        raise click.ClickException(f"There is no card type {type_key}.")
    with transaction():
        made = open_card(person.id, type_key)
    click.echo(f"{codes.shown_number(made.number)} is open.")


@card.command("show")
@NUMBER
@worded()
def shown(number: str) -> None:
    """What is on card NUMBER: balance, limits, lots, and the last 25 lines of its statement."""
    found = find.card(number)
    stands = book.standing(found.account)
    click.echo(f"{codes.shown_number(number)}  {found.type_key}  {found.state}")
    click.echo(
        f"balance {written(stands.posted)}, held {written(stands.held)}, limit {written(stands.overdraft)}"
    )
    click.echo(f"can be booked: {written(find.bookable(found))}; owed: {written(find.debt(found))}")
    for lot in find.lots_of(found):
        until = lot.valid_until or "without end"
        kept = f", aside {written(lot.aside_cents)}" if lot.aside_cents else ""
        click.echo(
            f"  {lot.source:10} {written(lot.left_cents)} of {written(lot.value_cents)}{kept}, until {until}"
        )
    for line in page(number):
        day = clock.local(line.made_at).date()
        words = masked(line.what or line.reference)
        row = f"{day}  {line.kind:10} {written(line.cents):>12} {written(line.balance):>12}  {words}"
        click.echo(one_line(row))


@card.command("correct", context_settings={"ignore_unknown_options": True})
@NUMBER
@click.argument("amount", type=SignedEuros())
@click.option("--reason", required=True, help="Stands on the statement.")
@BY
@worded()
def correct(number: str, amount: Cents, reason: str, by: str) -> None:
    """Add AMOUNT euros to card NUMBER, or take some off (-12,50), as its own ledger entry."""
    with transaction():
        done = desk.correct(number, amount, reason=reason, by=by, key=uuid.uuid4())
        balance = book.posted(done.account)
    click.echo(f"{codes.shown_number(number)}: {written(amount)}, the balance is now {written(balance)}.")


@card.command("close")
@NUMBER
@worded()
def close(number: str) -> None:
    """Close card NUMBER; only at zero. A later cancellation or top-up opens it again."""
    with transaction():
        desk.close(number)
    click.echo(f"{codes.shown_number(number)} is closed.")


@card.command("reopen")
@NUMBER
@worded()
def reopen(number: str) -> None:
    """Open card NUMBER again."""
    with transaction():
        desk.reopen(number)
    click.echo(f"{codes.shown_number(number)} is open.")


@card.command("reissue")
@NUMBER
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="The last day; else as if bought today.")
@BY
@worded()
def reissue(number: str, until: datetime | None, by: str) -> None:
    """Bring expired credit of card NUMBER back."""
    last = until.date() if until else policy_day()
    with transaction():
        cents = desk.reissue(number, last, by=by)
    day = last or "further notice"
    click.echo(f"{codes.shown_number(number)}: {written(cents)} can be booked again until {day}.")


@card.command("thaw")
@NUMBER
@click.option("--order", help="Only what this order has bought; else all of the card's.")
@BY
@worded()
def thaw(number: str, order: str | None, by: str) -> None:
    """Free credit of card NUMBER that a chargeback or a withdrawal has frozen."""
    bought = None
    if order:
        lines = select(OrderLine.id).join(Order, Order.id == OrderLine.order_id)
        bought = db.session.scalars(lines.where(Order.number == _order_number(order))).all()
    with transaction():
        desk.thaw(number, bought, by=by)
    what = f"what {order} has bought" if order else "all of it"
    click.echo(f"{codes.shown_number(number)}: {what} is free again.")


@card.command("pay-out")
@NUMBER
@BY
@worded()
def pay_out(number: str, by: str) -> None:
    """Pay out card NUMBER: the price paid for what is left, rounded down; never a bonus."""
    with transaction():
        done = paying.pay_out(number, by=by)
    click.echo(
        f"{codes.shown_number(number)}: {written(done.back)} go back to where they came from,"
        f" {written(done.by_hand)} are to be transferred by hand (then `flask shop card paid`),"
        f" {written(done.bonus)} were a bonus and end."
    )


@card.command("take-back")
@click.argument("order")
@BY
@worded()
def take_back(order: str, by: str) -> None:
    """Refund what is left on cards of ORDER, top-ups and loaded vouchers, because its buyer has withdrawn."""
    with transaction():
        done = taking_back.take_back(_order_number(order), by=by)
    click.echo(f"{order}: {written(done.back)} go back to where they came from.")


@card.command("paid")
@NUMBER
@click.option("--till", type=click.Choice(["bank", "counter"]), default="bank", show_default=True)
@BY
@worded()
def paid(number: str, till: str, by: str) -> None:
    """Say that what was owed to the owner of card NUMBER was paid by hand."""
    with transaction():
        cents = by_hand.paid_by_hand(number, till, by=by)
    click.echo(f"{codes.shown_number(number)}: {written(cents)} are booked as paid from {till}.")


@card.command("drop")
@click.argument("order")
@worded()
def drop(order: str) -> None:
    """Give up ORDER, a top-up (or anything else) that nobody has paid; what was kept for it is free again."""
    with transaction():
        done = drop_order(order)
    click.echo(f"{done.number} is given up.")
