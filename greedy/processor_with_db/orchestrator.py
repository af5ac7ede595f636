"""One run, from its beginning to its result: plans and writes until what is written fits the roster."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from contextlib import nullcontext

import structlog

from greedy import interrupts, loader
from greedy.database.client import Connection
from greedy.domain.balance import Lookback
from greedy.domain.conflicts import is_about_other_rosters, slot_of
from greedy.domain.models import Slot, Workspace
from greedy.domain.period import Scope
from greedy.domain.source import OWN_WORDS, SourceWords
from greedy.errors import ConflictError, GreedyError
from greedy.outcome.builder import RunResultBuilder
from greedy.outcome.result import RunResult
from greedy.outcome.run_warnings import GeneralWarning
from greedy.processor_with_db.phases import Phases, ShowPhase, milliseconds_since
from greedy.solver.leaving import leave_out, size
from greedy.solver.plan import Plan

log = structlog.get_logger(__name__)

ATTEMPTS = 12
"""The most times that a roster is planned while planners take slots; then what they take is left out of the plan."""

WHOLE = Scope()
"""All days of the roster; nothing that is planned already is planned anew."""


class DatabaseOperationOrchestrator:
    """The whole job for one roster: FASE 1 to 4, and its result.

    Attributes:
        failure: The error that ended the run; None when nothing did.
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
        self.timeout = timeout
        self.failure: GreedyError | None = None
        self.result = RunResultBuilder(
            roster_id, run_id, dry_run=dry_run, replan=scope.replan, reshuffle=scope.reshuffle
        )
        self._phases = Phases(
            connection,
            self.result,
            dry_run=dry_run,
            scope=scope,
            words=words,
            lookback=lookback,
            lease=lease,
            accept=accept,
            show_phase=show_phase,
        )

    @property
    def workspace(self) -> Workspace | None:
        """The roster: None until FASE 1 is done, as it was read until FASE 3 is done, then as it is planned."""
        return self._phases.workspace

    def execute_full_pipeline(self) -> RunResult:
        """Run FASE 1 to 4.

        When a planner takes a slot between FASE 1 and 4A, the roster is planned again with what the refusal shows, up
        to `ATTEMPTS` times in all; after that the last plan is written without the rows that are refused.

        Returns:
            The result (docs/result.md). It describes an error, which is kept in `failure` too.
        """
        started = time.perf_counter()
        limit = interrupts.time_limit(self.timeout, lambda: self._phases.now) if self.timeout else nullcontext()
        try:
            with interrupts.stoppable(lambda: self._phases.now), limit:
                self._run()
        except Exception as error:  # the outermost boundary: whatever happens, there is a result
            known = error if isinstance(error, GreedyError) else interrupts.behind(error)
            if known is not None:
                self.failure = known
                self.result.fail(known)
                log.error(f"❌ {self._phases.now} failed: {self.result.error}", phase=self._phases.now)
            else:
                self.failure = GreedyError(
                    f"Unexpected {type(error).__name__} in {self._phases.now}", "Report it, with the log."
                )
                self.result.error = str(self.failure)
                log.exception(f"❌ {self.failure}", phase=self._phases.now)
        for alert in self.result.check_limits():
            log.warning(f"⚠️  {alert.message}", metric=alert.metric, value=alert.value, limit=alert.limit)
        structlog.contextvars.unbind_contextvars("phase")
        return self.result.freeze(
            success=self.failure is None,
            http_requests=self.connection.requests,
            duration_ms=milliseconds_since(started),
        )

    def _run(self) -> None:
        """Run the phases, repeating those from FASE 2 on until the plan fits the roster as it is when it is written."""
        phases = self._phases
        loaded = phases.load()
        left: Plan | None = None
        left_out, without_rest = 0, set[Slot]()
        for attempt in itertools.count(1):
            processor, coverage = phases.assign(loaded, left)
            pairing = phases.pair(processor)
            processor.leave_rest(without_rest)
            phases.compare(loaded, processor, coverage, pairing)
            if left_out:
                message = f"{left_out} assignments are left out, as planners kept editing what they need; run again"
                self.result.warnings.append(GeneralWarning(kind="write", message=message))
            try:
                phases.write(processor, first=attempt == 1)
            except ConflictError as conflict:
                if attempt >= ATTEMPTS:
                    loaded = phases.corrected(loaded, processor, conflict)
                    left = leave_out(loaded.workspace, processor.plan, conflict.refusals, loaded.period)
                    rest = {slot_of(row) for row in conflict.refusals if row.service_id is None}
                    if size(left) >= size(processor.plan) and rest <= without_rest:
                        raise  # nothing to leave out: the database does not say what it refuses
                    without_rest |= rest
                    left_out += size(processor.plan) - size(left) - processor.writer.assignments["written"]
                    log.warning(f"⚠️  {conflict.message}; leaving it out", attempt=attempt)
                    continue
                log.warning(f"⚠️  {conflict.message}; planning again", attempt=attempt)
                if not conflict.refusals or is_about_other_rosters(loaded.workspace, conflict.refusals):
                    loaded = phases.load()  # an older guard does not say what it refuses
                else:
                    loaded = phases.corrected(loaded, processor, conflict)
            else:
                phases.advise(processor, loaded.period)
                return
