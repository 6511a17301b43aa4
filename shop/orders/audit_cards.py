"""What must hold of value cards: lots, statements, top-ups and the ledger agree (QUALITY I2, I6, I7, I15)."""

from typing import Any

from sqlalchemy import Select, String, and_, case, cast, exists, func, literal, or_, select

from shop import clock
from shop.cards.models import Card, Lot, Movement, TopUp, Use
from shop.ledger.models import Account, Transfer
from shop.orders.models import Order, OrderLine, Share

Rule = tuple[str, str, Select[Any]]


def rules() -> list[Rule]:
    """For each rule its invariant, its words, and the rows that break it."""
    return [*_lots(), *_statements(), *_bought()]


def _lots() -> list[Rule]:
    """Lots are the ledger's purses, split by where the credit came from (I2)."""
    left = _sum(Lot.left_cents, Lot.number == Card.number)
    bare = _sum(Use.cents, Use.number == Card.number, Use.lot_id.is_(None))
    aside = _sum(Lot.aside_cents, Lot.number == Card.number)
    spent = _sum(Use.cents, Use.lot_id == Lot.id)
    is_good = ~Lot.frozen, or_(Lot.valid_until.is_(None), Lot.valid_until >= clock.today())
    good = _sum(Lot.left_cents, Lot.number == Card.number, *is_good)
    price = Lot.left_paid + Lot.aside_paid + _sum(Use.paid_cents, Use.lot_id == Lot.id)
    return [
        ("I2", "lots less what was overdrawn are the card's balance", _cards(left - bare != _posted(""))),
        ("I2", "what cannot be spent lies beside the card", _cards(aside != _posted("-aside"))),
        ("I2", "no lot has paid more than it held", select(Lot.id).where(spent > Lot.value_cents)),
        ("I2", "nothing is overdrawn while there is credit", _cards(and_(bare > 0, good > 0))),
        (
            "I15",
            "no lot has more of its price than was paid for it",
            select(Lot.id).where(price > Lot.paid_cents),
        ),
        ("I15", "what was owed counts as paid by what was paid for it", _debts()),
    ]


def _debts() -> Select[Any]:
    """Cards whose debts count as paid by something else than what has paid them, and what is owed still."""
    name, owed = literal("receivable:") + Card.number, (Lot.number == Card.number, Lot.source == "debt")
    still = _sum(Transfer.cents, Transfer.debit == name) - _sum(Transfer.cents, Transfer.credit == name)
    payments = select(Transfer.id).where(Transfer.credit == name)
    paid = _sum(Use.paid_cents, Use.number == Card.number, Use.spent_for.in_(payments))
    has_owed = Card.number.in_(select(Lot.number).where(Lot.source == "debt"))
    return _cards(and_(has_owed, _sum(Lot.paid_cents, *owed) != paid + still))


def _statements() -> list[Rule]:
    """Each card's statement tells the ledger's balance, line by line (I2)."""
    mine = Movement.number == Card.number
    lines = select(func.count()).where(mine).scalar_subquery()
    newest = select(Movement.balance).where(mine, Movement.position == Card.last).scalar_subquery()
    moved = _sum(Movement.cents, mine)
    wrong = or_(lines != Card.last, moved != _posted(""), func.coalesce(newest, 0) != _posted(""))
    return [("I2", "a card's statement adds up to its balance", _cards(wrong))]


def _bought() -> list[Rule]:
    """Credit is there exactly for what was paid, and bookings are noted exactly as they were paid (I6, I7)."""
    lots = (
        select(func.count())
        .where(Lot.order_line_id == OrderLine.id, Lot.source == "top-up")
        .scalar_subquery()
    )
    lines = select(OrderLine.id).join(Order, Order.id == OrderLine.order_id).where(OrderLine.kind == "card")
    is_settled = case((Order.state == "settled", 1), else_=0)
    paid = exists().where(TopUp.order_line_id == OrderLine.id, TopUp.state == "paid")
    number = func.replace(Share.account, "card:", "", type_=String())
    used = _sum(Use.cents, Use.spent_for == Share.line_id, Use.number == number)
    shares = select(Share.line_id).join(OrderLine, OrderLine.id == Share.line_id)
    shares = shares.join(Order, Order.id == OrderLine.order_id).where(Share.account.like("card:%"))
    due = case((Order.state == "settled", Share.cents - Share.given_back), else_=0)
    return [
        ("I6", "credit is there exactly for top-ups that are paid", lines.where(lots != is_settled)),
        (
            "I6",
            "a top-up is noted as paid when its order is",
            lines.where(paid != (Order.state == "settled")),
        ),
        ("I7", "cards have paid for bookings what their orders say", shares.where(used != due)),
    ]


def _cards(wrong: Any) -> Select[Any]:
    return select(Card.number).where(wrong)


def _sum(cents: Any, *where: Any) -> Any:
    return select(func.coalesce(func.sum(cents), 0)).where(*where).scalar_subquery()


def _posted(suffix: str) -> Any:
    """The balance of a card's purse, or of the one beside it."""
    name = literal("card:") + cast(Card.number, String) + suffix
    balance = select(Account.credits_posted - Account.debits_posted).where(Account.id == name)
    return func.coalesce(balance.scalar_subquery(), 0)
