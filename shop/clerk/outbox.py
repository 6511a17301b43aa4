"""`flask shop outbox`: look at the post, try failed mails again, send a probe."""

from uuid import UUID

import click
from click import UUID as ID
from flask.cli import AppGroup

from shop import clock
from shop.cases.open import CaseClosed, CaseMissing, close_case
from shop.clerk import probe
from shop.clerk.failed_mail import case_of
from shop.clerk.staff import BY
from shop.db import transaction
from shop.logs import one_line
from shop.outbox import desk

outbox = AppGroup("outbox", help="Look at the post and try failed mails again.")


@outbox.command("list")
@click.option("--limit", default=50, show_default=True)
def listed(limit: int) -> None:
    """List mails that have failed, and those that wait after an error."""
    messages = desk.troubled(limit)
    for each in messages:
        due = "" if each.state == "failed" else f", next try {clock.local(each.due_at):%Y-%m-%d %H:%M}"
        words = f"{each.id}  {each.state}{due}  {each.kind} {each.reference} to {each.recipient}: "
        click.echo(one_line(f"{words}{each.last_error}"))
    if not messages:
        click.echo("Every mail that was due has been sent.")


@outbox.command("retry")
@click.argument("ids", nargs=-1, type=ID)
@click.option("--all", "everything", is_flag=True, help="Every mail that has failed.")
@BY
def retry(ids: tuple[UUID, ...], everything: bool, by: str) -> None:
    """Queue failed mails anew and close their cases. IDS as `outbox list` shows them."""
    if everything:
        ids = tuple(each.id for each in desk.troubled(10_000) if each.state == "failed")
    for message_id in ids:
        try:
            with transaction():
                case = case_of(desk.failed(message_id))
                desk.retry(message_id)
                try:
                    close_case(case, by, "queued anew")
                except (CaseMissing, CaseClosed):
                    click.echo(f"{message_id}: its case was closed before.")
        except desk.MessageMissing:
            raise click.ClickException(f"There is no failed mail {message_id}.") from None
        click.echo(f"{message_id} is queued anew.")


@outbox.command("probe")
@click.argument("address")
@click.option("--language", default="de", show_default=True, type=click.Choice(["de", "en"]))
def send_probe(address: str, language: str) -> None:
    """Send a mail to ADDRESS that only shows that the post works."""
    with transaction():
        message_id = probe.ask(address, language)
    click.echo(f"{message_id} is queued; the worker sends it. `flask shop outbox list` shows trouble.")
