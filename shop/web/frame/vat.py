"""What a price says about VAT."""

from flask import current_app
from flask_babel import gettext as _

from shop import clock
from shop.catalogue.models import Offer
from shop.centre.tax_notes import tax_note
from shop.core import tax
from shop.core.words import said
from shop.web.frame.language import language


def vat_said(offer: Offer) -> str:
    """What the price says about VAT: the rate in it, or why there is none."""
    country = str(current_app.config["COUNTRY"])
    day = offer.starts_on or clock.today()
    if note := tax_note(country, offer.tax_code, day):
        return said(note, language())
    permille = tax.permille(country, offer.tax_code, day)
    rate = f"{permille // 10}" if permille % 10 == 0 else f"{permille / 10:.1f}".replace(".", ",")
    return str(_("einschließlich %(rate)s %% Umsatzsteuer", rate=rate))
