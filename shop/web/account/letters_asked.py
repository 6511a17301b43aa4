"""Asking for a letter to an address: the answer is the same whether it has an account or not (QUALITY A8)."""

from collections.abc import Callable

from flask import Response, redirect, url_for
from flask_babel import gettext as _
from flask_security.utils import do_flash
from werkzeug.wrappers import Response as Redirect

from shop.db import transaction
from shop.orders import throttle
from shop.people import accounts
from shop.people.models import User
from shop.web.account.forms import AddressForm
from shop.web.account.slow import slower
from shop.web.frame import visitor
from shop.web.frame.show import show


def forgot_password() -> Response | Redirect:
    """Ask for a link that sets a new password."""
    return _ask("security/forgot_password.html", "account_reset", lambda user: user.active)


def send_confirmation() -> Response | Redirect:
    """Ask once more for the link that confirms an address."""
    return _ask(
        "security/send_confirmation.html",
        "account_confirm",
        lambda user: user.active and user.confirmed_at is None,
    )


def _ask(page: str, kind: str, fits: Callable[[User], bool]) -> Response | Redirect:
    form = AddressForm()
    if not form.validate_on_submit():
        return show(page, status=422 if form.is_submitted() else 200, form=form)
    try:
        with transaction():
            throttle.admit_letter(visitor.sources())
            user: User | None = accounts.by_email(form.email.data)
            if user and fits(user):
                accounts.queue_letter(kind, user)
    except throttle.Throttled as throttled:
        return slower(throttled.seconds)
    do_flash(
        _("Wenn es zu dieser Adresse ein Konto gibt, ist eine E-Mail mit einem Link unterwegs."), "success"
    )
    return redirect(url_for("security.login"), 303)
