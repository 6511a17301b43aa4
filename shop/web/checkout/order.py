"""The order's page: a link that only its holder knows shows state, vouchers and receipt."""

import uuid
from collections.abc import Callable

from flask import Response, abort, make_response, redirect, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as Redirect

from shop import clock
from shop.centre.facts import centre
from shop.core import codes
from shop.core.goods import Gone
from shop.db import db, transaction
from shop.documents import issue as documents
from shop.orders import pay, place, receipt, tender
from shop.orders.attempts import latest_payment, money_here
from shop.orders.booked import booked
from shop.orders.models import Order
from shop.orders.purses import number_of
from shop.orders.tender import Lost
from shop.outbox import queue
from shop.paper.qr import epc_svg
from shop.payments.models import Payment
from shop.vouchers import find, letter
from shop.vouchers.models import Voucher
from shop.web.checkout.cards import notices
from shop.web.checkout.checkout import offered, to_payment
from shop.web.checkout.room import bp
from shop.web.frame.language import language
from shop.web.frame.show import show


def order_of(token: str) -> Order:
    """The order that a link opens; a wrong link opens nothing (404)."""
    order = db.session.scalar(select(Order).where(Order.token_hash == place.token_hash(token)))
    return order or abort(404)


def _state(order: Order, payment: Payment | None) -> str:
    """What to tell: `paid`, `late`, `transfer`, `counter`, `waiting`, `checking`, `open` or `failed`."""
    if order.state == "settled" or payment is None:
        return "paid"
    if money_here(order.id):
        return "late"
    if payment.state in ("failed", "expired"):
        return "failed"
    if payment.method in ("bank", "counter"):
        return "transfer" if payment.method == "bank" else "counter"
    if payment.state == "waiting":
        return "waiting"
    return "checking" if "zurueck" in request.args else "open"


@bp.get("/bestellung/<token>")
def order(token: str) -> Response:
    """Show where an order stands; the part alone while the page polls."""
    order = order_of(token)
    payment = latest_payment(order.id)
    return show(
        "checkout/order.html",
        "checkout/_state.html",
        order=order,
        token=token,
        payment=payment,
        state=_state(order, payment),
        vouchers=[voucher for line in order.lines for voucher in find.of_line(line.id)],
        bookings=booked(order, language()),
        documents=documents.of_order(order.id),
        paid_by=_paid_by(order),
        methods=offered(order.lines),
        notices=notices(order.lines),
        appointment=_way_back(order),
        disturbed="gestoert" in request.args,
        lost="verloren" in request.args,
        sent_again="gesendet" in request.args,
    )


def _paid_by(order: Order) -> list[dict[str, object]]:
    """The vouchers and cards that pay for the order, or have paid: `number`, and the cents that each `pays`."""
    held = (each for each in tender.of_order(order.id) if each.state != "released")
    return [{"number": number_of(each.account), "pays": each.cents} for each in held]


def _way_back(order: Order) -> str:
    """The appointment that somebody wanted to book when the credit was not enough, or empty (W3)."""
    return next((line.facts["back_to"] for line in order.lines if line.facts.get("back_to")), "")


@bp.post("/bestellung/<token>/bezahlen")
def pay_again(token: str) -> Redirect:
    """Continue a payment that was left, or start anew after one that failed."""
    order = order_of(token)
    method = request.form.get("method", order.payment_method)
    if order.state == "settled" or method not in offered(order.lines):
        return redirect(url_for("checkout.order", token=token), 303)
    try:
        with transaction():
            payment = pay.again(order, method)
    except (Gone, Lost):
        # A seat or a voucher was kept for it as long as promised, and is somebody else's now.
        return redirect(url_for("checkout.order", token=token, verloren=1), 303)
    return to_payment(order, payment)


@bp.post("/bestellung/<token>/erneut-senden")
def send_again(token: str) -> Redirect:
    """Send the confirmation once more, with the same codes (DOMAIN G11); at most every ten minutes."""
    order = order_of(token)
    if order.state != "settled":
        abort(404)
    slot = int(clock.now().timestamp()) // 600
    with transaction():
        queue.put(
            uuid.uuid5(order.id, f"mail:again:{slot}"),
            "order_confirmed",
            recipient=order.email,
            facts={"order": str(order.id)},
            reference=order.number,
        )
    return redirect(url_for("checkout.order", token=token, gesendet=1), 303)


@bp.get("/bestellung/<token>/gutschein/<number>.pdf")
def voucher_pdf(token: str, number: str) -> Response:
    """A voucher of this order as an A4 page to print."""
    order = order_of(token)
    ours = Voucher.order_line_id.in_([line.id for line in order.lines])
    voucher = db.session.scalar(select(Voucher).where(Voucher.number == _read(number), ours)) or abort(404)
    return _pdf(letter.page(voucher), letter.pdf_name(voucher))


@bp.get("/bestellung/<token>/kaufbeleg.pdf")
def receipt_pdf(token: str) -> Response:
    """The receipt of a paid order."""
    order = order_of(token)
    receipts = (document for document in documents.of_order(order.id) if document.kind == "receipt")
    document = next(receipts, None) or abort(404)
    return _pdf(receipt.page(order, document), f"Kaufbeleg-{document.number}.pdf")


@bp.get("/bestellung/<token>/ueberweisung.svg")
def transfer_code(token: str) -> Response:
    """The QR code that a banking app reads to fill in the transfer."""
    order, here = order_of(token), centre()
    if not here.iban:
        abort(404)
    picture = epc_svg(here.account_holder, here.iban, here.bic, order.due_cents, order.number)
    alone = str(picture).replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
    return make_response(alone, {"Content-Type": "image/svg+xml; charset=utf-8"})


def _read(number: str) -> str:
    try:
        return codes.read_number(number)
    except codes.Malformed:
        abort(404)


def _pdf(page: Callable[[], bytes], name: str) -> Response:
    """A page to print; it is made after the reading transaction is let go, for it takes its time."""
    db.session.rollback()
    data = page()
    headers = {"Content-Type": "application/pdf", "Content-Disposition": f'inline; filename="{name}"'}
    return make_response(data, headers)
