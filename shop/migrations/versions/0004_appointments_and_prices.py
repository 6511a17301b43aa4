"""appointments, and what they cost whom"""

import sqlalchemy as sa
from alembic import op

import shop.db

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KINDS = "kind IN ('course', 'package', 'voucher')"
MORE_KINDS = "kind IN ('course', 'package', 'voucher', 'appointment')"


def upgrade() -> None:
    with op.batch_alter_table("offers") as offers:
        offers.add_column(sa.Column("class_key", sa.String(length=40), nullable=True))
        offers.add_column(sa.Column("resource_key", sa.String(length=40), nullable=True))
        offers.add_column(sa.Column("moved_at", shop.db.Moment(timezone=True), nullable=True))
        offers.drop_constraint(op.f("ck_offers_kind_known"), type_="check")
        offers.create_check_constraint(op.f("ck_offers_kind_known"), MORE_KINDS)
    op.execute("UPDATE offers SET class_key = '', resource_key = ''")
    with op.batch_alter_table("offers") as offers:
        offers.alter_column("class_key", existing_type=sa.String(length=40), nullable=False)
        offers.alter_column("resource_key", existing_type=sa.String(length=40), nullable=False)
    op.create_table(
        "price_classes",
        sa.Column("dimension", sa.String(length=12), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("title", shop.db.Facts(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "dimension IN ('user', 'appointment', 'resource', 'member')",
            name=op.f("ck_price_classes_dimension_known"),
        ),
        sa.PrimaryKeyConstraint("dimension", "key", name=op.f("pk_price_classes")),
    )
    op.create_table(
        "contract_kinds",
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("title", shop.db.Facts(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_contract_kinds")),
    )
    op.create_table(
        "price_rows",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("users", shop.db.Facts(), nullable=False),
        sa.Column("appointments", shop.db.Facts(), nullable=False),
        sa.Column("resources", shop.db.Facts(), nullable=False),
        sa.Column("members", shop.db.Facts(), nullable=False),
        sa.Column("requires", sa.String(length=40), nullable=True),
        sa.Column("made_by", sa.String(length=80), nullable=False),
        sa.Column("made_at", shop.db.Moment(timezone=True), nullable=False),
        sa.CheckConstraint("cents >= 0", name=op.f("ck_price_rows_price_not_negative")),
        sa.ForeignKeyConstraint(["requires"], ["contract_kinds.key"], name=op.f("fk_price_rows_requires")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_rows")),
    )
    op.create_table(
        "person_classes",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("user_class", sa.String(length=40), nullable=False),
        sa.Column("member_class", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_person_classes_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_person_classes")),
    )
    op.create_table(
        "contracts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("made_by", sa.String(length=80), nullable=False),
        sa.Column("made_at", shop.db.Moment(timezone=True), nullable=False),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_until >= valid_from", name=op.f("ck_contracts_days_ordered")
        ),
        sa.ForeignKeyConstraint(["kind"], ["contract_kinds.key"], name=op.f("fk_contracts_kind")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_contracts_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contracts")),
    )
    op.create_index(op.f("ix_contracts_user_id"), "contracts", ["user_id"], unique=False)


def downgrade() -> None:
    for table in ("contracts", "person_classes", "price_rows", "contract_kinds", "price_classes"):
        op.drop_table(table)
    with op.batch_alter_table("offers") as offers:
        offers.drop_constraint(op.f("ck_offers_kind_known"), type_="check")
        offers.create_check_constraint(op.f("ck_offers_kind_known"), KINDS)
        offers.drop_column("moved_at")
        offers.drop_column("resource_key")
        offers.drop_column("class_key")
