"""Finding one offer."""

from sqlalchemy import bindparam, select

from shop.catalogue.models import Offer
from shop.db import db

_OFFER = select(Offer).where(Offer.number == bindparam("number"))
_SHARED = _OFFER.with_for_update(read=True).execution_options(populate_existing=True)


def find(number: str) -> Offer | None:
    """The offer with a number, published or not."""
    return db.session.scalars(_OFFER, {"number": number}).one_or_none()


def keep(number: str) -> Offer:
    """The offer with a number as it stands now; nobody changes it until the caller's transaction ends.

    Others may keep it at the same time.
    """
    return db.session.scalars(_SHARED, {"number": number}).one()
