"""Of two words on one fact the database knows which is the later one."""

from itertools import groupby

import sqlalchemy as sa
from alembic import op

from server.storage.types import MICROSECOND, Instant

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

statements = sa.table(
    "statements",
    sa.column("id", sa.String()),
    sa.column("case_id", sa.String()),
    sa.column("name", sa.String()),
    sa.column("said_at", Instant()),
)


def upgrade() -> None:
    _part_ties()
    op.drop_index("ix_statements_case_id_name", table_name="statements")
    op.create_index("uq_statements_case_id_name_said_at", "statements", ["case_id", "name", "said_at"], unique=True)


def _part_ties() -> None:
    """Move a word behind the one with which it shares its instant, in the order in which they were read until now."""
    query = sa.select(statements).order_by(*(statements.c[name] for name in ("case_id", "name", "said_at", "id")))
    for _, words in groupby(op.get_bind().execute(query).all(), key=lambda word: (word.case_id, word.name)):
        last = None
        for word in words:
            at = word.said_at if last is None else max(word.said_at, last + MICROSECOND)
            if at != word.said_at:
                op.execute(sa.update(statements).where(statements.c.id == word.id).values(said_at=at))
            last = at
