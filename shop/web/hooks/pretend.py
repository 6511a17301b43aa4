"""The pretend till's page: a play of what a payment provider does, and it says so."""

from uuid import UUID

from flask import Response, abort, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from shop.centre.facts import centre
from shop.db import db, transaction
from shop.payments import pretend as till
from shop.payments.methods import offered
from shop.payments.models import Payment
from shop.web.frame.show import show
from shop.web.hooks.act import act
from shop.web.hooks.views import bp


@bp.get("/vorfuehrung/kasse/<uuid:payment>")
def pretend(payment: UUID) -> Response:
    """Show what this till can do next with a payment."""
    return _page(_payment(payment))


@bp.post("/vorfuehrung/kasse/<uuid:payment>")
def pretend_press(payment: UUID) -> AnyResponse:
    """Tell the shop what was pressed, the way a provider does, and send the buyer on."""
    _payment(payment)
    step = request.form.get("schritt", "")
    try:
        with transaction():
            notice = till.tell(payment, step)
    except till.NoSuchStep:
        return _page(_payment(payment), status=409)
    if notice is not None:
        act(notice.event_id)
    back = till.ways_back(payment)
    if back is None or step == "delayed":
        # The money that is still on its way arrives, or not, by a second press on this page.
        return redirect(url_for("hooks.pretend", payment=payment), 303)
    return redirect(back[1] if step == "cancelled" else back[0], 303)


def _payment(payment_id: UUID) -> Payment:
    """The payment of this till; where it must not run, and for any other payment, there is no page."""
    payment = db.session.get(Payment, payment_id)
    if payment is None or payment.method != "pretend" or "pretend" not in offered(centre().demo):
        abort(404)
    return payment


def _page(payment: Payment, status: int = 200) -> Response:
    told = till.told(payment.id)
    back = till.ways_back(payment.id)
    return show(
        "hooks/pretend.html",
        status=status,
        payment=payment,
        told=told,
        steps=till.NEXT[told],
        way_back=back[0] if back else None,
    )
