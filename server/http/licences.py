"""Licences and registrations of specialists, over the wire."""

from datetime import date

from aiohttp import web
from pydantic import Field

from server.domain.authorisations import Attention, Authorisation, AuthorisationKind, LicenceDaysError
from server.domain.errors import InvalidValueError, NotFoundError
from server.domain.ids import AccountId
from server.domain.permissions import Action
from server.http.api import Routes, Shape, actor_of
from server.http.values import Day, Id
from server.keys import LICENCES
from server.services.licences import NewLicence

routes = Routes("licences")

# Codes of the US Postal Service; a policy that knows fewer states refuses the others itself.
STATES = (
    "AL|AK|AS|AZ|AR|CA|CO|CT|DE|DC|FL|GA|GU|HI|ID|IL|IN|IA|KS|KY|LA|ME|MD|MA|MI|MN|MS|MO|MT|NE|NV|NH|NJ|NM|NY|NC|ND|MP|"
    "OH|OK|OR|PA|PR|RI|SC|SD|TN|TX|UT|VT|VI|VA|WA|WV|WI|WY"
)


class LicenceIn(Shape):
    """A licence as somebody looked it up."""

    specialist: Id
    state: str = Field(pattern=f"^({STATES})$")
    kind: AuthorisationKind
    number: str = Field(min_length=1, max_length=60, pattern="^[!-~]+( [!-~]+)*$")
    valid_from: Day
    valid_until: Day
    verified_on: Day


class LicenceOut(Shape):
    """A licence, and who last looked it up."""

    id: str
    specialist: str
    state: str
    kind: AuthorisationKind
    number: str
    valid_from: date
    valid_until: date
    verified_on: date
    verified_by: str


class ListedOut(LicenceOut):
    """A licence with what somebody should do about it."""

    attention: list[Attention]


class LicencesOut(Shape):
    """Everybody's licences, by specialist and state."""

    authorisations: list[ListedOut]


@routes.add("GET", "/authorisations", action=Action.LICENCE_EDIT)
async def all_of_them(request: web.Request) -> LicencesOut:
    """List everybody's licences and registrations."""
    found = await request.app[LICENCES].all()
    listed = [
        ListedOut(**shape(licence.row).model_dump(), attention=list(licence.attention))
        for licensed in found
        for licence in licensed.licences
    ]
    return LicencesOut(authorisations=listed)


@routes.add(
    "POST",
    "/authorisations",
    action=Action.LICENCE_EDIT,
    status=201,
    creates=True,
    refuses=(InvalidValueError, LicenceDaysError, NotFoundError),
)
async def add(request: web.Request, body: LicenceIn) -> LicenceOut:
    """Enter a licence or registration that the caller has looked up."""
    return shape(await request.app[LICENCES].add(actor_of(request), new_licence(body)))


@routes.add("POST", "/authorisations/{authorisation}/verify", action=Action.LICENCE_EDIT)
async def verify(request: web.Request) -> LicenceOut:
    """Note that the caller has looked it up today."""
    return shape(await request.app[LICENCES].verify(actor_of(request), request.match_info["authorisation"]))


@routes.add("DELETE", "/authorisations/{authorisation}", action=Action.LICENCE_EDIT)
async def remove(request: web.Request) -> None:
    """Take a licence away that does not hold, or was entered by mistake."""
    await request.app[LICENCES].remove(actor_of(request), request.match_info["authorisation"])


def new_licence(body: LicenceIn) -> NewLicence:
    """Read a licence off the wire or a form."""
    return NewLicence(
        specialist_id=AccountId(body.specialist),
        state=body.state,
        kind=body.kind,
        number=body.number,
        valid_from=body.valid_from,
        valid_until=body.valid_until,
        verified_on=body.verified_on,
    )


def shape(row: Authorisation) -> LicenceOut:
    """Put a licence on the wire."""
    return LicenceOut(
        id=row.id,
        specialist=row.specialist_id,
        state=row.state,
        kind=row.kind,
        number=row.number,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        verified_on=row.verified_on,
        verified_by=row.verified_by,
    )
