"""A visit in which nobody is told anybody's address: every path goes through a relay, whoever asks and whenever."""

from dataclasses import replace

from tests.unit.signaling.stage import COMPANION, HOST, PATIENT, Client, Stage
from tests.unit.signaling.test_restart import held

POLICY = "iceTransportPolicy"


def hide(stage: Stage, *, hidden: bool = True) -> None:
    stage.perform(stage.room.hide_addresses(hidden=hidden, now=stage.now))


def a_pair() -> tuple[Stage, Client, Client]:
    stage = Stage()
    host = stage.join(HOST)
    return stage, host, stage.admitted(host, PATIENT)


def policies(client: Client) -> set[str]:
    """Every policy that this page was ever given."""
    given = [message["data"]["ice"] for kind in ("snapshot", "resumed") for message in client.all(kind)]
    given += [message["data"] for message in client.all("ice.config")]
    return {ice[POLICY] for ice in given if ice is not None}


def test_who_comes_into_a_visit_that_hides_addresses_is_given_relays_only_whatever_they_ask() -> None:
    stage = Stage()
    host = stage.join(replace(HOST, relay_only=True))
    patient = stage.admitted(host, replace(PATIENT, relay_only=True))

    for page in (host, patient):
        page.ask("ice.get")
        page.lose()
        assert policies(page) | policies(page.come_back()) == {"relay"}


def test_who_is_in_already_gets_relays_and_a_new_link_at_once() -> None:
    stage, host, patient = a_pair()
    for page in (host, patient):
        page.clear()

    hide(stage)

    for page in (host, patient):
        snapshot = page.data("snapshot")
        assert snapshot["ice"][POLICY] == "relay"
        assert [link["gen"] for link in snapshot["links"]] == [2]
    assert patient.data("snapshot")["links"][0]["initiator"] is True
    assert patient.refused("rtc.restart", {"gen": 1, "why": "late"}, to=host.session) == "stale_link"


def test_one_ticket_that_says_so_hides_the_addresses_of_all() -> None:
    stage, host, patient = a_pair()
    patient.clear()

    companion = stage.admitted(host, replace(COMPANION, relay_only=True))

    assert {link["gen"] for link in patient.data("snapshot")["links"]} == {2}
    assert policies(patient) == policies(companion) == {"relay"}


def test_who_has_no_line_at_that_moment_hears_it_on_coming_back() -> None:
    stage, _, patient = a_pair()
    patient.lose()

    hide(stage)
    back = patient.come_back()

    assert back.data("resumed")["ice"][POLICY] == "relay"
    assert [link["gen"] for link in back.data("snapshot")["links"]] == [2]


def test_said_twice_it_makes_nothing_anew() -> None:
    stage, host, _ = a_pair()
    hide(stage)
    host.clear()

    hide(stage)
    stage.admitted(host, replace(COMPANION, relay_only=True))

    assert host.all("snapshot") == []


def test_a_server_that_starts_again_still_hides_them_and_keeps_the_links() -> None:
    stage, host, patient = a_pair()
    hide(stage)
    pcs = {"host": held(host)[:1], "patient": held(patient)[:1]}

    stage.restart()
    people = [
        stage.join(replace(HOST, relay_only=True), pcs=pcs["host"]),
        stage.join(replace(PATIENT, relay_only=True), pcs=pcs["patient"]),
    ]

    for page in people:
        assert policies(page) == {"relay"}
        assert {link["gen"] for link in page.data("snapshot")["links"]} == {2}
        assert page.all("link.reset") == []


def test_when_they_are_shown_again_what_stands_goes_on_and_new_paths_may_be_direct() -> None:
    stage, host, patient = a_pair()
    hide(stage)
    host.clear()

    hide(stage, hidden=False)

    assert host.all("snapshot") == []
    assert host.ask("ice.get")["data"][POLICY] == "all"
    host.offer(patient, gen=2)
    assert patient.data("rtc.offer")["gen"] == 2


def test_nobody_who_waits_is_told_of_it() -> None:
    stage = Stage()
    stage.join(HOST)
    patient = stage.join(PATIENT)
    before = len(patient.inbox)

    hide(stage)

    assert len(patient.inbox) == before
