"""Every error that the job raises on purpose: what is wrong, where, and what to do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from signal import Signals


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a row.

    Attributes:
        table: Its table.
        id: Its `id`; where that is missing, its number in the answer, from 1, as `#3`.
        field: The column that is wrong.
        value: What it holds, as text, cut off when long.
        message: What is wrong with it.
        remedy: What to do.
        fatal: Whether the roster cannot be planned because of it.
        count: How many rows have the same problem; `id` and `value` are those of the first.
        others: Ids of some of the other rows, as examples.
    """

    table: str
    id: str
    field: str
    value: str
    message: str
    remedy: str
    fatal: bool = True
    count: int = 1
    others: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return it in one line."""
        more = self.count - 1 - len(self.others)
        ids = ", ".join((self.id, *self.others)) + (f" and {more} more" if more else "")
        rows = f" ({self.count} rows)" if self.count > 1 else ""
        return f"{self.table} {ids}{rows}: {self.field} is {self.value}: {self.message}; {self.remedy}"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that the database refused to write, as the roster stood by then.

    Attributes:
        dagdeel: O, M or A.
        service_id: The service of the row; None for rest.
        reason: What is in the way, in one word: taken, busy, changed, period, no_rest, elsewhere, resting, rest_taken,
            unqualified, quota, demand, team (`greedy_write` in supabase/sql).
        words: The reason in a sentence.
        status: Status that the slot has now, as a number; None where it has no row.
        now_service_id: The service in the slot now; None for none.
        now_source: `source` of the slot's row now; None for none.
    """

    employee_id: str
    date: dt.date
    dagdeel: str
    service_id: str | None
    reason: str
    words: str
    status: int | None = None
    now_service_id: str | None = None
    now_source: str | None = None


class GreedyError(Exception):
    """Base of all errors of the job.

    Attributes:
        message: What is wrong and where, without secrets.
        hint: What to do about it; an empty string when the message says it already.
        exit_code: The process's exit code for this kind of error (README, "Exit codes").
    """

    exit_code: int = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        """Return message and hint as one text, the hint on a line of its own."""
        return f"{self.message}\n{self.hint}" if self.hint else self.message


class ConfigurationError(GreedyError):
    """A setting is missing or malformed, or the key cannot do the work."""

    exit_code = 3


class RosterDataError(GreedyError):
    """The roster's data cannot be planned with: nothing has been written.

    Attributes:
        problems: Every problem found, the fatal ones and the others.
        days: The roster's first and last day; None where they are not known.
    """

    exit_code = 4

    def __init__(
        self,
        message: str,
        hint: str = "",
        problems: Sequence[Problem] = (),
        days: tuple[dt.date, dt.date] | None = None,
    ) -> None:
        super().__init__(message, hint)
        self.problems = tuple(problems)
        self.days = days


class DatabaseError(GreedyError):
    """The database, or the way to it, refused or failed.

    Attributes:
        code: SQLSTATE, PostgREST's or HTTP's code; None where no answer came.
        lasting: Whether a rerun will fail in the same way until somebody changes something.
    """

    exit_code = 5

    def __init__(self, message: str, hint: str = "", code: str | None = None, *, lasting: bool = False) -> None:
        super().__init__(message, hint)
        self.code = code
        self.lasting = lasting


class ConflictError(DatabaseError):
    """A batch was refused (`PT409`), whole: a slot became someone else's between read and write.

    Attributes:
        refusals: The rows that were refused; empty where the database does not say which.
    """

    def __init__(self, message: str, hint: str = "", code: str | None = None, refusals: Sequence[Refusal] = ()) -> None:
        super().__init__(message, hint, code)
        self.refusals = tuple(refusals)


class LeaseOverError(DatabaseError):
    """A worker's batch was refused (`PT410`), whole: its lease of the roster is over."""


class UnknownOutcomeError(DatabaseError):
    """No answer came, or none that can be read: only reading back shows whether the write happened."""


class RunTimeoutError(GreedyError):
    """The run took longer than its time limit (`--timeout`). No phase may take it for its own failure and go on."""

    exit_code = 5


class RunStoppedError(GreedyError):
    """SIGTERM, SIGINT or SIGHUP ended the run; the exit code is the shell's for that signal: 143, 130 or 129."""

    def __init__(self, number: int, doing: str) -> None:
        """Make the error.

        Args:
            number: The signal.
            doing: What was being done.
        """
        name = Signals(number).name
        super().__init__(
            f"The run was stopped by {name} in {doing}",
            "What was written is consistent, and a rerun completes it.",
        )
        self.exit_code = 128 + number


class UsageError(GreedyError):
    """An option does not go with the others, or with the roster. Nothing has been written."""

    exit_code = 2


class VerificationError(GreedyError):
    """FASE 4C did not pass and `--strict` makes that an error."""

    exit_code = 6


class OpenShiftsError(GreedyError):
    """Shifts stay open and `--fail-on-open` makes that an error. The run itself is done."""

    exit_code = 7
