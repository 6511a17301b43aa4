"""The checkout: who buys, how it gets paid, and the one button that orders."""

import uuid
from collections.abc import Iterable, Sequence
from uuid import UUID

from flask import Response, current_app, redirect, url_for
from werkzeug.wrappers import Response as Redirect

from shop.centre.facts import centre
from shop.db import transaction
from shop.orders import basket as wishes
from shop.orders import pay, place, throttle
from shop.orders.basket import BasketEntry
from shop.orders.models import Order, OrderLine
from shop.orders.redemption.plan import plan
from shop.payments import methods
from shop.payments.gateway import GatewayError
from shop.payments.models import Payment
from shop.web.checkout.cards import could_pay, let_strangers_go, my_cards, notices
from shop.web.checkout.forms import CheckoutForm
from shop.web.checkout.room import bp
from shop.web.frame import visitor
from shop.web.frame.guard import current_person, returns_after_sign_in
from shop.web.frame.guesses import come_back, no_more_letters
from shop.web.frame.language import language
from shop.web.frame.security import form_checks_token
from shop.web.frame.show import link, show


def offered(lines: Iterable[BasketEntry | OrderLine]) -> Sequence[str]:
    """The ways to pay for these lines; a top-up can be paid at the counter too (W6)."""
    here = centre()
    counter = any(line.kind == "card" for line in lines)
    return methods.offered(demo=here.demo, bank=bool(here.iban), counter=counter)


def page(
    form: CheckoutForm, status: int, refused: place.Refusal | None = None, *, card_error: str = ""
) -> Response:
    """The checkout as it stands now; for htmx only the part that vouchers and cards change."""
    who = visitor.current()
    entries = wishes.lines(who)
    wanted = plan(who, entries)
    form.offer(offered(entries), wanted.due)
    form.seen.data = wishes.seen(entries, wanted.mark)
    if refused or form.form_key.errors or not form.form_key.data:
        form.form_key.data = str(uuid.uuid4())
    return show(
        "checkout/checkout.html",
        "checkout/_pay.html",
        status=status,
        form=form,
        entries=entries,
        plan=wanted,
        my_cards=my_cards(entries, wanted),
        card_error=card_error,
        could_pay=could_pay(entries),
        notices=notices(entries),
        total=wanted.total,
        refusal=refused or place.refusal(entries),
    )


@bp.get("/kasse/")
@returns_after_sign_in
def checkout() -> Response | Redirect:
    """Ask for the buyer's data and show what will be ordered."""
    let_strangers_go()
    entries = wishes.lines(visitor.current())
    if place.refusal(entries):
        return redirect(url_for("checkout.basket"), 303)
    return page(CheckoutForm(data=_known()), 200)


def _known() -> dict[str, str]:
    """What the account of whoever is signed in says already; an address is in none."""
    person = current_person()
    if person is None:
        return {}
    return {"first_name": person.first_name, "last_name": person.last_name, "email": person.email}


@bp.post("/kasse/")
@form_checks_token
def order_now() -> Response | Redirect:
    """Order, with obligation to pay; then on to the payment."""
    let_strangers_go()
    who = visitor.current()
    entries = wishes.lines(who)
    form = CheckoutForm().offer(offered(entries), plan(who, entries).due)
    if not form.validate_on_submit():
        return page(form, 400 if form.csrf_token.errors else 422)
    try:
        order, payment = _place(form)
    except place.Refused as refused:
        return page(form, 422, refused.reason)
    except throttle.Throttled as throttled:
        form.email.errors = [no_more_letters(throttled.seconds)]
        return come_back(page(form, 429), throttled.seconds)
    return to_payment(order, payment)


def _place(form: CheckoutForm) -> tuple[Order, Payment | None]:
    who = visitor.current(create=True)
    assert who is not None
    with transaction():
        return place.place(
            who,
            form_key=UUID(form.form_key.data),
            seen=form.seen.data or "",
            buyer=form.buyer(),
            method=form.method.data,
            language=language(),
            sources=visitor.sources(),
        )


def to_payment(order: Order, payment: Payment | None) -> Redirect:
    """Send the buyer to pay, or to the order's page, which also helps when the provider is away (F2).

    A form sent again after paying, or after the payment has failed, leads to the order's page too (F6).
    """
    token = place.token(order)
    page = url_for("checkout.order", token=token)
    if payment is None or payment.state != "begun":
        return redirect(page, 303)
    try:
        pay_url = pay.begin(
            order,
            payment,
            return_url=link("checkout.order", token=token, zurueck=1),
            cancel_url=link("checkout.order", token=token),
        )
    except GatewayError as error:
        current_app.logger.warning("no payment could be begun for order %s: %r", order.number, error)
        return redirect(url_for("checkout.order", token=token, gestoert=1), 303)
    return redirect(pay_url or page, 303)
