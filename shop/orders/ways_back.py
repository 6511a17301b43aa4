"""What goes back of a booking's price, and where: told before, done once, told after (DOMAIN R8)."""

from dataclasses import dataclass
from datetime import date

from shop import clock
from shop.bookings.models import Booking
from shop.bookings.rules import closes_at
from shop.catalogue.models import Offer
from shop.core.money import Cents
from shop.core.tenders import give_back
from shop.core.validity import months_later
from shop.db import db
from shop.orders.models import Order, OrderLine
from shop.orders.owe import bought_with
from shop.orders.parties import Ways
from shop.orders.purses import kind_name, kind_of, number_of
from shop.orders.shares import PAYMENT, MoreThanPaid, shares_of

BY = ("customer", "centre", "staff")
GRACE = 6  # months that a voucher or credit can still be used at least when the centre has cancelled


@dataclass(frozen=True)
class Part:
    """One share of what goes back: to a purse's account, or to `payment`.

    For a voucher or a card, `number` is its number and `valid_until` the last local day of what comes
    back (None is without end) after the cancellation; `is_expired` says that this day has passed.
    """

    account: str
    cents: Cents
    number: str = ""
    valid_until: date | None = None
    is_expired: bool = False

    @property
    def way(self) -> str:
        """`payment`, `voucher` or `card`."""
        return kind_name(self.account)


@dataclass(frozen=True)
class Cancelled:
    """A booking's price in cents, the parts that go back, and the way that its order was paid ("" is none)."""

    price: Cents
    parts: tuple[Part, ...]
    method: str

    @property
    def back(self) -> Cents:
        """What goes back in all."""
        return sum(part.cents for part in self.parts)

    @property
    def kept(self) -> Cents:
        """What stays with the centre: the fee, or everything when it is too late."""
        return self.price - self.back

    @property
    def ways(self) -> Ways:
        """The parts as documents name them."""
        return [
            (part.way, part.number, part.cents) if part.number else (self.method, "", part.cents)
            for part in self.parts
        ]


def is_in_time(offer: Offer, today: date) -> bool:
    """Whether a customer can still cancel on a local day; the deadline's day counts, no deadline is never."""
    return offer.cancelled_on is not None or (offer.cancel_until is not None and today <= offer.cancel_until)


def is_late_allowed(offer: Offer) -> bool:
    """Whether a customer can give a place up after the deadline, for nothing: an appointment not begun (W3)."""
    closing = closes_at(offer)
    return offer.kind == "appointment" and closing is not None and clock.now() < closing


def is_centres_doing(booking: Booking, offer: Offer, by: str) -> bool:
    """Whether the centre answers for a cancellation, whoever asks first.

    It has called the course off, or moved the appointment after it was booked; who has come to it
    all the same has had it.
    """
    moved = offer.moved_at is not None and booking.made_at < offer.moved_at and is_late_allowed(offer)
    return by == "centre" or offer.cancelled_on is not None or moved


def refundable(
    price: Cents, booking: Booking, offer: Offer, today: date, *, by: str, amount: Cents | None = None
) -> Cents:
    """What goes back of a price in cents: by the rule, or what staff have decided. Raises MoreThanPaid."""
    if amount is not None:
        if by != "staff" or not 0 <= amount <= price:
            raise MoreThanPaid(f"{amount} cents cannot go back of {price}")
        return amount
    if is_centres_doing(booking, offer, by):
        return price
    return price - min(offer.cancel_fee_cents, price) if is_in_time(offer, today) else 0


def preview(booking: Booking, today: date, *, by: str = "customer", amount: Cents | None = None) -> Cancelled:
    """What would go back where if this booking were cancelled on a local day; reads only. Raises MoreThanPaid."""
    line, order, offer = found(booking)
    value = refundable(line.cents, booking, offer, today, by=by, amount=amount)
    left = [(share.account, share.cents - share.given_back) for share in shares_of(order.id, [line.id])]
    try:
        parts = give_back(value, left)
    except ValueError as error:
        raise MoreThanPaid(str(error)) from None
    grace = months_later(today, GRACE) if is_centres_doing(booking, offer, by) else None
    return _worded(order, line, parts, today, grace)


def of_booking(booking: Booking) -> Cancelled:
    """What has gone back of a cancelled booking, and where."""
    line, order, _offer = found(booking)
    parts = [(share.account, share.given_back) for share in shares_of(order.id, [line.id])]
    return _worded(order, line, [part for part in parts if part[1]], clock.today())


def found(booking: Booking) -> tuple[OrderLine, Order, Offer]:
    """The line that a booking was ordered with, its order, and the offer."""
    line = db.session.get_one(OrderLine, booking.order_line_id)
    return line, db.session.get_one(Order, line.order_id), db.session.get_one(Offer, booking.offer_number)


def _worded(
    order: Order, line: OrderLine, parts: list[tuple[str, Cents]], today: date, grace: date | None = None
) -> Cancelled:
    payment = bought_with(order)
    return Cancelled(
        price=line.cents,
        parts=tuple(_part(line, account, cents, today, grace) for account, cents in parts),
        method=payment.method if payment else "",
    )


def _part(line: OrderLine, account: str, cents: Cents, today: date, grace: date | None) -> Part:
    if account == PAYMENT:
        return Part(account, cents)
    number = number_of(account)
    until = kind_of(account).last_day(number, line.id)
    if until is not None and grace is not None:
        until = max(until, grace)
    return Part(account, cents, number, until, is_expired=until is not None and until < today)
