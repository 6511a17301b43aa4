"""Finding a voucher by what its holder typed, without telling strangers anything (DOMAIN S5, R7)."""

from datetime import date
from enum import Enum
from typing import Protocol, cast
from uuid import UUID

from flask import current_app
from sqlalchemy import Table, bindparam, func, select

from shop.core import codes
from shop.core.money import Cents
from shop.db import db
from shop.vouchers.models import Voucher

_v = cast(Table, Voucher.__table__).c
_SERIAL = select(
    func.coalesce(select(_v.serial).where(_v.number == bindparam("number")).scalar_subquery(), 0)
)


_VOUCHER = select(Voucher).where(Voucher.number == bindparam("number"))


class Redeemable(Protocol):
    """What decides whether a voucher can pay; its columns of the same names."""

    @property
    def closed(self) -> str: ...
    @property
    def blocked(self) -> bool: ...
    @property
    def valid_until(self) -> date | None: ...


class Refusal(Enum):
    """Why a voucher cannot pay, in order of precedence; the first that applies is told."""

    CLOSED = "closed"
    BLOCKED = "blocked"
    EXPIRED = "expired"
    SPENT = "spent"


def code_key() -> bytes:
    """The key that codes are derived with (setting CODE_KEY)."""
    return str(current_app.config["CODE_KEY"]).encode()


def code_of(voucher: Voucher) -> str:
    """A voucher's code, derived anew: two renders carry the same one (QUALITY I13)."""
    return codes.derive_code(code_key(), voucher.number, voucher.serial)


def typed(number_text: str, code_text: str) -> Voucher | None:
    """The voucher that a typed number and code open, or None; what is not even well-formed is None too."""
    try:
        return find(codes.read_number(number_text), codes.read_code(code_text))
    except codes.Malformed:
        return None


def find(number: str, code: str) -> Voucher | None:
    """The voucher that this read number and code belong to, or None.

    A number that does not exist takes the same steps as a wrong code: one row comes either way, and
    the voucher itself is read for its holder only (DOMAIN S5).
    """
    serial = db.session.connection().scalar(_SERIAL, {"number": number}) or 0
    right = codes.matches(code_key(), number, serial, code)
    return db.session.scalars(_VOUCHER, {"number": number}).one() if right else None


def refusal(voucher: Redeemable, *, available: Cents, today: date) -> Refusal | None:
    """Why this voucher cannot pay on a local day, or None when it can. The first match wins."""
    if voucher.closed in ("cancelled", "paid out"):
        return Refusal.CLOSED
    if voucher.blocked:
        return Refusal.BLOCKED
    if voucher.closed == "expired" or (voucher.valid_until and today > voucher.valid_until):
        return Refusal.EXPIRED
    if available == 0:
        return Refusal.SPENT
    return None


def of_line(line_id: UUID) -> list[Voucher]:
    """The vouchers issued for one order line, first copy first."""
    query = select(Voucher).where(Voucher.order_line_id == line_id).order_by(Voucher.copy)
    return list(db.session.scalars(query))
