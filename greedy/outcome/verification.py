"""What FASE 4C found: the four checks of `TriggerVerifier.verify_all_triggers()`, typed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Annotated

from pydantic import Field

from greedy.domain.models import Dagdeel


def _is_none(value: object) -> bool:
    return value is None


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockingRecordsCheck:
    """Check 1: BLOCKED rows exist where a duty needs one; the message says who made those of this run."""

    passed: bool
    blocking_records_count: int
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingRest:
    """A slot that a duty needs for rest and that is no rest.

    Attributes:
        found: Name of the status that the slot has: OPEN or ACTIVE.
        duty: Code, date and dagdeel of the duty: `DIO on 2027-01-04 O`.
    """

    employee_id: str
    date: dt.date
    dagdeel: Dagdeel
    found: str
    duty: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyRestCheck:
    """Check 2: every slot that a duty needs for rest, inside the period, is BLOCKED or UNAVAILABLE.

    Attributes:
        dio_ddo_count: Duties that need rest.
        verified_count: Those of them that have all of it.
        failures: The slots that are no rest.
        clashes: Slots in which a planner entered work although a planner's own duty needs rest there: no failure.
    """

    passed: bool
    dio_ddo_count: int
    verified_count: int
    failures: tuple[MissingRest, ...]
    clashes: tuple[MissingRest, ...] = ()
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrphanedRest:
    """A BLOCKED slot that no duty explains."""

    employee_id: str
    date: dt.date
    dagdeel: Dagdeel


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsistencyCheck:
    """Check 3: BLOCKED rows exist if duties do, and none without a duty; the roster's rows, counted by status."""

    passed: bool
    active_count: int
    blocked_count: int
    open_count: int
    total_count: int
    orphaned: tuple[OrphanedRest, ...]
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeCasesCheck:
    """Check 4: no slot has two rows, and nothing is blocked outside the period.

    Attributes:
        end_date_assignments: Duties on the roster's last day.
    """

    passed: bool
    duplicates_found: int
    end_date_assignments: int
    message: str


Check = BlockingRecordsCheck | DutyRestCheck | ConsistencyCheck | EdgeCasesCheck


@dataclass(frozen=True, slots=True, kw_only=True)
class Checks:
    """The checks; in JSON those that were not made, as the rows could not be read, are left out."""

    blocking_records: Annotated[BlockingRecordsCheck | None, Field(exclude_if=_is_none)] = None
    dio_ddo_blocking: Annotated[DutyRestCheck | None, Field(exclude_if=_is_none)] = None
    trigger_consistency: Annotated[ConsistencyCheck | None, Field(exclude_if=_is_none)] = None
    edge_cases: Annotated[EdgeCasesCheck | None, Field(exclude_if=_is_none)] = None

    def made(self) -> Iterator[tuple[str, Check]]:
        """Yield name and outcome of each check that was made, in their order."""
        for field in fields(self):
            check: Check | None = getattr(self, field.name)
            if check is not None:
                yield field.name, check


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """FASE 4C.

    Attributes:
        all_passed: Whether the rest periods are proven to be in place.
        error: Why the rows could not be read; None when they were.
    """

    all_passed: bool
    checks: Checks
    duration_ms: int
    error: str | None
