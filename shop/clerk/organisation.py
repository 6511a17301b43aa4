"""`flask shop organisation`: who orders course vouchers, and who administers that (DOMAIN C1)."""

from collections.abc import Mapping

import click
from flask.cli import AppGroup
from sqlalchemy import select

from shop.clerk.address import ADDRESS
from shop.core.text import TooLong, tidy
from shop.db import db, transaction
from shop.people import accounts, organisations
from shop.people.models import Organisation

organisation = AppGroup("organisation", help="Organisations that order course vouchers.")

_language = click.option("--language", type=click.Choice(["de", "en"]), default="de", show_default=True)


@organisation.command("list")
def listed() -> None:
    """Every organisation with its administrators and who is still invited."""
    for each in db.session.scalars(select(Organisation).order_by(Organisation.name)):
        click.echo(f"{each.name} ({each.postcode} {each.city}, {each.email})")
        for person in organisations.administrators(each):
            click.echo(f"    {person.username} <{person.email}>")
        for invitation in organisations.open_invitations(each):
            click.echo(f"    invited: {invitation.email}, until {invitation.expires_at:%Y-%m-%d}")


@organisation.command("create")
@click.argument("name")
@click.option("--street", required=True)
@click.option("--postcode", required=True)
@click.option("--city", required=True)
@click.option("--email", type=ADDRESS, required=True, help="Where invoices go.")
@click.option("--vat-id", default="", help="VAT id of the organisation, if it has one.")
@click.option("--leitweg-id", default="", help="Leitweg-ID of a public buyer.")
@click.option(
    "--admin",
    "admins",
    type=ADDRESS,
    multiple=True,
    help="Address of an administrator to invite; may be repeated.",
)
@_language
def create(name: str, admins: tuple[str, ...], language: str, **about: str) -> None:
    """Enter organisation NAME, and invite its first administrators by mail."""
    try:
        with transaction():
            made = organisations.found(tidy(name, limit=100), **_tidied(about))
            for email in admins:
                organisations.invite(made, email, language, None)
    except organisations.NameTaken:
        raise click.ClickException(f"There is an organisation {name}.") from None
    except TooLong as error:
        raise click.ClickException(f"A line is longer than {error.args[0]} characters.") from None
    click.echo(f"{name} is entered; {len(admins)} invitations are on their way.")


@organisation.command("invite")
@click.argument("name")
@click.argument("email", type=ADDRESS)
@_language
def invite(name: str, email: str, language: str) -> None:
    """Invite EMAIL to administer organisation NAME."""
    try:
        with transaction():
            organisations.invite(_found(name), email, language, None)
    except organisations.AlreadyThere:
        raise click.ClickException(f"{email} administers {name} already.") from None
    click.echo(f"The invitation to {email} is on its way.")


@organisation.command("remove")
@click.argument("name")
@click.argument("user")
def remove(name: str, user: str) -> None:
    """Let USER administer organisation NAME no longer."""
    try:
        with transaction():
            found = accounts.by_identity(user)
            if found is None:
                raise click.ClickException(f"There is no account {user}.")
            organisations.remove(_found(name), found)
    except organisations.LastOne:
        raise click.ClickException("This is the last administrator: invite another one first.") from None
    click.echo(f"{user} does not administer {name} any more.")


_MOST = {"street": 200, "postcode": 12, "city": 100, "email": 254, "vat_id": 20, "leitweg_id": 46}


def _tidied(about: Mapping[str, str]) -> dict[str, str]:
    return {name: tidy(text, limit=_MOST[name]) for name, text in about.items()}


def _found(name: str) -> Organisation:
    found = organisations.by_name(name)
    if found is None:
        raise click.ClickException(f"There is no organisation {name}.")
    return found
