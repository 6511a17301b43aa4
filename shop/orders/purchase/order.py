"""Ordering codes: order, ledger, codes, invoice and mail in one transaction, paid later (DOMAIN C1, C2, T1)."""

import uuid
from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from flask import current_app
from sqlalchemy import select

from shop import clock
from shop.centre import pages
from shop.core import codes
from shop.course_vouchers.issue import issue
from shop.db import db
from shop.failpoints import reach
from shop.ledger import book
from shop.orders import basket, place
from shop.orders.attempts import new_payment
from shop.orders.goods import as_line
from shop.orders.models import Order, OrderLine, Purchase, Share
from shop.orders.purchase import invoice
from shop.orders.purchase.quote import PricedLine, Refusal, Refused, quote_codes, refuse
from shop.orders.tender import PAYMENT
from shop.outbox import queue
from shop.people.models import Organisation, User

METHOD = "invoice"
KIND = "course_code"  # what the lines of such an order are called; the column holds twelve characters
SOLD = "course vouchers sold"
_PURCHASES = uuid.UUID("b0c4a6de-3d0c-5d6a-8d9e-4b6f1f0f7a31")


def receivable(order_number: str) -> str:
    """The account of what an organisation owes us for an order."""
    return f"receivable:{order_number}"


def order_codes(
    organisation: Organisation,
    by: User,
    wishes: Mapping[str, int],
    *,
    reference: str = "",
    cost_centre: str = "",
    leitweg_id: str = "",
    email: str = "",
    form_key: UUID,
    seen: str,
    language: str = "de",
) -> Order:
    """Order codes for an organisation (offer number → quantity), settled at once, to be paid by invoice.

    Runs in the caller's transaction: order, ledger, codes, invoice and mail, or nothing. `by` is the
    administrator who ordered, `email` where the invoice goes (the organisation's address when
    empty), `seen` the mark of the lines that were shown (`quote.mark`). The same form again gives
    the order that it has already made. Raises Refused.
    """
    basket.take_turn(f"organisation:{organisation.id}")
    order_id = uuid.uuid5(_PURCHASES, f"{organisation.id}:{form_key}")
    if kept := db.session.get(Order, order_id):
        return kept
    if db.session.scalar(select(Order.id).where(Order.form_key == form_key)):
        raise Refused(Refusal.CHANGED)
    lines = quote_codes(wishes, language)
    refuse(lines, seen)
    order = _freeze(organisation, order_id, form_key, lines, email or organisation.email, language)
    bought = Purchase(
        order_id=order.id,
        organisation_id=organisation.id,
        ordered_by=by.id,
        reference=reference,
        cost_centre=cost_centre,
        leitweg_id=leitweg_id or organisation.leitweg_id,
        due_on=clock.today() + timedelta(days=current_app.config["INVOICE_DAYS"]),
    )
    _keep(order, bought)
    reach("purchase.frozen")
    _settle(order, bought)
    return order


def _keep(order: Order, bought: Purchase) -> None:
    """The order's rows, and the one payment that is to come."""
    db.session.add(order)
    db.session.flush()
    db.session.add_all([bought, *_shares(order)])
    payment = new_payment(order, METHOD, attempt=1)
    payment.provider_ref = order.number
    db.session.flush()


def _settle(order: Order, bought: Purchase) -> None:
    """Codes and ledger for each line, then the invoice, then the mail."""
    frozen = "unpaid" if current_app.config["COURSE_CODES_AFTER_PAYMENT"] else ""
    for line in order.lines:
        issue(as_line(order, line), bought.organisation_id, by=bought.ordered_by, frozen=frozen)
        book.transfer(
            book.transfer_id("purchase", line.id),
            debit=receivable(order.number),
            credit="revenue",
            cents=line.cents,
            reason=SOLD,
            reference=order.number,
            currency=order.currency,
        )
        reach("purchase.issued")
    invoice.issue_invoice(order, bought)
    reach("purchase.documented")
    queue.put(
        uuid.uuid5(order.id, "mail:course_codes_ordered"),
        "course_codes_ordered",
        recipient=order.email,
        facts={"order": str(order.id)},
        reference=order.number,
    )
    reach("purchase.before_commit")


def _freeze(
    organisation: Organisation,
    order_id: UUID,
    form_key: UUID,
    lines: list[PricedLine],
    email: str,
    language: str,
) -> Order:
    now, cents = clock.now(), sum(line.cents for line in lines)
    order = Order(
        id=order_id,
        form_key=form_key,
        number=codes.new_order_number(),
        state="settled",
        language=language,
        payment_method=METHOD,
        total_cents=cents,
        due_cents=cents,
        currency="EUR",
        first_name="",
        last_name=organisation.name,
        email=email,
        street=organisation.street,
        postcode=organisation.postcode,
        city=organisation.city,
        terms=_terms(language),
        withdrawal="",  # only consumers may withdraw (§ 312g BGB)
        placed_at=now,
        settled_at=now,
    )
    order.token_hash = place.token_hash(place.token(order))
    order.lines = [_line(order_id, position, line) for position, line in enumerate(lines, start=1)]
    return order


def _line(order_id: UUID, position: int, line: PricedLine) -> OrderLine:
    return OrderLine(
        id=uuid.uuid5(order_id, str(position)),
        position=position,
        kind=KIND,
        title=line.title,
        quantity=line.quantity,
        unit_cents=line.unit_cents,
        facts={"offer": line.offer},
    )


def _shares(order: Order) -> list[Share]:
    """The one payment pays for all of every line; what is taken back goes back along these."""
    return [Share(line_id=line.id, account=PAYMENT, cents=line.cents) for line in order.lines]


def _terms(language: str) -> str:
    in_force = pages.in_force(("agb",), language)
    if not in_force:
        raise Refused(Refusal.NO_TERMS)
    return in_force["agb"]
