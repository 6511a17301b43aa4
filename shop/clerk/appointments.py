"""`flask shop appointment`: add appointments and series, move, class and call off, list (DOMAIN W10)."""

import sys
from datetime import date, datetime, timedelta
from typing import Any

import click
from flask.cli import AppGroup

from shop import clock
from shop.bookings.move import move as move_and_tell
from shop.catalogue import appointments
from shop.catalogue.models import Offer
from shop.core.money import written
from shop.core.words import FIRST, said
from shop.db import db, transaction
from shop.logs import masked, one_line
from shop.orders.call_off import call_off, prospect

appointment = AppGroup("appointment", help="Appointments that people book one by one, with a value card.")

DAY = click.DateTime(["%Y-%m-%d"])
CLOCK = click.DateTime(["%H:%M"])
_day = click.option("--day", type=DAY, required=True, help="The local day, as 2027-01-13.")
_from = click.option("--from", "start", type=CLOCK, required=True, help="When it begins, as 18:30.")
_class = click.option("--class", "class_key", help="Its appointment class, a key.")
_resource = click.option("--resource", "resource_key", help="Its resource class, a key.")
_to = click.option("--to", "end", type=CLOCK, required=True, help="When it ends, on the same day.")


@appointment.command("add")
@click.argument("title")
@_day
@_from
@_to
@_class
@_resource
@click.option("--number", default="", help="Else it gets a short one.")
@click.option("--title-en", default="")
@click.option("--description", default="")
@click.option("--place", default="", help="The house; a comma may follow and the room.")
@click.option("--lecturer", default="")
@click.option("--seats", type=click.IntRange(min=0), help="Without it there is no limit.")
@click.option(
    "--cancel-until", type=DAY, help="The last day to cancel with credit; the day before if not said."
)
@click.option("--tax", "tax_code", default="exempt", show_default=True)
@click.option(
    "--weeks", type=int, default=1, show_default=True, help="So many weeks at the same time of day."
)
@click.option("--hidden", is_flag=True, help="Do not publish it yet.")
def add(
    title: str,
    day: datetime,
    start: datetime,
    end: datetime,
    title_en: str,
    description: str,
    cancel_until: datetime | None,
    hidden: bool,
    weeks: int,
    class_key: str | None,
    resource_key: str | None,
    **facts: Any,
) -> None:
    """Add an appointment called TITLE, or a weekly series of it."""
    begins, ends = _span(day, start, end)
    wanted = appointments.NewAppointment(
        title={FIRST: title, **({"en": title_en} if title_en else {})},
        start=begins,
        end=ends,
        class_key=class_key or "",
        resource_key=resource_key or "",
        description={FIRST: description} if description else {},
        cancel_until=cancel_until.date() if cancel_until else None,
        published=not hidden,
        **facts,
    )
    try:
        with transaction():
            made = appointments.add_series(wanted, weeks)
            told = [(each.number, each.sessions) for each in made]
    except appointments.Refused as refused:
        raise click.ClickException(f"Nothing was added: {refused}.") from None
    for each_number, sessions in told:
        click.echo(f"{each_number:20} {_when(*appointments.span(sessions))}")


@appointment.command("move")
@click.argument("number")
@_day
@_from
@_to
@click.option("--place", default="", help="Where it is now; it stays where it was if not said.")
def move(number: str, day: datetime, start: datetime, end: datetime, place: str) -> None:
    """Move appointment NUMBER. Whoever has booked it is told by mail, and may cancel for nothing."""
    try:
        with transaction():
            told = [masked(each.email) for each in move_and_tell(number, *_span(day, start, end), place)]
    except appointments.Refused as refused:
        raise click.ClickException(f"Nothing was moved: {refused}.") from None
    click.echo(f"{number} is on {_when(*_span(day, start, end))}. {len(told)} people are told by mail.")


@appointment.command("class")
@click.argument("number")
@_class
@_resource
def classify(number: str, class_key: str | None, resource_key: str | None) -> None:
    """Give appointment NUMBER another class; who has booked it has paid the price of the old one."""
    try:
        with transaction():
            made = appointments.classify(number, class_key, resource_key)
            told = f"{number}: class {made.class_key or '-'}, resource {made.resource_key or '-'}."
    except appointments.Refused as refused:
        raise click.ClickException(f"Nothing was changed: {refused}.") from None
    click.echo(told)


@appointment.command("cancel")
@click.argument("number")
@click.option("--yes", is_flag=True, help="Do not ask.")
def cancel(number: str, yes: bool) -> None:
    """Call appointment NUMBER off: everybody gets everything back and is told by mail.

    Run it again after an interruption: it goes on where it stopped, and pays nothing twice.
    """
    found = db.session.get(Offer, number)
    if found is None or found.kind != "appointment":
        raise click.ClickException(f"There is no appointment {number}.")
    ahead = prospect(number)
    about = f"{ahead.bookings} bookings to cancel ({written(ahead.cents)})"
    click.echo(one_line(f"{number} {said(ahead.title, FIRST)}: {about}."))
    if not yes:
        click.confirm("Call it off?", abort=True)
    done = call_off(number)
    click.echo(f"{done.cancelled} bookings cancelled, {written(done.back)} go back.")
    if done.failed:
        click.echo(f"{done.failed} bookings could not be cancelled: see `flask shop cases list`.", err=True)
        sys.exit(1)


@appointment.command("list")
@click.option("--from", "first", type=DAY, help="The first local day, today if not said.")
@click.option("--days", type=click.IntRange(1, 400), default=14, show_default=True)
@click.option("--class", "class_key", default="", help="Only this appointment class.")
def listed(first: datetime | None, days: int, class_key: str) -> None:
    """What is published from a day on, in the order of time."""
    begin: date = first.date() if first else clock.today()
    wanted = [class_key] if class_key else []
    for each in appointments.between(begin, begin + timedelta(days=days - 1), class_keys=wanted):
        free = "no limit" if each.free is None else f"{each.free} free"
        facts = f"{each.class_key:12} {each.standing:10} {free:9} {each.title[FIRST]}"
        click.echo(one_line(f"{each.number:20} {_when(each.start, each.end)} {facts}"))


def _span(day: datetime, start: datetime, end: datetime) -> tuple[datetime, datetime]:
    """Start and end on the wall clock of one day."""
    return datetime.combine(day, start.time()), datetime.combine(day, end.time())


def _when(start: datetime, end: datetime) -> str:
    return f"{start:%a %Y-%m-%d %H:%M}-{end:%H:%M}"
