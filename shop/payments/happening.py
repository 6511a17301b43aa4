"""What an event means, whoever sent it: one small language for the deals above."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from shop.payments.inbox import Notice
from shop.payments.pretend import MEANS, ref

What = Literal["certain", "waiting", "failed", "expired", "refunded", "refund_failed", "disputed", "nothing"]
Object = Mapping[str, Any]


@dataclass(frozen=True)
class Happening:
    """One event, understood. `cents` and `currency` are what the provider says, never what we expect.

    `payment_id` is ours, as the provider was told it; `provider_ref` is the provider's name for the
    thing, `source_ref` what a refund goes to. `live` is whether it is about real money, None where
    there is no such difference. For `refunded`, `refund_failed` and `disputed`, `cents` is what this
    event alone moves.
    """

    event_id: str
    what: What
    payment_id: UUID | None
    provider_ref: str | None
    source_ref: str | None
    cents: int | None
    currency: str | None
    live: bool | None
    method: str


def understand(event: Notice) -> Happening:
    """What a kept event means; `nothing` for the many that a shop need not know."""
    return _READERS[event.provider](event, json.loads(event.payload))


def _bank(event: Notice, facts: Object) -> Happening:
    """A transfer that is booked is certain; whose it is, its reference says."""
    return Happening(
        event_id=event.event_id,
        what="certain",
        payment_id=None,
        provider_ref=facts["reference"],
        source_ref=facts["bank_ref"] or None,
        cents=facts["cents"],
        currency="EUR",
        live=None,
        method=facts.get("till", "bank"),
    )


def _pretend(event: Notice, facts: Object) -> Happening:
    """Pretend money is never live: where a live key is set, such an event is not believed."""
    payment_id = UUID(facts["payment_id"])
    return Happening(
        event_id=event.event_id,
        what=MEANS[facts["step"]],  # type: ignore[arg-type]
        payment_id=payment_id,
        provider_ref=ref(payment_id),
        source_ref=ref(payment_id),
        cents=facts["cents"],
        currency=facts["currency"],
        live=False,
        method="pretend",
    )


def _stripe(event: Notice, told: Object) -> Happening:
    thing: Object = told["data"]["object"]
    what, cents = _SAYS.get(event.kind, _says_nothing)(thing, told["data"])
    currency = thing.get("currency")
    return Happening(
        event_id=event.event_id,
        what=what,
        payment_id=_our_id(thing),
        provider_ref=thing.get("id"),
        source_ref=_id_of(thing.get("payment_intent")),
        cents=cents,
        currency=currency.upper() if currency else None,
        live=told["livemode"],
        method="stripe",
    )


Says = Callable[[Object, Object], tuple[What, int | None]]


def _says_nothing(thing: Object, data: Object) -> tuple[What, int | None]:
    return "nothing", None


def _completed(session: Object, data: Object) -> tuple[What, int | None]:
    """The buyer is through; with delayed methods the money is still on its way (QUALITY F5)."""
    paid = session["payment_status"] in ("paid", "no_payment_required")
    return "certain" if paid else "waiting", session["amount_total"]


def _session(what: What) -> Says:
    return lambda session, data: (what, session["amount_total"])


def _refunded(charge: Object, data: Object) -> tuple[What, int | None]:
    """The charge counts its refunds up; what is new is the difference to before."""
    before = data.get("previous_attributes", {}).get("amount_refunded", 0)
    return "refunded", charge["amount_refunded"] - before


def _amount(what: What) -> Says:
    return lambda thing, data: (what, thing["amount"])


_SAYS: dict[str, Says] = {
    "checkout.session.completed": _completed,
    "checkout.session.async_payment_succeeded": _session("certain"),
    "checkout.session.async_payment_failed": _session("failed"),
    "checkout.session.expired": _session("expired"),
    # A refund is told several times: by refund.created and refund.updated too. Money must be counted
    # once, and a charge.refunded comes exactly once for each.
    "charge.refunded": _refunded,
    "refund.failed": _amount("refund_failed"),
    "charge.dispute.created": _amount("disputed"),
}

STRIPE_KINDS = tuple(_SAYS)
"""The events that the webhook must be subscribed to at Stripe."""


def _our_id(thing: Object) -> UUID | None:
    """The payment's id as we told it to Stripe; None for things that others opened on the account."""
    try:
        return UUID((thing.get("metadata") or {}).get("payment_id", ""))
    except ValueError:
        return None


def _id_of(thing: object) -> str | None:
    """The id of something that may be given as itself or as its id only."""
    found = thing.get("id") if isinstance(thing, Mapping) else thing
    return found if isinstance(found, str) else None


_READERS: dict[str, Callable[[Notice, Object], Happening]] = {
    "stripe": _stripe,
    "bank": _bank,
    "pretend": _pretend,
}
