"""What the in-person rule can answer, and which answer is stricter. Pure values."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Outcome(StrEnum):
    """How the patient may be seen at this step."""

    VIDEO_OK = "video_ok"
    AUDIO_FALLBACK = "audio_fallback"
    IN_PERSON_RECOMMENDED = "in_person_recommended"
    NEEDS_SUPPORT = "needs_support"
    NEEDS_INFORMATION = "needs_information"
    IN_PERSON_REQUIRED = "in_person_required"
    EMERGENCY_NOW = "emergency_now"


# The rank is the only priority there is: the strictest outcome wins, whatever the order of the rules.
RANK: Mapping[Outcome, int] = MappingProxyType(
    {
        Outcome.VIDEO_OK: 0,
        Outcome.AUDIO_FALLBACK: 1,
        Outcome.IN_PERSON_RECOMMENDED: 2,
        Outcome.NEEDS_SUPPORT: 3,
        Outcome.NEEDS_INFORMATION: 4,
        Outcome.IN_PERSON_REQUIRED: 5,
        Outcome.EMERGENCY_NOW: 6,
    }
)
