"""Certificates: issued once for a place, found by their number, printed from frozen facts (DOMAIN C7)."""

from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import UUID

from flask import current_app
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy import select

from shop.core import codes
from shop.db import db
from shop.documents.models import Certificate
from shop.paper.certificate import PrintedCertificate, print_out
from shop.paper.sheets import Letterhead, day


def issue(booking_id: UUID, facts: dict[str, Any], issued_at: datetime) -> Certificate:
    """Issue the certificate of one place, in the caller's transaction; a second one breaks a unique index.

    `facts`: seller (a letterhead), language, person, title, offer, courses, first, last (ISO days or
    None), lessons, lecturer, completed_on (ISO day), city.
    """
    made = Certificate(
        number=codes.new_certificate_number(), booking_id=booking_id, facts=facts, issued_at=issued_at
    )
    db.session.add(made)
    db.session.flush()
    return made


def find(text: str) -> Certificate | None:
    """The certificate with a typed number, or None."""
    try:
        return db.session.get(Certificate, codes.read_certificate_number(text))
    except codes.Malformed:
        return None


def of_booking(booking_id: UUID) -> Certificate | None:
    """The certificate of one place."""
    return db.session.scalar(select(Certificate).where(Certificate.booking_id == booking_id))


def shown(certificate: Certificate) -> list[tuple[str, str]]:
    """What the check page confirms, as (words, value) in the current language: what the paper says, no more."""
    facts, language = certificate.facts, str(get_locale())
    first, last = _day(facts["first"]), _day(facts["last"])
    span = ""
    if first and last:
        span = day(first, language) + (f" – {day(last, language)}" if first != last else "")
    lessons = str(facts["lessons"]) if facts["lessons"] else ""
    rows = [
        (_("Name"), facts["person"]),
        (_("Kurs"), facts["title"]),
        (_("Inhalt"), ", ".join(facts["courses"])),
        (_("Zeitraum"), span),
        (_("Unterrichtseinheiten"), lessons),
        (_("Kursleitung"), facts["lecturer"]),
        (_("Ausgestellt für den"), day(date.fromisoformat(facts["completed_on"]), language)),
        (_("Ausgestellt von"), facts["seller"]["name"]),
    ]
    return [(words, value) for words, value in rows if value]


def page(certificate: Certificate) -> Callable[[], bytes]:
    """Prints a certificate when called, always the same; the call raises `paper.pdf.PaperJam`."""
    facts = certificate.facts
    printed = PrintedCertificate(
        number=certificate.number,
        link=f"{current_app.config['BASE_URL']}/zertifikat/{codes.shown_number(certificate.number)}",
        letterhead=Letterhead(**facts["seller"]),
        person=facts["person"],
        title=facts["title"],
        completed_on=date.fromisoformat(facts["completed_on"]),
        city=facts["city"],
        courses=tuple(facts["courses"]),
        first=_day(facts["first"]),
        last=_day(facts["last"]),
        lessons=facts["lessons"],
        lecturer=facts["lecturer"],
    )
    return partial(print_out, printed, facts["language"])


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
