"""How an organisation's codes stand: counted, found, one at a time; read, never changed (DOMAIN C6)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row as SqlRow
from sqlalchemy import Select, case, func, select

from shop import clock
from shop.catalogue.models import Offer
from shop.course_vouchers.models import CourseVoucher
from shop.db import db
from shop.orders.models import Order, OrderLine
from shop.people.models import User

SOON = timedelta(days=60)
# As addresses name them; "bald" is a part of open and sent.
STATES = {
    "offen": "open",
    "verschickt": "sent",
    "eingeloest": "redeemed",
    "bald": "expiring",
    "abgelaufen": "expired",
    "gesperrt": "frozen",
    "zurueckgenommen": "cancelled",
}


@dataclass(frozen=True)
class CodeRow:
    """One code as lists show it; `state` is a value of STATES but expiring. `person` has redeemed it."""

    number: str
    serial: int
    offer_number: str
    title: Mapping[str, str]
    price_cents: int
    state: str
    sent_to: str
    sent_at: datetime | None
    reminded_at: datetime | None
    redeemed_at: datetime | None
    valid_until: date
    person: str
    person_email: str
    order_number: str

    @property
    def expiring(self) -> bool:
        """Whether it can still be redeemed, but not for long."""
        return self.state in ("open", "sent") and self.valid_until <= clock.today() + SOON


@dataclass(frozen=True)
class Tally:
    """How many codes stand where; `expiring` ones are among the open and the sent."""

    open: int = 0
    sent: int = 0
    redeemed: int = 0
    expired: int = 0
    frozen: int = 0
    cancelled: int = 0
    expiring: int = 0

    @property
    def all(self) -> int:
        """All that have not been taken back."""
        return self.open + self.sent + self.redeemed + self.expired + self.frozen


@dataclass(frozen=True)
class CourseTally:
    """One course's codes, and the next day on which some of them run out."""

    number: str
    title: Mapping[str, str]
    tally: Tally
    next_end: date | None = None


@dataclass
class Standing:
    """Where all the codes of an organisation stand, in one reading."""

    all: Tally = field(default_factory=Tally)
    courses: list[CourseTally] = field(default_factory=list)


def state_of() -> Any:
    """The state that people are told, in the order in which a refusal would be."""
    is_over = CourseVoucher.valid_until < clock.today()
    return case(
        (CourseVoucher.state != "open", CourseVoucher.state),
        (CourseVoucher.frozen != "", "frozen"),
        (is_over, "expired"),
        (CourseVoucher.sent_at.is_not(None), "sent"),
        else_="open",
    )


def standing(organisation_id: UUID) -> Standing:
    """Count an organisation's codes, all together and by course; what is soon over comes first."""
    state, soon = state_of(), clock.today() + SOON
    is_usable = state.in_(("open", "sent"))
    query = (
        select(
            Offer.number,
            Offer.title,
            state.label("state"),
            func.count().label("count"),
            func.sum(case((is_usable & (CourseVoucher.valid_until <= soon), 1), else_=0)).label("soon"),
            func.min(case((is_usable, CourseVoucher.valid_until))).label("end"),
        )
        .join(Offer, Offer.number == CourseVoucher.offer_number)
        .where(CourseVoucher.organisation_id == organisation_id)
        .group_by(Offer.number, Offer.title, state)
    )
    found: dict[str, CourseTally] = {}
    whole = Tally()
    for row in db.session.execute(query):
        one = found.get(row.number) or CourseTally(row.number, row.title, Tally())
        end = min((day for day in (one.next_end, row.end) if day), default=None)
        found[row.number] = replace(one, tally=_more(one.tally, row), next_end=end)
        whole = _more(whole, row)
    shown = [each for each in found.values() if each.tally.all]
    shown.sort(key=lambda each: (each.next_end is None, each.next_end or date.max, each.number))
    return Standing(whole, shown)


def _more(tally: Tally, row: SqlRow[Any]) -> Tally:
    counted = getattr(tally, row.state) + row.count
    return replace(tally, **{row.state: counted}, expiring=tally.expiring + int(row.soon or 0))


def one(organisation_id: UUID, number: str) -> CodeRow | None:
    """One code, found through its organisation: another's does not exist (QUALITY A2)."""
    row = db.session.execute(rows_of(organisation_id).where(CourseVoucher.number == number)).first()
    return as_row(row) if row else None


def several(organisation_id: UUID, numbers: Sequence[str]) -> list[CodeRow]:
    """The codes with these numbers that are this organisation's, in a lasting order."""
    query = rows_of(organisation_id).where(CourseVoucher.number.in_(numbers[:1000]))
    return [as_row(row) for row in db.session.execute(query.order_by(CourseVoucher.number))]


def recently_redeemed(organisation_id: UUID, limit: int = 6) -> list[CodeRow]:
    """Who has redeemed a code last."""
    query = rows_of(organisation_id).where(CourseVoucher.state == "redeemed")
    rows = db.session.execute(query.order_by(CourseVoucher.redeemed_at.desc()).limit(limit))
    return [as_row(row) for row in rows]


def rows_of(organisation_id: UUID) -> Select[Any]:
    """All codes of an organisation, each with what `as_row` needs."""
    return (
        select(
            CourseVoucher, state_of().label("shown"), Offer.title, User, Order.number.label("order_number")
        )
        .join(Offer, Offer.number == CourseVoucher.offer_number)
        .join(OrderLine, OrderLine.id == CourseVoucher.order_line_id)
        .join(Order, Order.id == OrderLine.order_id)
        .outerjoin(User, User.id == CourseVoucher.user_id)
        .where(CourseVoucher.organisation_id == organisation_id)
    )


def as_row(row: SqlRow[Any]) -> CodeRow:
    """One code as lists show it."""
    voucher, user = row.CourseVoucher, row.User
    return CodeRow(
        number=voucher.number,
        serial=voucher.serial,
        offer_number=voucher.offer_number,
        title=row.title,
        price_cents=voucher.price_cents,
        state=row.shown,
        sent_to=voucher.sent_to,
        sent_at=voucher.sent_at,
        reminded_at=voucher.reminded_at,
        redeemed_at=voucher.redeemed_at,
        valid_until=voucher.valid_until,
        person=user.name if user else "",
        person_email=user.email if user else "",
        order_number=row.order_number,
    )
