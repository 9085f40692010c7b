"""A list of questions for a visit, kept where the reader asks for it."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("reader", sa.Column("visit", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("reader", "visit")
