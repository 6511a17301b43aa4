"""Revoking: what was handed out is void, the place stays the organisation's under a new code (DOMAIN C6)."""

from shop.bookings.models import Booking
from shop.course_vouchers.find import Refusal
from shop.course_vouchers.models import CourseVoucher
from shop.course_vouchers.redeem import renew
from shop.db import db
from shop.failpoints import reach
from shop.orders.enrol import undo
from shop.orders.enrol.desk import Obstacle, Refused, mine
from shop.people.models import Organisation, User


def revoke(organisation: Organisation, number: str, by: User) -> CourseVoucher:
    """Void a code and make a new one for the same place, in the caller's transaction.

    A redeemed code's booking ends, its seat is free and the learner is told, as long as the course
    has not begun. Raises `desk.Refused`.
    """
    voucher = mine(organisation, number)
    if voucher.state == "cancelled":
        raise Refused(Refusal.CANCELLED, number)
    if voucher.state == "open":
        if not renew(voucher, by.id):
            raise Refused(Refusal.REDEEMED, number)
        return voucher
    if reason := undo.stays(db.session.get_one(Booking, voucher.booking_id, populate_existing=True)):
        raise Refused(_WHY[reason], number)
    try:
        undo.take_back(voucher, "revoked", by.id, by_whom="customer")
    except undo.Refused:
        raise Refused(Refusal.REDEEMED, number) from None
    reach("revoke.before_commit")
    return voucher


_WHY: dict[undo.TooLate, "Refusal | Obstacle"] = {
    undo.TooLate.ENDED: Refusal.REDEEMED,
    undo.TooLate.COMPLETED: Obstacle.COMPLETED,
    undo.TooLate.BEGUN: Obstacle.BEGUN,
}
