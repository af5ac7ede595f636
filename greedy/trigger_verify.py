"""FASE 4C: prove from the database's own rows that the rest periods are in place.

The roster's rows are read back once and compared as sets: the rest that the ACTIVE duties need against the rows that
are there, so that each missing slot and each orphan is named. Never a query per assignment. Who made the rest, a
trigger or the job, is reported but decides nothing: a check passes when the rest is there.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import structlog

from greedy.database.client import Client, client_by_settings
from greedy.database.roster_rows import read_assignments
from greedy.domain.evidence import TriggerEvidence
from greedy.domain.foresight import with_plan
from greedy.domain.models import Slot, Status, StoredAssignment, Workspace
from greedy.domain.rest import WorkedDuty, find_duties
from greedy.errors import DatabaseError

log = structlog.get_logger(__name__)

TRIGGER_ADVICE = "Verify triggers defined in database. Action: Manual status=2 update or trigger deployment."

Check = dict[str, Any]


class TriggerVerifier:
    """Verifies one roster, as its rows are when the first check reads them."""

    def __init__(
        self,
        workspace: Workspace,
        client: Client | None = None,
        evidence: TriggerEvidence | None = None,
        *,
        trigger_missing: bool = False,
        written: int = 0,
        would_be: bool = False,
        taken_back: Sequence[StoredAssignment] = (),
    ) -> None:
        """Prepare the verification.

        Args:
            workspace: The roster: its period, services, and neighbours' duties that reach into it.
            client: The database; None for the one that the settings name.
            evidence: What the trigger did in this run; None when it had nothing to do.
            trigger_missing: Whether the database itself says that its blocking trigger is missing or disabled.
            written: BLOCKED rows that the job wrote in this run.
            would_be: Whether the roster is judged as it would be, with the workspace's records in place (`--dry-run`).
            taken_back: Duties of earlier runs that are opened in the roster as it would be.

        Raises:
            ConfigurationError: Without a client, the settings are missing or wrong.
        """
        self.workspace = workspace
        self.client = client_by_settings() if client is None else client
        self.evidence = evidence
        self.trigger_missing = trigger_missing
        self.written = written
        self.would_be = would_be
        self.taken_back = taken_back

    def verify_all_triggers(self) -> dict[str, Any]:
        """Run the four checks.

        Returns:
            `all_passed`, `checks` by name (see the methods), `duration_ms`, and `error`: why the rows could not be
            read, or None.
        """
        started = time.perf_counter()
        log.info("🔍 VERIFYING TRIGGER EXECUTION...")
        checks: dict[str, Check] = {}
        error = None
        try:
            checks = {
                "blocking_records": self.verify_blocking_records_exist(),
                "dio_ddo_blocking": self.verify_dio_ddo_blocking(),
                "trigger_consistency": self.verify_trigger_consistency(),
                "edge_cases": self.verify_edge_cases(),
            }
        except DatabaseError as failed:
            error = str(failed)
        passed = error is None and all(check["passed"] for check in checks.values())
        duration_ms = round(1000 * (time.perf_counter() - started))
        for name, check in checks.items():
            write_line = log.info if check["passed"] else log.warning
            write_line(f"  {'✅' if check['passed'] else '⚠️ '} {check['message']}", check=name)
        if passed:
            log.info(f"✅ ALL TRIGGER CHECKS PASSED ({duration_ms}ms)", duration_ms=duration_ms)
        else:
            why = error or "see the checks above"
            log.warning(f"⚠️  Trigger verification failed: {why} ({duration_ms}ms)", duration_ms=duration_ms)
        return {"all_passed": passed, "checks": checks, "duration_ms": duration_ms, "error": error}

    def verify_blocking_records_exist(self) -> Check:
        """Check 1: BLOCKED rows exist where a duty needs one; the message says who made those of this run."""
        count = len(self._with_status(Status.BLOCKED))
        needed = any(rest not in self._held_otherwise for duty in self._duties for rest in duty.rests)
        evidence = self.evidence
        message = f"{count} status=2 records found"
        passed = count > 0 or not needed
        if not passed:
            message = f"Trigger verification failed: No blocking records found. {TRIGGER_ADVICE}"
        elif evidence and (evidence.expected or self.written):
            message += f"; of this run's the database's trigger made {evidence.made}, the job {self.written}"
        if self.trigger_missing and passed:
            message += "; the blocking trigger is missing or disabled"
        return {"passed": passed, "blocking_records_count": count, "message": message}

    def verify_dio_ddo_blocking(self) -> Check:
        """Check 2: every slot that a duty needs for rest, inside the period, is BLOCKED or UNAVAILABLE.

        Work that a planner entered where a planner's own duty needs rest is theirs to settle: it is named, but is no
        failure.
        """
        there = {row.slot: row for row in self._rows}
        wrong = [
            _NoRest(duty, rest, there.get(rest))
            for duty in self._duties
            for rest in duty.rests
            if _status(there.get(rest)) not in (Status.BLOCKED, Status.UNAVAILABLE)
        ]
        planners = {row.slot for row in (*self._rows, *self.workspace.neighbours) if not self._is_jobs(row)}
        clashes = [item for item in wrong if item.is_work and {item.duty.slot, item.rest} <= planners]
        failures = [item for item in wrong if item not in clashes]
        failed = {item.duty.slot for item in failures}
        count, verified = len(self._duties), len(self._duties) - len(failed)
        message = f"{verified}/{count} DIO/DDO blocking patterns verified"
        if failures:
            message += "; not at rest: " + _some(map(str, failures))
        if clashes:
            message += "; planners entered work where a duty of theirs needs rest: " + _some(map(str, clashes))
        return {
            "passed": not failures,
            "dio_ddo_count": count,
            "verified_count": verified,
            "failures": [item.to_dict() for item in failures],
            "clashes": [item.to_dict() for item in clashes],
            "message": message,
        }

    def verify_trigger_consistency(self) -> Check:
        """Check 3: BLOCKED rows exist if duties do, and none without a duty (orphaned)."""
        counts = Counter(row.status for row in self._rows)
        rest = {slot for duty in self._duties for slot in duty.rests}
        orphaned = [row.slot for row in self._with_status(Status.BLOCKED) if row.slot not in rest]
        consistent = counts[Status.BLOCKED] > 0 or not rest - self._held_otherwise
        message = "Status distribution consistent"
        if not consistent:
            message = f"{counts[Status.ACTIVE]} ACTIVE records with duties, but no BLOCKED ones. {TRIGGER_ADVICE}"
        elif orphaned:
            shown = _some([f"{slot.employee_id} on {slot.date} {slot.dagdeel}" for slot in orphaned])
            message = f"{len(orphaned)} BLOCKED records without a duty: {shown}; open those that nobody needs"
        return {
            "passed": consistent and not orphaned,
            "active_count": counts[Status.ACTIVE],
            "blocked_count": counts[Status.BLOCKED],
            "open_count": counts[Status.OPEN],
            "total_count": len(self._rows),
            "orphaned": [
                {"employee_id": slot.employee_id, "date": slot.date.isoformat(), "dagdeel": str(slot.dagdeel)}
                for slot in orphaned
            ],
            "message": message,
        }

    def verify_edge_cases(self) -> Check:
        """Check 4: no slot has two rows, nothing is blocked outside the period; duties on the last day are counted."""
        roster = self.workspace.roster
        duplicates = [slot for slot, count in Counter(row.slot for row in self._rows).items() if count > 1]
        outside = [row.slot for row in self._with_status(Status.BLOCKED) if not roster.covers(row.date)]
        last_day = [duty for duty in self._duties if duty.slot.date == roster.end_date]
        wrong = [f"{slot.employee_id} on {slot.date} {slot.dagdeel} twice" for slot in duplicates]
        wrong += [f"{slot.employee_id} on {slot.date} {slot.dagdeel} outside the period" for slot in outside]
        return {
            "passed": not wrong,
            "duplicates_found": len(duplicates),
            "end_date_assignments": len(last_day),
            "message": f"Found: {_some(wrong)}" if wrong else "All edge cases handled correctly",
        }

    @cached_property
    def _rows(self) -> list[StoredAssignment]:
        """The roster's rows, read once; in a dry run, with what would be written in place."""
        rows = read_assignments(self.client, self.workspace.roster_id)
        return with_plan(self.workspace, rows, self.taken_back) if self.would_be else rows

    def _is_jobs(self, row: StoredAssignment) -> bool:
        words = self.workspace.words
        return row.source in (words.assigned, words.blocked)

    @cached_property
    def _duties(self) -> list[WorkedDuty]:
        """The duties that need rest inside the period, those of the roster before included."""
        found = find_duties(self.workspace, self._rows)
        return sorted(found, key=lambda duty: (duty.slot.date, duty.slot.dagdeel.order, duty.slot))

    @cached_property
    def _held_otherwise(self) -> set[Slot]:
        """Slots that cannot be BLOCKED, because somebody is away or works."""
        return {row.slot for row in self._rows if row.status in (Status.UNAVAILABLE, Status.ACTIVE)}

    def _with_status(self, status: Status) -> list[StoredAssignment]:
        return [row for row in self._rows if row.status is status]


class _NoRest(NamedTuple):
    """A slot that a duty needs for rest but that is not rest; `row` is None where it has no row."""

    duty: WorkedDuty
    rest: Slot
    row: StoredAssignment | None

    @property
    def is_work(self) -> bool:
        return _status(self.row) is Status.ACTIVE

    @property
    def _duty(self) -> str:
        return f"{self.duty.code} on {self.duty.slot.date} {self.duty.slot.dagdeel}"

    def to_dict(self) -> dict[str, str]:
        return {
            "employee_id": self.rest.employee_id,
            "date": self.rest.date.isoformat(),
            "dagdeel": str(self.rest.dagdeel),
            "found": _status(self.row).name,
            "duty": self._duty,
        }

    def __str__(self) -> str:
        return f"{self.rest.employee_id} on {self.rest.date} {self.rest.dagdeel} after {self._duty}"


def _status(row: StoredAssignment | None) -> Status:
    return Status.OPEN if row is None else row.status


def _some(items: Iterable[str], most: int = 5) -> str:
    """Name a few of many."""
    named = list(items)
    return ", ".join(named[:most]) + (f" and {len(named) - most} more" if len(named) > most else "")
