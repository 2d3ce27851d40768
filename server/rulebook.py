"""What the hospital decides by, read from its files: policy, fact sheet, checklists and worked cases."""

from dataclasses import dataclass
from functools import lru_cache

from config.settings import Settings
from server.domain.checklist_file import Checklists, load_checklists
from server.domain.facts import load_fact_sheet
from server.domain.policy import load_policy
from server.domain.policy.worked import Worked, load_worked
from server.domain.request_form import make_form
from server.domain.requests import offered
from server.services.weighing import Rule


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The files' values, which fit each other."""

    rule: Rule
    checklists: Checklists
    worked: Worked


def read_rulebook(settings: Settings) -> Rulebook:
    """Load every file, or refuse to start.

    Raises:
        PolicyFaultsError: the policy or its fact sheet has faults.
        ChecklistFaultsError: a checklist has faults or does not fit the request.
    """
    checklists = tuple((path.name, path.read_bytes()) for path in sorted(settings.checklists.glob("*.toml")))
    cases = tuple(file.read_bytes() for file in settings.cases_files)
    return _read(settings.policy_file.read_bytes(), settings.facts_file.read_bytes(), checklists, cases)


@lru_cache(maxsize=4)  # the same bytes give the same book, which nobody changes
def _read(policy: bytes, sheet: bytes, checklists: tuple[tuple[str, bytes], ...], cases: tuple[bytes, ...]) -> Rulebook:
    loaded = load_policy(policy)
    rule = Rule(loaded, policy, load_fact_sheet(sheet, loaded))
    return Rulebook(
        rule=rule,
        checklists=load_checklists(dict(checklists), offered=offered(make_form(rule.sheet))),
        worked=load_worked(*cases),
    )
