"""A day as the command line takes it."""

from __future__ import annotations

import datetime as dt
import re

import typer


def read_day(text: str) -> dt.date:
    """Read a day of the command line.

    Raises:
        typer.BadParameter: It is none; says which form is meant.
    """
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            return dt.date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"there is no day {text}") from None
    turned = re.fullmatch(r"(\d\d?)[-/.](\d\d?)[-/.](\d{4})", text)
    example = f"{turned[3]}-{turned[2]:0>2}-{turned[1]:0>2}" if turned else "2027-01-31"
    raise typer.BadParameter(f"{text} is not of the form year-month-day, as {example}")
