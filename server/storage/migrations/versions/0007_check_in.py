"""Keep where patients say that they are, and by which decision they were let in."""

import sqlalchemy as sa
from alembic import op

from server.storage.types import Instant

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "whereabouts",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("case_id", sa.String(40), nullable=False),
        sa.Column("visit_id", sa.String(40), nullable=False),
        sa.Column("said_by", sa.String(40), nullable=False),
        sa.Column("said_at", Instant(), nullable=False),
        sa.Column("country", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=True),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.Column("callback", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_whereabouts_case_id"),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name="fk_whereabouts_visit_id"),
        sa.ForeignKeyConstraint(["said_by"], ["accounts.id"], name="fk_whereabouts_said_by"),
        sa.PrimaryKeyConstraint("id", name="pk_whereabouts"),
    )
    op.create_index("ix_whereabouts_visit_id", "whereabouts", ["visit_id"])
    op.add_column("visits", sa.Column("admitted_decision_id", sa.String(40), nullable=True))
    op.create_index("ix_decisions_visit_id", "decisions", ["visit_id"])
    op.create_index("ix_statements_visit_id", "statements", ["visit_id"])
