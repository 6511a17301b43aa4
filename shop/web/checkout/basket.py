"""The basket and the remember list."""

from uuid import UUID

from flask import Response, abort, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect

from shop.db import transaction
from shop.orders import basket as wishes
from shop.orders import place
from shop.web.checkout.room import bp
from shop.web.frame import visitor
from shop.web.frame.show import show

MOST = 20  # pieces of one line


def _shown() -> Response:
    entries = wishes.lines(visitor.current())
    return show(
        "checkout/basket.html",
        "checkout/_basket.html",
        entries=entries,
        total=place.total(entries),
        refusal=place.refusal(entries),
    )


@bp.get("/warenkorb/")
def basket() -> Response:
    """What lies in the basket."""
    return _shown()


@bp.get("/merkliste/")
def remembered() -> Response:
    """What a visitor wants to remember."""
    return show("checkout/remembered.html", entries=wishes.lines(visitor.current(), remembered=True))


@bp.post("/warenkorb/<uuid:line>/menge")
def set_quantity(line: UUID) -> Response | Redirect:
    """Change how many pieces of a line are wanted."""
    typed = request.form.get("quantity", "")
    if not (typed.isascii() and typed.isdigit() and len(typed) < 4 and 1 <= int(typed) <= MOST):
        abort(422)
    entry = wishes.entry(visitor.current(), line)
    if entry is not None and entry.kind != "voucher":
        abort(422)  # one line is one person's place, or one top-up of a card
    return _changed(line, quantity=int(typed))


@bp.post("/warenkorb/<uuid:line>/merken")
def remember(line: UUID) -> Response | Redirect:
    """Move a line from the basket to the remember list; credit for a card is not something to remember."""
    entry = wishes.entry(visitor.current(), line)
    if entry is not None and entry.kind == "card":
        abort(422)
    return _changed(line, remembered=True)


@bp.post("/merkliste/<uuid:line>/buchen")
def take(line: UUID) -> Response | Redirect:
    """Move a line from the remember list into the basket."""
    return _changed(line, remembered=False)


@bp.post("/warenkorb/<uuid:line>/entfernen")
def remove(line: UUID) -> Response | Redirect:
    """Take a line out of the basket or off the remember list."""
    entry = wishes.entry(visitor.current(), line)
    with transaction():
        found = wishes.remove(visitor.current(), line)
    if not found or entry is None:
        abort(404)
    return _back("checkout.basket")


def _changed(line: UUID, **values: object) -> Response | Redirect:
    with transaction():
        found = wishes.change(visitor.current(), line, **values)
    if not found:
        abort(404)
    return _back("checkout.basket")


def _back(endpoint: str) -> Response | Redirect:
    """The new basket as a part for htmx, a fresh page for everyone else."""
    if "HX-Request" in request.headers:
        return _shown()
    return redirect(url_for(endpoint), 303)
