"""The support form: by itself, or filled in after a redemption that failed (DOMAIN C8)."""

from flask import Response, redirect, request, url_for
from werkzeug.exceptions import TooManyRequests
from werkzeug.wrappers import Response as Redirect

from shop.db import transaction
from shop.orders import support, throttle
from shop.orders.support import Question
from shop.web.frame import visitor
from shop.web.frame.guard import current_person
from shop.web.frame.language import language
from shop.web.frame.security import form_checks_token
from shop.web.frame.show import show
from shop.web.redeem.forms import HelpForm
from shop.web.redeem.room import bp


@bp.get("/hilfe/")
def help() -> Response:
    """The empty form; who is signed in need not type their address."""
    person = current_person()
    known = {"email": person.email, "username": person.username or ""} if person else {}
    return show("redeem/help.html", form=HelpForm(formdata=None, **known))


@bp.post("/hilfe/")
@form_checks_token
def ask_for_help() -> Response | Redirect:
    """Send the question; or, on the way from a failed redemption, show the form with what is known.

    It comes by POST, because it holds the code (S6).
    """
    form = HelpForm()
    if request.form.get("schritt") != "senden":
        is_ours = form.csrf_token.validate(form)
        form.csrf_token.errors = []
        return show("redeem/help.html", form=form if is_ours else HelpForm(formdata=None))
    if not form.validate_on_submit():
        return show("redeem/help.html", status=400 if form.csrf_token.errors else 422, form=form)
    try:
        with transaction():
            throttle.admit_letter(visitor.sources())
            support.ask(_question(form), language())
    except throttle.Throttled as throttled:
        raise TooManyRequests(retry_after=throttled.seconds) from None
    return redirect(url_for("redeem.helped"), 303)


@bp.get("/hilfe/gesendet")
def helped() -> Response:
    """Say that the question has arrived."""
    return show("redeem/helped.html")


def _question(form: HelpForm) -> Question:
    return Question(
        email=form.email.data,
        organisation=form.organisation.data,
        course=form.course.data,
        username=form.username.data,
        error=form.error.data,
        code=form.code.data,
        message=form.message.data,
    )
