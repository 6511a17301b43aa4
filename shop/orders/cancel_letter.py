"""The letters about what was cancelled or refunded; each is a value, sending is the outbox's (STYLE)."""

import uuid
from collections.abc import Mapping, Sequence
from uuid import UUID

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select

from shop import clock
from shop.bookings.about import called, describe
from shop.bookings.models import Booking, Waiting
from shop.catalogue.models import Offer
from shop.centre.facts import centre
from shop.core import codes
from shop.db import db
from shop.documents.models import Document
from shop.orders import credit_note, papers, place
from shop.orders.cancel_words import rows
from shop.orders.models import Order, OrderLine, Refund
from shop.orders.parties import paid_by
from shop.orders.ways_back import Cancelled, of_booking, preview
from shop.outbox.letter import Attachment, Letter, from_templates
from shop.outbox.models import Message
from shop.payments.models import Payment


def booking_cancelled(message: Message) -> Letter:
    """To the buyer: which places are cancelled, and exactly what goes back where (R8).

    Of a course that was called off it tells about all places of the order at once.
    """
    order = db.session.get_one(Order, UUID(message.facts["order"]))
    offer = db.session.get_one(Offer, message.facts["offer"])
    bookings = _meant(message, order)
    told = [_going_back(booking) for booking in bookings]
    with force_locale(order.language):
        title = called(offer, order.language)
        is_called_off = offer.cancelled_on is not None
        subject = (
            _("Fällt aus: %(title)s", title=title)
            if is_called_off
            else _("Storniert: %(title)s", title=title)
        )
        facts = {
            "order": order,
            "token": place.token(order),
            "title": title,
            "about": describe(offer, "", order.language),
            "is_called_off": is_called_off,
            "by": bookings[0].ended_by,
            "people": [f"{booking.first_name} {booking.last_name}" for booking in bookings],
            "price": sum(each.price for each in told),
            "kept": sum(each.kept for each in told),
            "back": sum(each.back for each in told),
            "rows": rows(told, order.language),
        }
        return _letter(order.email, "booking_cancelled", subject, facts, _notes(order, bookings))


def place_cancelled(message: Message) -> Letter:
    """To a participant for whom somebody else had booked: the place is gone. Money is the buyer's affair."""
    order = db.session.get_one(Order, UUID(message.facts["order"]))
    booking = db.session.get_one(Booking, UUID(message.facts["booking"]))
    offer = db.session.get_one(Offer, booking.offer_number)
    with force_locale(order.language):
        title = called(offer, order.language)
        subject = _("Ihr Platz ist storniert: %(title)s", title=title)
        facts = {
            "person": f"{booking.first_name} {booking.last_name}",
            "buyer": order.buyer,
            "by": booking.ended_by,
            "title": title,
            "about": describe(offer, "", order.language),
        }
        return _letter(message.recipient, "place_cancelled", subject, facts)


def voucher_refunded(message: Message) -> Letter:
    """To the buyer: a voucher is taken back, and its money is on the way (P4)."""
    order = db.session.get_one(Order, UUID(message.facts["order"]))
    refund = db.session.get_one(Refund, UUID(message.facts["refund"]))
    payment = db.session.get_one(Payment, refund.payment_id)
    number = codes.shown_number(message.facts["voucher"])
    paper = db.session.get(Document, uuid.uuid5(refund.id, credit_note.KIND))
    with force_locale(order.language):
        subject = _("Ihr Gutschein %(number)s ist zurückgenommen", number=number)
        facts = {
            "order": order,
            "number": number,
            "cents": refund.cents,
            "way": paid_by(payment.method, language=order.language),
            "method": payment.method,
        }
        attached = (papers.attachment(order, paper),) if paper else ()
        return _letter(order.email, "voucher_refunded", subject, facts, attached)


def waiting_ended(message: Message) -> Letter:
    """To someone who waits for a course that was called off: there is nothing to wait for any more."""
    person = db.session.get_one(Waiting, UUID(message.facts["waiting"]))
    offer = db.session.get_one(Offer, person.offer_number)
    with force_locale(person.language):
        title = called(offer, person.language)
        subject = _("Fällt aus: %(title)s", title=title)
        facts = {
            "person": f"{person.first_name} {person.last_name}",
            "title": title,
            "is_appointment": offer.kind == "appointment",
        }
        return _letter(person.email, "waiting_ended", subject, facts)


def _meant(message: Message, order: Order) -> Sequence[Booking]:
    """The one booking, or all of the order in a course that was called off, but for those ended before."""
    if booking_id := message.facts.get("booking"):
        return [db.session.get_one(Booking, UUID(booking_id))]
    mine = select(Booking).join(OrderLine, OrderLine.id == Booking.order_line_id)
    mine = mine.where(OrderLine.order_id == order.id, Booking.offer_number == message.facts["offer"])
    ended = (Booking.state == "cancelled") & (Booking.ended_by == "centre")
    firm = Booking.state == "confirmed"  # its turn comes in this very run, and what goes back is certain
    return db.session.scalars(mine.where(ended | firm).order_by(OrderLine.position)).all()


def _going_back(booking: Booking) -> Cancelled:
    is_done = booking.state == "cancelled"
    return of_booking(booking) if is_done else preview(booking, clock.today(), by="centre")


def _notes(order: Order, bookings: Sequence[Booking]) -> tuple[Attachment, ...]:
    """The documents that take the invoice back, as far as something went back."""
    ids = [uuid.uuid5(booking.id, credit_note.KIND) for booking in bookings]
    found = db.session.scalars(select(Document).where(Document.id.in_(ids)).order_by(Document.position))
    return tuple(papers.attachment(order, document) for document in found)


def _letter(
    to: str, name: str, subject: str, facts: Mapping[str, object], attached: tuple[Attachment, ...] = ()
) -> Letter:
    return from_templates(
        f"orders/mail_{name}",
        to=to,
        subject=subject,
        facts=facts,
        attachments=attached,
        reply_to=centre().email,
    )
