"""What each file of a roster is made from, and what all of them say of themselves."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from greedy.exports.wording import ExportWording
from greedy.outcome.result import RunResult
from greedy.page.book import Book


@dataclass(frozen=True, slots=True)
class Edition:
    """A roster as one run leaves it, to be read in some language.

    Attributes:
        result: The run's result.
        book: The roster as it is planned.
        made_at: When the files are made, with its time zone.
        say: In which words, and by which clock.
    """

    result: RunResult
    book: Book
    made_at: dt.datetime
    say: ExportWording

    @property
    def period(self) -> str:
        """From which day to which day the roster is."""
        roster = self.book.workspace.roster
        return self.say.period(roster.start_date, roster.end_date)

    @property
    def title(self) -> str:
        """What the whole roster is called."""
        return self.say("roster_title", period=self.period)

    @property
    def printed(self) -> str:
        """When it was made."""
        return self.say("printed", moment=self.say.moment(self.made_at))

    @property
    def is_stored(self) -> bool:
        """Whether what the run planned is in the database."""
        return is_stored(self.result)

    @property
    def proposal(self) -> str:
        """That what it shows is only proposed; an empty string where it is stored."""
        return "" if self.is_stored else self.say("not_stored")


def is_stored(result: RunResult) -> bool:
    """Whether what a run planned is in the database."""
    return result.coverage is not None and result.coverage.written
