"""Cancelling a booking: every instrument gets its exact share back, once (DOMAIN R8)."""

import uuid
from uuid import UUID

from sqlalchemy import select

from shop import clock
from shop.bookings import tell
from shop.bookings.end import end
from shop.bookings.models import Booking
from shop.cards import credit
from shop.cards import find as cards
from shop.cards.spend import untaxed
from shop.cases.open import open_case
from shop.catalogue.models import Offer
from shop.core.money import Cents
from shop.db import db
from shop.failpoints import reach
from shop.ledger import book
from shop.orders import shares
from shop.orders.credit_note import take_back_booking
from shop.orders.models import Order, OrderLine
from shop.orders.owe import owe
from shop.orders.ways_back import (
    BY,
    Cancelled,
    Part,
    found,
    is_centres_doing,
    is_in_time,
    is_late_allowed,
    of_booking,
    preview,
)
from shop.outbox import queue
from shop.vouchers.models import Voucher

REASON = "booking cancelled"


class TooLate(Exception):
    """The customer's deadline has passed: only staff can cancel now."""


class NotBooked(Exception):
    """There is no firm booking: it is only held, or has lapsed."""


def cancel_booking(booking_id: UUID, *, by: str, amount: Cents | None = None) -> Cancelled:
    """Cancel a firm booking and give back what the rule, or staff's `amount` in cents, says (R8).

    Runs in the caller's transaction: seat, purses, refund, document and mails, or nothing. `by` is
    `customer`, `centre` or `staff`; a course that the centre has called off is the centre's doing,
    whoever asks. A repeat is quiet and tells what went back. Raises TooLate, NotBooked,
    `shares.MoreThanPaid`.
    """
    if by not in BY:
        raise ValueError(f"{by!r} does not cancel bookings")
    booking = _locked(booking_id)
    if booking.state == "cancelled":
        return of_booking(booking)
    if booking.state != "confirmed" or booking.order_line_id is None:
        raise NotBooked
    line, order, offer = found(booking)
    today = clock.today()
    is_ours = is_centres_doing(booking, offer, by)
    if by == "customer" and not (is_ours or is_in_time(offer, today) or is_late_allowed(offer)):
        raise TooLate
    wanted = preview(booking, today, by=by, amount=amount)
    if not end(booking.id, by):
        raise NotBooked
    reach("cancel.ended")
    for part in sorted(wanted.parts, key=lambda part: part.account):
        _give(part, booking, line, order, is_ours=is_ours)
    reach("cancel.given")
    if wanted.back:
        take_back_booking(order, line, booking.id, wanted.ways, untaxed(line.id))
    reach("cancel.documented")
    _announce(booking, order, offer)
    return wanted


def _locked(booking_id: UUID) -> Booking:
    """The booking, read while its order is locked: cancellations of one order stand in a row."""
    its_order = select(OrderLine.order_id).join(Booking, Booking.order_line_id == OrderLine.id)
    its_order = its_order.where(Booking.id == booking_id)
    db.session.execute(select(Order.id).where(Order.id.in_(its_order)).with_for_update())
    return db.session.get_one(Booking, booking_id, populate_existing=True)


def _give(part: Part, booking: Booking, line: OrderLine, order: Order, *, is_ours: bool) -> None:
    shares.give_back(line.id, part.account, part.cents)
    reach("cancel.counted")
    if part.account == shares.PAYMENT:
        owe(order, debit="revenue", cents=part.cents, cause=f"cancel:{booking.id}", reason=REASON)
        return
    if part.way == "card":
        cards.locked(part.number)
        _transfer(part, booking, order)
        until = part.valid_until if is_ours else None
        credit.give_back(
            part.number, line.id, part.cents, what=line.title, reference=order.number, at_least_until=until
        )
        return
    # The voucher before its purse, as a refund locks them, and not against claims that refer to it.
    voucher = db.session.get_one(
        Voucher, part.number, with_for_update={"key_share": True}, populate_existing=True
    )
    _transfer(part, booking, order)
    _revive(voucher, part, order, is_ours=is_ours)


def _transfer(part: Part, booking: Booking, order: Order) -> None:
    book.transfer(
        book.transfer_id("cancel", booking.id, part.account),
        debit="revenue",
        credit=part.account,
        cents=part.cents,
        reason=REASON,
        reference=order.number,
        currency=order.currency,
    )


def _revive(voucher: Voucher, part: Part, order: Order, *, is_ours: bool) -> None:
    """Make a voucher usable again as far as the rule goes; a blocked one stays blocked.

    Value on one that was cancelled or paid out is nobody's to spend: staff must send it on.
    """
    if is_ours:
        voucher.valid_until = part.valid_until
        voucher.closed = "" if voucher.closed == "expired" else voucher.closed
    if voucher.closed in ("cancelled", "paid out"):
        facts = {"order": order.number, "cents": part.cents, "why": "refund it: `flask shop voucher refund`"}
        open_case("value on a closed voucher", f"{part.number} {order.number}", facts)


def _announce(booking: Booking, order: Order, offer: Offer) -> None:
    """Tell the buyer what goes back where, and a participant who is not the buyer that the place is gone.

    Of a course that was called off a buyer hears once, however many places the order has in it.
    """
    is_called_off = offer.cancelled_on is not None
    facts = {"order": str(order.id), "offer": offer.number}
    queue.put(
        uuid.uuid5(order.id, f"mail:called off:{offer.number}" if is_called_off else f"mail:{booking.id}"),
        "booking_cancelled",
        recipient=order.email,
        facts=facts if is_called_off else {**facts, "booking": str(booking.id)},
        reference=order.number,
    )
    if not booking.email or booking.email.casefold() == order.email.casefold():
        return
    if is_called_off:
        tell.course_cancelled(
            booking, recipient=booking.email, language=order.language, reference=order.number
        )
        return
    queue.put(
        uuid.uuid5(booking.id, "mail:place_cancelled"),
        "place_cancelled",
        recipient=booking.email,
        facts={**facts, "booking": str(booking.id)},
        reference=order.number,
    )
