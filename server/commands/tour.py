"""What the demo prepares at every start, and how it describes itself to people and programs."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from config.settings import Settings
from server.addresses import public_url
from server.commands.hospital import settle_in
from server.domain.actors import Account
from server.keys import SIGN_IN
from server.storage.database import Database
from server.storage.keyring import Keyring

TOKEN_LIFE = timedelta(days=30)  # the contract: as long as this demo; the next start replaces it


class Tour:
    """Prepares the demo's people and cases."""

    def __init__(
        self,
        app: web.Application,
        settings: Settings,
        database: Database,
        keyring: Keyring,
        clock: Callable[[], datetime],
    ) -> None:
        self._app = app
        self._url = public_url(settings)
        self._settings = settings
        self._database = database
        self._keyring = keyring
        self._clock = clock

    async def prepare(self) -> dict[str, Any]:
        """Make what is missing, refresh what ages, and describe the demo (the contract's `demo --json`)."""
        people = await settle_in(self._database, self._keyring, self._clock)
        return {
            "url": self._settings.public_url,
            "accounts": {key: await self._describe(account) for key, account in people.items()},
        }

    async def _describe(self, account: Account) -> dict[str, str]:
        sign_in = self._app[SIGN_IN]
        await sign_in.link(account)
        return {
            "name": account.name,
            "email": account.email,
            "sign_in_url": f"{self._url(account)}/dev/sign-in/{sign_in.link_token(account.id, None)}",
            "token": await sign_in.issue_token(account, "demo", TOKEN_LIFE),
        }
