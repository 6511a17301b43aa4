"""A learner's own pages: my courses, until when they are open, the certificate (DOMAIN C7)."""

from flask import Response, abort, make_response
from flask_babel import gettext as _
from sqlalchemy import select

from shop.bookings.enrolled import courses_of
from shop.bookings.models import Enrolment
from shop.core import codes
from shop.db import db
from shop.documents import certificates
from shop.documents.models import Certificate
from shop.web.frame.guard import me, signed_in
from shop.web.frame.show import show
from shop.web.redeem.room import bp


@bp.get("/konto/kurse")
@signed_in
def my_courses() -> Response:
    """My courses; their part stands on the account's first page too."""
    return show("redeem/my_courses.html", courses=courses_of(me().id))


@bp.get("/konto/zertifikat/<number>.pdf")
@signed_in
def my_certificate(number: str) -> Response:
    """A certificate of the person who is signed in; another's does not exist (QUALITY A2)."""
    query = (
        select(Certificate)
        .join(Enrolment, Enrolment.booking_id == Certificate.booking_id)
        .where(Certificate.number == number, Enrolment.user_id == me().id)
    )
    certificate = db.session.scalar(query) or abort(404)
    made = certificates.page(certificate)
    db.session.rollback()
    name = _("Zertifikat-%(number)s.pdf", number=codes.shown_number(number))
    headers = {"Content-Type": "application/pdf", "Content-Disposition": f'inline; filename="{name}"'}
    return make_response(made(), headers)
