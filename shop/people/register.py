"""Somebody opens an account by themselves, and learns nothing about other people's (QUALITY A1, A8)."""

from dataclasses import dataclass, field

from flask import current_app
from sqlalchemy import select

from shop.core import codes
from shop.db import db
from shop.people import accounts
from shop.people.models import User
from shop.people.passwords import Hashed


@dataclass(frozen=True)
class Newcomer:
    """Who would like an account, as typed and tidied; the password hashed before the transaction."""

    first_name: str
    last_name: str
    email: str
    username: str
    password: Hashed = field(repr=False)
    language: str


def register(newcomer: Newcomer, form_key: str, way: str = "") -> bool:
    """Open an account, not confirmed yet, and queue its letter, inside the caller's transaction.

    Where the address has an account already, its owner gets a letter about that one instead; the
    steps are as many and of the same kind, and the user name is taken afterwards as it is after a
    success, or asking for it once more would tell. `way` is a page of ours that the letter's link
    leads on to. False when the user name is taken; True for a form that is sent again (QUALITY F6).
    """
    mark = _mark(newcomer, form_key)
    if db.session.scalar(select(User.id).where(User.fs_uniquifier == mark)) is not None:
        return True
    taken = accounts.refusal(newcomer.username, newcomer.email)
    if taken == "username":
        return False
    facts = {"way": way} if way else {}
    try:
        if taken and (owner := accounts.by_email(newcomer.email)):
            accounts.keep_name(newcomer.username, mark)
            accounts.queue_letter("account_there", owner, **facts)
        else:
            accounts.queue_letter("account_confirm", _opened(newcomer, mark), **facts)
    except accounts.Taken:  # somebody was a moment faster, and what they have written can be seen now
        return register(newcomer, form_key, way)
    return True


def _mark(newcomer: Newcomer, form_key: str) -> str:
    """What tells the same form from another one: its own key and what must be nobody else's."""
    facts = f"register:{form_key}:{newcomer.email.lower()}:{newcomer.username.lower()}"
    return codes.capability(str(current_app.config["CODE_KEY"]).encode(), facts)


def _opened(newcomer: Newcomer, mark: str) -> User:
    return accounts.open_account(
        email=newcomer.email,
        username=newcomer.username,
        password=newcomer.password,
        first_name=newcomer.first_name,
        last_name=newcomer.last_name,
        language=newcomer.language,
        mark=mark,
    )
