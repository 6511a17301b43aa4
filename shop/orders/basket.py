"""The basket and the remember list: wishes in the database, priced anew whenever they are shown."""

import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from flask_babel import get_locale
from sqlalchemy import Delete, Table, Update, bindparam, delete, func, select, update

from shop import clock
from shop.core.money import Cents
from shop.db import changed, db, is_sqlite
from shop.orders.goods import SERVES
from shop.orders.models import BasketLine

LONGEST = 50  # lines a visitor may keep; more is a robot

_TAKE_TURN = select(func.pg_advisory_xact_lock(func.hashtextextended(bindparam("name"), 0)))
_l = cast(Table, BasketLine.__table__).c
_LINES = (
    select(_l.id, _l.kind, _l.quantity, _l.facts)
    .where(_l.visitor == bindparam("visitor"), _l.remembered == bindparam("remembered"))
    .order_by(_l.added_at, _l.id)
)


class BasketFull(ValueError):
    """A visitor keeps as many lines as a basket holds."""


@dataclass(frozen=True)
class BasketEntry:
    """A line as it stands now. `problem` is empty, or why it cannot be ordered; the rest as in `Quote`."""

    id: UUID
    kind: str
    title: str
    quantity: int
    unit_cents: Cents
    facts: Mapping[str, Any]
    problem: str = ""
    category: str = ""
    takes_vouchers: bool = False
    class_key: str = ""
    source: object = None

    @property
    def cents(self) -> Cents:
        """The price of all pieces."""
        return self.unit_cents * self.quantity


def take_turn(visitor: str) -> None:
    """Let what one visitor does stand in a row, in the caller's transaction (QUALITY F6).

    Two clicks or two tabs at once never sell a basket twice, nor redeem and remove at one moment.
    """
    if not is_sqlite(db.engine):  # SQLite has one writer anyway
        db.session.connection().execute(_TAKE_TURN, {"name": f"visitor:{visitor}"})


def lines(visitor: str | None, *, remembered: bool = False) -> list[BasketEntry]:
    """What a visitor wants, oldest first, quoted in the current language."""
    if visitor is None:
        return []
    asked = {"visitor": visitor, "remembered": remembered}
    return [_entry(*row) for row in db.session.execute(_LINES, asked)]


def entry(visitor: str | None, line_id: UUID) -> BasketEntry | None:
    """One line of this visitor's, or None; a stranger's line does not exist."""
    line = db.session.get(BasketLine, line_id)
    if line is None or line.visitor != visitor:
        return None
    return _entry(line.id, line.kind, line.quantity, line.facts)


def count(visitor: str) -> int:
    """How many pieces lie in a visitor's basket."""
    query = select(func.coalesce(func.sum(BasketLine.quantity), 0))
    return int(db.session.scalar(query.where(BasketLine.visitor == visitor, ~BasketLine.remembered)) or 0)


def add(
    visitor: str, kind: str, facts: dict[str, Any], *, quantity: int = 1, remembered: bool = False
) -> UUID:
    """Put a line into the basket or on the remember list. Raises BasketFull."""
    if kind not in SERVES:
        raise ValueError(f"no goods room serves {kind!r}")
    held = select(func.count()).select_from(BasketLine).where(BasketLine.visitor == visitor)
    if (db.session.scalar(held) or 0) >= LONGEST:
        raise BasketFull
    line = BasketLine(
        id=uuid.uuid4(),
        visitor=visitor,
        kind=kind,
        quantity=quantity,
        remembered=remembered,
        facts=facts,
        added_at=clock.now(),
    )
    db.session.add(line)
    db.session.flush()
    return line.id


def change(visitor: str | None, line_id: UUID, **values: Any) -> bool:
    """Change a line's `quantity`, `facts` or `remembered`; False when this visitor has no such line."""
    mine = (BasketLine.id == line_id) & (BasketLine.visitor == visitor)
    return _touched(update(BasketLine).where(mine).values(**values))


def remove(visitor: str | None, line_id: UUID) -> bool:
    """Take a line out; False when this visitor has no such line."""
    return _touched(delete(BasketLine).where(BasketLine.id == line_id, BasketLine.visitor == visitor))


def seen(entries: list[BasketEntry], paid_by: str = "") -> str:
    """A mark of what a buyer saw, so that an order never holds what has changed since.

    `paid_by` is the mark of the spending plan.
    """
    text = "|".join(f"{entry.id}:{entry.quantity}:{entry.unit_cents}:{entry.facts}" for entry in entries)
    text += f"#{paid_by}" if paid_by else ""
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _touched(statement: Update | Delete) -> bool:
    return bool(changed(db.session.execute(statement)))


def _entry(line_id: UUID, kind: str, quantity: int, facts: Mapping[str, Any]) -> BasketEntry:
    quote = SERVES[kind].quote(facts, str(get_locale() or "de")[:2])
    return BasketEntry(
        id=line_id,
        kind=kind,
        title=quote.title,
        quantity=quantity,
        unit_cents=quote.unit_cents,
        facts=facts,
        problem=quote.problem,
        category=quote.category,
        takes_vouchers=quote.takes_vouchers,
        class_key=quote.class_key,
        source=quote.source,
    )
