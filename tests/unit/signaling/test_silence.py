"""Somebody of whom nothing is heard: shown as unstable, unless their picture proves that they are there."""

import pytest

from tests.unit.signaling.stage import COMPANION, HOST, PATIENT, Client, Stage


def a_meeting() -> tuple[Stage, Client, Client]:
    stage = Stage()
    host = stage.join(HOST)
    return stage, host, stage.admitted(host, PATIENT)


def pass_time(stage: Stage, seconds: int, *speaking: Client) -> None:
    """Let time pass while these ping every second."""
    for _ in range(seconds):
        stage.advance(1)
        for client in speaking:
            client.whisper("ping", {"ts": 1})


def reach(client: Client, member: str = PATIENT.id) -> str:
    """How the others see a member, as this client was told last."""
    told = [message["data"] for message in client.all("member.changed") if message["data"]["member"] == member]
    return str(told[-1]["conn"]) if told else "ok"


def test_who_is_silent_is_unstable_until_they_speak() -> None:
    stage, host, patient = a_meeting()
    pass_time(stage, 7, host)
    assert reach(host) == "ok"

    pass_time(stage, 1, host)
    assert reach(host) == "unstable"
    assert len([one for one in host.all("member.changed") if one["data"]["member"] == PATIENT.id]) == 1

    patient.whisper("ack")
    assert reach(host) == "ok"


def test_who_pings_as_agreed_is_well() -> None:
    stage, host, patient = a_meeting()

    for _ in range(6):
        pass_time(stage, 5, host)
        patient.whisper("ping", {"ts": 1})

    assert reach(host) == "ok"


def test_a_picture_that_runs_proves_that_somebody_is_there() -> None:
    stage, host, patient = a_meeting()

    for _ in range(20):
        pass_time(stage, 1, host)
        host.whisper("link.state", {"peer": patient.session, "gen": 1, "pc": "connected"})
    assert reach(host) == "ok"

    pass_time(stage, 8, host)
    assert reach(host) == "unstable"


def test_who_was_unstable_is_away_without_a_socket_and_well_on_the_next() -> None:
    stage, host, patient = a_meeting()
    pass_time(stage, 8, host)
    patient.lose()
    assert reach(host) == "away"

    patient.come_back()

    assert reach(host) == "ok"


@pytest.mark.parametrize("loses", [True, False])
def test_a_resume_makes_somebody_well_whether_the_old_socket_was_noticed_or_not(loses: bool) -> None:
    stage, host, patient = a_meeting()
    pass_time(stage, 8, host)
    if loses:
        patient.lose()

    patient.come_back()

    assert reach(host) == "ok"


def test_the_host_sees_who_waits_in_silence() -> None:
    stage = Stage()
    host = stage.join(HOST)
    waiting = stage.join(COMPANION)

    pass_time(stage, 8, host)
    assert [one["conn"] for one in host.data("lobby.list")["waiting"]] == ["unstable"]

    waiting.whisper("ping", {"ts": 1})
    assert [one["conn"] for one in host.data("lobby.list")["waiting"]] == ["ok"]
