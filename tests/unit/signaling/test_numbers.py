"""Numbers, acknowledgements and answers: each message is carried out once, in its order."""

import json

import pytest

from signaling.codes import CloseCode
from signaling.limits import REPLIES_KEPT
from tests.unit.signaling.stage import HOST, PATIENT, Client, Stage


def host_and_patient() -> tuple[Stage, Client, Client]:
    stage = Stage()
    host = stage.join(HOST)
    return stage, host, stage.admitted(host, PATIENT)


def test_what_the_server_sends_is_numbered_without_gaps_from_one() -> None:
    _, host, patient = host_and_patient()

    for client in (host, patient):
        numbers = [message["seq"] for message in client.inbox if "seq" in message]
        assert numbers == list(range(1, len(numbers) + 1))


def test_every_message_carries_what_was_processed() -> None:
    _, host, _ = host_and_patient()

    host.whisper("ping", {"ts": 5})

    assert host.last("pong") == {"type": "pong", "ack": 1, "data": {"ts": 5}}


def test_a_message_that_comes_again_is_answered_again_and_not_carried_out() -> None:
    _, host, patient = host_and_patient()
    host.ask("chat.send", {"id": "1", "text": "Once."})
    host.seq -= 1

    host.send("chat.send", {"id": "2", "text": "Again."})

    assert [message["data"]["text"] for message in patient.all("chat.msg")] == ["Once."]
    assert host.inbox[-1] == {"type": "reply", "ack": 2, "re": 2, "ok": True}


def test_an_old_message_whose_answer_is_forgotten_is_dropped() -> None:
    stage, host, _ = host_and_patient()
    for _ in range(REPLIES_KEPT + 1):
        host.ask("media.set", {"audio": True, "video": True, "share": False})
        stage.advance(1)
    host.clear()
    host.seq = 1

    host.send("media.set", {"audio": False, "video": False, "share": False})

    assert len(host.inbox) == 1


def test_a_relayed_message_that_comes_again_is_not_relayed_again() -> None:
    _, host, patient = host_and_patient()
    patient.offer(host)
    patient.seq -= 1

    patient.offer(host)

    assert len(host.all("rtc.offer")) == 1


def test_a_gap_closes_the_socket_but_not_the_session() -> None:
    _, host, patient = host_and_patient()
    patient.seq += 1

    patient.offer(host)

    assert patient.close_code == CloseCode.OUT_OF_ORDER
    assert host.data("member.changed")["conn"] == "away"
    assert patient.come_back().data("resumed")["resend_from_c"] == 1


def test_an_acknowledgement_of_what_was_never_sent_closes_the_socket() -> None:
    _, host, _ = host_and_patient()

    host.whisper("ack", ack=9999)

    assert host.close_code == CloseCode.OUT_OF_ORDER


def test_a_second_hello_is_out_of_order() -> None:
    _, host, _ = host_and_patient()

    host.whisper("hello", {"versions": ["1"], "tab_id": "tab-0001"})

    assert host.close_code == CloseCode.OUT_OF_ORDER


def test_a_numbered_hello_is_followed_by_the_next_number() -> None:
    stage = Stage()
    host = stage.join(HOST, seq=1)

    assert host.send("media.set", {"audio": True, "video": False, "share": False}) == 2
    assert host.last("reply")["re"] == 2


def test_the_server_acknowledges_by_itself_after_a_second_of_silence() -> None:
    stage, host, patient = host_and_patient()
    patient.offer(host)
    patient.clear()

    stage.advance(1)
    stage.advance(3)

    assert patient.all("ack") == [{"type": "ack", "ack": 1}]


def test_what_is_owed_to_somebody_without_a_socket_is_not_sent() -> None:
    stage, host, patient = host_and_patient()
    patient.offer(host)
    patient.lose()
    patient.clear()

    stage.advance(3)

    assert patient.all("ack") == []


def test_an_unknown_type_is_answered_and_counts() -> None:
    _, host, _ = host_and_patient()

    assert host.refused("visit.levitate") == "unknown_type"
    assert host.ask("visit.lock")["ok"] is True


def test_an_unknown_type_without_a_number_is_answered_with_an_error() -> None:
    _, host, _ = host_and_patient()

    host.whisper("levitate")

    assert host.data("error")["code"] == "unknown_type"
    assert host.data("error")["fatal"] is False


