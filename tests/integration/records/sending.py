"""Sends files as a tus client does, one request at a time, so that a test can break off anywhere."""

import asyncio
import base64
import io
from hashlib import sha256
from typing import Any

from server.http.api import BASE
from tests.integration.house import Answer, House

CHUNK = "application/offset+octet-stream"
PATIENCE_SECONDS = 20.0


def encoded(text: str | bytes) -> str:
    return base64.b64encode(text.encode() if isinstance(text, str) else text).decode()


def metadata(case: str, **more: str) -> str:
    pairs = {"case": case, "filename": "report.pdf", "filetype": "application/pdf", **more}
    return ",".join(f"{key} {encoded(value)}" for key, value in pairs.items())


async def begin(
    house: House, case: str, size: int, person: str = "patient", headers: dict[str, str] | None = None, **more: str
) -> Answer:
    """Begin an upload; `more` is metadata."""
    sent = {"Tus-Resumable": "1.0.0", "Upload-Length": str(size), "Upload-Metadata": metadata(case, **more)}
    return await house.call("POST", person, "/uploads", headers=sent | (headers or {}))


async def add(house: House, place: str, offset: int, data: bytes, person: str = "patient", **headers: str) -> Answer:
    """Add bytes from an offset on."""
    sent = {"Tus-Resumable": "1.0.0", "Upload-Offset": str(offset), "Content-Type": CHUNK}
    return await house.call("PATCH", person, place.removeprefix(BASE), headers=sent | headers, data=io.BytesIO(data))


async def look(house: House, place: str, person: str | None = "patient") -> Answer:
    """Ask where an upload stands."""
    return await house.call("HEAD", person, place.removeprefix(BASE), headers={"Tus-Resumable": "1.0.0"})


async def give_up(house: House, place: str, person: str | None = "patient") -> Answer:
    """Throw an upload away."""
    return await house.call("DELETE", person, place.removeprefix(BASE), headers={"Tus-Resumable": "1.0.0"})


async def send(house: House, case: str, data: bytes, **more: str) -> dict[str, Any]:
    """Send a whole file and return its document, once somebody has looked at it."""
    begun = await begin(house, case, len(data), **more)
    assert begun.status == 201, begun.body
    place = begun.headers["Location"]
    if data:
        added = await add(house, place, 0, data)
        assert (added.status, added.headers["Upload-Offset"]) == (204, str(len(data))), added.body
    return await settled(house, case, place)


async def settled(house: House, case: str, place: str) -> dict[str, Any]:
    """Return the document that an upload has become, once somebody has looked at it."""
    upload_id = place.rsplit("/", 1)[1]
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            found = [one for one in await documents(house, case) if one["upload_id"] == upload_id]
            if found and found[0]["status"] != "processing":
                return found[0]
            await asyncio.sleep(0.02)


async def settled_all(house: House, case: str) -> list[dict[str, Any]]:
    """Return the documents of a case, once somebody has looked at each."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            found = await documents(house, case)
            if found and all(one["status"] != "processing" for one in found):
                return found
            await asyncio.sleep(0.02)


async def until_files_are(house: House, count: int) -> None:
    """Wait until the disk holds so many files: the key of one goes with the word on it, its bytes a moment later."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            if len(list((house.settings.data / "files").iterdir())) == count:
                return
            await asyncio.sleep(0.02)


async def documents(house: House, case: str, person: str = "patient") -> list[dict[str, Any]]:
    """List the documents of a case."""
    answer = await house.get(person, f"/cases/{case}/documents")
    assert answer.status == 200, answer.body
    listed: list[dict[str, Any]] = answer.body["documents"]
    return listed


def digest(data: bytes) -> str:
    return sha256(data).hexdigest()
