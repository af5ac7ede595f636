"""A workbook (XLSX) that is being written: its sheets, which all print alike, and tables with a head and filters."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import xlsxwriter

from greedy.exports.edition import Edition

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


class Workbook:
    """A workbook about one roster."""

    def __init__(self, edition: Edition) -> None:
        self._out = io.BytesIO()
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self._file = xlsxwriter.Workbook(self._out, options)
        title, status = edition.title, edition.proposal
        created = edition.made_at.astimezone(dt.UTC).replace(tzinfo=None)
        self._file.set_properties({"title": title, "subject": status, "comments": edition.printed, "created": created})
        self._footer = f"&L{title} {status}&C{edition.printed}&R{edition.say('page_of')} &P / &N"
        self._formats: dict[tuple[tuple[str, Any], ...], Format] = {}

    def style(self, **properties: Any) -> Format:
        """Return the format with some properties, each made once."""
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self._file.add_format(properties)
        return self._formats[key]

    def sheet(self, name: str) -> Worksheet:
        """Begin a sheet, which prints on A4 pages as wide as they are."""
        sheet = self._file.add_worksheet(name)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.set_footer(self._footer)
        return sheet

    def table(
        self, title: str, heads: Sequence[str], rows: Sequence[Sequence[Value]], shares: Mapping[int, str] = NO_SHARES
    ) -> Worksheet:
        """Write a table on a sheet of its own, its head frozen and with filters; return the sheet.

        Args:
            title: The sheet's name.
            heads: What stands above the columns.
            rows: The cells; None for an empty one.
            shares: Which columns hold shares, 0 to 1, and how they are shown.
        """
        sheet = self.sheet(title)
        widths = [len(head) + 3 for head in heads]
        for column, head in enumerate(heads):
            sheet.write_string(0, column, head, self.style(**HEAD))
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
            sheet.write_datetime(line, column, value, self.style(num_format=MOMENT, align="left"))
            return len(MOMENT)
        if isinstance(value, dt.date):
            sheet.write_datetime(line, column, midnight(value), self.style(num_format=DATE, align="left"))
            return len(DATE)
        if isinstance(value, str):
            sheet.write_string(line, column, value, self.style(text_wrap=True, valign="top"))
            return len(value)
        sheet.write_number(line, column, value, self.style(num_format=share) if share else None)
        return len("100.0 %") if share else len(str(value))

    def close(self) -> bytes:
        """End the workbook, and return the file."""
        self._file.close()
        return self._out.getvalue()


def midnight(day: dt.date) -> dt.datetime:
    """Return a day as sheets count days."""
    return dt.datetime.combine(day, dt.time())
