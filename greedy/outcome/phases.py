"""What each phase came to, in counts and milliseconds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Annotated, Any

from pydantic import Field, TypeAdapter

from greedy.domain.models import Workspace
from greedy.outcome.verification import Verification
from greedy.solver.pairing import Pairing


def _is_none(value: object) -> bool:
    return value is None


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadPhase:
    """FASE 1.

    Attributes:
        employees: People.
        requirements: Requirement rows.
        qualifications: Qualification rows.
        assignments: Rows of the roster that are there.
        schema_version: Version of the project's migrations in the database; None when it has none of them.
    """

    employees: int
    requirements: int
    qualifications: int
    assignments: int
    schema_version: int | None
    duration_ms: float

    @classmethod
    def of_workspace(cls, workspace: Workspace, schema_version: int | None, duration_ms: float) -> LoadPhase:
        """Count the rows of a roster as it was read."""
        return cls(
            employees=len(workspace.employees),
            requirements=len(workspace.requirements),
            qualifications=len(workspace.qualifications),
            assignments=len(workspace.stored),
            schema_version=schema_version,
            duration_ms=duration_ms,
        )

    def __str__(self) -> str:
        """Describe it in a line of the log."""
        return (
            f"Loaded {self.requirements} requirements, {self.qualifications} qualifications of {self.employees} "
            f"employees in {self.duration_ms}ms"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignPhase:
    """FASE 2.

    Attributes:
        taken_back: Shifts of earlier runs that are taken back. Left out in JSON, as `kept`, unless the run replans.
        kept: Shifts of earlier runs that stay.
        assigned: Shifts that the run assigns.
    """

    taken_back: Annotated[int | None, Field(exclude_if=_is_none)] = None
    kept: Annotated[int | None, Field(exclude_if=_is_none)] = None
    assigned: int
    duration_ms: float

    def __str__(self) -> str:
        """Describe it in a line of the log."""
        replanned = "" if self.taken_back is None else f", took {self.taken_back} back, kept {self.kept}"
        return f"Assigned {self.assigned} shifts{replanned} in {self.duration_ms}ms"


@dataclass(frozen=True, slots=True, kw_only=True)
class PairPhase:
    """FASE 3.

    Attributes:
        duties: Duties that need rest, inside the period.
        pairs: 24-hour duties: both halves worked by one person.
        unpaired: Duties worked without their other half.
        blocking: BLOCKED records to write.
    """

    duties: int
    pairs: int
    unpaired: int
    blocking: int
    duration_ms: float

    @classmethod
    def of_pairing(cls, pairing: Pairing, duration_ms: float) -> PairPhase:
        """Count what FASE 3 found."""
        return cls(
            duties=pairing.duties,
            pairs=pairing.pairs,
            unpaired=len(pairing.unpaired),
            blocking=len(pairing.blocks),
            duration_ms=duration_ms,
        )

    def __str__(self) -> str:
        """Describe it in a line of the log."""
        return f"Paired {self.pairs} 24-hour duties, {self.blocking} rest periods to block in {self.duration_ms}ms"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRecords:
    """Records that there are to write: ACTIVE and BLOCKED ones."""

    active: int
    blocking: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WritePhase:
    """FASE 4A.

    Attributes:
        written: Rows that the server confirmed.
        failed: Rows that it did not.
        error: What went wrong; None when nothing did.
    """

    written: int
    failed: int
    duration_ms: int
    error: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockingPhase:
    """FASE 4B.

    Attributes:
        written: Rows that the server confirmed.
        failed: Rows that it did not.
        error: What went wrong; None when nothing did.
        made_by_trigger: Records that the database's trigger had made before.
    """

    written: int
    failed: int
    duration_ms: int
    error: str | None
    made_by_trigger: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabasePhase:
    """FASE 4, as far as it came.

    Attributes:
        success: Whether all is written and nothing went wrong.
        trigger_verification: FASE 4C; None when it did not run.
        error: What went wrong; None when nothing did.
    """

    success: bool
    dry_run: bool
    planned: PlannedRecords
    write_assignments: WritePhase
    write_blocking: BlockingPhase
    trigger_verification: Verification | None
    error: str | None

    @classmethod
    def from_dict(cls, told: Mapping[str, Any], *, earlier: int = 0) -> DatabasePhase:
        """Read the dict of `GreedyProcessorWithDB.execute_with_database()`.

        Args:
            told: That dict.
            earlier: Assignments that earlier attempts of the run wrote: they count as planned and written.
        """
        phase = _database_phase().validate_python(told)
        if not earlier:
            return phase
        planned, write = phase.planned, phase.write_assignments
        return replace(
            phase,
            planned=replace(planned, active=planned.active + earlier),
            write_assignments=replace(write, written=write.written + earlier),
        )

    @property
    def shifts_stored(self) -> bool:
        """Whether all its shifts are in the database, with or without their rest."""
        return not self.dry_run and self.write_assignments.written == self.planned.active

    @property
    def rest_there(self) -> int:
        """BLOCKED records that are known to be there: made by the trigger or written."""
        return self.write_blocking.made_by_trigger + self.write_blocking.written


@cache
def _database_phase() -> TypeAdapter[DatabasePhase]:
    return TypeAdapter(DatabasePhase)


@dataclass(frozen=True, slots=True, kw_only=True)
class Phases:
    """The phases; None for one that the run did not complete, and for FASE 4 when it was not begun."""

    fase1_load: LoadPhase | None = None
    fase2_process: AssignPhase | None = None
    fase3_pairing: PairPhase | None = None
    fase4_database: DatabasePhase | None = None
