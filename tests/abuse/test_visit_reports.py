"""Reports of visits by people who mean ill: foreign visits, too much, nonsense, private words, and far too often."""

from datetime import timedelta
from typing import Any

import pytest

from tests.integration.house import Clock, House
from tests.integration.visits.meeting import a_visit_tomorrow
from tests.integration.visits.test_reports import a_report


def line(**changed: Any) -> dict[str, Any]:
    return {"at_ms": 0, "peer": None, "what": "signal live"} | changed


NONSENSE: dict[str, dict[str, Any]] = {
    "no line": {"lines": []},
    "a line too many": {"lines": [line()] * 501},
    "a line too long": {"lines": [line(what="x" * 81)]},
    "a line of nothing": {"lines": [line(what="")]},
    "blanks alone": {"lines": [line(what="   ")]},
    "a name in another script": {"lines": [line(what="Мария")]},
    "an address": {"lines": [line(what="maria@example.org")]},
    "markup": {"lines": [line(what="<script>")]},
    "two lines in one": {"lines": [line(what="a\nb")]},
    "a time that is text": {"lines": [line(at_ms="0")]},
    "a time before the page": {"lines": [line(at_ms=-1)]},
    "a time after every page": {"lines": [line(at_ms=10**12)]},
    "half a millisecond": {"lines": [line(at_ms=0.5)]},
    "a connection with a name": {"lines": [line(peer="Maria")]},
    "connection nought": {"lines": [line(peer=0)]},
    "something more": {"lines": [line(note="It is benign.")]},
    "something less": {"lines": [{"at_ms": 0, "what": "signal live"}]},
    "a text for the lines": {"lines": "signal live"},
    "another code": {"code": "oooo-0000"},
    "a code and more": {"code": "7K4M-QX2B\n"},
    "an age of no page": {"age_ms": -5},
    "a free field": {"story": "Maria was not well."},
}


@pytest.fixture
async def address(api: House) -> str:
    """Where reports of a booked visit of the patient go."""
    return f"/visits/{(await a_visit_tomorrow(api))['visit_id']}/reports"


async def test_nonsense_is_refused_whole_with_its_place_and_nothing_is_kept(demo: House) -> None:
    address = f"/visits/{(await a_visit_tomorrow(demo))['visit_id']}/reports"

    refused = {name: await demo.post("patient", address, a_report(**NONSENSE[name])) for name in NONSENSE}

    assert {name: answer.status for name, answer in refused.items() if answer.status != 422} == {}
    assert all(answer.body["errors"] for answer in refused.values())
    assert (await demo.get("admin", "/reports?code=7K4M-QX2B")).body["reports"] == []
    assert (await demo.post("patient", address, a_report())).status == 201


async def test_a_report_that_is_as_long_as_it_may_be_is_taken_and_a_longer_body_is_not_read(
    api: House, address: str
) -> None:
    longest = [line(at_ms=30 * 24 * 3_600_000, peer=9999, what="x" * 80)] * 500

    taken = await api.post("patient", address, a_report(lines=longest))
    padded = await api.call(
        "POST",
        "patient",
        address,
        data=b'{"code": "7K4M-QX2B", "age_ms": 1,' + b" " * (256 * 1024) + b'"lines": []}',
        headers={"Content-Type": "application/json"},
    )

    assert taken.status == 201
    assert (padded.status, padded.body["code"]) == (413, "body-too-large")
    found = (await api.get("admin", "/reports?code=7K4M-QX2B")).body["reports"]
    assert [len(one["lines"]) for one in found] == [500]


async def test_somebody_elses_visit_does_not_exist_and_only_who_mends_may_read(api: House, address: str) -> None:
    strangers = ("other_patient", "other_specialist", "companion", "interpreter")
    foreign = [await api.post(person, address, a_report()) for person in strangers]
    nowhere = await api.post("other_patient", "/visits/no-such-visit/reports", a_report())

    assert [answer.status for answer in foreign] == [404] * 4
    assert {str(answer.body) for answer in foreign} == {str(nowhere.body)}
    assert [(await api.post(person, address, a_report())).status for person in ("scheduler", "admin", None)] == [
        403,
        403,
        401,
    ]
    readers = ("patient", "specialist", "scheduler", "compliance", "companion", None)
    read = [(await api.get(person, "/reports?code=7K4M-QX2B")).status for person in readers]
    assert read == [403, 403, 403, 403, 403, 401]
    assert (await api.get("admin", "/reports?code=7K4M-QX2B")).body["reports"] == []
    assert (await api.get("admin", "/reports?code=%25")).status == 422


async def test_who_sends_far_too_often_waits_and_others_do_not(api: House, address: str, clock: Clock) -> None:
    answers = [await api.post("patient", address, a_report()) for _ in range(6)]

    assert [answer.status for answer in answers] == [201] * 5 + [429]
    assert int(answers[-1].headers["Retry-After"]) == 600
    assert (await api.post("specialist", address, a_report())).status == 201
    clock.advance(timedelta(minutes=10))
    assert (await api.post("patient", address, a_report())).status == 201
