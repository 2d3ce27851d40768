"""How somebody new comes in: who they are and where a code reaches them. Nobody learns who is here already."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import structlog

from server.domain import ids, letters
from server.domain.actors import Account, Role
from server.domain.ids import AccountId
from server.domain.wall_clock import zone_info
from server.services.sign_in import SignIn
from server.storage import accounts
from server.storage.database import Database
from server.storage.keyring import Keyring

log = structlog.get_logger()


class Enrolment:
    """Gives new patients an account."""

    def __init__(
        self, database: Database, keyring: Keyring, sign_in: SignIn, zone: str, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._keyring = keyring
        self._sign_in = sign_in
        self._zone = zone
        self._clock = clock

    async def enrol(self, *, name: str, email: str, phone: str, zone: str | None, browser: str) -> None:
        """Make an account and send a code to its telephone; who has an account gets their link by mail instead.

        The caller cannot tell the two apart. A known address gets a new telephone number this way only while nobody has
        come in yet, from the browser that still waits for the first code: the number was mistyped.

        Raises:
            InvalidValueError: a line break in a name or number.
            UnknownZoneError: there is no such time zone.
        """
        account = Account(
            id=AccountId(ids.new()),
            role=Role.PATIENT,
            name=letters.one_line(name, "name"),
            email=email,
            phone=letters.one_line(phone, "phone"),
            zone=zone_info(zone).key if zone else self._zone,
            language="en",
            active=True,
            created_at=self._clock(),
        )
        waiting = await self._sign_in.waiting(browser)
        async with self._database.write() as connection:
            new = await accounts.add_new(connection, self._keyring, account)
            if not new and waiting is not None:
                account = replace(account, id=waiting.id)
                new = await accounts.correct_unused(connection, self._keyring, account)
        if not new:
            await self._sign_in.ask(email)
            return
        log.info("account.enrolled", account=account.id)
        token = (await self._sign_in.link(account)).rpartition("#")[2]
        await self._sign_in.follow(token, browser)
        await self._sign_in.ask(email)
