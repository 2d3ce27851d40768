"""Remember in which visits nobody is told anybody's internet address."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("visits", sa.Column("relay_only", sa.Boolean(), nullable=False, server_default=sa.false()))
