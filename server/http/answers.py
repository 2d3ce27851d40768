"""The answers of a request on the wire. What is asked, and in which words, stands in `server.domain.request_form`."""

from typing import Annotated, Literal

from pydantic import Field

from server.domain.request_form import LINE_CHARACTERS, MOST_QUESTIONS, QUESTION_CHARACTERS, TEXT_CHARACTERS
from server.http.api import Shape
from server.http.values import Day, Phone, Text, Whole

YesNo = Literal["yes", "no", "unknown"]
Line = Annotated[str, Text(LINE_CHARACTERS)]
Story = Annotated[str, Text(TEXT_CHARACTERS)]
Asked = Annotated[str, Text(QUESTION_CHARACTERS)]
Place = Annotated[str, Field(pattern="^[A-Z]{2}$")] | Literal["unknown"]  # ISO 3166-1 alpha-2, or a state's code
Reason = Literal["more-options", "confirm", "only-surgery", "rare", "untreatable", "came-back", "trials", "other"]
Help = Literal["hearing", "seeing", "memory", "none", "unknown"]


class Answers(Shape):
    """Answers by name. What is left out stays as it is; null takes an answer back."""

    name: Line | None = None
    phone: Phone | None = None
    reach: Literal["call", "text", "mail"] | None = None
    voicemail: Literal["yes", "no"] | None = None
    rf_breathing: YesNo | None = None
    rf_heart_brain: YesNo | None = None
    rf_cord: YesNo | None = None
    rf_svc: YesNo | None = None
    rf_bleeding: YesNo | None = None
    rf_metabolic: YesNo | None = None
    rf_self_harm: YesNo | None = None
    fever_38: YesNo | None = None
    immunosuppressed: YesNo | None = None
    amber_symptom_count: Annotated[int, Field(ge=0, le=30), Whole] | Literal["unknown"] | None = None
    new_neuro_nonurgent: YesNo | None = None
    reasons: Annotated[list[Reason], Field(max_length=8)] | None = None
    cancer_type: Literal["breast", "lung", "other", "unknown"] | None = None
    diagnosis: Story | None = None
    proposed: Story | None = None
    treatment_timing: Literal["started", "two-weeks", "later", "none", "unknown"] | None = None
    treatment_start: Day | None = None
    surgery_done: YesNo | None = None
    questions: Annotated[list[Asked], Field(max_length=MOST_QUESTIONS)] | None = None
    age_years: Annotated[int, Field(ge=0, le=120), Whole] | None = None
    patient_country: Place | None = None
    patient_state: Place | None = None
    language: Line | None = None
    interpreter: YesNo | None = None
    support: Annotated[list[Help], Field(max_length=5)] | None = None
    helper: Line | None = None
    telehealth_consent: YesNo | None = None
    prefers_in_person: YesNo | None = None
    insurance: Annotated[str, Text(1000)] | None = None
