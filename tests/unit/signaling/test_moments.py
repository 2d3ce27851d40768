"""What happens while something is being written down: a hello or a command that meets another one on its way."""

import json

from signaling.codes import CloseCode
from signaling.entrance import first_message
from signaling.messages import Hello
from signaling.steps import Pending, Step
from tests.unit.signaling.stage import COMPANION, HOST, OTHER_TAB, PATIENT, TAB, Client, Stage


def host_and_waiting_patient() -> tuple[Stage, Client, Client]:
    stage = Stage()
    return stage, stage.join(HOST), stage.join(PATIENT)


def begin(client: Client, kind: str, data: dict[str, object]) -> Pending:
    """Send a command and stop where the journal is awaited."""
    client.seq += 1
    frame = json.dumps({"type": kind, "seq": client.seq, "data": data})
    step = client.stage.room.receive(client.conn, frame, now=client.stage.now)
    assert step.pending is not None
    return step.pending


def begin_hello(client: Client, tab: str = TAB) -> Pending:
    message = first_message(json.dumps({"type": "hello", "data": {"versions": ["1"], "tab_id": tab}}))
    assert isinstance(message, Hello)
    step = client.stage.room.hello(client.conn, PATIENT, message, now=client.stage.now)
    assert step.pending is not None
    return step.pending


def finish(stage: Stage, pending: Pending) -> None:
    stage.journal.extend(pending.entries)
    stage.perform(Step(stage.room.commit(pending, now=stage.now).effects))


def test_somebody_leaves_while_they_are_let_in() -> None:
    stage, host, patient = host_and_waiting_patient()
    admission = begin(host, "lobby.admit", {"member": PATIENT.id})
    patient.send("bye")

    finish(stage, admission)

    assert host.last("reply")["ok"] is True
    assert host.all("member.joined") == []
    stage.restart()
    assert stage.join(PATIENT).welcome["state"] == "waiting"


def test_two_let_the_same_person_in_at_once() -> None:
    stage, host, _ = host_and_waiting_patient()
    first = begin(host, "lobby.admit", {"member": PATIENT.id})
    second = begin(host, "lobby.admit", {"member": PATIENT.id})

    finish(stage, first)
    finish(stage, second)

    assert len(host.all("member.joined")) == 1
    assert [reply["re"] for reply in host.all("reply")] == [1, 2]


def test_somebody_is_let_in_and_sent_away_at_once() -> None:
    stage, host, patient = host_and_waiting_patient()
    admission = begin(host, "lobby.admit", {"member": PATIENT.id})
    denial = begin(host, "lobby.deny", {"member": PATIENT.id})

    finish(stage, admission)
    finish(stage, denial)

    assert patient.close_code is None
    stage.restart()
    assert stage.join(PATIENT).welcome["state"] == "in"


def test_somebody_leaves_while_they_are_sent_away() -> None:
    stage, host, patient = host_and_waiting_patient()
    denial = begin(host, "lobby.deny", {"member": PATIENT.id})
    patient.send("bye")

    finish(stage, denial)

    assert patient.close_code == CloseCode.BYE
    assert [news for news, _, _ in stage.news()].count("left") == 1


def test_the_same_line_is_taken_twice_at_once_and_shown_once() -> None:
    stage, host, _ = host_and_waiting_patient()
    first = begin(host, "chat.send", {"id": "1", "text": "Once."})
    second = begin(host, "chat.send", {"id": "1", "text": "Once."})

    finish(stage, first)
    finish(stage, second)

    assert len(host.all("chat.msg")) == 1


def test_who_gave_a_command_reloads_before_it_is_answered() -> None:
    stage, host, _ = host_and_waiting_patient()
    line = begin(host, "chat.send", {"id": "1", "text": "Hello."})
    again = stage.join(HOST)

    finish(stage, line)

    assert again.data("chat.msg")["text"] == "Hello."
    assert again.all("reply") == []


def test_who_gave_a_command_loses_the_socket_before_it_is_answered() -> None:
    stage, host, patient = host_and_waiting_patient()
    admission = begin(host, "lobby.admit", {"member": PATIENT.id})
    host.lose()
    again = host.come_back()
    again.seq -= 1
    again.send("lobby.admit", {"member": PATIENT.id})
    assert again.all("reply") == []

    finish(stage, admission)

    assert again.last("reply")["re"] == 1
    assert patient.data("snapshot")["me"]["state"] == "in"


def test_somebody_is_removed_while_they_come_in() -> None:
    stage = Stage()
    host = stage.join(HOST)
    stage.join(PATIENT).send("bye")
    socket = stage.connect()
    hello = begin_hello(socket)
    host.ask("member.kick", {"member": PATIENT.id})

    finish(stage, hello)

    assert socket.close_code == CloseCode.DENIED
    assert socket.all("welcome") == []


def test_the_visit_ends_while_somebody_comes_in() -> None:
    stage = Stage()
    host = stage.join(HOST)
    socket = stage.connect()
    hello = begin_hello(socket)
    host.ask("visit.end", {"confirm": True})
    stage.advance(10)

    finish(stage, hello)

    assert socket.close_code == CloseCode.DENIED


def test_two_tabs_come_in_at_once_and_one_of_them_stays() -> None:
    stage = Stage()
    one, other = stage.connect(), stage.connect()
    first, second = begin_hello(one, TAB), begin_hello(other, OTHER_TAB)

    finish(stage, first)
    finish(stage, second)

    assert one.close_code == CloseCode.SUPERSEDED
    assert len([place for place in stage.room.presence() if not place.away]) == 1


def test_a_command_that_cannot_be_written_down_is_answered_after_its_session_is_gone() -> None:
    stage, host, _ = host_and_waiting_patient()
    line = begin(host, "chat.send", {"id": "1", "text": "Hello."})
    host.send("bye")

    stage.perform(stage.room.refuse(line, now=stage.now))

    assert host.all("chat.msg") == []
    assert stage.join(COMPANION).welcome["state"] == "waiting"
