"""Remember in which visits nobody sends pictures, and for which start the patient agreed to that."""

import sqlalchemy as sa
from alembic import op

from server.storage.types import Instant

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("visits", sa.Column("sound_only", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("visits", sa.Column("sound_agreed_for", Instant(), nullable=True))
