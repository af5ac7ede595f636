"""The run's result: one JSON object, made from the pieces that the phases give."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from greedy.domain.evidence import TriggerEvidence
from greedy.domain.models import Slot
from greedy.errors import Problem
from greedy.outcome import coverage
from greedy.solver.fairness import Evenness, Fairness
from greedy.solver.pairing import Pairing

Result = dict[str, Any]
Entry = dict[str, Any]

WRITE_MS = 2_000
BLOCKING_MS = 1_000
VERIFICATION_MS = 5_000
VARIANCE = 0.05
TRIGGER_SUCCESS = 0.95
"""Limits of the alerts: FASE4-SPEC, "Key Metrics"."""


def new_result(roster_id: str, run_id: str, *, dry_run: bool) -> Result:
    """Begin a result: what is known before FASE 1, everything else empty."""
    return {
        "success": False,
        "roster_id": roster_id,
        "run_id": run_id,
        "dry_run": dry_run,
        "replan": False,
        "period": None,
        "phases": {"fase1_load": None, "fase2_process": None, "fase3_pairing": None, "fase4_database": None},
        "coverage": None,
        "fairness": None,
        "open_shifts": [],
        "changes": None,
        "alerts": [],
        "warnings": [],
        "http_requests": 0,
        "duration_ms": 0,
        "error": None,
    }


def coverage_summary(measured: coverage.Coverage) -> dict[str, Any]:
    """Sum coverage up, in places: in all and by service."""
    return {
        "needed": measured.needed,
        "filled_before": measured.filled_before,
        "assigned": measured.assigned,
        "open": measured.open,
        "percent": measured.percent,
        "by_service": [
            {
                "service_code": service.service_code,
                "needed": service.needed,
                "filled_before": service.filled_before,
                "assigned": service.assigned,
                "open": service.open,
            }
            for service in measured.by_service
        ],
    }


def fairness_summary(before: Fairness | None, after: Fairness) -> dict[str, Any]:
    """Tell how evenly the work is shared out, by service and in all, and how it was before."""
    return {
        "before": None if before is None else _fairness(before),
        "after": _fairness(after),
    }


def _fairness(measured: Fairness) -> dict[str, Any]:
    return {
        "by_service": [
            {"service_code": code, **_evenness(evenness)} for code, evenness in sorted(measured.by_service.items())
        ],
        "total": _evenness(measured.total),
        "nights": _evenness(measured.nights),
        "weekends": _evenness(measured.weekends),
    }


def _evenness(evenness: Evenness) -> dict[str, Any]:
    return {
        "people": evenness.people,
        "spread": round(evenness.spread, 4),
        "deviation": round(evenness.deviation, 4),
        "jain": round(evenness.jain, 4),
    }


def open_shifts(measured: coverage.Coverage) -> list[dict[str, Any]]:
    """List the shifts that stay open, each with its reason."""
    return [
        {
            "date": shift.date.isoformat(),
            "dagdeel": str(shift.dagdeel),
            "team": str(shift.team),
            "service_code": shift.service_code,
            "missing": shift.missing,
            "reason": shift.reason,
            "qualified": shift.qualified,
            "obstacles": {str(obstacle): count for obstacle, count in shift.obstacles.items()},
            "people": [
                {"employee_id": person.employee_id, "obstacle": str(person.obstacle), "because": person.because}
                for person in shift.people
            ],
            "changes": [{"kind": change.kind, "employee_id": change.employee_id} for change in shift.changes],
        }
        for shift in measured.open_shifts
    ]


def warnings(
    problems: Iterable[Problem], schema: Iterable[str], measured: coverage.Coverage, pairing: Pairing
) -> list[Entry]:
    """List what a planner or an operator should know although the run went on."""
    return [
        *(data_problem(problem) for problem in problems),
        *({"kind": "schema", "message": message} for message in schema),
        *_surplus(measured),
        *_rest_warnings(pairing),
    ]


def data_problem(problem: Problem) -> Entry:
    """Tell a problem of a row."""
    return {
        "kind": "data",
        "message": str(problem),
        "table": problem.table,
        "id": problem.id,
        "field": problem.field,
        "value": problem.value,
        "remedy": problem.remedy,
        "fatal": problem.fatal,
    }


def _surplus(measured: coverage.Coverage) -> Iterator[Entry]:
    for shift in measured.surplus:
        message = f"{shift.count} more than needed work {shift.service_code} on {shift.date} {shift.dagdeel}"
        yield {
            "kind": "surplus",
            "message": f"{message}; they are left alone",
            "date": shift.date.isoformat(),
            "dagdeel": str(shift.dagdeel),
            "service_code": shift.service_code,
        }


def _rest_warnings(pairing: Pairing) -> Iterator[Entry]:
    for unpaired in pairing.unpaired:
        whose = "planned by hand" if unpaired.planned else "assigned"
        yield {
            "kind": "unpaired",
            "message": f"{unpaired.code} on {_where(unpaired.duty)} is {whose} without {unpaired.missing_code}",
            **_slot(unpaired.duty),
            "service_code": unpaired.code,
        }
    for conflict in pairing.conflicts:
        yield {
            "kind": "rest_conflict",
            "message": f"{_where(conflict.slot)} should be rest after {conflict.duty_code} on {conflict.duty.date} "
            f"{conflict.duty.dagdeel}, but is worked; a planner must free one of the two",
            **_slot(conflict.slot),
        }
    for slot in pairing.orphaned:
        yield {
            "kind": "orphaned",
            "message": f"{_where(slot)} is BLOCKED without a duty; it is left alone, open it if nobody needs it",
            **_slot(slot),
        }


def _where(slot: Slot) -> str:
    return f"{slot.date} {slot.dagdeel} of {slot.employee_id}"


def _slot(slot: Slot) -> dict[str, str]:
    return {"employee_id": slot.employee_id, "date": slot.date.isoformat(), "dagdeel": str(slot.dagdeel)}


def alerts(database: dict[str, Any], evidence: TriggerEvidence | None) -> list[dict[str, Any]]:
    """Compare FASE 4 with the limits of the user's table of metrics.

    Args:
        database: The result of FASE 4.
        evidence: What the trigger did; None when it had nothing to do.
    """
    write, blocking = database["write_assignments"], database["write_blocking"]
    verification = database["trigger_verification"]
    measures: list[tuple[str, float, float, str]] = [
        ("write_duration_ms", write["duration_ms"], WRITE_MS, "FASE 4A took {value} ms, more than {limit} ms"),
        ("blocking_duration_ms", blocking["duration_ms"], BLOCKING_MS, "FASE 4B took {value} ms, more than {limit} ms"),
        (
            "verification_duration_ms",
            verification["duration_ms"] if verification else 0,
            VERIFICATION_MS,
            "FASE 4C took {value} ms, more than {limit} ms",
        ),
    ]
    found = [
        {"metric": metric, "value": value, "limit": limit, "message": text.format(value=value, limit=limit)}
        for metric, value, limit, text in measures
        if value > limit
    ]
    for metric, done, planned in (
        ("assignments_written", write["written"], database["planned"]["active"]),
        ("blocking_written", blocking["written"] + blocking["made_by_trigger"], database["planned"]["blocking"]),
    ):
        if not database["dry_run"] and abs(done - planned) > VARIANCE * planned:
            message = f"{metric.replace('_', ' ')}: {done} instead of {planned}, more than 5 % off"
            found.append({"metric": metric, "value": done, "limit": planned, "message": message})
    if evidence and evidence.success_rate < TRIGGER_SUCCESS:
        rate = round(100 * evidence.success_rate, 1)
        message = f"the trigger made {evidence.made} of {evidence.expected} BLOCKED rows ({rate} %), fewer than 95 %"
        found.append(
            {"metric": "trigger_success_rate", "value": rate, "limit": 100 * TRIGGER_SUCCESS, "message": message}
        )
    return found
