"""Open a case for a human, once per reason and reference; close it with a note."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from shop import clock
from shop.cases.models import Case
from shop.db import db, is_sqlite

CASES = uuid.UUID("7d1f4f0e-6d0b-5c55-9a4e-3f4a0c4c7c11")


class CaseMissing(LookupError):
    """There is no such case."""


class CaseClosed(ValueError):
    """Somebody has closed this case before."""


def case_id(reason: str, reference: str) -> UUID:
    """The id of the one case that this reason and reference can open."""
    return uuid.uuid5(CASES, f"{reason}\n{reference}")


def open_case(reason: str, reference: str, facts: Mapping[str, Any]) -> None:
    """Ask for a human, inside the caller's transaction; a repeat is quiet, closed or not."""
    insert = sqlite.insert if is_sqlite(db.engine) else postgresql.insert
    row = {
        "id": case_id(reason, reference),
        "reason": reason,
        "reference": reference,
        "facts": dict(facts),
        "opened_at": clock.now(),
    }
    db.session.execute(insert(Case).values(row).on_conflict_do_nothing(index_elements=["id"]))


def open_cases(limit: int = 50) -> Sequence[Case]:
    """What waits for a human, the oldest first."""
    waiting = select(Case).where(Case.closed_at.is_(None)).order_by(Case.opened_at, Case.id)
    return db.session.scalars(waiting.limit(limit)).all()


def close_case(id: UUID, by: str, note: str) -> None:
    """Write down who has dealt with a case and how, inside the caller's transaction.

    Raises CaseMissing, CaseClosed, or ValueError when name or note is empty.
    """
    if not by.strip() or not note.strip():
        raise ValueError("a case is closed by somebody, with a note")
    closed = db.session.execute(
        update(Case)
        .where(Case.id == id, Case.closed_at.is_(None))
        .values(closed_at=clock.now(), closed_by=by.strip(), note=note.strip())
    )
    if closed.rowcount == 1:  # type: ignore[attr-defined]
        return
    if db.session.get(Case, id) is None:
        raise CaseMissing(str(id))
    raise CaseClosed(str(id))
