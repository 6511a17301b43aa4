"""Accepting to administer an organisation: with the account one has, or with a new one (DOMAIN C1)."""

from flask import Response, redirect, session, url_for
from flask_babel import gettext as _
from flask_security.utils import do_flash, login_user
from werkzeug.wrappers import Response as Redirect

from shop import clock
from shop.db import db, transaction
from shop.orders import throttle
from shop.people import accounts, organisations
from shop.people.models import Organisation, User
from shop.people.passwords import hashed
from shop.web.account.forms import NewAccountForm
from shop.web.account.room import bp
from shop.web.account.slow import slower
from shop.web.frame import visitor
from shop.web.frame.guard import AFTER_SIGN_IN, current_person
from shop.web.frame.language import language
from shop.web.frame.show import show


@bp.get("/konto/einladung/<token>")
def invited(token: str) -> Response:
    """Say who invites, and ask how to go on."""
    return _page(token, NewAccountForm())


@bp.get("/konto/einladung/<token>/anmelden")
def to_log_in(token: str) -> Response | Redirect:
    """Log in with an account that there is, then come back here; no address carries the link on."""
    try:
        organisations.of_token(token)
    except organisations.NotOpen:
        return _gone()
    session[AFTER_SIGN_IN] = url_for("account.invited", token=token)
    return redirect(url_for("security.login"), 302)


@bp.post("/konto/einladung/<token>/annehmen")
def accept(token: str) -> Response | Redirect:
    """Accept with the account that is signed in."""
    here = current_person()
    if here is None:
        return to_log_in(token)
    try:
        with transaction():
            organisation = organisations.accept(token, here)
            name = organisation.name
    except organisations.NotOpen:
        return _gone()
    return _welcome(name)


@bp.post("/konto/einladung/<token>")
def open_and_accept(token: str) -> Response | Redirect:
    """Open an account and accept with it. Whoever has the link has the mailbox, so that is confirmed."""
    form = NewAccountForm()
    if current_person() is not None or not form.validate_on_submit():
        return _page(token, form, 422)
    password = hashed(form.password.data)
    try:
        with transaction():
            throttle.admit_letter(visitor.sources())
            user = _opened(token, form, password)
            name = organisations.accept(token, user).name
            user_id = user.id
    except organisations.NotOpen:
        return _gone()
    except accounts.Taken as taken:
        return _taken(token, form, taken)
    except throttle.Throttled as throttled:
        return slower(throttled.seconds)
    _sign_in(user_id)
    return _welcome(name)


def _opened(token: str, form: NewAccountForm, password: str) -> User:
    invitation = organisations.of_token(token)
    user = accounts.open_account(
        email=invitation.email,
        username=form.username.data,
        password=password,
        first_name=form.first_name.data,
        last_name=form.last_name.data,
        language=language(),
    )
    user.confirmed_at = clock.now().replace(tzinfo=None)
    return user


def _sign_in(user_id: int) -> None:
    with transaction():
        login_user(db.session.get_one(User, user_id), authn_via=["invitation"])


def _page(token: str, form: NewAccountForm, status: int = 200) -> Response:
    try:
        invitation = organisations.of_token(token)
    except organisations.NotOpen:
        return _gone()
    return show(
        "account/invited.html",
        status=status,
        token=token,
        form=form,
        invitation=invitation,
        organisation=db.session.get_one(Organisation, invitation.organisation_id),
        inviter=db.session.get(User, invitation.invited_by) if invitation.invited_by else None,
        person=current_person(),
        has_account=accounts.by_email(invitation.email) is not None,
    )


def _taken(token: str, form: NewAccountForm, taken: accounts.Taken) -> Response:
    if taken.field == "username":
        form.username.errors = [_("Diesen Namen oder einen zum Verwechseln ähnlichen gibt es schon.")]
    return _page(token, form, 422)


def _gone() -> Response:
    return show("account/not_invited.html", status=404)


def _welcome(name: str) -> Redirect:
    do_flash(_("Willkommen. Sie verwalten jetzt die Kurs-Voucher von %(name)s.", name=name), "success")
    return redirect(url_for("account.home"), 303)
