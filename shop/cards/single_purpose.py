"""Single-purpose cards: their top-ups are taxed, so all that they may pay for must be taxed alike (DOMAIN T1)."""

from collections.abc import Sequence

from sqlalchemy import or_, select

from shop import clock
from shop.cards.models import CardType
from shop.catalogue.models import Offer
from shop.db import db


def otherwise_taxed(kind: CardType) -> Sequence[str]:
    """Numbers of offers that cards of this type may pay for now though another tax code applies to them."""
    if not kind.tax_code:
        return []
    bookable = Offer.published, or_(Offer.starts_on.is_(None), Offer.starts_on >= clock.today())
    wrong = Offer.class_key.in_(kind.classes), Offer.tax_code != kind.tax_code
    return db.session.scalars(select(Offer.number).where(*bookable, *wrong).order_by(Offer.number)).all()
