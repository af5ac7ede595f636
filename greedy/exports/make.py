"""Make a file of any kind from a run's result and its roster."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from zoneinfo import ZoneInfo

from greedy import page
from greedy.domain.language import Language
from greedy.domain.models import Employee, Workspace
from greedy.exports import calendars, own_page, pdf, plain, spreadsheet
from greedy.exports.calendars import RosterCalendar
from greedy.exports.edition import Edition
from greedy.exports.formats import Format
from greedy.exports.wording import ExportWording
from greedy.outcome.result import RunResult
from greedy.page.book import Book


@dataclass(frozen=True)
class Maker:
    """Makes files of one roster.

    Attributes:
        result: The run's result.
        workspace: The roster with what the run added.
        made_at: When the files are made, with its time zone.
        language: What they are in.
        zone: By whose clock.
    """

    result: RunResult
    workspace: Workspace
    made_at: dt.datetime
    language: Language
    zone: ZoneInfo

    @cached_property
    def book(self) -> Book:
        """The roster, read as one."""
        return Book(self.workspace)

    @cached_property
    def say(self) -> ExportWording:
        """The files' words."""
        return ExportWording(self.language, self.zone)

    @cached_property
    def edition(self) -> Edition:
        """The roster in these words, as files show it."""
        return Edition(self.result, self.book, self.made_at, self.say)

    def make(self, kind: Format, person: Employee | None = None, before: RosterCalendar | None = None) -> bytes:
        """Make a file.

        Args:
            kind: Which kind.
            person: Whose own roster alone; None for everybody's.
            before: The calendar of the run before; None where there is none, and for other kinds.
        """
        match kind:
            case Format.HTML if person is not None:
                return own_page.render(self.edition, person).encode()
            case Format.HTML:
                return page.render(self.result, self.workspace, self.made_at, self.language, self.zone).encode()
            case Format.PDF:
                return pdf.render(self.edition, person)
            case Format.XLSX:
                return spreadsheet.render(self.edition, person)
            case Format.CSV:
                return plain.render(self.edition, person)
            case Format.ICS:
                name = self.book.names[person.id] if person else None
                return calendars.write(self.calendar(person, before), self.say, name)

    def calendar(self, person: Employee | None = None, before: RosterCalendar | None = None) -> RosterCalendar:
        """Make the roster's events.

        Args:
            person: Whose alone; None for everybody's.
            before: The calendar of the run before; None where there is none.
        """
        return calendars.plan(self.edition, before, person)
