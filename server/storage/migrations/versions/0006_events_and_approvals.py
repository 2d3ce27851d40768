"""Keep why something was said, which sheet a decision was made by and its place in the case, and approvals."""

import sqlalchemy as sa
from alembic import op

from server.storage.types import Instant

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

EARLIER = """
UPDATE decisions SET number = (
    SELECT count(*) FROM decisions AS earlier WHERE earlier.case_id = decisions.case_id
    AND (earlier.decided_at < decisions.decided_at
         OR (earlier.decided_at = decisions.decided_at AND earlier.id <= decisions.id))
)
"""


def upgrade() -> None:
    op.add_column("statements", sa.Column("stage", sa.String(40), nullable=True))
    op.add_column("statements", sa.Column("reason", sa.LargeBinary(), nullable=True))
    op.create_table(
        "fact_sheets",
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("version", sa.String(80), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_fact_sheets"),
    )
    reference = "CONSTRAINT fk_decisions_sheet_sha256 REFERENCES fact_sheets (sha256)"
    op.execute(sa.text(f"ALTER TABLE decisions ADD COLUMN sheet_sha256 VARCHAR(64) {reference}"))
    op.add_column("decisions", sa.Column("approvals", sa.JSON(), nullable=False, server_default=sa.text("'[]'")))
    op.add_column("decisions", sa.Column("questions", sa.LargeBinary(), nullable=True))
    op.add_column("decisions", sa.Column("number", sa.Integer(), nullable=False, server_default=sa.text("0")))
    op.execute(sa.text(EARLIER))
    op.create_index("uq_decisions_case_id_number", "decisions", ["case_id", "number"], unique=True)
    op.create_table(
        "approvals",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("case_id", sa.String(40), nullable=False),
        sa.Column("rule_id", sa.String(20), nullable=False),
        sa.Column("rule_mark", sa.String(64), nullable=False),
        sa.Column("decision_id", sa.String(40), nullable=False),
        sa.Column("policy_sha256", sa.String(64), nullable=False),
        sa.Column("facts", sa.LargeBinary(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("approved_by", sa.String(40), nullable=False),
        sa.Column("approved_at", Instant(), nullable=False),
        sa.Column("void_at", Instant(), nullable=True),
        sa.Column("withdrawn_at", Instant(), nullable=True),
        sa.Column("withdrawn_by", sa.String(40), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_approvals_case_id"),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name="fk_approvals_decision_id"),
        sa.ForeignKeyConstraint(["policy_sha256"], ["policies.sha256"], name="fk_approvals_policy_sha256"),
        sa.ForeignKeyConstraint(["approved_by"], ["accounts.id"], name="fk_approvals_approved_by"),
        sa.ForeignKeyConstraint(["withdrawn_by"], ["accounts.id"], name="fk_approvals_withdrawn_by"),
        sa.PrimaryKeyConstraint("id", name="pk_approvals"),
    )
    alive = "CREATE UNIQUE INDEX uq_approvals_alive ON approvals (case_id, rule_id)"
    op.execute(sa.text(f"{alive} WHERE void_at IS NULL AND withdrawn_at IS NULL"))
