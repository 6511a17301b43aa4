"""People with accounts, and what they do at the log-in page."""

from flask import Flask
from werkzeug.test import TestResponse

from shop import clock
from shop.db import db, transaction
from shop.outbox.models import Message
from shop.people import accounts
from shop.people.models import User
from tests.web.guest import Guest

PASSWORD = "Ameise kocht Suppe am Fluss"


def open_account(
    app: Flask,
    username: str,
    first_name: str = "Erna",
    last_name: str = "Müller",
    *,
    email: str = "",
    password: str | None = PASSWORD,
    confirmed: bool = True,
) -> int:
    """An account; its id."""
    with app.app_context(), transaction():
        user = accounts.open_account(
            email=email or f"{username}@example.org",
            username=username,
            password=password,
            first_name=first_name,
            last_name=last_name,
            language="de",
        )
        if confirmed:
            user.confirmed_at = clock.now().replace(tzinfo=None)
        return int(user.id)


def log_in(guest: Guest, username: str = "erna", password: str = PASSWORD, **fields: str) -> TestResponse:
    """Fill in the log-in page and send it."""
    return guest.send("/konto/anmelden", {"email": username, "password": password, **fields})


def is_signed_in(guest: Guest) -> bool:
    """Whether the account's page opens."""
    return guest.get("/konto/").status_code == 200


def change(app: Flask, username: str, **values: object) -> None:
    """Change an account as staff would."""
    with app.app_context(), transaction() as session:
        user = session.scalars(db.select(User).where(User.username == username)).one()
        for name, value in values.items():
            setattr(user, name, value)


def queued(app: Flask) -> list[tuple[str, str]]:
    """Kind and recipient of every letter that waits."""
    with app.app_context():
        rows = db.session.scalars(db.select(Message).order_by(Message.queued_at)).all()
        found = [(row.kind, row.recipient) for row in rows]
        db.session.rollback()
    return found
