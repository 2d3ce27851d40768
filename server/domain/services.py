"""What can be booked."""

from collections.abc import Mapping
from datetime import timedelta

from server.domain.appointments import Mode
from server.domain.slots import Service

# A first second-opinion visit: three quarters of an hour, ten minutes for notes, never sooner than tomorrow's notice.
SECOND_OPINION = Service(
    id="second-opinion",
    duration=timedelta(minutes=45),
    step=timedelta(minutes=15),
    buffer_before=timedelta(0),
    buffer_after=timedelta(minutes=10),
    min_notice=timedelta(hours=4),
    horizon=timedelta(days=60),
)

# The same at the clinic: time for an examination, and a day's notice, because somebody has to travel.
IN_PERSON = Service(
    id="second-opinion-in-person",
    duration=timedelta(minutes=60),
    step=timedelta(minutes=15),
    buffer_before=timedelta(0),
    buffer_after=timedelta(minutes=10),
    min_notice=timedelta(hours=24),
    horizon=timedelta(days=60),
)

SERVICES: Mapping[Mode, Service] = {Mode.VIDEO: SECOND_OPINION, Mode.IN_PERSON: IN_PERSON}
MODES: Mapping[str, Mode] = {service.id: mode for mode, service in SERVICES.items()}
