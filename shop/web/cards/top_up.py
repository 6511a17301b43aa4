"""Choosing a tier: what it costs, what it saves, how long it lasts; then on to the checkout (DOMAIN W2, W6, W8)."""

from typing import NamedTuple

from flask import Response, abort, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Redirect

from shop.cards import find
from shop.cards.credit import policy_day
from shop.cards.models import Card, CardType
from shop.cards.open import card_of
from shop.catalogue.models import Offer
from shop.core.money import Cents
from shop.core.tiers import Tier
from shop.db import db, transaction
from shop.orders.basket import BasketFull
from shop.orders.card.look import look
from shop.orders.card.wish import put_in
from shop.web.cards.forms import TopUpForm
from shop.web.cards.room import bp
from shop.web.frame import visitor
from shop.web.frame.guard import me, signed_in
from shop.web.frame.security import form_checks_token
from shop.web.frame.show import show


class Wanted(NamedTuple):
    """What an address asks for: a type on sale, the card of it if there is one, and what it is to pay for.

    `missing` is what the appointment lacks, `debt` what must be settled before, in cents.
    """

    kind: CardType
    card: Card | None
    offer: Offer | None
    missing: Cents
    debt: Cents


@bp.get("/konto/wertkarte/aufladen")
@signed_in
def top_up() -> Response:
    """The tiers of a type; the smallest that is enough for the appointment is chosen already."""
    wanted = _wanted()
    form = TopUpForm(wanted.kind.offered, formdata=None)
    form.value.data = _enough(wanted)
    return _page(wanted, form)


@bp.post("/konto/wertkarte/aufladen")
@form_checks_token
@signed_in
def put_in_basket() -> Response | Redirect:
    """Put the chosen tier into the basket, and go to pay."""
    wanted = _wanted()
    form = TopUpForm(wanted.kind.offered)
    if not form.validate_on_submit():
        return _page(wanted, form, 400 if form.csrf_token.errors else 422)
    who, back_to = visitor.current(create=True) or "", wanted.offer.number if wanted.offer else ""
    try:
        with transaction():
            put_in(who, me().id, wanted.kind.key, form.cents(), back_to)
    except BasketFull:
        form.value.errors = [
            _("In Ihrem Warenkorb und auf der Merkliste ist kein Platz mehr. Bitte entfernen Sie dort etwas.")
        ]
        return _page(wanted, form, 422)
    return redirect(url_for("checkout.checkout"), 303)


def _page(wanted: Wanted, form: TopUpForm, status: int = 200) -> Response:
    return show(
        "cards/top_up.html",
        status=status,
        form=form,
        wanted=wanted,
        until=policy_day(),
        kinds=[] if wanted.offer else find.types_on_sale(),
        balance=find.now(wanted.card).balance if wanted.card else 0,
    )


def _wanted() -> Wanted:
    """What the address asks for; 404 for a type or an appointment that there is not."""
    key, number = request.args.get("typ", ""), request.args.get("termin", "")
    on_sale = find.types_on_sale()
    kind = next((each for each in on_sale if each.key == key or not key), None) or abort(404)
    card = card_of(me().id, kind.key)
    debt = find.debt(card) if card else 0
    if not number:
        return Wanted(kind, card, None, 0, debt)
    offer = db.session.get(Offer, number)
    if offer is None or offer.kind != "appointment" or not offer.published:
        abort(404)
    return Wanted(kind, card, offer, _missing(kind, offer), debt)


def _missing(kind: CardType, offer: Offer) -> Cents:
    """What a person's card of this type lacks for an appointment, in cents; all of the price without one.

    Nothing for a type that cannot pay for it; its debt may be in the way all the same.
    """
    stands = look(me(), offer)
    if offer.class_key not in kind.classes:
        return 0
    mine = next((each for each in stands.cards if each.type_key == kind.key), None)
    return mine.missing if mine else stands.price or 0


def _enough(wanted: Wanted) -> str | None:
    """The smallest tier that is enough, or the largest; None when nothing is wanted."""
    tiers: list[Tier] = sorted(wanted.kind.offered)
    needed = wanted.missing + wanted.debt
    if not needed:
        return None
    return str(next((tier for tier in tiers if tier.value >= needed), tiers[-1]).value)
