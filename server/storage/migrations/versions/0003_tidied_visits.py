"""Remember which visits' journals were cut down to the record."""

import sqlalchemy as sa
from alembic import op

from server.storage.types import Instant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("visits", sa.Column("tidied_at", Instant(), nullable=True))
