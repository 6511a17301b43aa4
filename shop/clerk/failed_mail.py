"""The case that a mail opens when it has failed for good."""

from uuid import UUID

from shop.cases.open import case_id, open_case
from shop.outbox.models import Message

REASON = "mail failed"


def call_staff(message: Message) -> None:
    """Open the case, inside the transaction that marks the message as failed."""
    facts = {
        "message": str(message.id),
        "kind": message.kind,
        "recipient": message.recipient,
        "about": message.reference,
        "error": message.last_error,
    }
    open_case(REASON, _reference(message), facts)


def case_of(message: Message) -> UUID:
    """The id of the case about this failure."""
    return case_id(REASON, _reference(message))


def _reference(message: Message) -> str:
    """Message and moment: when it fails again after a retry, that is another case."""
    return f"{message.id} {message.due_at.isoformat()}"
