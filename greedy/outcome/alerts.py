"""Alerts: where FASE 4 exceeds the limits of the user's table of metrics (FASE4-SPEC, "Key Metrics")."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from greedy.domain.evidence import TriggerEvidence
from greedy.outcome.phases import DatabasePhase

WRITE_MS = 2_000
BLOCKING_MS = 1_000
VERIFICATION_MS = 5_000
"""Milliseconds that FASE 4A, 4B and 4C may take."""

VARIANCE = 0.05
"""Share by which written and planned records may differ."""

TRIGGER_SUCCESS = 0.95
"""Share of the expected BLOCKED rows that the trigger must have made."""

Metric = Literal[
    "write_duration_ms",
    "blocking_duration_ms",
    "verification_duration_ms",
    "assignments_written",
    "blocking_written",
    "trigger_success_rate",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """A metric that is beyond its limit.

    Attributes:
        value: What was measured: milliseconds, records or percent.
        limit: The most that it may be; for records, how many were planned; for percent, the least that it may be.
    """

    metric: Metric
    value: int | float
    limit: int | float
    message: str

    @property
    def is_timing(self) -> bool:
        """Whether it is about how long something took: the operator's business alone."""
        return self.metric in ("write_duration_ms", "blocking_duration_ms", "verification_duration_ms")


def find_alerts(database: DatabasePhase, evidence: TriggerEvidence | None) -> list[Alert]:
    """Compare FASE 4 with its limits.

    Args:
        database: FASE 4, as far as it came.
        evidence: What the trigger of the job's own SQL did; None when it had nothing to do, or is another's.
    """
    return [*_slow(database), *_miscounted(database), *_trigger(evidence)]


def _slow(database: DatabasePhase) -> Iterator[Alert]:
    verification = database.trigger_verification
    durations: tuple[tuple[Metric, int, int, str], ...] = (
        ("write_duration_ms", database.write_assignments.duration_ms, WRITE_MS, "FASE 4A"),
        ("blocking_duration_ms", database.write_blocking.duration_ms, BLOCKING_MS, "FASE 4B"),
        ("verification_duration_ms", verification.duration_ms if verification else 0, VERIFICATION_MS, "FASE 4C"),
    )
    for metric, value, limit, phase in durations:
        if value > limit:
            message = f"{phase} took {value} ms, more than {limit} ms"
            yield Alert(metric=metric, value=value, limit=limit, message=message)


def _miscounted(database: DatabasePhase) -> Iterator[Alert]:
    counts: tuple[tuple[Metric, int, int], ...] = (
        ("assignments_written", database.write_assignments.written, database.planned.active),
        ("blocking_written", database.rest_there, database.planned.blocking),
    )
    for metric, done, planned in counts:
        if not database.dry_run and abs(done - planned) > VARIANCE * planned:
            message = f"{metric.replace('_', ' ')}: {done} instead of {planned}, more than 5 % off"
            yield Alert(metric=metric, value=done, limit=planned, message=message)


def _trigger(evidence: TriggerEvidence | None) -> Iterator[Alert]:
    if evidence and evidence.success_rate < TRIGGER_SUCCESS:
        rate = round(100 * evidence.success_rate, 1)
        message = f"the trigger made {evidence.made} of {evidence.expected} BLOCKED rows ({rate} %), fewer than 95 %"
        yield Alert(metric="trigger_success_rate", value=rate, limit=100 * TRIGGER_SUCCESS, message=message)
