"""Settling: a payment event takes effect, in one transaction, at most once (DOMAIN P1, P3, P5)."""

import uuid
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import cast

from sqlalchemy import Table, bindparam, select, update

from shop import clock
from shop.core.goods import Gone
from shop.db import changed, db, transaction
from shop.failpoints import reach
from shop.orders import keep, tender
from shop.orders.attempts import BY_REFERENCE
from shop.orders.fulfil import freeze_bought, settle_order
from shop.orders.match import Attempt, payment_of
from shop.orders.models import Order, OrderLine
from shop.orders.owe import bought_with
from shop.orders.placed import AnyOrder, Placed, placed
from shop.orders.purchase import pay
from shop.orders.refund import confirm_refund, refund_failed
from shop.orders.suspend import call_staff, suspend
from shop.orders.tender import Lost
from shop.outbox import queue
from shop.payments import inbox
from shop.payments.happening import Happening, understand
from shop.payments.methods import is_live
from shop.payments.models import Payment

_payments = cast(Table, Payment.__table__)

# Made once, and in Core where a row changes: on this path SQLAlchemy costs more than the database.
_CERTAIN = (
    update(_payments)
    .where(_payments.c.id == bindparam("payment"))
    .values(
        state="certain", certain_at=bindparam("now"), source_ref=bindparam("source"), method=bindparam("way")
    )
)


@dataclass(frozen=True)
class Outcome:
    """What became of an event: `done`, `nothing` or `quarantined`, and a sentence for staff."""

    kind: str
    note: str


def act_on(event_id: str) -> Outcome | None:
    """Let one kept event take effect; None when it already has (QUALITY I8).

    Opens the one transaction: event, payment, order, ledger, vouchers, document, mails, or nothing.
    """
    with transaction():
        event = inbox.take(event_id)
        if event is None:
            return None
        happening = understand(event)
        outcome = _ACTS[happening.what](happening)
        reach("settle.acted")
        inbox.close(event_id, outcome.kind, outcome.note)
        reach("settle.before_commit")
    reach("settle.after_commit")
    return outcome


def _nothing(happening: Happening) -> Outcome:
    return Outcome("nothing", "understood, nothing to do")


def _progress(happening: Happening) -> Outcome:
    """A payment is under way, has failed or has run out; states only move forward (I8)."""
    payment = payment_of(happening)
    if payment is None or happening.live not in (None, is_live()):
        return Outcome("nothing", "no such payment here")
    before = ("begun",) if happening.what == "waiting" else ("begun", "waiting")
    moved = changed(
        db.session.execute(
            update(Payment)
            .where(Payment.id == payment.id, Payment.state.in_(before))
            .values(state=happening.what, source_ref=happening.source_ref or payment.source_ref)
        )
    )
    if moved:
        _keep_or_let_go(payment, happening.what)
    if moved and happening.what in ("waiting", "failed"):
        _tell_progress(payment, happening.what)
    return Outcome("done", f"payment {happening.what}")


def _keep_or_let_go(payment: Attempt, what: str) -> None:
    """Money on its way keeps seats and vouchers longer; a payment that failed gives them back (R4)."""
    order = db.session.get_one(Order, payment.order_id)
    if order.state == "settled":
        return
    if what == "waiting":
        try:
            with db.session.begin_nested():
                keep.keep_until(order, tender.deadline("delayed"))
        except (Gone, Lost):
            return  # it had lapsed before: when the money comes, staff will hear of it
    elif not keep.is_still_wanted(order):
        keep.let_go(order)


def _tell_progress(payment: Attempt, what: str) -> None:
    order = db.session.get_one(Order, payment.order_id)
    _tell(order, payment, {"waiting": "order_received", "failed": "payment_failed"}[what])


def _tell(order: AnyOrder, payment: Attempt, kind: str) -> None:
    queue.put(
        uuid.uuid5(payment.id, f"mail:{kind}"),
        kind,
        recipient=order.email,
        facts={"order": str(order.id)},
        reference=order.number,
    )


