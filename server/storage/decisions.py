"""Decisions, the policies and fact sheets they were made by, and specialists' authorisations."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.domain.authorisations import Authorisation
from server.domain.decisions import StoredDecision
from server.domain.errors import NotFoundError
from server.domain.facts import FactSheet
from server.domain.ids import AccountId, CaseId, DecisionId
from server.domain.policy import Stage
from server.storage import cases
from server.storage.inserts import insert_new
from server.storage.rows import columns, optional, values
from server.storage.schema import authorisations, decisions, fact_sheets, policies


async def keep_policy(
    connection: AsyncConnection, *, sha256: str, policy_id: str, version: str, body: bytes, now: datetime
) -> None:
    """Keep a policy's bytes for ever, once."""
    row: dict[str, Any] = {"sha256": sha256, "id": policy_id, "version": version, "body": body, "created_at": now}
    await insert_new(connection, policies, row)


async def keep_sheet(connection: AsyncConnection, sheet: FactSheet, now: datetime) -> None:
    """Keep a fact sheet's bytes for ever, once."""
    row = {"sha256": sheet.sha256, "version": sheet.version, "body": sheet.body, "created_at": now}
    await insert_new(connection, fact_sheets, row)


async def policy_body(connection: AsyncConnection, sha256: str) -> bytes | None:
    """Return a policy's bytes, if they are kept."""
    query = select(policies.c.body).where(policies.c.sha256 == sha256)
    return (await connection.execute(query)).scalar_one_or_none()


async def sheet_body(connection: AsyncConnection, sha256: str) -> bytes | None:
    """Return a fact sheet's bytes, if they are kept."""
    query = select(fact_sheets.c.body).where(fact_sheets.c.sha256 == sha256)
    return (await connection.execute(query)).scalar_one_or_none()


async def add(connection: AsyncConnection, decision: StoredDecision) -> None:
    """Insert a decision."""
    await connection.execute(insert(decisions).values(**columns(decision)))


async def of_case(connection: AsyncConnection, case_id: CaseId) -> tuple[StoredDecision, ...]:
    """List a case's decisions, the newest first."""
    query = select(decisions).where(decisions.c.case_id == case_id).order_by(decisions.c.number.desc())
    return values(StoredDecision, (await connection.execute(query)).all())


async def newest(connection: AsyncConnection, case_id: CaseId, stage: Stage | None = None) -> StoredDecision | None:
    """Return a case's latest decision, of one stage or of any."""
    query = select(decisions).where(decisions.c.case_id == case_id).order_by(decisions.c.number.desc()).limit(1)
    if stage is not None:
        query = query.where(decisions.c.stage == stage)
    return optional(StoredDecision, (await connection.execute(query)).one_or_none())


async def last_to_follow(connection: AsyncConnection, case_id: CaseId) -> StoredDecision | None:
    """Return a case's latest decision, which one alone follows: others who decide this case wait until it is kept."""
    await cases.one_by_one(connection, case_id)
    return await newest(connection, case_id)


async def ids_of(connection: AsyncConnection, case_id: CaseId | None) -> tuple[DecisionId, ...]:
    """Name the decisions of a case, or of all cases, each case's in order."""
    query = select(decisions.c.id).order_by(decisions.c.case_id, decisions.c.number)
    if case_id is not None:
        query = query.where(decisions.c.case_id == case_id)
    return tuple(DecisionId(found) for found in (await connection.execute(query)).scalars())


async def after(connection: AsyncConnection, last: str, most: int) -> tuple[StoredDecision, ...]:
    """List so many decisions of all cases, by their ids, that come after this one."""
    query = select(decisions).where(decisions.c.id > last).order_by(decisions.c.id).limit(most)
    return values(StoredDecision, (await connection.execute(query)).all())


async def get(connection: AsyncConnection, decision_id: DecisionId) -> StoredDecision:
    """Return a decision.

    Raises:
        NotFoundError: there is none.
    """
    query = select(decisions).where(decisions.c.id == decision_id)
    decision = optional(StoredDecision, (await connection.execute(query)).one_or_none())
    if decision is None:
        raise NotFoundError("There is no such decision.")
    return decision


async def add_authorisation(connection: AsyncConnection, authorisation: Authorisation) -> None:
    """Insert a licence or registration."""
    await connection.execute(insert(authorisations).values(**columns(authorisation)))


async def authorisations_of(connection: AsyncConnection, specialist_id: AccountId) -> tuple[Authorisation, ...]:
    """List a specialist's licences and registrations by state."""
    query = select(authorisations).where(authorisations.c.specialist_id == specialist_id)
    found = await connection.execute(query.order_by(authorisations.c.state, authorisations.c.valid_until))
    return values(Authorisation, found.all())


async def remove_authorisation(connection: AsyncConnection, authorisation_id: str) -> None:
    """Take a row away that was entered by mistake.

    Raises:
        NotFoundError: there is none.
    """
    removed = await connection.execute(delete(authorisations).where(authorisations.c.id == authorisation_id))
    if removed.rowcount != 1:
        raise NotFoundError("There is no such licence.")


async def all_authorisations(connection: AsyncConnection) -> tuple[Authorisation, ...]:
    """List everybody's licences and registrations by state."""
    found = await connection.execute(select(authorisations).order_by(authorisations.c.state, authorisations.c.id))
    return values(Authorisation, found.all())


async def authorisation(connection: AsyncConnection, authorisation_id: str) -> Authorisation:
    """Return a licence or registration.

    Raises:
        NotFoundError: there is none.
    """
    query = select(authorisations).where(authorisations.c.id == authorisation_id)
    found = optional(Authorisation, (await connection.execute(query)).one_or_none())
    if found is None:
        raise NotFoundError("There is no such licence.")
    return found


async def save_authorisation(connection: AsyncConnection, authorisation: Authorisation) -> None:
    """Write a changed licence or registration."""
    changed = update(authorisations).where(authorisations.c.id == authorisation.id)
    await connection.execute(changed.values(**columns(authorisation)))
