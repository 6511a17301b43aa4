"""Issuing: an ordered line becomes codes, and every code has a story from its first moment (DOMAIN C2, C3)."""

from datetime import date
from typing import Any, cast
from uuid import UUID

from flask import current_app
from sqlalchemy import Table, insert

from shop import clock
from shop.core import codes
from shop.core.goods import OrderedLine
from shop.core.validity import months_later
from shop.course_vouchers.models import CourseVoucher, CourseVoucherEvent
from shop.db import db

_ISSUE = insert(cast(Table, CourseVoucher.__table__))
_TELL = insert(cast(Table, CourseVoucherEvent.__table__))


def last_day(made_on: date) -> date:
    """The last local day on which a code made on a local day can be redeemed (setting COURSE_CODE_MONTHS)."""
    return months_later(made_on, current_app.config["COURSE_CODE_MONTHS"])


def issue(line: OrderedLine, organisation_id: UUID, *, by: int, frozen: str = "") -> None:
    """Issue a line's codes, one for each piece, in the ordering transaction.

    `frozen` is empty, or `unpaid` for codes that work only once they are paid. The same line twice
    breaks a unique index, loudly.
    """
    now = clock.now()
    alike: dict[str, Any] = {
        "serial": 0,
        "organisation_id": organisation_id,
        "order_line_id": line.id,
        "offer_number": line.facts["offer"],
        "price_cents": line.unit_cents,
        "state": "open",
        "frozen": frozen,
        "issued_at": now,
        "valid_until": last_day(clock.today()),
        "sent_to": "",
    }
    numbers = [codes.new_number("K") for _ in range(line.quantity)]
    db.session.connection().execute(
        _ISSUE, [alike | {"number": number, "copy": copy} for copy, number in enumerate(numbers, start=1)]
    )
    tell(numbers, "issued", by)


def tell(numbers: list[str], what: str, by: int | None, **facts: Any) -> None:
    """Write one thing that happened to several codes at once into their stories, in the caller's transaction."""
    if not numbers:
        return
    alike = {"what": what, "at": clock.now(), "by": by, "facts": facts}
    db.session.connection().execute(_TELL, [alike | {"number": number} for number in numbers])


def event(voucher: CourseVoucher, what: str, by: int | None, **facts: Any) -> None:
    """Write what happened to one code into its story, in the caller's transaction.

    No names or addresses: a story is never changed, and people may ask to be forgotten (DOMAIN L5).
    """
    db.session.flush()
    tell([voucher.number], what, by, **facts)
