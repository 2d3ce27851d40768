"""Ways in: links, codes, sessions and access tokens. Secrets are kept as hashes only."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.domain.ids import AccountId, CaseId
from server.storage.inserts import insert_new
from server.storage.rows import columns, optional, values
from server.storage.schema import access_tokens, codes, links, sessions, tickets


@dataclass(frozen=True, slots=True)
class Link:
    """The address by which one person reaches one case; it identifies, it does not authenticate."""

    token_hash: str
    account_id: AccountId
    case_id: CaseId | None
    created_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Code:
    """A six-digit code on its way by a second channel, bound to the browser that asked."""

    id: str
    account_id: AccountId
    browser_mac: str
    code_mac: str
    channel: str
    created_at: datetime
    expires_at: datetime
    tries: int
    spent_at: datetime | None


@dataclass(frozen=True, slots=True)
class Session:
    """A browser that is signed in."""

    id_hash: str
    public_id: str
    account_id: AccountId
    verified_by: str
    device: str
    created_at: datetime
    seen_at: datetime
    ended_at: datetime | None


def hashed(secret: str) -> str:
    """Hash a secret of full entropy for keeping."""
    return hashlib.sha256(secret.encode()).hexdigest()


async def add_link(connection: AsyncConnection, link: Link) -> None:
    """Keep a link, unless it is kept already."""
    await insert_new(connection, links, columns(link))


async def revoke_link(connection: AsyncConnection, token_hash: str, now: datetime) -> None:
    """Withdraw a link."""
    await connection.execute(update(links).where(links.c.token_hash == token_hash).values(revoked_at=now))


async def renew_link(connection: AsyncConnection, token_hash: str) -> None:
    """Let a link that was withdrawn be good again."""
    await connection.execute(update(links).where(links.c.token_hash == token_hash).values(revoked_at=None))


async def link(connection: AsyncConnection, token: str) -> Link | None:
    """Return the live link of a token."""
    query = select(links).where(links.c.token_hash == hashed(token), links.c.revoked_at.is_(None))
    return optional(Link, (await connection.execute(query)).one_or_none())


async def add_code(connection: AsyncConnection, code: Code) -> None:
    """Keep a code; the ones this browser asked for before are spent."""
    await connection.execute(
        update(codes)
        .where(codes.c.browser_mac == code.browser_mac, codes.c.spent_at.is_(None))
        .values(spent_at=code.created_at)
    )
    await connection.execute(insert(codes).values(**columns(code)))


async def codes_since(connection: AsyncConnection, account_id: AccountId, since: datetime) -> int:
    """Count the codes sent to one person since then."""
    query = select(func.count()).where(codes.c.account_id == account_id, codes.c.created_at > since)
    return int((await connection.execute(query)).scalar_one())


async def unspent_code(connection: AsyncConnection, browser_mac: str, since: datetime) -> Code | None:
    """Return the code that a browser asked for and has not used, whether it is still good or not."""
    query = select(codes).where(
        codes.c.browser_mac == browser_mac, codes.c.spent_at.is_(None), codes.c.created_at > since
    )
    return optional(Code, (await connection.execute(query.order_by(codes.c.created_at.desc()).limit(1))).one_or_none())


async def try_code(connection: AsyncConnection, browser_mac: str, now: datetime, tries: int) -> Code | None:
    """Count one try of the browser's live code and return it; None where there is none, or its tries are used up."""
    spend = (
        update(codes)
        .where(
            codes.c.browser_mac == browser_mac,
            codes.c.spent_at.is_(None),
            codes.c.expires_at > now,
            codes.c.tries < tries,
        )
        .values(tries=codes.c.tries + 1)
        .returning(*codes.c)
    )
    return optional(Code, (await connection.execute(spend)).one_or_none())


