"""The letters about places in courses; each is a value, sending is the outbox's (STYLE)."""

from datetime import datetime
from uuid import UUID

from flask_babel import force_locale
from flask_babel import gettext as _

from shop.bookings import waiting
from shop.bookings.about import courses_of, describe
from shop.bookings.models import Booking, Waiting
from shop.catalogue.appointments import span
from shop.catalogue.calendar import MEDIA_TYPE, file_name, ics
from shop.catalogue.models import Offer
from shop.centre.facts import centre
from shop.core.words import said
from shop.db import db
from shop.outbox.letter import Attachment, Letter, from_templates
from shop.outbox.models import Message


def booked(message: Message) -> Letter:
    """To a participant whom someone else has booked for: what, when, where, and the dates as iCal."""
    booking, offer, language = _found(message)
    with force_locale(language):
        subject = _("Ihr Platz: %(title)s", title=said(offer.title, language))
        return _letter(
            message, "booked", subject, booking, offer, language, papers=(calendar_file(offer, language),)
        )


def course_cancelled(message: Message) -> Letter:
    """To a participant whom someone else has booked for: the course does not take place (DOMAIN R8)."""
    booking, offer, language = _found(message)
    with force_locale(language):
        subject = _("Fällt aus: %(title)s", title=said(offer.title, language))
        return _letter(message, "course_cancelled", subject, booking, offer, language)


def moved(message: Message) -> Letter:
    """To whoever has a place in an appointment that was moved: old and new time, and the new calendar file."""
    booking, offer, language = _found(message)
    old_start, old_end = span(message.facts["sessions"])
    with force_locale(language):
        subject = _("Verschoben: %(title)s", title=said(offer.title, language))
        facts = {
            **message.facts,
            "booking": booking,
            "about": describe(offer, "", language),
            "old_start": old_start,
            "old_end": old_end,
        }
        return _made(message.recipient, "moved", subject, facts, (calendar_file(offer, language),))


def waiting_joined(message: Message) -> Letter:
    """To someone who has joined a waiting list: the link to their page."""
    person, offer = _person(message)
    with force_locale(person.language):
        subject = _("Warteliste: %(title)s", title=said(offer.title, person.language))
        return _waiting_letter(person, offer, "waiting_joined", subject)


def seat_offered(message: Message) -> Letter:
    """To the next on the waiting list: a seat is kept for you until then (DOMAIN R9)."""
    person, offer = _person(message)
    until = datetime.fromisoformat(message.facts["until"])
    with force_locale(person.language):
        subject = _("Ein Platz ist frei: %(title)s", title=said(offer.title, person.language))
        return _waiting_letter(person, offer, "seat_offered", subject, until=until)


def calendar_file(offer: Offer, language: str) -> Attachment:
    """The dates of a course, or of a package's courses, to be kept in a calendar."""
    return Attachment(file_name(offer), MEDIA_TYPE, ics(courses_of(offer), language))


def _found(message: Message) -> tuple[Booking, Offer, str]:
    booking = db.session.get_one(Booking, UUID(message.facts["booking"]))
    return booking, db.session.get_one(Offer, booking.offer_number), message.facts["language"]


def _person(message: Message) -> tuple[Waiting, Offer]:
    person = db.session.get_one(Waiting, UUID(message.facts["waiting"]))
    return person, db.session.get_one(Offer, person.offer_number)


def _letter(
    message: Message,
    name: str,
    subject: str,
    booking: Booking,
    offer: Offer,
    language: str,
    papers: tuple[Attachment, ...] = (),
) -> Letter:
    facts = {
        **message.facts,
        "booking": booking,
        "about": describe(offer, booking.reduction, language),
    }
    return _made(message.recipient, name, subject, facts, papers)


def _waiting_letter(person: Waiting, offer: Offer, name: str, subject: str, **facts: object) -> Letter:
    more = {
        "person": person,
        "token": waiting.token(person.id),
        "about": describe(offer, "", person.language),
        **facts,
    }
    return _made(person.email, name, subject, more)


def _made(
    to: str, name: str, subject: str, facts: dict[str, object], papers: tuple[Attachment, ...] = ()
) -> Letter:
    return from_templates(
        f"bookings/mail_{name}",
        to=to,
        subject=subject,
        facts=facts,
        attachments=papers,
        reply_to=centre().email,
    )
