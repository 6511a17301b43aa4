"""What every page with a configurator shows: product, form, motifs, card."""

from collections.abc import Mapping
from typing import Any

from flask import request
from flask_babel import gettext as _

from shop.core.pricing import FREE
from shop.vouchers.models import VoucherProduct
from shop.web.configurator.card import card_of
from shop.web.configurator.forms import VoucherForm
from shop.web.configurator.products import motifs_of, rule_of

_KEPT = ("motif", "recipient", "dedication", "delivery", "recipient_email", "deliver_on")


def blank_form(product: VoucherProduct, typed: Mapping[str, Any] | None = None) -> VoucherForm:
    """A form as a visitor finds it: filled by a link (`?betrag=5000&motiv=danke`) or a basket line."""
    motifs = motifs_of(product)
    filled = typed or _from_link([motif.slug for motif in motifs])
    return VoucherForm(product, motifs, filled, to_keep=False)


def desk(form: VoucherForm, *, line: object = "", frame: bool = False) -> dict[str, Any]:
    """The facts that `storefront/_configurator.html` shows."""
    return {
        "product": form.product,
        "form": form,
        "motifs": form.motifs,
        "card": card_of(form, form.motifs),
        "line": line,
        "frame": frame,
        "notes": [confirmation()] if form.is_stale else [],
    }


def confirmation() -> str:
    """What to say when a filled form came without a valid token."""
    return _(
        "Bitte bestätigen Sie noch einmal mit „Buchen“ oder „Merken“. "
        "Alles, was Sie eingegeben haben, ist noch da."
    )


def typed_again(product: VoucherProduct, facts: Mapping[str, Any], quantity: int) -> dict[str, Any]:
    """A basket line's facts as the form's fields, to be changed."""
    euros, rest = divmod(int(facts["cents"]), 100)
    is_tier = facts["cents"] in rule_of(product).tiers
    return {
        **{key: facts[key] or "" for key in _KEPT},
        "amount": str(facts["cents"]) if is_tier else FREE,
        "wish": "" if is_tier else f"{euros},{rest:02d}".removesuffix(",00"),
        "quantity": str(quantity),
    }


def _from_link(motifs: list[str]) -> dict[str, str]:
    wished = request.args.get("motiv", "")
    amount = request.args.get("betrag", "")
    return {
        "motif": wished if wished in motifs else next(iter(motifs), ""),
        "amount": amount if amount == FREE or amount.isdecimal() else "",
    }
