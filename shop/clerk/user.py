"""`flask shop user`: accounts, for staff at the terminal."""

import click
from flask.cli import AppGroup
from sqlalchemy import select

from shop import clock
from shop.clerk.address import ADDRESS
from shop.db import db, transaction
from shop.people import accounts, staff
from shop.people.models import User

user = AppGroup("user", help="Accounts: list, create, disable, enable, make staff, help.")

_name = click.argument("name")


@user.command("list")
@click.option("--query", default="", help="Part of a user name, a name or an address.")
def listed(query: str) -> None:
    """Every account by its user name, and what state it is in."""
    rows = select(User).where(User.username.is_not(None)).order_by(User.username)  # others are kept names
    if query:
        like = f"%{query}%"
        found = User.username.ilike(like) | User.email.ilike(like) | User.last_name.ilike(like)
        rows = rows.where(found | User.first_name.ilike(like))
    for each in db.session.scalars(rows):
        click.echo(f"{each.username or '':32} {each.email:40} {_state(each)}")


@user.command("create")
@click.argument("email", type=ADDRESS)
@click.argument("username")
@click.option("--first-name", required=True)
@click.option("--last-name", required=True)
@click.option("--language", type=click.Choice(["de", "en"]), default="de", show_default=True)
def create(email: str, username: str, first_name: str, last_name: str, language: str) -> None:
    """Open an account; its owner is mailed a link to choose a password. There is no first password."""
    try:
        with transaction():
            made = accounts.open_account(
                email=email,
                username=username,
                password=None,
                first_name=first_name,
                last_name=last_name,
                language=language,
            )
            accounts.queue_letter("account_opened", made)
    except accounts.Taken as taken:
        raise click.ClickException(
            f"Another account has this {taken.field}, or one that looks alike."
        ) from None
    except ValueError as reason:
        raise click.ClickException(f"This is no user name ({reason}).") from None
    click.echo(f"{username} is created; the link to choose a password goes to {email}.")


@user.command("disable")
@_name
def disable(name: str) -> None:
    """Lock account NAME (user name or address) and end its sessions."""
    with transaction():
        found = _found(name)
        found.active = False
        accounts.log_out_everywhere(found)
    click.echo(f"{name} is disabled.")


@user.command("enable")
@_name
def enable(name: str) -> None:
    """Unlock account NAME."""
    with transaction():
        _found(name).active = True
    click.echo(f"{name} is enabled.")


@user.command("confirm")
@_name
def confirm(name: str) -> None:
    """Take the address of account NAME as confirmed, without its owner's click."""
    with transaction():
        found = _found(name)
        found.confirmed_at = found.confirmed_at or clock.now().replace(tzinfo=None)
    click.echo(f"{name} is confirmed.")


@user.command("send-link")
@_name
def send_link(name: str) -> None:
    """Mail the owner of account NAME a link that sets a new password."""
    with transaction():
        accounts.queue_letter("account_reset", _found(name))
    click.echo("The link is on its way.")


@user.command("reset-second-factor")
@_name
@click.option("--yes", is_flag=True, help="Do not ask.")
def reset_second_factor(name: str, yes: bool) -> None:
    """Take app, spare codes and passkeys off account NAME, end its sessions and tell its owner."""
    if not yes:
        click.confirm("Have you made sure that it is the owner who asks?", abort=True)
    with transaction() as session:
        found = _found(name)
        found.tf_primary_method = found.tf_totp_secret = found.mf_recovery_codes = None
        for passkey in list(found.webauthn):
            session.delete(passkey)
        accounts.log_out_everywhere(found)
        accounts.queue_letter("account_safety_changed", found)
    click.echo(f"{name} logs in with the password alone now.")


@user.command("make-staff")
@_name
def make_staff(name: str) -> None:
    """Let account NAME into the back office."""
    with transaction():
        staff.make_staff(_found(name))
    click.echo(f"{name} is staff.")


@user.command("no-staff")
@_name
def no_staff(name: str) -> None:
    """Let account NAME into the back office no longer; it stays an account."""
    with transaction():
        staff.no_staff(_found(name))
    click.echo(f"{name} is not staff.")


def _found(name: str) -> User:
    found = accounts.by_identity(name)
    if found is None:
        raise click.ClickException(f"There is no account {name}.")
    return found


def _state(each: User) -> str:
    words = ["" if each.active else "disabled", "" if each.confirmed_at else "unconfirmed"]
    words.append("second factor" if each.tf_primary_method else "")
    words.append("staff" if staff.is_staff(each) else "")
    return ", ".join(word for word in words if word)
