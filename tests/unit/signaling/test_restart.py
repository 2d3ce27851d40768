"""The server is killed and starts again: everybody finds the same visit, and nothing is negotiated anew."""

import pytest

from signaling.codes import CloseCode
from signaling.ids import MemberId, SessionId
from signaling.journal import Arrived, Denied, Kicked, Left, Linked, decode_entry, encode_entry
from signaling.rights import Role
from tests.unit.signaling.stage import COLLEAGUE, COMPANION, HOST, PATIENT, START, Client, Stage

STRANGER = MemberId("m_stranger")


def host_and_patient() -> tuple[Stage, Client, Client]:
    stage = Stage()
    host = stage.join(HOST)
    return stage, host, stage.admitted(host, PATIENT)


def held(client: Client) -> list[dict[str, object]]:
    """What a page tells of the peer connections it holds."""
    links = client.data("snapshot")["links"] + [message["data"] for message in client.all("link.open")]
    return [{"peer": link["peer"], "gen": link["gen"], "state": "connected"} for link in links]


def test_nothing_is_renegotiated_and_nobody_is_lost() -> None:
    stage, host, patient = host_and_patient()
    pcs = {"host": held(host), "patient": held(patient)}
    sessions = (host.session, patient.session)

    stage.restart()
    host, patient = stage.join(HOST, pcs=pcs["host"]), stage.join(PATIENT, pcs=pcs["patient"])

    assert (host.session, patient.session) == sessions
    assert patient.data("snapshot")["links"][0]["gen"] == 1
    assert patient.data("snapshot")["links"][0]["initiator"] is True
    for client in (host, patient):
        assert client.welcome["state"] == "in"
        for kind in ("link.open", "link.reset", "link.close", "member.left", "rtc.offer"):
            assert client.all(kind) == []


def test_people_are_away_and_the_visit_recovers_until_they_are_back() -> None:
    stage, _, _ = host_and_patient()

    stage.restart()
    host = stage.join(HOST)

    snapshot = host.data("snapshot")
    assert snapshot["visit"]["state"] == "recovering"
    assert [(member["member"], member["conn"]) for member in snapshot["members"]] == [
        ("m_host", "ok"),
        ("m_patient", "away"),
    ]

    stage.join(PATIENT)
    stage.advance(1)
    assert host.data("member.changed")["conn"] == "ok"
    assert host.data("visit.changed")["state"] == "active"


def test_after_thirty_seconds_the_visit_goes_on_without_those_who_are_away() -> None:
    stage, _, _ = host_and_patient()
    stage.restart()
    host = stage.join(HOST)

    stage.advance(29)
    assert host.all("visit.changed") == []
    stage.advance(1)
    assert host.data("visit.changed")["state"] == "active"
    assert host.all("member.left") == []

    stage.advance(90)
    assert host.data("member.left")["why"] == "lost"


def test_old_sessions_are_told_that_the_server_started_again() -> None:
    stage, _, patient = host_and_patient()
    session, key = patient.session, patient.welcome["resume_key"]

    stage.restart()
    back = stage.connect()
    back.resume(session, key, 3)

    assert back.data("resume.denied") == {"code": "epoch_changed"}


def test_every_start_is_another_epoch() -> None:
    stage = Stage()
    assert stage.join(HOST).welcome["epoch"] == 1

    stage.restart()
    stage.restart()

    assert stage.join(HOST).welcome["epoch"] == 3


def test_generations_go_on_after_a_restart() -> None:
    stage, host, patient = host_and_patient()
    host.ask("link.reset", {"peer": patient.session, "gen": 2})
    stage.restart()

    patient = stage.join(PATIENT)

    assert patient.data("snapshot")["links"][0]["gen"] == 3


def test_a_newcomer_finds_people_who_are_not_back_yet() -> None:
    stage, _, _ = host_and_patient()
    stage.restart()

    colleague = stage.join(COLLEAGUE)
    patient = stage.join(PATIENT)

    assert len(colleague.data("snapshot")["links"]) == 2
    assert colleague.session in {link["peer"] for link in patient.data("snapshot")["links"]}


