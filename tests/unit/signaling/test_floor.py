"""What people in the room may do for or to each other."""

import pytest

from signaling.codes import CloseCode
from signaling.ids import MemberId
from signaling.rights import Cap, Member, Role
from tests.unit.signaling.stage import (
    COLLEAGUE,
    COMPANION,
    HOST,
    OBSERVER,
    PATIENT,
    SCHEDULER,
    Client,
    Stage,
)

ON = {"audio": True, "video": True, "share": False}
TARGET = Member(MemberId("m_target"), Role.COMPANION, "Target")
WAITS = Member(MemberId("m_waits"), Role.COMPANION, "Waits")


def visit_with(member: Member) -> tuple[Stage, Client]:
    """A started visit with this member in the room, a target in the room and somebody who waits."""
    stage = Stage()
    host = stage.join(HOST)
    stage.admitted(host, TARGET)
    stage.join(WAITS)
    if member.id == HOST.id:
        return stage, host
    return stage, stage.admitted(host, member)


def host_and_patient() -> tuple[Stage, Client, Client]:
    stage = Stage()
    host = stage.join(HOST)
    return stage, host, stage.admitted(host, PATIENT)


def test_everybody_sees_what_somebody_sends() -> None:
    _, host, patient = host_and_patient()

    patient.ask("media.set", {**ON, "level": 2})

    for client in (host, patient):
        assert client.data("member.changed")["media"] == {**ON, "level": 2}


def test_switching_off_needs_no_right() -> None:
    _, observer = visit_with(OBSERVER)

    assert observer.ask("media.set", {"audio": False, "video": False, "share": False})["ok"] is True


def test_somebody_is_asked_to_mute_and_stays_as_they_are() -> None:
    _, host, patient = host_and_patient()
    patient.ask("media.set", ON)

    host.ask("member.mute", {"member": PATIENT.id, "kind": "audio"})

    assert patient.data("member.mute") == {"by": "m_host", "kind": "audio"}
    assert patient.data("member.changed")["media"]["audio"] is True


@pytest.mark.parametrize("member", ["m_stranger", "m_waits"])
def test_only_somebody_in_the_room_is_asked_to_mute(member: str) -> None:
    _, host = visit_with(HOST)

    assert host.refused("member.mute", {"member": member, "kind": "video"}) == "no_such_member"


def test_everybody_reads_what_is_written_with_its_author() -> None:
    stage, host, patient = host_and_patient()
    waiting = stage.join(COMPANION)

    answer = patient.ask("chat.send", {"id": "c-1", "text": "Can you hear me?"})

    assert answer["ok"] is True
    for client in (host, patient):
        assert client.data("chat.msg") == {
            "id": "c-1",
            "member": "m_patient",
            "label": "Ada",
            "text": "Can you hear me?",
            "at": "2026-11-22T09:00:00Z",
        }
    assert waiting.all("chat.msg") == []


def test_a_message_sent_again_after_a_new_hello_is_shown_once() -> None:
    stage, host, patient = host_and_patient()
    patient.ask("chat.send", {"id": "c-1", "text": "Once."})

    again = stage.join(PATIENT)
    assert again.ask("chat.send", {"id": "c-1", "text": "Once."})["ok"] is True

    assert len(host.all("chat.msg")) == 1
    assert [said["text"] for said in again.data("snapshot")["chat"]] == ["Once."]


@pytest.mark.parametrize(
    ("text", "code"), [("", "too_big"), (" \n", "too_big"), ("ü" * 2049, "too_big"), ("a\0b", "bad_data")]
)
def test_what_is_no_text_is_refused(text: str, code: str) -> None:
    _, _, patient = host_and_patient()

    assert patient.refused("chat.send", {"id": "1", "text": text}) == code


def test_who_comes_later_reads_only_what_is_said_from_then_on() -> None:
    stage, host, _ = host_and_patient()
    host.ask("chat.send", {"id": "1", "text": "Between us."})
    stage.advance(1)

    companion = stage.admitted(host, COMPANION)
    host.ask("chat.send", {"id": "2", "text": "Welcome."})
    companion.lose()

    assert [said["text"] for said in stage.join(COMPANION).data("snapshot")["chat"]] == ["Welcome."]


