"""How a visit looks to one of its sessions: functions from state to what is shown. They change nothing."""

from signaling.journal import Said
from signaling.limits import (
    BYTES,
    COMMANDS,
    DEAD_MS,
    MAX_CANDIDATE_BYTES,
    MAX_CANDIDATES_PER_MESSAGE,
    MAX_CANDIDATES_PER_NEGOTIATION,
    MAX_CHAT_BYTES,
    MAX_CHAT_SHOWN_BYTES,
    MAX_FRAME_BYTES,
    MAX_MEMBERS,
    MAX_SDP_BYTES,
    MESSAGES,
    PING_MS,
    RESUME_WINDOW_SECONDS,
)
from signaling.moment import Moment
from signaling.payloads import Media
from signaling.rights import Cap, Member
from signaling.roster import Seat, SeatState
from signaling.session import Session
from signaling.views import (
    ChatView,
    InRoomView,
    LimitsView,
    LobbyListData,
    LobbyStateData,
    MemberView,
    MeView,
    Reach,
    SnapshotData,
    Standing,
    VisitChangedData,
    VisitState,
    VisitView,
    WaitingView,
    WelcomeData,
)
from signaling.visit import Visit

LIMITS = LimitsView(
    frame_bytes=MAX_FRAME_BYTES,
    sdp_bytes=MAX_SDP_BYTES,
    candidate_bytes=MAX_CANDIDATE_BYTES,
    candidates_per_message=MAX_CANDIDATES_PER_MESSAGE,
    candidates_per_negotiation=MAX_CANDIDATES_PER_NEGOTIATION,
    chat_bytes=MAX_CHAT_BYTES,
    messages_per_second=int(MESSAGES.per_second),
    messages_burst=int(MESSAGES.burst),
    bytes_per_second=int(BYTES.per_second),
    bytes_burst=int(BYTES.burst),
    commands_per_second=int(COMMANDS.per_second),
    commands_burst=int(COMMANDS.burst),
    members=MAX_MEMBERS,
)

VERSION = "1"

WAIT_FOR_A_SPECIALIST = "You are in the waiting room. We will let you in as soon as the specialist is here."
WAIT_TO_BE_LET_IN = "The specialist knows that you are here and will let you in."
LOCKED = "The visit is locked just now. Please wait here."


def welcome(visit: Visit, session: Session, *, key: str) -> WelcomeData:
    """Show who one is here, and how to come back."""
    seat = visit.seat_of(session)
    return WelcomeData(
        version=VERSION,
        session_id=session.id,
        resume_key=key,
        member_id=session.member,
        role=seat.member.role,
        caps=sorted(visit.caps(seat)),
        state=_standing(seat),
        epoch=visit.roster.epoch,
        ping_ms=PING_MS,
        dead_ms=DEAD_MS,
        resume_ms=int(RESUME_WINDOW_SECONDS * 1000),
        topology="p2p",
        features=[],
        limits=LIMITS,
    )


def snapshot(visit: Visit, session: Session, *, now: Moment) -> SnapshotData:
    """Show everything this session may know."""
    seat = visit.seat_of(session)
    inside = seat.state is SeatState.IN
    return SnapshotData(
        rev=visit.rev,
        visit=VisitView(
            state=state(visit),
            locked=visit.roster.locked,
            sound_only=visit.roster.sound_only,
            topology="p2p",
            engine="p2p",
            ends_in_ms=_ends_in_ms(visit, now),
        ),
        me=_me(visit, session, seat),
        members=[member(visit, other) for other in visit.roster.inside()] if inside else [],
        links=[link.view(session.id) for link in visit.links.of(session.id)],
        lobby=lobby(visit).waiting if Cap.ADMIT in seat.member.caps else [],
        chat=_chat(visit, seat) if inside else [],
        ice=visit.ice(session, now=now) if inside else None,
    )


def state(visit: Visit) -> VisitState:
    """Name the state of the visit as a whole."""
    if visit.over:
        return "ended"
    if visit.ends_at is not None:
        return "ending"
    if visit.recovers_until is not None:
        return "recovering"
    return "active" if visit.roster.started else "open"


def change(visit: Visit, *, now: Moment) -> VisitChangedData:
    """Show what changed about the visit as a whole."""
    return VisitChangedData(state=state(visit), locked=visit.roster.locked, ends_in_ms=_ends_in_ms(visit, now))


def member(visit: Visit, seat: Seat) -> MemberView:
    """Show somebody in the room."""
    session = visit.sessions.get(seat.session)
    return MemberView(
        member=seat.member.id,
        session=seat.session,
        role=seat.member.role,
        label=seat.member.label,
        host=seat.member.host,
        conn=_reach(session),
        media=session.media if session is not None else Media(),
    )


def lobby(visit: Visit) -> LobbyListData:
    """Show who waits, to those who may let them in."""
    return LobbyListData(waiting=[_waiting(visit, seat) for seat in visit.roster.waiting()])


def lobby_state(visit: Visit, seat: Seat) -> LobbyStateData:
    """Show somebody who waits how it stands."""
    present = visit.roster.inside()
    return LobbyStateData(
        state="waiting",
        position=1 + [other.member.id for other in visit.roster.waiting()].index(seat.member.id),
        host_present=visit.roster.host_present(),
        admissible=seat.member.admissible,
        message=_what_to_tell(visit, seat.member),
        in_room=[InRoomView(role=other.member.role, label=other.member.label) for other in present],
    )


def said(entry: Said) -> ChatView:
    """Show something that was written."""
    return ChatView(id=entry.id, member=entry.member, label=entry.label, text=entry.text, at=entry.at)


def _what_to_tell(visit: Visit, waiting: Member) -> str:
    if not waiting.admissible and waiting.reason:
        return waiting.reason
    if visit.roster.locked:
        return LOCKED
    return WAIT_TO_BE_LET_IN if visit.roster.host_present() else WAIT_FOR_A_SPECIALIST


def _waiting(visit: Visit, seat: Seat) -> WaitingView:
    return WaitingView(
        member=seat.member.id,
        role=seat.member.role,
        label=seat.member.label,
        since=seat.since,
        conn=_reach(visit.sessions.get(seat.session)),
        admissible=seat.member.admissible,
        reason=seat.member.reason,
    )


def _me(visit: Visit, session: Session, seat: Seat) -> MeView:
    return MeView(
        session=session.id,
        member=session.member,
        role=seat.member.role,
        label=seat.member.label,
        host=seat.member.host,
        state=_standing(seat),
        caps=sorted(visit.caps(seat)),
    )


def _chat(visit: Visit, seat: Seat) -> list[ChatView]:
    shown: list[ChatView] = []
    space = MAX_CHAT_SHOWN_BYTES
    for entry in reversed(visit.roster.said_since(seat.first_in or seat.since)):
        space -= len(entry.text.encode())
        if space < 0:
            break
        shown.insert(0, said(entry))
    return shown


def _standing(seat: Seat) -> Standing:
    return "in" if seat.state is SeatState.IN else "waiting"


def _reach(session: Session | None) -> Reach:
    if session is None or session.conn is None:
        return "away"
    return "unstable" if session.unstable else "ok"


def _ends_in_ms(visit: Visit, now: Moment) -> int | None:
    if visit.ends_at is None:
        return None
    return max(0, round((visit.ends_at - now.seconds) * 1000))
