"""Takes one message of a session, sees to its number and its answer, and has it carried out."""

from typing import assert_never

from signaling import departure, floor, lobby, relay
from signaling.codes import CloseCode
from signaling.commands import (
    ChatSend,
    IceGet,
    LinkReset,
    LobbyAdmit,
    LobbyDeny,
    MediaSet,
    MemberKick,
    MemberMute,
    VisitEnd,
    VisitLock,
    VisitUnlock,
)
from signaling.errors import BadDataError, NotAdmittedError, RefusalError, UnknownTypeError, ViolationError
from signaling.events import ErrorMessage, IceConfigReply, Pong, Reply
from signaling.messages import (
    Ack,
    Bye,
    ClientMessage,
    CommandMessage,
    Hello,
    LinkState,
    Misfit,
    OrderedMessage,
    Ping,
    Resume,
    RtcAnswer,
    RtcIce,
    RtcOffer,
    RtcRestart,
)
from signaling.moment import Moment
from signaling.session import Session
from signaling.steps import Answering, Decision, Doing, Pending
from signaling.views import ErrorData, PongData, ProblemView
from signaling.visit import Visit


def take(visit: Visit, session: Session, message: ClientMessage | Misfit, *, now: Moment) -> Pending | None:
    """Take one message; what it changes for good is pending.

    Raises:
        ViolationError: the client breaks the protocol.
    """
    session.acknowledge(message.ack)
    match message:
        case Ping():
            visit.whisper(session, Pong(data=PongData(ts=message.data.ts)))
        case Ack():
            pass
        case LinkState():
            relay.witness(visit, session, message, now=now)
        case Hello() | Resume():
            raise ViolationError(CloseCode.OUT_OF_ORDER, "the session is open already")
        case Misfit():
            _take_misfit(visit, session, message, now=now)
        case _:
            return _take_ordered(visit, session, message, now=now)
    return None


def answer(visit: Visit, answering: Answering | None, refusal: RefusalError | None = None) -> None:
    """Answer a command, if somebody gave it and their session is still there."""
    if answering is None or visit.sessions.get(answering.session.id) is not answering.session:
        return
    session = answering.session
    if refusal is None:
        visit.reply(session, Reply(re=answering.seq, ok=True))
    else:
        problem = ProblemView(code=refusal.code, message=refusal.message, retry_ms=refusal.retry_ms)
        visit.reply(session, Reply(re=answering.seq, error=problem))


def _take_misfit(visit: Visit, session: Session, misfit: Misfit, *, now: Moment) -> None:
    refusal = BadDataError() if misfit.known else UnknownTypeError()
    if misfit.seq is None or misfit.transient:
        visit.whisper(session, ErrorMessage(data=ErrorData(code=refusal.code, message=refusal.message, fatal=False)))
    elif _is_new(visit, session, misfit.seq, now=now):
        answer(visit, Answering(session, misfit.seq), refusal)


def _take_ordered(visit: Visit, session: Session, message: OrderedMessage, *, now: Moment) -> Pending | None:
    if not _is_new(visit, session, message.seq, now=now):
        return None
    try:
        return _carry_out(visit, session, message, now=now)
    except RefusalError as refusal:
        answer(visit, Answering(session, message.seq), refusal)
        return None


def _is_new(visit: Visit, session: Session, seq: int, *, now: Moment) -> bool:
    if session.accept(seq, seconds=now.seconds):
        return True
    answered = session.answered(seq)
    if answered is not None:
        visit.whisper(session, answered)
    return False


def _carry_out(visit: Visit, session: Session, message: OrderedMessage, *, now: Moment) -> Pending | None:
    match message:
        case Bye():
            departure.leave(visit, session, "bye", now=now)
        case RtcOffer() | RtcAnswer() | RtcIce() | RtcRestart():
            relay.pass_on(visit, session, message)
        case IceGet():
            session.meter_command(seconds=now.seconds)
            _give_ice(visit, session, message, now=now)
        case _:
            session.meter_command(seconds=now.seconds)
            return _command(visit, session, message, now=now)
    return None


def _give_ice(visit: Visit, session: Session, message: IceGet, *, now: Moment) -> None:
    if not visit.is_inside(session):
        raise NotAdmittedError
    visit.reply(session, IceConfigReply(re=message.seq, ok=True, data=visit.ice(session, now=now)))


def _command(visit: Visit, session: Session, message: CommandMessage, *, now: Moment) -> Pending | None:
    decision = _consider(visit, session, message, now=now)
    answering = Answering(session, message.seq)
    if decision is not None:
        return Doing(decision, answering)
    answer(visit, answering)
    return None


def _consider(visit: Visit, session: Session, message: CommandMessage, *, now: Moment) -> Decision | None:
    match message:
        case LobbyAdmit():
            return lobby.consider_admission(visit, session, message, now=now)
        case LobbyDeny():
            return lobby.consider_denial(visit, session, message, now=now)
        case ChatSend():
            return floor.consider_chat(visit, session, message, now=now)
        case MemberKick():
            return floor.consider_kick(visit, session, message, now=now)
        case VisitLock() | VisitUnlock():
            return floor.consider_lock(visit, session, message, now=now)
        case VisitEnd():
            return floor.consider_end(visit, session, message, now=now)
        case MediaSet():
            floor.set_media(visit, session, message)
        case MemberMute():
            floor.ask_mute(visit, session, message)
        case LinkReset():
            relay.reset(visit, session, message, now=now)
        case _:
            assert_never(message)
    return None
