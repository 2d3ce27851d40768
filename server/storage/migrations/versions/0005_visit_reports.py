"""Keep for a while what pages sent of visits that did not work."""

import sqlalchemy as sa
from alembic import op

from server.storage.types import Instant

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "visit_reports",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("visit_id", sa.String(40), nullable=False),
        sa.Column("account_id", sa.String(40), nullable=False),
        sa.Column("code", sa.String(9), nullable=False),
        sa.Column("log", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name="fk_visit_reports_visit_id"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_visit_reports_account_id"),
        sa.PrimaryKeyConstraint("id", name="pk_visit_reports"),
    )
    op.create_index("ix_visit_reports_code", "visit_reports", ["code"])
    op.create_index("ix_visit_reports_received_at", "visit_reports", ["received_at"])
