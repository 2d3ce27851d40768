"""What we write to the policy office. No case, no patient: only that a date of the policy passes."""

from datetime import date

from server.domain.letters import House, Letter, signed
from server.domain.wording import day_words, spoken


def date_passes(house: House, name: str, day: date, today: date, link: str) -> Letter:
    """A date in the policy passes soon, or has passed."""
    left = (day - today).days
    when = f"in {left} days" if left > 1 else {1: "tomorrow", 0: "today"}.get(left, "and has passed")
    return Letter(
        "A date in the policy has passed" if left < 0 else "A date in the policy passes soon",
        signed(
            house,
            f"A date in the policy for video visits is {day_words(day)}: {when}.",
            f"The policy calls it: {spoken(name)}.",
            "From the day after, the rules that read it are stricter. Find out whether the law or the plan has "
            "changed, and begin a new version of the policy if it has:",
            link,
        ),
    )
