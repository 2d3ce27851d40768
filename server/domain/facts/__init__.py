"""Who is asked for each fact, in which words, how long an answer holds, and what is known now. Pure."""

from server.domain.facts.load import load_fact_sheet
from server.domain.facts.question import UNKNOWN, Option, Place, Question, parse_answer
from server.domain.facts.sheet import Entry, FactSheet
from server.domain.facts.statement import Party, Statement

__all__ = [
    "UNKNOWN",
    "Entry",
    "FactSheet",
    "Option",
    "Party",
    "Place",
    "Question",
    "Statement",
    "load_fact_sheet",
    "parse_answer",
]
