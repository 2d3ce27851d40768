"""Coming in and going out: the link's page, the code, and where one is signed in."""

import re

from aiohttp import web
from pydantic import Field

from server.domain.errors import DomainError
from server.domain.permissions import Action
from server.http import cookies
from server.http.api import ACTOR, Shape, actor_of
from server.http.limits import guard
from server.http.pages.routes import Pages, fields, form, render, see_other
from server.http.problems import InvalidBodyError
from server.keys import ENROLMENT, SIGN_IN
from server.services.sign_in import CodeSpentError, CodeWrongError, LinkUnknownError

pages = Pages()

OWN_PATH = re.compile(r"/[\w./-]*")
DEVICES = (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS", "Mac"))


class LinkForm(Shape):
    """The token out of a link's fragment."""

    token: str = Field(pattern="^[0-9a-f]{64}$")


class AskForm(Shape):
    """An address to which a link may be sent."""

    email: str = Field(min_length=3, max_length=200, pattern=r"^[^@\s,;<>]+@[^@\s,;<>]+$")


class StartForm(Shape):
    """Somebody new."""

    name: str = Field(min_length=1, max_length=200)
    phone: str = Field(pattern=r"^[+0-9][0-9 ().-]{6,39}$")
    email: str = Field(min_length=3, max_length=200, pattern=r"^[^@\s,;<>]+@[^@\s,;<>]+$")
    zone: str | None = Field(default=None, max_length=64)


CAME_FROM_A_PAGE = (
    "You are not signed in now. Open the link in our message to you, or ask for it below. What you saved is safe."
)
START_ERRORS = {
    "name": "Please write your name.",
    "phone": "Please write your number with its area code, such as 313 555 0142.",
    "email": "Please write your e-mail address, like name@example.org.",
}


def own_path(address: str | None) -> str:
    """Return the address if it is a path of ours, else the start page."""
    if address and OWN_PATH.fullmatch(address) and not address.startswith("//"):
        return address
    return "/"


@pages.get("/i", action=None)
async def link(request: web.Request) -> web.Response:
    """Show who we are and one button; the token stays in the fragment until it is pressed."""
    return render(request, "sign_in/link.html")


@pages.post("/i", action=None)
async def follow(request: web.Request) -> web.StreamResponse:
    """Send a code to the person whose link it is."""
    guard(request, "sign-in")
    try:
        sent = await form(request, LinkForm)
        await request.app[SIGN_IN].follow(sent.token, cookies.browser(request))
    except (InvalidBodyError, LinkUnknownError):
        said = "This link does not work any more. Please ask for a new one below, or call us."
        return render(request, "sign_in/ask.html", status=410, said=said, error="", email="")
    return see_other("/sign-in/code")


@pages.get("/start", action=None)
async def start(request: web.Request) -> web.Response:
    """Ask somebody new how we reach them."""
    return render(request, "sign_in/start.html", values={}, errors={})


@pages.post("/start", action=None)
async def enrol(request: web.Request) -> web.StreamResponse:
    """Make an account and send a code; the answer is the same for an address that has one already."""
    guard(request, "sign-in")
    try:
        new = await form(request, StartForm)
        await request.app[ENROLMENT].enrol(
            name=new.name, email=new.email, phone=new.phone, zone=new.zone, browser=cookies.browser(request)
        )
    except InvalidBodyError as error:
        errors = {field: START_ERRORS[field] for field, _ in error.errors if field in START_ERRORS}
        return render(
            request, "sign_in/start.html", status=422, values=await fields(request), errors=errors or START_ERRORS
        )
    return see_other("/sign-in/code?new=1")


@pages.get("/sign-in", action=None)
async def ask(request: web.Request) -> web.Response:
    """Ask for an address to send the link to."""
    said = CAME_FROM_A_PAGE if "next" in request.query and ACTOR not in request else ""
    return render(request, "sign_in/ask.html", said=said, error="", email="")


@pages.post("/sign-in", action=None)
async def send(request: web.Request) -> web.Response:
    """Mail the link again; the answer is the same for every address."""
    guard(request, "sign-in")
    try:
        asked = await form(request, AskForm)
    except InvalidBodyError:
        email = (await fields(request)).get("email", "")[:200]
        error = "Please write your e-mail address, like name@example.org."
        return render(request, "sign_in/ask.html", status=422, said="", error=error, email=email)
    await request.app[SIGN_IN].ask(asked.email)
    return render(request, "sign_in/sent.html", email=asked.email)


@pages.get("/sign-in/code", action=None)
async def code(request: web.Request) -> web.StreamResponse:
    """Ask for the code; who is in already goes on."""
    return see_other("/") if ACTOR in request else await _code_page(request)


@pages.post("/sign-in/code/again", action=None)
async def again(request: web.Request) -> web.StreamResponse:
    """Send another code; the answer is the same for a browser that waits for none."""
    guard(request, "sign-in")
    await request.app[SIGN_IN].again(cookies.browser(request))
    return see_other("/sign-in/code?again=1" + ("&new=1" if "new" in request.query else ""))


@pages.post("/sign-in/code", action=None)
async def enter(request: web.Request) -> web.StreamResponse:
    """Spend the code and open a session."""
    guard(request, "code")
    typed = await fields(request)
    digits = re.sub(r"[\s-]", "", typed.get("digits", ""))
    after = "/request" if "new" in request.query else "/"
    refused: DomainError | None = None
    try:
        if not re.fullmatch(r"[0-9]{6}", digits):
            raise CodeWrongError("The code has six digits. Please look again.")
        secret, _ = await request.app[SIGN_IN].enter(cookies.browser(request), digits, device(request))
    except (CodeWrongError, CodeSpentError) as error:
        refused = error
    if refused is not None:
        return await _code_page(request, refused)
    return signed_in(secret, after)


async def _code_page(request: web.Request, refused: DomainError | None = None) -> web.Response:
    waiting = await request.app[SIGN_IN].waiting(cookies.browser(request))
    return render(
        request,
        "sign_in/code.html",
        status=422 if refused else 200,
        ending=waiting.phone[-2:] if waiting else "",
        error=str(refused or ""),
        live=not isinstance(refused, CodeSpentError),
        waits=waiting is not None,
        new="new" in request.query,
        again="again" in request.query and refused is None,
    )


@pages.post("/sign-out", action=None)
async def leave(request: web.Request) -> web.StreamResponse:
    """End this session and wipe what the browser kept of it."""
    actor = actor_of(request)
    if actor.session is not None:
        await request.app[SIGN_IN].end(actor, actor.session)
    response = see_other("/signed-out")
    cookies.drop(response, cookies.SESSION)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@pages.get("/signed-out", action=None)
async def signed_out(request: web.Request) -> web.StreamResponse:
    """Say that nobody is signed in here now; the page forgets what a shared browser still remembers of files."""
    return see_other("/") if ACTOR in request else render(request, "sign_in/out.html")


@pages.get("/me", action=Action.ACCOUNT_SELF)
async def sessions(request: web.Request) -> web.Response:
    """Show where one is signed in."""
    actor = actor_of(request)
    listed = await request.app[SIGN_IN].sessions(actor)
    return render(request, "sign_in/sessions.html", sessions=listed, current=actor.session)


@pages.post("/me/sessions/{session}/end", action=Action.ACCOUNT_SELF)
async def end(request: web.Request) -> web.StreamResponse:
    """End one of one's own sessions."""
    await request.app[SIGN_IN].end(actor_of(request), request.match_info["session"])
    return see_other("/me")


@pages.post("/me/sessions/end", action=Action.ACCOUNT_SELF)
async def end_others(request: web.Request) -> web.StreamResponse:
    """End all of one's own sessions but this one."""
    await request.app[SIGN_IN].end_others(actor_of(request))
    return see_other("/me")


def signed_in(secret: str, after: str) -> web.HTTPSeeOther:
    """Give the browser its session and send it on."""
    response = see_other(after)
    cookies.write(response, cookies.SESSION, secret)
    return response


def device(request: web.Request) -> str:
    """Name the kind of device in a word that its owner knows."""
    agent = request.headers.get("User-Agent", "")
    return next((name for sign, name in DEVICES if sign in agent), "A computer")
