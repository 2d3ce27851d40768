"""One member in several tabs, reloads, and two devices."""

from signaling.codes import CloseCode
from tests.unit.signaling.stage import COMPANION, HOST, OTHER_TAB, PATIENT, SDP, TAB, Client, Stage


def host_and_patient() -> tuple[Stage, Client, Client]:
    stage = Stage()
    host = stage.join(HOST)
    return stage, host, stage.admitted(host, PATIENT)


def test_the_same_tab_takes_over_without_a_question() -> None:
    stage, _, patient = host_and_patient()

    again = stage.join(PATIENT, TAB)

    assert patient.close_code == CloseCode.SUPERSEDED
    assert again.session == patient.session
    assert again.welcome["state"] == "in"
    assert again.data("snapshot")["me"]["state"] == "in"


def test_a_reload_gives_the_links_a_new_generation() -> None:
    stage, host, patient = host_and_patient()

    again = stage.join(PATIENT, TAB)

    link = {"peer": host.session, "gen": 2, "polite": True, "initiator": True}
    assert again.data("snapshot")["links"] == [link]
    assert host.data("link.reset") == {
        "peer": patient.session,
        "gen": 2,
        "polite": False,
        "initiator": False,
        "why": "rejoined",
    }


def test_a_page_that_still_holds_its_peer_connections_keeps_the_links() -> None:
    stage, host, patient = host_and_patient()
    patient.ask("media.set", {"audio": True, "video": True, "share": False})
    host.clear()

    again = stage.join(PATIENT, TAB, pcs=[{"peer": host.session, "gen": 1, "state": "connected"}])

    assert again.data("snapshot")["links"][0]["gen"] == 1
    assert host.all("link.reset") == []
    assert host.data("member.changed")["media"]["video"] is True
    again.send("rtc.offer", {"gen": 1, "neg": 2, "sdp": SDP}, to=host.session)
    assert host.last("rtc.offer")["from"] == patient.session


def test_a_peer_connection_that_has_failed_is_not_held() -> None:
    stage, host, _ = host_and_patient()

    again = stage.join(PATIENT, TAB, pcs=[{"peer": host.session, "gen": 1, "state": "failed"}])

    assert again.data("snapshot")["links"][0]["gen"] == 2


def test_a_page_that_has_seen_a_later_generation_gets_one_after_that() -> None:
    stage, host, _ = host_and_patient()

    again = stage.join(PATIENT, TAB, pcs=[{"peer": host.session, "gen": 7, "state": "connected"}])

    assert again.data("snapshot")["links"][0]["gen"] == 8
    assert host.data("link.reset")["gen"] == 8


def test_another_tab_is_asked_first() -> None:
    stage, _, patient = host_and_patient()
    stage.advance(10)

    other = stage.join(PATIENT, OTHER_TAB)

    error = other.data("error")
    assert (error["code"], error["fatal"]) == ("already_here", False)
    assert (error["since"], error["device"]) == ("2026-11-22T09:00:00Z", "Test browser")
    assert other.close_code is None
    assert patient.close_code is None


def test_the_other_tab_moves_the_visit_there() -> None:
    stage, host, patient = host_and_patient()
    other = stage.join(PATIENT, OTHER_TAB)

    other.hello(PATIENT, OTHER_TAB, take_over=True)

    assert patient.close_code == CloseCode.SUPERSEDED
    assert other.welcome["state"] == "in"
    assert other.session != patient.session
    assert host.data("link.close") == {"peer": patient.session, "gen": 1, "why": "moved"}
    assert host.data("link.open")["peer"] == other.session
    assert host.data("member.changed")["session"] == other.session
    assert host.all("member.left") == []


def test_the_old_tab_cannot_resume() -> None:
    stage, _, patient = host_and_patient()
    stage.join(PATIENT, OTHER_TAB, take_over=True)

    back = patient.come_back()

    assert back.data("resume.denied") == {"code": "superseded"}
    assert back.close_code == CloseCode.SUPERSEDED


def test_a_tab_without_a_socket_is_replaced_without_a_question() -> None:
    stage, host, patient = host_and_patient()
    patient.lose()

    other = stage.join(PATIENT, OTHER_TAB)

    assert other.welcome["state"] == "in"
    assert host.data("link.open")["peer"] == other.session


def test_somebody_who_waits_moves_without_losing_their_place() -> None:
    stage = Stage()
    stage.join(PATIENT)
    stage.advance(2)
    stage.join(COMPANION)

    moved = stage.join(PATIENT, OTHER_TAB, take_over=True)

    assert moved.data("lobby.state")["position"] == 1


def test_a_client_of_another_version_is_told_and_closed() -> None:
    stage = Stage()

    client = stage.join(PATIENT, versions=["2"])

    assert client.data("error")["code"] == "unsupported_version"
    assert client.data("error")["fatal"] is True
    assert client.close_code == CloseCode.BAD_FRAME
