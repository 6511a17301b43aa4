"""What a called-off course does to course vouchers: places end, codes work again, everyone is told (DOMAIN R8)."""

import uuid
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, select

from shop import clock
from shop.bookings.end import end
from shop.bookings.models import Booking
from shop.core.validity import months_later
from shop.course_vouchers.issue import event
from shop.course_vouchers.models import CourseVoucher
from shop.course_vouchers.redeem import reopen
from shop.db import db
from shop.failpoints import reach
from shop.orders.enrol.undo import tell_ended
from shop.orders.ways_back import GRACE
from shop.outbox import queue
from shop.people.models import Organisation

WHAT = "extended"


def enrolled(number: str) -> Sequence[UUID]:
    """The firm places of a course that vouchers have paid, in an order that a later run has too."""
    query = select(Booking.id).where(
        Booking.offer_number == number, Booking.state == "confirmed", Booking.order_line_id.is_(None)
    )
    return db.session.scalars(query.order_by(Booking.id)).all()


def end_place(booking_id: UUID) -> bool:
    """End one place and open its code again, in the caller's transaction; False when it had ended before.

    The code stays the same, so that it works again; it lasts six months from today at least.
    """
    if not end(booking_id, "centre"):
        return False
    reach("call_off.ended")
    voucher = db.session.scalars(
        select(CourseVoucher)
        .where(CourseVoucher.booking_id == booking_id)
        .execution_options(populate_existing=True)
    ).one()
    user_id = voucher.user_id
    assert user_id is not None
    if not reopen(voucher, WHAT, None, new_code=False, until=months_later(clock.today(), GRACE)):
        raise LookupError(f"the code of place {booking_id} was taken from it meanwhile")
    tell_ended(voucher.number, booking_id, user_id, WHAT)
    return True


def holders(number: str) -> Sequence[UUID]:
    """The organisations that have codes of a course which still work or have just been opened again."""
    return db.session.scalars(
        select(CourseVoucher.organisation_id).where(*_usable(number)).distinct().order_by("organisation_id")
    ).all()


def tell_holder(organisation_id: UUID, number: str) -> None:
    """Extend an organisation's unused codes of a called-off course and tell it once, in the caller's transaction."""
    until = months_later(clock.today(), GRACE)
    mine = CourseVoucher.organisation_id == organisation_id
    codes = db.session.scalars(
        select(CourseVoucher)
        .where(*_usable(number), mine)
        .order_by(CourseVoucher.number)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    if not codes:
        return
    for voucher in codes:
        if voucher.valid_until < until:
            voucher.valid_until = until
            event(voucher, WHAT, None)
    organisation = db.session.get_one(Organisation, organisation_id)
    queue.put(
        uuid.uuid5(organisation_id, f"mail:course_codes_open_again:{number}"),
        "course_codes_open_again",
        recipient=organisation.email,
        facts={"organisation": str(organisation_id), "offer": number},
        reference=number,
    )


def _usable(number: str) -> tuple[ColumnElement[bool], ...]:
    return (
        CourseVoucher.offer_number == number,
        CourseVoucher.state == "open",
        CourseVoucher.valid_until >= clock.today(),
    )
