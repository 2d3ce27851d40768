"""Editing a draft of the policy: thresholds, dates, lists, and of each rule its words, its steps and what follows.

A field is named after its place in the policy, so that a fault of the policy leads to the field.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from aiohttp import web
from multidict import MultiDictProxy

from server.domain.errors import InvalidValueError
from server.domain.permissions import Action
from server.domain.policy import Outcome, Policy, PolicyFault, PolicyFaultsError, Stage
from server.domain.policy.edits import Edits, RuleEdit
from server.domain.policy.fact import is_full_date
from server.domain.policy.sentences import compared, readers
from server.domain.policy.versions import OPEN
from server.http.api import actor_of
from server.http.bodies import form_of
from server.http.pages.policy_words import OUTCOMES, STAGES, list_options
from server.http.pages.routes import Pages, render, see_other
from server.keys import POLICIES
from server.services.policy_shelf import Opened

pages = Pages()

MOST_LETTERS = {"version": 80, "patient": 1000}
WORDS: Mapping[str, str] = {
    "numbers": "Write a number that this can be compared with, such as 600.",
    "dates": "Give a day, such as 2027-12-31.",
    "lists": "Choose at least one, and only what can be an answer.",
    "version": "Give it a name of at most 80 letters.",
    "effective_from": "Give a day, such as 2027-01-31.",
    "patient": "Write what the patient reads, in at most 1000 letters.",
    "at": "Choose at least one step.",
    "outcome": "This cannot follow here: an answer that is missing would count. Choose something stricter.",
}

Values = dict[str, Any]  # what stands in each field, by its name


@pages.get("/policy/drafts/{policy}", action=Action.POLICY_EDIT)
async def draft(request: web.Request) -> web.StreamResponse:
    """Show a draft to edit."""
    opened = await request.app[POLICIES].open(request.match_info["policy"])
    if opened.version.status not in OPEN:
        return see_other(f"/policy/{opened.version.sha256}")
    return _page(request, opened, _values(opened.policy), {})


@pages.post("/policy/drafts/{policy}", action=Action.POLICY_EDIT)
async def save(request: web.Request) -> web.StreamResponse:
    """Write what was edited into a new draft, or show what cannot stand."""
    service, sha256 = request.app[POLICIES], request.match_info["policy"]
    opened = await service.open(sha256)
    values = _sent(await form_of(request), opened.policy)
    try:
        edits = _edits(values, opened.policy)
        after = await service.edit(actor_of(request), sha256, edits)
    except PolicyFaultsError as error:
        return _page(request, opened, values, {fault.place: _words(fault) for fault in error.faults})
    except InvalidValueError as error:
        return _page(request, opened, values, {f"policy.{error.field}": str(error)})
    return see_other(f"/policy/drafts/{after.version.sha256}?now=saved")


def _page(request: web.Request, opened: Opened, values: Values, errors: Mapping[str, str]) -> web.Response:
    policy, sheet = opened.policy, opened.rule.sheet
    return render(
        request,
        "policy/edit.html",
        status=422 if errors else 200,
        here="policy",
        opened=opened,
        values=values,
        numbers=policy.numbers,
        dates=policy.dates,
        lists=[(name, list_options(policy, name, sheet)) for name in policy.lists],
        hints={name: _hint(opened, name) for name in (*policy.numbers, *policy.dates, *policy.lists)},
        rules=policy.rules,
        steps=list(STAGES.items()),
        outcomes=[(outcome, word) for outcome, word in OUTCOMES.items() if outcome != Outcome.VIDEO_OK],
        errors=errors,
        saved=request.query.get("now") == "saved",
    )


def _hint(opened: Opened, name: str) -> str:
    """Say what a number, a date or a list is for."""
    asked = " and ".join(compared(opened.policy, name, opened.rule.sheet))
    return f"For {asked}. Read by {', '.join(readers(opened.policy, name))}." if asked else "Nothing reads it."


def _values(policy: Policy) -> Values:
    """Fill the form with what the policy says."""
    values: Values = {"policy.version": policy.version, "policy.effective_from": policy.effective_from.isoformat()}
    values |= {f"numbers.{name}": str(number) for name, number in policy.numbers.items()}
    values |= {f"dates.{name}": day.isoformat() for name, day in policy.dates.items()}
    values |= {f"lists.{name}": list(entries) for name, entries in policy.lists.items()}
    for rule in policy.rules:
        place = f"rules.{rule.id}"
        values |= {
            f"{place}.patient": rule.patient,
            f"{place}.at": [stage.value for stage in rule.stages],
            f"{place}.outcome": rule.outcome.value,
        }
    return values


def _sent(sent: "MultiDictProxy[Any]", policy: Policy) -> Values:
    """Take what the form holds; a group of boxes of which none is ticked is empty, and not as before."""
    values = _values(policy)
    fixed = {f"rules.{policy.default.id}.{key}" for key in ("at", "outcome")}
    for name, before in values.items():
        texts = [text.replace("\x00", "").strip() for text in sent.getall(name, []) if isinstance(text, str)]
        if isinstance(before, list) and name not in fixed:
            given = [line.strip() for text in texts for line in text.splitlines() if line.strip()]
            values[name] = list(dict.fromkeys([entry for entry in before if entry in given] + given))
        elif texts and name not in fixed:
            values[name] = " ".join(texts[0].split())
    return values


def _edits(values: Values, policy: Policy) -> Edits:
    """Read the form.

    Raises:
        PolicyFaultsError: a text is no number, no day, too long, or no word of ours.
    """
    faults = [PolicyFault(name, "") for name, value in values.items() if not _reads(name, value)]
    if faults:
        raise PolicyFaultsError(faults)
    return Edits(
        version=values["policy.version"],
        effective_from=date.fromisoformat(values["policy.effective_from"]),
        numbers={name: _number(values[f"numbers.{name}"]) for name in policy.numbers},
        lists={name: tuple(values[f"lists.{name}"]) for name in policy.lists},
        dates={name: date.fromisoformat(values[f"dates.{name}"]) for name in policy.dates},
        rules={rule.id: _rule(values, f"rules.{rule.id}") for rule in policy.rules},
    )


def _rule(values: Values, place: str) -> RuleEdit:
    stages = tuple(stage for stage in Stage if stage in values[f"{place}.at"])
    return RuleEdit(values[f"{place}.patient"], stages, Outcome(values[f"{place}.outcome"]))


def _reads(name: str, value: Any) -> bool:
    """Tell whether a field holds something of its kind."""
    section, key = name.split(".")[0], name.rsplit(".", 1)[-1]
    if section == "numbers":
        return _is_number(value)
    if section == "dates" or key == "effective_from":
        return is_full_date(value)
    if section == "rules" and key == "outcome":
        return value in list(Outcome)
    most = MOST_LETTERS.get(key) if section != "lists" else None
    return most is None or len(value) <= most


def _is_number(text: str) -> bool:
    whole, _, rest = text.lstrip("-").partition(".")
    return text.isascii() and len(text) <= 20 and whole.isdigit() and (rest.isdigit() or "." not in text)


def _number(text: str) -> int | float:
    return float(text) if "." in text else int(text)


def _words(fault: PolicyFault) -> str:
    section, key = fault.place.split(".")[0], fault.place.rsplit(".", 1)[-1]
    return WORDS.get(key) or WORDS.get(section) or f"{fault.place}: {fault.problem}"
