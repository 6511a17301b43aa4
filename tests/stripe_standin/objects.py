"""Stripe's objects in their full shape: `objects.json` holds one of each, as the API answers them."""

import copy
import itertools
import json
import secrets
import time
from pathlib import Path
from typing import Any

Object = dict[str, Any]

_SHAPES: dict[str, Object] = json.loads(Path(__file__).with_name("objects.json").read_text())
_PREFIXES = {
    "checkout.session": "cs",
    "payment_intent": "pi",
    "charge": "ch",
    "refund": "re",
    "dispute": "dp",
    "event": "evt",
}
_counter = itertools.count(1)

# The samples fill optional parts with chance values that a plain payment session does not have.
_PLAIN_SESSION: Object = {
    "after_expiration": None,
    "consent": None,
    "consent_collection": None,
    "currency_conversion": None,
    "invoice_creation": None,
    "shipping_cost": None,
    "shipping_address_collection": None,
    "collected_information": None,
    "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
    "managed_payments": {"enabled": False},
    "ui_mode": "hosted_page",
}


def new_id(kind: str, live: bool = False) -> str:
    """A fresh id as Stripe writes them; sessions say in which mode they are."""
    prefix = _PREFIXES[kind] + (("_live" if live else "_test") if kind == "checkout.session" else "")
    return f"{prefix}_{next(_counter):04d}{secrets.token_hex(10)}"


def made(kind: str, live: bool = False, **values: Any) -> Object:
    """A new object of a kind. Raises KeyError for a field that such an object does not have."""
    thing = copy.deepcopy(_SHAPES[kind])
    if kind == "checkout.session":
        thing.update(copy.deepcopy(_PLAIN_SESSION))
    mine: Object = {"id": new_id(kind, live), "created": int(time.time()), "metadata": {}}
    if "livemode" in thing:
        mine["livemode"] = live
    for name, value in {**mine, **values}.items():
        if name not in thing and name != "metadata":
            raise KeyError(f"a {kind} has no {name}")
        thing[name] = value
    if "metadata" not in _SHAPES[kind]:
        del thing["metadata"]
    return thing
