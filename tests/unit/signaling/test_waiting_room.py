"""Everybody but specialists waits; specialists and schedulers see who does, and let them in."""

from dataclasses import replace

import pytest

from signaling.codes import CloseCode
from signaling.ids import MemberId
from signaling.rights import Member
from tests.unit.signaling.stage import (
    COLLEAGUE,
    COMPANION,
    HOST,
    INTERPRETER,
    OBSERVER,
    PATIENT,
    SCHEDULER,
    Stage,
)


@pytest.mark.parametrize("member", [PATIENT, COMPANION, INTERPRETER, SCHEDULER, OBSERVER], ids=lambda m: m.role)
def test_who_is_no_specialist_waits(member: Member) -> None:
    client = Stage().join(member)

    assert client.welcome["state"] == "waiting"
    assert client.data("lobby.state")["state"] == "waiting"


@pytest.mark.parametrize("member", [HOST, COLLEAGUE], ids=lambda m: m.id)
def test_a_specialist_is_in_at_once(member: Member) -> None:
    stage = Stage()

    client = stage.join(member)

    assert client.welcome["state"] == "in"
    assert client.data("snapshot")["me"]["state"] == "in"
    assert stage.news() == [("admitted", member.id, "")]


def test_who_waits_sees_nothing_of_the_room_but_who_is_in_it() -> None:
    stage = Stage()
    host = stage.join(HOST)
    host.ask("chat.send", {"id": "1", "text": "Before you came."})

    patient = stage.join(PATIENT)

    snapshot = patient.data("snapshot")
    assert (snapshot["members"], snapshot["links"], snapshot["chat"], snapshot["lobby"]) == ([], [], [], [])
    assert snapshot["ice"] is None
    assert patient.data("lobby.state")["in_room"] == [{"role": "specialist", "label": "Dr. Okafor"}]


def test_who_waits_hears_when_the_specialist_comes_and_goes() -> None:
    stage = Stage()
    patient = stage.join(PATIENT)
    assert patient.data("lobby.state")["host_present"] is False

    host = stage.join(HOST)
    assert patient.data("lobby.state")["host_present"] is True

    host.send("bye")
    assert patient.data("lobby.state")["host_present"] is False


def test_the_host_sees_who_waits_the_longest_first() -> None:
    stage = Stage()
    host = stage.join(HOST)
    stage.join(PATIENT)
    stage.advance(5)
    companion = stage.join(COMPANION)

    waiting = host.data("lobby.list")["waiting"]

    assert [person["member"] for person in waiting] == ["m_patient", "m_companion"]
    assert waiting[0]["since"] == "2026-11-22T09:00:00Z"
    assert companion.data("lobby.state")["position"] == 2


def test_who_waits_never_sees_who_else_waits() -> None:
    stage = Stage()
    patient = stage.join(PATIENT)

    stage.join(COMPANION)

    assert not any("Noor" in str(message) for message in patient.inbox)


def test_a_waiting_scheduler_sees_who_waits() -> None:
    stage = Stage()
    scheduler = stage.join(SCHEDULER)

    stage.join(PATIENT)

    assert [person["member"] for person in scheduler.data("lobby.list")["waiting"]] == ["m_scheduler", "m_patient"]


def test_the_host_lets_somebody_in() -> None:
    stage = Stage()
    host = stage.join(HOST)
    patient = stage.join(PATIENT)

    answer = host.ask("lobby.admit", {"member": PATIENT.id})

    assert answer["ok"] is True
    assert host.data("member.joined")["session"] == patient.session
    assert host.data("lobby.list")["waiting"] == []
    snapshot = patient.data("snapshot")
    assert [member["member"] for member in snapshot["members"]] == ["m_host", "m_patient"]
    assert snapshot["ice"]["iceServers"]
    assert ("admitted", PATIENT.id, "") in stage.news()


def test_letting_somebody_in_twice_is_no_mistake() -> None:
    stage = Stage()
    host = stage.join(HOST)
    stage.admitted(host, PATIENT)

    assert host.ask("lobby.admit", {"member": PATIENT.id})["ok"] is True
    assert len(host.all("member.joined")) == 1


def test_a_scheduler_lets_the_patient_in_before_anybody_is_there_but_not_themselves() -> None:
    stage = Stage()
    scheduler = stage.join(SCHEDULER)
    patient = stage.join(PATIENT)

    assert scheduler.ask("lobby.admit", {"member": PATIENT.id})["ok"] is True
    assert patient.data("snapshot")["me"]["state"] == "in"
    assert scheduler.refused("lobby.admit", {"member": SCHEDULER.id}) == "not_allowed"


def test_a_patient_lets_nobody_in() -> None:
    stage = Stage()
    host = stage.join(HOST)
    patient = stage.admitted(host, PATIENT)
    stage.join(COMPANION)

    assert patient.refused("lobby.admit", {"member": COMPANION.id}) == "not_allowed"


@pytest.mark.parametrize("kind", ["lobby.admit", "lobby.deny"])
def test_a_stranger_cannot_be_let_in_or_sent_away(kind: str) -> None:
    assert Stage().join(HOST).refused(kind, {"member": "m_stranger"}) == "no_such_member"


def test_who_has_left_cannot_be_let_in() -> None:
    stage = Stage()
    host = stage.join(HOST)
    stage.join(PATIENT).send("bye")

    assert host.refused("lobby.admit", {"member": PATIENT.id}) == "no_such_member"


