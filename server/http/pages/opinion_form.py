"""The form in which an opinion is written: from a draft to its fields, and from what was sent back to a draft."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from server.domain.opinion_sources import Sources
from server.domain.opinions import Agreement, Block, Opinion, Reply
from server.services.opinions import Writing

CANNOT = "cannot"
READ_THROUGH = "check"
NO_VERSION = 0  # no draft has it: what comes without a version may not overwrite anything
TEXT = re.compile(r"text-([0-9]{1,4})")
VERSION = re.compile(r"[0-9]{1,9}")

Sent = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Lines:
    """A list of records: suggestions, each ticked or not, and what the specialist has added."""

    suggested: tuple[tuple[str, bool], ...]
    added: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands in the form."""

    read: Lines
    missing: Lines


@dataclass(frozen=True, slots=True)
class SentForm:
    """What came from the form."""

    writing: Writing
    version: int
    reads_through: bool

    def over(self, opinion: Opinion) -> Opinion:
        """Lay what was typed over a draft, so that the page can show it again; nothing is checked."""
        replies = dict(self.writing.replies)
        return replace(
            opinion,
            summary=self.writing.summary or "",
            agreement=self.writing.agreement,
            blocks=tuple(_under(block, replies) for block in opinion.blocks),
            read=tuple(self.writing.read or ()),
            missing=tuple(self.writing.missing or ()),
        )


def sheet(opinion: Opinion, sources: Sources) -> Sheet:
    """Divide the lists into what was suggested and what was added."""
    return Sheet(_lines(opinion.read, sources.read), _lines(opinion.missing, sources.missing))


def read_form(sent: Sent) -> SentForm:
    """Read the form; a text that says why there is no answer is marked by its choice."""
    version = _first(sent, "version")
    agreement = _first(sent, "agreement")
    numbers = [int(match[1]) for name in sent if (match := TEXT.fullmatch(name))]
    writing = Writing(
        summary=_first(sent, "summary"),
        agreement=Agreement(agreement) if agreement in set(Agreement) else None,
        replies=[(number, _reply(sent, number)) for number in numbers],
        read=_taken(sent, "read"),
        missing=_taken(sent, "missing"),
    )
    known = int(version) if VERSION.fullmatch(version) else NO_VERSION
    return SentForm(writing, known, _first(sent, "then") == READ_THROUGH)


def _reply(sent: Sent, number: int) -> Reply:
    text = _first(sent, f"text-{number}").strip()
    return Reply(cannot_because=text) if _first(sent, f"kind-{number}") == CANNOT else Reply(answer=text)


def _taken(sent: Sent, name: str) -> list[str]:
    added = _first(sent, f"{name}-added").splitlines()
    return [line for line in (*sent.get(name, ()), *added) if line.strip()]


def _first(sent: Sent, name: str) -> str:
    return next(iter(sent.get(name, ())), "")


def _under(block: Block, replies: Mapping[int, Reply]) -> Block:
    return replace(block, reply=replies.get(block.number, block.reply))


def _lines(chosen: Sequence[str], suggested: Sequence[str]) -> Lines:
    return Lines(
        suggested=tuple((line, line in chosen) for line in suggested),
        added="\n".join(line for line in chosen if line not in suggested),
    )
