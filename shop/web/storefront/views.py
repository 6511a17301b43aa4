"""What visitors look at and design: start page and vouchers."""

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from shop.catalogue import search
from shop.catalogue.search import Wish
from shop.core.pricing import AmountRule
from shop.db import transaction
from shop.orders import basket
from shop.vouchers.models import VoucherProduct
from shop.web.configurator import desk, products
from shop.web.configurator.card import Card, last_day
from shop.web.configurator.forms import VoucherForm
from shop.web.frame import visitor
from shop.web.frame.kept import show_kept
from shop.web.frame.security import embeddable, form_checks_token
from shop.web.frame.show import money, show

bp = Blueprint("storefront", __name__)

EXCERPT = 5


@bp.get("/")
def start() -> Response:
    """The start page: a voucher on the table, amounts, how it works, some courses."""
    return show_kept("storefront/start.html", _start)


def _start() -> dict[str, Any]:
    product = next(iter(products.all_offered()), None)
    courses = search.published(Wish(kind="course", free=True), per_page=EXCERPT).offers
    motifs = products.motifs_of(product) if product else []
    rule = products.rule_of(product) if product else None
    card = Card(
        picture=motifs[0].picture if motifs else "",
        cents=50_00,
        recipient=_("Tante Erna"),
        dedication=_("Weil du immer schon Italienisch lernen wolltest. Alles Liebe von uns allen."),
        valid_until=last_day(),
    )
    return {
        "product": product,
        "rule": rule,
        "card": card,
        "behind": motifs[4].picture if len(motifs) > 4 else "",
        "motifs": motifs,
        "courses": courses,
    }


@bp.get("/gutscheine/")
def vouchers() -> Response:
    """Every voucher that can be bought."""
    return show_kept("storefront/vouchers.html", _vouchers)


def _vouchers() -> dict[str, Any]:
    offered = products.all_offered()
    pictures = products.first_pictures(offered)
    ranges = {product.slug: _range(products.rule_of(product)) for product in offered}
    return {"products": offered, "pictures": pictures, "ranges": ranges}


def _range(rule: AmountRule) -> str:
    """The amounts of a rule, from the lowest to the highest."""
    ends = [*rule.tiers, *(end for end in (rule.low, rule.high) if end is not None)]
    low, high = money(min(ends)), money(max(ends))
    return low if low == high else _("%(low)s bis %(high)s", low=low, high=high)


@bp.get("/gutscheine/<slug>")
def configure(slug: str) -> Response:
    """The configurator, empty, filled by a link, or filled with a basket line to change (G4)."""
    return show_kept("storefront/configure.html", lambda: _configurator(slug))


def _configurator(slug: str) -> dict[str, Any]:
    product, line = _offered(slug), _line()
    typed = desk.typed_again(product, line.facts, line.quantity) if line else None
    return desk.desk(desk.blank_form(product, typed), line=line.id if line else "")


@bp.post("/gutscheine/<slug>")
@form_checks_token
def put_in(slug: str) -> Response:
    """Put the designed voucher into the basket or on the remember list, or say what is wrong."""
    form = _form(slug, to_keep=True)
    is_valid = form.validate()
    facts = desk.desk(form, line=request.args.get("zeile", ""))
    if not is_valid:
        return show("storefront/configure.html", status=400 if form.is_stale else 422, **facts)
    try:
        return _keep(form, remembered=request.form.get("intent") == "merken")
    except basket.BasketFull:
        full = _(
            "Mehr als %(most)s Zeilen haben wir nicht Platz. Bitte entfernen Sie zuerst eine.",
            most=basket.LONGEST,
        )
        return show("storefront/configure.html", status=422, **{**facts, "notes": [full]})


def _keep(form: VoucherForm, *, remembered: bool) -> Response:
    who, line = visitor.current(create=True) or "", _line()
    with transaction():
        if line:
            basket.change(who, line.id, facts=form.facts(), quantity=form.pieces)
        else:
            basket.add(who, "voucher", form.facts(), quantity=form.pieces, remembered=remembered)
    return redirect(url_for("checkout.remembered" if remembered else "checkout.basket"), 303)


@bp.post("/gutscheine/<slug>/vorschau")
@form_checks_token
def preview(slug: str) -> Response:
    """The voucher as typed so far. Changes nothing, refuses nothing."""
    framed = "frame" in request.form
    page = "storefront/embed.html" if framed else "storefront/configure.html"
    facts = desk.desk(_form(slug, to_keep=False), line=request.args.get("zeile", ""), frame=framed)
    response = show(page, part="storefront/_preview.html", **facts)
    return embeddable(response) if framed else response


@bp.get("/einbetten/<slug>")
def embed(slug: str) -> Response:
    """The configurator in a bare frame, for other websites that are allowed to show it (G3b)."""
    facts = desk.desk(desk.blank_form(_offered(slug)), frame=True)
    return embeddable(show("storefront/embed.html", **facts))


def _offered(slug: str) -> VoucherProduct:
    return products.offered(slug) or abort(404)


def _form(slug: str, *, to_keep: bool) -> VoucherForm:
    product = _offered(slug)
    return VoucherForm(product, products.motifs_of(product), to_keep=to_keep)


def _line() -> basket.BasketEntry | None:
    """The basket line that the address names, when it is this visitor's and a voucher."""
    try:
        wanted = UUID(request.args.get("zeile", ""))
    except ValueError:
        return None
    return basket.entry(visitor.current(), wanted)
