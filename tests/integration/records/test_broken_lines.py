"""An upload that is cut at any byte goes on where the server stands, and arrives as it left."""

import asyncio

import pytest

from server.storage.blob_records import RECORD_BYTES
from tests.integration.house import House
from tests.integration.records.lines import a_patch
from tests.integration.records.sending import add, begin, digest, documents, give_up, look, settled
from tests.unit.records.hostile_files import a_pdf

SIZE = 20 * RECORD_BYTES + 777
HOP = 16 * RECORD_BYTES
PIECE = 123_457
CUTS = [0, 1, 2, RECORD_BYTES - 1, RECORD_BYTES, RECORD_BYTES + 1, HOP - 1, HOP, HOP + 1, SIZE - 1]


async def go_on(house: House, place: str, data: bytes) -> int:
    """Send the rest as a client does: ask, add, and ask again if somebody was faster. Return where it went on."""
    async with asyncio.timeout(20):
        while True:
            answer = await look(house, place)
            assert answer.status == 200
            offset = int(answer.headers["Upload-Offset"])
            if offset >= len(data) or (await add(house, place, offset, data[offset:])).status == 204:
                return offset


async def arrival(house: House, case: str) -> None:
    """Wait until a file is whole, whoever hears of it: then it is received no more."""
    async with asyncio.timeout(10):
        while not await documents(house, case):  # noqa: ASYNC110
            await asyncio.sleep(0.01)


def a_file() -> bytes:
    return (a_pdf() + b"\n%" + bytes(range(256)) * (SIZE // 256))[:SIZE]


@pytest.mark.parametrize("torn", [True, False], ids=["torn", "hung up"])
@pytest.mark.parametrize("cut", CUTS)
async def test_an_upload_cut_at_any_byte_goes_on(demo: House, demo_case: str, cut: int, torn: bool) -> None:
    data = a_file()
    place = (await begin(demo, demo_case, SIZE)).headers["Location"]
    async with a_patch(demo, place, 0, f"Content-Length: {SIZE}") as line:
        await line.send_and_see_it_taken(data[:cut], demo)
        if torn:
            line.tear()

    assert await go_on(demo, place, data) == cut
    assert (await settled(demo, demo_case, place))["sha256"] == digest(data)


async def test_a_line_that_breaks_again_and_again_brings_the_file(api: House, case: str) -> None:
    data = a_file()
    place = (await begin(api, case, SIZE)).headers["Location"]
    for offset in range(0, SIZE, PIECE):
        async with a_patch(api, place, offset, f"Content-Length: {SIZE - offset}") as line:
            if offset + PIECE < SIZE:
                await line.send_and_see_it_taken(data[offset : offset + PIECE], api)
            else:
                await line.send(data[offset:])
                await arrival(api, case)
            line.tear()
        assert (await look(api, place)).headers["Upload-Offset"] == str(min(offset + PIECE, SIZE))

    assert (await settled(api, case, place))["sha256"] == digest(data)


async def test_the_newer_of_two_senders_goes_on_and_the_older_adds_nothing(api: House, case: str) -> None:
    data = a_file()
    place = (await begin(api, case, SIZE)).headers["Location"]
    async with a_patch(api, place, 0, f"Content-Length: {SIZE}") as old:
        await old.send_and_see_it_taken(data[:100_000], api)
        await go_on(api, place, data[: SIZE // 2])
        await old.send(b"x" * 200_000)
        assert await old.answer() == 409
    await go_on(api, place, data)

    assert (await settled(api, case, place))["sha256"] == digest(data)


async def test_two_senders_of_the_same_bytes_never_mix(api: House, case: str) -> None:
    data = a_file()
    place = (await begin(api, case, SIZE)).headers["Location"]

    answers = await asyncio.gather(*(add(api, place, 0, data) for _ in range(2)))
    await go_on(api, place, data)

    assert {answer.status for answer in answers} <= {204, 409, 413}
    assert (await settled(api, case, place))["sha256"] == digest(data)
    assert len(await documents(api, case)) == 1


async def test_a_body_of_unknown_length_is_taken(demo: House, demo_case: str) -> None:
    data = a_pdf()
    place = (await begin(demo, demo_case, len(data))).headers["Location"]
    async with a_patch(demo, place, 0, "Transfer-Encoding: chunked") as line:
        for start in range(0, len(data), 100):
            piece = data[start : start + 100]
            await line.send(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        await line.send(b"0\r\n\r\n")
        assert await line.answer() == 204

    assert (await settled(demo, demo_case, place))["sha256"] == digest(data)


async def test_a_body_of_unknown_length_that_is_too_long_is_cut(demo: House, demo_case: str) -> None:
    place = (await begin(demo, demo_case, 10)).headers["Location"]
    async with a_patch(demo, place, 0, "Transfer-Encoding: chunked") as line:
        await line.send(b"5\r\n%PDF-\r\n14\r\n" + b"x" * 20 + b"\r\n0\r\n\r\n")
        assert await line.answer() == 413

    assert (await settled(demo, demo_case, place))["size"] == 10


async def test_a_body_that_is_no_body_keeps_what_came_before(demo: House, demo_case: str) -> None:
    place = (await begin(demo, demo_case, 100)).headers["Location"]
    async with a_patch(demo, place, 0, "Transfer-Encoding: chunked") as line:
        await line.send(b"5\r\n%PDF-\r\nzzz\r\n")
        assert await line.answer() in (400, 408)

    assert (await look(demo, place)).headers["Upload-Offset"] in ("0", "5")


async def test_sending_and_giving_up_at_once_leaves_nothing(api: House, case: str) -> None:
    data = a_file()
    place = (await begin(api, case, SIZE)).headers["Location"]
    async with a_patch(api, place, 0, f"Content-Length: {SIZE}") as line:
        await line.send_and_see_it_taken(data[:300_000], api)
        assert (await give_up(api, place)).status == 204
        await line.send(data[300_000:])
        assert await line.answer() == 409

    assert not await documents(api, case)
    assert not list((api.settings.data / "files").iterdir())
