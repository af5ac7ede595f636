"""The run's result: one frozen record, and one way to JSON and back (docs/result.md, docs/result.schema.json)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import cache
from typing import Annotated, Any

from pydantic import Field, TypeAdapter

from greedy.domain.period import Period
from greedy.joint.remedies import JointSet
from greedy.outcome.alerts import Alert
from greedy.outcome.causes import Cause
from greedy.outcome.changes import Changes
from greedy.outcome.coverage import CoverageSummary, Uncovered
from greedy.outcome.fairness import FairnessComparison
from greedy.outcome.open_shifts import OpenShift
from greedy.outcome.phases import Phases
from greedy.outcome.published import Published
from greedy.outcome.run_warnings import RunWarning
from greedy.solver.confine import Confined

SCHEMA_VERSION = 1
"""Version of the result's JSON. It rises when a key goes or its meaning changes; new keys may come without."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedDays:
    """The days to which a run was confined.

    Attributes:
        first: The first day that is planned; `from` in JSON.
        last: The last day that is planned; `until` in JSON.
        open_outside: Places that are open on the other days.
        past_until: The last day that was left alone because it is past; None where there is none.
    """

    first: Annotated[dt.date, Field(alias="from")]
    last: Annotated[dt.date, Field(alias="until")]
    open_outside: int
    past_until: dt.date | None = None

    @classmethod
    def of_confined(cls, confined: Confined, past_until: dt.date | None = None) -> PlannedDays:
        """Return the days of a roster that is confined to them."""
        first, last = confined.period.first, confined.period.last
        return cls(first=first, last=last, open_outside=confined.open_outside, past_until=past_until)

    def __str__(self) -> str:
        """Describe it in a line of the log."""
        days = f"Confined to {self.first} until {self.last}" if self.first <= self.last else "No day is planned"
        past = f"; days until {self.past_until} are past, --from plans them too" if self.past_until else ""
        return f"{days}; {self.open_outside} open shifts on other days are left alone{past}"

    @property
    def period(self) -> Period:
        """The days alone."""
        return Period(self.first, self.last)


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterDays:
    """The days of a roster, both inclusive."""

    first: dt.date
    last: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """What a summary of a result does not show.

    Attributes:
        entries: List of the result, as `changes.added` -> how many of its entries are left out.
        whole_in: Files that hold the whole result; empty where it was saved in none.
    """

    entries: dict[str, int]
    whole_in: tuple[str, ...] = ()


def _is_none(value: object) -> bool:
    return value is None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """What a run came to, whatever its outcome; what it did not reach is None or empty.

    Attributes:
        schema_version: Version of this object's JSON.
        success: Whether the run did what it was asked.
        dry_run: Whether it was to write nothing (`--dry-run`).
        replan: Whether it was to plan anew what earlier runs had planned (`--replan`).
        reshuffle: Whether it was to share that out anew, whoever had it (`--reshuffle`).
        roster_days: The days of the roster; None where they could not be read.
        period: The days to which it was confined (`--from`, `--until`); None for the whole roster.
        phases: What each phase came to.
        coverage: How much of the demand is filled, of the days that were planned.
        fairness: How evenly the work is shared out.
        uncovered: Dagdelen that ask for on-call duty and have nobody on call, of the days that were planned.
        open_shifts: The places that stay open, each with its reason: on-call first, then MOET, then MAG.
        joint_set: Changes that a planner could make and that together fill what stays open, as far as changes can;
            None where nothing is open, or too much for it. It is advice: the run makes none of them.
        changes: What the run changes against what was there.
        alerts: Where FASE 4 exceeds a limit.
        warnings: What a planner or an operator should know although the run went on.
        published: The files that were published, and their links (`--publish`); None where none were.
        http_requests: Requests to the database, those of retries and of publishing included.
        duration_ms: The run's duration, in milliseconds.
        error: What went wrong, and what to do; None when nothing did.
        cause: What kind of failure that is; None when nothing went wrong.
        left_out: What is left out, where this is the summary in a line of a log; None (not in JSON) for a whole result.
    """

    schema_version: int = SCHEMA_VERSION
    success: bool
    roster_id: str
    run_id: str
    dry_run: bool
    replan: bool = False
    reshuffle: bool = False
    roster_days: RosterDays | None = None
    period: PlannedDays | None = None
    phases: Phases = field(default_factory=Phases)
    coverage: CoverageSummary | None = None
    fairness: FairnessComparison | None = None
    uncovered: tuple[Uncovered, ...] = ()
    open_shifts: tuple[OpenShift, ...] = ()
    joint_set: JointSet | None = None
    changes: Changes | None = None
    alerts: tuple[Alert, ...] = ()
    warnings: tuple[RunWarning, ...] = ()
    published: Published | None = None
    http_requests: int = 0
    duration_ms: int | float = 0
    error: str | None = None
    cause: Cause | None = None
    left_out: Annotated[LeftOut | None, Field(exclude_if=_is_none)] = None

    def to_json(self) -> dict[str, Any]:
        """Return the result as `json.dumps` takes it: text, numbers, lists and dicts, in the order of the fields."""
        return as_json(self)

    @staticmethod
    def from_json(data: Any) -> RunResult:
        """Read what `to_json` returned.

        Raises:
            pydantic.ValidationError: It is no result.
        """
        result: RunResult = _adapter(RunResult).validate_python(data)
        return result


def as_json(part: Any) -> dict[str, Any]:
    """Return the result, or a part of it, as `json.dumps` takes it."""
    kind: type = type(part)
    data: dict[str, Any] = _adapter(kind).dump_python(part, mode="json", by_alias=True)
    return data


def json_schema() -> dict[str, Any]:
    """Return the JSON schema of the result."""
    schema = _adapter(RunResult).json_schema(by_alias=True, mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


@cache
def _adapter(kind: type) -> TypeAdapter[Any]:
    return TypeAdapter(kind)
