"""Who is gone before the answer leaves no fault of ours behind."""

import asyncio

from structlog.testing import capture_logs

from tests.integration.house import House

UPGRADE = (
    "GET /api/v1/visits/v/signal HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    "Sec-WebSocket-Protocol: consilium.visit.v1\r\n\r\n"
)
TIMES = 20


async def test_a_page_that_is_left_before_its_line_is_open_is_no_fault_of_ours(demo: House) -> None:
    host = demo.settings.public_url.removeprefix("http://")
    with capture_logs() as lines:
        for _ in range(TIMES):
            _, writer = await asyncio.open_connection("127.0.0.1", int(host.rpartition(":")[2]))
            writer.write(UPGRADE.format(host=host).encode())
            writer.transport.abort()
        async with asyncio.timeout(10):
            while not [line for line in lines if line["event"].startswith("request.")]:  # noqa: ASYNC110 - logs tell nobody
                await asyncio.sleep(0.01)

    assert {line["event"] for line in lines if line["event"].startswith("request.")} == {"request.abandoned"}
