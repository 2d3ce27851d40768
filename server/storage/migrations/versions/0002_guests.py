"""Let somebody have a part in one visit alone, under the name that the patient gave, and say who let them in."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

REFERENCES = (("visit_id", "visits"), ("added_by", "accounts"))


def upgrade() -> None:
    for column, table in REFERENCES:  # in words that both databases understand; a column of its own has no constraint
        constraint = f"CONSTRAINT fk_case_people_{column} REFERENCES {table} (id)"
        op.execute(sa.text(f"ALTER TABLE case_people ADD COLUMN {column} VARCHAR(40) {constraint}"))
    op.add_column("case_people", sa.Column("name", sa.LargeBinary(), nullable=True))
    op.create_index("ix_case_people_visit_id", "case_people", ["visit_id"])
    alive = "CREATE UNIQUE INDEX uq_case_people_alive ON case_people (case_id, account_id, coalesce(visit_id, ''))"
    op.execute(sa.text(f"{alive} WHERE until IS NULL"))
