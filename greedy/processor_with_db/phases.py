"""The phases of a run, one by one: each under its name in the log, timed, and with its part of the result."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import NamedTuple

import structlog

from greedy import interrupts, loader
from greedy.database import inspection
from greedy.database.client import Connection
from greedy.database.roster_rows import read_assignments
from greedy.database.schema import DatabaseSchema
from greedy.domain.balance import Lookback
from greedy.domain.conflicts import learn, must_be_read
from greedy.domain.models import Workspace
from greedy.domain.period import Period, Scope
from greedy.domain.source import SourceWords
from greedy.errors import ConflictError, DatabaseError
from greedy.joint.finding import find_joint_set
from greedy.outcome.builder import RunResultBuilder
from greedy.outcome.coverage import Coverage, measure
from greedy.outcome.fairness import compare_fairness
from greedy.outcome.phases import AssignPhase, LoadPhase, PairPhase
from greedy.outcome.result import PlannedDays, as_json
from greedy.outcome.run_warnings import find_warnings
from greedy.processor import Progress
from greedy.solver import fairness
from greedy.solver.confine import confine
from greedy.solver.pairing import Pairing
from greedy.solver.plan import Plan
from greedy.solver.replan import replan
from greedy.writer.fase4 import GreedyProcessorWithDB, name_phase

log = structlog.get_logger(__name__)

ShowPhase = Callable[[str], AbstractContextManager[Progress | None]]
"""Shows a phase while it runs; yields the callable that is told how far the phase is, or None."""


class Loaded(NamedTuple):
    """What FASE 1 comes to.

    Attributes:
        workspace: The roster, with the demand of the days that are asked for.
        schema: What the database has of the job's SQL.
        period: The days to which the run is confined; None for all.
    """

    workspace: Workspace
    schema: DatabaseSchema
    period: Period | None


class Phases:
    """The phases of one run.

    Attributes:
        now: The phase in which the run is.
        workspace: The roster: None until FASE 1 is done, as it was read until FASE 3 is done, then as it is planned.
    """

    def __init__(
        self,
        connection: Connection,
        result: RunResultBuilder,
        *,
        dry_run: bool,
        scope: Scope,
        words: SourceWords,
        lookback: Lookback,
        lease: str | None,
        accept: Callable[[Workspace], object],
        show_phase: ShowPhase,
    ) -> None:
        """Prepare; all but the result are as `DatabaseOperationOrchestrator` takes them."""
        self.now = "start"
        self.workspace: Workspace | None = None
        self._connection = connection
        self._roster_id = result.roster_id
        self._result = result
        self._dry_run = dry_run
        self._scope = scope
        self._words = words
        self._lookback = lookback
        self._lease = lease
        self._accept = accept
        self._show_phase = show_phase
        self._writings: set[dt.datetime] = set()

    def load(self) -> Loaded:
        """FASE 1: read the roster, and keep only the demand of the days that are asked for."""
        with self._run_phase("FASE 1 load") as (milliseconds, _):
            log.info(f"📥 Loading roster {self._roster_id}...")
            found = inspection.begin_with_any(self._connection.client, self._roster_id).with_words(self._words)
            whole = loader.load(
                self._connection.client,
                self._roster_id,
                duties=found.duties,
                words=found.words,
                columns=found.columns,
                lookback=self._lookback,
            )
            self.workspace = self.workspace or whole
            self._accept(whole)
            self._result.read_days(whole.roster.start_date, whole.roster.end_date)
            if self._scope.replan:
                found.refuse_replan()
            if self._lease is not None:
                found.refuse_lease()
            workspace, period = self._confined(whole)
        phase = self._result.load = LoadPhase.of_workspace(whole, found.version, milliseconds())
        log.info(f"✅ {phase}", **as_json(phase))
        for warning in found.warnings:
            log.warning(f"⚠️  {warning}")
        return Loaded(workspace, found, period)

    def _confined(self, workspace: Workspace) -> tuple[Workspace, Period | None]:
        """Confine the run to the days that are asked for."""
        period = self._scope.period(workspace.roster)
        if period is None:
            return workspace, None
        confined = confine(workspace, period)
        days = self._result.period = PlannedDays.of_confined(confined, self._scope.past_until(workspace.roster))
        log.info(f"📅 {days}", **as_json(days))
        return confined.workspace, period

    def assign(self, loaded: Loaded, left: Plan | None = None) -> tuple[GreedyProcessorWithDB, Coverage]:
        """FASE 2: assign the open shifts, or plan the job's own anew, and measure what is filled.

        Where `left` is given, it is the plan: what is left of the one before.
        """
        workspace, found, period = loaded
        counts: dict[str, int] = {}
        with self._run_phase("FASE 2 assign") as (milliseconds, progress), interrupts.interruptible():
            plan = left
            if plan is None and self._scope.replan:
                plan = replan(workspace, period, progress, reshuffle=self._scope.reshuffle)
            planned = plan.workspace if plan else replace(workspace, assignments=[])
            processor = GreedyProcessorWithDB(
                planned,
                self._connection.client,
                dry_run=self._dry_run,
                period=period,
                plan=plan,
                schema=found,
                lease=self._lease,
            )
            if plan is None:
                processor.assign(progress)
            elif self._scope.replan:
                counts = {"taken_back": len(plan.taken_back), "kept": plan.kept}
            counts["assigned"] = len(planned.assignments)
            coverage = measure(processor.board, period)
        phase = self._result.assign = AssignPhase(**counts, duration_ms=milliseconds())
        log.info(f"✅ {phase}", **as_json(phase))
        return processor, coverage

    def pair(self, processor: GreedyProcessorWithDB) -> Pairing:
        """FASE 3: derive the rest that duties need."""
        with self._run_phase("FASE 3 pair") as (milliseconds, _):
            pairing = processor.pair()
        phase = self._result.pair = PairPhase.of_pairing(pairing, milliseconds())
        log.info(f"✅ {phase}", **as_json(phase))
        return pairing

    def compare(self, loaded: Loaded, processor: GreedyProcessorWithDB, coverage: Coverage, pairing: Pairing) -> None:
        """Compare the plan with what was there."""
        self.workspace = self._result.planned(
            loaded.workspace,
            processor.workspace,
            taken_back=processor.taken_back,
            writings=self._writings,
            coverage=coverage,
            fairness=compare_fairness(processor.fairness_before, fairness.measure(processor.board)),
            warnings=find_warnings(processor.workspace, loaded.schema.warnings, coverage, pairing),
        )

    def write(self, processor: GreedyProcessorWithDB, *, first: bool) -> None:
        """FASE 4: check that the database would take the plan, write it, and prove that the rest is in place."""
        self._begin("FASE 4 database")
        with self._show_phase(self.now):
            if first:
                processor.rehearse()
            self._writings.add(processor.writer.written_at)
            self._result.begin_writing(processor)  # so that the result is right also when the run ends in its middle
            stored = processor.execute_with_database()
        if not stored["success"]:
            raise processor.failure or DatabaseError(stored["error"])

    def advise(self, processor: GreedyProcessorWithDB, period: Period | None) -> None:
        """Find the joint set for what stays open, once the roster is written and nobody waits for it any more."""
        with self._run_phase("advice"), interrupts.interruptible():
            found = self._result.joint_set = find_joint_set(processor.workspace, processor.board, period)
        if found is not None:
            log.info(f"💡 {found}", changes=len(found.remedies), fills=found.fills, left_open=found.open_after)

    def corrected(self, loaded: Loaded, processor: GreedyProcessorWithDB, conflict: ConflictError) -> Loaded:
        """Return the roster as the refusal shows it to be, reading its rows at most once more."""
        rows = None
        if must_be_read(conflict.refusals) or processor.writer.assignments["written"]:
            rows = read_assignments(self._connection.client, self._roster_id, held_only=True)
        before = replace(loaded.workspace, assignments=processor.workspace.assignments)
        return loaded._replace(workspace=learn(before, conflict.refusals, rows))

    def _begin(self, phase: str) -> None:
        self.now = phase
        name_phase(phase)

    @contextmanager
    def _run_phase(self, name: str) -> Iterator[tuple[Callable[[], float], Progress | None]]:
        """Run a phase under its name.

        Yields:
            The milliseconds that have passed, and the callable that is told how far the phase is, if any.
        """
        self._begin(name)
        started = time.perf_counter()
        with self._show_phase(name) as progress:
            yield lambda: milliseconds_since(started), progress


def milliseconds_since(started: float) -> float:
    """Return the milliseconds that have passed since a moment of `time.perf_counter`."""
    return round(1000 * (time.perf_counter() - started), 1)
