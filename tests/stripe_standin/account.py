"""The Stripe account that the stand-in keeps: sessions, money, refunds, disputes, and what it tells."""

import copy
import secrets
import threading
import time
from collections.abc import Mapping
from typing import Any

from stripe import api_version

from tests.stripe_standin.errors import ApiError, no_such
from tests.stripe_standin.objects import Object, made, new_id
from tests.stripe_standin.rules import check_session

DAY = 24 * 3600


class Account:
    """One account's books. Every change makes the events that Stripe would send."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.sessions: dict[str, Object] = {}
        self.intents: dict[str, Object] = {}
        self.charges: dict[str, Object] = {}
        self.refunds: dict[str, Object] = {}
        self.disputes: dict[str, Object] = {}
        self.items: dict[str, list[Mapping[str, Any]]] = {}
        self.asked: dict[str, Mapping[str, Any]] = {}
        self.events: dict[str, Object] = {}
        self.untold: list[str] = []
        self.refunds_fail = False

    def session(self, session_id: str) -> Object:
        """A session by its id. Raises ApiError."""
        return found(self.sessions, "checkout.session", session_id)

    def open_session(self, params: Mapping[str, Any], *, live: bool, pages: str) -> Object:
        """Open a session whose page lies under `pages`. Raises ApiError for what Checkout refuses."""
        total = check_session(params)
        session_id = new_id("checkout.session", live)
        copied = ("client_reference_id", "customer_email", "locale", "metadata", "mode", "success_url")
        session = made(
            "checkout.session",
            live,
            id=session_id,
            amount_subtotal=total,
            amount_total=total,
            cancel_url=params.get("cancel_url"),
            currency=params["line_items"][0]["price_data"]["currency"],
            customer_details=None,
            expires_at=params.get("expires_at", int(time.time()) + DAY),
            payment_intent=None,
            payment_method_types=["card", "sepa_debit", "link"],
            adaptive_pricing={"enabled": params.get("adaptive_pricing", {}).get("enabled", True)},
            url=f"{pages}/pay/{session_id}",
            **{name: params[name] for name in copied if name in params},
        )
        with self.lock:
            self.sessions[session_id] = session
            self.items[session_id] = params["line_items"]
            self.asked[session_id] = params
        return session

    def expire(self, session_id: str) -> Object:
        """Close an open session for good."""
        with self.lock:
            session = self.session(session_id)
            self._must_be_open(session)
            session.update(status="expired", url=None)
            self.tell("checkout.session.expired", session)
            return session

    def pay(self, session_id: str, *, later: bool = False) -> Object:
        """The buyer is through: money is there, or with a delayed method still on its way."""
        with self.lock:
            session = self.session(session_id)
            self._must_be_open(session)
            intent = self._intent_of(session, "processing" if later else "succeeded")
            if later:
                self.tell("payment_intent.processing", intent)
            else:
                self._charge(intent)
            session.update(
                status="complete",
                payment_status="unpaid" if later else "paid",
                payment_intent=intent["id"],
                customer_details=_details(session),
                url=None,
            )
            self.tell("checkout.session.completed", session)
            return session

    def decline(self, session_id: str) -> Object:
        """A card is declined: the buyer stays on the page, and the session stays open."""
        with self.lock:
            session = self.session(session_id)
            self._must_be_open(session)
            self.tell("payment_intent.payment_failed", self._intent_of(session, "requires_payment_method"))
            return session

    def money(self, session_id: str, *, arrives: bool) -> Object:
        """The end of a delayed payment."""
        with self.lock:
            session = self.session(session_id)
            if session["status"] != "complete" or session["payment_status"] != "unpaid":
                raise ApiError(f"{session_id} is not waiting for money.")
            intent = self.intents[session["payment_intent"]]
            if arrives:
                self._charge(intent)
                session["payment_status"] = "paid"
                self.tell("checkout.session.async_payment_succeeded", session)
            else:
                intent["status"] = "requires_payment_method"
                self.tell("payment_intent.payment_failed", intent)
                self.tell("checkout.session.async_payment_failed", session)
            return session

    def tell(self, kind: str, thing: Object, *, live: bool | None = None, **before: Any) -> Object:
        """Make an event about a thing as it is now; `before` are the fields that have changed."""
        data: Object = {"object": copy.deepcopy(thing)}
        if before:
            data["previous_attributes"] = before
        event = made(
            "event",
            bool(thing["livemode"] if live is None else live),
            api_version=api_version,
            data=data,
            pending_webhooks=1,
            request={"id": f"req_{secrets.token_hex(7)}", "idempotency_key": None},
            type=kind,
        )
        self.events[event["id"]] = event
        self.untold.append(event["id"])
        return event

    def _must_be_open(self, session: Object) -> None:
        if session["status"] == "open" and session["expires_at"] <= time.time():
            session.update(status="expired", url=None)
            self.tell("checkout.session.expired", session)
        if session["status"] != "open":
            raise ApiError(f"This session is {session['status']}, not open.")

    def _intent_of(self, session: Object, status: str) -> Object:
        wanted = self.asked[session["id"]].get("payment_intent_data", {})
        intent = made(
            "payment_intent",
            session["livemode"],
            amount=session["amount_total"],
            currency=session["currency"],
            description=wanted.get("description"),
            last_payment_error=None,
            metadata=wanted.get("metadata", {}),
            status=status,
        )
        self.intents[intent["id"]] = intent
        return intent

    def _charge(self, intent: Object) -> None:
        charge = made(
            "charge",
            intent["livemode"],
            amount=intent["amount"],
            amount_captured=intent["amount"],
            captured=True,
            currency=intent["currency"],
            description=intent["description"],
            metadata=dict(intent["metadata"]),
            payment_intent=intent["id"],
        )
        self.charges[charge["id"]] = charge
        intent.update(status="succeeded", amount_received=intent["amount"], latest_charge=charge["id"])
        self.tell("charge.succeeded", charge)
        self.tell("payment_intent.succeeded", intent)


def found(things: Mapping[str, Object], what: str, thing_id: str) -> Object:
    """The thing of this id. Raises ApiError as the API does for an id that it does not know."""
    if thing_id not in things:
        raise no_such(what, thing_id)
    return things[thing_id]


def _details(session: Object) -> Object:
    details: Object = made("checkout.session")["customer_details"]
    return {**details, "email": session["customer_email"]}
