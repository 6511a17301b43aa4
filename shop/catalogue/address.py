"""Where an offer's own page is, for calendars and for other programmes to read."""

from urllib.parse import quote

from flask import current_app

from shop.catalogue.models import Offer


def address(offer: Offer) -> str:
    """The absolute address of an offer's page."""
    return f"{current_app.config['BASE_URL']}/{part(offer.kind)}/{quote(offer.number)}"


def part(kind: str) -> str:
    """The part of the shop in which offers of a kind have their pages."""
    return "termine" if kind == "appointment" else "kurse"
