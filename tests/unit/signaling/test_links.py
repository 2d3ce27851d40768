"""Links: one for each pair in the room, with generations; offers, answers and candidates go nowhere else."""

from dataclasses import replace

import pytest

from signaling.codes import CloseCode
from signaling.ids import MemberId
from tests.unit.signaling.stage import COMPANION, HOST, INTERPRETER, PATIENT, SDP, Client, Stage

CANDIDATE = {
    "candidate": "candidate:1 1 udp 1 192.0.2.7 5000 typ host",
    "sdpMid": "0",
    "sdpMLineIndex": 0,
    "usernameFragment": "a1",
}


def host_and_patient() -> tuple[Stage, Client, Client]:
    stage = Stage()
    host = stage.join(HOST)
    return stage, host, stage.admitted(host, PATIENT)


def test_the_newcomer_offers_and_is_polite() -> None:
    _, host, patient = host_and_patient()

    assert patient.data("snapshot")["links"] == [{"peer": host.session, "gen": 1, "polite": True, "initiator": True}]
    assert host.data("link.open") == {"peer": patient.session, "gen": 1, "polite": False, "initiator": False}
    assert patient.all("link.open") == []


def test_every_pair_has_one_link() -> None:
    stage, host, patient = host_and_patient()
    interpreter = stage.admitted(host, INTERPRETER)
    companion = stage.admitted(host, COMPANION)

    assert {link["peer"] for link in companion.data("snapshot")["links"]} == {
        host.session,
        patient.session,
        interpreter.session,
    }
    assert [message["data"]["peer"] for message in host.all("link.open")] == [
        patient.session,
        interpreter.session,
        companion.session,
    ]


def test_offer_answer_and_candidates_reach_the_peer_with_their_sender() -> None:
    _, host, patient = host_and_patient()

    patient.offer(host)
    host.send("rtc.answer", {"gen": 1, "neg": 1, "sdp": SDP}, to=patient.session)
    patient.send("rtc.ice", {"gen": 1, "ufrag": "a1", "cands": [CANDIDATE], "eoc": True}, to=host.session)
    host.send("rtc.restart", {"gen": 1, "why": "failed"}, to=patient.session)

    assert host.last("rtc.offer")["from"] == patient.session
    assert host.data("rtc.offer") == {"gen": 1, "neg": 1, "sdp": SDP}
    assert patient.last("rtc.answer")["from"] == host.session
    assert host.data("rtc.ice") == {"gen": 1, "ufrag": "a1", "cands": [CANDIDATE], "eoc": True}
    assert patient.data("rtc.restart") == {"gen": 1, "why": "failed"}
    assert patient.all("reply") == []


@pytest.mark.parametrize("kind", ["rtc.offer", "rtc.answer", "rtc.ice", "rtc.restart", "link.reset"])
def test_who_waits_reaches_nobody(kind: str) -> None:
    stage = Stage()
    host = stage.join(HOST)
    patient = stage.join(PATIENT)
    data = {"gen": 1, "neg": 1, "sdp": SDP, "peer": host.session}

    assert patient.refused(kind, data, to=host.session) == "not_admitted"
    assert host.all(kind) == []


def test_nobody_reaches_who_waits_or_a_stranger_or_oneself() -> None:
    stage = Stage()
    host = stage.join(HOST)
    patient = stage.join(PATIENT)

    for target in (patient.session, "s_stranger", host.session):
        assert host.refused("rtc.restart", {"gen": 1}, to=target) == "no_such_peer"
    assert patient.all("rtc.restart") == []


@pytest.mark.parametrize("gen", [2, 9])
def test_another_generation_is_refused(gen: int) -> None:
    _, host, patient = host_and_patient()

    assert patient.refused("rtc.restart", {"gen": gen}, to=host.session) == "stale_link"


def test_a_reset_gives_both_ends_the_next_generation_in_the_same_roles() -> None:
    _, host, patient = host_and_patient()

    answer = host.ask("link.reset", {"peer": patient.session, "gen": 2, "why": "wedged"})

    assert answer["ok"] is True
    assert host.data("link.reset") == {
        "peer": patient.session,
        "gen": 2,
        "polite": False,
        "initiator": False,
        "why": "wedged",
    }
    assert patient.data("link.reset")["initiator"] is True
    assert patient.refused("rtc.offer", {"gen": 1, "neg": 1, "sdp": SDP}, to=host.session) == "stale_link"


