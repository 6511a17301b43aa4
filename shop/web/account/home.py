"""The account's own pages: what is in it, and how safe it is."""

from flask import Response, redirect, url_for
from flask_babel import gettext as _
from flask_security.utils import do_flash, logout_user
from werkzeug.wrappers import Response as Redirect

from shop.bookings.enrolled import courses_of
from shop.cards import find
from shop.cards.models import Card
from shop.db import transaction
from shop.people import accounts, organisations, staff
from shop.web.account.room import bp
from shop.web.frame.guard import me, signed_in
from shop.web.frame.show import show


@bp.get("/login")
def login() -> Redirect:
    """Where many people look first."""
    return redirect(url_for("security.login"), 301)


@bp.get("/konto/")
@signed_in
def home() -> Response:
    """What somebody has here: courses, organisations, value cards, and the way to safety."""
    here = me()
    return show(
        "account/home.html",
        person=here,
        courses=courses_of(here.id),
        organisations=organisations.of_user(here),
        is_staff=staff.is_staff(here),
        cards=[_card(each) for each in find.of_user(here.id)],
        can_open=bool(find.types_on_sale()),
    )


def _card(card: Card) -> dict[str, object]:
    """A value card in a line: what is on it, and whether it can be topped up."""
    kind = find.type_of(card)
    return {
        "number": card.number,
        "type_key": kind.key,
        "title": kind.title,
        "balance": find.now(card).balance,
        "can_top_up": kind.published,
    }


@bp.get("/konto/sicherheit")
@signed_in
def security() -> Response:
    """Password, second factor, passkeys and sessions."""
    return show("account/security.html", person=me())


@bp.post("/konto/ueberall-abmelden")
@signed_in
def log_out_everywhere() -> Redirect:
    """End every session of this account, this one included."""
    with transaction():
        accounts.log_out_everywhere(me())
    logout_user()
    do_flash(_("Sie sind jetzt auf allen Geräten abgemeldet."), "success")
    return redirect(url_for("security.login"), 303)
