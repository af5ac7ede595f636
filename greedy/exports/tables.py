"""Tables that paper and spreadsheet both show, and what explains their figures."""

from __future__ import annotations

import datetime as dt

from greedy.exports.edition import Edition
from greedy.page.shifts import open_rows

OPEN_COLUMNS = ("date", "dagdeel", "code", "team", "missing", "firm", "reason", "remedy")
"""The columns of `open_shifts`, by name."""


def open_shifts(edition: Edition) -> list[list[str | int | dt.date]]:
    """Return the rows of what stays open, each cell by its own type."""
    say, shifts = edition.say, edition.result.open_shifts
    return [
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
        for row, shift in zip(open_rows(edition.book, shifts, say), shifts, strict=True)
    ]


def fairness_notes(edition: Edition) -> list[str]:
    """Explain the figures of the table of fairness: how they are counted, and whether shares are weighted."""
    return [edition.say("fairness_note"), *([edition.say("weights")] if edition.book.are_weighted else [])]
