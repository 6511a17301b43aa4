"""A code's way from open to redeemed and back, each step one guarded statement (QUALITY I10)."""

from datetime import date
from uuid import UUID

from sqlalchemy import update

from shop import clock
from shop.course_vouchers.issue import event
from shop.course_vouchers.models import CourseVoucher
from shop.db import changed, db


def redeem(voucher: CourseVoucher, user_id: int, booking_id: UUID) -> bool:
    """Bind an open code to a person, in the caller's transaction; False when somebody was faster.

    The statement says all that must hold, so of many at once exactly one wins.
    """
    done = db.session.execute(
        update(CourseVoucher)
        .where(
            CourseVoucher.number == voucher.number,
            CourseVoucher.serial == voucher.serial,
            CourseVoucher.state == "open",
            CourseVoucher.frozen == "",
            CourseVoucher.valid_until >= clock.today(),
        )
        .values(state="redeemed", user_id=user_id, booking_id=booking_id, redeemed_at=clock.now())
        .execution_options(synchronize_session="fetch")
    )
    if not changed(done):
        return False
    event(voucher, "redeemed", user_id)
    return True


def reopen(
    voucher: CourseVoucher, what: str, by: int | None, *, new_code: bool = True, until: date | None = None
) -> bool:
    """Open a redeemed code again, in the caller's transaction; False when it is not this redemption any more.

    `new_code` voids the old code; the new one has not been sent to anybody yet. `until` extends the
    validity when it would end earlier. `what` is what the code's story says.
    """
    serial = CourseVoucher.serial + (1 if new_code else 0)
    unsent = {"sent_to": "", "sent_at": None, "reminded_at": None} if new_code else {}
    last_day = max(voucher.valid_until, until) if until else voucher.valid_until
    done = db.session.execute(
        update(CourseVoucher)
        .where(
            CourseVoucher.number == voucher.number,
            CourseVoucher.state == "redeemed",
            CourseVoucher.booking_id == voucher.booking_id,
        )
        .values(
            state="open",
            user_id=None,
            booking_id=None,
            redeemed_at=None,
            serial=serial,
            valid_until=last_day,
            **unsent,
        )
        .execution_options(synchronize_session="fetch")
    )
    if not changed(done):
        return False
    event(voucher, what, by)
    return True


def renew(voucher: CourseVoucher, by: int) -> bool:
    """Give an open code a new code; the old one is void from now on. False when it is not open any more."""
    done = db.session.execute(
        update(CourseVoucher)
        .where(
            CourseVoucher.number == voucher.number,
            CourseVoucher.serial == voucher.serial,
            CourseVoucher.state == "open",
        )
        .values(serial=CourseVoucher.serial + 1, sent_to="", sent_at=None, reminded_at=None)
        .execution_options(synchronize_session="fetch")
    )
    if not changed(done):
        return False
    event(voucher, "revoked", by)
    return True
