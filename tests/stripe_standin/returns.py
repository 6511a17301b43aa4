"""Money that goes back: refunds, refunds that fail, and disputes."""

from collections.abc import Mapping
from typing import Any

from tests.stripe_standin.account import Account, found
from tests.stripe_standin.errors import ApiError, invalid
from tests.stripe_standin.objects import Object, made


def refund(account: Account, params: Mapping[str, Any]) -> Object:
    """Give money of a charge back, never more than is left of it. Raises ApiError."""
    with account.lock:
        charge = _charge_of(account, params)
        left = charge["amount"] - charge["amount_refunded"]
        amount = params.get("amount", left)
        if charge["disputed"]:
            raise ApiError(f"Charge {charge['id']} has been charged back.", code="charge_disputed")
        if left == 0:
            raise ApiError(
                f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded"
            )
        if amount < 1:
            raise invalid("amount", "must be 1 or more", "parameter_invalid_integer")
        if amount > left:
            raise invalid(
                "amount", f"refund of {amount} is greater than what is left, {left}", "amount_too_large"
            )
        return _give_back(account, charge, amount, params)


def fail_refund(account: Account, refund_id: str) -> Object:
    """The payer's bank does not take a refund: the money is the account's again."""
    with account.lock:
        refund = found(account.refunds, "refund", refund_id)
        if refund["status"] == "failed":
            raise ApiError(f"{refund_id} has failed already.")
        refund["status"] = "failed"
        charge = account.charges[refund["charge"]]
        charge["amount_refunded"] -= refund["amount"]
        charge["refunded"] = False
        account.tell("refund.failed", refund, live=charge["livemode"])
        return refund


def dispute(account: Account, session_id: str) -> Object:
    """The payer's bank takes the money back."""
    with account.lock:
        intent = account.intents[account.session(session_id)["payment_intent"]]
        charge = account.charges[intent["latest_charge"]]
        charge["disputed"] = True
        dispute = made(
            "dispute",
            charge["livemode"],
            amount=charge["amount"],
            charge=charge["id"],
            currency=charge["currency"],
            payment_intent=intent["id"],
            reason="fraudulent",
            status="needs_response",
        )
        account.disputes[dispute["id"]] = dispute
        account.tell("charge.dispute.created", dispute)
        return dispute


def _charge_of(account: Account, params: Mapping[str, Any]) -> Object:
    if ("charge" in params) == ("payment_intent" in params):
        raise ApiError("Give one of charge and payment_intent.", code="parameter_missing")
    if "charge" in params:
        return found(account.charges, "charge", params["charge"])
    intent = found(account.intents, "payment_intent", params["payment_intent"])
    if intent["latest_charge"] is None:
        raise ApiError(f"{intent['id']} has no successful charge to refund.")
    return account.charges[intent["latest_charge"]]


def _give_back(account: Account, charge: Object, amount: int, params: Mapping[str, Any]) -> Object:
    refund = made(
        "refund",
        amount=amount,
        charge=charge["id"],
        currency=charge["currency"],
        metadata=params.get("metadata", {}),
        payment_intent=charge["payment_intent"],
        reason=params.get("reason"),
    )
    account.refunds[refund["id"]] = refund
    before = charge["amount_refunded"]
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    account.tell("refund.created", refund, live=charge["livemode"])
    account.tell("charge.refunded", charge, amount_refunded=before)
    if account.refunds_fail:
        fail_refund(account, refund["id"])
    return refund
