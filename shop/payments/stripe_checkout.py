"""Stripe Checkout: the buyer pays on Stripe's page; money becomes certain by webhook only (DOMAIN P3)."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from shop import clock
from shop.payments.gateway import FRESH, SESSION, Begun, Bill, Lapsed, Refused, Unreachable

if TYPE_CHECKING:
    from stripe import StripeClient
    from stripe.params.checkout import SessionCreateParams

log = logging.getLogger(__name__)

LIVE_KEYS = ("sk_live_", "rk_live_")
LANGUAGES = ("de", "en")


def moves_real_money(key: str) -> bool:
    """Whether a Stripe key is for real money; the others are for trying out."""
    return key.startswith(LIVE_KEYS)


@dataclass(frozen=True)
class StripeCheckout:
    """A Stripe account behind the gateway protocol.

    A call takes at most `(retries + 1) * timeout` seconds and the pauses between, some 26 seconds,
    which is less than the 30 after which gunicorn would end the worker.
    """

    key: str
    api_base: str
    timeout: float = 8.0
    retries: int = 2
    method: str = "stripe"

    def begin(self, bill: Bill) -> Begun:
        """Open a Checkout session. The payment's id is the idempotency key: a retry opens no second one.

        Raises Unreachable, Lapsed, Refused.
        """
        if clock.now() >= bill.begun_at + FRESH:
            raise Lapsed(f"attempt {bill.attempt} of order {bill.order_number} is too old to begin")
        with _worded(f"order {bill.order_number}"):
            session = self._client().v1.checkout.sessions.create(
                _session_of(bill), {"idempotency_key": str(bill.payment_id)}
            )
        if not session.url:
            raise Refused(f"Stripe opened session {session.id} without a page to pay on")
        return Begun(session.id, session.url, datetime.fromtimestamp(session.expires_at, UTC))

    def refund(self, payment_source_ref: str, cents: int, key: str) -> str:
        """Send cents of a payment intent back to the payer; more than is left of it is Refused."""
        with _worded(f"refund of {payment_source_ref}"):
            refund = self._client().v1.refunds.create(
                {"payment_intent": payment_source_ref, "amount": cents}, {"idempotency_key": key}
            )
        return refund.id

    def _client(self) -> "StripeClient":
        return _client(self.key, self.api_base, self.timeout, self.retries)


@lru_cache(maxsize=8)
def _client(key: str, api_base: str, timeout: float, retries: int) -> "StripeClient":
    """One client per process, so that connections are kept; loaded late, because the SDK is heavy."""
    import stripe  # noqa: PLC0415

    stripe.enable_telemetry = False  # our visitors' waiting times are nobody's business
    return stripe.StripeClient(
        key,
        base_addresses={"api": api_base},
        max_network_retries=retries,
        http_client=stripe.RequestsClient(timeout=timeout),
    )


def _session_of(bill: Bill) -> "SessionCreateParams":
    """The request for a session; it depends on the bill alone, so that a retry is the same request.

    Payment methods are left to the account's own choice, delayed ones included. Stripe's price
    localisation is off: the buyer pays the order's amount in the order's currency (QUALITY I9).
    """
    known = {"payment_id": str(bill.payment_id), "order_number": bill.order_number}
    return {
        "mode": "payment",
        "line_items": [
            {
                "quantity": line.quantity,
                "price_data": {
                    "currency": bill.currency.lower(),
                    "unit_amount": line.unit_cents,
                    "product_data": {"name": line.title},
                },
            }
            for line in bill.lines
        ],
        "client_reference_id": bill.order_number,
        "customer_email": bill.email,
        "locale": bill.language if bill.language in LANGUAGES else "auto",
        "metadata": known,
        "payment_intent_data": {"metadata": known, "description": bill.order_number},
        "adaptive_pricing": {"enabled": False},
        "expires_at": int((bill.begun_at + SESSION).timestamp()),
        "success_url": bill.return_url,
        "cancel_url": bill.cancel_url,
    }


@contextmanager
def _worded(what: str) -> Iterator[None]:
    """Turn the SDK's errors into ours: try again (Unreachable) or put something right (Refused)."""
    import stripe  # noqa: PLC0415

    try:
        yield
    except (stripe.APIConnectionError, stripe.APIError, stripe.RateLimitError) as error:
        # APIError is what the SDK makes of 5xx, of 409 "this key is being worked on", and of garbage.
        log.warning("Stripe cannot answer for %s: %s (%s)", what, type(error).__name__, error.http_status)
        raise Unreachable(f"Stripe cannot answer for {what}") from error
    except stripe.StripeError as error:
        param = getattr(error, "param", None)
        # The message of a bad address quotes it; addresses do not belong into a log.
        said = "" if param == "customer_email" else error.user_message
        log.error(
            "Stripe refuses %s: %s %s at %s, request %s. %s",
            what, type(error).__name__, error.code, param, error.request_id, said,
        )  # fmt: skip
        raise Refused(f"Stripe refuses {what}: {error.code or type(error).__name__}", param=param) from error
