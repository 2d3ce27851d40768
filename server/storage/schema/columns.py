"""What every table is made of: the names of constraints, the length of an id, references to what stands elsewhere."""

from sqlalchemy import Column, ForeignKey, MetaData, String

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

ID = String(40)


def account_ref(name: str = "account_id", *, nullable: bool = False) -> Column[str]:
    """Refer to a person."""
    return Column(name, ID, ForeignKey("accounts.id"), nullable=nullable)


def case_ref(*, nullable: bool = False) -> Column[str]:
    """Refer to a case."""
    return Column("case_id", ID, ForeignKey("cases.id"), nullable=nullable)


def blob_ref() -> Column[str]:
    """Refer to a file of the store; the reference outlives the file."""
    return Column("blob_id", ID, ForeignKey("blobs.id", ondelete="SET NULL"), nullable=True)
