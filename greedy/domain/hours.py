"""When a shift begins and ends."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from greedy.domain.dagdeel import Dagdeel
from greedy.domain.models import Service


class Hours(NamedTuple):
    """From when to when; where `ends` is not after `begins`, it is on the next day."""

    begins: dt.time
    ends: dt.time

    def __str__(self) -> str:
        """Return them as people write them: `18:00–09:00`."""
        return f"{self.begins:%H:%M}–{self.ends:%H:%M}"


HOURS = {
    Dagdeel.OCHTEND: Hours(dt.time(9), dt.time(13)),
    Dagdeel.MIDDAG: Hours(dt.time(13), dt.time(18)),
    Dagdeel.AVOND: Hours(dt.time(18), dt.time(9)),
}
"""The hours of the dagdelen (docs/rules.md, "Words and data")."""

GRACE = 2
"""Hours before a dagdeel within which a service that belongs to it may begin."""


def hours_of(service: Service | None, dagdeel: Dagdeel) -> Hours:
    """Return when a service begins and ends on a dagdeel.

    Those are its own hours where it has any and they begin in that dagdeel, or shortly before it: a surgery of the
    morning that is planned in the afternoon lasts as long as the afternoon. Else they are the dagdeel's, as of work
    without a service.
    """
    if service is None or service.begins is None or service.ends is None:
        return HOURS[dagdeel]
    return Hours(service.begins, service.ends) if _begins_in(service.begins, dagdeel) else HOURS[dagdeel]


def _begins_in(time: dt.time, dagdeel: Dagdeel) -> bool:
    first, last = HOURS[dagdeel]
    length = (last.hour - first.hour) % 24
    after = (time.hour - first.hour + time.minute / 60) % 24
    return after < length or after >= 24 - GRACE
