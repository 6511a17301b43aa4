"""Finding codes: by state, course, order, and words (DOMAIN C6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, case, func, or_, select

from shop import clock
from shop.catalogue.fold import folded, folded_in_sql
from shop.core import codes
from shop.core.text import tidy
from shop.course_vouchers.models import CourseVoucher
from shop.db import db
from shop.orders.models import Order
from shop.people.models import User
from shop.web.organisation.standing import SOON, STATES, CodeRow, as_row, rows_of, state_of

PER_PAGE = 50


@dataclass(frozen=True)
class Wish:
    """What somebody looks for among the codes; what is empty narrows nothing. `order` is an order's number."""

    query: str = ""
    state: str = ""
    offer: str = ""
    order: str = ""


@dataclass(frozen=True)
class Found:
    """One page of codes, how many there are in all, and on how many pages."""

    rows: Sequence[CodeRow]
    total: int
    pages: int


def found(organisation_id: UUID, wish: Wish, page: int = 1, per_page: int = PER_PAGE) -> Found:
    """The codes that a wish asks for, those that need somebody first; a page that does not exist is empty."""
    query = _wished(organisation_id, wish)
    total = db.session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    pages = max(1, -(-total // per_page))
    if not 1 <= page <= pages:
        return Found([], total, pages)
    rows = db.session.execute(query.limit(per_page).offset((page - 1) * per_page))
    return Found([as_row(row) for row in rows], total, pages)


def all_of(organisation_id: UUID, wish: Wish) -> list[CodeRow]:
    """Every code that a wish asks for, for a file."""
    return [as_row(row) for row in db.session.execute(_wished(organisation_id, wish))]


def _wished(organisation_id: UUID, wish: Wish) -> Select[Any]:
    query, state = rows_of(organisation_id), state_of()
    kind = STATES.get(wish.state, "")
    if kind == "expiring":
        query = query.where(state.in_(("open", "sent")), CourseVoucher.valid_until <= clock.today() + SOON)
    elif kind:
        query = query.where(state == kind)
    if wish.offer:
        query = query.where(CourseVoucher.offer_number == wish.offer)
    if wish.order:
        query = query.where(Order.number == wish.order)
    for word in tidy(wish.query[:200], limit=200).split()[:6]:
        query = query.where(_holds(word))
    rank = case(
        (state == "open", 0), (state == "sent", 1), (state == "frozen", 2), (state == "redeemed", 3), else_=4
    )
    return query.order_by(
        rank, CourseVoucher.valid_until, CourseVoucher.redeemed_at.desc(), CourseVoucher.number
    )


def _holds(word: str) -> Any:
    texts = (CourseVoucher.sent_to, User.first_name, User.last_name, User.email, User.username)
    known = (folded_in_sql(db.session(), func.coalesce(text, "")) for text in texts)
    clauses = [text.contains(folded(word), autoescape=True) for text in known]
    try:
        symbols = codes.cleaned(word)
    except codes.Malformed:
        return or_(*clauses)
    # Of a whole code that was pasted only the number is looked for; nothing tells whether the rest is right.
    return or_(*clauses, CourseVoucher.number.contains(symbols[:10]))
