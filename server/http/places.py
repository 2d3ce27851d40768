"""Where somebody has to be for a visit: at the clinic, or nowhere in particular."""

from typing import NamedTuple

from aiohttp import web

from server.domain.appointments import Mode
from server.http.pages.routes import HOSPITAL


class Place(NamedTuple):
    """Where to come, and how to find it; nothing for a visit from home."""

    address: str | None
    directions: str | None


def place_of(request: web.Request, mode: Mode) -> Place:
    """Say where a visit of this kind takes place."""
    hospital = request.app[HOSPITAL]
    return Place(hospital.address, hospital.directions or None) if mode is Mode.IN_PERSON else Place(None, None)
