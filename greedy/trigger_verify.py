"""FASE 4C: prove from the database's own rows that the rest periods are in place.

The roster's rows are read back once and compared as sets: the rest that the ACTIVE duties need against the rows that
are there, so that each missing slot and each orphan is named. Never a query per assignment.
"""

from __future__ import annotations

import time
from collections import Counter
from functools import cached_property
from typing import Any

import structlog

from greedy.database.client import Client, client_by_settings
from greedy.database.tables import read_assignments
from greedy.domain.evidence import TriggerEvidence
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
    ) -> None:
        """Prepare the verification.

        Args:
            workspace: The roster: its period, services, and neighbours' duties that reach into it.
            client: The database; None for the one that the settings name.
            evidence: What the trigger did in this run; None when it had nothing to do.
            trigger_missing: The database itself says that its blocking trigger is missing or disabled.

        Raises:
            ConfigurationError: Without a client, the settings are missing or wrong.
        """
        self.workspace = workspace
        self.client = client_by_settings() if client is None else client
        self.evidence = evidence
        self.trigger_missing = trigger_missing

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
        """Check 1: BLOCKED rows exist where a duty needs one, and the trigger itself made those of this run."""
        count = len(self._with_status(Status.BLOCKED))
        needed = any(rest not in self._away for duty in self._duties for rest in duty.rests)
        evidence = self.evidence
        message = f"{count} status=2 records found"
        passed = True
        if needed and not count:
            passed = False
            message = f"Trigger verification failed: No blocking records found. {TRIGGER_ADVICE}"
        elif evidence and evidence.made < evidence.expected:
            passed = False
            message += (
                f", but the trigger made only {evidence.made} of the {evidence.expected} that this run's duties need; "
                f"the job wrote the others. {TRIGGER_ADVICE}"
            )
        elif self.trigger_missing:
            passed = False
            message += f", but the blocking trigger is missing or disabled. {TRIGGER_ADVICE}"
        elif evidence and evidence.expected:
            message += f", {evidence.made} of {evidence.expected} new ones made by the trigger"
        return {"passed": passed, "blocking_records_count": count, "message": message}

    def verify_dio_ddo_blocking(self) -> Check:
        """Check 2: every slot that a duty needs for rest, inside the period, is BLOCKED or UNAVAILABLE."""
        status = {row.slot: row.status for row in self._rows}
        failures = [
            {
                "employee_id": rest.employee_id,
                "date": rest.date.isoformat(),
                "dagdeel": str(rest.dagdeel),
                "found": status.get(rest, Status.OPEN).name,
                "duty": f"{duty.code} on {duty.slot.date} {duty.slot.dagdeel}",
            }
            for duty in self._duties
            for rest in duty.rests
            if status.get(rest, Status.OPEN) not in (Status.BLOCKED, Status.UNAVAILABLE)
        ]
        failed = {(failure["employee_id"], failure["duty"]) for failure in failures}
        count, verified = len(self._duties), len(self._duties) - len(failed)
        message = f"{verified}/{count} DIO/DDO blocking patterns verified"
        if failures:
            message += "; not at rest: " + _some(
                [f"{fail['employee_id']} on {fail['date']} {fail['dagdeel']} after {fail['duty']}" for fail in failures]
            )
        return {
            "passed": not failures,
            "dio_ddo_count": count,
            "verified_count": verified,
            "failures": failures,
            "message": message,
        }

    def verify_trigger_consistency(self) -> Check:
        """Check 3: BLOCKED rows exist if duties do, and none without a duty (orphaned)."""
        counts = Counter(row.status for row in self._rows)
        rest = {slot for duty in self._duties for slot in duty.rests}
        orphaned = [row.slot for row in self._with_status(Status.BLOCKED) if row.slot not in rest]
        consistent = counts[Status.BLOCKED] > 0 or not rest - self._away
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
        """The roster's rows: the one reading."""
        return read_assignments(self.client, self.workspace.roster_id)

    @cached_property
    def _duties(self) -> list[WorkedDuty]:
        """The duties that need rest inside the period, those of the roster before included."""
        found = find_duties(self.workspace, self._rows)
        return sorted(found, key=lambda duty: (duty.slot.date, duty.slot.dagdeel.order, duty.slot))

    @cached_property
    def _away(self) -> set[Slot]:
        return {row.slot for row in self._with_status(Status.UNAVAILABLE)}

    def _with_status(self, status: Status) -> list[StoredAssignment]:
        return [row for row in self._rows if row.status is status]


def _some(items: list[str], most: int = 5) -> str:
    """Name a few of many."""
    return ", ".join(items[:most]) + (f" and {len(items) - most} more" if len(items) > most else "")
