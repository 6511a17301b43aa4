"""Keeping money safe that fits no order: in suspense, and as a case for staff (DOMAIN P5)."""

from shop.cases.open import open_case
from shop.ledger import book
from shop.payments.happening import Happening


def suspend(happening: Happening, why: str, *, leaving: bool = False) -> None:
    """Book money that arrived (or left) without a home, and call staff. Never ignored (QUALITY I7)."""
    if happening.cents and happening.currency:
        till = f"till:{happening.method}"
        debit, credit = ("suspense", till) if leaving else (till, "suspense")
        suffix = "" if happening.currency == "EUR" else f":{happening.currency}"
        book.transfer(
            book.transfer_id("suspense", happening.event_id),
            debit=debit + suffix,
            credit=credit + suffix,
            cents=happening.cents,
            reason=happening.what if leaving else "unmatched",
            reference=happening.event_id[:80],
            currency=happening.currency,
        )
    call_staff(happening, why)


def call_staff(happening: Happening, why: str) -> None:
    """Open a case about a payment event, once."""
    facts = {
        "why": why,
        "cents": happening.cents,
        "currency": happening.currency,
        "provider_ref": happening.provider_ref,
        "payment": str(happening.payment_id) if happening.payment_id else None,
    }
    open_case(f"payment {happening.what}", happening.event_id, facts)
