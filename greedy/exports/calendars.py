"""Calendars (iCalendar, RFC 5545): of the whole practice, and of each person.

An event keeps its UID from run to run, as that is made of roster, person, date and dagdeel. The calendar of the run
before is what is remembered: an event that has changed since gets the next SEQUENCE, one that was taken back is
cancelled, and one that is as it was stays so to the byte.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from greedy import __version__
from greedy.domain.models import Employee
from greedy.exports.clocks import timezone_of
from greedy.exports.paper import is_stored, own_words
from greedy.exports.stretches import Stretch, stretches
from greedy.exports.wording import ExportWording
from greedy.outcome.result import RunResult
from greedy.page.book import Book

PRODUCT = f"-//GREEDY//roster {__version__}//NL"

REFRESH = dt.timedelta(hours=6)
"""How often a phone that subscribes should look again."""

KEPT = dt.timedelta(days=366)
"""How long after its last day a roster's shifts stay in the people's own calendars."""

_CONTENT = ("DTSTART", "DTEND", "DESCRIPTION", "STATUS")
"""What makes an event another one than before, besides its summary."""

_PERSON, _OWN_SUMMARY = "X-GREEDY-PERSON", "X-GREEDY-SUMMARY"
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


def plan(
    result: RunResult,
    book: Book,
    before: RosterCalendar | None,
    made_at: dt.datetime,
    say: ExportWording,
    person: Employee | None = None,
) -> RosterCalendar:
    """Make the events of a roster.

    Args:
        result: The run's result: what it has not stored is tentative.
        book: The roster as it is planned.
        before: The calendar of the run before; None where there is none.
        made_at: When it is made, with its time zone.
        say: In which words, and by which clock.
        person: Whose shifts alone; None for everybody's.
    """
    roster = book.workspace.roster
    known = before.events if before is not None and before.roster_id == roster.id else {}
    status = "CONFIRMED" if is_stored(result) else "TENTATIVE"
    moment = made_at.astimezone(dt.UTC)
    stamp = moment.replace(microsecond=0)
    events: dict[str, Event] = {}
    for stretch in stretches(book, person.id if person else None):
        event = _event(book, stretch, status, say)
        uid = str(event["UID"])
        events[uid] = _next(known.get(uid), event, stamp)
    scope = f"-{person_mark(person.id)}@" if person else "@"
    for uid, event in known.items():
        if uid not in events and scope in uid:
            events[uid] = _cancelled(event, stamp, say)
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
    return _finish(file, (_own(event) if name else event for event in calendar.events.values()))


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
    return _finish(_file(say, name, say.zone), map(_own, sorted(found, key=lambda event: str(event["UID"]))))


def people(calendar: RosterCalendar) -> dict[str, str]:
    """Return who has events in a roster's calendar, of everybody: mark -> name, as the latest event has it."""
    return {
        str(event[_PERSON]): str(event["SUMMARY"]).removesuffix(f": {event[_OWN_SUMMARY]}")
        for event in calendar.events.values()
        if _OWN_SUMMARY in event
    }


def person_mark(employee_id: str) -> str:
    """Return what stands for a person in names of files and events: it tells people apart, and names nobody."""
    return hashlib.sha256(employee_id.encode()).hexdigest()[:20]


def _uid(roster_id: str, stretch: Stretch) -> str:
    return f"{stretch.date:%Y%m%d}-{stretch.dagdelen[0]}-{person_mark(stretch.person.id)}@{roster_id}.greedy"


def _event(book: Book, stretch: Stretch, status: str, say: ExportWording) -> Event:
    words = own_words(book, stretch, say)
    if stretch.is_day_duty:
        summary = say("event_day_duty", codes=stretch.codes)
    elif stretch.services[0] is None:
        summary = say("event_unknown")
    else:
        summary = " ".join(dict.fromkeys(filter(None, (stretch.codes, stretch.names))))
    told = [f"{words['what']}, {words['hours']}", words["with"], words["rest"]]
    name = book.names[stretch.person.id]
    event = Event()
    event.add("UID", _uid(book.workspace.roster_id, stretch))
    event.add("DTSTART", stretch.begins.replace(tzinfo=say.zone))
    event.add("DTEND", stretch.ends.replace(tzinfo=say.zone))
    event.add("SUMMARY", f"{name}: {summary}")
    event.add("DESCRIPTION", "\n".join(filter(None, told)))
    event.add("STATUS", status)
    event.add("TRANSP", "OPAQUE")
    event.add(_PERSON, person_mark(stretch.person.id))
    event.add(_OWN_SUMMARY, summary)
    return event


def _next(before: Event | None, event: Event, stamp: dt.datetime) -> Event:
    """Return an event as the successor of the one before it: that one itself where nothing has changed.

    An unchanged event of a file that was one person's own has no name: it becomes what it is now, as old as it was.
    """
    if before is None:
        return _stamped(event, 0, stamp)
    if _is_as_before(before, event):
        return before if _OWN_SUMMARY in before else _stamped(event, _sequence(before), before.decoded("DTSTAMP"))
    return _stamped(event, _sequence(before) + 1, stamp)


def _cancelled(before: Event, stamp: dt.datetime, say: ExportWording) -> Event:
    """Return an event as one that was taken back; its summary says so too, as some calendars show it all the same."""
    if str(before.get("STATUS")) == "CANCELLED":
        return before
    own = str(before.get(_OWN_SUMMARY, before["SUMMARY"]))
    told = say("event_cancelled", summary=own)
    event = _copy(before, leaving=("SEQUENCE", "DTSTAMP", "LAST-MODIFIED", "STATUS", "TRANSP", "SUMMARY", _OWN_SUMMARY))
    event.add("SUMMARY", str(before["SUMMARY"]).removesuffix(own) + told)
    if _OWN_SUMMARY in before:
        event.add(_OWN_SUMMARY, told)
    event.add("STATUS", "CANCELLED")
    event.add("TRANSP", "TRANSPARENT")
    return _stamped(event, _sequence(before) + 1, stamp)


def _stamped(event: Event, sequence: int, stamp: dt.datetime) -> Event:
    event.add("SEQUENCE", sequence)
    event.add("DTSTAMP", stamp)
    event.add("LAST-MODIFIED", stamp)
    return event


def _sequence(event: Event) -> int:
    return int(event.get("SEQUENCE", 0))


def _is_as_before(before: Event, event: Event) -> bool:
    """Whether an event is unchanged; that a person's own calendar leaves their name out is no change."""
    summaries = [str(one.get(_OWN_SUMMARY, one.get("SUMMARY"))) for one in (before, event)]
    named = _OWN_SUMMARY in before and before["SUMMARY"] != event["SUMMARY"]
    return not named and summaries[0] == summaries[1] and _content(before) == _content(event)


def _content(event: Event) -> list[Any]:
    return [getattr(event.get(key), "dt", str(event.get(key))) for key in _CONTENT]


def _own(event: Event) -> Event:
    """Return an event as its own person reads it: without their name."""
    if _OWN_SUMMARY not in event:
        return event
    copy = _copy(event, leaving=("SUMMARY", _OWN_SUMMARY, _PERSON))
    copy.add("SUMMARY", str(event[_OWN_SUMMARY]))
    return copy


def _copy(event: Event, *, leaving: tuple[str, ...]) -> Event:
    copy = Event()
    for key, value in event.items():
        if key not in leaving:
            copy[key] = value
    return copy


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
