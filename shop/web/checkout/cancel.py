"""Cancelling a booking from the order's page: first what goes back where, then the deed (DOMAIN R8, R10)."""

from uuid import UUID

from flask import Response, abort, make_response, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect

from shop.db import db, transaction
from shop.documents import issue as documents
from shop.orders import papers
from shop.orders.booked import Booked, booked
from shop.orders.cancel import TooLate, cancel_booking
from shop.orders.cancel_words import rows
from shop.web.checkout.order import order_of
from shop.web.checkout.room import bp
from shop.web.frame.language import language
from shop.web.frame.show import show


@bp.get("/bestellung/<token>/stornieren/<uuid:booking_id>")
def cancel(token: str, booking_id: UUID) -> Response:
    """Say exactly what would go back where, or what has gone, or that it is too late."""
    return _page(token, booking_id)


@bp.post("/bestellung/<token>/stornieren/<uuid:booking_id>")
def confirm_cancel(token: str, booking_id: UUID) -> Response | Redirect:
    """Cancel what its buyer was shown; when that is no longer what would happen, show it anew."""
    with transaction():
        place = _place(token, booking_id)
        is_seen = place.state == "cancelled" or place.mark == request.form.get("seen")
        if is_seen:
            try:
                cancel_booking(place.id, by="customer")
            except TooLate:
                is_seen = False
    if not is_seen:
        return _page(token, booking_id, changed=True)
    return redirect(url_for("checkout.cancel", token=token, booking_id=booking_id), 303)


@bp.get("/bestellung/<token>/beleg/<number>.pdf")
def paper(token: str, number: str) -> Response:
    """A document of this order: receipt, invoice, or what takes one back."""
    order = order_of(token)
    document = next((each for each in documents.of_order(order.id) if each.number == number), None)
    if document is None:
        abort(404)
    name, make = f"{papers.title(document)}-{document.number}.pdf", papers.page(order, document)
    db.session.rollback()  # a page takes its time, and must not keep a transaction open
    headers = {"Content-Type": "application/pdf", "Content-Disposition": f'inline; filename="{name}"'}
    return make_response(make(), headers)


def _page(token: str, booking_id: UUID, *, changed: bool = False) -> Response:
    place, order = _place(token, booking_id), order_of(token)
    return show(
        "checkout/cancel.html",
        status=409 if changed else 200,
        order=order,
        token=token,
        place=place,
        rows=rows([place.cancelled], language()) if place.cancelled else [],
        documents=documents.of_order(order.id),
        changed=changed,
    )


def _place(token: str, booking_id: UUID) -> Booked:
    """A firm or cancelled booking of the order that this link opens; others do not exist (QUALITY A2)."""
    places = booked(order_of(token), language())
    known = (
        place for place in places if place.id == booking_id and place.state in ("confirmed", "cancelled")
    )
    return next(known, None) or abort(404)
