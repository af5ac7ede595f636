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
from greedy.domain.models import Status, StoredAssignment, Workspace
from greedy.domain.period import Period, Scope
from greedy.errors import ConflictError, DatabaseError, GreedyError, RosterDataError
from greedy.outcome import attempts, changes
from greedy.outcome import result as report
from greedy.outcome.coverage import measure
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
"""Shows a phase while it runs; gives what wants to be told of its progress."""


class GreedyProcessorWithDB(GreedyProcessor):
    """The FASE 2 and 3 processor, and FASE 4 of what it has solved."""

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
        self.account: dict[str, Any] = {
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
            `account`, which is filled as the work goes on: `success`, `planned` (records that there were to write:
            `active`, `blocking`), `write_assignments`, `write_blocking`, `trigger_verification` (None where it did not
            run), `dry_run` and `error`.

        Raises:
            ConflictError: A slot became someone else's before 4A; nothing was written. Load and assign anew.
        """
        writer = self.writer
        planned = writer.get_write_statistics()
        account = self.account
        account["planned"] = {"active": planned["active"], "blocking": planned["blocking"]}
        if not self.dry_run:
            _say_phase("FASE 4A write")
            account["write_assignments"] = writer.assignments  # counts as it goes, if the run ends in the middle of it
            account["write_assignments"] = writer.write_assignments()
            if account["write_assignments"]["error"]:
                account["error"] = account["write_assignments"]["error"]
                return account
            _say_phase("FASE 4B write")
            account["write_blocking"] = self.rest_writer.write()
        _say_phase("FASE 4C verify")
        verifier = TriggerVerifier(self.workspace, self.client, self.evidence, trigger_missing=self.trigger_missing)
        verification = verifier.verify_all_triggers()
        account["trigger_verification"] = verification
        if account["write_blocking"]["error"] and not verification["all_passed"]:
            account["error"] = account["write_blocking"]["error"]
        account["success"] = account["error"] is None
        return account


class DatabaseOperationOrchestrator:
    """The whole job for one roster: FASE 1 to 4, and the account of it."""

    def __init__(
        self,
        connection: Connection,
        roster_id: str,
        run_id: str,
        *,
        dry_run: bool = False,
        scope: Scope = WHOLE,
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
            timeout: Most seconds that the run may take; None for no limit.
            show_phase: Shows each phase to a person while it runs.
        """
        self.connection = connection
        self.roster_id = roster_id
        self.dry_run = dry_run
        self.scope = scope
        self.timeout = timeout
        self.phase = "start"
        self.failure: GreedyError | None = None
        self.workspace: Workspace | None = None
        self.result = report.new_result(roster_id, run_id, dry_run=dry_run) | {"replan": scope.replan}
        self._show_phase = show_phase
        self._writings: set[dt.datetime] = set()
        self._writing: GreedyProcessorWithDB | None = None

    def execute_full_pipeline(self) -> report.Result:
        """Run FASE 1 to 4.

        When a planner takes a slot between FASE 1 and 4A, the roster is read and assigned again, up to `ATTEMPTS`
        times in all.

        Returns:
            The result (DESIGN section 5). An error is told in it, and kept in `failure`.
        """
        started = time.perf_counter()
        limit = interrupts.time_limit(self.timeout, lambda: self.phase) if self.timeout else nullcontext()
        try:
            with interrupts.stoppable(lambda: self.phase), limit:
                self._attempt_until_settled()
        except GreedyError as error:
            self.failure = error
            self.result["error"] = str(error)
            if not isinstance(error, RosterDataError):
                self.result["error"] += f"\n{self._what_was_written()}"
            else:
                self.result["warnings"] = [report.data_problem(problem) for problem in error.problems]
            log.error(f"❌ {self.phase} failed: {self.result['error']}", phase=self.phase)
        except Exception as error:  # the outermost boundary: whatever happens, there is an account of it
            self.failure = GreedyError(f"Unexpected {type(error).__name__} in {self.phase}", "Report it, with the log.")
            self.result["error"] = str(self.failure)
            log.exception(f"❌ {self.failure}", phase=self.phase)
        if self._writing is not None:
            self._alert(self._writing)
        structlog.contextvars.unbind_contextvars("phase")
        self.result["success"] = self.failure is None
        self.result["http_requests"] = self.connection.requests
        self.result["duration_ms"] = _milliseconds_since(started)
        return self.result

    def _alert(self, writing: GreedyProcessorWithDB) -> None:
        """Compare FASE 4 with its limits, as far as it came."""
        self.result["alerts"] = report.alerts(writing.account, writing.evidence)
        for alert in self.result["alerts"]:
            log.warning(f"⚠️  {alert['message']}", **{key: alert[key] for key in ("metric", "value", "limit")})

    def _what_was_written(self) -> str:
        """Say what a run that ended before its time has left in the database."""
        stored = self.result["phases"]["fase4_database"]
        if stored is None or self.dry_run:
            return "Nothing was written."
        written, planned, rest = stored["write_assignments"]["written"], stored["planned"], stored["write_blocking"]
        blocked = rest["made_by_trigger"] + rest["written"]
        return (
            f"{written} of {planned['active']} assignments and {blocked} of {planned['blocking']} rest periods are "
            "known to be written; a rerun completes the roster."
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
        client, phases = self.connection.client, self.result["phases"]
        with self._run_phase("FASE 1 load", "fase1_load") as (account, _):
            log.info(f"📥 Loading roster {self.roster_id}...")
            workspace = loader.load(client, self.roster_id)
            self.workspace = self.workspace or workspace
            schema = inspect_schema(client)
            account |= {
                "employees": len(workspace.employees),
                "requirements": len(workspace.requirements),
                "qualifications": len(workspace.qualifications),
                "assignments": len(workspace.stored),
                "schema_version": schema.version,
            }
            self._can_replan(schema)
            workspace, period = self._confined(workspace)
        log.info(
            f"✅ Loaded {account['requirements']} requirements, {account['qualifications']} qualifications of "
            f"{account['employees']} employees in {account['duration_ms']}ms",
            **account,
        )
        with self._run_phase("FASE 2 assign", "fase2_process") as (account, progress), interrupts.interruptible():
            before = workspace
            processor = self._solve(before, schema, period, progress, account)
            workspace = processor.workspace
            measured = measure(processor.board, period)
        earlier = attempts.written_by(self._writings, workspace)
        told = f", took {account['taken_back']} back, kept {account['kept']}" if self.scope.replan else ""
        log.info(f"✅ Assigned {account['assigned']} shifts{told} in {account['duration_ms']}ms", **account)
        with self._run_phase("FASE 3 pair", "fase3_pairing") as (account, _):
            pairing = processor.pair()
            account |= {
                "duties": pairing.duties,
                "pairs": pairing.pairs,
                "unpaired": len(pairing.unpaired),
                "blocking": len(pairing.blocks),
            }
        log.info(
            f"✅ Paired {pairing.pairs} 24-hour duties, {len(pairing.blocks)} rest periods to block in "
            f"{account['duration_ms']}ms",
            **account,
        )
        self.workspace = attempts.with_earlier(workspace, earlier)
        self.result["changes"] = changes.compare(before, self.workspace, processor.taken_back)
        self.result["coverage"] = {**report.coverage_summary(measured), "written": False}
        self.result["fairness"] = report.fairness_summary(processor.fairness_before, fairness.measure(processor.board))
        self.result["open_shifts"] = report.open_shifts(measured)
        self.result["warnings"] = report.warnings(workspace.warnings, schema.warnings, measured, pairing)
        if earlier:
            codes = workspace.service_codes
            attempts.count_as_assigned(self.result["coverage"], [codes[row.service_id or ""] for row in earlier])
            message = (
                f"{len(earlier)} assignments were written by an earlier attempt of this run, that a planner cut off"
            )
            self.result["warnings"].append({"kind": "write", "message": message})
        for warning in schema.warnings:
            log.warning(f"⚠️  {warning}")
        self._writings.add(processor.writer.written_at)
        self._enter("FASE 4 database")
        phases["fase4_database"] = stored = processor.account  # there also when the run ends in the middle of it
        self._writing = processor
        try:
            with self._show_phase(self.phase):
                processor.execute_with_database()
        finally:
            stored["planned"]["active"] += len(earlier)
            stored["write_assignments"]["written"] += len(earlier)
        self.result["coverage"]["written"] = stored["success"] and not self.dry_run
        if not stored["success"]:
            raise DatabaseError(stored["error"])

    def _can_replan(self, schema: DatabaseSchema) -> None:
        """Refuse a replan where the database cannot keep planners' edits apart from the job's own duties."""
        if self.scope.replan and not schema.can_replan:
            raise DatabaseError(
                "--replan needs the database's hand-over trigger and its function greedy_replan; nothing was written",
                f"Run without --replan, or {REMEDY}.",
            )

    def _confined(self, workspace: Workspace) -> tuple[Workspace, Period | None]:
        """Confine the run to the days that are asked for, and say so."""
        period = self.scope.period(workspace.roster)
        if period is None:
            return workspace, None
        confined = confine(workspace, period)
        self.result["period"] = {
            "from": period.first.isoformat(),
            "until": period.last.isoformat(),
            "open_outside": confined.open_outside,
        }
        log.info(
            f"📅 Confined to {period.first} until {period.last}; {confined.open_outside} open shifts on other days are "
            "left alone",
            **self.result["period"],
        )
        return confined.workspace, period

    def _solve(
        self,
        workspace: Workspace,
        schema: DatabaseSchema,
        period: Period | None,
        progress: Progress | None,
        account: dict[str, Any],
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

    def _enter(self, phase: str) -> None:
        self.phase = phase
        _say_phase(phase)

    @contextmanager
    def _run_phase(self, name: str, key: str) -> Iterator[tuple[dict[str, Any], Progress | None]]:
        """Run a phase under its name; its account gets the time that it took."""
        self._enter(name)
        started = time.perf_counter()
        account: dict[str, Any] = {}
        with self._show_phase(name) as progress:
            yield account, progress
        account["duration_ms"] = _milliseconds_since(started)
        self.result["phases"][key] = account


def _say_phase(name: str) -> None:
    """Name the phase in every event of the log from now on."""
    structlog.contextvars.bind_contextvars(phase=name)


def _milliseconds_since(started: float) -> float:
    return round(1000 * (time.perf_counter() - started), 1)
