"""What can pay beside a payment: vouchers and value cards behind the same few functions, in one table.

A purse's account tells its kind: `voucher:<number>` or `card:<number>`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shop import clock
from shop.cards import credit as card_credit
from shop.cards import find as cards
from shop.cards import spend as card_spend
from shop.cards.tune import freshen
from shop.core.money import Cents
from shop.db import db
from shop.ledger import book
from shop.ledger.book import HoldEnded
from shop.vouchers.find import refusal
from shop.vouchers.models import Voucher

Parts = Sequence[tuple[UUID, Cents]]
"""Order lines, and what a purse has paid of each, in cents."""


@dataclass(frozen=True)
class Kind:
    """What the deals ask of one kind of purse, by its number, in the caller's transaction.

    `lock` keeps others from it until the transaction ends, and comes before anything is held, posted
    or released: who has the purse and waits for the card waits in a ring. `ready` makes sure that the
    purse holds only what can be spent, before anything is held; `can_pay` says whether it may give so
    many cents now; `paid` notes what was taken from it for which lines, if its room wants to know;
    `last_day` is until when what comes back of a line, or has come back, can be used.
    """

    lock: Callable[[str], object]
    ready: Callable[[str], object]
    can_pay: Callable[[str, Cents], bool]
    paid: Callable[[str, Parts, str, str], None] | None
    last_day: Callable[[str, UUID], date | None]


def _voucher_can_pay(number: str, cents: Cents) -> bool:
    voucher = db.session.get_one(Voucher, number)
    available = book.available(voucher.account)
    return refusal(voucher, available=available, today=clock.today()) is None and available >= cents


def _card_can_pay(number: str, cents: Cents) -> bool:
    card = freshen(number)
    return book.available(card.account) >= cents


def _card_paid(number: str, parts: Parts, what: str, reference: str) -> None:
    card_spend.spent(number, parts, what=what, reference=reference)


def _voucher_last_day(number: str, _line: UUID) -> date | None:
    return db.session.get_one(Voucher, number).valid_until


KINDS: Mapping[str, Kind] = {
    "voucher": Kind(
        lock=lambda _number: None,
        ready=lambda _number: None,
        can_pay=_voucher_can_pay,
        paid=None,
        last_day=_voucher_last_day,
    ),
    "card": Kind(
        lock=cards.locked,
        ready=freshen,
        can_pay=_card_can_pay,
        paid=_card_paid,
        last_day=card_credit.soonest_day,
    ),
}


def kind_of(account: str) -> Kind:
    """What serves a purse's account. Raises KeyError for an account that is no purse."""
    return KINDS[kind_name(account)]


def lock(account: str) -> None:
    """Keep others from a purse's voucher or card until the caller's transaction ends, if its kind needs that."""
    kind_of(account).lock(number_of(account))


def void(account: str, hold_id: UUID) -> None:
    """Give back what a hold has kept of a purse; one that has lapsed, or was let go, is no news."""
    lock(account)
    try:
        book.void(hold_id)
    except HoldEnded as ended:
        if ended.how == "posted":
            raise


def kind_name(account: str) -> str:
    """`voucher` or `card`."""
    return account.partition(":")[0]


def number_of(account: str) -> str:
    """The number of the voucher or the card that an account belongs to."""
    return account.partition(":")[2]


def account_of(number: str) -> str:
    """The account of a voucher or a card, by the first letter of its number (DOMAIN S2)."""
    return f"{'card' if number.startswith('W') else 'voucher'}:{number}"
