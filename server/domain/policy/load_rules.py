"""Reading the rules, of which exactly one is the default. Pure."""

import re
from collections import Counter

from server.domain.policy.load_conditions import Vocabulary, read_group, refuse_unknown
from server.domain.policy.outcome import RANK, Outcome
from server.domain.policy.rule import Rule
from server.domain.policy.stage import Stage
from server.domain.policy.table import Table

RULE_ID = re.compile(r"[A-Z][0-9]{2}")


def read_rules(root: Table, vocabulary: Vocabulary) -> tuple[Rule, ...]:
    """Read every rule, and hold them against each other."""
    rules = tuple(_read_rule(row, vocabulary) for row in root.rows("rules"))
    for rule_id, count in Counter(rule.id for rule in rules if rule.id).items():
        if count > 1:
            root.fault(f"{count} rules have the id {rule_id}", "rules")
    if rules and sum(rule.default for rule in rules) != 1:
        root.fault("exactly one rule must be the default", "rules")
    return rules


def _read_rule(table: Table, vocabulary: Vocabulary) -> Rule:
    rule_id = table.text("id")
    if rule_id:
        table.place = f"{table.place} {rule_id}"
        if not RULE_ID.fullmatch(rule_id):
            table.fault("must be a capital letter and two digits", "id")
    rule = Rule(
        id=rule_id,
        name=table.text("name"),
        outcome=table.choice("outcome", Outcome),
        stages=_read_stages(table),
        when=None if _read_default(table) else read_group(table, vocabulary),
        patient=table.text("patient"),
        sources=table.texts("source"),
    )
    _check_default(rule, table)
    _check_unknown(rule, table)
    table.finish()
    return rule


def _read_stages(table: Table) -> tuple[Stage, ...]:
    names = table.texts("at")
    for name in names:
        if name not in list(Stage):
            table.fault(f"there is no step {name}", "at")
    return tuple(stage for stage in Stage if stage in names)


def _read_default(table: Table) -> bool:
    if "default" not in table:
        return False
    if table.raw("default") is not True:
        table.fault("must be true, or absent", "default")
    return True


def _check_default(rule: Rule, table: Table) -> None:
    if rule.default and rule.outcome is not Outcome.VIDEO_OK:
        table.fault("the default rule must say video_ok", "outcome")
    if rule.default and set(rule.stages) != set(Stage):
        table.fault("the default rule must stand at every step", "at")
    if not rule.default and rule.outcome is Outcome.VIDEO_OK and "outcome" in table:
        table.fault("only the default rule may say video_ok", "outcome")


def _check_unknown(rule: Rule, table: Table) -> None:
    """Whoever has not answered is asked, unless the rule is at least as strict as asking."""
    if rule.when is not None and RANK[Outcome.VIDEO_OK] < RANK[rule.outcome] < RANK[Outcome.NEEDS_INFORMATION]:
        refuse_unknown(table, rule.when, f"{rule.outcome} would be the answer to an unknown, which must be asked")
