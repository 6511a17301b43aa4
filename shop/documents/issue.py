"""Issuing documents: the number is given in the settling transaction, so no number is ever lost."""

from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, bindparam, insert, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgres
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from shop.db import db, is_sqlite
from shop.documents.models import Document, Series

_ISSUE = insert(cast(Table, Document.__table__))
_series = cast(Table, Series.__table__)
_STEP = (
    update(_series)
    .where(_series.c.name == bindparam("series"))
    .values(last=_series.c.last + 1)
    .returning(_series.c.last)
)


def issue(
    document_id: UUID,
    *,
    kind: str,
    series: str,
    order_id: UUID,
    cents: int,
    facts: dict[str, Any],
    issued_at: datetime,
) -> None:
    """Issue a document with the next number of its series (DOMAIN T5, QUALITY I14).

    The series' row stays locked until the caller's transaction ends: gapless, because a number
    taken by a transaction that fails is given back with it.
    """
    row = {
        "id": document_id,
        "series": series,
        "position": _next(series),
        "kind": kind,
        "order_id": order_id,
        "cents": cents,
        "facts": facts,
        "issued_at": issued_at,
    }
    db.session.connection().execute(_ISSUE, row)


def of_order(order_id: UUID) -> list[Document]:
    """The documents issued for an order, oldest first."""
    query = select(Document).where(Document.order_id == order_id)
    return list(db.session.scalars(query.order_by(Document.issued_at, Document.position)))


def _next(series: str) -> int:
    connection = db.session.connection()
    position = connection.scalar(_STEP, {"series": series})
    if position is None:  # the year's first document
        insert = insert_sqlite if is_sqlite(db.engine) else insert_postgres
        db.session.execute(insert(Series).values(name=series, last=0).on_conflict_do_nothing())
        position = connection.scalar(_STEP, {"series": series})
    assert position is not None
    return int(position)
