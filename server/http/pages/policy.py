"""The policy office: the versions of the rule, each in sentences, what it would change, and the way into force."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from server.domain.errors import InvalidValueError
from server.domain.permissions import Action
from server.domain.policy import PolicyStatus
from server.domain.policy.compare import compare
from server.domain.policy.edits import Edits
from server.domain.policy.sentences import JOINED, readers, sentence, words_of
from server.http.api import actor_of, validate
from server.http.pages.policy_words import DIRECTIONS, OUTCOMES, STAGES, difference, gap_words, matrix, setting_words
from server.http.pages.routes import Pages, fields, render, see_other
from server.http.policy_shapes import ActivationIn, DraftIn, SignatureIn
from server.http.problems import InvalidBodyError
from server.keys import POLICIES
from server.services.policy_shelf import Opened

pages = Pages()

NEEDS: Mapping[str, str] = {
    "based_on": "Choose the version to copy.",
    "version": "Give it a name of at most 80 letters.",
    "effective_from": "Give a day, such as 2027-01-31.",
    "on": "Give a day, such as 2027-01-31.",
    "reason": "Write at most 2000 letters.",
}
NOTHING: Mapping[str, str] = {}


@pages.get("/policy", action=Action.POLICY_READ)
async def policy(request: web.Request) -> web.Response:
    """Show every version, and which one decides."""
    return await _list(request, NOTHING, NOTHING)


@pages.get("/rules", action=Action.RULES_READ)
async def rules(request: web.Request) -> web.Response:
    """Show the rules that decide today, to everybody who works by them."""
    current = await request.app[POLICIES].current()
    return render(request, "policy/rules.html", here="rules", version=current.version, **_in_sentences(current))


@pages.post("/policy/drafts", action=Action.POLICY_EDIT)
async def begin(request: web.Request) -> web.StreamResponse:
    """Begin a new version."""
    sent = await fields(request)
    try:
        body = validate(DraftIn, {name: sent[name] for name in DraftIn.model_fields if sent.get(name)})
        assert isinstance(body, DraftIn)
        edits = Edits(version=body.version, effective_from=body.effective_from)
        opened = await request.app[POLICIES].draft(actor_of(request), body.based_on, edits)
    except (InvalidBodyError, InvalidValueError) as error:
        return await _list(request, sent, _errors(error))
    return see_other(f"/policy/drafts/{opened.version.sha256}")


@pages.get("/policy/compare", action=Action.POLICY_READ)
async def side_by_side(request: web.Request) -> web.Response:
    """Show what differs between two versions."""
    service = request.app[POLICIES]
    old, new = (request.query.get(side) for side in ("old", "new"))
    chosen = (await service.open(old), await service.open(new)) if old and new else None
    found = compare(chosen[0].policy, chosen[1].policy) if chosen else ()
    return render(
        request,
        "policy/compare.html",
        here="policy",
        versions=await service.all(),
        old=chosen[0] if chosen else None,
        new=chosen[1] if chosen else None,
        changes=[difference(change, *chosen) for change in found] if chosen else [],
        directions=DIRECTIONS,
    )


@pages.get("/policy/{policy}", action=Action.POLICY_READ)
async def version(request: web.Request) -> web.Response:
    """Show one version: where it stands, and its rules in sentences."""
    return await _version(request, await _opened(request), NOTHING, NOTHING)


@pages.get("/policy/{policy}/check", action=Action.POLICY_EDIT)
async def changes(request: web.Request) -> web.Response:
    """Show what a version would change, as it was found last."""
    return await _check(request, await _opened(request), NOTHING, NOTHING)


@pages.post("/policy/{policy}/check", action=Action.POLICY_EDIT)
async def check(request: web.Request) -> web.StreamResponse:
    """Find out what a version would change."""
    opened = await request.app[POLICIES].check(actor_of(request), _sha256(request))
    return see_other(f"/policy/{opened.version.sha256}/check")


@pages.post("/policy/{policy}/sign", action=Action.POLICY_SIGN)
async def sign(request: web.Request) -> web.StreamResponse:
    """Sign a version."""
    sent, sha256 = await fields(request), _sha256(request)
    try:
        body = validate(SignatureIn, {"reason": sent.get("reason", "")})
        assert isinstance(body, SignatureIn)
        await request.app[POLICIES].sign(actor_of(request), sha256, body.reason)
    except (InvalidBodyError, InvalidValueError) as error:
        opened = await _opened(request)
        shown = _version if opened.version.status is PolicyStatus.ACTIVE else _check
        return await shown(request, opened, sent, _errors(error))
    return see_other(f"/policy/{sha256}?now=signed")


@pages.post("/policy/{policy}/activate", action=Action.POLICY_SIGN)
async def activate(request: web.Request) -> web.StreamResponse:
    """Give a signed version its day."""
    sent, sha256 = await fields(request), _sha256(request)
    try:
        body = validate(ActivationIn, {"on": sent.get("on", "")})
        assert isinstance(body, ActivationIn)
        await request.app[POLICIES].activate(actor_of(request), sha256, body.on)
    except (InvalidBodyError, InvalidValueError) as error:
        return await _version(request, await _opened(request), sent, _errors(error))
    return see_other(f"/policy/{sha256}?now=activated")


@pages.post("/policy/{policy}/retire", action=Action.POLICY_EDIT)
async def retire(request: web.Request) -> web.StreamResponse:
    """Put a version aside."""
    await request.app[POLICIES].retire(actor_of(request), _sha256(request))
    return see_other(f"/policy/{_sha256(request)}?now=retired")


async def _list(request: web.Request, sent: Mapping[str, str], errors: Mapping[str, str]) -> web.Response:
    service = request.app[POLICIES]
    listed, current = await service.all(), await service.current()
    given = {name: sent.get(name, "") for name in DraftIn.model_fields}
    given["effective_from"] = given["effective_from"] or service.today.isoformat()
    return render(
        request,
        "policy/list.html",
        status=422 if errors else 200,
        here="policy",
        current=current.listed,
        versions=[one for one in listed if one.version.status is not PolicyStatus.RETIRED],
        aside=[one for one in listed if one.version.status is PolicyStatus.RETIRED],
        bases=sorted(listed, key=lambda one: not one.current),
        ending=service.ending(current.policy),
        today=service.today,
        given=given,
        errors=errors,
    )


async def _version(
    request: web.Request, opened: Opened, sent: Mapping[str, str], errors: Mapping[str, str]
) -> web.Response:
    service = request.app[POLICIES]
    return render(
        request,
        "policy/version.html",
        status=422 if errors else 200,
        here="policy",
        opened=opened,
        current=(await service.current()).listed,
        today=service.today,
        given=sent,
        errors=errors,
        news=request.query.get("now", ""),
        **_in_sentences(opened),
    )


def _in_sentences(opened: Opened) -> dict[str, Any]:
    """What `policy/_rules.html` reads out."""
    policy, sheet = opened.policy, opened.rule.sheet
    joined = {name: JOINED[group.quantifier] for name, group in policy.derived.items() if len(group.conditions) > 1}
    return {
        "sentences": [sentence(rule, sheet) for rule in policy.rules],
        "derived": [(name, joined.get(name, ""), words_of(group, sheet)) for name, group in policy.derived.items()],
        "values": [
            (name, setting_words(policy, name, value, sheet), readers(policy, name))
            for entries in (policy.numbers, policy.lists, policy.dates)
            for name, value in entries.items()
        ],
    }


async def _check(
    request: web.Request, opened: Opened, sent: Mapping[str, str], errors: Mapping[str, str]
) -> web.Response:
    service, found = request.app[POLICIES], opened.version.found
    current = (await service.current()).listed
    against = next(
        (one.version.version for one in await service.all() if one.version.sha256 == opened.version.checked_against), ""
    )
    return render(
        request,
        "policy/check.html",
        status=422 if errors else 200,
        here="policy",
        opened=opened,
        found=found,
        matrix=matrix(found["matrix"]) if found else None,
        gap_words=[gap_words(gap, opened.rule.sheet) for gap in found["gaps"]] if found else [],
        against=against,
        outdated=opened.listed.is_open and opened.version.checked_against != current.version.sha256,
        outcomes=OUTCOMES,
        stages=STAGES,
        today=service.today,
        given=sent,
        errors=errors,
    )


def _errors(error: InvalidBodyError | InvalidValueError) -> dict[str, str]:
    if isinstance(error, InvalidValueError):
        return {error.field: str(error)}
    return {name: NEEDS.get(name, message) for name, message in error.errors}


async def _opened(request: web.Request) -> Opened:
    return await request.app[POLICIES].open(_sha256(request))


def _sha256(request: web.Request) -> str:
    return request.match_info["policy"]
