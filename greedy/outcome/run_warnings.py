"""Warnings: what a planner or an operator should know although the run went on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from greedy.domain.models import Dagdeel, Slot
from greedy.errors import Problem
from greedy.outcome.coverage import Coverage
from greedy.solver.pairing import Pairing


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneralWarning:
    """A warning about the run as a whole.

    Attributes:
        kind: `schema`: the database lacks a part of the migrations. `write`: an earlier attempt of the run wrote
            something. `history`: the run's row of `greedy_runs` could not be written.
    """

    kind: Literal["schema", "write", "history"]
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
    """

    kind: Literal["data"] = "data"
    message: str
    table: str
    id: str
    field: str
    value: str
    remedy: str
    fatal: bool


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
    """

    kind: Literal["rest_conflict", "orphaned"]
    message: str
    employee_id: str
    date: dt.date
    dagdeel: Dagdeel


ShiftWarning = SurplusWarning | UnpairedWarning | RestWarning
"""A warning that concerns one slot or shift."""

RunWarning = Annotated[GeneralWarning | RowWarning | ShiftWarning, Field(discriminator="kind")]


def find_warnings(
    problems: Iterable[Problem], schema: Iterable[str], coverage: Coverage, pairing: Pairing
) -> list[RunWarning]:
    """List the warnings of a run.

    Args:
        problems: What is wrong with the rows that were read.
        schema: What the database lacks.
        coverage: The coverage that was measured.
        pairing: What FASE 3 found.
    """
    return [
        *map(row_warning, problems),
        *(GeneralWarning(kind="schema", message=message) for message in schema),
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
        yield _rest_warning(
            "rest_conflict",
            conflict.slot,
            f"should be rest after {conflict.duty_code} on {duty.date} {duty.dagdeel}, but is worked; a planner must "
            "free one of the two",
        )
    for slot in pairing.orphaned:
        yield _rest_warning("orphaned", slot, "is BLOCKED without a duty; it is left alone, open it if nobody needs it")


def _rest_warning(kind: Literal["rest_conflict", "orphaned"], slot: Slot, what: str) -> RestWarning:
    return RestWarning(
        kind=kind,
        message=f"{_where(slot)} {what}",
        employee_id=slot.employee_id,
        date=slot.date,
        dagdeel=slot.dagdeel,
    )


def _where(slot: Slot) -> str:
    return f"{slot.date} {slot.dagdeel} of {slot.employee_id}"
