"""What a package consists of, and which packages hold a course."""

from sqlalchemy import String, cast, select

from shop.catalogue.models import Offer
from shop.db import db


def contents(package: Offer) -> list[Offer]:
    """The courses of a package in the order of its list, published or not: they are what is sold."""
    if not package.contains:
        return []
    rows = db.session.scalars(select(Offer).where(Offer.number.in_(package.contains)))
    kept = {each.number: each for each in rows}
    return [kept[number] for number in package.contains if number in kept]


def packages_with(number: str) -> list[Offer]:
    """The published packages that hold a course, by their numbers."""
    found = db.session.scalars(
        select(Offer)
        .where(
            Offer.published,
            Offer.kind == "package",
            cast(Offer.contains, String).contains(f'"{number}"', autoescape=True),
        )
        .order_by(Offer.number)
    )
    return list(found)
