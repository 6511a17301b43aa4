"""Kinds of base cards and contracts: add, rename, remove (DOMAIN W5)."""

from flask import Response, abort
from werkzeug.wrappers import Response as Redirect

from shop.catalogue import prices
from shop.catalogue.prices import reading
from shop.web.backoffice.changing import change
from shop.web.backoffice.forms import TitleForm
from shop.web.backoffice.room import bp
from shop.web.frame.guard import staff_only
from shop.web.frame.security import form_checks_token


@bp.post("/preise/vertraege")
@form_checks_token
@staff_only
def add_kind() -> Response | Redirect:
    """Add a kind of base card or contract."""
    form = TitleForm()
    return change("vertrag--neu", form, lambda: prices.add_contract_kind(form.title))


@bp.post("/preise/vertraege/<key>/umbenennen")
@form_checks_token
@staff_only
def rename_kind(key: str) -> Response | Redirect:
    """Give a kind another title."""
    form, slot = TitleForm(), f"vertrag-{_existing(key)}"
    return change(slot, form, lambda: prices.rename_contract_kind(key, form.title))


@bp.post("/preise/vertraege/<key>/entfernen")
@staff_only
def remove_kind(key: str) -> Response | Redirect:
    """Remove a kind that no row asks for and nobody has owned."""
    return change(f"vertrag-{_existing(key)}", None, lambda: prices.remove_contract_kind(key))


def _existing(key: str) -> str:
    return key if key in {each.key for each in reading.kinds()} else abort(404)