def test_data_that_does_not_fit_is_answered_and_counts() -> None:
    _, host, _ = host_and_patient()

    assert host.refused("lobby.admit", {"member": 5}) == "bad_data"
    assert host.ask("visit.lock")["ok"] is True


def test_data_that_does_not_fit_a_transient_message_is_answered_with_an_error() -> None:
    _, host, _ = host_and_patient()

    host.whisper("ping", {"ts": "now"}, seq=77)

    assert host.data("error")["code"] == "bad_data"


def test_data_that_does_not_fit_and_comes_again_is_answered_again() -> None:
    _, host, _ = host_and_patient()
    host.refused("lobby.admit", {"member": 5})
    host.seq -= 1

    host.send("lobby.admit", {"member": 5})

    assert [message["error"]["code"] for message in host.all("reply")[-2:]] == ["bad_data", "bad_data"]


def test_unknown_fields_and_a_forged_sender_are_ignored() -> None:
    _, host, patient = host_and_patient()

    patient.send("rtc.restart", {"gen": 1, "why": "test", "colour": "red"}, to=host.session, **{"from": host.session})

    assert host.last("rtc.restart")["from"] == patient.session
    assert host.data("rtc.restart") == {"gen": 1, "why": "test"}


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "{",
        "[]",
        "null",
        '"hello"',
        '{"seq": 2}',
        '{"type": 7, "seq": 2}',
        '{"type": "bye"}',
        '{"type": "bye", "seq": 0}',
        '{"type": "bye", "seq": -1}',
        '{"type": "bye", "seq": 1.5}',
        '{"type": "bye", "seq": "2"}',
        '{"type": "bye", "seq": NaN}',
        '{"type": "bye", "seq": 99999999999999999999999}',
        '{"type": "bye", "seq": 2, "ack": -1}',
        '{"type": "bye", "seq": 2, "data": {"reason": "\\ud800"}}',
        '{"type": "bye", "seq": 2, "x": ' + "[" * 30_000 + "]" * 30_000 + "}",
    ],
)
def test_what_is_no_message_closes_the_socket(frame: str) -> None:
    stage = Stage()
    host = stage.join(HOST)

    host.raw(frame)

    assert host.close_code == CloseCode.BAD_FRAME


def test_too_many_messages_close_the_socket_and_the_session_can_be_resumed() -> None:
    stage, host, patient = host_and_patient()

    for _ in range(200):
        host.whisper("ping", {"ts": 1})

    assert host.close_code == CloseCode.RATE
    assert patient.data("member.changed")["conn"] == "away"
    stage.advance(5)
    assert host.come_back().all("resumed")


def test_fifty_messages_a_second_are_fine_for_ever() -> None:
    stage, host, _ = host_and_patient()

    for _ in range(20):
        for _ in range(50):
            host.whisper("ping", {"ts": 1})
        stage.advance(1)

    assert host.close_code is None


def test_too_many_bytes_close_the_socket() -> None:
    _, host, _ = host_and_patient()
    frame = json.dumps({"type": "ping", "data": {"ts": 1}, "x": "ü" * 30_000}, ensure_ascii=False)

    for _ in range(9):
        host.raw(frame)

    assert host.close_code == CloseCode.RATE


def test_too_many_commands_are_asked_to_slow_down() -> None:
    stage, host, _ = host_and_patient()
    answers = [host.ask("ice.get") for _ in range(20)]

    problem = answers[-1]["error"]

    assert problem["code"] == "slow_down"
    assert 0 < problem["retry_ms"] <= 200
    stage.advance(1)
    assert host.ask("ice.get")["ok"] is True


def test_a_frame_of_a_socket_that_was_replaced_is_dropped() -> None:
    _, host, patient = host_and_patient()
    patient.come_back()

    patient.offer(host)

    assert host.all("rtc.offer") == []


def test_ice_configuration_is_fresh_each_time_and_only_for_who_is_in() -> None:
    stage, host, patient = host_and_patient()
    first = host.ask("ice.get")
    stage.advance(60)

    second = host.ask("ice.get")

    assert (first["type"], first["ok"]) == ("ice.config", True)
    assert first["data"]["iceServers"][0]["username"] != second["data"]["iceServers"][0]["username"]
    patient.send("bye")
    assert stage.join(PATIENT).refused("ice.get") == "not_admitted"
