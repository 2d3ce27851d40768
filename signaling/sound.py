"""Whether a visit is with sound only. Where it is, nobody may send pictures, of themselves or of a screen."""

import msgspec

from signaling import bulletins
from signaling.journal import SoundSet
from signaling.moment import Moment
from signaling.visit import Visit


def narrow(visit: Visit, *, now: Moment) -> None:
    """Let nobody send pictures from now on, and tell everybody."""
    if visit.roster.sound_only:
        return
    visit.record(SoundSet(at=now.utc, sound_only=True), now=now)
    for session in visit.sessions.values():
        session.media = msgspec.structs.replace(session.media, video=False, share=False)
    _tell(visit, now=now)


def widen(visit: Visit, *, now: Moment) -> None:
    """Let people send pictures again who may; nobody's camera goes on by itself."""
    if visit.roster.sound_only:
        visit.record(SoundSet(at=now.utc, sound_only=False), now=now)
        _tell(visit, now=now)


def _tell(visit: Visit, *, now: Moment) -> None:
    for session in list(visit.sessions.values()):
        bulletins.show_everything(visit, session, now=now)
