"""Telling events: signed with the SDK's own code, and on command twice, late, altered or forged."""

import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import cycle, islice
from typing import Any

import requests
import stripe

from tests.stripe_standin.objects import Object

Send = Callable[[str, bytes, Mapping[str, str]], int]


@dataclass(frozen=True)
class Delivery:
    """One telling of one event, and the status it was answered with (0: no answer)."""

    event_id: str
    kind: str
    status: int


def over_http(url: str, body: bytes, headers: Mapping[str, str]) -> int:
    """Post a webhook as Stripe does. Returns the status, 0 when nobody answers."""
    try:
        return requests.post(url, body, headers=dict(headers), timeout=30, allow_redirects=False).status_code
    except requests.RequestException:
        return 0


@dataclass
class Webhooks:
    """The endpoint that is told events. Several urls (server processes) take turns."""

    secret: str
    urls: list[str] = field(default_factory=list)
    send: Send = over_http
    held: bool = False
    told: list[Delivery] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def deliver(
        self,
        event: Object,
        *,
        times: int = 1,
        parallel: bool = False,
        delay: float = 0.0,
        offset: int = 0,
        secret: str | None = None,
        signed: bool = True,
        tampered: bool = False,
        change: Mapping[str, Any] | None = None,
    ) -> list[int]:
        """Tell an event and return the statuses of the answers.

        `offset` seconds are added to the signature's timestamp. `change` alters the event before it is
        signed (a signed lie: `{"livemode": True}` or `{"data": {"object": {"amount_total": 1}}}`),
        `tampered` after. Another `secret`, or `signed=False`, makes a forgery.
        """
        time.sleep(delay)
        body = json.dumps(_merged(event, change or {}), indent=2)
        headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "Stripe/1.0"}
        if signed:
            headers["Stripe-Signature"] = signature(body, secret or self.secret, offset)
        raw = (body.replace('"evt_', '"evt_x', 1) if tampered else body).encode()
        urls = list(islice(cycle(self.urls or [""]), times))
        with ThreadPoolExecutor(max_workers=times if parallel else 1) as pool:
            statuses = list(pool.map(lambda url: self.send(url, raw, headers), urls))
        with self._lock:
            self.told += [Delivery(event["id"], event["type"], status) for status in statuses]
        return statuses

    def deliver_all(self, events: Sequence[Object]) -> list[int]:
        """Tell several events once each, in this order."""
        return [status for event in events for status in self.deliver(event)]

    def statuses(self, kind: str) -> list[int]:
        """How events of a kind were answered so far."""
        with self._lock:
            return [delivery.status for delivery in self.told if delivery.kind == kind]


def signature(body: str, secret: str, offset: int = 0) -> str:
    """The `Stripe-Signature` header of a body, made by the SDK's own code."""
    at = int(time.time()) + offset
    return str(stripe.WebhookSignature.generate_signature_header(body, secret, at))


def _merged(thing: Any, change: Mapping[str, Any]) -> Any:
    merged = dict(thing)
    for name, value in change.items():
        inner = isinstance(value, Mapping) and isinstance(merged.get(name), Mapping)
        merged[name] = _merged(merged[name], value) if inner else value
    return merged
