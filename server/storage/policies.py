"""Versions of the policy and their signatures; the bytes of a version are never changed."""

from datetime import datetime

from sqlalchemy import insert, null, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.domain.errors import NotFoundError
from server.domain.policy.policy import PolicyStatus
from server.domain.policy.versions import PolicySignature, PolicyVersion
from server.storage.inserts import insert_new
from server.storage.rows import columns, optional, values
from server.storage.schema import policies, policy_signatures, policy_versions

# All that a version is, but for what its check found, which grows with everything that was ever decided.
_LIGHT = [column for column in policy_versions.c if column.name != "found"] + [null().label("found")]


async def all_versions(connection: AsyncConnection) -> tuple[PolicyVersion, ...]:
    """List every version without what its check found, the newest first."""
    query = select(*_LIGHT).order_by(policy_versions.c.drafted_at.desc(), policy_versions.c.id.desc())
    return values(PolicyVersion, (await connection.execute(query)).all())


async def activated(connection: AsyncConnection) -> tuple[PolicyVersion, ...]:
    """List the versions that are in force or have a day from which they will be, without what their checks found."""
    query = select(*_LIGHT).where(policy_versions.c.status == PolicyStatus.ACTIVE).order_by(policy_versions.c.id)
    return values(PolicyVersion, (await connection.execute(query)).all())


async def find(connection: AsyncConnection, sha256: str) -> PolicyVersion | None:
    """Return the version with these bytes, or None."""
    query = select(policy_versions).where(policy_versions.c.sha256 == sha256)
    return optional(PolicyVersion, (await connection.execute(query)).one_or_none())


async def get(connection: AsyncConnection, sha256: str) -> PolicyVersion:
    """Return a version.

    Raises:
        NotFoundError: there is none.
    """
    version = await find(connection, sha256)
    if version is None:
        raise NotFoundError("There is no such version of the policy.")
    return version


async def take(connection: AsyncConnection, sha256: str) -> PolicyVersion:
    """Return a version that nobody else changes before the transaction ends.

    Raises:
        NotFoundError: there is none.
    """
    taken = select(policy_versions.c.id).where(policy_versions.c.sha256 == sha256).with_for_update()
    await connection.execute(taken)
    return await get(connection, sha256)


async def add(connection: AsyncConnection, version: PolicyVersion) -> bool:
    """Insert a version unless its bytes have one; True where it was new."""
    return await insert_new(connection, policy_versions, columns(version))


async def save(connection: AsyncConnection, version: PolicyVersion) -> None:
    """Write a changed version."""
    row = update(policy_versions).where(policy_versions.c.id == version.id)
    await connection.execute(row.values(**columns(version)))


async def retire(connection: AsyncConnection, version_id: str, now: datetime) -> None:
    """Put a version aside whose place another one has taken."""
    row = update(policy_versions).where(policy_versions.c.id == version_id)
    await connection.execute(row.values(status=PolicyStatus.RETIRED, retired_at=now))


async def body(connection: AsyncConnection, sha256: str) -> bytes:
    """Return the bytes of a policy that was decided by or drafted.

    Raises:
        NotFoundError: there are none.
    """
    found = (await connection.execute(select(policies.c.body).where(policies.c.sha256 == sha256))).scalar_one_or_none()
    if found is None:
        raise NotFoundError("There is no such version of the policy.")
    return bytes(found)


async def signatures(connection: AsyncConnection, version_id: str | None = None) -> tuple[PolicySignature, ...]:
    """List the signatures of a version, or of all, also those that are void; the oldest first."""
    query = select(policy_signatures).order_by(policy_signatures.c.signed_at, policy_signatures.c.id)
    if version_id is not None:
        query = query.where(policy_signatures.c.version_id == version_id)
    return values(PolicySignature, (await connection.execute(query)).all())


async def add_signature(connection: AsyncConnection, signature: PolicySignature) -> None:
    """Insert a signature."""
    await connection.execute(insert(policy_signatures).values(**columns(signature)))


async def void_signatures(connection: AsyncConnection, version_id: str, now: datetime) -> None:
    """Let no signature of a version count any more."""
    standing = policy_signatures.c.voided_at.is_(None)
    row = update(policy_signatures).where(policy_signatures.c.version_id == version_id, standing)
    await connection.execute(row.values(voided_at=now))
