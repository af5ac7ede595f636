"""The kinds of file that a roster can be handed out as, known by the endings of their names."""

from __future__ import annotations

from enum import StrEnum
from pathlib import PurePath


class Format(StrEnum):
    """A kind of file; its value is the ending of its name."""

    HTML = "html"
    PDF = "pdf"
    XLSX = "xlsx"
    CSV = "csv"
    ICS = "ics"

    @property
    def media_type(self) -> str:
        """Its media type, as a server names it."""
        return _MEDIA_TYPES[self]


_MEDIA_TYPES = {
    Format.HTML: "text/html; charset=utf-8",
    Format.PDF: "application/pdf",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.CSV: "text/csv; charset=utf-8",
    Format.ICS: "text/calendar; charset=utf-8",
}


def format_of(file: PurePath) -> Format:
    """Return the kind of a file by the ending of its name, in whatever case.

    Raises:
        ValueError: The ending is none of those known; the message names them.
    """
    try:
        return Format(file.suffix.removeprefix(".").lower())
    except ValueError:
        known = ", ".join(f".{ending}" for ending in Format)
        raise ValueError(f"{file.name!r} ends in none of {known}, so that what to write is not known") from None
