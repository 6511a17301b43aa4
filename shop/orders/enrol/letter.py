"""The letters to people who get, redeem or lose a course voucher; each is a value, sending is the outbox's (STYLE)."""

from collections.abc import Mapping
from uuid import UUID

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select

from shop.bookings.about import describe
from shop.bookings.letter import calendar_file
from shop.bookings.models import Booking, Enrolment
from shop.catalogue.models import Offer
from shop.centre.facts import centre
from shop.core.words import said
from shop.course_vouchers.find import redeem_link, shown_code
from shop.course_vouchers.models import CourseVoucher
from shop.db import db
from shop.orders.enrol.undo import UNDO_FOR, undo_link
from shop.outbox.letter import Attachment, Letter, from_templates
from shop.outbox.models import Message
from shop.people.models import Organisation, User


def sent(message: Message) -> Letter:
    """To somebody for whom an organisation has a place: what it is, the code, and a link that fills it in."""
    return _code(message, is_reminder=False)


def reminder(message: Message) -> Letter:
    """The same once more, to somebody who has not redeemed yet."""
    return _code(message, is_reminder=True)


def redeemed(message: Message) -> Letter:
    """To the account's owner: a place was booked for it, and this is how to undo that (C5)."""
    booking, language = _booking(message)
    enrolment = db.session.get_one(Enrolment, booking.id)
    offer = db.session.get_one(Offer, booking.offer_number)
    shown = describe(offer, "", language)
    with force_locale(language):
        facts = {
            "person": booking.first_name,
            "username": db.session.get_one(User, enrolment.user_id).username,
            "organisation": _organisation(booking.id),
            "about": shown,
            "access_until": enrolment.access_until,
            "undo": undo_link(booking.id),
            "undo_days": UNDO_FOR.days,
        }
        subject = _("Ihr Platz: %(title)s", title=said(offer.title, language))
        dates = (calendar_file(offer, language),) if any(each.sessions for each in shown.courses) else ()
        return _letter(message.recipient, "redeemed", subject, facts, dates)


def ended(message: Message) -> Letter:
    """To a learner: the place is gone; undone by themselves, revoked, or the course was called off."""
    booking, language = _booking(message)
    offer = db.session.get_one(Offer, booking.offer_number)
    with force_locale(language):
        title = said(offer.title, language)
        is_called_off = message.facts["why"] == "extended"
        subject = (
            _("Fällt aus: %(title)s", title=title)
            if is_called_off
            else _("Ihr Platz ist wieder frei: %(title)s", title=title)
        )
        facts = {
            "person": booking.first_name,
            "why": message.facts["why"],
            "title": title,
            "about": describe(offer, "", language),
        }
        return _letter(message.recipient, "enrolment_ended", subject, facts)


def open_again(message: Message) -> Letter:
    """To an organisation: a course was called off, and its codes can be swapped to another."""
    organisation = db.session.get_one(Organisation, UUID(message.facts["organisation"]))
    offer = db.session.get_one(Offer, message.facts["offer"])
    # An organisation orders in the centre's language, and has none of its own.
    language = str(current_app.config["BABEL_DEFAULT_LOCALE"])
    with force_locale(language):
        title = said(offer.title, language)
        subject = _("Fällt aus: %(title)s", title=title)
        return _letter(message.recipient, "open_again", subject, {"title": title, "name": organisation.name})


def certificate_ready(message: Message) -> Letter:
    """To a learner who has completed a course: the certificate waits on their own pages."""
    booking, language = _booking(message)
    offer = db.session.get_one(Offer, booking.offer_number)
    with force_locale(language):
        title = said(offer.title, language)
        subject = _("Ihr Zertifikat: %(title)s", title=title)
        facts = {"person": booking.first_name, "title": title}
        return _letter(message.recipient, "certificate_ready", subject, facts)


def _code(message: Message, *, is_reminder: bool) -> Letter:
    """A letter with a code, made with the serial that was in force when somebody asked for the letter."""
    voucher = db.session.get_one(CourseVoucher, message.facts["number"])
    offer = db.session.get_one(Offer, voucher.offer_number)
    language = message.facts["language"]
    code = shown_code(voucher.number, message.facts["serial"])
    with force_locale(language):
        title = said(offer.title, language)
        subject = (
            _("Noch nicht eingelöst: Ihr Kursplatz „%(title)s“", title=title)
            if is_reminder
            else _("Ein Kursplatz für Sie: %(title)s", title=title)
        )
        facts = {
            "name": message.facts.get("name", ""),
            "organisation": db.session.get_one(Organisation, voucher.organisation_id).name,
            "about": describe(offer, "", language),
            "title": title,
            "valid_until": voucher.valid_until,
            "code": code,
            "redeem": redeem_link(code),
            "is_reminder": is_reminder,
        }
        return _letter(message.recipient, "code", subject, facts)


def _booking(message: Message) -> tuple[Booking, str]:
    return db.session.get_one(Booking, UUID(message.facts["booking"])), message.facts["language"]


def _organisation(booking_id: UUID) -> str:
    """Who paid for a place; empty when the code has been opened again meanwhile."""
    query = select(Organisation.name).join(CourseVoucher, CourseVoucher.organisation_id == Organisation.id)
    return db.session.scalar(query.where(CourseVoucher.booking_id == booking_id)) or ""


def _letter(
    to: str, name: str, subject: str, facts: Mapping[str, object], enclosed: tuple[Attachment, ...] = ()
) -> Letter:
    return from_templates(
        f"course_vouchers/mail_{name}",
        to=to,
        subject=subject,
        facts=facts,
        attachments=enclosed,
        reply_to=centre().email,
    )
