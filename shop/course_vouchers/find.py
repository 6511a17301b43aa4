"""Finding a code by what somebody typed, without telling strangers anything (DOMAIN S5, C5)."""

from datetime import date
from enum import Enum
from uuid import UUID

from flask import current_app
from sqlalchemy import bindparam, func, select

from shop.core import codes
from shop.course_vouchers.models import CourseVoucher
from shop.db import db

_SERIAL = select(
    func.coalesce(
        select(CourseVoucher.serial).where(CourseVoucher.number == bindparam("number")).scalar_subquery(), 0
    )
)


class Refusal(Enum):
    """Why a code cannot be redeemed, in order of precedence; the first that applies is told."""

    CANCELLED = "cancelled"
    REDEEMED = "redeemed"
    UNPAID = "unpaid"
    OVERDUE = "overdue"
    EXPIRED = "expired"


def code_key() -> bytes:
    """The key that codes are derived with (setting CODE_KEY)."""
    return str(current_app.config["CODE_KEY"]).encode()


def code_of(voucher: CourseVoucher) -> str:
    """A code as people see it, number and code in one: `K4C18-CCA0R-5RKD-DG44-MBJ7-MQAA` (S3)."""
    return shown_code(voucher.number, voucher.serial)


def shown_code(number: str, serial: int) -> str:
    """The code that a number has, or had, with a serial."""
    return codes.shown_course_code(number, codes.derive_code(code_key(), number, serial))


def redeem_link(code: str) -> str:
    """Opens the shop with a shown code filled in; a fragment never travels to a server or its log (S6)."""
    return f"{current_app.config['BASE_URL']}/voucher-einloesen/#{code}"


def typed(text: str) -> CourseVoucher | None:
    """The course voucher that a typed or pasted code opens, or None; what has no shape of one is None too."""
    number = opened(text)
    return db.session.get(CourseVoucher, number, populate_existing=True) if number else None


def opened(text: str) -> str | None:
    """The number that a typed or pasted code opens, or None.

    A number that does not exist takes the same steps as a wrong code: one row comes either way, and
    the voucher itself is not read (S5).
    """
    pair = codes.read_pair(text)
    if pair is None or pair[0][0] != "K":
        return None
    number, code = pair
    serial = db.session.scalar(_SERIAL, {"number": number}) or 0
    return number if codes.matches(code_key(), number, serial, code) else None


def refusal(voucher: CourseVoucher, today: date) -> Refusal | None:
    """Why this code cannot be redeemed on a local day, or None when it can. The first match wins."""
    if voucher.state == "cancelled":
        return Refusal.CANCELLED
    if voucher.state == "redeemed":
        return Refusal.REDEEMED
    if voucher.frozen:
        return Refusal.UNPAID if voucher.frozen == "unpaid" else Refusal.OVERDUE
    return Refusal.EXPIRED if today > voucher.valid_until else None


def of_line(line_id: UUID) -> list[CourseVoucher]:
    """The codes issued for one order line, first copy first."""
    query = select(CourseVoucher).where(CourseVoucher.order_line_id == line_id).order_by(CourseVoucher.copy)
    return list(db.session.scalars(query))


def get_for(organisation_id: UUID, number: str) -> CourseVoucher | None:
    """A code found through its owner: somebody else's does not exist (QUALITY A2)."""
    query = select(CourseVoucher).where(
        CourseVoucher.number == number, CourseVoucher.organisation_id == organisation_id
    )
    return db.session.scalar(query.execution_options(populate_existing=True))
