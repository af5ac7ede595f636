"""Calendars (iCalendar, RFC 5545): of the whole practice, and of each person.

The calendar of the run before is what is remembered: each event follows the one that it had there (`events`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from greedy import __version__
from greedy.domain.models import Employee
from greedy.exports.clocks import timezone_of
from greedy.exports.edition import Edition
from greedy.exports.events import OWN_SUMMARY, PERSON, cancelled, event_of, person_mark, successor, unnamed
from greedy.exports.stretches import stretches
from greedy.exports.wording import ExportWording

PRODUCT = f"-//GREEDY//roster {__version__}//NL"

REFRESH = dt.timedelta(hours=6)
"""How often a phone that subscribes should look again."""

KEPT = dt.timedelta(days=366)
"""How long after its last day a roster's shifts stay in the people's own calendars."""

_ROSTER, _FIRST, _LAST, _MADE = "X-GREEDY-ROSTER", "X-GREEDY-FIRST", "X-GREEDY-LAST", "X-GREEDY-MADE"


@dataclass(frozen=True, slots=True)
class RosterCalendar:
    """One roster's events.

    Attributes:
        events: The events by UID, those that are cancelled included.
        made_at: When they were made, to the microsecond, as text that sorts by time: which of two rosters that are
            published within a second is the newer one matters (`own`).
    """

    roster_id: str
    first: dt.date
    last: dt.date
    made_at: str
    zone: ZoneInfo
    events: Mapping[str, Event] = field(default_factory=dict)

    @property
    def is_proposal(self) -> bool:
        """Whether what it holds is proposed, and not stored."""
        return any(str(event.get("STATUS")) == "TENTATIVE" for event in self.events.values())

    def covers(self, date: dt.date) -> bool:
        """Whether a day is one of the roster's."""
        return self.first <= date <= self.last


def read(data: bytes) -> RosterCalendar:
    """Read what `write` wrote, the whole roster's or one person's.

    Raises:
        ValueError: It is no calendar of a roster.
    """
    try:
        calendar = Calendar.from_ical(data)
        return RosterCalendar(
            roster_id=str(calendar[_ROSTER]),
            first=dt.date.fromisoformat(str(calendar[_FIRST])),
            last=dt.date.fromisoformat(str(calendar[_LAST])),
            made_at=str(calendar[_MADE]),
            zone=ZoneInfo(str(calendar["X-WR-TIMEZONE"])),
            events={str(event["UID"]): event for event in calendar.events},
        )
    except (KeyError, ValueError, IndexError, TypeError, AttributeError) as error:
        raise ValueError(f"no calendar of a roster ({type(error).__name__})") from error


def plan(edition: Edition, before: RosterCalendar | None, person: Employee | None = None) -> RosterCalendar:
    """Make the events of a roster.

    Args:
        edition: The roster; what its run has not stored is tentative.
        before: The calendar of the run before; None where there is none.
        person: Whose shifts alone; None for everybody's.
    """
    book, say = edition.book, edition.say
    roster = book.workspace.roster
    known = before.events if before is not None and before.roster_id == roster.id else {}
    status = "CONFIRMED" if edition.is_stored else "TENTATIVE"
    moment = edition.made_at.astimezone(dt.UTC)
    stamp = moment.replace(microsecond=0)
    events: dict[str, Event] = {}
    for stretch in stretches(book, person.id if person else None):
        event = event_of(book, stretch, status, say)
        uid = str(event["UID"])
        events[uid] = successor(known.get(uid), event, stamp)
    scope = f"-{person_mark(person.id)}@" if person else "@"
    for uid, event in known.items():
        if uid not in events and scope in uid:
            events[uid] = cancelled(event, stamp, say)
    return RosterCalendar(
        roster_id=roster.id,
        first=roster.start_date,
        last=roster.end_date,
        made_at=moment.isoformat(timespec="microseconds"),
        zone=say.zone,
        events=dict(sorted(events.items())),
    )


def write(calendar: RosterCalendar, say: ExportWording, name: str | None = None) -> bytes:
    """Write a roster's events as a file.

    Args:
        calendar: The events.
        say: In which words.
        name: Whose they are alone; None for everybody's.
    """
    file = _file(say, name, calendar.zone)
    for key, value in (
        (_ROSTER, calendar.roster_id),
        (_FIRST, calendar.first.isoformat()),
        (_LAST, calendar.last.isoformat()),
        (_MADE, calendar.made_at),
    ):
        file.add(key, value)
    return _finish(file, (unnamed(event) if name else event for event in calendar.events.values()))


def own(calendars: Iterable[RosterCalendar], mark: str, name: str, say: ExportWording) -> bytes:
    """Write one person's own calendar, over all rosters: what a phone subscribes to.

    Where several rosters hold a day, which are copies in which planners try things out, the one that was made last
    counts on that day; one that is only proposed never counts before one that is stored.

    Args:
        calendars: The rosters' calendars, everybody's.
        mark: Whose (`person_mark`).
        name: Their name.
        say: In which words, and by which clock.
    """
    found: list[Event] = []
    newer: list[RosterCalendar] = []
    for calendar in sorted(calendars, key=lambda one: (not one.is_proposal, one.made_at, one.roster_id), reverse=True):
        found += [
            event
            for uid, event in calendar.events.items()
            if f"-{mark}@" in uid and not any(one.covers(event.decoded("DTSTART").date()) for one in newer)
        ]
        newer.append(calendar)
    return _finish(_file(say, name, say.zone), map(unnamed, sorted(found, key=lambda event: str(event["UID"]))))


def people(calendar: RosterCalendar) -> dict[str, str]:
    """Return who has events in a roster's calendar, of everybody: mark -> name, as the latest event has it."""
    return {
        str(event[PERSON]): str(event["SUMMARY"]).removesuffix(f": {event[OWN_SUMMARY]}")
        for event in calendar.events.values()
        if OWN_SUMMARY in event
    }


def _file(say: ExportWording, name: str | None, zone: ZoneInfo) -> Calendar:
    title = say("calendar_of", name=name) if name else say("calendar_all")
    file = Calendar()
    file.add("PRODID", PRODUCT)
    file.add("VERSION", "2.0")
    file.add("CALSCALE", "GREGORIAN")
    file.add("METHOD", "PUBLISH")
    file.add("NAME", title)
    file.add("X-WR-CALNAME", title)
    file.add("X-WR-CALDESC", say("calendar_about"))
    file.add("X-WR-TIMEZONE", str(zone))
    file.add("REFRESH-INTERVAL", REFRESH, parameters={"VALUE": "DURATION"})
    file.add("X-PUBLISHED-TTL", "PT6H")
    return file


def _finish(file: Calendar, events: Iterable[Event]) -> bytes:
    days = []
    for event in events:
        file.add_component(event)
        days += [event.decoded("DTSTART").date(), event.decoded("DTEND").date()]
    if days:
        # The zones of the events come before them.
        file.subcomponents[:0] = [
            timezone_of(ZoneInfo(name), min(days), max(days)) for name in sorted(file.get_used_tzids())
        ]
    return bytes(file.to_ical())
