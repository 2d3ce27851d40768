"""From an open socket to a session: what may stand first on a socket, and what becomes of it."""

from collections.abc import Awaitable, Callable

from signaling.codes import CloseCode, Denial
from signaling.doorway import Doorway
from signaling.entrance import first_message
from signaling.errors import AdmissionRefusedError, JournalUnavailableError, ViolationError
from signaling.events import ResumeDenied, encode
from signaling.ids import MemberId, VisitId
from signaling.live import LiveVisit
from signaling.messages import Hello, Resume
from signaling.rights import Member
from signaling.views import DeniedData
from signaling.visits import Visits
from signaling.wire import Wire

Admit = Callable[[VisitId, str], Awaitable[Member]]
"""Turns a ticket into a member, once; raises `AdmissionRefusedError`."""


class Reception:
    """One socket that has no session yet, from one address."""

    def __init__(
        self,
        wire: Wire,
        visit: VisitId,
        address: str,
        *,
        visits: Visits,
        admit: Admit,
        doorway: Doorway,
        seconds: Callable[[], float],
    ) -> None:
        self._wire = wire
        self._visit = visit
        self._address = address
        self._visits = visits
        self._admit = admit
        self._doorway = doorway
        self._seconds = seconds
        self._member: Member | None = None

    async def take(self, frame: str) -> LiveVisit | None:
        """Take one message; return the visit once this socket has a session in it."""
        try:
            return await self._introduce(first_message(frame))
        except ViolationError as refusal:
            self._wire.close(refusal.close_code, refusal.reason)
        except JournalUnavailableError:
            self._wire.close(CloseCode.TRY_AGAIN)
        return None

    async def _introduce(self, message: Hello | Resume) -> LiveVisit | None:
        live = self._visits.get(self._visit)
        if isinstance(message, Hello):
            member = await self._recognised(message)
            live = await self._visits.open(self._visit)
            await live.hello(self._wire, member, message)
        elif live is not None:
            live.resume(self._wire, message)
            self._count(live.member_of(self._wire))
        else:
            self._wire.send(encode(ResumeDenied(data=DeniedData(code=Denial.UNKNOWN))))
        return live if live is not None and live.member_of(self._wire) is not None else None

    async def _recognised(self, hello: Hello) -> Member:
        """Return whose ticket it is; a hello that is repeated after `already_here` counts on the first ticket."""
        if self._member is None:
            try:
                member = await self._admit(self._visit, hello.data.ticket)
            except AdmissionRefusedError as refusal:
                if refusal.close_code is CloseCode.AUTH:
                    self._doorway.turn_away(self._address, seconds=self._seconds())
                raise ViolationError(refusal.close_code, refusal.reason) from refusal
            self._count(member.id)
            self._member = member
        return self._member

    def _count(self, member: MemberId | None) -> None:
        if member is not None:
            self._doorway.recognise(self._address, self._visit, member, seconds=self._seconds())
