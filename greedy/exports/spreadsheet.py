"""The roster as a spreadsheet (XLSX): a sheet each for roster, shifts, open shifts, coverage, fairness and changes."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import xlsxwriter

from greedy.domain.models import Dagdeel, Employee, Slot
from greedy.exports.colours import REST
from greedy.exports.paper import Cells, fairness_notes, is_stored
from greedy.exports.plain import kind, origin_told
from greedy.exports.stretches import slots
from greedy.exports.wording import ExportWording
from greedy.outcome.coverage import percent_filled
from greedy.outcome.result import RunResult
from greedy.page import figures
from greedy.page.book import WORK, Book
from greedy.page.shifts import open_rows

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

Value = str | int | float | dt.date | dt.datetime | None
"""What a cell holds, by its own type: a sheet sorts and adds up dates and numbers only as such."""

HEAD = {"bold": True, "bg_color": "#eef1f5", "border": 1, "border_color": "#b8bfc8", "valign": "vcenter"}
WARNING = {"font_color": "#8f0a1a"}
DATE, MOMENT = "ddd d mmm yyyy", "d mmm yyyy hh:mm"
WHOLE, TENTHS = "0%", "0.0%"
"""Shares as the page rounds them: of quotas to whole percents, of what is filled to tenths."""

NO_SHARES: Mapping[int, str] = MappingProxyType({})

_WIDEST, _NARROWEST = 60, 7
_NAME_COLUMNS = 2


def render(
    result: RunResult, book: Book, made_at: dt.datetime, say: ExportWording, person: Employee | None = None
) -> bytes:
    """Make the spreadsheet.

    Args:
        result: The run's result.
        book: The roster as it is planned.
        made_at: When it is made, with its time zone.
        say: In which words.
        person: Whose rows alone: then there are only their roster and their shifts; None for everybody's.
    """
    return _Workbook(result, book, made_at, say).make(person)


class _Workbook:
    def __init__(self, result: RunResult, book: Book, made_at: dt.datetime, say: ExportWording) -> None:
        self._result, self._book, self._say = result, book, say
        self._out = io.BytesIO()
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self._file = xlsxwriter.Workbook(self._out, options)
        roster = book.workspace.roster
        title = say("roster_title", period=say.period(roster.start_date, roster.end_date))
        printed = say("printed", moment=say.moment(made_at))
        status = "" if is_stored(result) else say("not_stored")
        created = made_at.astimezone(dt.UTC).replace(tzinfo=None)
        self._file.set_properties({"title": title, "subject": status, "comments": printed, "created": created})
        self._footer = f"&L{title} {status}&C{printed}&R{say('page_of')} &P / &N"
        self._formats: dict[tuple[tuple[str, Any], ...], Format] = {}
        self._cells = Cells(book, say)

    def make(self, person: Employee | None) -> bytes:
        """Write the sheets, and return the file."""
        self._roster([person] if person else self._book.ordered_people())
        self._shifts(person)
        if person is None:
            self._open()
            self._coverage()
            self._fairness()
            self._changes()
        self._file.close()
        return self._out.getvalue()

    def _style(self, **properties: Any) -> Format:
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self._file.add_format(properties)
        return self._formats[key]

    def _sheet(self, name: str) -> Worksheet:
        sheet = self._file.add_worksheet(name)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.set_footer(self._footer)
        return sheet

    def _roster(self, people: Sequence[Employee]) -> None:
        """Lay the roster out: a row for each person, a column for each dagdeel, in the services' colours."""
        book, say = self._book, self._say
        sheet = self._sheet(say("roster_sheet"))
        roster = book.workspace.roster
        days = [roster.start_date + dt.timedelta(days=number) for number in range(roster.days)]
        head = self._style(**HEAD)
        sheet.write_blank(0, 0, None, head)
        sheet.write_string(0, 1, "" if is_stored(self._result) else say("not_stored"), self._style(**HEAD | WARNING))
        for column, name in enumerate(("team", "name")):
            sheet.write_string(1, column, say(f"col_{name}"), head)
        for number, day in enumerate(days):
            off = {"bg_color": "#fdf3d7"} if day.weekday() >= 5 or day in book.workspace.holidays else {}
            column = _NAME_COLUMNS + 3 * number
            centred = self._style(**{**HEAD, "align": "center", "num_format": "ddd d mmm", **off})
            sheet.merge_range(0, column, 0, column + 2, "", centred)
            sheet.write_datetime(0, column, _midnight(day), centred)
            for place, dagdeel in enumerate(Dagdeel):
                sheet.write_string(1, column + place, str(dagdeel), self._style(**{**HEAD, "align": "center", **off}))
        for line, person in enumerate(people, start=2):
            sheet.write_string(line, 0, str(person.team))
            sheet.write_string(line, 1, book.names[person.id])
            for number, day in enumerate(days):
                for place, dagdeel in enumerate(Dagdeel):
                    if cell := self._cells.cell(Slot(person.id, day, dagdeel)):
                        text, fill, ink = cell
                        text = say("cell_rest") if fill == REST else text
                        style = self._style(
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
            origin = origin_told(entry.held, say, stored=is_stored(self._result)) or None
            week = slot.date.isocalendar().week
            rows.append([slot.date, week, say(f"part_{slot.dagdeel}"), begins, ends, *what, *who, origin])
        names = ("date", "week", "dagdeel", "begins", "ends", "kind", "code", "service", "team", "name", "id", "origin")
        self._table(say("shifts_sheet"), names, rows)

    def _open(self) -> None:
        say, shifts = self._say, self._result.open_shifts
        rows: list[list[Value]] = [
            [
                row.date,
                say(f"part_{row.dagdeel}"),
                row.service.code,
                say(f"demand_{row.team}"),
                row.missing,
                say(f"firm_{shift.urgency}"),
                row.reason,
                row.remedy,
            ]
            for row, shift in zip(open_rows(self._book, shifts, say), shifts, strict=True)
        ]
        names = ("date", "dagdeel", "code", "team", "missing", "firm", "reason", "remedy")
        self._table(say("open_title"), names, rows)

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
        sheet = self._write_table(say("fairness_title"), heads, rows, shares={4: WHOLE})
        sheet.write_comment(0, 4, "\n".join(fairness_notes(self._book, say)), {"x_scale": 2, "y_scale": 2})

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
        self._write_table(title, [self._say(f"col_{column}") for column in columns], rows, shares)

    def _write_table(
        self, title: str, heads: Sequence[str], rows: Sequence[Sequence[Value]], shares: Mapping[int, str] = NO_SHARES
    ) -> Worksheet:
        """Write a table on a sheet of its own, its head frozen and with filters; return the sheet.

        Args:
            title: The sheet's name.
            heads: What stands above the columns.
            rows: The cells; None for an empty one.
            shares: Which columns hold shares, 0 to 1, and how they are shown.
        """
        sheet = self._sheet(title)
        widths = [len(head) + 3 for head in heads]
        for column, head in enumerate(heads):
            sheet.write_string(0, column, head, self._style(**HEAD))
        for line, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                shown = self._write(sheet, line, column, value, shares.get(column))
                widths[column] = max(widths[column], shown + 1)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, max(_NARROWEST, min(width, _WIDEST)))
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(1, len(rows)), len(heads) - 1)
        sheet.repeat_rows(0)
        return sheet

    def _write(self, sheet: Worksheet, line: int, column: int, value: Value, share: str | None) -> int:
        """Write a cell by its type, and return about how many letters wide it is shown."""
        if value is None:
            return 0
        if isinstance(value, dt.datetime):
            sheet.write_datetime(line, column, value, self._style(num_format=MOMENT, align="left"))
            return len(MOMENT)
        if isinstance(value, dt.date):
            sheet.write_datetime(line, column, _midnight(value), self._style(num_format=DATE, align="left"))
            return len(DATE)
        if isinstance(value, str):
            sheet.write_string(line, column, value, self._style(text_wrap=True, valign="top"))
            return len(value)
        sheet.write_number(line, column, value, self._style(num_format=share) if share else None)
        return len("100.0 %") if share else len(str(value))


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time())


def _part(needed: int, open_: int) -> float | None:
    """Return the filled part, rounded as it is everywhere: rounding hides no place. None where nothing is needed."""
    return percent_filled(needed - open_, needed) / 100 if needed else None


def _numbers(share: figures.Share | None) -> list[int | None]:
    return [share.used, share.quota] if share else [None, None]
