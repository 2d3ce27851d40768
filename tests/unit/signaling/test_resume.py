"""A lost socket loses nothing: the same session goes on, and each message comes exactly once."""

import pytest

from signaling.codes import CloseCode
from signaling.limits import RING_EVENTS
from tests.unit.signaling.stage import COMPANION, HOST, PATIENT, TURN, Client, Stage


def host_and_patient() -> tuple[Stage, Client, Client]:
    stage = Stage()
    host = stage.join(HOST)
    return stage, host, stage.admitted(host, PATIENT)


def numbered(client: Client) -> list[int]:
    return [message["seq"] for message in client.inbox if "seq" in message]


def test_exactly_what_was_missed_is_replayed() -> None:
    _, host, patient = host_and_patient()
    patient.lose()
    seen = patient.last_seq
    for number in range(3):
        host.ask("chat.send", {"id": f"{number}", "text": f"Line {number}"})

    back = patient.come_back()

    resumed = back.data("resumed")
    assert [message["data"]["text"] for message in back.all("chat.msg")] == ["Line 0", "Line 1", "Line 2"]
    assert numbered(back)[: resumed["to_s"] - seen] == list(range(seen + 1, resumed["to_s"] + 1))
    assert resumed["from_s"] == seen + 1
    assert resumed["ice"]["iceServers"][0]["urls"] == list(TURN.turn)


def test_nothing_is_replayed_if_nothing_was_missed() -> None:
    _, _, patient = host_and_patient()

    resumed = patient.come_back().data("resumed")

    assert resumed["from_s"] == resumed["to_s"] + 1


def test_the_numbers_of_the_client_go_on() -> None:
    _, host, patient = host_and_patient()
    patient.offer(host)

    back = patient.come_back()
    back.offer(host, neg=2)

    assert back.data("resumed")["resend_from_c"] == 2
    assert [message["data"]["neg"] for message in host.all("rtc.offer")] == [1, 2]


def test_the_socket_before_is_closed_without_anybody_being_told() -> None:
    _, host, patient = host_and_patient()
    host.clear()

    patient.come_back()

    assert patient.close_code == CloseCode.SUPERSEDED
    assert host.all("member.changed") == []


def test_others_see_somebody_go_away_and_come_back() -> None:
    _, host, patient = host_and_patient()

    patient.lose()
    assert host.data("member.changed")["conn"] == "away"

    patient.come_back()
    assert host.data("member.changed")["conn"] == "ok"


def test_somebody_who_waits_keeps_their_session_too() -> None:
    stage = Stage()
    host = stage.join(HOST)
    patient = stage.join(PATIENT)
    patient.lose()
    assert host.data("lobby.list")["waiting"][0]["conn"] == "away"

    back = patient.come_back()

    assert host.data("lobby.list")["waiting"][0]["conn"] == "ok"
    assert back.data("resumed")["ice"] is None


def test_somebody_is_let_in_while_their_socket_is_lost() -> None:
    stage = Stage()
    host = stage.join(HOST)
    patient = stage.join(PATIENT)
    patient.lose()

    host.ask("lobby.admit", {"member": PATIENT.id})

    assert patient.come_back().data("snapshot")["me"]["state"] == "in"


@pytest.mark.parametrize("key", ["", "wrong", "ü"])
def test_a_wrong_key_opens_nothing(key: str) -> None:
    stage, _, patient = host_and_patient()

    stranger = stage.connect()
    stranger.resume(patient.session, key, 0)

    assert stranger.data("resume.denied") == {"code": "unknown"}
    assert stranger.close_code is None
    assert patient.close_code is None


def test_an_unknown_session_is_unknown() -> None:
    stage = Stage()
    client = stage.connect()

    client.resume("s_nobody", "key", 0)

    assert client.data("resume.denied") == {"code": "unknown"}


def test_after_a_denied_resume_the_same_socket_may_say_hello() -> None:
    stage = Stage()
    client = stage.connect()
    client.resume("s_nobody", "key", 0)

    client.hello(PATIENT)

    assert client.welcome["state"] == "waiting"


