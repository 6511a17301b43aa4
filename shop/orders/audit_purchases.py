"""What must hold of course vouchers: codes, receivables, places and certificates agree (QUALITY I6, I7, I10)."""

from typing import Any

from sqlalchemy import Select, case, exists, func, literal, or_, select
from sqlalchemy.orm import aliased

from shop.bookings.models import Booking, Enrolment
from shop.course_vouchers.models import CourseVoucher
from shop.documents.models import Certificate
from shop.ledger.models import Transfer
from shop.orders.models import Order, OrderLine, Purchase, Share
from shop.orders.purchase.order import KIND
from shop.orders.purchase.pay import PAID
from shop.payments.models import Payment

Rule = tuple[str, str, Select[Any]]


def rules() -> list[Rule]:
    """For each rule its invariant, its words, and the rows that break it."""
    return [*_codes(), *_owed(), *_places(), *_completed()]


def _codes() -> list[Rule]:
    pieces = _sums(CourseVoucher.order_line_id, 1)
    lines = select(OrderLine.id).where(OrderLine.kind == KIND)
    counted = lines.outerjoin(pieces, pieces.c.key == OrderLine.id)
    cancelled = _sums(
        CourseVoucher.order_line_id, CourseVoucher.price_cents, CourseVoucher.state == "cancelled"
    )
    back = lines.join(Share, Share.line_id == OrderLine.id)
    back = back.outerjoin(cancelled, cancelled.c.key == OrderLine.id)
    frozen = select(CourseVoucher.number).join(OrderLine, OrderLine.id == CourseVoucher.order_line_id)
    frozen = frozen.join(Payment, Payment.order_id == OrderLine.order_id)
    return [
        (
            "I6",
            "course vouchers are issued exactly for the lines of organisations' orders",
            counted.where(func.coalesce(pieces.c.cents, 0) != OrderLine.quantity),
        ),
        (
            "I15",
            "course vouchers are cancelled for exactly what went back",
            back.where(func.coalesce(cancelled.c.cents, 0) != Share.given_back),
        ),
        (
            "I6",
            "no code of a paid invoice is frozen, nor one that is not open",
            frozen.where(
                CourseVoucher.frozen != "", or_(Payment.state == "certain", CourseVoucher.state != "open")
            ),
        ),
    ]


def _owed() -> list[Rule]:
    """What organisations owe is what was sold, less what was paid and what was taken back unpaid."""
    name = literal("receivable:") + Order.number
    debits = select(func.coalesce(func.sum(Transfer.cents), 0)).where(Transfer.debit == name)
    credits = select(func.coalesce(func.sum(Transfer.cents), 0)).where(Transfer.credit == name)
    balance = debits.scalar_subquery() - credits.scalar_subquery()
    back = _sums(OrderLine.order_id, Share.given_back, Share.line_id == OrderLine.id)
    rest = case((Payment.state == "begun", Order.due_cents - func.coalesce(back.c.cents, 0)), else_=0)
    purchases = select(Order.id).join(Purchase, Purchase.order_id == Order.id)
    purchases = purchases.outerjoin(Payment, Payment.order_id == Order.id)
    transfers = exists().where(Transfer.reference == Order.number, Transfer.reason == PAID)
    return [
        (
            "I7",
            "what organisations owe is what was neither paid nor taken back",
            purchases.outerjoin(back, back.c.key == Order.id).where(
                or_(Payment.id.is_(None), balance != rest)
            ),
        ),
        (
            "I7",
            "an invoice is paid exactly when its transfer is booked",
            purchases.where(transfers != (Payment.state == "certain")),
        ),
    ]


def _places() -> list[Rule]:
    used = aliased(CourseVoucher)
    redeemed = select(CourseVoucher.number).outerjoin(Booking, Booking.id == CourseVoucher.booking_id)
    redeemed = redeemed.outerjoin(Enrolment, Enrolment.booking_id == CourseVoucher.booking_id)
    is_right = (
        (Booking.state == "confirmed")
        & (Booking.offer_number == CourseVoucher.offer_number)
        & (Enrolment.user_id == CourseVoucher.user_id)
    )
    firm = select(Booking.id).where(Booking.state == "confirmed", Booking.order_line_id.is_(None))
    return [
        (
            "I10",
            "a redeemed code is one firm place of the person who redeemed it",
            redeemed.where(CourseVoucher.state == "redeemed", ~func.coalesce(is_right, False)),
        ),
        (
            "I10",
            "a firm place was paid by an order line or by a course voucher",
            firm.where(~exists().where(used.booking_id == Booking.id)),
        ),
    ]


def _completed() -> list[Rule]:
    done = select(Enrolment.booking_id).outerjoin(Certificate, Certificate.booking_id == Enrolment.booking_id)
    return [
        (
            "I6",
            "a certificate is issued exactly for each completed place",
            done.where(Enrolment.completed_on.is_(None) != Certificate.number.is_(None)),
        )
    ]


def _sums(key: Any, cents: Any, *where: Any) -> Any:
    """Sums by a key, to join to: columns `key` and `cents`."""
    return select(key.label("key"), func.sum(cents).label("cents")).where(*where).group_by(key).subquery()
