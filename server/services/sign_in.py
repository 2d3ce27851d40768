"""Coming in: a link says who it may be, a code by a second channel proves it, a session remembers it."""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from server.domain import ids, letters
from server.domain.actors import STAFF, Account, Actor, Role
from server.domain.errors import DomainError, NotFoundError
from server.domain.ids import AccountId, CaseId
from server.domain.letters import House
from server.services import trail
from server.services.post import Post
from server.storage import accounts
from server.storage import sign_in as store
from server.storage.database import Connection, Database
from server.storage.keyring import Keyring
from server.storage.sign_in import Code, Link, Session

CODE_DIGITS = 6
CODE_LIFE = timedelta(minutes=10)
CODE_TRIES = 5
WAITS = timedelta(hours=1)  # a browser can ask for another code that long after the last one
SENDS = 3
SENDS_WITHIN = timedelta(minutes=15)
PATIENT_IDLE, PATIENT_LIFE = timedelta(minutes=60), timedelta(hours=24)
STAFF_IDLE, STAFF_LIFE = timedelta(minutes=30), timedelta(hours=12)
TOUCH_EVERY = timedelta(minutes=1)


class LinkUnknownError(DomainError):
    """The link is not one of ours, or was withdrawn."""

    code = "link-unknown"


class CodeWrongError(DomainError):
    """The digits are not the ones we sent."""

    code = "code-wrong"


class CodeSpentError(DomainError):
    """No live code: used, too old, too many tries, or asked for from another browser."""

    code = "code-spent"


class TooManyCodesError(DomainError):
    """Too many codes in a short time."""

    code = "too-many-codes"


