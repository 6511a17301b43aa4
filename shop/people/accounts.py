"""Accounts: find one, open one, and the letters about it."""

import secrets
import uuid
from typing import Any

from flask import current_app
from flask_security.confirmable import generate_confirmation_token
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from shop import clock
from shop.core.likeness import check_username, likeness
from shop.db import db
from shop.outbox import queue
from shop.people.models import User
from shop.people.passwords import Hashed, hashed

_LETTERS = uuid.UUID("6f0f3a54-54d9-5d33-9c1b-0d1c8e1f9a77")


class Taken(ValueError):
    """Another account has this; `field` is "username" (alike is taken too) or "email"."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


def by_username(name: str) -> User | None:
    """The account with this user name, however its letters are cased; alike is not enough."""
    return db.session.scalar(select(User).where(func.lower(User.username) == name.strip().lower()))


def by_email(email: str) -> User | None:
    """The account with this address."""
    return db.session.scalar(select(User).where(User.email == email.strip().lower()))


def by_identity(text: str) -> User | None:
    """The account that somebody means who logs in: a user name has no @, an address has one."""
    return by_email(text) if "@" in text else by_username(text)


def refusal(username: str, email: str) -> str | None:
    """Which field is taken, or None. The user name comes first: else a taken one would tell of an address."""
    if db.session.scalar(select(User.id).where(User.likeness == likeness(username))) is not None:
        return "username"
    return "email" if by_email(email) else None


def open_account(
    *,
    email: str,
    username: str,
    password: str | Hashed | None,
    first_name: str,
    last_name: str,
    language: str,
) -> User:
    """Open an account inside the caller's transaction; its address is not confirmed yet.

    `password` is as typed, or what `passwords.hashed` made of it before the transaction; None for an
    account that can only be used after its owner has chosen one. Raises Taken, also when two ask at
    the same moment; ValueError for a user name that is none (`core.likeness`).
    """
    username = check_username(username)
    if field := refusal(username, email):
        raise Taken(field)
    user = User(
        email=email.strip().lower(),
        username=username,
        likeness=likeness(username),
        password=password if password is None or isinstance(password, Hashed) else hashed(password),
        first_name=first_name,
        last_name=last_name,
        language=language,
        active=True,
        fs_uniquifier=uuid.uuid4().hex,
        fs_webauthn_user_handle=secrets.token_hex(32),
    )
    try:
        with db.session.begin_nested():
            db.session.add(user)
    except IntegrityError as error:
        raise Taken("email" if "email" in str(error.orig) else "username") from None
    return user


def confirm_token(user: User) -> str:
    """The capability that confirms an account's address; it holds for two days from now."""
    return str(generate_confirmation_token(user))  # type: ignore[no-untyped-call]


def confirm_link(user: User) -> str:
    """The absolute address that confirms an account's address. Queues nothing."""
    return _absolute("security.confirm_email", token=confirm_token(user))


def queue_confirmation(user: User) -> None:
    """Queue the letter that asks to confirm the address, inside the caller's transaction."""
    queue_letter("account_confirm", user)


def queue_letter(kind: str, user: User, **facts: Any) -> None:
    """Queue one of the letters about an account; asked for again within a minute it is the same one."""
    minute = clock.now().replace(second=0, microsecond=0).isoformat()
    queue.put(
        uuid.uuid5(_LETTERS, f"{kind}:{user.id}:{user.email}:{minute}"),
        kind,
        recipient=user.email,
        facts={"user": user.id, "language": user.language, **facts},
        reference=f"account {user.id}",
    )


def log_out_everywhere(user: User) -> None:
    """End every session of an account, and void every link that was mailed to it."""
    user.fs_uniquifier = uuid.uuid4().hex


def _absolute(endpoint: str, **values: Any) -> str:
    path = current_app.url_map.bind("", url_scheme="https").build(endpoint, values)
    return f"{current_app.config['BASE_URL']}{path}"
