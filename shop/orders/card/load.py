"""A gift voucher is loaded onto a card whole; that lot keeps the voucher's last day and age (DOMAIN W9)."""

from collections.abc import Sequence
from enum import Enum

from shop import clock
from shop.cards import find as cards
from shop.cards.credit import Loading, add_lot, new_lot_id
from shop.cards.models import Card
from shop.cards.tune import freshen
from shop.core.money import Cents
from shop.db import db, transaction
from shop.failpoints import reach
from shop.ledger import book
from shop.orders import throttle
from shop.vouchers import find
from shop.vouchers.models import Voucher, VoucherProduct


class Unknown(Exception):
    """Number and code do not belong together; one neutral answer for every reason (DOMAIN R7)."""


class Unfit(Enum):
    """Why a good voucher cannot be loaded."""

    NARROW = "only for some courses"
    HELD = "held by a checkout"
    OWING = "this card owes, and its credit is taxed when it is bought"


class Refused(Exception):
    """Number and code are right, so its holder is told exactly why it cannot be loaded (DOMAIN R7)."""

    def __init__(self, reason: find.Refusal | Unfit, voucher: Voucher) -> None:
        super().__init__(reason.value)
        self.reason, self.valid_until = reason, voucher.valid_until


def load(user_id: int, card_number: str, number_text: str, code_text: str, sources: Sequence[str]) -> Cents:
    """Load all that is on a voucher onto a person's own card; how much, in cents.

    Opens its own transaction. Raises `cards.find.NoSuchCard`, Unknown, Refused or `throttle.Throttled`;
    a wrong guess is counted even then.
    """
    cards.of_owner(user_id, card_number)
    with transaction():
        throttle.admit(sources)
        voucher = find.typed(number_text, code_text)
        if voucher is None:
            throttle.note_wrong(sources)
            cents = 0
        else:
            cents = _load(card_number, voucher.number)
    reach("load.after_commit")
    if voucher is None:
        raise Unknown
    return cents


def _load(card_number: str, voucher_number: str) -> Cents:
    """The card before the voucher, and both before their purses: as everywhere by the names of accounts."""
    card = freshen(card_number)
    voucher = db.session.get_one(
        Voucher, voucher_number, with_for_update={"key_share": True}, populate_existing=True
    )
    cents = book.available(voucher.account)
    if reason := _refusal(card, voucher, cents):
        raise Refused(reason, voucher)
    try:
        entry = book.transfer(
            book.transfer_id("load", card.number, voucher.number, card.last),
            debit=voucher.account,
            credit=card.account,
            cents=cents,
            reason="voucher loaded",
            reference=card.number,
            currency=voucher.currency,
        )
    except book.Overdrawn:  # nobody locks a voucher to hold a part of it
        raise Refused(Unfit.HELD, voucher) from None
    reach("load.moved")
    comes = Loading(
        "voucher",
        cents,
        cents,
        until=voucher.valid_until,
        reference=voucher.number,
        since=voucher.issued_at,
        order_line_id=voucher.order_line_id,
    )
    add_lot(card, new_lot_id("voucher", entry.id), comes)
    return cents


def _refusal(card: Card, voucher: Voucher, cents: Cents) -> find.Refusal | Unfit | None:
    """Why a voucher with so much on it cannot be loaded onto this card. The first match wins."""
    is_held = cents != book.posted(voucher.account)
    if reason := find.refusal(voucher, available=cents, today=clock.today()):
        return Unfit.HELD if is_held and reason is find.Refusal.SPENT else reason
    if db.session.get_one(VoucherProduct, voucher.product_slug).valid_for:
        return Unfit.NARROW
    if is_held:
        return Unfit.HELD
    owes = cards.debt(card) or book.posted(card.account) < 0
    # What was booked for that is untaxed, for a top-up would be taxed; a voucher never is (T1).
    return Unfit.OWING if owes and cards.type_of(card).tax_code else None
