"""A whole service on an empty database, with its people, spoken to over HTTP as programs and browsers do."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import aiohttp
from aiohttp import web
from multidict import CIMultiDictProxy

from config.settings import Settings
from server.commands.hospital import settle_in
from server.domain.actors import Account
from server.domain.messages import Message
from server.http import cookies
from server.keys import POST, SIGN_IN, VISITS
from server.storage.database import Database
from server.storage.keyring import Keyring

API = "/api/v1"
TOKEN_LIFE = timedelta(days=30)
CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')


class Clock:
    """The time as the service sees it; it moves only when a test says so."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """Read the clock."""
        return self.now

    def advance(self, span: timedelta) -> None:
        """Let time go by."""
        self.now += span


class Answer(NamedTuple):
    """What the service said: a JSON value, or the text of a page."""

    status: int
    body: Any
    headers: CIMultiDictProxy[str]


@dataclass(frozen=True, slots=True)
class House:
    """A running hospital. People go by the demo's keys: patient, scheduler, specialist …"""

    app: web.Application
    settings: Settings
    database: Database
    keyring: Keyring
    clock: Clock
    http: aiohttp.ClientSession
    url: str
    people: Mapping[str, Account]
    _tokens: dict[str, str] = field(default_factory=dict)

    async def get(self, person: str | None, path: str, **headers: str) -> Answer:
        """GET an address of the interface; `None` is nobody."""
        return await self.call("GET", person, path, headers=headers)

    async def post(self, person: str | None, path: str, json: object = None, **headers: str) -> Answer:
        """POST a JSON value, an empty object if none is given."""
        return await self.call("POST", person, path, json={} if json is None else json, headers=headers)

    async def patch(self, person: str | None, path: str, json: object, **headers: str) -> Answer:
        """PATCH with a JSON value."""
        return await self.call("PATCH", person, path, json=json, headers=headers)

    async def put(self, person: str | None, path: str, json: object, **headers: str) -> Answer:
        """PUT a JSON value."""
        return await self.call("PUT", person, path, json=json, headers=headers)

    async def delete(self, person: str | None, path: str, **headers: str) -> Answer:
        """DELETE an object."""
        return await self.call("DELETE", person, path, headers=headers)

    async def call(
        self, method: str, person: str | None, path: str, *, headers: Mapping[str, str] | None = None, **body: Any
    ) -> Answer:
        """Ask as a program does. Underscores in the names of headers stand for hyphens."""
        sent = {name.replace("_", "-"): value for name, value in (headers or {}).items()}
        if person is not None:
            sent["Authorization"] = f"Bearer {await self.token(person)}"
        async with self.http.request(method, self.url + API + path, headers=sent, **body) as response:
            return Answer(response.status, await _value(response), response.headers)

    async def token(self, person: str) -> str:
        """Return the access token of a person."""
        if person not in self._tokens:
            sign_in = self.app[SIGN_IN]
            self._tokens[person] = await sign_in.issue_token(self.people[person], "test", TOKEN_LIFE)
        return self._tokens[person]

    async def browser_session(self, person: str) -> "Browser":
        """Sign a person in and return their browser, which has the session's cookie."""
        secret = await self.app[SIGN_IN].open(self.people[person], verified_by="code", device="test")
        return Browser(self.http, self.url, {cookies.SESSION: secret})

    async def settle(self) -> None:
        """Wait until what visits reported is in the record."""
        await self.app[VISITS].settle()

    async def mailbox(self, *, of_policy: bool = False) -> dict[str, list[Message]]:
        """Return what was written to whom, the newest first; the letters about the policy only if asked for."""
        box: dict[str, list[Message]] = {}
        for message in await self.app[POST].kept():
            if message.dedupe_key.startswith("policy:") is of_policy:
                box.setdefault(message.recipient, []).append(message)
        return box

    def stranger(self) -> "Browser":
        """Return a browser in which nobody is signed in."""
        return Browser(self.http, self.url, {})

    async def sign_in_url(self, person: str) -> str:
        """Return an address on this person's own host that signs a real browser in."""
        return await self.door_of(self.people[person], person.replace("_", "-"))

    async def door_of(self, account: Account, host: str = "patient") -> str:
        """Return an address on a host of ours that signs a real browser in as this account."""
        sign_in = self.app[SIGN_IN]
        await sign_in.link(account)
        return f"http://{host}.localhost:{self.settings.port}/dev/sign-in/{sign_in.link_token(account.id, None)}"


class Browser:
    """A browser without JavaScript: keeps cookies, sends forms with the token of the page it has seen last."""

    def __init__(self, http: aiohttp.ClientSession, url: str, jar: dict[str, str]) -> None:
        self._http = http
        self._url = url
        self._jar = jar
        self.page = ""

    @property
    def csrf_token(self) -> str:
        """The token of the last page."""
        match = CSRF.search(self.page)
        assert match, "the page has no form"
        return match[1]

    async def get(self, path: str, *, follow: bool = True) -> Answer:
        """Open a page."""
        return await self._send("GET", path, follow)

    async def post(self, path: str, form: Mapping[str, Any] | None = None, *, follow: bool = True) -> Answer:
        """Send a form; a list sends one field several times."""
        fields = [("csrf_token", self.csrf_token)]
        for name, value in (form or {}).items():
            fields += [(name, str(each)) for each in (value if isinstance(value, list) else [value])]
        return await self._send("POST", path, follow, data=aiohttp.FormData(fields))

    async def _send(self, method: str, path: str, follow: bool, **body: Any) -> Answer:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._jar.items())}
        if method != "GET":
            headers |= {"Sec-Fetch-Site": "same-origin", "Origin": "null"}
        async with self._http.request(
            method, self._url + path, headers=headers, allow_redirects=False, **body
        ) as response:
            self._jar |= {name: morsel.value for name, morsel in response.cookies.items()}
            answer = Answer(response.status, await _value(response), response.headers)
        if isinstance(answer.body, str):
            self.page = answer.body
        if follow and answer.status in (302, 303):
            return await self._send("GET", answer.headers["Location"], follow)
        return answer


async def people_of(database: Database, keyring: Keyring, clock: Clock) -> Mapping[str, Account]:
    """Give the demo's people accounts."""
    return await settle_in(database, keyring, clock)


async def _value(response: aiohttp.ClientResponse) -> Any:
    if response.content_type.endswith("json"):
        return await response.json(content_type=None)
    if response.content_type.startswith("text/"):
        return await response.text()
    return await response.read()