def test_who_claims_to_have_seen_what_was_never_sent_starts_over() -> None:
    _, _, patient = host_and_patient()

    assert patient.come_back(last=9999).data("resume.denied") == {"code": "expired"}


def test_too_much_missed_starts_over() -> None:
    stage, host, patient = host_and_patient()
    seen = patient.last_seq
    patient.lose()
    for number in range(RING_EVENTS + 1):
        host.send("rtc.restart", {"gen": 1, "why": str(number)}, to=patient.session)
        if number % 100 == 0:
            stage.advance(2)

    assert patient.come_back(last=seen).data("resume.denied") == {"code": "expired"}


def test_what_was_acknowledged_is_not_kept() -> None:
    _, _, patient = host_and_patient()
    patient.whisper("ack", ack=patient.last_seq)

    assert patient.come_back(last=0).data("resume.denied") == {"code": "expired"}


def test_after_two_minutes_somebody_is_gone_and_comes_back_without_waiting() -> None:
    stage, host, patient = host_and_patient()
    patient.lose()

    stage.advance(119)
    assert host.all("member.left") == []
    stage.advance(1)

    assert host.data("member.left") == {"member": "m_patient", "session": patient.session, "why": "lost"}
    assert host.data("link.close")["why"] == "lost"
    assert patient.come_back().data("resume.denied") == {"code": "expired"}
    assert stage.join(PATIENT).welcome["state"] == "in"


def test_somebody_whose_picture_still_runs_is_not_gone() -> None:
    stage, host, patient = host_and_patient()
    patient.lose()

    for _ in range(30):
        host.whisper("link.state", {"peer": patient.session, "gen": 1, "pc": "connected"})
        stage.advance(10)
    assert host.all("member.left") == []

    host.whisper("link.state", {"peer": patient.session, "gen": 1, "pc": "failed"})
    stage.advance(29)
    assert host.data("member.left")["why"] == "lost"


@pytest.mark.parametrize(
    "report",
    [
        {"peer": "s_nobody", "gen": 1, "pc": "connected"},
        {"gen": 2, "pc": "connected"},
        {"gen": 1, "pc": "connecting"},
    ],
)
def test_a_report_of_another_link_proves_nothing(report: dict[str, object]) -> None:
    stage, host, patient = host_and_patient()
    patient.lose()
    stage.advance(119)

    host.whisper("link.state", {"peer": patient.session, **report})
    stage.advance(1)

    assert host.all("member.left")


def test_somebody_who_waited_and_was_lost_waits_again() -> None:
    stage = Stage()
    host = stage.join(HOST)
    stage.join(COMPANION).lose()

    stage.advance(120)

    assert host.data("lobby.list")["waiting"] == []
    assert stage.join(COMPANION).welcome["state"] == "waiting"


def test_losing_a_socket_that_has_no_session_changes_nothing() -> None:
    stage = Stage()
    stage.connect().lose()

    assert stage.room.idle


def test_leaving_is_final_and_the_member_waits_again() -> None:
    stage, host, patient = host_and_patient()

    patient.send("bye", {"reason": "left"})

    assert patient.close_code == CloseCode.BYE
    assert host.data("member.left")["why"] == "bye"
    assert patient.come_back().data("resume.denied") == {"code": "expired"}
    assert stage.join(PATIENT).welcome["state"] == "waiting"


def test_reasons_for_old_sessions_are_kept_for_a_while_only() -> None:
    stage = Stage()
    first = stage.join(PATIENT)
    for _ in range(100):
        stage.join(PATIENT, "tab-0002", take_over=True).send("bye")

    assert first.come_back().data("resume.denied") == {"code": "unknown"}


def test_what_is_said_while_the_server_drains() -> None:
    stage, host, patient = host_and_patient()

    stage.perform(stage.room.drain(now=stage.now))

    for client in (host, patient):
        assert client.data("going_away")["resume"] is True
        assert client.close_code == CloseCode.RESTART


def test_an_idle_room_is_one_without_anybody_expected_back() -> None:
    stage = Stage()
    patient = stage.join(PATIENT)
    patient.lose()
    assert not stage.room.idle

    stage.advance(120)

    assert stage.room.idle
