"""The shifts that stayed open, as a person at a terminal sees them: a table, or on a narrow one some lines for each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Console, ConsoleOptions, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from greedy.outcome.open_shifts import OpenShift, Remedy

SHOWN = 20
"""Rows that are shown; of more, all are in the result."""

WIDE = 110
"""Columns of a terminal from which a table leaves reasons enough room."""


class OpenShifts:
    """The shifts that stayed open, each with its reason and what would fill it."""

    def __init__(self, shifts: Sequence[OpenShift]) -> None:
        self._shifts = shifts

    def __rich_console__(self, _: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        """Show them as wide as the terminal is."""
        if not self._shifts:
            yield Text("No shift stayed open.", style="green")
            return
        title = f"Open shifts: {sum(shift.missing for shift in self._shifts)}"
        more = len(self._shifts) - SHOWN
        rest = f"and {more} more rows, all of them in the result" if more > 0 else None
        if options.max_width >= WIDE:
            yield self._table(title, rest)
        else:
            yield Text(title, style="italic")
            yield from self._lines()
            if rest:
                yield Text(f"  {rest}")

    def _table(self, title: str, caption: str | None) -> Table:
        table = Table(title=title, title_justify="left", caption=caption)
        for header in ("Date", "Dagdeel", "Team", "Service", "Status", "Missing", "Reason", "Would fill it"):
            table.add_column(header, no_wrap=header == "Date", overflow="fold")
        table.columns[5].justify = "right"
        for shift in self._shifts[:SHOWN]:
            table.add_row(*_which(shift), str(shift.missing), shift.reason, _would_fill(shift.remedies))
        return table

    def _lines(self) -> Iterator[RenderableType]:
        shown = self._shifts[:SHOWN]
        widths = [max(map(len, column)) for column in zip(*map(_which, shown), strict=True)]
        for shift in shown:
            which = (word.ljust(width) for word, width in zip(_which(shift), widths, strict=True))
            yield Text(f"  {'  '.join(which)}  {shift.missing} open")
            told = [shift.reason]
            if shift.remedies:
                told.append(f"would fill it: {_would_fill(shift.remedies)}")
            for line in told:
                yield Padding(Text(line, style="dim", overflow="fold"), (0, 0, 0, 4), expand=False)


def _which(shift: OpenShift) -> tuple[str, str, str, str, str]:
    firm = "on-call" if shift.on_call else "MOET" if shift.firm else "MAG"
    return str(shift.date), str(shift.dagdeel), str(shift.team), shift.service_code, firm


def _would_fill(remedies: Sequence[Remedy]) -> str:
    """Describe the smallest change that would fill a shift."""
    if not remedies:
        return "-"
    person = remedies[0].employee_id
    return f"quota of {person} + 1" if remedies[0].kind == "quota" else f"{person} qualified"