async def spend_code(connection: AsyncConnection, code_id: str, now: datetime) -> bool:
    """Spend a code; False where somebody was faster."""
    spent = await connection.execute(
        update(codes).where(codes.c.id == code_id, codes.c.spent_at.is_(None)).values(spent_at=now)
    )
    return spent.rowcount == 1


async def add_session(connection: AsyncConnection, session: Session) -> None:
    """Insert a session."""
    await connection.execute(insert(sessions).values(**columns(session)))


async def session(connection: AsyncConnection, id_hash: str) -> Session | None:
    """Return a session that has not been ended."""
    query = select(sessions).where(sessions.c.id_hash == id_hash, sessions.c.ended_at.is_(None))
    return optional(Session, (await connection.execute(query)).one_or_none())


async def sessions_of(connection: AsyncConnection, account_id: AccountId, seen_after: datetime) -> tuple[Session, ...]:
    """List a person's live sessions, the newest first."""
    query = (
        select(sessions)
        .where(sessions.c.account_id == account_id, sessions.c.ended_at.is_(None), sessions.c.seen_at > seen_after)
        .order_by(sessions.c.seen_at.desc())
    )
    return values(Session, (await connection.execute(query)).all())


async def lives(connection: AsyncConnection, account_id: AccountId, public_id: str) -> bool:
    """Tell whether one of a person's sessions has not been ended."""
    query = select(sessions.c.public_id).where(
        sessions.c.account_id == account_id, sessions.c.public_id == public_id, sessions.c.ended_at.is_(None)
    )
    return (await connection.execute(query)).one_or_none() is not None


async def touch_session(connection: AsyncConnection, id_hash: str, now: datetime) -> None:
    """Remember that the session is in use."""
    await connection.execute(update(sessions).where(sessions.c.id_hash == id_hash).values(seen_at=now))


async def touch_sessions(connection: AsyncConnection, public_ids: Collection[str], now: datetime) -> None:
    """Remember that these sessions are in use."""
    await connection.execute(update(sessions).where(sessions.c.public_id.in_(public_ids)).values(seen_at=now))


async def end_other_sessions(connection: AsyncConnection, account_id: AccountId, but: str | None, now: datetime) -> int:
    """End all of a person's sessions but one; return how many ended."""
    ended = await connection.execute(
        update(sessions)
        .where(sessions.c.account_id == account_id, sessions.c.public_id != (but or ""), sessions.c.ended_at.is_(None))
        .values(ended_at=now)
    )
    return ended.rowcount


async def end_session(connection: AsyncConnection, account_id: AccountId, public_id: str, now: datetime) -> bool:
    """End one of a person's sessions; False where it is none of theirs."""
    ended = await connection.execute(
        update(sessions)
        .where(sessions.c.account_id == account_id, sessions.c.public_id == public_id, sessions.c.ended_at.is_(None))
        .values(ended_at=now)
    )
    return ended.rowcount == 1


async def replace_token(
    connection: AsyncConnection, account_id: AccountId, label: str, token: str, now: datetime, until: datetime
) -> None:
    """Give a person a new access token of this label; the old one ends."""
    await connection.execute(
        delete(access_tokens).where(access_tokens.c.account_id == account_id, access_tokens.c.label == label)
    )
    await connection.execute(
        insert(access_tokens).values(
            token_hash=hashed(token), account_id=account_id, label=label, created_at=now, expires_at=until
        )
    )


async def token_account(connection: AsyncConnection, token: str, now: datetime) -> AccountId | None:
    """Return whose access token this is, while it lives."""
    query = select(access_tokens.c.account_id).where(
        access_tokens.c.token_hash == hashed(token), access_tokens.c.expires_at > now
    )
    found = (await connection.execute(query)).scalar_one_or_none()
    return None if found is None else AccountId(found)


async def spend_ticket(connection: AsyncConnection, jti: str, now: datetime) -> bool:
    """Spend a join ticket; False where it was spent before."""
    return await insert_new(connection, tickets, {"jti": jti, "spent_at": now})
