"""The blueprint that this room's views hang on, and what every template may ask about a booking."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Blueprint, abort
from flask_babel import format_date

from shop.bookings.about import About, about
from shop.catalogue import search
from shop.catalogue.models import Offer
from shop.web.frame.language import language

bp = Blueprint("booking", __name__)


@bp.app_template_global()
def about_booking(facts: Mapping[str, Any]) -> About | None:
    """What a booking line is about, for baskets, orders and letters alike."""
    return about(facts, language())


@bp.app_template_filter()
def month(day: date) -> str:
    """The short name of a day's month."""
    return str(format_date(day, "MMM"))


def course_of(number: str) -> Offer:
    """The course or package with this number; a voucher is none (404)."""
    offer = search.by_number(number) or abort(404)
    return offer if offer.kind in ("course", "package") else abort(404)
