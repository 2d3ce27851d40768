"""The `Idempotency-Key` header, on every POST that creates."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from server.domain.ids import AccountId
from server.http.problems import InvalidBodyError
from server.keys import IDEMPOTENCY

HEADER = "Idempotency-Key"
ACCEPTABLE = re.compile(r"[!-~]{1,200}")
REPEATED_HEADERS = ("Content-Type", "Location", "ETag", "Upload-Offset", "Upload-Expires")


async def replayable(
    request: web.Request, account: AccountId, raw: bytes, act: Callable[[], Awaitable[web.Response]]
) -> web.Response:
    """Run `act` once a key; without the header, run it.

    Raises:
        InvalidBodyError: the header is not 1 to 200 visible ASCII characters.
    """
    given = request.headers.get(HEADER)
    if given is None:
        return await act()
    if not ACCEPTABLE.fullmatch(given):
        raise InvalidBodyError(((HEADER, "must be 1 to 200 visible ASCII characters"),))

    async def once() -> tuple[int, dict[str, Any]]:
        response = await act()
        headers = {name: response.headers[name] for name in REPEATED_HEADERS if name in response.headers}
        return response.status, {"headers": headers, "body": bytes(response.body or b"").decode()}  # type: ignore[arg-type]

    route = f"{request.method} {request.path}"
    status, kept = await request.app[IDEMPOTENCY].once(account, route, given, raw, once)
    return web.Response(status=status, headers=kept["headers"], body=kept["body"].encode())
