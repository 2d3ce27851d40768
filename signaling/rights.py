"""Who may do what in a visit: PROTOCOL.md section 6, as a table."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from signaling.ids import MemberId
from signaling.limits import MAX_LABEL_CHARACTERS


class Role(StrEnum):
    """What somebody is in a visit."""

    PATIENT = "patient"
    COMPANION = "companion"
    INTERPRETER = "interpreter"
    SPECIALIST = "specialist"
    SCHEDULER = "scheduler"
    OBSERVER = "observer"


class Cap(StrEnum):
    """One right of a member."""

    ADMIT = "admit"
    PUBLISH_AUDIO = "publish_audio"
    PUBLISH_VIDEO = "publish_video"
    SHARE = "share"
    KICK = "kick"
    KICK_EARLY = "kick_early"
    LOCK = "lock"
    END = "end"
    ASK_MUTE = "ask_mute"
    INVITE = "invite"
    CHAT = "chat"


_TALK = frozenset({Cap.PUBLISH_AUDIO, Cap.PUBLISH_VIDEO, Cap.CHAT})
_SPECIALIST = _TALK | {Cap.ADMIT, Cap.SHARE, Cap.KICK, Cap.ASK_MUTE, Cap.INVITE}

CAPS: Mapping[Role, frozenset[Cap]] = {
    Role.PATIENT: _TALK,
    Role.COMPANION: _TALK,
    Role.INTERPRETER: _TALK,
    Role.SPECIALIST: _SPECIALIST,
    Role.SCHEDULER: frozenset({Cap.ADMIT, Cap.KICK_EARLY, Cap.INVITE, Cap.CHAT}),
    Role.OBSERVER: frozenset(),
}

PICTURES = frozenset({Cap.PUBLISH_VIDEO, Cap.SHARE})
"""What nobody has in a visit with sound only."""

HOST_CAPS = frozenset({Cap.LOCK, Cap.END})

CARED_FOR = frozenset({Role.PATIENT, Role.COMPANION})
"""With one of these and a specialist in the room the visit has started."""


@dataclass(frozen=True, slots=True)
class Member:
    """One person of a visit, as the embedding application vouches for them.

    `admissible` is the application's gate (check-in); `reason` says in words what is missing. `extra` adds rights.
    `grant` is the application's own name of what let them in: it comes back in `Presence`, and nobody else is shown it.
    `relay_only` says of the visit that nobody in it is told anybody's address, `sound_only` that nobody sends pictures.
    """

    id: MemberId
    role: Role
    label: str
    host: bool = False
    admissible: bool = True
    reason: str = ""
    extra: frozenset[Cap] = frozenset()
    grant: str = ""
    relay_only: bool = False
    sound_only: bool = False

    def __post_init__(self) -> None:
        if not 0 < len(self.label) <= MAX_LABEL_CHARACTERS:
            raise ValueError("a label has 1 to 80 characters")
        if self.host and self.role is not Role.SPECIALIST:
            raise ValueError("only a specialist hosts a visit")

    @property
    def caps(self) -> frozenset[Cap]:
        """Everything this person may do."""
        return CAPS[self.role] | self.extra | (HOST_CAPS if self.host else frozenset())

    @property
    def waits(self) -> bool:
        """Whether somebody has to let this person in."""
        return self.role is not Role.SPECIALIST
