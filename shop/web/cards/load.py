"""A gift voucher is loaded onto a card whole, by number and code (DOMAIN W9, R7)."""

from flask import Response, abort, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Redirect

from shop.cards import find
from shop.cards.open import open_card
from shop.db import transaction
from shop.orders.card import load as loading
from shop.orders.card.load import Unfit
from shop.orders.throttle import Throttled
from shop.vouchers.find import Refusal
from shop.web.cards.forms import VoucherForm
from shop.web.cards.room import bp, card_of
from shop.web.frame import visitor
from shop.web.frame.guard import me, signed_in
from shop.web.frame.guesses import come_back, held_elsewhere, neutral, slower, unusable
from shop.web.frame.security import form_checks_token
from shop.web.frame.show import show


@bp.post("/konto/wertkarte/gutschein")
@signed_in
def open_for_voucher() -> Redirect:
    """Open a card of a type that is on sale, for a voucher that is its first credit; one that is there serves."""
    key = request.form.get("typ", "")
    if key not in {kind.key for kind in find.types_on_sale()}:
        abort(404)
    with transaction():
        number = open_card(me().id, key).number
    return redirect(url_for("cards.voucher", number=number), 303)


@bp.get("/konto/wertkarte/<number>/gutschein")
@signed_in
def voucher(number: str) -> Response:
    """Ask for number and code."""
    return _page(number, VoucherForm(formdata=None))


@bp.post("/konto/wertkarte/<number>/gutschein")
@form_checks_token
@signed_in
def load(number: str) -> Response | Redirect:
    """Load all that is on the voucher; what was typed stays when that cannot be."""
    card_of(number)
    form = VoucherForm()
    if not form.validate_on_submit():
        return _page(number, form, 400 if form.csrf_token.errors else 422)
    try:
        loading.load(me().id, number, form.number.data, form.code.data, visitor.sources())
    except loading.Unknown:
        return _page(number, form, 422, neutral())
    except loading.Refused as refused:
        return _page(number, form, 422, _exact(refused))
    except Throttled as throttled:
        return come_back(_page(number, form, 429, slower(throttled.seconds)), throttled.seconds)
    return redirect(url_for("cards.home", karte=number, geladen=1), 303)


def _page(number: str, form: VoucherForm, status: int = 200, sentence: str = "") -> Response:
    if sentence:
        form.number.errors = [sentence]
    card = card_of(number)
    return show("cards/voucher.html", status=status, form=form, card=card, kind=find.type_of(card))


def _exact(refused: loading.Refused) -> str:
    if isinstance(refused.reason, Refusal):
        return unusable(refused.reason, refused.valid_until)
    return {
        Unfit.NARROW: _(
            "Dieser Gutschein gilt nur für bestimmte Kurse und lässt sich deshalb nicht auf eine Wertkarte laden."
        ),
        Unfit.HELD: held_elsewhere(),
        Unfit.OWING: _(
            "Auf Ihrer Wertkarte ist noch etwas offen. Laden Sie sie bitte zuerst auf, "
            "danach können Sie den Gutschein laden."
        ),
    }[refused.reason]
