"""Remember what a time is held for: a visit by video, or one in person."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("holds", sa.Column("service", sa.String(40), nullable=False, server_default="second-opinion"))
