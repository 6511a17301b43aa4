"""Commands about courses and bookings until the back office exists: call off a course, cancel a booking."""

import sys
from datetime import datetime
from uuid import UUID

import click
from click import UUID as ID
from flask.cli import AppGroup
from sqlalchemy.exc import NoResultFound

from shop.core.codes import shown_number
from shop.core.money import Cents, euros, written
from shop.core.words import said
from shop.db import transaction
from shop.logs import masked, one_line
from shop.orders.call_off import NoSuchCourse, call_off, prospect
from shop.orders.cancel import NotBooked, cancel_booking
from shop.orders.certify import NotCompletable, complete
from shop.orders.shares import MoreThanPaid

course = AppGroup("course", help="Courses that the centre calls off.")
booking = AppGroup("booking", help="Single bookings.")


@course.command("cancel")
@click.argument("number")
@click.option("--yes", is_flag=True, help="Do not ask.")
def cancel_course(number: str, yes: bool) -> None:
    """Call course NUMBER off: everybody gets everything back and is told by mail.

    Run it again after an interruption: it goes on where it stopped, and pays nothing twice.
    """
    try:
        ahead = prospect(number)
        title = said(ahead.title, "de")
        click.echo(
            f"{number} {title}: {ahead.bookings} bookings to cancel ({written(ahead.cents)}), {ahead.waiting} waiting."
        )
        if ahead.by_voucher:
            click.echo(f"{ahead.by_voucher} places paid by course vouchers end; their codes work again.")
        if not yes:
            click.confirm("Call it off?", abort=True)
        done = call_off(number)
    except NoSuchCourse:
        raise click.ClickException(f"There is no course {number}.") from None
    click.echo(
        f"{done.cancelled} bookings cancelled, {written(done.back)} go back, {done.waiting} told who waited."
    )
    for package in done.packages:
        click.echo(f"Package {package} holds this course: see `flask shop cases list`.")
    if done.failed:
        click.echo(f"{done.failed} bookings could not be cancelled: see `flask shop cases list`.", err=True)
        sys.exit(1)


@course.command("complete")
@click.argument("number")
@click.argument("usernames", nargs=-1)
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="The day, today by default.")
def complete_course(number: str, usernames: tuple[str, ...], day: datetime | None) -> None:
    """Say that everybody with an account in course NUMBER, or these USERNAMES, has completed it.

    Each gets a certificate and is told by mail. Who had completed it before is passed over.
    """
    try:
        with transaction():
            made = complete(number, usernames, completed_on=day.date() if day else None)
            told = [f"{shown_number(each.number)}  {masked(each.facts['person'])}" for each in made]
    except NotCompletable as error:
        raise click.ClickException(f"{error}.") from None
    for line in told:
        click.echo(one_line(line))
    click.echo(f"{len(told)} certificates issued.")


@booking.command("cancel")
@click.argument("booking", type=ID)
@click.option("--amount", help="What goes back, in euros, instead of what the rule says.")
def cancel_one(booking: UUID, amount: str | None) -> None:
    """Cancel one BOOKING on behalf of staff, late ones included."""
    try:
        with transaction():
            done = cancel_booking(booking, by="staff", amount=_cents(amount))
    except NoResultFound:
        raise click.ClickException(f"There is no booking {booking}.") from None
    except NotBooked:
        raise click.ClickException("This booking is not firm, so there is nothing to cancel.") from None
    except MoreThanPaid as error:
        raise click.ClickException(f"{error}.") from None
    click.echo(f"{booking} is cancelled, {written(done.back)} of {written(done.price)} go back.")


def _cents(amount: str | None) -> Cents | None:
    try:
        return None if amount is None else euros(amount)
    except ValueError:
        raise click.BadParameter("write it like 50 or 50,00", param_hint="--amount") from None
