"""FASE 4 of a planned roster: try, write, set what follows from the rows, prove."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import structlog

from greedy.database import preflight
from greedy.database.client import Client
from greedy.database.finish import DRAFT, Finish, is_kept
from greedy.database.schema import DatabaseSchema
from greedy.domain.evidence import TriggerEvidence
from greedy.domain.models import REQUIREMENT_COLUMN, Slot, Status, StoredAssignment, Workspace
from greedy.domain.period import Period
from greedy.errors import DatabaseError
from greedy.processor import GreedyProcessor
from greedy.solver.allocation import allocate_rows, moved_rows, touched_requirements
from greedy.solver.board import Board
from greedy.solver.confine import rest_of
from greedy.solver.pairing import Pairing
from greedy.solver.plan import Plan
from greedy.trigger_verify import TriggerVerifier
from greedy.writer.batch import NOT_WRITTEN, BatchWriter
from greedy.writer.rest import RestWriter

TABLES_ALONE = DatabaseSchema(version=None)
"""A database of which nothing is known but its tables."""


class GreedyProcessorWithDB(GreedyProcessor):
    """The FASE 2 and 3 processor, and FASE 4 of what it has solved.

    Attributes:
        progress_of_writing: What `execute_with_database` returns, as far as FASE 4 has come.
        failure: The error that ended FASE 4; None when nothing did.
    """

    def __init__(
        self,
        workspace: Workspace,
        client: Client,
        *,
        dry_run: bool = False,
        period: Period | None = None,
        plan: Plan | None = None,
        schema: DatabaseSchema = TABLES_ALONE,
        lease: str | None = None,
    ) -> None:
        """Prepare.

        Args:
            workspace: The roster.
            client: The database to write to.
            dry_run: Do all but write.
            period: Days to which the run is confined; None for all.
            plan: The plan, where a replan has done FASE 2; `workspace` is then the plan's. None where `assign` will do
                it.
            schema: What the database has of the job's SQL.
            lease: The lease under which a worker of the queue writes; None for any other run.
        """
        super().__init__(workspace, plan)
        taken_back = plan.taken_back if plan else ()
        self.client = client
        self.dry_run = dry_run
        self.period = period
        self.schema = schema
        self.lease = lease
        self.writer = BatchWriter(workspace, client, taken_back, by_functions=schema.has_writers, lease=lease)
        self.taken_back: Sequence[StoredAssignment] = taken_back
        self.rest_writer = RestWriter(self.writer)
        self.failure: DatabaseError | None = None
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

    @property
    def own_trigger(self) -> bool:
        """Whether the database's rest is made by the trigger of the job's own SQL."""
        return self.schema.own_trigger

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

    def leave_rest(self, slots: Collection[Slot]) -> None:
        """Leave rest out of FASE 4B: the database has refused it, as planners keep changing what it follows from."""
        for records in (self.workspace.assignments, self.pairing.blocks if self.pairing else []):
            records[:] = [row for row in records if row.status is not Status.BLOCKED or row.slot not in slots]

    def rehearse(self) -> None:
        """Find out whether the database would take what there is to write, before any of it is written.

        Raises:
            ObstructedError: It would not; names what is in the way, and what removes it.
            DatabaseError: It does not answer.
        """
        batches = dict(self.writer.sample())
        kinds = list(batches)
        if self.taken_back:
            kinds.append("open")
        if self.schema.attempts is not None:
            finish = self._finish()
            kinds += ["counter"] * (bool(batches) and is_kept(finish.before)) + ["status"] * (
                bool(batches) and finish.is_draft
            )
            preflight.refuse(self.schema.attempts, kinds)
        elif batches:
            preflight.refuse(preflight.try_by_requests(self.client, batches), kinds)

    def execute_with_database(self) -> dict[str, Any]:
        """Run FASE 4A, 4B and 4C on the workspace's `assignments`.

        When 4A fails, nothing else is tried. When 4B fails, 4C still runs, and decides: the trigger may have made it
        all.

        Returns:
            `success`, `planned` (records that there were to write: `active`, `blocking`), `write_assignments`,
            `write_blocking`, `trigger_verification` (None where it did not run), `dry_run` and `error`.

        Raises:
            ConflictError: A slot became someone else's before 4A; nothing was written. Plan anew.
        """
        writer = self.writer
        planned = writer.get_write_statistics()
        done = self.progress_of_writing
        done["planned"] = {"active": planned["active"], "blocking": planned["blocking"]}
        if not self.dry_run:
            name_phase("FASE 4A write")
            done["write_assignments"] = writer.assignments  # counts as it goes, if the run ends in the middle of it
            done["write_assignments"] = writer.write_assignments()
            if done["write_assignments"]["error"]:
                return self._end(done["write_assignments"]["error"])
            name_phase("FASE 4B write")
            done["write_blocking"] = self.rest_writer.write()
            self._set_what_follows()
        name_phase("FASE 4C verify")
        verification = self._verifier().verify_all_triggers()
        done["trigger_verification"] = verification
        blocking_failed = done["write_blocking"]["error"]
        return self._end(None if verification["all_passed"] else blocking_failed)

    def _end(self, error: str | None) -> dict[str, Any]:
        """Note the outcome, unless something has gone wrong before, and return what FASE 4 came to."""
        done = self.progress_of_writing
        done["error"] = done["error"] or error
        done["success"] = done["error"] is None
        if error and self.failure is None:
            self.failure = self.writer.failure
        return done

    def _verifier(self) -> TriggerVerifier:
        return TriggerVerifier(
            self.workspace,
            self.client,
            self.evidence,
            trigger_missing=self.schema.trigger_missing,
            written=self.progress_of_writing["write_blocking"]["written"],
            would_be=self.dry_run,
            taken_back=self.taken_back,
        )

    def _finish(self) -> Finish:
        """Return what follows from the rows of this run, and from those of an earlier one that was ended before it."""
        roster = self.workspace.roster
        before = self.workspace.counters
        counters: dict[str, int] = {}
        moved: dict[str, str] = {}
        if before or REQUIREMENT_COLUMN in self.workspace.columns:
            board = Board(self.workspace)  # of the records, whoever has planned them
            board.assign_all(self.workspace.assignments)
            allocation = allocate_rows(board)
            moved = moved_rows(board, allocation)
            touched = touched_requirements(self.workspace, self.workspace.assignments, self.taken_back)
            touched |= {row.requirement_id for row in self.workspace.stored if row.id in moved and row.requirement_id}
            touched |= set(moved.values())
            if is_kept(before):
                earlier = touched_requirements(self.workspace, (), self._own_rows())
                touched |= {id_ for id_ in earlier & before.keys() if before[id_] != allocation.filled.get(id_)}
            counters = {id_: allocation.filled[id_] for id_ in touched if id_ in allocation.filled}
        return Finish(
            roster_id=roster.id,
            counters=counters,
            before=before,
            is_draft=roster.status == DRAFT,
            moved=moved,
            word=self.workspace.words.assigned,
            lease=self.lease,
        )

    def _own_rows(self) -> list[StoredAssignment]:
        """Return the shifts that earlier runs of the job have planned."""
        word = self.workspace.words.assigned
        return [row for row in self.workspace.stored if row.status is Status.ACTIVE and row.source == word]

    def _set_what_follows(self) -> None:
        """Set requirement ids, counters and status, if anything was written or taken back.

        A run that was killed after it wrote has left this to the next one, which finds the job's rows there.
        """
        done = self.progress_of_writing
        wrote = done["write_assignments"]["written"] or done["write_blocking"]["written"] or self.taken_back
        if not (wrote or self._own_rows()):
            return
        try:
            finish = self._finish()
            finish.move(self.client, by_function=self.schema.has_writers)
            if self.schema.has_writers:
                finish.by_function(self.client)
            else:
                finish.by_requests(self.client)
        except DatabaseError as error:
            self.failure = error
            done["error"] = (
                f"The shifts are written, but not the requirements' counters or the roster's status: {error}"
            )


def name_phase(name: str) -> None:
    """Name the phase in every event of the log from now on."""
    structlog.contextvars.bind_contextvars(phase=name)
