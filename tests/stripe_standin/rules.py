"""What Checkout wants of a session beyond the types of its parameters."""

import re
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from tests.stripe_standin.errors import invalid, missing

MINUTE, DAY = 60, 24 * 3600
SMALLEST = {"eur": 50, "usd": 50, "gbp": 30, "chf": 50}
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+", re.ASCII)


def check_session(params: Mapping[str, Any]) -> int:
    """The session's total in cents, or ApiError for what Checkout would refuse."""
    for name in ("mode", "line_items", "success_url"):
        if not params.get(name):
            raise missing(name)
    if params["mode"] != "payment":
        raise invalid("mode", "this stand-in knows single payments only")
    for name in ("success_url", "cancel_url"):
        if name in params:
            _check_url(name, params[name])
    if "customer_email" in params and not _EMAIL.fullmatch(params["customer_email"]):
        raise invalid("customer_email", f"{params['customer_email']} is no address", "email_invalid")
    if len(params.get("client_reference_id", "")) > 200:
        raise invalid("client_reference_id", "more than 200 characters")
    _check_expiry(params.get("expires_at"))
    return _total(params["line_items"])


def _check_url(name: str, url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or len(url) > 5000:
        raise invalid(name, "not a URL", "url_invalid")


def _check_expiry(expires_at: int | None) -> None:
    """Between 30 minutes and 24 hours from now, with the seconds that a request is under way."""
    if expires_at is None:
        return
    ahead = expires_at - time.time()
    if not 30 * MINUTE - 5 <= ahead <= DAY + 5:
        raise invalid("expires_at", "must be between 30 minutes and 24 hours from now")


def _total(items: list[Mapping[str, Any]]) -> int:
    if len(items) > 100:
        raise invalid("line_items", "more than 100")
    total = 0
    currencies = {_line_currency(n, item) for n, item in enumerate(items)}
    if len(currencies) > 1:
        raise invalid("line_items", "more than one currency")
    for n, item in enumerate(items):
        total += item["quantity"] * item["price_data"]["unit_amount"]
        if item["quantity"] < 1:
            raise invalid(f"line_items[{n}][quantity]", "must be 1 or more")
    smallest = SMALLEST[currencies.pop()]
    if total < smallest:
        raise invalid("line_items", f"the total must be at least {smallest}", "amount_too_small")
    return total


def _line_currency(n: int, item: Mapping[str, Any]) -> str:
    at = f"line_items[{n}]"
    for name in ("price_data", "quantity"):
        if name not in item:
            raise missing(f"{at}[{name}]")
    price = item["price_data"]
    for name in ("unit_amount", "product_data"):
        if name not in price:
            raise missing(f"{at}[price_data][{name}]")
    if price["unit_amount"] < 0:
        raise invalid(f"{at}[price_data][unit_amount]", "must not be negative", "parameter_invalid_integer")
    if len(price["product_data"]["name"]) > 250:
        raise invalid(f"{at}[price_data][product_data][name]", "more than 250 characters")
    if price["currency"] not in SMALLEST:
        raise invalid(f"{at}[price_data][currency]", "three lower-case letters, of those known here")
    return str(price["currency"])
