"""`flask shop cases`: what needs a human."""

import json
from uuid import UUID

import click
from click import UUID as ID
from flask.cli import AppGroup

from shop import clock
from shop.cases import open as desk
from shop.clerk.staff import BY
from shop.db import transaction
from shop.logs import masked, one_line

cases = AppGroup("cases", help="List and close what needs a human.")


@cases.command("list")
@click.option("--limit", default=50, show_default=True)
def listed(limit: int) -> None:
    """List open cases, the oldest first."""
    found = desk.open_cases(limit)
    for case in found:
        facts = json.dumps(case.facts, ensure_ascii=False, sort_keys=True)
        since = f"{clock.local(case.opened_at):%Y-%m-%d %H:%M}"
        # The id stays whole, it is what `close` asks for; the rest may hold what somebody has typed.
        click.echo(one_line(f"{case.id}  " + masked(f"{since}  {case.reason}: {case.reference}  {facts}")))
    if not found:
        click.echo("Nothing waits for a human.")


@cases.command("close")
@click.argument("case", type=ID)
@click.option("--note", required=True, help="What was done about it.")
@BY
def close(case: UUID, note: str, by: str) -> None:
    """Close CASE with a note."""
    try:
        with transaction():
            desk.close_case(case, by, note)
    except desk.CaseMissing:
        raise click.ClickException(f"There is no case {case}.") from None
    except desk.CaseClosed:
        raise click.ClickException(f"Case {case} was closed before.") from None
    except ValueError as error:
        raise click.ClickException(f"{error}.") from None
    click.echo(f"{case} is closed.")
