"""What a run has published: where its files are, and the links by which they open."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

Kind = Literal["html", "pdf", "xlsx", "csv", "ics"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedFile:
    """A file of a run.

    Attributes:
        kind: The ending of its name.
        path: Where it is in the bucket.
        url: A signed link to it.
        latest_url: A signed link to the file of that kind that the latest run leaves; None where this run left none.
    """

    kind: Kind
    path: str
    url: str
    latest_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedCalendar:
    """The calendar to which a person's phone subscribes; its path stays from run to run, and from roster to roster.

    Attributes:
        employee_id: Whose it is.
        url: A signed link to it.
    """

    employee_id: str
    path: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What a run has published in Storage.

    Attributes:
        bucket: The private bucket.
        folder: The run's own folder in it.
        links_until: When the links to files end.
        calendars_until: When the links to calendars end; a later run gives new ones for the same files.
    """

    bucket: str
    folder: str
    links_until: dt.datetime
    calendars_until: dt.datetime
    files: tuple[PublishedFile, ...]
    calendars: tuple[PublishedCalendar, ...] = ()

    @property
    def links(self) -> dict[str, str]:
        """The links to the run's files, by kind; those of persons are not among them."""
        return {file.kind: file.url for file in self.files}
