"""Redeeming a course voucher: a code becomes a place for one person (DOMAIN C3–C5, C7)."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from uuid import UUID

from flask import current_app
from sqlalchemy import func, select

from shop import clock
from shop.bookings import enrol
from shop.bookings.enrol import Closed, Person
from shop.bookings.models import Enrolment
from shop.catalogue.models import Offer
from shop.core.validity import months_later
from shop.course_vouchers import find
from shop.course_vouchers.models import CourseVoucher
from shop.course_vouchers.redeem import redeem
from shop.db import db, transaction
from shop.failpoints import reach
from shop.orders import throttle
from shop.orders.invoice import period
from shop.outbox import queue
from shop.people import accounts
from shop.people.accounts import Taken
from shop.people.models import Organisation, User
from shop.people.passwords import Hashed, hashed

__all__ = ["Enrolled", "Looked", "Newcomer", "Refused", "Taken", "Unfit", "Unknown"]


class Unknown(Exception):
    """User and code do not belong together; one neutral answer for every reason (DOMAIN C5)."""


class Unfit(Enum):
    """Why a good code gives no place here and now."""

    ALREADY = "already enrolled"
    CANCELLED = "course cancelled"
    LATE = "registration is over"
    FULL = "no seat left"


class Refused(Exception):
    """A code that gives no place, told exactly because everything typed is right (DOMAIN R7).

    `number`, `offer_number` and `organisation` fill the support form (C8); `valid_until` is the
    code's last local day.
    """

    def __init__(self, reason: "find.Refusal | Unfit", voucher: CourseVoucher) -> None:
        super().__init__(reason.value)
        self.reason, self.number, self.offer_number = reason, voucher.number, voucher.offer_number
        self.valid_until = voucher.valid_until
        self.organisation = db.session.get_one(Organisation, voucher.organisation_id).name


@dataclass(frozen=True)
class Looked:
    """What a right code is good for."""

    number: str
    offer: Offer
    organisation: str
    valid_until: date


@dataclass(frozen=True)
class Newcomer:
    """The data form of somebody without an account, as typed and tidied."""

    first_name: str
    last_name: str
    email: str
    username: str
    password: str = field(repr=False)
    language: str = "de"


@dataclass(frozen=True)
class Enrolled:
    """A place that a code has given. It tells nothing about the account, which a stranger may not see."""

    number: str
    booking_id: UUID
    offer_number: str
    access_until: date


def look(code_text: str, sources: Sequence[str]) -> Looked:
    """What a code is good for, once it is right. Opens its own transaction, which counts a wrong guess.

    Raises Unknown, Refused, `throttle.Throttled`.
    """
    with transaction():
        throttle.admit(sources)
        voucher = find.typed(code_text)
        if voucher is None:
            throttle.note_wrong(sources)
        elif reason := find.refusal(voucher, clock.today()):
            raise Refused(reason, voucher)
    if voucher is None:
        raise Unknown
    organisation = db.session.get_one(Organisation, voucher.organisation_id)
    offer = db.session.get_one(Offer, voucher.offer_number)
    return Looked(voucher.number, offer, organisation.name, voucher.valid_until)


def redeem_existing(username: str, code_text: str, sources: Sequence[str]) -> Enrolled:
    """Give the place of a code to an account, by its user name. No session is opened (C5).

    Opens its own transaction. An unknown user and a wrong code take the same steps and raise the
    same Unknown; with both right the refusal is exact. Raises Unknown, Refused, `throttle.Throttled`.
    """
    with transaction():
        throttle.admit(sources)
        user_id, number = _user_id(username), find.opened(code_text)
        if not user_id or number is None:
            throttle.note_wrong(sources)
            done = None
        else:
            user = db.session.get_one(User, user_id, populate_existing=True)
            voucher = db.session.get_one(CourseVoucher, number, populate_existing=True)
            done = _redeem(voucher, user, is_known=True)
            reach("redeem.before_commit")
    if done is None:
        raise Unknown
    reach("redeem.after_commit")
    return done


def redeem_new(newcomer: Newcomer, code_text: str, sources: Sequence[str]) -> Enrolled:
    """Give the place of a code to a new account, opened by this redemption and not confirmed yet (C4, C5).

    Opens its own transaction. Where the address has an account already, the place goes to that one,
    and nothing in the answer tells so; its owner hears of it by mail and can undo it. Raises Unknown,
    Refused, `throttle.Throttled`, and with a right code `Taken("username")`; ValueError for a user
    name that is none.
    """
    done: Enrolled | Taken | None = None
    password = hashed(newcomer.password)  # before the transaction, and whether it is needed or not
    with transaction():
        throttle.admit(sources)
        voucher = find.typed(code_text)
        if voucher is None:
            throttle.note_wrong(sources)
        elif (owner := accounts.by_email(newcomer.email)) and _is_repeat(voucher, owner, newcomer):
            done = _as_kept(voucher)
        elif reason := find.refusal(voucher, clock.today()):
            raise Refused(reason, voucher)
        elif accounts.refusal(newcomer.username, newcomer.email) == "username":
            throttle.note_wrong(sources)  # or one code would tell all user names
            done = Taken("username")
        else:
            user = owner or _open(newcomer, password)
            done = _redeem(voucher, user, is_known=False)
            reach("redeem.before_commit")
    if done is None:
        raise Unknown
    if isinstance(done, Taken):
        raise done
    reach("redeem.after_commit")
    return done


def _user_id(username: str) -> int:
    """The id of the account with a user name, 0 for none: one row comes either way, and no more is read."""
    found = select(User.id).where(func.lower(User.username) == username.strip().lower(), User.active)
    return int(db.session.scalar(select(func.coalesce(found.scalar_subquery(), 0))) or 0)


def _is_repeat(voucher: CourseVoucher, owner: User, newcomer: Newcomer) -> bool:
    """Whether this is the form that opened the account, sent once more (QUALITY F6)."""
    is_mine = voucher.state == "redeemed" and voucher.user_id == owner.id
    return is_mine and (owner.username or "").lower() == newcomer.username.strip().lower()


def _open(newcomer: Newcomer, password: Hashed) -> User:
    user = accounts.open_account(
        email=newcomer.email,
        username=newcomer.username,
        password=password,
        first_name=newcomer.first_name,
        last_name=newcomer.last_name,
        language=newcomer.language,
    )
    accounts.queue_confirmation(user)
    reach("redeem.account")
    return user


def _redeem(voucher: CourseVoucher, user: User, *, is_known: bool) -> Enrolled:
    """Seat first, then the code, as everywhere; then the letter. Raises Refused, which undoes it all.

    Whether somebody has a place already is said only to who knew the user name.
    """
    if voucher.state == "redeemed" and voucher.user_id == user.id and is_known:
        return _as_kept(voucher)
    if reason := find.refusal(voucher, clock.today()):
        raise Refused(reason, voucher)
    if is_known and enrol.is_enrolled(user.id, voucher.offer_number):
        raise Refused(Unfit.ALREADY, voucher)
    booking_id = uuid.uuid4()
    access_until = _access_until(voucher.offer_number)
    person = Person(user.id, user.first_name, user.last_name, user.email)
    try:
        enrol.enrol(booking_id, voucher.offer_number, person, access_until)
    except Closed as closed:
        raise Refused(_WHY[closed.why], voucher) from None
    reach("redeem.seated")
    if not redeem(voucher, user.id, booking_id):
        db.session.refresh(voucher)
        raise Refused(find.refusal(voucher, clock.today()) or find.Refusal.CANCELLED, voucher)
    reach("redeem.bound")
    _tell_owner(voucher, user, booking_id)
    return Enrolled(voucher.number, booking_id, voucher.offer_number, access_until)


_WHY = {"cancelled": Unfit.CANCELLED, "late": Unfit.LATE, "full": Unfit.FULL}


def _as_kept(voucher: CourseVoucher) -> Enrolled:
    """The place that this code has given to the same person before: a repeat is quiet."""
    assert voucher.booking_id is not None
    kept = db.session.get_one(Enrolment, voucher.booking_id)
    return Enrolled(voucher.number, voucher.booking_id, voucher.offer_number, kept.access_until)


def _access_until(offer_number: str) -> date:
    """The last local day on which the course is open: a year from now (setting), never before it ends."""
    _first, last = period(db.session.get_one(Offer, offer_number))
    until = months_later(clock.today(), current_app.config["COURSE_ACCESS_MONTHS"])
    return max(until, last) if last else until


def _tell_owner(voucher: CourseVoucher, user: User, booking_id: UUID) -> None:
    """Tell the account's owner, with a way to undo it (C5)."""
    queue.put(
        uuid.uuid5(booking_id, "mail:course_voucher_redeemed"),
        "course_voucher_redeemed",
        recipient=user.email,
        facts={"booking": str(booking_id), "language": user.language},
        reference=voucher.number,
    )
