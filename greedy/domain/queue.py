"""The queue of rosters, without the database: what is asked for, and what follows from how a run ended."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

from greedy.domain.period import Scope
from greedy.domain.run_record import RunRecord
from greedy.errors import DatabaseError, GreedyError, LeaseOverError, RosterDataError, RunStoppedError, UsageError

WAITS = (30, 120, 480)
"""Seconds after which a roster is tried again, by how often it has failed; it fails for good after the last of them."""

ROWS_NAMED = 5
"""Rows that the reason of a roster that has failed names, at most."""

PASSING = frozenset({1, 5})
"""Exit codes of failures that may pass: unexpected ones, and the database's. For others somebody must act first."""

OUTAGE = 5
"""Exit code of a run that fails because the database, or the way to it, does."""

STREAK = 3
"""How many rosters in a row fail with `OUTAGE` before the fault is taken for the database's, not theirs."""

PAUSES = (30, 60, 120, 300)
"""Seconds that a worker pauses in an outage: before the first roster that it tries again, the second, and so on."""


@dataclass(frozen=True, slots=True)
class Wish:
    """The options of a run that somebody asks for; they travel in the message.

    Attributes:
        replan: As `--replan`.
        force: As `--force`.
        publish: As `--publish`.
        first_day: As `--from`; None for the roster's first.
        last_day: As `--until`; None for the roster's last.
    """

    replan: bool = False
    force: bool = False
    publish: bool = False
    first_day: dt.date | None = None
    last_day: dt.date | None = None

    def options(self) -> dict[str, Any]:
        """Return the options as the message holds them; those at their defaults are left out."""
        days = {"from": self.first_day, "until": self.last_day}
        flags = {"replan": self.replan, "force": self.force, "publish": self.publish}
        named = {name: True for name, given in flags.items() if given}
        return named | {name: day.isoformat() for name, day in days.items() if day is not None}

    @staticmethod
    def from_options(options: Mapping[str, Any]) -> Wish:
        """Read the options from a message.

        Raises:
            UsageError: It has an option that this version does not know, or a value that is none.
        """
        known = {"replan", "force", "publish", "from", "until"}
        if unknown := sorted(options.keys() - known):
            raise UsageError(
                f"The queue asks for {', '.join(unknown)}, which this worker does not know",
                "Update the worker, or ask again without it.",
            )
        try:
            first, last = (
                dt.date.fromisoformat(options[name]) if name in options else None for name in ("from", "until")
            )
        except (TypeError, ValueError):
            raise UsageError(f"The queue asks for days that are none: {dict(options)}", "Ask again.") from None
        replan, force, publish = (options.get(name) is True for name in ("replan", "force", "publish"))
        return Wish(replan, force, publish, first, last)

    def scope(self, today: dt.date | None) -> Scope:
        """Return what a run with these options plans.

        Args:
            today: The day that it is; None to let the run look.
        """
        return Scope(self.replan, self.first_day, self.last_day, today, self.force)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A roster that a worker has taken.

    Attributes:
        lease: The token by which the database knows that it is this worker's.
        practice: Whose roster it is; empty where there is but one practice.
        urgent: Whether somebody waits for it.
        options: What is asked of the run, as the message has it.
        tried: Which try it is, from 1.
        failures: Tries that failed before.
        waited_ms: From the request to now, in milliseconds.
    """

    roster_id: str
    lease: str
    practice: str
    urgent: bool
    options: Mapping[str, Any]
    tried: int
    failures: int
    waited_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The queue in numbers.

    Attributes:
        waiting: Rosters that wait, those that will be tried again included.
        running: Rosters that a worker has.
        failed: Rosters that have failed for good.
        oldest_s: Seconds since the one that waits longest was asked for; None where none waits.
        next_s: Seconds until a roster will be due, of those that wait or run; None where there is none.
    """

    waiting: int
    running: int
    failed: int
    oldest_s: float | None = None
    next_s: float | None = None

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to fill: none waits, and none runs, whose worker might die."""
        return not (self.waiting or self.running)


class Fate(Enum):
    """What becomes of a roster after a run."""

    DONE = auto()
    AGAIN = auto()
    """It is tried again after a while."""
    GIVEN_BACK = auto()
    """Due at once, and no try is counted."""
    GIVEN_UP = auto()
    """The dead letter, with its reason."""
    LOST = auto()
    """It is another worker's by now: nothing is reported."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a roster, and in how many seconds."""

    fate: Fate
    seconds: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """What a worker tells the queue of a roster that it has taken.

    Attributes:
        failure: Why, where it failed; None where it did not.
        run: The run's row of the history; None where no run began.
    """

    taken: Taken
    verdict: Verdict
    failure: GreedyError | None = None
    run: RunRecord | None = None

    @property
    def reason(self) -> str | None:
        """Why it failed: the message and, of a roster's data, the first rows that are wrong; None where it did not."""
        if self.failure is None:
            return None
        problems = self.failure.problems if isinstance(self.failure, RosterDataError) else ()
        rows = [str(problem) for problem in problems if problem.fatal][:ROWS_NAMED]
        return "\n".join([self.failure.message, *rows])


@dataclass(frozen=True, slots=True)
class Breaker:
    """Keeps a fault of the database from using up the tries of one roster after the other.

    Attributes:
        streak: The rosters that failed with `OUTAGE` one after the other, each once.
        pauses: Pauses since the breaker opened.
    """

    streak: frozenset[str] = field(default_factory=frozenset)
    pauses: int = 0

    @property
    def is_open(self) -> bool:
        """Whether so many rosters failed in a row that it is no fault of theirs."""
        return len(self.streak) >= STREAK

    @property
    def pause(self) -> int:
        """Seconds to pause before the next roster is taken."""
        return PAUSES[min(self.pauses, len(PAUSES)) - 1] if self.is_open else 0

    def after(self, roster_id: str, failure: GreedyError | None) -> Breaker:
        """Return the breaker after a run; a run that was stopped shows nothing about the database."""
        if isinstance(failure, RunStoppedError | LeaseOverError):
            return self
        if failure is None or not shows_outage(failure):
            return Breaker()
        grown = Breaker(self.streak | {roster_id}, self.pauses)
        return Breaker(grown.streak, self.pauses + 1) if grown.is_open else grown


def shows_outage(failure: GreedyError) -> bool:
    """Whether a failure may be an outage, which passes by itself; one that lasts until somebody acts is not."""
    return failure.exit_code == OUTAGE and not (isinstance(failure, DatabaseError) and failure.lasting)


def judge(failure: GreedyError | None, failures: int, breaker: Breaker) -> Verdict:
    """Judge what becomes of a roster.

    Args:
        failure: What the run failed with; None when it did not.
        failures: Tries that failed before.
        breaker: The breaker, this run included.
    """
    if failure is None:
        return Verdict(Fate.DONE)
    if isinstance(failure, LeaseOverError):
        return Verdict(Fate.LOST)
    if isinstance(failure, RunStoppedError) or (breaker.is_open and shows_outage(failure)):
        return Verdict(Fate.GIVEN_BACK)
    if failure.exit_code in PASSING and failures < len(WAITS):
        return Verdict(Fate.AGAIN, WAITS[failures])
    return Verdict(Fate.GIVEN_UP)
