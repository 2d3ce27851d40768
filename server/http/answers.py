"""The answers of a request on the wire. What is asked, and in which words, stands in `server.domain.request_form`."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from server.domain.request_form import LINE_CHARACTERS, MOST_QUESTIONS, QUESTION_CHARACTERS, TEXT_CHARACTERS
from server.http.api import Shape


def _whole(value: Any) -> Any:
    """Take 3.0 for 3, as JSON Schema does."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Whole = BeforeValidator(_whole)
YesNo = Literal["yes", "no", "unknown"]
Line = Annotated[str, Field(max_length=LINE_CHARACTERS)]
Text = Annotated[str, Field(max_length=TEXT_CHARACTERS)]
Place = Annotated[str, Field(pattern="^[A-Z]{2}$")] | Literal["unknown"]  # ISO 3166-1 alpha-2, or a state's code
Reason = Literal["more-options", "confirm", "only-surgery", "rare", "untreatable", "came-back", "trials", "other"]
Help = Literal["hearing", "seeing", "memory", "none", "unknown"]


class Answers(Shape):
    """Answers by name. What is left out stays as it is; null takes an answer back."""

    name: Line | None = None
    phone: Annotated[str, Field(pattern=r"^[+(]?[0-9][0-9 ()./-]{4,37}$")] | None = None
    reach: Literal["call", "text", "mail"] | None = None
    voicemail: Literal["yes", "no"] | None = None
    rf_breathing: YesNo | None = None
    rf_heart_brain: YesNo | None = None
    rf_cord: YesNo | None = None
    fever_38: YesNo | None = None
    rf_svc: YesNo | None = None
    rf_bleeding: YesNo | None = None
    rf_metabolic: YesNo | None = None
    rf_self_harm: YesNo | None = None
    amber_symptom_count: Annotated[int, Field(ge=0, le=30), Whole] | Literal["unknown"] | None = None
    new_neuro_nonurgent: YesNo | None = None
    reasons: Annotated[list[Reason], Field(max_length=8)] | None = None
    cancer_type: Literal["breast", "lung", "other", "unknown"] | None = None
    diagnosis: Text | None = None
    proposed: Text | None = None
    treatment_timing: Literal["started", "two-weeks", "later", "none", "unknown"] | None = None
    treatment_start: date | None = None
    surgery_done: YesNo | None = None
    questions: (
        Annotated[list[Annotated[str, Field(max_length=QUESTION_CHARACTERS)]], Field(max_length=MOST_QUESTIONS)] | None
    ) = None
    age_years: Annotated[int, Field(ge=0, le=120), Whole] | None = None
    patient_country: Place | None = None
    patient_state: Place | None = None
    language: Line | None = None
    interpreter: YesNo | None = None
    support: Annotated[list[Help], Field(max_length=5)] | None = None
    helper: Line | None = None
    telehealth_consent: YesNo | None = None
    prefers_in_person: YesNo | None = None
    insurance: Annotated[str, Field(max_length=1000)] | None = None
