"""The check page of certificates: it confirms a number and shows no more than the paper does (DOMAIN C7)."""

from flask import Response, redirect, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import TooManyRequests
from werkzeug.wrappers import Response as Redirect

from shop.core import codes
from shop.db import db, transaction
from shop.documents import certificates
from shop.documents.models import Certificate
from shop.orders import throttle
from shop.web.frame import visitor
from shop.web.frame.security import form_checks_token
from shop.web.frame.show import show
from shop.web.redeem.forms import CertificateForm
from shop.web.redeem.room import bp

PAGE = "redeem/certificate.html"


@bp.get("/zertifikat/")
def check() -> Response:
    """Ask for a number."""
    return show(PAGE, form=CertificateForm(formdata=None), found=None)


@bp.post("/zertifikat/")
@form_checks_token
def check_typed() -> Response | Redirect:
    """Lead to the page of the number that was typed."""
    form = CertificateForm()
    if not form.validate_on_submit():
        return show(PAGE, status=400 if form.csrf_token.errors else 422, form=form, found=None)
    try:
        number = codes.read_certificate_number(form.number.data)
    except codes.Malformed:
        form.number.errors = [_unknown()]
        return show(PAGE, status=422, form=form, found=None)
    return redirect(url_for("redeem.certificate", number=number), 303)


@bp.get("/zertifikat/<number>")
def certificate(number: str) -> Response:
    """What a certificate says. Numbers are random; who guesses them is slowed like who guesses codes (A1)."""
    found = _of(number)
    form = CertificateForm(formdata=None, **({} if found else {"number": number[:40]}))
    if found is None:
        form.number.errors = [_unknown()]
        return show(PAGE, status=404, form=form, found=None)
    return show(PAGE, form=form, number=found.number, found=certificates.shown(found))


def _of(text: str) -> Certificate | None:
    try:
        number = codes.read_certificate_number(text)
    except codes.Malformed:
        return None
    sources = visitor.sources()
    try:
        with transaction():
            throttle.admit(sources)
            found = db.session.get(Certificate, number)
            if found is None:
                throttle.note_wrong(sources)
    except throttle.Throttled as throttled:
        raise TooManyRequests(retry_after=throttled.seconds) from None
    return found


def _unknown() -> str:
    return _("Dieses Zertifikat kennen wir nicht. Bitte vergleichen Sie die Nummer mit dem Papier.")
