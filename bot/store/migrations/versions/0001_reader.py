"""Readers by keyed hash, answered updates, counters."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reader",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("audience", sa.String(), nullable=True),
        sa.Column("level", sa.String(), nullable=True),
        sa.Column("locale", sa.String(), nullable=True),
        sa.Column("region", sa.String(), nullable=True),
        sa.Column("view", sa.String(), nullable=False),
        sa.Column("remember", sa.Boolean(), nullable=False),
        sa.Column("last_used", sa.Date(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_reader"),
    )
    op.create_index("ix_reader_expires_at", "reader", ["expires_at"])
    op.create_table(
        "seen_update",
        sa.Column("update_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("update_id", name="pk_seen_update"),
    )
    op.create_index("ix_seen_update_seen_at", "seen_update", ["seen_at"])
    op.create_table(
        "counter",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("day", "event", "detail", name="pk_counter"),
    )


def downgrade() -> None:
    op.drop_table("counter")
    op.drop_index("ix_seen_update_seen_at", table_name="seen_update")
    op.drop_table("seen_update")
    op.drop_index("ix_reader_expires_at", table_name="reader")
    op.drop_table("reader")
