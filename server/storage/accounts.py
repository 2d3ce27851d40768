"""Accounts."""

from collections.abc import Collection

from sqlalchemy import exists, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.domain.actors import Account, Role
from server.domain.errors import NotFoundError
from server.domain.ids import AccountId
from server.storage.inserts import insert_new
from server.storage.keyring import Keyring
from server.storage.rows import columns, optional, values
from server.storage.schema import accounts, cases, sessions


async def add(connection: AsyncConnection, keyring: Keyring, account: Account) -> None:
    """Insert an account."""
    await connection.execute(
        insert(accounts).values(**columns(account), email_mac=email_mac(keyring, account.email)),
    )


async def add_new(connection: AsyncConnection, keyring: Keyring, account: Account) -> bool:
    """Insert an account unless its address has one; True where it was new."""
    row = columns(account) | {"email_mac": email_mac(keyring, account.email)}
    return await insert_new(connection, accounts, row)


async def correct_unused(connection: AsyncConnection, keyring: Keyring, account: Account) -> bool:
    """Give a patient's account another name, number and zone; False once somebody came in by it or it has a case."""
    corrected = await connection.execute(
        update(accounts)
        .where(
            accounts.c.id == account.id,
            accounts.c.email_mac == email_mac(keyring, account.email),
            accounts.c.role == Role.PATIENT,
            accounts.c.active,
            ~exists().where(sessions.c.account_id == account.id),
            ~exists().where(cases.c.patient_id == account.id),
        )
        .values(name=account.name, phone=account.phone, zone=account.zone)
    )
    return corrected.rowcount == 1


async def get(connection: AsyncConnection, account_id: AccountId) -> Account:
    """Return an account.

    Raises:
        NotFoundError: there is none.
    """
    row = (await connection.execute(select(accounts).where(accounts.c.id == account_id))).one_or_none()
    account = optional(Account, row)
    if account is None:
        raise NotFoundError("There is no such account.")
    return account


async def by_email(connection: AsyncConnection, keyring: Keyring, email: str) -> Account | None:
    """Return the account of an address, whatever its letter case."""
    found = await connection.execute(select(accounts).where(accounts.c.email_mac == email_mac(keyring, email)))
    return optional(Account, found.one_or_none())


async def of_role(connection: AsyncConnection, role: Role) -> tuple[Account, ...]:
    """List the active accounts of a role, oldest first."""
    query = select(accounts).where(accounts.c.role == role, accounts.c.active).order_by(accounts.c.created_at)
    return values(Account, (await connection.execute(query)).all())


async def of_roles(connection: AsyncConnection, roles: Collection[Role]) -> tuple[Account, ...]:
    """List the active accounts of several roles, oldest first."""
    query = select(accounts).where(accounts.c.role.in_(roles), accounts.c.active).order_by(accounts.c.created_at)
    return values(Account, (await connection.execute(query)).all())


async def of_ids(connection: AsyncConnection, ids: set[AccountId]) -> dict[AccountId, Account]:
    """Return the accounts of these ids."""
    found = await connection.execute(select(accounts).where(accounts.c.id.in_(ids)))
    return {account.id: account for account in values(Account, found.all())}


async def put_on_call(connection: AsyncConnection, account_id: AccountId, *, on_call: bool) -> None:
    """Let somebody be on call, or no longer."""
    await connection.execute(update(accounts).where(accounts.c.id == account_id).values(on_call=on_call))


def email_mac(keyring: Keyring, email: str) -> str:
    """Make the look-up key of an address, from which nobody can read the address."""
    return keyring.mac("accounts.email", email.strip().lower().encode())
