"""From an open socket to a session: what may stand first on a socket, and what becomes of it."""

from collections.abc import Awaitable, Callable

from signaling.codes import CloseCode, Denial
from signaling.entrance import first_message
from signaling.errors import AdmissionRefusedError, JournalUnavailableError, ViolationError
from signaling.events import ResumeDenied, encode
from signaling.ids import VisitId
from signaling.live import LiveVisit
from signaling.messages import Hello, Resume
from signaling.rights import Member
from signaling.views import DeniedData
from signaling.visits import Visits
from signaling.wire import Wire

Admit = Callable[[VisitId, str], Awaitable[Member]]
"""Turns a ticket into a member, once; raises `AdmissionRefusedError`."""


class Reception:
    """One socket that has no session yet."""

    def __init__(self, wire: Wire, visit: VisitId, *, visits: Visits, admit: Admit) -> None:
        self._wire = wire
        self._visit = visit
        self._visits = visits
        self._admit = admit
        self._member: Member | None = None

    async def take(self, frame: str) -> LiveVisit | None:
        """Take one message; return the visit once this socket has a session in it."""
        try:
            return await self._introduce(first_message(frame))
        except (ViolationError, AdmissionRefusedError) as refusal:
            self._wire.close(refusal.close_code, refusal.reason)
        except JournalUnavailableError:
            self._wire.close(CloseCode.TRY_AGAIN)
        return None

    async def _introduce(self, message: Hello | Resume) -> LiveVisit | None:
        live = self._visits.get(self._visit)
        if isinstance(message, Hello):
            if self._member is None:  # a hello that is repeated after `already_here` counts on the first ticket
                self._member = await self._admit(self._visit, message.data.ticket)
            live = await self._visits.open(self._visit)
            await live.hello(self._wire, self._member, message)
        elif live is not None:
            live.resume(self._wire, message)
        else:
            self._wire.send(encode(ResumeDenied(data=DeniedData(code=Denial.UNKNOWN))))
        return live if live is not None and live.seats(self._wire) else None
