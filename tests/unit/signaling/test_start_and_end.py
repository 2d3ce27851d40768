"""How a visit begins and ends: the start, the end for all with its grace, and what the application does."""

from dataclasses import replace

from signaling.codes import CloseCode
from signaling.ids import MemberId
from tests.unit.signaling.stage import COMPANION, HOST, INTERPRETER, PATIENT, Client, Stage


def host_and_patient() -> tuple[Stage, Client, Client]:
    stage = Stage()
    host = stage.join(HOST)
    return stage, host, stage.admitted(host, PATIENT)


def test_the_visit_starts_when_a_specialist_and_the_patient_are_both_in() -> None:
    stage = Stage()
    host = stage.join(HOST)
    assert host.data("snapshot")["visit"]["state"] == "open"

    stage.admitted(host, PATIENT)

    assert host.data("visit.changed")["state"] == "active"
    assert ("started", None, "") in stage.news()


def test_the_end_must_be_confirmed() -> None:
    _, host, _ = host_and_patient()

    assert host.refused("visit.end") == "confirm_needed"


def test_everybody_hears_of_the_end_ten_seconds_before() -> None:
    stage, host, patient = host_and_patient()
    waiting = stage.join(COMPANION)

    host.ask("visit.end", {"confirm": True})
    assert host.ask("visit.end", {"confirm": True})["ok"] is True

    for client in (host, patient, waiting):
        assert client.data("visit.changed") == {"state": "ending", "locked": False, "ends_in_ms": 10_000}
    stage.advance(9)
    assert patient.close_code is None
    stage.advance(1)
    for client in (host, patient, waiting):
        assert client.data("visit.changed")["state"] == "ended"
        assert client.close_code == CloseCode.VISIT_ENDED
    assert stage.news()[-1] == ("ended", None, "")
    assert stage.room.idle


def test_in_the_last_seconds_people_still_talk_but_nobody_comes_in() -> None:
    stage, host, patient = host_and_patient()
    stage.join(COMPANION)
    host.ask("visit.end", {"confirm": True})

    assert host.refused("lobby.admit", {"member": COMPANION.id}) == "visit_ending"
    assert host.refused("visit.lock") == "visit_ending"
    assert patient.ask("chat.send", {"id": "1", "text": "Thank you."})["ok"] is True
    assert stage.join(INTERPRETER).close_code == CloseCode.VISIT_ENDED
    assert patient.come_back().data("resumed")["epoch"] == 1


def test_after_the_end_nobody_comes_in() -> None:
    stage, host, patient = host_and_patient()
    host.ask("visit.end", {"confirm": True})
    stage.advance(10)

    assert stage.join(PATIENT).close_code == CloseCode.VISIT_ENDED
    assert patient.come_back().close_code == CloseCode.VISIT_ENDED
    stage.advance(1)
    assert [news for news, _, _ in stage.news()].count("ended") == 1


def test_the_application_ends_a_visit_once() -> None:
    stage, _, patient = host_and_patient()

    stage.perform(stage.room.end(now=stage.now))
    stage.perform(stage.room.end(now=stage.now))

    assert patient.data("visit.changed")["state"] == "ending"
    assert len([entry for entry in stage.journal if type(entry).__name__ == "Ended"]) == 1


def test_an_end_that_cannot_be_written_down_does_not_happen() -> None:
    stage, _, patient = host_and_patient()
    stage.journal_works = False

    stage.perform(stage.room.end(now=stage.now))
    stage.advance(20)

    assert patient.close_code is None


def test_a_member_is_cut_off_at_once() -> None:
    stage, host, patient = host_and_patient()

    stage.perform(stage.room.revoke(PATIENT.id, now=stage.now))

    assert patient.close_code == CloseCode.DENIED
    assert host.data("member.left")["why"] == "revoked"
    assert patient.come_back().data("resume.denied") == {"code": "revoked"}


def test_a_member_who_is_lost_is_cut_off_for_their_return() -> None:
    stage, _, patient = host_and_patient()
    patient.lose()
    stage.advance(120)

    stage.perform(stage.room.revoke(PATIENT.id, now=stage.now))
    stage.perform(stage.room.revoke(MemberId("m_stranger"), now=stage.now))

    assert stage.join(PATIENT).welcome["state"] == "waiting"


def test_who_was_let_in_by_something_else_is_not_cut_off_with_it() -> None:
    stage = Stage()
    patient = stage.join(replace(PATIENT, grant="phone"))

    stage.perform(stage.room.revoke(PATIENT.id, grant="laptop", now=stage.now))
    assert patient.close_code is None

    stage.perform(stage.room.revoke(PATIENT.id, grant="phone", now=stage.now))
    assert patient.close_code == CloseCode.DENIED


def test_what_let_somebody_in_is_known_after_a_restart_and_is_the_newest() -> None:
    stage = Stage()
    stage.join(replace(PATIENT, grant="phone"))
    stage.join(replace(PATIENT, grant="phone, signed in anew"))

    stage.restart()

    assert [place.grant for place in stage.room.presence()] == ["phone, signed in anew"]


def test_the_application_can_leave_the_grace_out() -> None:
    stage, host, patient = host_and_patient()
    stage.perform(stage.room.finish(now=stage.now))
    assert patient.close_code is None

    stage.perform(stage.room.end(now=stage.now))
    for _ in range(2):
        stage.perform(stage.room.finish(now=stage.now))

    assert [host.close_code, patient.close_code] == [CloseCode.VISIT_ENDED] * 2
    assert stage.news()[-1] == ("ended", None, "")
