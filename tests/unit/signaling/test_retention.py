"""What is kept of a visit that is over."""

from datetime import timedelta

from signaling.journal import Admitted, Arrived, Left, Said, Started
from signaling.retention import for_the_record
from tests.unit.signaling.stage import HOST, PATIENT, START, Stage

LATER = START + timedelta(days=1)


def a_visit() -> Stage:
    stage = Stage()
    host = stage.join(HOST)
    stage.admitted(host, PATIENT)
    host.ask("chat.send", {"id": "1", "text": "Twice a day, after a meal."})
    return stage


def test_who_was_there_and_what_was_written_is_kept_and_how_pages_met_is_not() -> None:
    stage = a_visit()
    stage.perform(stage.room.end(now=stage.now))
    stage.advance(10)

    kept = for_the_record(stage.journal, now=LATER)

    assert [entry.member for entry in kept if isinstance(entry, Arrived | Admitted)] == [HOST.id] * 2 + [PATIENT.id] * 2
    assert [entry.text for entry in kept if isinstance(entry, Said)] == ["Twice a day, after a meal."]
    assert any(isinstance(entry, Started) for entry in kept)
    assert {(one.session, one.tab, one.grant) for one in kept if isinstance(one, Arrived)} == {("", "", "")}
    assert "Linked" not in {type(entry).__name__ for entry in kept}
    assert "Left" not in {type(entry).__name__ for entry in kept}  # everybody stayed to the end
    assert for_the_record(kept, now=LATER + timedelta(days=1)) == kept


def test_a_visit_that_never_ended_is_left_by_everybody() -> None:
    kept = for_the_record(a_visit().journal, now=LATER)

    assert [(one.member, one.at, one.why) for one in kept if isinstance(one, Left)] == [
        (HOST.id, LATER, "lost"),
        (PATIENT.id, LATER, "lost"),
    ]
    assert for_the_record(kept, now=LATER + timedelta(days=1)) == kept


def test_what_is_kept_can_be_taken_up_again() -> None:
    stage = Stage(for_the_record(a_visit().journal, now=LATER))

    assert stage.room.idle
    assert stage.join(PATIENT).welcome["state"] == "in"
