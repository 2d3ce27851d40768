"""Pages of the demo only: its mailbox, its sign-in links, and the parts of the visual language."""

from aiohttp import web

from server.http.pages.routes import Pages, render
from server.http.pages.sign_in import device, own_path, signed_in
from server.keys import POST, SIGN_IN

pages = Pages()


@pages.get("/dev/mail", action=None)
async def mail(request: web.Request) -> web.Response:
    """Show what the service wrote to people."""
    return render(request, "dev/mail.html", messages=await request.app[POST].kept(), density="staff")


@pages.get("/dev/parts", action=None)
async def parts(request: web.Request) -> web.Response:
    """Show the visual language."""
    return render(request, "dev/parts.html")


@pages.get("/dev/sign-in/{token}", action=None)
async def sign_in(request: web.Request) -> web.StreamResponse:
    """Sign a person of the demo in, as often as one likes."""
    secret = await request.app[SIGN_IN].open_by_link(request.match_info["token"], device(request))
    return signed_in(secret, own_path(request.query.get("next")))
