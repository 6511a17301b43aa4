"""The withdrawal function: on every page, without log-in, in two steps (DOMAIN L3, § 356a BGB)."""

from flask import Response, redirect, url_for
from werkzeug.exceptions import TooManyRequests
from werkzeug.wrappers import Response as Redirect

from shop.db import transaction
from shop.orders import throttle
from shop.orders.withdraw import withdraw as declare
from shop.web.checkout.forms import WithdrawalForm
from shop.web.checkout.room import bp
from shop.web.frame import visitor
from shop.web.frame.language import language
from shop.web.frame.security import form_checks_token
from shop.web.frame.show import show


@bp.get("/vertrag-widerrufen/")
def withdraw() -> Response:
    """Ask for the little that a withdrawal needs."""
    return show("checkout/withdraw.html", form=WithdrawalForm())


@bp.post("/vertrag-widerrufen/")
@form_checks_token
def confirm_withdrawal() -> Response | Redirect:
    """Take the declaration, acknowledge it by mail at once, and call staff."""
    form = WithdrawalForm()
    if not form.validate_on_submit():
        return show("checkout/withdraw.html", status=400 if form.csrf_token.errors else 422, form=form)
    try:
        with transaction():
            throttle.admit_letter(visitor.sources())
            declare(form.name.data, form.contract.data, form.email.data, language())
    except throttle.Throttled as throttled:
        raise TooManyRequests(retry_after=throttled.seconds) from None
    return redirect(url_for("checkout.withdrawn"), 303)


@bp.get("/vertrag-widerrufen/erhalten")
def withdrawn() -> Response:
    """Say that the declaration has arrived."""
    return show("checkout/withdrawn.html")
