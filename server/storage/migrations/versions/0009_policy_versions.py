"""Keep how far each version of the policy has come, and who signed it."""

import sqlalchemy as sa
from alembic import op

from server.storage.types import Instant

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

STANDING = sa.text("voided_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "policy_versions",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("version", sa.String(80), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("based_on", sa.String(64)),
        sa.Column("followed_by", sa.String(64)),
        sa.Column("drafted_by", sa.String(40)),
        sa.Column("drafted_at", Instant(), nullable=False),
        sa.Column("checked_at", Instant()),
        sa.Column("checked_against", sa.String(64)),
        sa.Column("found", sa.JSON()),
        sa.Column("active_from", sa.Date()),
        sa.Column("activated_by", sa.String(40)),
        sa.Column("activated_at", Instant()),
        sa.Column("retired_at", Instant()),
        sa.ForeignKeyConstraint(["sha256"], ["policies.sha256"], name="fk_policy_versions_sha256"),
        sa.ForeignKeyConstraint(["drafted_by"], ["accounts.id"], name="fk_policy_versions_drafted_by"),
        sa.ForeignKeyConstraint(["activated_by"], ["accounts.id"], name="fk_policy_versions_activated_by"),
        sa.PrimaryKeyConstraint("id", name="pk_policy_versions"),
        sa.UniqueConstraint("sha256", name="uq_policy_versions_sha256"),
    )
    op.create_table(
        "policy_signatures",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("version_id", sa.String(40), nullable=False),
        sa.Column("account_id", sa.String(40), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("signed_at", Instant(), nullable=False),
        sa.Column("voided_at", Instant()),
        sa.ForeignKeyConstraint(["version_id"], ["policy_versions.id"], name="fk_policy_signatures_version_id"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_policy_signatures_account_id"),
        sa.PrimaryKeyConstraint("id", name="pk_policy_signatures"),
    )
    op.create_index(
        "uq_policy_signatures_standing",
        "policy_signatures",
        ["version_id", "account_id"],
        unique=True,
        sqlite_where=STANDING,
        postgresql_where=STANDING,
    )
