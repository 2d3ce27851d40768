"""What an opinion still lacks before it can be signed, each with the place where it is written. No I/O, no clock."""

from dataclasses import dataclass

from server.domain.opinions import Opinion, OpinionStatus, open_questions


@dataclass(frozen=True, slots=True)
class Gap:
    """Something to write: `field` is its place in the opinion, `words` say what to do."""

    field: str
    words: str


def gaps(opinion: Opinion) -> tuple[Gap, ...]:
    """Name everything without which `sign` refuses, in the order of the page; nothing once it is signed."""
    if opinion.status is OpinionStatus.SIGNED:
        return ()
    found = []
    if not opinion.summary:
        found.append(Gap("summary", "Write the summary in plain words."))
    if opinion.agreement is None:
        found.append(Gap("agreement", "Say whether you agree."))
    found += [Gap(f"replies.{number}", f"Answer question {number}.") for number in open_questions(opinion)]
    return tuple(found)
