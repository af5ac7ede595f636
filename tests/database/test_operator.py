"""What an operator's log tells: who, where, which phase, how many, how long; and the alerts of the user's table."""

from __future__ import annotations

import json

import pytest
from pytest_mock import MockerFixture
from structlog.testing import capture_logs

from demo.roster import make_roster
from greedy.outcome import alerts
from tests.support.database import BLOCKING, Database, ask, duty_roster
from tests.support.factories import Raw

PHASES = ["FASE 1 load", "FASE 2 assign", "FASE 3 pair", "FASE 4A write", "FASE 4B write", "FASE 4C verify"]
RAILWAY = {"RAILWAY_ENVIRONMENT_NAME": "production", "RAILWAY_DEPLOYMENT_ID": "dep-7"}


def test_on_railway__each_event_tells_run_roster_deployment_and_phase(db: Database) -> None:
    roster_id = db.load(make_roster(seed=80))

    done = ask(db, "--roster-id", roster_id, **RAILWAY)

    *events, outcome = map(json.loads, done.stdout.splitlines())
    assert (done.returncode, done.stderr) == (0, "")
    for event in events:
        assert list(event)[:2] == ["message", "level"]
        assert (event["run_id"], event["roster_id"], event["deployment_id"]) == (outcome["run_id"], roster_id, "dep-7")
    *phased, summary = events
    assert list(dict.fromkeys(event["phase"] for event in phased)) == PHASES
    assert "phase" not in summary


def test_on_railway__counts_and_milliseconds_of_each_phase(db: Database) -> None:
    roster_id = db.load(make_roster(seed=81))

    done = ask(db, "--roster-id", roster_id, **RAILWAY)

    *events, outcome = map(json.loads, done.stdout.splitlines())
    last = {event["phase"]: event for event in events if "phase" in event and "metric" not in event}
    phases, stored = outcome["phases"], outcome["phases"]["fase4_database"]
    accounts = [phases["fase1_load"], phases["fase2_process"], phases["fase3_pairing"], stored["write_assignments"]]
    for phase, account in zip(PHASES, accounts, strict=False):
        assert account.items() <= last[phase].items(), phase
        assert "duration_ms" in account
    assert stored["write_blocking"]["duration_ms"] == last["FASE 4B write"]["duration_ms"]
    assert stored["trigger_verification"]["duration_ms"] == last["FASE 4C verify"]["duration_ms"]
    summary, coverage = events[-1], outcome["coverage"]
    for name in ("needed", "filled_before", "assigned", "open", "percent"):
        assert summary[name] == coverage[name]
    for name in ("duration_ms", "http_requests"):
        assert summary[name] == outcome[name]


def test_on_railway__a_run_that_fails_tells_where(db: Database) -> None:
    done = ask(db, "--roster-id", "6a1e3f0c-0000-4000-8000-00000000dead", **RAILWAY)

    *_, event, outcome = map(json.loads, done.stdout.splitlines())
    assert (done.returncode, outcome["success"]) == (4, False)
    assert (event["level"], event["phase"], event["deployment_id"]) == ("error", "FASE 1 load", "dep-7")


def test_at_a_terminal_the_fields_stay_away(db: Database) -> None:
    done = db.command(db.load(duty_roster()))

    log = [line for line in done.stderr.splitlines() if " INFO " in line]
    assert len(log) > 10
    assert not any("run_id" in line or "phase=" in line or "duration_ms" in line for line in log)


def alerts_of(db: Database, roster_id: str) -> tuple[list[str], list[Raw]]:
    """Run, and return the metrics of the result's alerts, and the alerts that the log tells."""
    with capture_logs() as events:
        outcome, _ = db.run(roster_id)
    told = [dict(event) for event in events if "metric" in event]
    assert [(event["metric"], event["value"], event["limit"]) for event in told] == [
        (alert["metric"], alert["value"], alert["limit"]) for alert in outcome["alerts"]
    ]
    assert all(event["log_level"] == "warning" for event in told)
    return [alert["metric"] for alert in outcome["alerts"]], told


@pytest.mark.parametrize(
    ("limit", "metric"),
    [
        ("WRITE_MS", "write_duration_ms"),
        ("BLOCKING_MS", "blocking_duration_ms"),
        ("VERIFICATION_MS", "verification_duration_ms"),
    ],
)
def test_a_phase_that_takes_too_long_is_an_alert(db: Database, mocker: MockerFixture, limit: str, metric: str) -> None:
    mocker.patch.object(alerts, limit, -1)

    metrics, _ = alerts_of(db, db.load(duty_roster()))

    assert metrics == [metric]


def test_a_trigger_that_does_not_run_is_an_alert(db: Database) -> None:
    roster_id = db.load(duty_roster())

    with db.disabled(*BLOCKING):
        metrics, told = alerts_of(db, roster_id)

    assert metrics == ["trigger_success_rate"]
    assert "the trigger made 0 of 3 BLOCKED rows" in told[0]["event"]


def test_records_that_are_missing_are_an_alert(db: Database, mocker: MockerFixture) -> None:
    refused = {"written": 0, "failed": 1, "duration_ms": 1, "error": "refused"}
    mocker.patch("greedy.writer.BatchWriter.write_assignments", return_value=refused)

    metrics, _ = alerts_of(db, db.load(duty_roster()))

    assert metrics == ["assignments_written", "blocking_written"]
