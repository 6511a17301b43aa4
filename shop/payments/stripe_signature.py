"""Whether a webhook really comes from Stripe, just now and unaltered (QUALITY F4, A9)."""

import json
import re
import time

from shop.payments.inbox import Notice

TOLERANCE = 300
"""Seconds that a signature stays good; an older one may be a recording."""

SKEW = 5
"""Seconds by which Stripe's clock may be ahead of ours. The SDK would accept any future."""

_WORD = re.compile(r"[\x21-\x7e]+")


class Forged(Exception):
    """A webhook that must not be believed, and why not."""


def verified(body: bytes, header: str | None, secret: str) -> Notice:
    """The event in a webhook's raw body, ready for the inbox, or Forged.

    Measured by the machine's own clock: freshness is about the wire, not about the shop's calendar.
    """
    import stripe  # noqa: PLC0415

    if not header or not header.isascii():
        raise Forged("no signature")
    try:
        stripe.WebhookSignature.verify_header(body, header, secret, TOLERANCE)
    except (stripe.SignatureVerificationError, UnicodeDecodeError) as error:
        raise Forged(str(error) or type(error).__name__) from error
    if _signed_at(header) > time.time() + SKEW:
        raise Forged("signed in the future")
    return _notice(body.decode())


def _signed_at(header: str) -> int:
    """The moment that the signature covers: the first `t`, as the SDK reads it."""
    return next(int(part[2:]) for part in header.split(",") if part.startswith("t="))


def _notice(text: str) -> Notice:
    try:
        event = json.loads(text)
        event_id, kind, is_event = event["id"], event["type"], event["object"] == "event"
    except (ValueError, KeyError, TypeError) as error:
        raise Forged("signed, but not an event") from error
    if not (is_event and _is_word(event_id, 255) and _is_word(kind, 80)):
        raise Forged("signed, but not an event")
    return Notice(event_id, "stripe", kind, text)


def _is_word(value: object, limit: int) -> bool:
    return isinstance(value, str) and len(value) <= limit and bool(_WORD.fullmatch(value))
