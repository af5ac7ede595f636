"""One event of a calendar (iCalendar, RFC 5545), and what becomes of it from run to run.

An event keeps its UID, as that is made of roster, person, date and dagdeel. One that has changed since the run before
gets the next SEQUENCE, one that was taken back is cancelled, and one that is as it was stays so to the byte.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

from icalendar import Event

from greedy.exports.own_paper import own_words
from greedy.exports.stretches import Stretch
from greedy.exports.wording import ExportWording
from greedy.page.book import Book

PERSON, OWN_SUMMARY = "X-GREEDY-PERSON", "X-GREEDY-SUMMARY"
"""Whose an event is (`person_mark`), and its summary without their name."""

_CONTENT = ("DTSTART", "DTEND", "DESCRIPTION", "STATUS")
"""What makes an event another one than before, besides its summary."""


def person_mark(employee_id: str) -> str:
    """Return what stands for a person in names of files and events: it tells people apart, and names nobody."""
    return hashlib.sha256(employee_id.encode()).hexdigest()[:20]


def _uid(roster_id: str, stretch: Stretch) -> str:
    return f"{stretch.date:%Y%m%d}-{stretch.dagdelen[0]}-{person_mark(stretch.person.id)}@{roster_id}.greedy"


def event_of(book: Book, stretch: Stretch, status: str, say: ExportWording) -> Event:
    """Return what someone works in one go as an event of the given STATUS, which has not been sent yet."""
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
    event.add(PERSON, person_mark(stretch.person.id))
    event.add(OWN_SUMMARY, summary)
    return event


def successor(before: Event | None, event: Event, stamp: dt.datetime) -> Event:
    """Return an event as the successor of the one before it: that one itself where nothing has changed.

    An unchanged event of a file that was one person's own has no name: it becomes what it is now, as old as it was.
    """
    if before is None:
        return _stamped(event, 0, stamp)
    if _is_as_before(before, event):
        return before if OWN_SUMMARY in before else _stamped(event, _sequence(before), before.decoded("DTSTAMP"))
    return _stamped(event, _sequence(before) + 1, stamp)


def cancelled(before: Event, stamp: dt.datetime, say: ExportWording) -> Event:
    """Return an event as one that was taken back; its summary says so too, as some calendars show it all the same."""
    if str(before.get("STATUS")) == "CANCELLED":
        return before
    own = str(before.get(OWN_SUMMARY, before["SUMMARY"]))
    told = say("event_cancelled", summary=own)
    event = _copy(before, leaving=("SEQUENCE", "DTSTAMP", "LAST-MODIFIED", "STATUS", "TRANSP", "SUMMARY", OWN_SUMMARY))
    event.add("SUMMARY", str(before["SUMMARY"]).removesuffix(own) + told)
    if OWN_SUMMARY in before:
        event.add(OWN_SUMMARY, told)
    event.add("STATUS", "CANCELLED")
    event.add("TRANSP", "TRANSPARENT")
    return _stamped(event, _sequence(before) + 1, stamp)


def unnamed(event: Event) -> Event:
    """Return an event as its own person reads it: without their name."""
    if OWN_SUMMARY not in event:
        return event
    copy = _copy(event, leaving=("SUMMARY", OWN_SUMMARY, PERSON))
    copy.add("SUMMARY", str(event[OWN_SUMMARY]))
    return copy


def _stamped(event: Event, sequence: int, stamp: dt.datetime) -> Event:
    event.add("SEQUENCE", sequence)
    event.add("DTSTAMP", stamp)
    event.add("LAST-MODIFIED", stamp)
    return event


def _sequence(event: Event) -> int:
    return int(event.get("SEQUENCE", 0))


def _is_as_before(before: Event, event: Event) -> bool:
    """Whether an event is unchanged; that a person's own calendar leaves their name out is no change."""
    summaries = [str(one.get(OWN_SUMMARY, one.get("SUMMARY"))) for one in (before, event)]
    named = OWN_SUMMARY in before and before["SUMMARY"] != event["SUMMARY"]
    return not named and summaries[0] == summaries[1] and _content(before) == _content(event)


def _content(event: Event) -> list[Any]:
    return [getattr(event.get(key), "dt", str(event.get(key))) for key in _CONTENT]


def _copy(event: Event, *, leaving: tuple[str, ...]) -> Event:
    copy = Event()
    for key, value in event.items():
        if key not in leaving:
            copy[key] = value
    return copy
