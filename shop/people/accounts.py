"""Accounts: find one, open one, and the letters about it."""

import json
import re
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

NOWHERE = "nobody.invalid"  # no mail reaches it (RFC 2606)
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


def is_taken(username: str) -> bool:
    """Whether somebody has this user name, or one that looks like it."""
    return db.session.scalar(select(User.id).where(User.likeness == likeness(username))) is not None


def refusal(username: str, email: str) -> str | None:
    """Which field is taken, or None. The user name comes first: else a taken one would tell of an address."""
    if is_taken(username):
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
    mark: str = "",
) -> User:
    """Open an account inside the caller's transaction; its address is not confirmed yet.

    `password` is as typed, or what `passwords.hashed` made of it before the transaction; None for an
    account that can only be used after its owner has chosen one. `mark` is what its sessions name it
    by, random unless given. Raises Taken, also when two ask at the same moment; ValueError for a user
    name that is none (`core.likeness`).
    """
    username = check_username(username)
    if field := refusal(username, email):
        raise Taken(field)
    return _entered(
        email=email.strip().lower(),
        username=username,
        likeness=likeness(username),
        password=password if password is None or isinstance(password, Hashed) else hashed(password),
        first_name=first_name,
        last_name=last_name,
        language=language,
        active=True,
        fs_uniquifier=mark or uuid.uuid4().hex,
    )


def keep_name(username: str, mark: str) -> None:
    """Let nobody else have a user name, inside the caller's transaction: a row that is nobody's account.

    It has neither name nor password and an address that no mail reaches. Raises Taken.
    """
    if is_taken(username):
        raise Taken("username")
    nobody = f"{uuid.uuid4().hex}@{NOWHERE}"
    _entered(email=nobody, likeness=likeness(username), active=False, fs_uniquifier=mark)


def _entered(**values: Any) -> User:
    user = User(fs_webauthn_user_handle=secrets.token_hex(32), **values)
    try:
        with db.session.begin_nested():
            db.session.add(user)
    except IntegrityError as error:
        # SQLite names the column, PostgreSQL the constraint; its next line quotes what was typed.
        where = str(error.orig).partition("\n")[0]
        raise Taken("email" if re.search(r"users[._]email", where) else "username") from None
    return user


def describe(user: User, first_name: str, last_name: str, language: str) -> None:
    """Keep what somebody is called from now on, and in which language we write to them.

    Runs in the caller's transaction. What was booked or issued before keeps the name it was made with.
    """
    user.first_name, user.last_name, user.language = first_name, last_name, language


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
    told = {"user": user.id, "language": user.language, **facts}
    queue.put(
        uuid.uuid5(_LETTERS, f"{kind}:{user.email}:{minute}:{json.dumps(told, sort_keys=True)}"),
        kind,
        recipient=user.email,
        facts=told,
        reference=f"account {user.id}",
    )


def log_out_everywhere(user: User) -> None:
    """End every session of an account, and void every link that was mailed to it."""
    user.fs_uniquifier = uuid.uuid4().hex


def _absolute(endpoint: str, **values: Any) -> str:
    path = current_app.url_map.bind("", url_scheme="https").build(endpoint, values)
    return f"{current_app.config['BASE_URL']}{path}"