def test_both_ends_asking_for_the_same_reset_get_one() -> None:
    _, host, patient = host_and_patient()
    host.ask("link.reset", {"peer": patient.session, "gen": 2})

    assert patient.ask("link.reset", {"peer": host.session, "gen": 2})["ok"] is True

    assert len(host.all("link.reset")) == 1


def test_a_reset_leaves_no_generation_out() -> None:
    _, host, patient = host_and_patient()

    assert host.refused("link.reset", {"peer": patient.session, "gen": 3}) == "stale_link"
    assert host.refused("link.reset", {"peer": "s_stranger", "gen": 2}) == "no_such_peer"


def test_a_link_closes_when_one_end_leaves_and_its_candidates_with_it() -> None:
    stage, host, patient = host_and_patient()
    companion = stage.admitted(host, COMPANION)

    patient.send("bye")

    assert host.data("link.close") == {"peer": patient.session, "gen": 1, "why": "bye"}
    assert companion.data("link.close")["peer"] == patient.session
    assert host.refused("rtc.restart", {"gen": 1}, to=patient.session) == "no_such_peer"
    assert companion.refused("rtc.restart", {"gen": 1}, to=patient.session) == "no_such_peer"
    companion.offer(host)
    assert host.last("rtc.offer")["from"] == companion.session


def test_what_is_sent_to_somebody_without_a_socket_waits_for_them() -> None:
    _, host, patient = host_and_patient()
    patient.lose()

    host.send("rtc.restart", {"gen": 1, "why": "away"}, to=patient.session)

    assert patient.come_back().data("rtc.restart")["why"] == "away"


def test_one_negotiation_has_a_hundred_candidates_at_most() -> None:
    _, host, patient = host_and_patient()
    batch = {"gen": 1, "cands": [CANDIDATE] * 20}
    for _ in range(5):
        patient.send("rtc.ice", batch, to=host.session)

    assert patient.refused("rtc.ice", batch, to=host.session) == "too_many_candidates"
    assert len(host.all("rtc.ice")) == 5

    patient.offer(host, neg=2)
    patient.send("rtc.ice", batch, to=host.session)
    assert len(host.all("rtc.ice")) == 6


@pytest.mark.parametrize(
    "data",
    [
        {"gen": 1, "cands": [CANDIDATE] * 21},
        {"gen": 1, "cands": [{**CANDIDATE, "candidate": "x" * 1025}]},
        {"gen": 1, "cands": [{"sdpMid": "0"}]},
        {"gen": 1, "cands": "none"},
        {"gen": 0},
    ],
)
def test_candidates_beyond_the_limits_are_refused(data: dict[str, object]) -> None:
    _, host, patient = host_and_patient()

    assert patient.refused("rtc.ice", data, to=host.session) == "bad_data"


def test_an_offer_without_an_address_is_refused() -> None:
    _, _, patient = host_and_patient()

    assert patient.refused("rtc.offer", {"gen": 1, "neg": 1, "sdp": SDP}) == "bad_data"


@pytest.mark.parametrize("kind", ["rtc.offer", "rtc.answer"])
def test_an_unsafe_description_closes_the_socket_and_reaches_nobody(kind: str) -> None:
    _, host, patient = host_and_patient()

    patient.send(kind, {"gen": 1, "neg": 1, "sdp": "v=0\r\ns=-\r\n"}, to=host.session)

    assert patient.close_code == CloseCode.BAD_FRAME
    assert host.all(kind) == []
    back = patient.come_back()
    assert back.data("resumed")["resend_from_c"] == 2


def test_a_description_over_its_limit_closes_the_socket() -> None:
    _, host, patient = host_and_patient()

    patient.offer(host, sdp=SDP + "a=x:" + "y" * 33_000)

    assert patient.close_code == CloseCode.TOO_BIG


def test_six_people_are_fifteen_pairs() -> None:
    stage = Stage()
    host = stage.join(HOST)
    clients = [host] + [stage.admitted(host, replace(COMPANION, id=MemberId(f"m_{number}"))) for number in range(5)]

    pairs = {
        frozenset((client.session, link["peer"])) for client in clients for link in client.data("snapshot")["links"]
    }

    assert len(pairs) == 15