class SignIn:
    """Every way in and out."""

    def __init__(
        self,
        database: Database,
        keyring: Keyring,
        post: Post,
        house: House,
        public_url: Callable[[Account], str],
        withdrawn: Callable[[], None],
        clock: Callable[[], datetime],
    ) -> None:
        """Call `withdrawn` whenever somebody's access has ended."""
        self._database = database
        self._keyring = keyring
        self._post = post
        self._house = house
        self._public_url = public_url
        self._withdrawn = withdrawn
        self._clock = clock

    def link_token(self, account_id: AccountId, case_id: CaseId | None) -> str:
        """Return the token of a person's link; it is the same every time and stored nowhere."""
        return self._keyring.mac("link", f"{account_id}:{case_id or ''}".encode())

    async def link(self, account: Account, case_id: CaseId | None = None) -> str:
        """Return the one address by which a person reaches a case, made known if it is not yet."""
        async with self._database.write() as connection:
            return await self.link_within(connection, account, case_id)

    async def link_within(self, connection: Connection, account: Account, case_id: CaseId | None = None) -> str:
        """Return a person's link inside the caller's transaction."""
        token = self.link_token(account.id, case_id)
        await store.add_link(connection, Link(store.hashed(token), account.id, case_id, self._clock(), None))
        return f"{self._public_url(account)}/i#{token}"

    async def renewed_link(self, connection: Connection, account: Account, case_id: CaseId) -> str:
        """Return a person's link inside the caller's transaction, good again if it was withdrawn."""
        await store.renew_link(connection, store.hashed(self.link_token(account.id, case_id)))
        return await self.link_within(connection, account, case_id)

    async def withdraw_link(self, connection: Connection, account_id: AccountId, case_id: CaseId) -> None:
        """Let the link of a person to a case open nothing any more."""
        await store.revoke_link(connection, store.hashed(self.link_token(account_id, case_id)), self._clock())

    async def follow(self, token: str, browser: str) -> str:
        """Send a code to the person whose link this is; return the end of the number it went to.

        Raises:
            LinkUnknownError: the link is none of ours.
            TooManyCodesError: more than `SENDS` within `SENDS_WITHIN`.
        """
        async with self._database.read() as connection:
            link = await store.link(connection, token)
            account = await accounts.get(connection, link.account_id) if link else None
        if account is None or not account.active:
            raise LinkUnknownError("This link does not work any more. Please call us and we send you a new one.")
        await self._send_code(account, browser)
        return account.phone[-2:]

    async def ask(self, email: str) -> None:
        """Mail a person their link again. Says nothing about whether the address is known."""
        async with self._database.read() as connection:
            account = await accounts.by_email(connection, self._keyring, email)
        if account is None or not account.active:
            return
        link = await self.link(account)
        now = self._clock()
        async with self._database.write() as connection:
            minute = now.replace(second=0, microsecond=0).isoformat()
            await self._post.queue(
                connection, account, letters.your_link(self._house, link), key=f"link:{account.id}:{minute}"
            )

    async def waiting(self, browser: str) -> Account | None:
        """Return whose code this browser waits for, also when its time or its tries are over."""
        async with self._database.read() as connection:
            code = await store.unspent_code(connection, self._browser_mac(browser), self._clock() - WAITS)
            return await accounts.get(connection, code.account_id) if code else None

    async def again(self, browser: str) -> None:
        """Send another code where this browser waits for one. Says nothing about whether it does.

        Raises:
            TooManyCodesError: more than `SENDS` within `SENDS_WITHIN`.
        """
        account = await self.waiting(browser)
        if account is not None and account.active:
            await self._send_code(account, browser)

    async def enter(self, browser: str, digits: str, device: str) -> tuple[str, Account]:
        """Spend a code and open a session; return its secret and whose it is.

        Raises:
            CodeSpentError: this browser has no live code, or these digits were the last try.
            CodeWrongError: the digits differ; one try is gone.
        """
        now = self._clock()
        async with self._database.write() as connection:
            code = await store.try_code(connection, self._browser_mac(browser), now, CODE_TRIES)
        if code is None:
            raise CodeSpentError("This code cannot be used any more. Please ask for a new one.")
        if not secrets.compare_digest(code.code_mac, self._code_mac(code.id, digits)):
            if code.tries >= CODE_TRIES:
                raise CodeSpentError("That is not the code we sent, and it was the last try for this code.")
            raise CodeWrongError("That is not the code we sent. Please look again.")
        async with self._database.write() as connection:
            if not await store.spend_code(connection, code.id, now):
                raise CodeSpentError("This code was already used. Please ask for a new one.")
            account = await accounts.get(connection, code.account_id)
        return await self.open(account, verified_by="code", device=device), account

    async def open_by_link(self, token: str, device: str) -> str:
        """Open a session by the link alone; the demo's door, which nothing else mounts.

        Raises:
            LinkUnknownError: the link is none of ours.
        """
        async with self._database.read() as connection:
            link = await store.link(connection, token)
            account = await accounts.get(connection, link.account_id) if link else None
        if account is None:
            raise LinkUnknownError("This link does not work any more. Please start the demo again.")
        return await self.open(account, verified_by="code", device=device)

    async def open(self, account: Account, *, verified_by: str, device: str) -> str:
        """Open a session for a person who has been recognised; return the cookie's secret."""
        secret, now = ids.new_secret(), self._clock()
        session = Session(store.hashed(secret), ids.new(), account.id, verified_by, device[:200], now, now, None)
        async with self._database.write() as connection:
            await store.add_session(connection, session)
            actor = Actor(account, session.public_id, verified_by)
            await trail.record(connection, actor, "session.opened", "session", session.public_id, now=now)
        return secret

    async def recognise(self, secret: str) -> Actor | None:
        """Return who is signed in with this cookie, and keep the session awake."""
        now, id_hash = self._clock(), store.hashed(secret)
        async with self._database.read() as connection:
            session = await store.session(connection, id_hash)
            account = await accounts.get(connection, session.account_id) if session else None
        if session is None or account is None or not account.active or _over(session, account, now):
            return None
        if now - session.seen_at > TOUCH_EVERY:
            async with self._database.write() as connection:
                await store.touch_session(connection, id_hash, now)
        return Actor(account, session.public_id, session.verified_by)

    async def recognise_token(self, token: str) -> Actor | None:
        """Return the person whose access token this is."""
        async with self._database.read() as connection:
            account_id = await store.token_account(connection, token, self._clock())
            if account_id is None:
                return None
            account = await accounts.get(connection, account_id)
        return Actor(account, None, "token") if account.active else None

    async def issue_token(self, account: Account, label: str, life: timedelta) -> str:
        """Give a person's program a fresh access token; the former one of this label ends."""
        token, now = ids.new_secret(), self._clock()
        async with self._database.write() as connection:
            await store.replace_token(connection, account.id, label, token, now, now + life)
        return token

    async def sessions(self, actor: Actor) -> tuple[Session, ...]:
        """List where the person is signed in."""
        idle, _ = limits(actor.role)
        async with self._database.read() as connection:
            return await store.sessions_of(connection, actor.id, self._clock() - idle)

    async def end(self, actor: Actor, public_id: str) -> None:
        """End one of the person's own sessions.

        Raises:
            NotFoundError: it is none of theirs.
        """
        now = self._clock()
        async with self._database.write() as connection:
            if not await store.end_session(connection, actor.id, public_id, now):
                raise NotFoundError("There is no such session.")
            await trail.record(connection, actor, "session.ended", "session", public_id, now=now)
        self._withdrawn()

    async def end_others(self, actor: Actor) -> None:
        """End all of the person's sessions but the one that asks."""
        now = self._clock()
        async with self._database.write() as connection:
            await store.end_other_sessions(connection, actor.id, actor.session, now)
            await trail.record(connection, actor, "session.others-ended", "account", actor.id, now=now)
        self._withdrawn()

    async def _send_code(self, account: Account, browser: str) -> None:
        now = self._clock()
        digits, code_id = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}", ids.new()
        code = Code(
            id=code_id,
            account_id=account.id,
            browser_mac=self._browser_mac(browser),
            code_mac=self._code_mac(code_id, digits),
            channel="sms",
            created_at=now,
            expires_at=now + CODE_LIFE,
            tries=0,
            spent_at=None,
        )
        async with self._database.write() as connection:
            if await store.codes_since(connection, account.id, now - SENDS_WITHIN) >= SENDS:
                raise TooManyCodesError("We have sent several codes. Please wait a quarter of an hour, or call us.")
            await store.add_code(connection, code)
            letter = letters.code(self._house, digits)
            await self._post.queue(connection, account, letter, key=f"code:{code_id}", channel="sms")

    def _browser_mac(self, browser: str) -> str:
        return self._keyring.mac("browser", browser.encode())

    def _code_mac(self, code_id: str, digits: str) -> str:
        return self._keyring.mac("code", f"{code_id}:{digits}".encode())


def limits(role: Role) -> tuple[timedelta, timedelta]:
    """Tell how long a session may be left alone, and how long it lasts at most."""
    return (STAFF_IDLE, STAFF_LIFE) if role in STAFF else (PATIENT_IDLE, PATIENT_LIFE)


def _over(session: Session, account: Account, now: datetime) -> bool:
    idle, life = limits(account.role)
    return now - session.seen_at > idle or now - session.created_at > life
