"""The auditor: says of each of the ledger's invariants whether it holds (QUALITY I1–I5, I16)."""

from dataclasses import dataclass

from sqlalchemy import text

from shop.db import db
from shop.ledger.seals import first_break, head, seal, unsealed

__all__ = ["Finding", "check", "head", "seal"]


@dataclass(frozen=True)
class Finding:
    """What the auditor found about one invariant; `detail` names offenders, or what was looked at."""

    invariant: str
    holds: bool
    detail: str


# Each question selects the names (`who`) of what breaks the rule; no rows is a good answer.
CROSSED = """
    SELECT CAST(t.id AS VARCHAR(40)) AS who FROM transfers t
    LEFT JOIN accounts d ON d.id = t.debit LEFT JOIN accounts c ON c.id = t.credit
    WHERE d.id IS NULL OR c.id IS NULL OR d.id = c.id OR t.cents < 0
       OR d.currency <> t.currency OR c.currency <> t.currency
"""

MISCOUNTED = """
    WITH open_holds AS (
        SELECT h.debit, h.credit, h.cents FROM transfers h LEFT JOIN transfers e ON e.ends = h.id
        WHERE h.kind = 'hold' AND e.id IS NULL
    ), sides AS (
        SELECT debit AS account, 0 AS dpend, cents AS dpost, 0 AS cpend, 0 AS cpost
        FROM transfers WHERE kind IN ('transfer', 'post')
        UNION ALL SELECT credit, 0, 0, 0, cents FROM transfers WHERE kind IN ('transfer', 'post')
        UNION ALL SELECT debit, cents, 0, 0, 0 FROM open_holds
        UNION ALL SELECT credit, 0, 0, cents, 0 FROM open_holds
    ), sums AS (
        SELECT account, SUM(dpend) AS dpend, SUM(dpost) AS dpost, SUM(cpend) AS cpend, SUM(cpost) AS cpost
        FROM sides GROUP BY account
    )
    SELECT a.id AS who FROM accounts a LEFT JOIN sums s ON s.account = a.id AND a.purse
    WHERE a.debits_pending <> COALESCE(s.dpend, 0) OR a.debits_posted <> COALESCE(s.dpost, 0)
       OR a.credits_pending <> COALESCE(s.cpend, 0) OR a.credits_posted <> COALESCE(s.cpost, 0)
"""

OVERDRAWN = """
    SELECT id AS who FROM accounts
    WHERE purse <> (id LIKE 'voucher:%' OR id LIKE 'card:%')
       OR purse AND credits_posted - debits_posted - debits_pending < -overdraft
"""

ENDED_WRONG = """
    SELECT CAST(e.id AS VARCHAR(40)) AS who FROM transfers e LEFT JOIN transfers h ON h.id = e.ends
    WHERE e.kind IN ('post', 'void', 'expire')
      AND (h.id IS NULL OR h.kind <> 'hold' OR e.debit <> h.debit OR e.credit <> h.credit
           OR e.cents > h.cents OR (e.kind <> 'post' AND e.cents <> 0)
           OR (e.kind = 'post' AND e.made_at >= h.deadline) OR (e.kind = 'expire' AND e.made_at < h.deadline))
    UNION ALL
    SELECT CAST(ends AS VARCHAR(40)) FROM transfers WHERE ends IS NOT NULL GROUP BY ends HAVING COUNT(*) > 1
"""

# The names are those of the migrations 0002, 0003 and 0005.
FROZEN = (
    "transfers",
    "documents",
    "seals",
    "pages",
    "payment_events",
    "course_voucher_events",
    "certificates",
    "card_movements",
)
TRIGGERS = {f"{table}_stay_{how}": table for table in FROZEN for how in ("unchanged", "kept")}
GUARDS = {
    "sqlite": "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%RAISE(ABORT%'",
    "postgresql": """
        SELECT t.tgname, c.relname FROM pg_trigger t
        JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
        WHERE t.tgenabled IN ('O', 'A') AND p.proname = 'refuse_change' AND p.prosrc LIKE '%RAISE EXCEPTION%'
    """,
}


def check() -> list[Finding]:
    """Look at the whole ledger, in the order of the invariants; reads only."""
    return [
        _ask("I1", CROSSED, "transfers"),
        _ask("I2", MISCOUNTED, "accounts"),
        _ask("I3", OVERDRAWN, "accounts"),
        _ask("I4", ENDED_WRONG, "transfers"),
        _triggers(),
        _chain(),
    ]


def _ask(invariant: str, question: str, table: str) -> Finding:
    connection = db.session.connection()
    rows = connection.execute(text(f"SELECT who FROM ({question}) AS found ORDER BY who LIMIT 6"))  # noqa: S608
    names = [str(who) for who in rows.scalars()]
    if names:
        return Finding(invariant, False, ", ".join(names[:5]) + (" and more" if names[5:] else ""))
    looked_at = connection.execute(text(f"SELECT COUNT(*) FROM {table}")).scalar_one()  # noqa: S608
    return Finding(invariant, True, f"{looked_at} {table}")


def _triggers() -> Finding:
    connection = db.session.connection()
    rows = connection.execute(text(GUARDS[connection.dialect.name]))
    standing = {name: table for name, table in rows}
    missing = sorted(name for name, table in TRIGGERS.items() if standing.get(name) != table)
    if missing:
        return Finding("I5", False, "no working trigger " + ", ".join(missing))
    return Finding("I5", True, f"{len(TRIGGERS)} triggers")


def _chain() -> Finding:
    """Entries that wait for their seal are told, and no fault."""
    if broken := first_break():
        return Finding("I16", False, broken)
    position, _ = head()
    return Finding("I16", True, f"{position} links, {unsealed()} entries not yet sealed")
