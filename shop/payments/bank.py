"""Bank transfer in advance, and payment at the counter: both by a reference that staff confirm (DOMAIN P2, W6)."""

import json
import uuid
from dataclasses import dataclass
from datetime import date

from shop.payments.gateway import Begun, Bill, Refused
from shop.payments.inbox import Notice

_TRANSFERS = uuid.UUID("0e6c2c4a-92c5-4a56-9a3b-58d2f7a1f9c4")


@dataclass(frozen=True)
class ByReference:
    """The centre's bank account, or its counter, behind the gateway protocol."""

    method: str = "bank"

    def begin(self, bill: Bill) -> Begun:
        """Nothing to open: the order's number is the reference, and there is no hurry."""
        return Begun(bill.order_number, None, None)

    def refund(self, payment_source_ref: str, cents: int, key: str) -> str:
        """A person pays back at the bank or at the counter, so this always raises Refused."""
        raise Refused(f"what came by {self.method} is paid back by hand ({payment_source_ref})")


def arrived(reference: str, cents: int, booked_on: date, bank_ref: str = "", till: str = "bank") -> Notice:
    """A transfer on the centre's account, or cash at its counter (`till`), ready for the inbox.

    The id is made of the facts: the same booking told twice is one event. Two equal transfers on one
    day are told apart by `bank_ref`, the bank's own name for the booking.
    """
    facts = {
        "reference": "".join(reference.split()).upper(),
        "cents": cents,
        "booked_on": booked_on.isoformat(),
        "bank_ref": bank_ref.strip(),
    }
    if till != "bank":
        facts["till"] = till
    payload = json.dumps(facts, ensure_ascii=False, sort_keys=True)
    return Notice(f"bank_{uuid.uuid5(_TRANSFERS, payload)}", "bank", "bank.transfer", payload)
