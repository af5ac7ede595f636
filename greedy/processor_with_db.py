"""The whole job for one roster: FASE 1 to 4, and its result. FASE 4 itself is `greedy.writer.fase4`."""

from __future__ import annotations

import datetime as dt
import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace

import structlog

from greedy import interrupts, loader
from greedy.database import inspection
from greedy.database.client import Connection
from greedy.database.roster_rows import read_assignments
from greedy.database.schema import DatabaseSchema
from greedy.domain.balance import Lookback
from greedy.domain.conflicts import is_about_other_rosters, learn, must_be_read, slot_of
from greedy.domain.models import Slot, Workspace
from greedy.domain.period import Period, Scope
from greedy.domain.source import OWN_WORDS, SourceWords
from greedy.errors import ConflictError, DatabaseError, GreedyError
from greedy.joint.finding import find_joint_set
from greedy.outcome.builder import RunResultBuilder
from greedy.outcome.coverage import Coverage, measure
from greedy.outcome.fairness import compare_fairness
from greedy.outcome.phases import AssignPhase, LoadPhase, PairPhase
from greedy.outcome.result import PlannedDays, RunResult, as_json
from greedy.outcome.run_warnings import GeneralWarning, find_warnings
from greedy.processor import Progress
from greedy.solver import fairness
from greedy.solver.confine import confine
from greedy.solver.leaving import leave_out, size
from greedy.solver.pairing import Pairing
from greedy.solver.plan import Plan
from greedy.solver.replan import replan
from greedy.writer.fase4 import GreedyProcessorWithDB, name_phase

__all__ = ["ATTEMPTS", "DatabaseOperationOrchestrator", "GreedyProcessorWithDB"]

log = structlog.get_logger(__name__)

ATTEMPTS = 12
"""The most times that a roster is planned while planners take slots; then what they take is left out of the plan."""

WHOLE = Scope()
"""All days of the roster; nothing that is planned already is planned anew."""

ShowPhase = Callable[[str], AbstractContextManager[Progress | None]]
"""Shows a phase while it runs; yields the callable that is told how far the phase is, or None."""


