"""Serves a whole house from a folder until it is killed; says where, and for whom, in one line."""

import asyncio
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from tests.builders import an_accepted_case
from tests.integration.conftest import running_house
from tests.integration.house import Clock

MORNING = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)


async def serve(database_url: str, folder: Path) -> None:
    async with running_house(database_url, folder, Clock(MORNING)) as house:
        known = (await house.get("patient", "/cases")).body["cases"]
        case = known[0]["id"] if known else await an_accepted_case(house)
        said = {"url": house.url, "token": await house.token("patient"), "case": case}
        print(json.dumps(said), flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], Path(sys.argv[2])))
