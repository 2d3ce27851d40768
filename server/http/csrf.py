"""Nothing changes because another site said so: a token in every form, and the browser's own word for the origin."""

import hmac
from urllib.parse import urlsplit

from aiohttp import MultipartReader, web

from server.http import cookies
from server.http.bodies import MalformedBodyError, form_of
from server.http.form_parts import parts_of, text_of
from server.http.problems import CrossSiteError
from server.keys import KEYRING

FIELD = "csrf_token"
HEADER = "X-CSRF-Token"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
FORM = "application/x-www-form-urlencoded"
FILES = "multipart/form-data"
LONGEST_TOKEN = 200
PARTS: web.RequestKey[MultipartReader] = web.RequestKey("parts", MultipartReader)  # what follows a form's token


def token(request: web.Request) -> str:
    """Make the token of this browser's forms; it dies with the session."""
    holder = cookies.read(request, cookies.SESSION) or cookies.browser(request)
    return request.app[KEYRING].mac("csrf", holder.encode())


async def check(request: web.Request) -> None:
    """Let a changing request with a cookie pass only if it came from one of our own pages.

    Raises:
        CrossSiteError: it did not, or nobody can tell.
    """
    if request.method in SAFE:
        return
    if not _same_origin(request):
        raise CrossSiteError("This did not come from our own page. Please go back to our page and try again.")
    given = request.headers.get(HEADER)
    if given is None and request.content_type == FILES:
        given = await _first_part(request)
    elif given is None and request.content_type == FORM:
        given = str((await form_of(request)).get(FIELD, ""))
    if given is None or not hmac.compare_digest(given.encode(), token(request).encode()):
        raise CrossSiteError("This page was open for a long time. Please load it again and send it once more.")


async def _first_part(request: web.Request) -> str | None:
    """Read the token of a form with files, in which it comes first; the files after it are left for the page."""
    try:
        request[PARTS] = await request.multipart()
    except (ValueError, AssertionError) as error:
        raise MalformedBodyError("This is no form of ours.") from error
    async for part in parts_of(request[PARTS]):
        return await text_of(part, LONGEST_TOKEN) if part.name == FIELD else None
    return None


def _same_origin(request: web.Request) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if site is not None and site != "same-origin":
        return False
    if origin in (None, "null"):
        return site == "same-origin"  # `Referrer-Policy: no-referrer` makes browsers say `null` for our own forms
    return urlsplit(origin).netloc == request.headers.get("Host")
