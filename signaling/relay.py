"""Offers, answers and candidates from one end of a link to the other, and the links themselves."""

from collections.abc import Mapping
from typing import assert_never

from signaling.commands import LinkReset
from signaling.envelope import FromPeer
from signaling.errors import NoSuchPeerError, NotAdmittedError, StaleLinkError, TooManyCandidatesError
from signaling.events import AnswerFrom, IceFrom, LinkAnew, LinkClose, LinkOpen, OfferFrom, RestartFrom
from signaling.ids import SessionId
from signaling.journal import Linked, Unlinked
from signaling.links import Link
from signaling.messages import LinkState, RtcAnswer, RtcIce, RtcOffer, RtcRestart
from signaling.moment import Moment
from signaling.sdp import check_sdp
from signaling.session import Session
from signaling.views import LinkAnewData, LinkClosedData
from signaling.visit import Visit

CONNECTED = "connected"  # RTCPeerConnectionState


def pass_on(visit: Visit, session: Session, message: RtcOffer | RtcAnswer | RtcIce | RtcRestart) -> None:
    """Send it to the peer, with the sender that we know.

    Raises:
        RefusalError: the sender was not let in, or has no such link in this generation.
        ViolationError: an unsafe SDP.
    """
    link = _link(visit, session, message.to)
    if message.data.gen != link.gen:
        raise StaleLinkError
    match message:
        case RtcOffer() | RtcAnswer():
            check_sdp(message.data.sdp)
            link.renegotiate(session.id)
        case RtcIce() if not link.count_candidates(session.id, len(message.data.cands)):
            raise TooManyCandidatesError
    visit.send(visit.sessions[message.to], _stamped(session.id, message))


def reset(visit: Visit, session: Session, message: LinkReset, *, now: Moment) -> None:
    """Give the link its next generation, once.

    Raises:
        RefusalError: there is no such link, or generations would be left out.
    """
    link = _link(visit, session, message.data.peer)
    if message.data.gen > link.gen + 1:
        raise StaleLinkError
    if message.data.gen == link.gen + 1:
        _renew(visit, link, message.data.gen, now=now)
        for end in (link.initiator, link.other):
            visit.send(visit.sessions[end], _anew(link, end, message.data.why))


def witness(visit: Visit, session: Session, message: LinkState, *, now: Moment) -> None:
    """Note that a link is alive, and with it both its ends."""
    link = visit.links.between(session.id, message.data.peer)
    if link is not None and link.gen == message.data.gen and message.data.pc == CONNECTED:
        link.alive_at = now.seconds


def connect(visit: Visit, newcomer: Session, held: Mapping[SessionId, int], *, now: Moment) -> None:
    """Link a newcomer with everybody in the room. A link whose generation the newcomer still holds stays as it is."""
    for other in [visit.sessions[seat.session] for seat in visit.roster.inside()]:
        if other.id == newcomer.id:
            continue
        link = visit.links.between(newcomer.id, other.id)
        if link is None:
            _open(visit, newcomer, other, gen=held.get(other.id, 0) + 1, now=now)
        elif held.get(other.id) != link.gen:
            gen = max(link.gen, held.get(other.id, 0)) + 1
            visit.record(Linked(at=now.utc, initiator=newcomer.id, other=other.id, gen=gen), now=now)
            visit.send(other, _anew(visit.links.needed(newcomer.id, other.id), other.id, "rejoined"))


def disconnect(visit: Visit, session: Session, why: str, *, now: Moment) -> None:
    """Close every link of a session."""
    links = visit.links.of(session.id)
    for link in links:
        peer = visit.sessions[link.peer_of(session.id)]
        visit.send(peer, LinkClose(data=LinkClosedData(peer=session.id, gen=link.gen, why=why)))
    if links:
        visit.record(Unlinked(at=now.utc, session=session.id), now=now)


def renew_all(visit: Visit, *, now: Moment) -> None:
    """Give every link its next generation; the next snapshot says so."""
    for link in list(visit.links):
        _renew(visit, link, link.gen + 1, now=now)


def _link(visit: Visit, session: Session, peer: SessionId) -> Link:
    if not visit.is_inside(session):
        raise NotAdmittedError
    link = visit.links.between(session.id, peer)
    if link is None:
        raise NoSuchPeerError
    return link


def _stamped(sender: SessionId, message: RtcOffer | RtcAnswer | RtcIce | RtcRestart) -> FromPeer:
    match message:
        case RtcOffer():
            return OfferFrom(sender=sender, data=message.data)
        case RtcAnswer():
            return AnswerFrom(sender=sender, data=message.data)
        case RtcIce():
            return IceFrom(sender=sender, data=message.data)
        case RtcRestart():
            return RestartFrom(sender=sender, data=message.data)
        case _:
            assert_never(message)


def _open(visit: Visit, newcomer: Session, other: Session, *, gen: int, now: Moment) -> None:
    visit.record(Linked(at=now.utc, initiator=newcomer.id, other=other.id, gen=gen), now=now)
    visit.send(other, LinkOpen(data=visit.links.needed(newcomer.id, other.id).view(other.id)))


def _renew(visit: Visit, link: Link, gen: int, *, now: Moment) -> None:
    visit.record(Linked(at=now.utc, initiator=link.initiator, other=link.other, gen=gen), now=now)


def _anew(link: Link, end: SessionId, why: str) -> LinkAnew:
    view = link.view(end)
    return LinkAnew(
        data=LinkAnewData(peer=view.peer, gen=view.gen, polite=view.polite, initiator=view.initiator, why=why)
    )
