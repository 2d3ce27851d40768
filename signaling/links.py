"""The pairs of sessions that may talk to each other, and the generation of each pair's peer connection."""

from collections.abc import Iterator

from signaling.ids import SessionId
from signaling.journal import Linked, Unlinked
from signaling.limits import MAX_CANDIDATES_PER_NEGOTIATION
from signaling.views import LinkView

Pair = frozenset[SessionId]


class Link:
    """One pair. The initiator is the newcomer, and the polite one."""

    __slots__ = ("_candidates", "alive_at", "gen", "initiator", "other")

    def __init__(self, initiator: SessionId, other: SessionId, gen: int) -> None:
        self.initiator = initiator
        self.other = other
        self.renew(gen)

    def peer_of(self, session: SessionId) -> SessionId:
        """Return the other end."""
        return self.other if session == self.initiator else self.initiator

    def view(self, session: SessionId) -> LinkView:
        """Show the link as one end sees it."""
        newcomer = session == self.initiator
        return LinkView(peer=self.peer_of(session), gen=self.gen, polite=newcomer, initiator=newcomer)

    def renegotiate(self, session: SessionId) -> None:
        """Count that end's candidates anew."""
        self._candidates[session] = 0

    def count_candidates(self, session: SessionId, count: int) -> bool:
        """Add to what that end has sent in this negotiation; False if it is too much."""
        self._candidates[session] += count
        return self._candidates[session] <= MAX_CANDIDATES_PER_NEGOTIATION

    def renew(self, gen: int) -> None:
        """Go on with another generation, of which nothing is known yet."""
        self.gen = gen
        self.alive_at: float | None = None
        self._candidates = {self.initiator: 0, self.other: 0}


class Links:
    """Every link of one visit."""

    def __init__(self) -> None:
        self._links: dict[Pair, Link] = {}

    def __iter__(self) -> Iterator[Link]:
        return iter(self._links.values())

    def between(self, one: SessionId, other: SessionId) -> Link | None:
        """Return the link of a pair."""
        return self._links.get(frozenset((one, other)))

    def needed(self, one: SessionId, other: SessionId) -> Link:
        """Return a link that is there."""
        return self._links[frozenset((one, other))]

    def of(self, session: SessionId) -> list[Link]:
        """List one session's links."""
        return [link for pair, link in self._links.items() if session in pair]

    def apply(self, entry: Linked | Unlinked) -> None:
        """Take one entry in."""
        if isinstance(entry, Unlinked):
            self._links = {pair: link for pair, link in self._links.items() if entry.session not in pair}
            return
        pair = frozenset((entry.initiator, entry.other))
        link = self._links.get(pair)
        if link is None or link.initiator != entry.initiator:
            self._links[pair] = Link(entry.initiator, entry.other, entry.gen)
        else:
            link.renew(entry.gen)
