"""The ceiling for `bench visit`: a page and a relay that do nothing but connect two browsers."""

from pathlib import Path

from aiohttp import web

HERE = Path(__file__).parent
SOCKETS = web.AppKey("SOCKETS", set[web.WebSocketResponse])


def create_bare_app() -> web.Application:
    """Serve the page at `/` and pass every message of a page on to the other ones."""
    app = web.Application()
    app[SOCKETS] = set()
    app.add_routes([web.get("/", _page), web.get("/page.js", _script), web.get("/relay", _relay)])
    return app


async def _page(request: web.Request) -> web.FileResponse:
    return web.FileResponse(HERE / "index.html")


async def _script(request: web.Request) -> web.FileResponse:
    return web.FileResponse(HERE / "page.js")


async def _relay(request: web.Request) -> web.WebSocketResponse:
    socket = web.WebSocketResponse(compress=False)
    await socket.prepare(request)
    sockets = request.app[SOCKETS]
    await socket.send_json({"others": len(sockets)})
    sockets.add(socket)
    try:
        async for message in socket:
            for other in sockets - {socket}:
                await other.send_str(message.data)
    finally:
        sockets.discard(socket)
    return socket
