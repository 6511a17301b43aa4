"""What is kept about somebody, and what of it they change themselves."""

from datetime import UTC, datetime

from flask import Response, redirect, url_for
from flask_babel import gettext as _
from flask_security.utils import do_flash
from werkzeug.wrappers import Response as Redirect

from shop.bookings.enrolled import courses_of
from shop.db import db, transaction
from shop.people import accounts, organisations
from shop.people.models import User
from shop.web.account.forms import LANGUAGES, DetailsForm
from shop.web.account.room import bp
from shop.web.frame.guard import me, signed_in
from shop.web.frame.security import form_checks_token
from shop.web.frame.show import show


@bp.get("/konto/angaben")
@signed_in
def details() -> Response:
    """Show what is kept, and the form for name and language."""
    return _page(DetailsForm(obj=me()), 200)


@bp.post("/konto/angaben")
@signed_in
@form_checks_token
def change_details() -> Response | Redirect:
    """Change name and language; the pages speak the chosen language from now on too."""
    form = DetailsForm()
    if not form.validate_on_submit():
        return _page(form, 400 if form.csrf_token.errors else 422)
    user_id = me().id
    with transaction():
        accounts.describe(
            db.session.get_one(User, user_id), form.first_name.data, form.last_name.data, form.language.data
        )
    do_flash(_("Ihre Angaben sind gespeichert."), "success")
    return redirect(url_for("account.details", sprache=form.language.data), 303)


def _page(form: DetailsForm, status: int) -> Response:
    here = me()
    return show(
        "account/details.html",
        status=status,
        form=form,
        person=here,
        languages=LANGUAGES,
        opened=_moment(here.create_datetime),
        confirmed=_moment(here.confirmed_at),
        last_seen=_moment(here.current_login_at),
        courses=courses_of(here.id),
        organisations=organisations.of_user(here),
    )


def _moment(value: datetime | None) -> datetime | None:
    """The library keeps moments in UTC without saying so."""
    return value and value.replace(tzinfo=UTC)
