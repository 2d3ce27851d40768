"""The policy office over the wire: versions of the in-person rule, from a draft to the day they come into force."""

from aiohttp import web

from server.domain.errors import ConflictError, InvalidValueError, NotFoundError
from server.domain.permissions import Action
from server.domain.policy import PolicyFaultsError
from server.domain.policy.compare import compare
from server.domain.policy.edits import Edits
from server.http.api import Routes, actor_of
from server.http.policy_shapes import (
    ActivationIn,
    Against,
    ChangesOut,
    DraftIn,
    EditsIn,
    EndingOut,
    PoliciesOut,
    PolicyOut,
    SignatureIn,
    changes_out,
    policy_out,
    version_out,
)
from server.keys import POLICIES

routes = Routes("policies")


@routes.add("GET", "/policies", action=Action.POLICY_READ)
async def all_of_them(request: web.Request) -> PoliciesOut:
    """List the versions of the policy, the newest first, and the dates of the one in force that soon pass."""
    service = request.app[POLICIES]
    return PoliciesOut(
        policies=[version_out(listed) for listed in await service.all()],
        ending=[EndingOut(name=name, on=day) for name, day in service.ending((await service.current()).policy)],
    )


@routes.add(
    "POST",
    "/policies",
    action=Action.POLICY_EDIT,
    status=201,
    creates=True,
    refuses=(NotFoundError, InvalidValueError, PolicyFaultsError, ConflictError),
)
async def draft(request: web.Request, body: DraftIn) -> PolicyOut:
    """Begin a new version on the ground of another one."""
    edits = Edits(version=body.version, effective_from=body.effective_from)
    return policy_out(await request.app[POLICIES].draft(actor_of(request), body.based_on, edits))


@routes.add("GET", "/policies/{policy}", action=Action.POLICY_READ)
async def one(request: web.Request) -> PolicyOut:
    """Read a version: its rules in sentences, what can be edited, and what its check found."""
    return policy_out(await request.app[POLICIES].open(_sha256(request)))


@routes.add("GET", "/policies/{policy}/file", action=Action.POLICY_READ, media_type="application/toml")
async def file(request: web.Request) -> web.Response:
    """Get the bytes of a version, whose SHA-256 is its id."""
    opened = await request.app[POLICIES].open(_sha256(request))
    headers = {"Content-Disposition": 'attachment; filename="in-person.toml"'}
    return web.Response(body=opened.rule.body, content_type="application/toml", charset="utf-8", headers=headers)


@routes.add(
    "PATCH",
    "/policies/{policy}",
    action=Action.POLICY_EDIT,
    refuses=(InvalidValueError, PolicyFaultsError, ConflictError),
)
async def edit(request: web.Request, body: EditsIn) -> PolicyOut:
    """Edit a draft: new bytes under a new id, which nobody has checked or signed."""
    return policy_out(await request.app[POLICIES].edit(actor_of(request), _sha256(request), body.edits()))


@routes.add("GET", "/policies/{policy}/changes", action=Action.POLICY_READ)
async def changes(request: web.Request, query: Against) -> ChangesOut:
    """Compare a version with another one: what differs, and whether it makes the rule stricter or looser."""
    service = request.app[POLICIES]
    old, new = await service.open(query.against), await service.open(_sha256(request))
    return changes_out(compare(old.policy, new.policy))


@routes.add("POST", "/policies/{policy}/check", action=Action.POLICY_EDIT, refuses=(ConflictError,))
async def check(request: web.Request) -> PolicyOut:
    """Hold a version against the one in force: all stored decisions, the worked cases, the gaps."""
    return policy_out(await request.app[POLICIES].check(actor_of(request), _sha256(request)))


@routes.add(
    "POST", "/policies/{policy}/signatures", action=Action.POLICY_SIGN, refuses=(InvalidValueError, ConflictError)
)
async def sign(request: web.Request, body: SignatureIn) -> PolicyOut:
    """Sign a version that was checked; two different people have to."""
    return policy_out(await request.app[POLICIES].sign(actor_of(request), _sha256(request), body.reason))


@routes.add(
    "POST", "/policies/{policy}/activate", action=Action.POLICY_SIGN, refuses=(InvalidValueError, ConflictError)
)
async def activate(request: web.Request, body: ActivationIn) -> PolicyOut:
    """Let a signed version come into force on a day."""
    return policy_out(await request.app[POLICIES].activate(actor_of(request), _sha256(request), body.on))


@routes.add("POST", "/policies/{policy}/retire", action=Action.POLICY_EDIT, refuses=(ConflictError,))
async def retire(request: web.Request) -> PolicyOut:
    """Put a version aside that is not in force."""
    return policy_out(await request.app[POLICIES].retire(actor_of(request), _sha256(request)))


def _sha256(request: web.Request) -> str:
    return request.match_info["policy"]
