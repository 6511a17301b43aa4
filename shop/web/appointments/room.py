"""The blueprint that this room's views hang on, and how an appointment's time is said."""

from datetime import date, datetime

from flask import Blueprint
from flask_babel import format_date
from flask_babel import gettext as _

from shop.catalogue import appointments
from shop.catalogue.prices import class_titles
from shop.core.words import said
from shop.web.frame.language import language

bp = Blueprint("appointments", __name__)


@bp.app_template_filter()
def times(start_and_end: tuple[datetime, datetime]) -> str:
    """From when to when, as a clock on the wall shows it."""
    start, end = start_and_end
    return str(_("%(start)s–%(end)s Uhr", start=f"{start:%H:%M}", end=f"{end:%H:%M}"))


@bp.app_template_filter()
def weekday(value: date) -> str:
    """A day with its name, without the year: Montag, 30. November."""
    return str(format_date(value, "EEEE d MMMM" if language() == "en" else "EEEE, d. MMMM"))


@bp.app_template_filter()
def short_weekday(value: date) -> str:
    """The two letters of a day: Mo."""
    return str(format_date(value, "EEEEEE")).rstrip(".")


@bp.app_template_filter()
def day_and_month(value: date) -> str:
    """A day without its year: 30. November."""
    return str(format_date(value, "d MMMM" if language() == "en" else "d. MMMM"))


@bp.app_template_filter()
def day_of_month(value: date) -> str:
    """The bare day, where month and year follow with another: 23."""
    return str(value.day) if language() == "en" else f"{value.day}."


def titles_of_classes() -> dict[str, str]:
    """What each appointment class is called in the current language, by its key."""
    return {key: said(title, language()) for key, title in class_titles("appointment").items()}


span = appointments.span
