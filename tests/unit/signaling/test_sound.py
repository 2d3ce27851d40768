"""A visit with sound only: nobody may send pictures, whoever asks and whenever, and everybody is told."""

from dataclasses import replace

from tests.unit.signaling.stage import HOST, PATIENT, Client, Stage

PICTURES = {"publish_video", "share"}
EVERYTHING = {"audio": True, "video": True, "share": False}


def sound_only(stage: Stage, *, on: bool = True) -> None:
    stage.perform(stage.room.sound_only(on=on, now=stage.now))


def a_pair() -> tuple[Stage, Client, Client]:
    stage = Stage()
    host = stage.join(HOST)
    return stage, host, stage.admitted(host, PATIENT)


def is_sound_only(page: Client) -> bool:
    snapshot = page.data("snapshot")
    assert snapshot["visit"]["sound_only"] is PICTURES.isdisjoint(snapshot["me"]["caps"])
    return bool(snapshot["visit"]["sound_only"])


def test_who_is_in_the_room_may_send_no_pictures_any_more_and_is_told() -> None:
    stage, host, patient = a_pair()
    for page in (host, patient):
        page.ask("media.set", EVERYTHING)
        page.clear()

    sound_only(stage)

    for page in (host, patient):
        assert is_sound_only(page)
        media = [member["media"] for member in page.data("snapshot")["members"]]
        assert [(one["audio"], one["video"], one["share"]) for one in media] == [(True, False, False)] * 2
        assert page.refused("media.set", EVERYTHING) == "not_allowed"
        assert page.ask("media.set", {"audio": True, "video": False, "share": False})["ok"]


def test_links_and_what_is_said_on_them_go_on_as_they_are() -> None:
    stage, host, patient = a_pair()
    host.clear()

    sound_only(stage)

    assert [link["gen"] for link in host.data("snapshot")["links"]] == [1]
    assert host.all("link.reset") == []
    host.offer(patient, gen=1)
    assert patient.data("rtc.offer")["gen"] == 1


def test_with_pictures_again_people_may_send_them_and_nobody_does_by_itself() -> None:
    stage, host, patient = a_pair()
    patient.ask("media.set", EVERYTHING)
    sound_only(stage)
    host.clear()

    sound_only(stage, on=False)

    assert not is_sound_only(host)
    assert not any(member["media"]["video"] for member in host.data("snapshot")["members"])
    assert patient.ask("media.set", EVERYTHING)["ok"]


def test_one_ticket_that_says_so_is_for_all_and_who_waits_is_told() -> None:
    stage = Stage()
    host = stage.join(HOST)
    patient = stage.join(replace(PATIENT, sound_only=True))

    assert is_sound_only(host)
    assert is_sound_only(patient)


def test_said_twice_it_tells_nobody_anything() -> None:
    stage, host, _ = a_pair()
    sound_only(stage)
    host.clear()

    sound_only(stage)

    assert host.all("snapshot") == []
    sound_only(stage, on=False)
    host.clear()
    sound_only(stage, on=False)
    assert host.all("snapshot") == []


def test_a_server_that_starts_again_still_knows_it() -> None:
    stage, _, _ = a_pair()
    sound_only(stage)

    stage.restart()

    assert is_sound_only(stage.join(HOST))
    assert is_sound_only(stage.join(PATIENT))
