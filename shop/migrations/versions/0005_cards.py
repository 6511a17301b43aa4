"""value cards: types, cards, lots of credit, statements, top-ups"""

import sqlalchemy as sa
from alembic import op

import shop.db

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def freeze(table: str) -> None:
    """A statement stays as it was written (QUALITY I5); the function is that of 0002."""
    deeds = {"unchanged": "UPDATE", "kept": "DELETE"}
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for how, deed in deeds.items():
        refuse = (
            f"BEGIN SELECT RAISE(ABORT, '{table} are never changed or deleted'); END"
            if is_sqlite
            else "EXECUTE FUNCTION refuse_change()"
        )
        op.execute(f"CREATE TRIGGER {table}_stay_{how} BEFORE {deed} ON {table} FOR EACH ROW {refuse}")
    if not is_sqlite:
        op.execute(
            f"CREATE TRIGGER {table}_stay_filled BEFORE TRUNCATE ON {table} FOR EACH STATEMENT "
            "EXECUTE FUNCTION refuse_change()"
        )


def upgrade() -> None:
    op.create_table(
        "card_types",
        sa.Column("key", sa.String(length=20), nullable=False),
        sa.Column("title", shop.db.Facts(), nullable=False),
        sa.Column("limit_standard", sa.BigInteger(), nullable=False),
        sa.Column("limit_ordered", sa.BigInteger(), nullable=False),
        sa.Column("tiers", sa.String(length=400), nullable=False),
        sa.Column("tax_code", sa.String(length=20), nullable=False),
        sa.Column("classes", shop.db.Facts(), nullable=False),
        sa.Column("notice", shop.db.Facts(), nullable=False),
        sa.Column("low_cents", sa.BigInteger(), nullable=False),
        sa.Column("published", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "limit_standard >= 0 AND limit_ordered >= 0 AND low_cents >= 0",
            name=op.f("ck_card_types_limits_not_negative"),
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_card_types")),
    )
    op.create_table(
        "cards",
        sa.Column("number", sa.String(length=10), nullable=False),
        sa.Column("type_key", sa.String(length=20), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("opened_at", shop.db.Moment(timezone=True), nullable=False),
        sa.Column("reminds_low", sa.Boolean(), nullable=False),
        sa.Column("reminds_expiry", sa.Boolean(), nullable=False),
        sa.CheckConstraint("state IN ('open', 'closed')", name=op.f("ck_cards_state_known")),
        sa.ForeignKeyConstraint(["type_key"], ["card_types.key"], name=op.f("fk_cards_type_key")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_cards_user_id")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_cards")),
        sa.UniqueConstraint("user_id", "type_key", name="uq_cards_user_type"),
    )
    op.create_table(
        "card_lots",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=10), nullable=False),
        sa.Column("source", sa.String(length=12), nullable=False),
        sa.Column("reference", sa.String(length=80), nullable=False),
        sa.Column("order_line_id", sa.Uuid(), nullable=True),
        sa.Column("value_cents", sa.BigInteger(), nullable=False),
        sa.Column("paid_cents", sa.BigInteger(), nullable=False),
        sa.Column("left_cents", sa.BigInteger(), nullable=False),
        sa.Column("left_paid", sa.BigInteger(), nullable=False),
        sa.Column("aside_cents", sa.BigInteger(), nullable=False),
        sa.Column("aside_paid", sa.BigInteger(), nullable=False),
        sa.Column("since", shop.db.Moment(timezone=True), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("frozen", sa.Boolean(), nullable=False),
        sa.Column("taxed", sa.Boolean(), nullable=False),
        sa.Column("reminded_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "source IN ('top-up', 'voucher', 'correction', 'debt')", name=op.f("ck_card_lots_source_known")
        ),
        sa.CheckConstraint(
            "left_cents >= 0 AND aside_cents >= 0 AND left_cents + aside_cents <= value_cents",
            name=op.f("ck_card_lots_value_not_exceeded"),
        ),
        sa.CheckConstraint(
            "left_paid BETWEEN 0 AND left_cents AND aside_paid BETWEEN 0 AND aside_cents AND paid_cents BETWEEN 0 AND value_cents",
            name=op.f("ck_card_lots_paid_not_more_than_value"),
        ),
        sa.ForeignKeyConstraint(["number"], ["cards.number"], name=op.f("fk_card_lots_number")),
        sa.ForeignKeyConstraint(
            ["order_line_id"], ["order_lines.id"], name=op.f("fk_card_lots_order_line_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_lots")),
    )
    op.create_index("ix_card_lots_number", "card_lots", ["number", "since"], unique=False)
    op.create_index(
        "ix_card_lots_live",
        "card_lots",
        ["number", "since"],
        unique=False,
        postgresql_where=sa.text("(left_cents > 0 OR aside_cents > 0)"),
        sqlite_where=sa.text("(left_cents > 0 OR aside_cents > 0)"),
    )
    op.create_index(op.f("ix_card_lots_order_line_id"), "card_lots", ["order_line_id"], unique=False)
    op.create_index("ix_card_lots_valid_until", "card_lots", ["valid_until"], unique=False)
    op.create_table(
        "card_movements",
        sa.Column("number", sa.String(length=10), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("balance", sa.BigInteger(), nullable=False),
        sa.Column("what", sa.String(length=200), nullable=False),
        sa.Column("reference", sa.String(length=80), nullable=False),
        sa.Column("made_by", sa.String(length=80), nullable=False),
        sa.Column("made_at", shop.db.Moment(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('top-up', 'voucher', 'booking', 'back', 'correction', 'aside', 'restored', 'debt', 'debt-paid', 'paid-out')",
            name=op.f("ck_card_movements_kind_known"),
        ),
        sa.CheckConstraint("cents <> 0", name=op.f("ck_card_movements_something_moved")),
        sa.ForeignKeyConstraint(["number"], ["cards.number"], name=op.f("fk_card_movements_number")),
        sa.PrimaryKeyConstraint("number", "position", name=op.f("pk_card_movements")),
    )
    op.create_table(
        "card_top_ups",
        sa.Column("order_line_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("until", shop.db.Moment(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('ordered', 'paid', 'gone')", name=op.f("ck_card_top_ups_state_known")),
        sa.ForeignKeyConstraint(["number"], ["cards.number"], name=op.f("fk_card_top_ups_number")),
        sa.ForeignKeyConstraint(
            ["order_line_id"], ["order_lines.id"], name=op.f("fk_card_top_ups_order_line_id")
        ),
        sa.PrimaryKeyConstraint("order_line_id", name=op.f("pk_card_top_ups")),
    )
    op.create_index(op.f("ix_card_top_ups_number"), "card_top_ups", ["number"], unique=False)
    op.create_index("ix_card_top_ups_open", "card_top_ups", ["state", "until"], unique=False)
    op.create_table(
        "card_uses",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=10), nullable=False),
        sa.Column("spent_for", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=True),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("paid_cents", sa.BigInteger(), nullable=False),
        sa.Column("made_at", shop.db.Moment(timezone=True), nullable=False),
        sa.CheckConstraint(
            "cents >= 0 AND paid_cents BETWEEN 0 AND cents", name=op.f("ck_card_uses_cents_not_negative")
        ),
        sa.ForeignKeyConstraint(["lot_id"], ["card_lots.id"], name=op.f("fk_card_uses_lot_id")),
        sa.ForeignKeyConstraint(["number"], ["cards.number"], name=op.f("fk_card_uses_number")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_uses")),
        sa.UniqueConstraint("number", "spent_for", "lot_id", name="uq_card_uses_lot"),
    )
    op.create_index("ix_card_uses_lot_id", "card_uses", ["lot_id"], unique=False)
    op.create_index("ix_card_uses_spent_for", "card_uses", ["spent_for"], unique=False)
    with op.batch_alter_table("claims") as claims:  # a card's number may stand there too
        claims.drop_constraint(op.f("fk_claims_number"), type_="foreignkey")
    freeze("card_movements")


def downgrade() -> None:
    with op.batch_alter_table("claims") as claims:
        claims.create_foreign_key(op.f("fk_claims_number"), "vouchers", ["number"], ["number"])
    op.drop_index("ix_card_uses_spent_for", table_name="card_uses")
    op.drop_index("ix_card_uses_lot_id", table_name="card_uses")
    op.drop_table("card_uses")
    op.drop_index("ix_card_top_ups_open", table_name="card_top_ups")
    op.drop_index(op.f("ix_card_top_ups_number"), table_name="card_top_ups")
    op.drop_table("card_top_ups")
    op.drop_table("card_movements")
    op.drop_index("ix_card_lots_valid_until", table_name="card_lots")
    op.drop_index(op.f("ix_card_lots_order_line_id"), table_name="card_lots")
    op.drop_index("ix_card_lots_live", table_name="card_lots")
    op.drop_index("ix_card_lots_number", table_name="card_lots")
    op.drop_table("card_lots")
    op.drop_table("cards")
    op.drop_table("card_types")
