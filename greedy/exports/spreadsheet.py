"""The roster as a spreadsheet (XLSX): a sheet each for roster, shifts, open shifts, coverage, fairness and changes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from greedy.domain.models import Dagdeel, Employee, Slot
from greedy.exports.cells import Cells
from greedy.exports.colours import REST
from greedy.exports.edition import Edition
from greedy.exports.plain import kind, origin_told
from greedy.exports.stretches import slots
from greedy.exports.tables import OPEN_COLUMNS, fairness_notes, open_shifts
from greedy.exports.workbook import HEAD, NO_SHARES, TENTHS, WARNING, WHOLE, Value, Workbook, midnight
from greedy.outcome.coverage import percent_filled
from greedy.page import figures
from greedy.page.book import WORK

_NAME_COLUMNS = 2


def render(edition: Edition, person: Employee | None = None) -> bytes:
    """Make the spreadsheet.

    Args:
        edition: The roster.
        person: Whose rows alone: then there are only their roster and their shifts; None for everybody's.
    """
    return _Spreadsheet(edition).make(person)


class _Spreadsheet:
    """The sheets of one roster."""

    def __init__(self, edition: Edition) -> None:
        self._edition, self._result, self._book, self._say = edition, edition.result, edition.book, edition.say
        self._file = Workbook(edition)
        self._cells = Cells(edition.book, edition.say)

    def make(self, person: Employee | None) -> bytes:
        """Write the sheets, and return the file."""
        self._roster([person] if person else self._book.ordered_people())
        self._shifts(person)
        if person is None:
            self._open()
            self._coverage()
            self._fairness()
            self._changes()
        return self._file.close()

    def _roster(self, people: Sequence[Employee]) -> None:
        """Lay the roster out: a row for each person, a column for each dagdeel, in the services' colours."""
        book, say = self._book, self._say
        sheet = self._file.sheet(say("roster_sheet"))
        roster = book.workspace.roster
        days = [roster.start_date + dt.timedelta(days=number) for number in range(roster.days)]
        head = self._file.style(**HEAD)
        sheet.write_blank(0, 0, None, head)
        sheet.write_string(0, 1, self._edition.proposal, self._file.style(**HEAD | WARNING))
        for column, name in enumerate(("team", "name")):
            sheet.write_string(1, column, say(f"col_{name}"), head)
        for number, day in enumerate(days):
            off = {"bg_color": "#fdf3d7"} if day.weekday() >= 5 or day in book.workspace.holidays else {}
            column = _NAME_COLUMNS + 3 * number
            centred = self._file.style(**{**HEAD, "align": "center", "num_format": "ddd d mmm", **off})
            sheet.merge_range(0, column, 0, column + 2, "", centred)
            sheet.write_datetime(0, column, midnight(day), centred)
            for place, dagdeel in enumerate(Dagdeel):
                narrow = self._file.style(**{**HEAD, "align": "center", **off})
                sheet.write_string(1, column + place, str(dagdeel), narrow)
        for line, person in enumerate(people, start=2):
            sheet.write_string(line, 0, str(person.team))
            sheet.write_string(line, 1, book.names[person.id])
            for number, day in enumerate(days):
                for place, dagdeel in enumerate(Dagdeel):
                    if cell := self._cells.cell(Slot(person.id, day, dagdeel)):
                        text, fill, ink = cell
                        text = say("cell_rest") if fill == REST else text
                        style = self._file.style(
                            bg_color=fill, font_color=ink, align="center", border=1, border_color="#b8bfc8"
                        )
                        sheet.write_string(line, _NAME_COLUMNS + 3 * number + place, text, style)
        sheet.set_column(0, 0, 9)
        sheet.set_column(1, 1, 1 + max((len(book.names[person.id]) for person in people), default=10))
        sheet.set_column(_NAME_COLUMNS, _NAME_COLUMNS + 3 * len(days) - 1, 5)
        sheet.freeze_panes(2, _NAME_COLUMNS)
        sheet.autofilter(1, 0, max(1, 1 + len(people)), _NAME_COLUMNS - 1)
        sheet.repeat_rows(0, 1)
        sheet.repeat_columns(0, _NAME_COLUMNS - 1)

    def _shifts(self, person: Employee | None) -> None:
        book, say = self._book, self._say
        rows: list[list[Value]] = []
        for slot, entry, begins, ends in slots(book, person.id if person else None):
            service = book.services.get(entry.service_id or "") if entry.held in WORK else None
            employee = book.people[slot.employee_id]
            who = [str(employee.team), book.names[employee.id], employee.id]
            what = [kind(entry.held, say), service.code if service else None, service.name if service else None]
            origin = origin_told(entry.held, say, stored=self._edition.is_stored) or None
            week = slot.date.isocalendar().week
            rows.append([slot.date, week, say(f"part_{slot.dagdeel}"), begins, ends, *what, *who, origin])
        names = ("date", "week", "dagdeel", "begins", "ends", "kind", "code", "service", "team", "name", "id", "origin")
        self._table(say("shifts_sheet"), names, rows)

    def _open(self) -> None:
        self._table(self._say("open_title"), OPEN_COLUMNS, open_shifts(self._edition))

    def _coverage(self) -> None:
        say, coverage = self._say, self._result.coverage
        rows: list[list[Value]] = []
        if coverage is not None:
            rows = [
                [row.service_code, row.needed, row.filled_before, row.assigned, row.open, _part(row.needed, row.open)]
                for row in coverage.by_service
            ]
            total: list[Value] = [coverage.needed, coverage.filled_before, coverage.assigned, coverage.open]
            rows.append([say("col_total"), *total, _part(coverage.needed, coverage.open)])
        names = ("code", "needed", "before", "assigned", "open", "percent")
        self._table(say("coverage_title"), names, rows, shares={5: TENTHS})

    def _fairness(self) -> None:
        say = self._say
        table = figures.fairness(self._book, self._result.changes)
        rows: list[list[Value]] = []
        for team, people in table.teams:
            for one in people:
                services = [number for share in one.services for number in _numbers(share)]
                share = None if one.percent is None else figures.whole(one.percent) / 100
                often = (one.nights.now, one.weekends.now, one.holidays.now)
                rows.append([str(team), one.name, one.total.used, one.total.quota, share, *services, *often])
        per_service = [
            f"{service.code} {say(f'col_{what}')}" for service in table.services for what in ("used", "quota")
        ]
        heads = [say(f"col_{name}") for name in ("team", "name", "used", "quota", "share")]
        heads += [*per_service, say("col_nights"), say("col_weekends"), say("col_holidays")]
        sheet = self._file.table(say("fairness_title"), heads, rows, shares={4: WHOLE})
        sheet.write_comment(0, 4, "\n".join(fairness_notes(self._edition)), {"x_scale": 2, "y_scale": 2})

    def _changes(self) -> None:
        say, changes, names = self._say, self._result.changes, self._book.names
        rows: list[list[Value]] = []
        if changes is not None:
            found = [
                *((shift, "added", None, names[shift.employee_id]) for shift in changes.added),
                *((shift, "moved", names[shift.from_employee_id], names[shift.employee_id]) for shift in changes.moved),
                *((shift, "taken_back", names[shift.employee_id], None) for shift in changes.taken_back),
            ]
            found.sort(key=lambda item: (item[0].date, item[0].dagdeel.order, item[0].service_code))
            rows = [
                [shift.date, say(f"part_{shift.dagdeel}"), shift.service_code, say(f"change_{how}"), giver, taker]
                for shift, how, giver, taker in found
            ]
        self._table(say("changes_title"), ("date", "dagdeel", "code", "change", "from", "to"), rows)

    def _table(
        self, title: str, columns: Sequence[str], rows: Sequence[Sequence[Value]], shares: Mapping[int, str] = NO_SHARES
    ) -> None:
        self._file.table(title, [self._say(f"col_{column}") for column in columns], rows, shares)


def _part(needed: int, open_: int) -> float | None:
    """Return the filled part, rounded as it is everywhere: rounding hides no place. None where nothing is needed."""
    return percent_filled(needed - open_, needed) / 100 if needed else None


def _numbers(share: figures.Share | None) -> list[int | None]:
    return [share.used, share.quota] if share else [None, None]