def _certain(happening: Happening) -> Outcome:
    """Money has arrived: settle its order, or keep the money safe where staff find it (P5, F5)."""
    if happening.live not in (None, is_live()):
        return _other_mode(happening)
    payment = payment_of(happening)
    if payment is None:
        return _quarantine(happening, "money without a payment of ours")
    if payment.state == "certain":
        return _again(happening, payment)
    if payment.method == "invoice":
        return _invoice(happening, payment)
    if (happening.cents, happening.currency) != (payment.cents, payment.currency):
        return _quarantine(happening, "amount or currency differs from the order's")
    connection, now = db.session.connection(), clock.now()
    source = happening.source_ref or payment.source_ref
    if happening.method in BY_REFERENCE:  # who had chosen the other of the two has paid all the same
        payment = payment._replace(method=happening.method)
    told = {"payment": payment.id, "now": now, "source": source, "way": payment.method}
    connection.execute(_CERTAIN, told)
    order = placed(payment.order_id)
    try:
        with _undoable(order):
            is_first = settle_order(order, payment)
    except (Gone, Lost) as lost:
        keep.let_go(order)
        _tell(order, payment, "paid_too_late")
        return _quarantine(happening, f"paid, but what it was for is gone: {lost}")
    if not is_first:
        return _quarantine(happening, "the order was paid already: give this back")
    return Outcome("done", "order settled")


def _invoice(happening: Happening, payment: Attempt) -> Outcome:
    """A transfer for an organisation's invoice; its order was settled when it was placed (DOMAIN C2)."""
    kept = db.session.get_one(Payment, payment.id, populate_existing=True)
    if pay.receive(kept, happening.cents, happening.currency, happening.source_ref):
        return Outcome("done", "invoice paid")
    return _quarantine(happening, "amount or currency differs from what is outstanding")


def _undoable(order: Placed) -> AbstractContextManager[object]:
    """What may turn out to be gone half-way is undone alone; vouchers never run out."""
    may_be_gone = any(line.kind != "voucher" for line in order.lines)
    return db.session.begin_nested() if may_be_gone else nullcontext()


def _again(happening: Happening, payment: Attempt) -> Outcome:
    """A provider may tell of the same money twice; another booking at the bank is other money (P5)."""
    bookings = {happening.source_ref, payment.source_ref} - {None}
    if happening.method in BY_REFERENCE and len(bookings) == 2:
        return _quarantine(happening, "the order was paid already: give this back")
    return Outcome("nothing", "already certain")


def _returned(happening: Happening) -> Outcome:
    """Money left again at the provider's side: freeze what it bought and call staff (DOMAIN P4)."""
    payment = payment_of(happening)
    if happening.live not in (None, is_live()):
        return _other_mode(happening)
    if happening.what == "refunded" and confirm_refund(happening):
        return Outcome("done", "our own refund, booked when it was sent")
    if payment is not None:
        db.session.execute(update(Payment).where(Payment.id == payment.id).values(returned=True))
        _freeze(payment)
    return _quarantine(happening, f"payment {happening.what} at the provider", leaving=True)


def _came_back(happening: Happening) -> Outcome:
    """A refund that the provider could not deliver: its money is here again, for staff to send on."""
    if happening.live not in (None, is_live()):
        return _other_mode(happening)
    if refund_failed(happening):
        return Outcome("done", "our refund failed and is with staff")
    return _quarantine(happening, "a refund failed at the provider")


def _freeze(payment: Attempt) -> None:
    """Block what a payment has bought; one that was too much, or came too late, has bought nothing."""
    buying = bought_with(db.session.get_one(Order, payment.order_id))
    if buying is None or buying.id != payment.id:
        return
    lines = select(OrderLine.id).where(OrderLine.order_id == payment.order_id)
    freeze_bought(db.session.scalars(lines).all())


def _quarantine(happening: Happening, why: str, *, leaving: bool = False) -> Outcome:
    suspend(happening, why, leaving=leaving)
    return Outcome("quarantined", why)


def _other_mode(happening: Happening) -> Outcome:
    """Live money is no news for a test shop, nor the other way round: nothing is booked (F5)."""
    why = "event of the other mode, live or test"
    call_staff(happening, why)
    return Outcome("quarantined", why)


_ACTS: Mapping[str, Callable[[Happening], Outcome]] = {
    "certain": _certain,
    "waiting": _progress,
    "failed": _progress,
    "expired": _progress,
    "refunded": _returned,
    "disputed": _returned,
    "refund_failed": _came_back,
    "nothing": _nothing,
}
