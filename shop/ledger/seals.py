"""The chain of hashes over the ledger's entries: what was sealed cannot be changed unseen (QUALITY I16, A10).

Sealing is not done in the transaction that moves the money: each link needs the one before, so
every sale would queue at the last link, the one hot row that the ledger's design avoids. The worker
seals a moment later; until then the triggers alone guard an entry (I5).
"""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import cast

from sqlalchemy import BigInteger, Connection, String, Table, Uuid, bindparam, func, select, text

from shop.db import db
from shop.ledger.entry import Entry
from shop.ledger.models import Seal
from shop.ledger.statements import transfers

_seals = cast(Table, Seal.__table__)
_FIRST = "0" * 64  # what the first link takes for the hash before it

_LINK = text(
    "INSERT INTO seals (position, transfer_id, hash) VALUES (:position, :transfer_id, :hash)"
    " ON CONFLICT DO NOTHING"
).bindparams(
    bindparam("position", type_=BigInteger()),
    bindparam("transfer_id", type_=Uuid()),
    bindparam("hash", type_=String()),
)
_HEAD = select(_seals.c.position, _seals.c.hash).order_by(_seals.c.position.desc()).limit(1)
_is_unsealed = ~select(_seals.c.position).where(_seals.c.transfer_id == transfers.c.id).exists()
_COUNT = select(func.count()).select_from(transfers)
_UNSEALED = (
    select(transfers)
    .where(_is_unsealed)
    .order_by(transfers.c.made_at, transfers.c.id)
    .limit(bindparam("limit", type_=BigInteger()))
)
_CHAIN = (
    select(_seals.c.position, _seals.c.hash, transfers)
    .outerjoin_from(_seals, transfers, transfers.c.id == _seals.c.transfer_id)
    .order_by(_seals.c.position)
    .execution_options(yield_per=2000)
)


def seal(limit: int = 1000) -> int:
    """Append links for entries not yet sealed, the oldest first; how many. In the caller's transaction.

    Two workers may run: both begin at the same free position, which is the primary key. The later
    one waits for the earlier to commit, finds the place taken, and leaves the rest to its next turn.
    """
    connection = db.session.connection()
    position, before = head()
    # Positions have no gaps, so equal counts mean that nothing waits: a resting worker looks no further.
    if connection.execute(_COUNT).scalar_one() == position:
        return 0
    links = []
    for row in connection.execute(_UNSEALED, {"limit": limit}):
        entry = Entry(*row)
        position, before = position + 1, link(before, entry)
        links.append({"position": position, "transfer_id": entry.id, "hash": before})
    if not links or connection.execute(_LINK, links[0]).rowcount != 1:
        return 0
    if links[1:]:
        connection.execute(_LINK, links[1:])
    return len(links)


def head() -> tuple[int, str]:
    """The chain's last position and hash: keep it elsewhere, and nobody can shorten the chain unseen."""
    row = db.session.connection().execute(_HEAD).one_or_none()
    return (row.position, row.hash) if row else (0, _FIRST)


def unsealed() -> int:
    """How many entries wait for their seal."""
    return int(db.session.connection().execute(_COUNT.where(_is_unsealed)).scalar_one())


def first_break() -> str | None:
    """Where the chain does not verify, in words, or None when it is whole."""
    before = _FIRST
    for place, (position, kept, entry) in enumerate(_chain(db.session.connection()), start=1):
        if position != place:
            return f"link {place} is missing"
        if entry is None:
            return f"the entry of link {place} is missing"
        before = link(before, entry)
        if before != kept:
            return f"link {place} does not fit entry {entry.id}"
    return None


def link(before: str, entry: Entry) -> str:
    """The hash of the link before and of every column of an entry; moments in UTC to the microsecond."""
    columns = [_plain(value) for value in entry.row.values()]
    return hashlib.sha256(json.dumps([before, *columns], ensure_ascii=False).encode()).hexdigest()


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value if value is None or isinstance(value, int) else str(value)


def _chain(connection: Connection) -> Iterator[tuple[int, str, Entry | None]]:
    for position, kept, *columns in connection.execute(_CHAIN):
        yield position, kept, Entry(*columns) if columns[0] is not None else None
