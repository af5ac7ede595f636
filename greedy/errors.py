"""Every error that the job raises on purpose: what is wrong, where, and what to do."""

from __future__ import annotations

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
    """

    table: str
    id: str
    field: str
    value: str
    message: str
    remedy: str
    fatal: bool = True

    def __str__(self) -> str:
        """Return it in one line."""
        return f"{self.table} {self.id}: {self.field} is {self.value}: {self.message}; {self.remedy}"


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
    """A setting is missing, malformed, or a key that cannot do the work."""

    exit_code = 3


class RosterDataError(GreedyError):
    """The roster's data cannot be planned with: nothing has been written.

    Attributes:
        problems: Every problem found, the fatal ones and the others.
    """

    exit_code = 4

    def __init__(self, message: str, hint: str = "", problems: Sequence[Problem] = ()) -> None:
        super().__init__(message, hint)
        self.problems = tuple(problems)


class DatabaseError(GreedyError):
    """The database, or the way to it, refused or failed.

    Attributes:
        code: SQLSTATE, PostgREST's or HTTP's code; None where no answer came.
    """

    exit_code = 5

    def __init__(self, message: str, hint: str = "", code: str | None = None) -> None:
        super().__init__(message, hint)
        self.code = code


class ConflictError(DatabaseError):
    """The guard refused a batch (`PT409`), whole: a slot became someone else's between read and write."""


class UnknownOutcomeError(DatabaseError):
    """No answer came, or none that can be read: only reading back shows whether the write happened."""


class RunTimeoutError(GreedyError):
    """The run took longer than its time limit (`--timeout`). No phase may take it for its own failure and go on."""

    exit_code = 5


class RunStoppedError(GreedyError):
    """SIGTERM or SIGINT ended the run; the exit code is the shell's for that signal, 143 or 130."""

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
    """An option does not fit: the others, or the roster. Nothing has been written."""

    exit_code = 2


class VerificationError(GreedyError):
    """FASE 4C did not pass and `--strict` makes that an error."""

    exit_code = 6
