"""Joins, losses, resumes, take-overs, admissions, locks, kicks, revocations and restarts in any order.

What must always hold, holds.
"""

import itertools
from dataclasses import replace

from hypothesis import assume, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tests.unit.signaling.page import Page
from tests.unit.signaling.stage import (
    COLLEAGUE,
    COMPANION,
    HOST,
    INTERPRETER,
    OTHER_TAB,
    PATIENT,
    SCHEDULER,
    TAB,
    Stage,
)

CAST = [HOST, COLLEAGUE, PATIENT, COMPANION, INTERPRETER, SCHEDULER]
SOMEBODY = st.sampled_from([member.id for member in CAST])


class Visit(RuleBasedStateMachine):
    """Everybody has one page at a time; what a page has not read when its line breaks is lost with it."""

    def __init__(self) -> None:
        super().__init__()
        self.stage = Stage()
        self.pages = {member.id: Page(self.stage, member, TAB) for member in CAST}
        self.sent: dict[str, tuple[str, str]] = {}
        self.numbers = itertools.count(1)
        self.kicked: set[str] = set()
        self.locked = False
        self.cleared: set[str] = {HOST.id}  # who may be in a locked visit: they were let in, and have not left since
        for who in (HOST, PATIENT, COMPANION):
            self.pages[who.id].join()
        for who in (PATIENT, COMPANION):
            self.connected(HOST.id).send("lobby.admit", {"member": who.id})

    def connected(self, who: str) -> Page:
        """This person's page, connected and up to date; joining first if need be, or the host's if they may not."""
        page = self.pages[who]
        if not page.connected:
            page.join()
        if not page.connected:
            page = self.pages[HOST.id]
            if not page.connected:
                page.join()
        assume(page.connected)
        page.read()
        return page

    @rule(who=SOMEBODY)
    def reload(self, who: str) -> None:
        self.pages[who].reload()

    @rule(who=SOMEBODY)
    def move_to_another_tab(self, who: str) -> None:
        old = self.pages[who]
        new = Page(self.stage, old.member, OTHER_TAB if old.tab == TAB else TAB)
        new.join()
        if new.connected:
            self.pages[who] = new

    @rule(who=SOMEBODY)
    def try_another_tab_without_taking_over(self, who: str) -> None:
        page = self.pages[who]
        was = page.connected
        client = self.stage.join(page.member, OTHER_TAB if page.tab == TAB else TAB)
        if was:
            assert client.data("error")["code"] == "already_here"
            assert page.connected
        elif client.close_code is None and client.all("welcome"):
            client.lose()  # this tab is closed again at once

    @rule(who=SOMEBODY)
    def lose_the_line(self, who: str) -> None:
        if self.pages[who].connected:
            self.pages[who].lose()

    @rule(who=SOMEBODY)
    def come_back(self, who: str) -> None:
        if self.pages[who].session:
            self.pages[who].resume()

    @rule(who=SOMEBODY)
    def leave(self, who: str) -> None:
        page = self.connected(who)
        page.send("bye", {})
        self.cleared.discard(page.member.id)
        assert not page.connected

    @rule(who=SOMEBODY, by_grant=st.booleans())
    def revoke(self, who: str, by_grant: bool) -> None:
        page = self.pages[who]
        grant = page.member.grant if by_grant else None
        self.stage.perform(self.stage.room.revoke(page.member.id, grant=grant, now=self.stage.now))
        self.cleared.discard(who)
        assert not page.connected

    @rule(who=SOMEBODY)
    def revoke_what_did_not_let_them_in(self, who: str) -> None:
        page = self.pages[who]
        was = page.connected
        self.stage.perform(self.stage.room.revoke(page.member.id, grant="another sign-in", now=self.stage.now))
        assert page.connected is was

    @rule(who=SOMEBODY)
    def sign_in_anew(self, who: str) -> None:
        page = self.pages[who]
        page.member = replace(page.member, grant=f"sign-in {next(self.numbers)}")
        page.reload()

    @rule(who=SOMEBODY, admissible=st.booleans())
    def open_or_shut_the_gate(self, who: str, admissible: bool) -> None:
        self.stage.perform(
            self.stage.room.gate(who, admissible=admissible, reason="Check-in is not done.", now=self.stage.now)
        )

    @rule(hidden=st.booleans())
    def hide_or_show_addresses(self, hidden: bool) -> None:
        self.stage.perform(self.stage.room.hide_addresses(hidden=hidden, now=self.stage.now))

    @rule(on=st.booleans())
    def take_pictures_away_or_not(self, on: bool) -> None:
        self.stage.perform(self.stage.room.sound_only(on=on, now=self.stage.now))

    @rule(by=SOMEBODY, about=SOMEBODY, kind=st.sampled_from(["lobby.admit", "lobby.admit", "lobby.deny"]))
    def look_after_the_waiting_room(self, by: str, about: str, kind: str) -> None:
        self.connected(by).send(kind, {"member": about})

    @rule(about=st.sampled_from([INTERPRETER.id, COMPANION.id]))
    def kick(self, about: str) -> None:
        page = self.connected(HOST.id)
        page.send("member.kick", {"member": about})
        if page.answer().get("ok"):
            self.kicked.add(about)
            self.cleared.discard(about)

    @rule(kind=st.sampled_from(["visit.lock", "visit.unlock"]))
    def lock(self, kind: str) -> None:
        page = self.connected(HOST.id)
        page.send(kind, {})
        if page.answer().get("ok"):
            self.locked = kind == "visit.lock"

    @rule(who=SOMEBODY, other=SOMEBODY)
    def ask_any_session_for_a_restart_under_a_false_name(self, who: str, other: str) -> None:
        page = self.connected(who)
        session = self.pages[other].session or "s_nobody"
        token = str(next(self.numbers))
        self.sent[token] = (page.session, session)
        gen = page.links.get(session, {"gen": 1})["gen"]
        page.send("rtc.restart", {"gen": gen, "why": token}, to=session, **{"from": session})

    @rule(who=SOMEBODY, which=st.integers(0, 5))
    def reset_a_link(self, who: str, which: int) -> None:
        page = self.connected(who)
        if page.links:
            peer = sorted(page.links)[which % len(page.links)]
            page.send("link.reset", {"peer": peer, "gen": page.links[peer]["gen"] + 1})

    @rule(who=SOMEBODY)
    def say_it_twice(self, who: str) -> None:
        page = self.connected(who)
        page.send("chat.send", {"id": str(next(self.numbers)), "text": "Hello."})
        page.seq -= 1
        page.send("chat.send", {"id": "never", "text": "This is a duplicate."})

    @rule(seconds=st.sampled_from([1, 31, 121]))
    def wait(self, seconds: int) -> None:
        self.stage.advance(seconds)

    @rule()
    def start_the_server_again(self) -> None:
        for page in self.pages.values():
            page.client = None
        self.stage.restart()

    @rule(works=st.booleans())
    def the_journal_fails_or_works_again(self, works: bool) -> None:
        self.stage.journal_works = works

    @invariant()
    def a_relayed_message_comes_from_who_sent_it_to_whom_it_was_sent_and_once(self) -> None:
        for page in self.pages.values():
            assert len(page.tokens) == len(set(page.tokens))
            for token in page.tokens:
                sender, target = self.sent[token]
                assert page.senders[token] == sender
                assert target.startswith("s_")

    @invariant()
    def pages_that_have_read_everything_agree(self) -> None:
        pages = [page for page in self.pages.values() if page.connected]
        for page in pages:
            page.read()
        inside = [page for page in pages if page.inside]
        for one, other in itertools.combinations(inside, 2):
            assert one.members == other.members
            mine, theirs = one.links[other.session], other.links[one.session]
            assert mine["gen"] == theirs["gen"]
            assert mine["initiator"] is not theirs["initiator"]
        for page in inside:
            others = {member["session"] for member in page.members.values()} - {page.session}
            assert set(page.links) == others

    @invariant()
    def nobody_comes_into_a_locked_visit_who_was_not_in_before(self) -> None:
        inside = {place.member for place in self.stage.room.presence() if place.state == "in"}
        if self.locked:
            assert inside <= self.cleared | {HOST.id}
        self.cleared |= inside

    @invariant()
    def what_the_room_knows_of_everybody_is_what_let_them_in_last(self) -> None:
        for place in self.stage.room.presence():
            page = self.pages[place.member]
            if page.connected:
                assert place.grant == page.member.grant

    @invariant()
    def who_was_removed_is_not_there(self) -> None:
        for who in self.kicked:
            assert not self.pages[who].connected

    @invariant()
    def the_room_and_the_pages_agree_on_who_is_inside(self) -> None:
        inside = {place.member for place in self.stage.room.presence() if place.state == "in" and not place.away}
        assert inside == {who for who, page in self.pages.items() if page.connected and page.inside}


Visit.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestVisit = Visit.TestCase
