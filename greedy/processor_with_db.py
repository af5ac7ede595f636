"""FASE 4 of a solved workspace, and the whole pipeline from FASE 1 to FASE 4."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

import structlog

from greedy import interrupts, loader
from greedy.database.client import Client, Connection
from greedy.database.schema import REMEDY, DatabaseSchema, inspect_schema
from greedy.domain.evidence import TriggerEvidence
from greedy.domain.models import SourceWords, Status, StoredAssignment, Workspace
from greedy.domain.period import Period, Scope
from greedy.errors import ConflictError, DatabaseError, GreedyError
from greedy.outcome.builder import RunResultBuilder
from greedy.outcome.coverage import Coverage, measure
from greedy.outcome.fairness import compare_fairness
from greedy.outcome.phases import AssignPhase, LoadPhase, PairPhase
from greedy.outcome.result import PlannedDays, RunResult, as_json
from greedy.outcome.run_warnings import find_warnings
from greedy.processor import GreedyProcessor, Progress
from greedy.solver import fairness
from greedy.solver.confine import confine, rest_of
from greedy.solver.pairing import Pairing
from greedy.solver.plan import Plan
from greedy.solver.replan import replan
from greedy.trigger_verify import TriggerVerifier
from greedy.writer import NOT_WRITTEN, BatchWriter, RestWriter

log = structlog.get_logger(__name__)

ATTEMPTS = 3
"""Times that the roster is read and assigned when planners take slots meanwhile."""

WHOLE = Scope()
"""All days of the roster; what is there stays."""

ShowPhase = Callable[[str], AbstractContextManager[Progress | None]]
"""Shows a phase while it runs; yields the callable that is told how far the phase is, or None."""


class GreedyProcessorWithDB(GreedyProcessor):
    """The FASE 2 and 3 processor, and FASE 4 of what it has solved.

    Attributes:
        progress_of_writing: What `execute_with_database` returns, as far as FASE 4 has come.
    """

    def __init__(
        self,
        workspace: Workspace,
        client: Client,
        *,
        dry_run: bool = False,
        period: Period | None = None,
        plan: Plan | None = None,
        trigger_missing: bool = False,
    ) -> None:
        """Prepare.

        Args:
            workspace: The roster.
            client: The database to write to.
            dry_run: Do all but write.
            period: Days to which the run is confined; None for all.
            plan: FASE 2 where a replan has done it; `workspace` is then the plan's. None where `assign` will.
            trigger_missing: The database says that its blocking trigger is missing or disabled.
        """
        super().__init__(workspace, plan)
        taken_back = plan.taken_back if plan else ()
        self.client = client
        self.dry_run = dry_run
        self.period = period
        self.trigger_missing = trigger_missing
        self.writer = BatchWriter(workspace, client, taken_back)
        self.taken_back: Sequence[StoredAssignment] = taken_back
        self.rest_writer = RestWriter(self.writer)
        self.progress_of_writing: dict[str, Any] = {
            "success": False,
            "dry_run": dry_run,
            "planned": {"active": 0, "blocking": 0},
            "write_assignments": NOT_WRITTEN.copy(),
            "write_blocking": {**NOT_WRITTEN, "made_by_trigger": 0},
            "trigger_verification": None,
            "error": None,
        }

    @property
    def evidence(self) -> TriggerEvidence | None:
        """What the trigger did in this run; None when it had nothing to do, or 4B has not come yet."""
        return self.rest_writer.evidence

    def pair(self) -> Pairing:
        """FASE 3; a confined run makes no rest but that of its own days."""
        pairing = super().pair()
        if self.period is not None:
            pairing.blocks[:] = rest_of(self.period, self.board, pairing.blocks)
            self.workspace.assignments[:] = [
                *(record for record in self.workspace.assignments if record.status is Status.ACTIVE),
                *pairing.blocks,
            ]
        return pairing

    def execute_with_database(self) -> dict[str, Any]:
        """Run FASE 4A, 4B and 4C on the workspace's `assignments`.

        When 4A fails, nothing else is tried. When 4B fails, 4C still runs, and decides: the trigger may have made it
        all.

        Returns:
            `success`, `planned` (records that there were to write: `active`, `blocking`), `write_assignments`,
            `write_blocking`, `trigger_verification` (None where it did not run), `dry_run` and `error`.

        Raises:
            ConflictError: A slot became someone else's before 4A; nothing was written. Load and assign anew.
        """
        writer = self.writer
        planned = writer.get_write_statistics()
        done = self.progress_of_writing
        done["planned"] = {"active": planned["active"], "blocking": planned["blocking"]}
        if not self.dry_run:
            _name_phase("FASE 4A write")
            done["write_assignments"] = writer.assignments  # counts as it goes, if the run ends in the middle of it
            done["write_assignments"] = writer.write_assignments()
            if done["write_assignments"]["error"]:
                done["error"] = done["write_assignments"]["error"]
                return done
            _name_phase("FASE 4B write")
            done["write_blocking"] = self.rest_writer.write()
        _name_phase("FASE 4C verify")
        verifier = TriggerVerifier(self.workspace, self.client, self.evidence, trigger_missing=self.trigger_missing)
        verification = verifier.verify_all_triggers()
        done["trigger_verification"] = verification
        if done["write_blocking"]["error"] and not verification["all_passed"]:
            done["error"] = done["write_blocking"]["error"]
        done["success"] = done["error"] is None
        return done


class DatabaseOperationOrchestrator:
    """The whole job for one roster: FASE 1 to 4, and its result.

    Attributes:
        failure: The error that ended the run; None when nothing did.
        workspace: The roster as it is planned; as it was read until FASE 3 is done, None until FASE 1 is.
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
        words: SourceWords = loader.WORDS,
        timeout: float | None = None,
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
            timeout: Most seconds that the run may take; None for no limit.
            show_phase: Shows each phase to a person while it runs.
        """
        self.connection = connection
        self.roster_id = roster_id
        self.dry_run = dry_run
        self.scope = scope
        self.words = words
        self.timeout = timeout
        self.phase = "start"
        self.failure: GreedyError | None = None
        self.workspace: Workspace | None = None
        self.result = RunResultBuilder(roster_id, run_id, dry_run=dry_run, replan=scope.replan)
        self._show_phase = show_phase
        self._writings: set[dt.datetime] = set()

    def execute_full_pipeline(self) -> RunResult:
        """Run FASE 1 to 4.

        When a planner takes a slot between FASE 1 and 4A, the roster is read and assigned again, up to `ATTEMPTS`
        times in all.

        Returns:
            The result (docs/result.md). It describes an error, which is kept in `failure` too.
        """
        started = time.perf_counter()
        limit = interrupts.time_limit(self.timeout, lambda: self.phase) if self.timeout else nullcontext()
        try:
            with interrupts.stoppable(lambda: self.phase), limit:
                self._attempt_until_settled()
        except GreedyError as error:
            self.failure = error
            self.result.fail(error)
            log.error(f"❌ {self.phase} failed: {self.result.error}", phase=self.phase)
        except Exception as error:  # the outermost boundary: whatever happens, there is a result
            self.failure = GreedyError(f"Unexpected {type(error).__name__} in {self.phase}", "Report it, with the log.")
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

    def _attempt_until_settled(self) -> None:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                self._attempt()
            except ConflictError as conflict:
                if attempt == ATTEMPTS:
                    raise
                log.warning(f"⚠️  {conflict.message}; loading and assigning again", attempt=attempt)
            else:
                return

    def _attempt(self) -> None:
        """Run the phases once, each leaving its part of the result."""
        workspace, schema, period = self._load()
        processor, coverage = self._assign(workspace, schema, period)
        pairing = self._pair(processor)
        self._measure(workspace, schema, processor, coverage, pairing)
        self._write(processor)

    def _load(self) -> tuple[Workspace, DatabaseSchema, Period | None]:
        """FASE 1: read the roster, and leave the demand of the days that are asked for."""
        client = self.connection.client
        with self._run_phase("FASE 1 load") as (milliseconds, _):
            log.info(f"📥 Loading roster {self.roster_id}...")
            whole = loader.load(client, self.roster_id, words=self.words)
            self.workspace = self.workspace or whole
            schema = inspect_schema(client)
            self._refuse_replan(schema)
            workspace, period = self._confined(whole)
        phase = self.result.load = LoadPhase.of_workspace(whole, schema.version, milliseconds())
        log.info(f"✅ {phase}", **as_json(phase))
        return workspace, schema, period

    def _refuse_replan(self, schema: DatabaseSchema) -> None:
        """Refuse a replan where the database cannot keep planners' edits apart from the job's own duties."""
        if self.scope.replan and not schema.can_replan:
            raise DatabaseError(
                "--replan needs the database's hand-over trigger and its function greedy_replan; nothing was written",
                f"Run without --replan, or {REMEDY}.",
            )

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
        self, workspace: Workspace, schema: DatabaseSchema, period: Period | None
    ) -> tuple[GreedyProcessorWithDB, Coverage]:
        """FASE 2: assign the open shifts, and measure how many that fills."""
        counts: dict[str, int] = {}
        with self._run_phase("FASE 2 assign") as (milliseconds, progress), interrupts.interruptible():
            processor = self._solve(workspace, schema, period, progress, counts)
            coverage = measure(processor.board, period)
        phase = self.result.assign = AssignPhase(**counts, duration_ms=milliseconds())
        log.info(f"✅ {phase}", **as_json(phase))
        return processor, coverage

    def _solve(
        self,
        workspace: Workspace,
        schema: DatabaseSchema,
        period: Period | None,
        progress: Progress | None,
        account: dict[str, int],
    ) -> GreedyProcessorWithDB:
        """FASE 2: add to what is there, or plan anew what is the job's own."""
        plan = replan(workspace, period, progress) if self.scope.replan else None
        processor = GreedyProcessorWithDB(
            plan.workspace if plan else workspace,
            self.connection.client,
            dry_run=self.dry_run,
            period=period,
            plan=plan,
            trigger_missing=schema.trigger_missing,
        )
        if plan:
            account |= {"taken_back": len(plan.taken_back), "kept": plan.kept}
        else:
            processor.assign(progress)
        account["assigned"] = len(processor.workspace.assignments)
        return processor

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
        schema: DatabaseSchema,
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
            warnings=find_warnings(processor.workspace, schema.warnings, coverage, pairing),
        )
        for warning in schema.warnings:
            log.warning(f"⚠️  {warning}")

    def _write(self, processor: GreedyProcessorWithDB) -> None:
        """FASE 4: write the plan, and prove that the rest is in place."""
        self._writings.add(processor.writer.written_at)
        self._enter("FASE 4 database")
        self.result.begin_writing(processor)  # so that the result is right also when the run ends in the middle of it
        with self._show_phase(self.phase):
            stored = processor.execute_with_database()
        if not stored["success"]:
            raise DatabaseError(stored["error"])

    def _enter(self, phase: str) -> None:
        self.phase = phase
        _name_phase(phase)

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


def _name_phase(name: str) -> None:
    """Name the phase in every event of the log from now on."""
    structlog.contextvars.bind_contextvars(phase=name)


def _milliseconds_since(started: float) -> float:
    return round(1000 * (time.perf_counter() - started), 1)
