"""Redeeming at the checkout: a claim and a release are each a resource (DOMAIN R3, R7)."""

from flask import Response, abort, request
from flask_babel import gettext as _

from shop.cards import find as cards
from shop.core import codes
from shop.db import transaction
from shop.orders.redemption import claim as claiming
from shop.orders.redemption import release as releasing
from shop.orders.redemption.claim import Unfit
from shop.orders.throttle import Throttled
from shop.vouchers.find import Refusal
from shop.web.checkout.checkout import page
from shop.web.checkout.forms import CheckoutForm
from shop.web.checkout.room import bp
from shop.web.frame import visitor
from shop.web.frame.guard import me, signed_in
from shop.web.frame.guesses import come_back, held_elsewhere, neutral, slower, unusable
from shop.web.frame.security import form_checks_token


@bp.post("/kasse/gutscheine")
@form_checks_token
def claim() -> Response:
    """Redeem a voucher towards the basket; what was typed elsewhere in the form stays."""
    form = CheckoutForm()
    if not form.csrf_token.validate(form):
        return page(form, 400)
    number, code = _typed(form)
    if "eingabe" in request.form and not (number.strip() or code.strip()):
        return page(form, 200)  # the Enter key somewhere else in the form
    if missing := _missing(number, code):
        return _told(form, missing, 422)
    try:
        claiming.claim(visitor.current(create=True) or "", number, code, visitor.sources())
    except claiming.Unknown:
        return _told(form, neutral(), 422)
    except claiming.Refused as refused:
        return _told(form, _exact(refused), 422)
    except Throttled as throttled:
        return come_back(_told(form, slower(throttled.seconds), 429), throttled.seconds)
    form.number.data = form.code.data = ""
    return page(form, 200)


@bp.post("/kasse/wertkarte")
@form_checks_token
@signed_in
def pay_by_card() -> Response:
    """Pay with a card of whoever is signed in, as far as it goes; what was typed elsewhere stays."""
    form = CheckoutForm()
    if not form.csrf_token.validate(form):
        return page(form, 400)
    try:
        who = visitor.current(create=True) or ""
        claiming.claim_card(who, me().id, request.form.get("karte", ""))
    except cards.NoSuchCard:
        abort(404)
    except claiming.Refused as refused:
        return page(form, 422, card_error=_card_refused(refused))
    return page(form, 200)


@bp.post("/kasse/gutscheine/<number>/entfernen")
@form_checks_token
def release(number: str) -> Response:
    """Take a voucher out of the checkout; nothing it held is lost."""
    form = CheckoutForm()
    if not form.csrf_token.validate(form):
        return page(form, 400)
    with transaction():
        releasing.release(visitor.current(), number)
    return page(form, 200)


def _typed(form: CheckoutForm) -> tuple[str, str]:
    """Number and code, each from its field, or both from either (DOMAIN R3)."""
    number, code = form.number.data or "", form.code.data or ""
    return codes.read_pair(number) or codes.read_pair(code) or (number, code)


def _missing(number: str, code: str) -> str:
    """What is still to be typed, in a sentence; that is no guess. Empty when both are there."""
    if not number.strip():
        return _("Bitte geben Sie die Gutschein-Nummer ein.")
    return "" if code.strip() else _("Bitte geben Sie den Gutschein-Code ein.")


def _told(form: CheckoutForm, sentence: str, status: int) -> Response:
    form.number.errors = [sentence]
    return page(form, status)


def _card_refused(refused: claiming.Refused) -> str:
    return {
        Refusal.CLOSED: _("Diese Wertkarte ist geschlossen."),
        Refusal.SPENT: _("Auf dieser Wertkarte ist gerade nichts, womit Sie buchen können."),
        Unfit.TWICE: _("Mit dieser Wertkarte zahlen Sie hier schon."),
        Unfit.NOT_HERE: _("Diese Wertkarte gilt nicht für das, was in Ihrem Warenkorb liegt."),
    }.get(
        refused.reason, _("Das Guthaben dieser Wertkarte ist gerade für eine andere Bestellung vorgemerkt.")
    )


def _exact(refused: claiming.Refused) -> str:
    if isinstance(refused.reason, Refusal):
        return unusable(refused.reason, refused.valid_until)
    return {
        Unfit.TWICE: _("Diesen Gutschein haben Sie hier schon eingelöst."),
        Unfit.TOO_MANY: _(
            "In einer Bestellung lassen sich höchstens %(most)s Gutscheine einlösen.", most=claiming.MOST
        ),
        Unfit.NOT_HERE: _("Dieser Gutschein gilt nicht für das, was in Ihrem Warenkorb liegt."),
        Unfit.HELD: held_elsewhere(),
    }[refused.reason]
