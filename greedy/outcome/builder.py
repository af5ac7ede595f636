"""The result of a run while it goes on: the one mutable part of it, filled phase by phase and frozen at the end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from greedy.domain.evidence import TriggerEvidence
from greedy.domain.models import StoredAssignment, Workspace
from greedy.errors import DatabaseError, RosterDataError
from greedy.joint.remedies import JointSet
from greedy.outcome import attempts
from greedy.outcome.alerts import Alert, find_alerts
from greedy.outcome.causes import Cause, cause_of
from greedy.outcome.changes import Changes, compare
from greedy.outcome.coverage import Coverage, CoverageSummary, Uncovered
from greedy.outcome.fairness import FairnessComparison
from greedy.outcome.open_shifts import OpenShift
from greedy.outcome.phases import AssignPhase, DatabasePhase, LoadPhase, PairPhase, Phases
from greedy.outcome.result import PlannedDays, RosterDays, RunResult
from greedy.outcome.run_warnings import GeneralWarning, RunWarning, row_warning


class Writing(Protocol):
    """What runs FASE 4, and can be asked at any moment how far it is."""

    @property
    def progress_of_writing(self) -> Mapping[str, Any]:
        """The dict of `execute_with_database()`, as far as FASE 4 has come."""

    @property
    def evidence(self) -> TriggerEvidence | None:
        """What the database's trigger did; None when it had nothing to do, or 4B has not come yet."""

    @property
    def own_trigger(self) -> bool:
        """Whether that trigger is the one of the job's own SQL; another makes less, as its owner wants it."""


@dataclass(slots=True)
class RunResultBuilder:
    """What is known of a run so far; each attribute is a part of `RunResult`, None or empty until it is known.

    When the roster is read and assigned again, the parts of the new attempt take the place of the old one's.
    """

    roster_id: str
    run_id: str
    dry_run: bool = False
    replan: bool = False
    reshuffle: bool = False
    roster_days: RosterDays | None = None
    period: PlannedDays | None = None
    load: LoadPhase | None = None
    assign: AssignPhase | None = None
    pair: PairPhase | None = None
    coverage: CoverageSummary | None = None
    fairness: FairnessComparison | None = None
    uncovered: Sequence[Uncovered] = ()
    open_shifts: Sequence[OpenShift] = ()
    joint_set: JointSet | None = None
    changes: Changes | None = None
    alerts: Sequence[Alert] = ()
    warnings: list[RunWarning] = field(default_factory=list)
    error: str | None = None
    cause: Cause | None = None
    _writing: Writing | None = None
    _earlier: int = 0
    _earlier_of_writing: int = 0

    def planned(
        self,
        before: Workspace,
        plan: Workspace,
        *,
        taken_back: Iterable[StoredAssignment],
        writings: Collection[dt.datetime],
        coverage: Coverage,
        fairness: FairnessComparison,
        warnings: Iterable[RunWarning],
    ) -> Workspace:
        """Take what FASE 2 and 3 came to.

        What earlier attempts of the run wrote counts as assigned, planned and written by it.

        Args:
            before: The roster as it was read.
            plan: The roster as it is planned.
            taken_back: Rows of the job's that are opened.
            writings: `created_at` of what earlier attempts of the run wrote.
            coverage: How much the plan fills.
            fairness: How evenly it shares the work out.
            warnings: What was found about roster and database.

        Returns:
            The roster as it is planned, the rows of earlier attempts among this run's records.
        """
        earlier = attempts.written_by(writings, plan)
        whole = attempts.with_earlier(plan, earlier)
        codes = [plan.service_codes[row.service_id or ""] for row in earlier]
        self.changes = compare(before, whole, taken_back, reshuffle=self.reshuffle)
        self.fairness, self.warnings = fairness, list(warnings)
        self.uncovered, self.open_shifts, self.joint_set = coverage.uncovered, coverage.open_shifts, None
        self.coverage = attempts.count_as_assigned(coverage.summary(), codes)
        self._earlier = len(earlier)
        if earlier:
            message = (
                f"{len(earlier)} assignments were written by an earlier attempt of this run, that a planner cut off"
            )
            self.warnings.append(GeneralWarning(kind="write", message=message))
        return whole

    def read_days(self, first: dt.date, last: dt.date) -> None:
        """Take the days of the roster."""
        self.roster_days = RosterDays(first=first, last=last)

    def begin_writing(self, writing: Writing) -> None:
        """Take what is about to run FASE 4."""
        self._writing, self._earlier_of_writing = writing, self._earlier

    def check_limits(self) -> Sequence[Alert]:
        """Find where FASE 4 exceeds its limits, as far as it came."""
        if self._writing is not None and self.database is not None:
            self.alerts = find_alerts(self.database, self._writing.evidence if self._writing.own_trigger else None)
        return self.alerts

    def fail(self, error: Exception) -> None:
        """Take the error that ended the run, and add what is in the database, or which rows are wrong."""
        self.error, self.cause = str(error), cause_of(error)
        if isinstance(error, RosterDataError):
            self.warnings = [row_warning(problem) for problem in error.problems]
            if error.days:
                self.read_days(*error.days)
        else:
            lasting = isinstance(error, DatabaseError) and error.lasting
            self.error += f"\n{self._what_was_written(lasting=lasting)}"

    @property
    def database(self) -> DatabasePhase | None:
        """FASE 4 as far as it has come; None before it began."""
        if self._writing is None:
            return None
        return DatabasePhase.from_dict(self._writing.progress_of_writing, earlier=self._earlier_of_writing)

    def freeze(self, *, success: bool, http_requests: int = 0, duration_ms: int | float = 0) -> RunResult:
        """Return the result.

        Args:
            success: Whether the run did what it was asked.
            http_requests: Requests to the database.
            duration_ms: The run's duration, in milliseconds.
        """
        database = self.database
        coverage = self.coverage
        if coverage is not None:
            written = database is not None and database.success and not self.dry_run
            coverage = replace(coverage, written=written)
        return RunResult(
            success=success,
            roster_id=self.roster_id,
            run_id=self.run_id,
            dry_run=self.dry_run,
            replan=self.replan,
            reshuffle=self.reshuffle,
            roster_days=self.roster_days,
            period=self.period,
            phases=Phases(
                fase1_load=self.load, fase2_process=self.assign, fase3_pairing=self.pair, fase4_database=database
            ),
            coverage=coverage,
            fairness=self.fairness,
            uncovered=tuple(self.uncovered),
            open_shifts=tuple(self.open_shifts),
            joint_set=self.joint_set,
            changes=self.changes,
            alerts=tuple(self.alerts),
            warnings=tuple(self.warnings),
            http_requests=http_requests,
            duration_ms=duration_ms,
            error=self.error,
            cause=self.cause or ("unexpected" if self.error else None),
        )

    def _what_was_written(self, *, lasting: bool) -> str:
        """Describe what a run that ended early has left in the database.

        Args:
            lasting: Whether a rerun will meet the same error.
        """
        database = self.database
        if database is None or self.dry_run:
            return "Nothing was written."
        rerun = "a rerun completes the roster once that is mended" if lasting else "a rerun completes the roster"
        return (
            f"{database.write_assignments.written} of {database.planned.active} assignments and {database.rest_there} "
            f"of {database.planned.blocking} rest periods are known to be written; {rerun}."
        )
