"""What the configurator may sell: published products, the amounts they allow, their motifs."""

from collections.abc import Sequence

from flask import current_app
from sqlalchemy import select

from shop.catalogue.models import Offer
from shop.core.pricing import AmountRule
from shop.db import db
from shop.vouchers.models import Motif, VoucherProduct


def offered(slug: str) -> VoucherProduct | None:
    """The product with this slug, when it is published and has an amount that may be sold (DOMAIN G1)."""
    return _sellable(db.session.get(VoucherProduct, slug))


def offered_as(number: str) -> VoucherProduct | None:
    """The product that stands in the catalogue under a course number (DOMAIN G3a)."""
    query = select(VoucherProduct).where(VoucherProduct.offer_number == number)
    return _sellable(db.session.scalar(query))


def all_offered() -> list[VoucherProduct]:
    """Every product that can be bought now, by course number."""
    query = select(VoucherProduct).join(VoucherProduct.offer).where(Offer.published)
    found = db.session.scalars(query.order_by(VoucherProduct.offer_number))
    return [product for product in found if _rule(product)]


def rule_of(product: VoucherProduct) -> AmountRule:
    """The amounts of an offered product that stay within the shop's ceiling (DOMAIN G10)."""
    rule = _rule(product)
    if rule is None:
        raise ValueError(f"{product.slug} has no amount below the ceiling")
    return rule


def motifs_of(product: VoucherProduct) -> list[Motif]:
    """The motifs that a product allows, in its order; empty for a voucher without picture (DOMAIN G5)."""
    if not product.motifs:
        return []
    found = {
        motif.slug: motif for motif in db.session.scalars(select(Motif).where(Motif.slug.in_(product.motifs)))
    }
    return [found[slug] for slug in product.motifs if slug in found]


def first_pictures(offered: Sequence[VoucherProduct]) -> dict[str, str]:
    """The picture of each product's first motif, by product; those without motifs are missing."""
    firsts = {product.slug: product.motifs[0] for product in offered if product.motifs}
    rows = db.session.execute(select(Motif.slug, Motif.picture).where(Motif.slug.in_(firsts.values())))
    pictures = {slug: picture for slug, picture in rows}
    return {slug: pictures[motif] for slug, motif in firsts.items() if motif in pictures}


def _sellable(product: VoucherProduct | None) -> VoucherProduct | None:
    if product is None or not product.offer.published or _rule(product) is None:
        return None
    return product


def _rule(product: VoucherProduct) -> AmountRule | None:
    ceiling: int = current_app.config["VOUCHER_CEILING"]
    tiers = tuple(tier for tier in product.tiers if tier <= ceiling)
    low, high = product.low, product.high
    if low is not None and high is not None and low <= ceiling:
        return AmountRule(tiers, low, min(high, ceiling))
    return AmountRule(tiers) if tiers else None
