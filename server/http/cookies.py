"""The two cookies: who is signed in, and which browser this is before anybody is."""

from aiohttp import web

from server.domain import ids

SESSION = "__Host-sid"
BROWSER = "__Host-browser"
BROWSER_SECONDS = 24 * 3600
NEW_BROWSER = web.RequestKey("new_browser", str)  # the secret that this answer gives to a browser without one
LONGEST = 100  # a cookie of ours has 43 characters


def read(request: web.Request, name: str) -> str | None:
    """Return a cookie that could be one of ours."""
    value = request.cookies.get(name)
    return value if value and len(value) <= LONGEST else None


def write(response: web.StreamResponse, name: str, value: str, seconds: int | None = None) -> None:
    """Set a cookie that only this host gets, only over a safe line, and no script can read."""
    response.set_cookie(name, value, path="/", secure=True, httponly=True, samesite="Lax", max_age=seconds)


def drop(response: web.StreamResponse, name: str) -> None:
    """Take a cookie back."""
    response.del_cookie(name, path="/", secure=True, httponly=True, samesite="Lax")


def browser(request: web.Request) -> str:
    """Return the secret of this browser, a new one if it has none (`server.http.middleware` sets it)."""
    known = read(request, BROWSER)
    if known is not None:
        return known
    if NEW_BROWSER not in request:
        request[NEW_BROWSER] = ids.new_secret()
    return request[NEW_BROWSER]
