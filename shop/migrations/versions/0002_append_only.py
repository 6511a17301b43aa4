"""what was written stays: triggers against changing and deleting (QUALITY I5)

Plain SQL, because these rules must stand for every program that can reach the database.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

FROZEN = ("transfers", "documents", "seals", "pages")

# A payment event is kept word for word; what became of it is written once, part by part.
EVENT_CHANGED = """
       OLD.id <> NEW.id OR OLD.provider <> NEW.provider OR OLD.kind <> NEW.kind
    OR OLD.payload <> NEW.payload OR OLD.received_at <> NEW.received_at
    OR (OLD.outcome IS NOT NULL AND (NEW.outcome IS NULL OR OLD.outcome <> NEW.outcome))
    OR (OLD.note IS NOT NULL AND (NEW.note IS NULL OR OLD.note <> NEW.note))
    OR (OLD.acted_at IS NOT NULL AND (NEW.acted_at IS NULL OR OLD.acted_at <> NEW.acted_at))
"""


def rules():
    """Name, table, deed and condition of each trigger; the names are also in `ledger/audit.py`."""
    for table in FROZEN:
        yield f"{table}_stay_unchanged", table, "UPDATE", ""
        yield f"{table}_stay_kept", table, "DELETE", ""
    yield "payment_events_stay_unchanged", "payment_events", "UPDATE", f"WHEN ({EVENT_CHANGED})"
    yield "payment_events_stay_kept", "payment_events", "DELETE", ""


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name, table, deed, condition in rules():
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {deed} ON {table} FOR EACH ROW {condition} "
                f"BEGIN SELECT RAISE(ABORT, '{table} are never changed or deleted'); END"
            )
        return
    # An integrity error, as on SQLite, so that callers need not know which database they have.
    op.execute(
        """
        CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '% are never changed or deleted', TG_TABLE_NAME
                USING ERRCODE = 'integrity_constraint_violation';
        END $$
        """
    )
    for name, table, deed, condition in rules():
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {deed} ON {table} FOR EACH ROW {condition} "
            "EXECUTE FUNCTION refuse_change()"
        )
    for table in (*FROZEN, "payment_events"):
        op.execute(
            f"CREATE TRIGGER {table}_stay_filled BEFORE TRUNCATE ON {table} FOR EACH STATEMENT "
            "EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name, *_ in rules():
            op.execute(f"DROP TRIGGER {name}")
        return
    for name, table, *_ in rules():
        op.execute(f"DROP TRIGGER {name} ON {table}")
    for table in (*FROZEN, "payment_events"):
        op.execute(f"DROP TRIGGER {table}_stay_filled ON {table}")
    op.execute("DROP FUNCTION refuse_change()")
