"""Where the hospital wants files scanned and nothing scans them, only their sender reads them."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from config.settings import Records, Settings
from server.commands.demo import demo_settings
from tests.builders import an_accepted_case
from tests.integration import conftest
from tests.integration.house import Clock, House
from tests.integration.records.sending import send
from tests.unit.records.hostile_files import a_pdf


@pytest.fixture
async def strict(
    sqlite_url: str, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[House]:
    """A service with the settings of production, as far as records go."""

    def settings(data: Path, port: int) -> Settings:
        return demo_settings(data, port).model_copy(update={"records": Records()})

    monkeypatch.setattr(conftest, "demo_settings", settings)
    async with conftest.running_house(sqlite_url, tmp_path, clock) as house:
        yield house


async def test_an_unscanned_file_waits(strict: House) -> None:
    data = a_pdf()
    document = await send(strict, await an_accepted_case(strict), data)
    path = f"/documents/{document['id']}"

    seen = await strict.get("specialist", path)
    for tail in ("content", "copy", "pages/1", "picture"):
        answer = await strict.get("specialist", f"{path}/{tail}")
        assert (answer.status, answer.body["code"]) == (409, "in-quarantine")

    assert (seen.body["scan"], seen.body["withheld"], document["withheld"]) == ("not-scanned", True, False)
    assert (await strict.get("patient", f"{path}/content")).body == data