def test_a_place_in_the_waiting_room_survives() -> None:
    stage = Stage()
    stage.join(COMPANION)
    stage.advance(5)
    stage.join(PATIENT)
    stage.restart()

    host = stage.join(HOST)
    waiting = host.data("snapshot")["lobby"]
    assert [(person["member"], person["conn"]) for person in waiting] == [
        ("m_companion", "away"),
        ("m_patient", "away"),
    ]
    assert host.refused("lobby.admit", {"member": PATIENT.id}) == "not_admissible"

    stage.join(PATIENT)
    assert host.ask("lobby.admit", {"member": PATIENT.id})["ok"] is True


def test_the_lock_the_chat_and_who_was_removed_survive() -> None:
    stage, host, patient = host_and_patient()
    host.ask("chat.send", {"id": "1", "text": "Good morning."})
    companion = stage.admitted(host, COMPANION)
    host.ask("member.kick", {"member": COMPANION.id})
    host.ask("visit.lock")
    assert companion.close_code == CloseCode.KICKED

    stage.restart()
    patient = stage.join(PATIENT)

    assert patient.data("snapshot")["visit"]["locked"] is True
    assert [said["text"] for said in patient.data("snapshot")["chat"]] == ["Good morning."]
    assert stage.join(COMPANION).close_code == CloseCode.KICKED


def test_an_ended_visit_stays_ended() -> None:
    stage, host, _ = host_and_patient()
    host.ask("visit.end", {"confirm": True})

    stage.restart()

    assert stage.join(PATIENT).close_code == CloseCode.VISIT_ENDED
    assert stage.room.idle


def test_a_visit_that_everybody_has_left_goes_on_when_they_return() -> None:
    stage, host, patient = host_and_patient()
    host.send("bye")
    patient.send("bye")

    stage.restart()

    assert stage.join(HOST).data("snapshot")["visit"]["state"] == "active"
    assert stage.join(PATIENT).welcome["state"] == "waiting"


def test_somebody_who_was_lost_before_the_restart_comes_back_without_waiting() -> None:
    stage, _, patient = host_and_patient()
    patient.lose()
    stage.advance(120)
    stage.restart()

    assert stage.join(PATIENT).welcome["state"] == "in"


def test_links_of_sessions_that_are_gone_are_not_restored() -> None:
    stage, _, _ = host_and_patient()
    stage.journal.append(Linked(at=START, initiator=SessionId("s_gone"), other=SessionId("s_gone_too"), gen=4))

    stage.restart()

    assert len(stage.join(PATIENT).data("snapshot")["links"]) == 1


@pytest.mark.parametrize(
    "late",
    [
        Denied(at=START, member=PATIENT.id, by=HOST.id),
        Left(at=START, member=STRANGER, why="bye"),
        Kicked(at=START, member=STRANGER, by=HOST.id),
    ],
)
def test_an_entry_that_no_longer_fits_changes_nothing(late: Denied | Left | Kicked) -> None:
    stage, _, _ = host_and_patient()
    stage.journal.append(late)

    stage.restart()

    assert stage.join(PATIENT).welcome["state"] == "in"


def test_who_was_removed_is_not_brought_back_by_an_earlier_arrival() -> None:
    stage, host, _ = host_and_patient()
    host.ask("member.kick", {"member": PATIENT.id})
    arrived = Arrived(
        at=START,
        member=PATIENT.id,
        role=Role.PATIENT,
        label="Ada",
        host=False,
        session=SessionId("s_late"),
        tab="tab-0001",
    )
    stage.journal += [arrived, Left(at=START, member=PATIENT.id, why="lost")]

    stage.restart()

    assert stage.join(PATIENT).close_code == CloseCode.KICKED


def test_entries_survive_storage_byte_by_byte() -> None:
    stage, host, _ = host_and_patient()
    host.ask("chat.send", {"id": "1", "text": "Grüße"})

    assert [decode_entry(encode_entry(entry)) for entry in stage.journal] == stage.journal


def test_what_cannot_have_been_written_by_us_is_refused() -> None:
    with pytest.raises(ValueError, match="levitated"):
        decode_entry(b'{"kind": "levitated"}')
