"""Opening an account by oneself; the answer is the same whether the address has one or not (QUALITY A8)."""

import uuid

from flask import Response, redirect, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Redirect

from shop.db import transaction
from shop.orders import throttle
from shop.people.passwords import hashed
from shop.people.register import Newcomer, register
from shop.web.account.forms import RegisterForm
from shop.web.account.room import bp
from shop.web.frame import visitor
from shop.web.frame.guard import current_person, way_back, way_to
from shop.web.frame.guesses import come_back, no_more_letters
from shop.web.frame.language import language
from shop.web.frame.security import form_checks_token
from shop.web.frame.show import show

_LETTER_TO = "letter_to"  # in the session: the address, for the page that says where to look


@bp.get("/konto/eroeffnen")
def to_register() -> Response | Redirect:
    """Ask for what an account needs."""
    if current_person():
        return redirect(way_back(request.args.get("next")), 303)
    return _page(RegisterForm(), 200)


@bp.post("/konto/eroeffnen")
@form_checks_token
def open_account() -> Response | Redirect:
    """Open the account, to be confirmed from the mailbox; then say where to look."""
    form = RegisterForm()
    if not form.validate_on_submit():
        return _page(form, 400 if form.csrf_token.errors else 422)
    if current_person():
        return redirect(way_back(form.next.data), 303)
    newcomer = _newcomer(form)
    try:
        with transaction():
            throttle.admit_letter(visitor.sources())  # it counts for a taken name too, or all could be tried
            is_free = register(newcomer, form.form_key.data, form.next.data)
    except throttle.Throttled as throttled:
        form.email.errors = [no_more_letters(throttled.seconds)]
        return come_back(_page(form, 429), throttled.seconds)
    if not is_free:
        form.username.errors = [_("Diesen Namen oder einen zum Verwechseln ähnlichen gibt es schon.")]
        return _page(form, 422)
    session[_LETTER_TO] = newcomer.email
    return redirect(url_for("account.registered", next=form.next.data or None), 303)


@bp.get("/konto/eroeffnet")
def registered() -> Response:
    """Say that the mailbox is next; once with the address, in case it was mistyped."""
    way = way_to(request.args.get("next"))
    return show("account/registered.html", email=session.pop(_LETTER_TO, ""), way=way)


def _newcomer(form: RegisterForm) -> Newcomer:
    return Newcomer(
        first_name=form.first_name.data,
        last_name=form.last_name.data,
        email=form.email.data,
        username=form.username.data,
        password=hashed(form.password.data),
        language=language(),
    )


def _page(form: RegisterForm, status: int) -> Response:
    if form.form_key.errors or not form.form_key.data:
        form.form_key.data = str(uuid.uuid4())
    return show("account/register.html", status=status, form=form)
