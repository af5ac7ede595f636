"""Warnings: what a planner or an operator should know although the run went on."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from greedy.domain.models import Dagdeel, Slot, Status, Workspace
from greedy.errors import Problem
from greedy.outcome.coverage import Coverage
from greedy.solver.pairing import Pairing


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneralWarning:
    """A warning about the run as a whole.

    Attributes:
        kind: `schema`: the database lacks a part of the migrations. `write`: an earlier attempt of the run wrote
            something. `history`: the run's row of `greedy_runs` could not be written. `publish`: files, or some of
            them, could not be published. `notify`: the webhook was not told.
    """

    kind: Literal["schema", "write", "history", "publish", "notify"]
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RowWarning:
    """Something wrong with a row of the database.

    Attributes:
        table: Its table.
        id: Its `id`; where that is missing, its number in the answer, from 1, as `#3`.
        field: The column that is wrong.
        value: What it holds, as text, cut off when long.
        remedy: What to do.
        fatal: Whether the roster cannot be planned because of it.
        count: How many rows have the same problem; `id` and `value` are those of the first.
        others: Ids of some of the other rows, two at most, as examples.
    """

    kind: Literal["data"] = "data"
    message: str
    table: str
    id: str
    field: str
    value: str
    remedy: str
    fatal: bool
    count: int = 1
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SurplusWarning:
    """More people work a shift, planned by hand, than it needs."""

    kind: Literal["surplus"] = "surplus"
    message: str
    date: dt.date
    dagdeel: Dagdeel
    service_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnpairedWarning:
    """Somebody works half of a 24-hour duty without its other half."""

    kind: Literal["unpaired"] = "unpaired"
    message: str
    employee_id: str
    date: dt.date
    dagdeel: Dagdeel
    service_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RestWarning:
    """Rest that is not as it should be.

    Attributes:
        kind: `rest_conflict`: the slot should be rest but is worked. `orphaned`: it is BLOCKED without a duty.
        service_code: What is worked in the slot; None for an orphaned one, or where the work has no service.
        duty_code: The duty after which it should be rest; None for an orphaned one, and so are its date and dagdeel.
    """

    kind: Literal["rest_conflict", "orphaned"]
    message: str
    employee_id: str
    date: dt.date
    dagdeel: Dagdeel
    service_code: str | None = None
    duty_code: str | None = None
    duty_date: dt.date | None = None
    duty_dagdeel: Dagdeel | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffWarning:
    """Somebody holds shifts, planned before the run, that the job would not give them.

    Attributes:
        kind: `left`: the employee is inactive. `unqualified`: they have no active qualification for the service.
            `beyond_quota`: they hold more than their quota.
        count: The shifts of the service that they hold in this roster.
        quota: How many they may hold; None where they have left, or are unqualified.
    """

    kind: Literal["left", "unqualified", "beyond_quota"]
    message: str
    employee_id: str
    service_code: str
    count: int
    quota: int | None = None


ShiftWarning = SurplusWarning | UnpairedWarning | RestWarning
"""A warning that concerns one slot or shift."""

RunWarning = Annotated[GeneralWarning | RowWarning | ShiftWarning | StaffWarning, Field(discriminator="kind")]


def find_warnings(
    workspace: Workspace, schema: Iterable[str], coverage: Coverage, pairing: Pairing
) -> list[RunWarning]:
    """List the warnings of a run.

    Args:
        workspace: The roster, with what is wrong with the rows that were read.
        schema: What the database lacks.
        coverage: The coverage that was measured.
        pairing: What FASE 3 found.
    """
    return [
        *map(row_warning, workspace.warnings),
        *(GeneralWarning(kind="schema", message=message) for message in schema),
        *_staff(workspace),
        *_surplus(coverage),
        *_rest(pairing),
    ]


def row_warning(problem: Problem) -> RowWarning:
    """Return a problem of a row as a warning."""
    return RowWarning(
        message=str(problem),
        table=problem.table,
        id=problem.id,
        field=problem.field,
        value=problem.value,
        remedy=problem.remedy,
        fatal=problem.fatal,
        count=problem.count,
        others=problem.others,
    )


def _staff(workspace: Workspace) -> Iterator[StaffWarning]:
    active = {employee.id: employee.active for employee in workspace.employees}
    quotas = {(row.employee_id, row.service_id): row.quota for row in workspace.qualifications}
    held = Counter(
        (row.employee_id, row.service_id) for row in workspace.stored if row.status is Status.ACTIVE and row.service_id
    )
    codes = workspace.service_codes
    for (employee_id, service_id), count in sorted(held.items()):
        kind: Literal["left", "unqualified", "beyond_quota"]
        quota = quotas.get((employee_id, service_id))
        if not active[employee_id]:
            kind, quota, why = "left", None, "is not active any more"
        elif quota is None:
            kind, why = "unqualified", "has no active qualification for it"
        elif count > quota:
            kind, why = "beyond_quota", f"has a quota of {quota}"
        else:
            continue
        code = codes[service_id]
        yield StaffWarning(
            kind=kind,
            message=f"{employee_id} holds {count} of {code} but {why}; they are left alone",
            employee_id=employee_id,
            service_code=code,
            count=count,
            quota=quota,
        )


def _surplus(coverage: Coverage) -> Iterator[SurplusWarning]:
    for shift in coverage.surplus:
        message = f"{shift.count} more than needed work {shift.service_code} on {shift.date} {shift.dagdeel}"
        yield SurplusWarning(
            message=f"{message}; they are left alone",
            date=shift.date,
            dagdeel=shift.dagdeel,
            service_code=shift.service_code,
        )


def _rest(pairing: Pairing) -> Iterator[UnpairedWarning | RestWarning]:
    for unpaired in pairing.unpaired:
        whose, duty = "planned by hand" if unpaired.planned else "assigned", unpaired.duty
        yield UnpairedWarning(
            message=f"{unpaired.code} on {_where(duty)} is {whose} without {unpaired.missing_code}",
            employee_id=duty.employee_id,
            date=duty.date,
            dagdeel=duty.dagdeel,
            service_code=unpaired.code,
        )
    for conflict in pairing.conflicts:
        duty = conflict.duty
        work = conflict.work_code or "work without a service"
        yield RestWarning(
            kind="rest_conflict",
            message=f"{_where(conflict.slot)} should be rest after {conflict.duty_code} on {duty.date} {duty.dagdeel}, "
            f"but is worked ({work}); a planner must free one of the two",
            employee_id=conflict.slot.employee_id,
            date=conflict.slot.date,
            dagdeel=conflict.slot.dagdeel,
            service_code=conflict.work_code,
            duty_code=conflict.duty_code,
            duty_date=duty.date,
            duty_dagdeel=duty.dagdeel,
        )
    for slot in pairing.orphaned:
        yield RestWarning(
            kind="orphaned",
            message=f"{_where(slot)} is BLOCKED without a duty; it is left alone, open it if nobody needs it",
            employee_id=slot.employee_id,
            date=slot.date,
            dagdeel=slot.dagdeel,
        )


def _where(slot: Slot) -> str:
    return f"{slot.date} {slot.dagdeel} of {slot.employee_id}"
