"""Licenses of the specialists: where each may see people, who looked it up, and what has to be looked up again."""

from collections.abc import Mapping

from aiohttp import web

from server.domain.authorisations import Attention, AuthorisationKind
from server.domain.errors import InvalidValueError
from server.domain.permissions import Action
from server.http.api import actor_of, validate
from server.http.licences import LicenceIn, new_licence
from server.http.pages.routes import Pages, fields, render, see_other
from server.http.problems import InvalidBodyError
from server.keys import LICENCES

pages = Pages()

KINDS: Mapping[AuthorisationKind, str] = {
    AuthorisationKind.FULL_LICENCE: "Full license",
    AuthorisationKind.COMPACT_LICENCE: "License through the compact",
    AuthorisationKind.TELEHEALTH_REGISTRATION: "Telehealth registration",
}
ATTENTION: Mapping[Attention, tuple[str, str]] = {
    Attention.EXPIRED: ("stop", "Has ended"),
    Attention.ENDS_SOON: ("care", "Ends within 60 days"),
    Attention.STALE: ("stop", "Not looked up for a year: does not count"),
    Attention.VERIFY_SOON: ("care", "Look it up again soon"),
}
NEEDS: Mapping[str, str] = {
    "specialist": "Choose a specialist.",
    "state": "Choose a state.",
    "kind": "Choose a kind.",
    "number": "Write the number as it stands with the state board.",
    "valid_from": "Give the first day, such as 2026-01-31.",
    "valid_until": "Give the last day, such as 2027-12-31.",
    "verified_on": "Give the day on which you looked it up.",
}


@pages.get("/licences", action=Action.LICENCE_EDIT)
async def licences(request: web.Request) -> web.Response:
    """Show everybody's licenses."""
    return await _page(request, {}, {})


@pages.post("/licences", action=Action.LICENCE_EDIT)
async def add(request: web.Request) -> web.StreamResponse:
    """Enter a license that this person has looked up."""
    sent = await fields(request)
    try:
        body = validate(LicenceIn, {name: sent[name] for name in NEEDS if sent.get(name)})
        assert isinstance(body, LicenceIn)
        await request.app[LICENCES].add(actor_of(request), new_licence(body))
    except InvalidBodyError as error:
        wrong = {name for name, _ in error.errors}
        return await _page(request, sent, {name: words for name, words in NEEDS.items() if name in wrong})
    except InvalidValueError as error:
        return await _page(request, sent, {error.field: str(error)})
    return see_other("/licences?now=added")


@pages.post("/licences/{licence}/verify", action=Action.LICENCE_EDIT)
async def verify(request: web.Request) -> web.StreamResponse:
    """Note that this person has looked a license up today."""
    await request.app[LICENCES].verify(actor_of(request), request.match_info["licence"])
    return see_other("/licences?now=verified")


@pages.post("/licences/{licence}/remove", action=Action.LICENCE_EDIT)
async def remove(request: web.Request) -> web.StreamResponse:
    """Take a license away."""
    await request.app[LICENCES].remove(actor_of(request), request.match_info["licence"])
    return see_other("/licences?now=removed")


async def _page(request: web.Request, sent: Mapping[str, str], errors: Mapping[str, str]) -> web.Response:
    service = request.app[LICENCES]
    everybody = await service.all()
    given = {name: sent.get(name, "") for name in NEEDS}
    given["verified_on"] = given["verified_on"] or service.today.isoformat()
    waiting = [(one, licence) for one in everybody for licence in one.licences if licence.attention]
    return render(
        request,
        "licences/page.html",
        status=422 if errors else 200,
        here="licences",
        everybody=everybody,
        waiting=waiting,
        states=service.states,
        kinds=KINDS,
        attention_words=ATTENTION,
        given=given,
        errors=errors,
        today=service.today,
        news=request.query.get("now", ""),
    )
