"""What a voucher line costs, and whether it can be sold right now."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import current_app

from shop import clock
from shop.core.goods import Quote
from shop.core.words import said
from shop.db import db
from shop.vouchers.models import VoucherProduct


def quote(facts: Mapping[str, Any], language: str) -> Quote:
    """Decide a basket line's price anew from its facts; what a client sent before has no say.

    Problems: `gone` (unpublished, DOMAIN G1), `amount`, `motif`, `day`.
    """
    product = db.session.get(VoucherProduct, facts["product"])
    if product is None or not product.offer.published:
        return Quote(facts["product"], facts["cents"], "gone")
    return Quote(said(product.offer.title, language), facts["cents"], _problem(product, facts))


def _problem(product: VoucherProduct, facts: Mapping[str, Any]) -> str:
    rule, cents = product.amount_rule, facts["cents"]
    is_free = rule.low is not None and rule.high is not None and rule.low <= cents <= rule.high
    if not (cents in rule.tiers or is_free) or cents > current_app.config["VOUCHER_CEILING"]:
        return "amount"
    if facts["motif"] not in (product.motifs or [None]):
        return "motif"
    if facts["deliver_on"] and date.fromisoformat(facts["deliver_on"]) < clock.today():
        return "day"
    return ""
