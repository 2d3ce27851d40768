"""Let staff be on call and say that they call, tasks know what they wait for, and plans be written down."""

import sqlalchemy as sa
from alembic import op

from server.storage.types import Instant

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("accounts", sa.Column("on_call", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("tasks", sa.Column("because", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("tasks", sa.Column("claimed_at", Instant()))
    claimed_by = "claimed_by VARCHAR(40) CONSTRAINT fk_tasks_claimed_by REFERENCES accounts (id)"
    op.execute(sa.text(f"ALTER TABLE tasks ADD COLUMN {claimed_by}"))  # in words that both databases understand
    op.create_table(
        "coverage_worksheets",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("case_id", sa.String(40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("filled_by", sa.String(40), nullable=False),
        sa.Column("filled_as", sa.String(40), nullable=False),
        sa.Column("filled_at", Instant(), nullable=False),
        sa.Column("said_on", sa.Date(), nullable=False),
        sa.Column("answers", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_coverage_worksheets_case_id"),
        sa.ForeignKeyConstraint(["filled_by"], ["accounts.id"], name="fk_coverage_worksheets_filled_by"),
        sa.PrimaryKeyConstraint("id", name="pk_coverage_worksheets"),
        sa.UniqueConstraint("case_id", "number", name="uq_coverage_worksheets_case_id_number"),
    )
