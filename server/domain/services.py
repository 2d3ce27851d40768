"""What can be booked."""

from datetime import timedelta

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
