"""The JSON lines of `policy decide`: one question in, one answer out, whatever the line holds."""

import json
from collections.abc import Iterator
from typing import Any, BinaryIO

from server.domain.policy import FactsError, Policy, decide, parse_stage

MAX_LINE_BYTES = 1_000_000  # a whole case is 2 kB
KEYS = frozenset({"id", "stage", "facts"})


class LineError(Exception):
    """The line is no question; the argument says why."""


def answer_lines(policy: Policy, questions: BinaryIO, answers: BinaryIO) -> None:
    """Answer each line before the next one is read, so that a program can hold a conversation."""
    for line in read_lines(questions):
        answers.write(answer(policy, line))
        answers.flush()


def read_lines(questions: BinaryIO) -> Iterator[bytes]:
    """Give each line; of one that is too long, just enough to show that it is."""
    while line := questions.readline(MAX_LINE_BYTES + 1):
        rest = line
        while rest and not rest.endswith(b"\n"):
            rest = questions.readline(MAX_LINE_BYTES)
        yield line


def answer(policy: Policy, line: bytes) -> bytes:
    """Decide about one line, or say why it cannot be decided; the question's id comes back either way."""
    named: dict[str, Any] = {}
    try:
        question, faults = read_object(line)
        named = {"id": question["id"]} if type(question.get("id")) in (str, int) else {}
        said = _decide(policy, question, faults)
    except (LineError, FactsError) as error:
        said = {"error": str(error)}
    return json.dumps(named | said, allow_nan=False).encode() + b"\n"


def read_object(line: bytes) -> tuple[dict[str, Any], list[str]]:
    """Read a JSON object, and name what RFC 8259 leaves open and a decision must not: keys said twice, NaN, infinity.

    Raises:
        LineError: there is no object to read.
    """
    faults: list[str] = []

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        content = dict(pairs)
        if len(content) < len(pairs):
            faults.append("a key stands twice")
        return content

    if len(line) > MAX_LINE_BYTES:
        raise LineError(f"the line is longer than {MAX_LINE_BYTES} bytes")
    try:
        content = json.loads(line.decode(), object_pairs_hook=unique, parse_constant=faults.append)
    except (ValueError, RecursionError) as error:  # not UTF-8, not JSON, a number without end, nested without end
        raise LineError("the line is not JSON") from error
    if not isinstance(content, dict):
        raise LineError("the line is not a JSON object")
    return content, faults


def _decide(policy: Policy, question: dict[str, Any], faults: list[str]) -> dict[str, Any]:
    if faults:
        raise LineError(f"the line is not acceptable JSON: {faults[0]}")
    if "id" in question and type(question["id"]) not in (str, int):
        raise LineError("id must be text or a whole number")
    if unknown := sorted(question.keys() - KEYS):
        raise LineError(f"there is no {unknown[0][:60]} in a question, only {', '.join(sorted(KEYS))}")
    if not isinstance(question.get("facts"), dict):
        raise LineError("facts must be an object")
    return decide(policy, parse_stage(question.get("stage")), question["facts"]).plain()
