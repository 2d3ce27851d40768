"""Nothing of a file, its name or its person is readable in the data folder, nor in what the service says."""

import logging
from pathlib import Path

import pytest

from tests.integration.house import House
from tests.integration.records.lines import a_patch
from tests.integration.records.sending import add, begin, send
from tests.unit.records.hostile_files import a_pdf, a_scan

CANARY = b"CANARY-3f9c-in-the-file"
NAME = "CANARY-3f9c-in-the-name.pdf"


def hits(folder: Path, *words: bytes) -> list[str]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    return [f"{path.name}: {word!r}" for path in files for word in words if word in path.read_bytes()]


async def test_a_canary_is_found_nowhere(
    demo: House, demo_case: str, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    data = a_pdf() + CANARY * 9000
    document = await send(demo, demo_case, data, filename=NAME, kind="labs")
    await send(demo, demo_case, a_scan(PatientName="CANARY-3f9c^SCAN"))
    judged = {"judgement": "rejected", "words": CANARY.decode()}
    await demo.post("specialist", f"/documents/{document['id']}/judge", judged)
    await demo.post("scheduler", f"/cases/{demo_case}/checklist/medicines/waive", {"reason": CANARY.decode()})
    place = (await begin(demo, demo_case, 500_000, filename=NAME)).headers["Location"]
    await add(demo, place, 0, CANARY * 3000)
    async with a_patch(demo, place, len(CANARY) * 3000, "Content-Length: 200000") as line:
        await line.send_and_see_it_taken(CANARY * 8000, demo)
        while_receiving = hits(demo.settings.data, CANARY[:12])

    name = demo.people["patient"].name.encode()
    assert not while_receiving
    assert not hits(demo.settings.data, b"CANARY-3f9c", name, name.split()[1], b"%PDF-1", b"KOWALSKA")
    said = capsys.readouterr()
    assert "CANARY" not in said.out + said.err + caplog.text