def test_the_last_two_hundred_messages_are_kept_and_shown_within_64_kib() -> None:
    stage, host, _ = host_and_patient()
    for number in range(205):
        host.ask("chat.send", {"id": str(number), "text": "x" * 4000 if number < 190 else str(number)})
        stage.advance(1)

    shown = stage.join(HOST).data("snapshot")["chat"]

    assert [said["text"] for said in shown[-2:]] == ["203", "204"]
    assert len(shown) == 15 + 16
    assert len({message["data"]["id"] for message in host.all("chat.msg")}) == 205


def test_somebody_is_removed_for_the_rest_of_the_visit() -> None:
    stage, host, patient = host_and_patient()

    host.ask("member.kick", {"member": PATIENT.id, "reason": "asked to"})

    assert patient.close_code == CloseCode.KICKED
    assert host.data("member.left")["why"] == "kicked"
    assert host.data("link.close")["why"] == "kicked"
    assert stage.join(PATIENT).close_code == CloseCode.KICKED
    back = patient.come_back()
    assert (back.data("resume.denied"), back.close_code) == ({"code": "kicked"}, CloseCode.KICKED)
    assert host.ask("member.kick", {"member": PATIENT.id})["ok"] is True


def test_somebody_who_is_gone_can_be_kept_out() -> None:
    stage, host, patient = host_and_patient()
    patient.send("bye")

    assert host.ask("member.kick", {"member": PATIENT.id})["ok"] is True
    assert stage.join(PATIENT).close_code == CloseCode.KICKED


def test_nobody_removes_the_host_themselves_or_a_stranger() -> None:
    _, colleague = visit_with(COLLEAGUE)

    assert colleague.refused("member.kick", {"member": HOST.id}) == "not_allowed"
    assert colleague.refused("member.kick", {"member": COLLEAGUE.id}) == "not_allowed"
    assert colleague.refused("member.kick", {"member": "m_stranger"}) == "no_such_member"


def test_a_scheduler_removes_somebody_only_before_the_visit_has_started() -> None:
    stage = Stage()
    scheduler = stage.join(SCHEDULER)
    companion = stage.join(COMPANION)

    assert scheduler.ask("member.kick", {"member": COMPANION.id})["ok"] is True
    assert companion.close_code == CloseCode.KICKED

    host = stage.join(HOST)
    host.ask("lobby.admit", {"member": SCHEDULER.id})
    stage.admitted(host, PATIENT)
    assert scheduler.refused("member.kick", {"member": PATIENT.id}) == "not_allowed"


def test_a_locked_visit_lets_nobody_in_who_was_not_in_before() -> None:
    stage, host, patient = host_and_patient()

    assert host.ask("visit.lock")["ok"] is True

    assert patient.data("visit.changed") == {"state": "active", "locked": True, "ends_in_ms": None}
    assert stage.join(COLLEAGUE).welcome["state"] == "waiting"
    companion = stage.join(COMPANION)
    assert "locked" in companion.data("lobby.state")["message"]
    assert host.refused("lobby.admit", {"member": COMPANION.id}) == "visit_locked"
    assert stage.join(PATIENT).welcome["state"] == "in"


def test_an_unlocked_visit_lets_people_in_again() -> None:
    stage, host, patient = host_and_patient()
    host.ask("visit.lock")
    stage.join(COLLEAGUE)

    assert host.ask("visit.lock")["ok"] is True
    assert host.ask("visit.unlock")["ok"] is True

    assert [message["data"]["locked"] for message in patient.all("visit.changed")] == [False, True, False]
    assert stage.join(COLLEAGUE).welcome["state"] == "in"


def test_rights_are_kept_in_one_table() -> None:
    assert HOST.caps - COLLEAGUE.caps == {Cap.LOCK, Cap.END}


@pytest.mark.parametrize(
    ("role", "label", "host"), [(Role.PATIENT, "Ada", True), (Role.PATIENT, "", False), (Role.PATIENT, "x" * 81, False)]
)
def test_a_member_that_cannot_be_is_refused(role: Role, label: str, host: bool) -> None:
    with pytest.raises(ValueError, match=r"hosts|label"):
        Member(MemberId("m"), role, label, host=host)


def test_the_host_who_left_a_locked_visit_comes_in_again_and_can_unlock_it() -> None:
    stage, host, _ = host_and_patient()
    host.ask("visit.lock")
    host.send("bye")

    again = stage.join(HOST)

    assert again.welcome["state"] == "in"
    assert stage.join(COLLEAGUE).welcome["state"] == "waiting"
    assert again.ask("visit.unlock")["ok"] is True