def test_check_in_gates_admission_with_its_own_words() -> None:
    stage = Stage()
    host = stage.join(HOST)
    patient = stage.join(replace(PATIENT, admissible=False, reason="Please tell us where you are."))

    answer = host.ask("lobby.admit", {"member": PATIENT.id})

    assert answer["error"] == {"code": "not_admissible", "message": "Please tell us where you are."}
    assert host.data("lobby.list")["waiting"][0]["reason"] == "Please tell us where you are."
    assert patient.data("lobby.state")["message"] == "Please tell us where you are."


def test_a_gate_without_words_still_says_something() -> None:
    stage = Stage()
    host = stage.join(HOST)
    stage.join(replace(PATIENT, admissible=False))

    assert host.ask("lobby.admit", {"member": PATIENT.id})["error"]["message"]


def test_the_gate_opens_while_one_waits() -> None:
    stage = Stage()
    host = stage.join(HOST)
    patient = stage.join(replace(PATIENT, admissible=False, reason="Not yet."))

    stage.perform(stage.room.gate(PATIENT.id, admissible=True, reason="", now=stage.now))

    assert patient.data("lobby.state")["admissible"] is True
    assert host.data("lobby.list")["waiting"][0]["admissible"] is True
    assert host.ask("lobby.admit", {"member": PATIENT.id})["ok"] is True


def test_a_gate_for_somebody_who_is_not_here_changes_nothing() -> None:
    stage = Stage()

    stage.perform(stage.room.gate(PATIENT.id, admissible=True, reason="", now=stage.now))

    assert stage.room.presence() == ()


def test_who_is_sent_away_reads_why_and_may_ask_again() -> None:
    stage = Stage()
    host = stage.join(HOST)
    companion = stage.join(COMPANION)

    assert host.ask("lobby.deny", {"member": COMPANION.id, "reason": "In ten minutes, please."})["ok"] is True

    assert companion.data("lobby.state")["message"] == "In ten minutes, please."
    assert companion.close_code == CloseCode.DENIED
    assert host.data("lobby.list")["waiting"] == []
    assert ("left", COMPANION.id, "denied") in stage.news()
    assert stage.join(COMPANION).welcome["state"] == "waiting"


def test_sending_away_twice_is_no_mistake_but_nobody_is_sent_out_of_the_room() -> None:
    stage = Stage()
    host = stage.join(HOST)
    stage.join(COMPANION)
    stage.admitted(host, PATIENT)
    host.ask("lobby.deny", {"member": COMPANION.id})

    assert host.ask("lobby.deny", {"member": COMPANION.id})["ok"] is True
    assert host.refused("lobby.deny", {"member": PATIENT.id}) == "not_allowed"


def test_somebody_without_a_socket_is_sent_away_too() -> None:
    stage = Stage()
    host = stage.join(HOST)
    companion = stage.join(COMPANION)
    companion.lose()

    host.ask("lobby.deny", {"member": COMPANION.id})

    assert companion.come_back().close_code == CloseCode.DENIED


def test_the_place_survives_a_reload() -> None:
    stage = Stage()
    stage.join(PATIENT)
    stage.advance(3)
    stage.join(COMPANION)
    stage.advance(3)

    patient = stage.join(PATIENT)

    assert patient.data("lobby.state")["position"] == 1
    assert stage.room.presence()[0].since.isoformat() == "2026-11-22T09:00:00+00:00"
    assert [news for news in stage.news() if news[1] == PATIENT.id] == [("waiting", PATIENT.id, "")]


def test_a_room_holds_eight() -> None:
    stage = Stage()
    host = stage.join(HOST)
    others = [replace(COMPANION, id=MemberId(f"m_{number}")) for number in range(8)]
    for other in others[:7]:
        stage.admitted(host, other)
    stage.join(others[7])

    assert host.refused("lobby.admit", {"member": others[7].id}) == "visit_full"
    assert stage.join(COLLEAGUE).welcome["state"] == "waiting"


def test_no_more_people_than_places() -> None:
    stage = Stage()
    for number in range(24):
        stage.join(replace(COMPANION, id=MemberId(f"m_{number}")))

    assert stage.join(PATIENT).close_code == CloseCode.DENIED


def test_presence_lists_who_waits_and_who_is_in() -> None:
    stage = Stage()
    stage.join(HOST)
    stage.join(PATIENT).lose()

    assert [(place.member, place.state, place.away) for place in stage.room.presence()] == [
        ("m_host", "in", False),
        ("m_patient", "waiting", True),
    ]


def test_nobody_is_let_in_if_it_cannot_be_written_down() -> None:
    stage = Stage()
    host = stage.join(HOST)
    patient = stage.join(PATIENT)
    stage.journal_works = False

    assert host.refused("lobby.admit", {"member": PATIENT.id}) == "try_again"
    assert len(patient.all("snapshot")) == 1

    stage.journal_works = True
    assert host.ask("lobby.admit", {"member": PATIENT.id})["ok"] is True


def test_a_hello_that_cannot_be_written_down_is_to_be_tried_again() -> None:
    stage = Stage()
    stage.journal_works = False

    assert stage.join(HOST).close_code == CloseCode.TRY_AGAIN
