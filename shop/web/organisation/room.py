"""The blueprint that this room's views hang on, and how each finds its organisation (QUALITY A2)."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, Response
from flask_babel import format_date

from shop import clock
from shop.people.models import Organisation
from shop.people.organisations import of_user
from shop.web.frame.guard import administered, current_person
from shop.web.frame.show import show

bp = Blueprint("organisation", __name__, url_prefix="/organisation")


@bp.app_template_filter("short_day")
def short_day(value: date) -> str:
    """A local date, or a moment on the shop's wall, as lists show it: 31.12.2029."""
    if isinstance(value, datetime):
        value = clock.local(value).date()
    return str(format_date(value, "medium"))


def mine(organisation_id: UUID) -> Organisation:
    """The organisation that the person who is logged in administers; anybody else's does not exist."""
    return administered(organisation_id)


def desk(
    organisation: Organisation,
    page: str,
    here: str,
    part: str | None = None,
    status: int = 200,
    **facts: Any,
) -> Response:
    """Answer with one of the desk's pages; `here` names its room."""
    person = current_person()
    return show(
        f"organisation/{page}.html",
        f"organisation/{part}.html" if part else None,
        status=status,
        organisation=organisation,
        several=person is not None and len(of_user(person)) > 1,
        home=f"/organisation/{organisation.id}/",
        here=here,
        **facts,
    )
