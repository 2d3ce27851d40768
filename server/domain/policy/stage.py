"""The steps of a case at which the rule is asked again. Pure values."""

from enum import StrEnum

from server.domain.policy.errors import FactFault, FactProblem, FactsError


class Stage(StrEnum):
    """A step at which a decision is made."""

    REQUEST = "request"
    RECORDS_REVIEW = "records_review"
    BOOKING = "booking"
    CHECK_IN = "check_in"
    DURING_VISIT = "during_visit"


# Everything before booking may still change without anybody's plans changing.
PROVISIONAL_STAGES = frozenset({Stage.REQUEST, Stage.RECORDS_REVIEW})


def parse_stage(text: object) -> Stage:
    """Read the name of a step.

    Raises:
        FactsError: there is no such step.
    """
    try:
        return Stage(text)  # type: ignore[arg-type]
    except ValueError as error:
        raise FactsError([FactFault("stage", FactProblem.UNKNOWN_STAGE)]) from error
