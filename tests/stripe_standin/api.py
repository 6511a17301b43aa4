"""The API itself: key, parameters, idempotency, then the work; and whatever fault comes between."""

import copy
import json
import re
import secrets
import socket
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from stripe.params import RefundCreateParams
from stripe.params.checkout import SessionCreateParams, SessionExpireParams, SessionRetrieveParams
from werkzeug import Request, Response

from tests.stripe_standin import params as parameters
from tests.stripe_standin import returns
from tests.stripe_standin.account import Account, found
from tests.stripe_standin.errors import ApiError
from tests.stripe_standin.faults import Fault, Faults
from tests.stripe_standin.keys import Answer, Keys

_KEY = re.compile(r"[sr]k_(test|live)_[A-Za-z0-9_]{3,}")


@dataclass(frozen=True)
class Asked:
    """One request that reached the API, for tests to look at."""

    method: str
    path: str
    params: Mapping[str, Any]
    key: str | None
    status: int


@dataclass
class Api:
    """Answers `/v1/…`. `secret_key` is the one that this account takes, or any when it is empty."""

    account: Account
    secret_key: str = ""
    keys: Keys = field(default_factory=Keys)
    faults: Faults = field(default_factory=Faults)
    asked: list[Asked] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)

    def answer(self, request: Request) -> Response:
        """One request's answer, in Stripe's shape whatever happens."""
        given: dict[str, Any] = {}
        fault = self.faults.take()
        try:
            live = self._authorised(request)
            _version(request)
            if fault and fault.when == "before":
                self._misbehave(fault, request)
            raw = (
                request.get_data(as_text=True) if request.method == "POST" else request.query_string.decode()
            )
            given = parameters.read(raw)
            status, body = self._once(request, raw, given, live, fault)
            if fault and fault.when == "after":
                self._misbehave(fault, request)
        except ApiError as refused:
            status, body = refused.status, refused.body()
        key = request.headers.get("Idempotency-Key")
        self.asked.append(Asked(request.method, request.path, given, key, status))
        headers = {"Request-Id": f"req_{secrets.token_hex(7)}"}
        return Response(json.dumps(body), status, headers, content_type="application/json")

    def _once(
        self, request: Request, raw: str, given: dict[str, Any], live: bool, fault: Fault | None
    ) -> Answer:
        """Do the work, or give the answer that its key has had before."""
        key = request.headers.get("Idempotency-Key")
        if request.method != "POST" or key is None:
            return 200, self._work(request, given, live)
        kept = self.keys.enter(key, f"{request.method} {request.path}\n{raw}")
        if kept is not None:
            return kept
        answer: Answer | None = None
        try:
            if fault and fault.when == "during":
                self._misbehave(fault, request)
            answer = (200, self._work(request, given, live))
        finally:
            # A refused request did no work, so its key may come again with other parameters.
            self.keys.leave(key, answer)
        return answer

    def _work(self, request: Request, given: dict[str, Any], live: bool) -> dict[str, Any]:
        for method, pattern, work in _ROUTES:
            path = re.fullmatch(pattern, request.path)
            if path and method == request.method:
                with self.account.lock:
                    made = work(self.account, given, live, request.host_url.rstrip("/"), *path.groups())
                    return copy.deepcopy(made)  # an answer is kept as it was, whatever comes later
        raise ApiError(f"Unrecognized request URL ({request.method}: {request.path}).", status=404)

    def _authorised(self, request: Request) -> bool:
        """Whether the key is a live one. Raises ApiError when there is none, or a wrong one."""
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        found_key = _KEY.fullmatch(key) if scheme == "Bearer" else None
        if found_key is None or self.secret_key not in ("", key):
            raise ApiError("Invalid API Key provided.", status=401)
        return found_key[1] == "live"

    def _misbehave(self, fault: Fault, request: Request) -> None:
        if fault.how == "hang":
            self.closing.wait(fault.seconds)
        elif fault.how == "429":
            raise ApiError("Too many requests.", status=429, code="rate_limit")
        elif fault.how == "drop":
            request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
            raise ConnectionAbortedError("the connection is cut on command")
        else:
            raise ApiError("Something is wrong at our side.", status=500, kind="api_error")


def _version(request: Request) -> None:
    """The SDK always says which version of the API it speaks."""
    if "Stripe-Version" not in request.headers:
        raise ApiError("This stand-in wants a Stripe-Version, as the SDK sends it.")


def _open(account: Account, given: dict[str, Any], live: bool, pages: str) -> dict[str, Any]:
    return account.open_session(parameters.check(given, SessionCreateParams), live=live, pages=pages)


def _session(account: Account, given: dict[str, Any], live: bool, pages: str, which: str) -> dict[str, Any]:
    parameters.check(given, SessionRetrieveParams)
    return account.session(which)


def _expire(account: Account, given: dict[str, Any], live: bool, pages: str, which: str) -> dict[str, Any]:
    parameters.check(given, SessionExpireParams)
    return account.expire(which)


def _refund(account: Account, given: dict[str, Any], live: bool, pages: str) -> dict[str, Any]:
    return returns.refund(account, parameters.check(given, RefundCreateParams))


def _thing(
    account: Account, given: dict[str, Any], live: bool, pages: str, what: str, which: str
) -> dict[str, Any]:
    if given:
        raise ApiError("this stand-in takes no parameters here")
    things = {
        "payment_intents": account.intents,
        "charges": account.charges,
        "refunds": account.refunds,
        "disputes": account.disputes,
        "events": account.events,
    }
    return found(things[what], what.rstrip("s"), which)


_ROUTES: list[tuple[str, str, Callable[..., dict[str, Any]]]] = [
    ("POST", "/v1/checkout/sessions", _open),
    ("GET", "/v1/checkout/sessions/([a-zA-Z0-9_]+)", _session),
    ("POST", "/v1/checkout/sessions/([a-zA-Z0-9_]+)/expire", _expire),
    ("POST", "/v1/refunds", _refund),
    ("GET", "/v1/(payment_intents|charges|refunds|disputes|events)/([a-zA-Z0-9_]+)", _thing),
]
