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

GRACE = 2 * 60
"""Minutes before a dagdeel within which a service of that dagdeel may begin, and after it within which it may end."""

DAY = 24 * 60
"""Minutes of a day."""


def hours_of(service: Service | None, dagdeel: Dagdeel) -> Hours:
    """Return when a service begins and ends on a dagdeel.

    Its own hours count if it has any and they begin in that dagdeel or shortly before it; otherwise those of the
    dagdeel do, as for work without a service. So a morning surgery that is planned in the afternoon lasts as long as
    the afternoon.

    A service that is no on-call duty and spans several dagdelen is planned on each of them. On each it then lasts only
    for the time that its hours and the dagdeel have in common: nobody is in two places at once.
    """
    its = HOURS[dagdeel]
    if service is None or service.begins is None or service.ends is None:
        return its
    begins, ends = service.begins, service.ends
    if _begins_in(begins, dagdeel):
        lasts_on = _minutes(begins, its.ends) + GRACE < _length(begins, ends)
        return Hours(begins, its.ends if lasts_on and not service.is_system else ends)
    if not service.is_system and _minutes(begins, its.begins) + GRACE < _length(begins, ends):
        return Hours(its.begins, ends if _length(its.begins, ends) < _length(*its) else its.ends)
    return its


def _begins_in(time: dt.time, dagdeel: Dagdeel) -> bool:
    """Whether a time is in a dagdeel, or shortly before it; the hours before the morning are the morning's alone."""
    after, length = _minutes(HOURS[dagdeel].begins, time), _length(*HOURS[dagdeel])
    return after < (length if dagdeel is not Dagdeel.AVOND else length - GRACE) or after >= DAY - GRACE


def _length(begins: dt.time, ends: dt.time) -> int:
    """Return how many minutes hours last; 24 hours where they end when they begin."""
    return _minutes(begins, ends) or DAY


def _minutes(earlier: dt.time, later: dt.time) -> int:
    """Return how many minutes pass from one time of the day until it is next the other."""
    return (60 * (later.hour - earlier.hour) + later.minute - earlier.minute) % DAY
