"""The queue of rosters in the database: asking for rosters, and what workers call (supabase/sql, 82 to 86)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from greedy.database import requests
from greedy.database.advice import NOT_SUPABASE
from greedy.database.client import Client
from greedy.database.codes import NO_FUNCTION, NO_TABLE, Action, Kind
from greedy.database.paging import rows
from greedy.domain.queue import Figures, Report, Taken
from greedy.domain.source import SourceWords
from greedy.errors import DatabaseError

VIEW = "greedy_queue"

SHOWN = 500
"""Rosters that are shown at most: those that have failed, then those that run, then those that wait, longest first."""

Entry = dict[str, Any]
"""A row of the view: a roster in the queue, moments as text."""


@dataclass(frozen=True, slots=True)
class Queue:
    """The queue, as a worker or somebody who asks sees it.

    Attributes:
        client: The database.
    """

    client: Client

    def due(self, today: str, words: SourceWords) -> list[str]:
        """Return the rosters that are not closed, have days to come, and open shifts or changes since their last run.

        Args:
            today: The day that it is at the practice.
            words: The job's own words in `source`: what it wrote itself is no change.

        Raises:
            DatabaseError: They cannot be read.
        """
        arguments = {"today": today, "words": [words.assigned, words.blocked]}
        told = self._call("greedy_due", arguments, "look which rosters are due")
        return [str(roster) for roster in _list(told, "greedy_due")]

    def ask(
        self, rosters: Sequence[str], options: dict[str, Any], *, urgent: bool, practice: str | None
    ) -> list[dict[str, str]]:
        """Ask for rosters to be filled: all or, when it fails, none.

        Args:
            rosters: Their ids.
            options: The options of the runs, as `Wish.options` returns them.
            urgent: Whether somebody waits for them.
            practice: Whose they are; None for what the database says.

        Returns:
            `roster_id` and `outcome` of each: added, waiting, later, again (docs/decisions/0007-queue-built.md).

        Raises:
            DatabaseError: Nothing was put into the queue, or whether it was cannot be known.
        """
        arguments = {"rosters": list(rosters), "urgent": urgent, "options": options, "practice": practice}
        return _list(self._call("greedy_enqueue", arguments, "put rosters into the queue"), "greedy_enqueue")

    def figures(self) -> Figures | None:
        """Return the queue in numbers; None where the database has no queue.

        Raises:
            DatabaseError: It does not answer.
        """
        try:
            told = self._call("greedy_queue_figures", {}, "look into the queue")
        except DatabaseError as error:
            if error.code in NO_FUNCTION:
                return None
            raise
        return _figures(told) if isinstance(told, dict) and told.get("there") else None

    def take(
        self, token: str, worker: str, seconds: int, report: Report | None = None
    ) -> tuple[Taken | None, Figures, bool]:
        """Report on the roster before, and take the one whose turn it is: one request.

        Args:
            token: Names the lease: after a lost answer, the same token takes the same roster.
            worker: The worker's name.
            seconds: How long the lease lasts.
            report: What became of the roster before; None for nothing to report.

        Returns:
            The roster, None when none is due; the queue in numbers; and whether the roster of the report was still this
            worker's (True without a report).

        Raises:
            DatabaseError: The database does not answer, or has no queue.
        """
        arguments = {"token": token, "called": worker, "seconds": seconds, "report": _as_json(report)}
        told = self._call("greedy_queue_take", arguments, "take a roster from the queue")
        if not isinstance(told, dict):
            raise _unreadable("greedy_queue_take")
        return _taken(told.get("taken"), token), _figures(told.get("queue")), told.get("reported") is not False

    def report(self, report: Report) -> bool:
        """Report what became of a roster; return whether it was still this worker's. If not, nothing was changed.

        Raises:
            DatabaseError: Whether it was reported cannot be known.
        """
        return self._call("greedy_queue_report", {"report": _as_json(report)}, "report to the queue") is True

    def retry(self, roster_id: str | None) -> int:
        """Let what has failed be tried again, one roster or (None) all; return how many.

        Raises:
            DatabaseError: It cannot be changed.
        """
        return int(self._call("greedy_queue_retry", {"target": roster_id}, "change the queue"))

    def drop(self, roster_id: str) -> bool:
        """Take a roster out of the queue; return whether it was there. A worker that has it writes no more.

        Raises:
            DatabaseError: It cannot be changed.
        """
        return self._call("greedy_queue_drop", {"target": roster_id}, "change the queue") is True

    def entries(self) -> list[Entry]:
        """Return the rosters in the queue, `SHOWN` at most.

        Raises:
            DatabaseError: They cannot be read, or the database has no queue.
        """
        query = self.client.table(VIEW).select("*").order("state").order("waiting_since").order("roster_id")
        try:
            return rows(requests.execute(query.limit(SHOWN), Action.read(VIEW)), VIEW)
        except DatabaseError as error:
            if error.code in NO_TABLE:
                self._call("greedy_queue_there", {}, "look into the queue")  # refused, with the remedy
            raise

    def _call(self, function: str, arguments: dict[str, Any], what: str) -> Any:
        return requests.execute(self.client.rpc(function, arguments), Action(what, function, Kind.FUNCTION)).data


def _unreadable(function: str) -> DatabaseError:
    return DatabaseError(f"Database error: the answer of {function} cannot be read", NOT_SUPABASE)


def _as_json(report: Report | None) -> dict[str, Any] | None:
    """Return a report as `greedy_queue_report` takes it; None for none."""
    if report is None:
        return None
    failure = report.failure
    return {
        "roster_id": report.taken.roster_id,
        "token": report.taken.lease,
        "fate": report.verdict.fate.name.lower(),
        "seconds": report.verdict.seconds,
        "code": failure.exit_code if failure else None,
        "why": report.reason,
        "cure": failure.hint if failure else None,
        "run": report.run.row() if report.run else None,
    }


def _list(told: Any, function: str) -> list[Any]:
    if not isinstance(told, list):
        raise _unreadable(function)
    return told


def _figures(told: Any) -> Figures:
    try:
        oldest, soonest = told.get("oldest_s"), told.get("next_s")
        return Figures(
            waiting=int(told["waiting"]),
            running=int(told["running"]),
            failed=int(told["failed"]),
            oldest_s=None if oldest is None else float(oldest),
            next_s=None if soonest is None else float(soonest),
        )
    except (AttributeError, KeyError, TypeError, ValueError):
        raise _unreadable("greedy_queue_figures") from None


def _taken(told: Any, token: str) -> Taken | None:
    if told is None:
        return None
    try:
        return Taken(
            roster_id=str(told["roster_id"]),
            lease=token,
            practice=str(told["practice"]),
            urgent=told["urgent"] is True,
            options=dict(told["options"]),
            tried=int(told["try"]),
            failures=int(told["failures"]),
            waited_ms=int(told["waited_ms"]),
        )
    except (KeyError, TypeError, ValueError):
        raise _unreadable("greedy_queue_take") from None