class DatabaseOperationOrchestrator:
    """The whole job for one roster: FASE 1 to 4, and its result.

    Attributes:
        failure: The error that ended the run; None when nothing did.
        workspace: The roster: None until FASE 1 is done, as it was read until FASE 3 is done, then as it is planned.
        result: The result as far as the run has come.
    """

    def __init__(
        self,
        connection: Connection,
        roster_id: str,
        run_id: str,
        *,
        dry_run: bool = False,
        scope: Scope = WHOLE,
        words: SourceWords = OWN_WORDS,
        lookback: Lookback = loader.LOOKBACK,
        timeout: float | None = None,
        lease: str | None = None,
        accept: Callable[[Workspace], object] = lambda workspace: None,  # noqa: ARG005  whatever it is
        show_phase: ShowPhase = lambda phase: nullcontext(),  # noqa: ARG005  shows nothing
    ) -> None:
        """Prepare a run.

        Args:
            connection: The database.
            roster_id: The roster to plan.
            run_id: Names this run in logs and result.
            dry_run: Do all but write.
            scope: What is planned: which days, and whether what earlier runs planned is planned anew.
            words: The job's own words in `source`.
            lookback: How far back earlier rosters count, and whose public holidays count with the weekends.
            timeout: Most seconds that the run may take; None for no limit.
            lease: The lease under which a worker of the queue writes; None for any other run.
            accept: Called with the roster when it has been read; raises if the run cannot do with it what is asked.
            show_phase: Shows each phase to a person while it runs.
        """
        self.connection = connection
        self.roster_id = roster_id
        self.dry_run = dry_run
        self.scope = scope
        self.words = words
        self.lookback = lookback
        self.timeout = timeout
        self.lease = lease
        self.phase = "start"
        self.failure: GreedyError | None = None
        self.workspace: Workspace | None = None
        self.result = RunResultBuilder(
            roster_id, run_id, dry_run=dry_run, replan=scope.replan, reshuffle=scope.reshuffle
        )
        self._accept = accept
        self._show_phase = show_phase
        self._writings: set[dt.datetime] = set()

    def execute_full_pipeline(self) -> RunResult:
        """Run FASE 1 to 4.

        When a planner takes a slot between FASE 1 and 4A, the roster is planned again with what the refusal shows, up
        to `ATTEMPTS` times in all; after that the last plan is written without the rows that are refused.

        Returns:
            The result (docs/result.md). It describes an error, which is kept in `failure` too.
        """
        started = time.perf_counter()
        limit = interrupts.time_limit(self.timeout, lambda: self.phase) if self.timeout else nullcontext()
        try:
            with interrupts.stoppable(lambda: self.phase), limit:
                self._run()
        except Exception as error:  # the outermost boundary: whatever happens, there is a result
            known = error if isinstance(error, GreedyError) else interrupts.behind(error)
            if known is not None:
                self.failure = known
                self.result.fail(known)
                log.error(f"❌ {self.phase} failed: {self.result.error}", phase=self.phase)
            else:
                self.failure = GreedyError(
                    f"Unexpected {type(error).__name__} in {self.phase}", "Report it, with the log."
                )
                self.result.error = str(self.failure)
                log.exception(f"❌ {self.failure}", phase=self.phase)
        for alert in self.result.check_limits():
            log.warning(f"⚠️  {alert.message}", metric=alert.metric, value=alert.value, limit=alert.limit)
        structlog.contextvars.unbind_contextvars("phase")
        return self.result.freeze(
            success=self.failure is None,
            http_requests=self.connection.requests,
            duration_ms=_milliseconds_since(started),
        )

    def _run(self) -> None:
        """Run the phases, repeating those from FASE 2 on until the plan fits the roster as it is when it is written."""
        workspace, found, period = self._load()
        left: Plan | None = None
        left_out, without_rest = 0, set[Slot]()
        for attempt in itertools.count(1):
            processor, coverage = self._assign(workspace, found, period, left)
            pairing = self._pair(processor)
            processor.leave_rest(without_rest)
            self._measure(workspace, found, processor, coverage, pairing)
            if left_out:
                message = f"{left_out} assignments are left out, as planners kept editing what they need; run again"
                self.result.warnings.append(GeneralWarning(kind="write", message=message))
            try:
                self._write(processor, first=attempt == 1)
            except ConflictError as conflict:
                if attempt >= ATTEMPTS:
                    workspace = self._learn(workspace, processor, conflict)
                    left = leave_out(workspace, processor.plan, conflict.refusals, period)
                    rest = {slot_of(row) for row in conflict.refusals if row.service_id is None}
                    if size(left) >= size(processor.plan) and rest <= without_rest:
                        raise  # nothing to leave out: the database does not say what it refuses
                    without_rest |= rest
                    left_out += size(processor.plan) - size(left) - processor.writer.assignments["written"]
                    log.warning(f"⚠️  {conflict.message}; leaving it out", attempt=attempt)
                    continue
                log.warning(f"⚠️  {conflict.message}; planning again", attempt=attempt)
                if not conflict.refusals or is_about_other_rosters(workspace, conflict.refusals):
                    workspace, found, period = self._load()  # an older guard does not say what it refuses
                else:
                    workspace = self._learn(workspace, processor, conflict)
            else:
                self._advise(processor, period)
                return

    def _load(self) -> tuple[Workspace, DatabaseSchema, Period | None]:
        """FASE 1: read the roster, and keep only the demand of the days that are asked for."""
        client = self.connection.client
        with self._run_phase("FASE 1 load") as (milliseconds, _):
            log.info(f"📥 Loading roster {self.roster_id}...")
            found = inspection.begin_with_any(client, self.roster_id).with_words(self.words)
            whole = loader.load(
                client,
                self.roster_id,
                duties=found.duties,
                words=found.words,
                columns=found.columns,
                lookback=self.lookback,
            )
            self.workspace = self.workspace or whole
            self._accept(whole)
            self.result.read_days(whole.roster.start_date, whole.roster.end_date)
            if self.scope.replan:
                found.refuse_replan()
            if self.lease is not None:
                found.refuse_lease()
            workspace, period = self._confined(whole)
        phase = self.result.load = LoadPhase.of_workspace(whole, found.version, milliseconds())
        log.info(f"✅ {phase}", **as_json(phase))
        for warning in found.warnings:
            log.warning(f"⚠️  {warning}")
        return workspace, found, period

    def _confined(self, workspace: Workspace) -> tuple[Workspace, Period | None]:
        """Confine the run to the days that are asked for."""
        period = self.scope.period(workspace.roster)
        if period is None:
            return workspace, None
        confined = confine(workspace, period)
        days = self.result.period = PlannedDays.of_confined(confined, self.scope.past_until(workspace.roster))
        log.info(f"📅 {days}", **as_json(days))
        return confined.workspace, period

    def _assign(
        self, workspace: Workspace, found: DatabaseSchema, period: Period | None, left: Plan | None
    ) -> tuple[GreedyProcessorWithDB, Coverage]:
        """FASE 2: assign the open shifts, or plan the job's own anew, and measure what is filled.

        Where `left` is given, it is the plan: what is left of the one before.
        """
        counts: dict[str, int] = {}
        with self._run_phase("FASE 2 assign") as (milliseconds, progress), interrupts.interruptible():
            plan = left
            if plan is None and self.scope.replan:
                plan = replan(workspace, period, progress, reshuffle=self.scope.reshuffle)
            planned = plan.workspace if plan else replace(workspace, assignments=[])
            processor = GreedyProcessorWithDB(
                planned,
                self.connection.client,
                dry_run=self.dry_run,
                period=period,
                plan=plan,
                schema=found,
                lease=self.lease,
            )
            if plan is None:
                processor.assign(progress)
            elif self.scope.replan:
                counts = {"taken_back": len(plan.taken_back), "kept": plan.kept}
            counts["assigned"] = len(planned.assignments)
            coverage = measure(processor.board, period)
        phase = self.result.assign = AssignPhase(**counts, duration_ms=milliseconds())
        log.info(f"✅ {phase}", **as_json(phase))
        return processor, coverage

    def _pair(self, processor: GreedyProcessorWithDB) -> Pairing:
        """FASE 3: derive the rest that duties need."""
        with self._run_phase("FASE 3 pair") as (milliseconds, _):
            pairing = processor.pair()
        phase = self.result.pair = PairPhase.of_pairing(pairing, milliseconds())
        log.info(f"✅ {phase}", **as_json(phase))
        return pairing

    def _measure(
        self,
        before: Workspace,
        found: DatabaseSchema,
        processor: GreedyProcessorWithDB,
        coverage: Coverage,
        pairing: Pairing,
    ) -> None:
        """Compare the plan with what was there."""
        self.workspace = self.result.planned(
            before,
            processor.workspace,
            taken_back=processor.taken_back,
            writings=self._writings,
            coverage=coverage,
            fairness=compare_fairness(processor.fairness_before, fairness.measure(processor.board)),
            warnings=find_warnings(processor.workspace, found.warnings, coverage, pairing),
        )

    def _write(self, processor: GreedyProcessorWithDB, *, first: bool) -> None:
        """FASE 4: check that the database would take the plan, write it, and prove that the rest is in place."""
        self._enter("FASE 4 database")
        with self._show_phase(self.phase):
            if first:
                processor.rehearse()
            self._writings.add(processor.writer.written_at)
            self.result.begin_writing(processor)  # so that the result is right also when the run ends in its middle
            stored = processor.execute_with_database()
        if not stored["success"]:
            raise processor.failure or DatabaseError(stored["error"])

    def _advise(self, processor: GreedyProcessorWithDB, period: Period | None) -> None:
        """Find the joint set for what stays open, once the roster is written and nobody waits for it any more."""
        with self._run_phase("advice"), interrupts.interruptible():
            found = self.result.joint_set = find_joint_set(processor.workspace, processor.board, period)
        if found is not None:
            log.info(f"💡 {found}", changes=len(found.remedies), fills=found.fills, left_open=found.open_after)

    def _learn(self, before: Workspace, processor: GreedyProcessorWithDB, conflict: ConflictError) -> Workspace:
        """Return the roster as the refusal shows it to be, reading its rows at most once more."""
        rows = None
        if must_be_read(conflict.refusals) or processor.writer.assignments["written"]:
            rows = read_assignments(self.connection.client, self.roster_id, held_only=True)
        return learn(replace(before, assignments=processor.workspace.assignments), conflict.refusals, rows)

    def _enter(self, phase: str) -> None:
        self.phase = phase
        name_phase(phase)

    @contextmanager
    def _run_phase(self, name: str) -> Iterator[tuple[Callable[[], float], Progress | None]]:
        """Run a phase under its name.

        Yields:
            The milliseconds that have passed, and the callable that is told how far the phase is, if any.
        """
        self._enter(name)
        started = time.perf_counter()
        with self._show_phase(name) as progress:
            yield lambda: _milliseconds_since(started), progress


def _milliseconds_since(started: float) -> float:
    return round(1000 * (time.perf_counter() - started), 1)
