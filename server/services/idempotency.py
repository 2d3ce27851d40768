"""Asking twice: the same key gives the first answer again, and never a second effect."""

import hashlib
from collections.abc import Awaitable, Callable
from contextvars import Token
from datetime import datetime
from typing import Any

from server.domain.errors import DomainError
from server.domain.ids import AccountId
from server.storage import idempotency
from server.storage.database import RIDER, Connection, Database, Rider
from server.storage.idempotency import Key, Remembered
from server.storage.keyring import Keyring


class KeyReusedError(DomainError):
    """The same key came with another request."""

    code = "idempotency-key-reused"


class AlreadyAskedError(DomainError):
    """The first request with this key is still under way, or its answer was lost after its effect."""

    code = "already-asked"


class Idempotency:
    """Runs a request once a key."""

    def __init__(self, database: Database, keyring: Keyring, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._keyring = keyring
        self._clock = clock

    async def once(
        self,
        account_id: AccountId,
        route: str,
        given: str,
        request: bytes,
        act: Callable[[], Awaitable[tuple[int, dict[str, Any]]]],
    ) -> tuple[int, dict[str, Any]]:
        """Return (status, response) of the first request with this key, running `act` if this is the first.

        The key is written in the first transaction of `act`: both are durable, or neither is.

        Raises:
            KeyReusedError: the request is not the one that the key stands for.
            AlreadyAskedError: the first one has no answer to repeat.
        """
        key = Key(account_id, route[:120], self._keyring.mac("idempotency", given.encode()))
        request_sha256 = hashlib.sha256(request).hexdigest()
        async with self._database.read() as connection:
            known = await idempotency.remembered(connection, key)
        if known is not None:
            return _repeat(known, request_sha256)
        token = self._ride(key, request_sha256)
        try:
            status, response = await act()
        finally:
            RIDER.reset(token)
        async with self._database.write() as connection:
            await idempotency.answer(connection, key, status, response)
        return status, response

    def _ride(self, key: Key, request_sha256: str) -> Token[Rider | None]:
        async def reserve(connection: Connection) -> None:
            if not await idempotency.reserve(connection, key, request_sha256, self._clock()):
                raise AlreadyAskedError("We already have this request. Please load the page again to see its result.")

        return RIDER.set(reserve)


def _repeat(known: Remembered, request_sha256: str) -> tuple[int, dict[str, Any]]:
    if known.request_sha256 != request_sha256:
        raise KeyReusedError("This key stands for another request.")
    if known.status is None or known.response is None:
        raise AlreadyAskedError("We already have this request. Please load the page again to see its result.")
    return known.status, known.response
