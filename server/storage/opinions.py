"""Opinions: one a case, its words sealed in one piece. What is signed is never written again."""

from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.domain.errors import ConflictError
from server.domain.ids import AccountId, CaseId
from server.domain.opinions import (
    Agreement,
    Block,
    Opinion,
    OpinionAlteredError,
    OpinionStatus,
    Reply,
    Signature,
)
from server.storage.inserts import insert_new
from server.storage.keyring import SealBrokenError
from server.storage.schema import opinions

ALTERED = "This opinion is not as it was written. We do not show it. Please call us."


async def add(connection: AsyncConnection, opinion: Opinion) -> bool:
    """Insert a draft; False where the case has an opinion already."""
    return await insert_new(connection, opinions, _columns(opinion))


async def exists(connection: AsyncConnection, case_id: CaseId) -> bool:
    """Tell whether a case has an opinion, drafted or signed."""
    query = select(opinions.c.id).where(opinions.c.case_id == case_id)
    return (await connection.execute(query)).first() is not None


async def of_case(connection: AsyncConnection, case_id: CaseId, *, lock: bool = False) -> Opinion | None:
    """Return a case's opinion; `lock` keeps other writers out until the transaction ends.

    Raises:
        OpinionAlteredError: its bytes are not those that were sealed, or it is half signed.
    """
    query = select(opinions).where(opinions.c.case_id == case_id)
    found = await connection.execute(query.with_for_update() if lock else query)
    try:
        row = found.one_or_none()
    except SealBrokenError as error:
        raise OpinionAlteredError(ALTERED) from error
    return None if row is None else _opinion(row)


async def save(connection: AsyncConnection, opinion: Opinion) -> None:
    """Write a draft whose version has grown by one, or the same draft signed.

    Raises:
        ConflictError: it was changed or signed in the meantime.
    """
    unsigned = (opinions.c.id == opinion.id, opinions.c.status == OpinionStatus.DRAFT)
    changed = await connection.execute(
        update(opinions).where(*unsigned, opinions.c.version == opinion.version - 1).values(**_columns(opinion))
    )
    if changed.rowcount != 1:
        raise ConflictError("Somebody else has changed this in the meantime. Please load the page again.")


def _columns(opinion: Opinion) -> dict[str, Any]:
    signature = opinion.signature
    return {
        "id": opinion.id,
        "case_id": opinion.case_id,
        "specialist_id": opinion.specialist_id,
        "status": opinion.status,
        "body": _body(opinion),
        "version": opinion.version,
        "created_at": opinion.created_at,
        "signed_at": signature.at if signature else None,
        "text_sha256": signature.sha256 if signature else None,
    }


def _body(opinion: Opinion) -> dict[str, Any]:
    signature = opinion.signature
    return {
        "hospital": opinion.hospital,
        "patient": opinion.patient,
        "summary": opinion.summary,
        "agreement": opinion.agreement,
        "blocks": [
            [block.number, block.question, block.reply.answer, block.reply.cannot_because] for block in opinion.blocks
        ],
        "read": opinion.read,
        "missing": opinion.missing,
        "signed": [signature.by, signature.name, signature.zone] if signature else None,
    }


def _opinion(row: Row[Any]) -> Opinion:
    body = row.body
    return Opinion(
        id=row.id,
        case_id=CaseId(row.case_id),
        specialist_id=AccountId(row.specialist_id),
        status=OpinionStatus(row.status),
        hospital=body["hospital"],
        patient=body["patient"],
        summary=body["summary"],
        agreement=Agreement(body["agreement"]) if body["agreement"] else None,
        blocks=tuple(Block(number, asked, Reply(said, why)) for number, asked, said, why in body["blocks"]),
        read=tuple(body["read"]),
        missing=tuple(body["missing"]),
        version=row.version,
        created_at=row.created_at,
        signature=_signature(row),
    )


def _signature(row: Row[Any]) -> Signature | None:
    signed = row.body["signed"]
    signs = (signed, row.signed_at, row.text_sha256, row.status == OpinionStatus.SIGNED or None)
    if all(sign is None for sign in signs):
        return None
    if any(sign is None for sign in signs):
        raise OpinionAlteredError(ALTERED)
    by, name, zone = signed
    return Signature(AccountId(by), name, row.signed_at, zone, row.text_sha256)
