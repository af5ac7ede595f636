"""The run history: what is recorded, that recording never changes a run, and `--history`."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from pytest_mock import MockerFixture

from demo.roster import make_roster
from greedy import __version__
from greedy.cli.console import console
from greedy.cli.console_operator import render_history
from greedy.cli.run import record
from greedy.database import history
from greedy.errors import DatabaseError, RunTimeoutError
from greedy.writer.batch import BatchWriter
from tests.support.database import BLOCKING, Database, ask, duty_roster, one_open_shift, slot_row, without_table
from tests.support.factories import Raw
from tests.support.results import failed_result

NOW = dt.datetime(2026, 11, 28, tzinfo=dt.UTC)


def recorded(db: Database, roster_id: str) -> list[Raw]:
    return history.read(db.client, roster_id)


def test_a_run_is_recorded_as_its_result_says(db: Database) -> None:
    roster_id = db.load(make_roster(seed=60))

    outcome = json.loads(db.command(roster_id).stdout)

    (run,) = recorded(db, roster_id)
    coverage = outcome["coverage"]
    started = run.pop("started_at")
    assert run == {
        "run_id": outcome["run_id"],
        "roster_id": roster_id,
        "duration_ms": round(outcome["duration_ms"]),
        "exit_code": 0,
        "error": None,
        "version": __version__,
        "deployment_id": None,
        "replan": False,
        "from_date": None,
        "until_date": None,
        **{name: coverage[name] for name in ("needed", "filled_before", "assigned", "open", "percent")},
        "taken_back": 0,
        "rest_proven": True,
        "alerts": 0,
        "warnings": len(outcome["warnings"]),
        "links": None,
        "tried": None,
        "waited_ms": None,
    }
    assert db.sql(f"select now() - '{started}'::timestamptz between '0' and '100 s' as recent") == [{"recent": True}]


def test_the_requests_of_a_run_include_its_record(db: Database) -> None:
    roster_id = db.load(one_open_shift())

    inside, _ = db.run(roster_id)
    outcome = json.loads(db.command(roster_id).stdout)

    # A rerun writes nothing, so that it neither writes rows nor finishes the roster: two requests fewer than the first
    # run (begin, six readings, write, finish, verify), and one more for its record.
    assert inside["http_requests"] == 10
    assert outcome["http_requests"] == 9


def test_options_of_a_run_are_recorded(db: Database) -> None:
    roster_id = db.load(one_open_shift())

    done = db.command(roster_id, "--replan", "--from", "2027-01-05", "--until", "2027-01-06")

    (run,) = recorded(db, roster_id)
    assert done.returncode == 0, done.stderr
    assert (run["replan"], run["from_date"], run["until_date"]) == (True, "2027-01-05", "2027-01-06")
    assert (run["needed"], run["open"], run["percent"]) == (0, 0, 100.0)


def test_railways_deployment_is_recorded(db: Database) -> None:
    roster_id = db.load(one_open_shift())

    done = ask(db, "--roster-id", roster_id, RAILWAY_ENVIRONMENT_NAME="production", RAILWAY_DEPLOYMENT_ID="dep-7")

    assert [run["deployment_id"] for run in recorded(db, roster_id)] == ["dep-7"]
    assert {json.loads(line).get("deployment_id") for line in done.stdout.splitlines()[:-1]} == {"dep-7"}


def test_a_dry_run_leaves_no_record(db: Database) -> None:
    roster_id = db.load(one_open_shift())

    db.command(roster_id, "--dry-run")

    assert recorded(db, roster_id) == []


def test_a_roster_that_does_not_exist__the_failed_run_is_recorded(db: Database) -> None:
    roster_id = str(uuid.uuid4())

    assert db.command(roster_id).returncode == 4

    (run,) = recorded(db, roster_id)
    assert run["exit_code"] == 4
    assert run["error"].startswith(f"Roster {roster_id} not found")
    assert [run[name] for name in ("needed", "assigned", "open", "percent", "rest_proven")] == [None] * 5


def test_a_verification_that_failed_under_strict_is_recorded(db: Database, mocker: MockerFixture) -> None:
    """Without the trigger, a planner enters work in a slot of rest right before the job would write it."""
    raw = duty_roster()
    roster_id = db.load(raw)
    entry, write = slot_row(raw, "ECH", date="2027-01-05", dagdeel="M"), BatchWriter.write_blocking_records
    enter = db.client.table("roster_assignments").upsert(entry, on_conflict="roster_id,employee_id,date,dagdeel")

    def writing(self: BatchWriter, settled: Any) -> Any:
        enter.execute()
        return write(self, settled)

    mocker.patch.object(BatchWriter, "write_blocking_records", autospec=True, side_effect=writing)

    with db.disabled(*BLOCKING):
        assert ask(db, "--roster-id", roster_id, "--strict").returncode == 6

    (run,) = recorded(db, roster_id)
    assert (run["exit_code"], run["rest_proven"], run["assigned"]) == (6, False, 1)
    assert "--strict" in run["error"]


def test_a_write_that_was_refused__what_was_planned_does_not_count_as_done(db: Database) -> None:
    roster_id = db.load(one_open_shift())
    db.sql("revoke insert on roster_assignments from service_role")
    try:
        assert db.command(roster_id).returncode == 5
    finally:
        db.sql("grant insert on roster_assignments to service_role")

    (run,) = recorded(db, roster_id)
    assert (run["needed"], run["assigned"], run["open"], run["percent"], run["taken_back"]) == (1, 0, None, None, None)


def test_without_the_table_a_run_is_as_before(db: Database) -> None:
    roster_id = db.load(one_open_shift())

    with without_table(db):
        done = db.command(roster_id)

    outcome = json.loads(done.stdout)
    assert done.returncode == 0, done.stderr
    assert (outcome["success"], outcome["warnings"]) == (True, [])
    assert "history" not in done.stderr


@pytest.mark.parametrize("option", [(), ("--strict",)])
def test_a_record_that_is_refused_is_a_warning_and_nothing_else(db: Database, option: tuple[str, ...]) -> None:
    roster_id = db.load(one_open_shift())
    db.sql("revoke insert on greedy_runs from service_role")
    try:
        done = db.command(roster_id, *option)
    finally:
        db.sql("grant insert on greedy_runs to service_role")

    outcome = json.loads(done.stdout)
    assert (done.returncode, outcome["success"], outcome["error"]) == (0, True, None)
    assert [warning["kind"] for warning in outcome["warnings"]] == ["history"]
    assert "WARNING ⚠️  the run history could not be written" in done.stderr
    assert recorded(db, roster_id) == []


@pytest.mark.parametrize("error", [DatabaseError("down"), RunTimeoutError("too slow")])
def test_a_record_that_fails__the_result_is_kept(mocker: MockerFixture, error: Exception) -> None:
    mocker.patch("greedy.database.requests.execute", side_effect=error)
    connection = mocker.Mock(answers=3, requests=11)

    outcome = record(connection, failed_result("no network"), started_at=NOW, exit_code=5)

    (warning,) = outcome.warnings
    assert (warning.kind, warning.message) == ("history", f"the run history could not be written: {error}")
    assert (outcome.error, outcome.http_requests) == ("no network", 11)


def test_a_database_that_never_answered_is_not_tried_again(mocker: MockerFixture) -> None:
    execute = mocker.patch("greedy.database.requests.execute")

    outcome = record(mocker.Mock(answers=0, requests=3), failed_result("no network"), started_at=NOW, exit_code=5)

    execute.assert_not_called()
    assert (outcome.warnings, outcome.http_requests) == ((), 3)


def test_a_run_that_nobody_answers_ends_as_before(db: Database) -> None:
    nowhere = Database(replace(db.server, url="http://127.0.0.1:9"), db.client)

    done = nowhere.command("6a1e3f0c-0000-4000-8000-00000000dead")

    assert done.returncode == 5
    assert "history" not in done.stderr


def test_history__of_one_roster_and_of_all(db: Database) -> None:
    one, other = (db.load(one_open_shift()) for _ in range(2))
    for roster_id in (one, other, one):
        assert db.command(roster_id).returncode == 0

    of_one = ask(db, "--history", "--roster-id", one)
    of_all = ask(db, "--history", ROOSTER_ID=one)

    runs = json.loads(of_one.stdout)["runs"]
    assert (of_one.returncode, of_all.returncode) == (0, 0)
    assert [run["roster_id"] for run in runs] == [one, one]
    assert [run["filled_before"] for run in runs] == [1, 0], "the latest first"
    latest = [run["roster_id"] for run in json.loads(of_all.stdout)["runs"]]
    assert latest[:3] == [one, other, one]
    assert f"Runs of roster {one}" in of_one.stderr
    assert "0 (as before)" in of_one.stderr
    assert of_all.stderr.index(one) < of_all.stderr.index(other)


def test_history__on_railway_it_is_one_line(db: Database) -> None:
    roster_id = db.load(one_open_shift())
    db.command(roster_id)

    done = ask(db, "--history", "--roster-id", roster_id, "--log-format", "json")

    (line,) = done.stdout.splitlines()
    assert len(json.loads(line)["runs"]) == 1


def test_history__no_run_yet(db: Database) -> None:
    done = ask(db, "--history", "--roster-id", str(uuid.uuid4()))

    assert (done.returncode, json.loads(done.stdout)) == (0, {"runs": []})
    assert "No run is recorded." in done.stderr


def test_history__no_table(db: Database) -> None:
    with without_table(db):
        done = ask(db, "--history")

    assert done.returncode == 5
    assert "Table greedy_runs not found" in done.stderr
    assert "supabase/migrations" in done.stderr


def test_history__settings_are_missing(db: Database) -> None:
    done = ask(db, "--history", SUPABASE_URL="")

    assert done.returncode == 3
    assert "SUPABASE_URL: missing" in done.stderr


def run(**overrides: Any) -> Raw:
    fields: Raw = {"roster_id": "R1", "from_date": None, "until_date": None, "open": 3, "percent": 98.7}
    fields |= {"started_at": "2026-11-25T13:00:00+00:00", "assigned": 200, "taken_back": 0, "duration_ms": 420}
    fields |= {"exit_code": 0, "error": None, "version": "1.0.0", "rest_proven": True, "replan": False}
    return fields | overrides


@pytest.mark.parametrize(
    ("now", "older", "expected"),
    [
        (run(open=1), [run(open=3)], -2),
        (run(open=5), [run(open=3), run(open=9)], 2),
        (run(open=3), [run(open=None), run(open=3)], 0),
        (run(open=3), [run(open=9, roster_id="R2")], None),
        (run(open=3), [run(open=9, from_date="2027-01-04")], None),
        (run(open=None), [run(open=3)], None),
        (run(open=3), [], None),
    ],
)
def test_trend(now: Raw, older: list[Raw], expected: int | None) -> None:
    assert history.trend(now, older) == expected


def test_what_an_operator_sees() -> None:
    runs = [
        run(open=1, percent=99.6, taken_back=4, replan=True, from_date="2027-01-11", until_date="2027-01-17"),
        run(open=None, percent=None, exit_code=5, error="Database error: x\nFix: y", assigned=None, taken_back=None),
        run(open=1, rest_proven=False),
        run(open=3),
        run(open=2),
    ]
    out = console()
    out.width = 160
    with out.capture() as shown:
        out.print(render_history(runs))

    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in shown.get().splitlines() if "│" in line]
    told = [[*row[1:4], below[0]] for row, below in pairwise(rows) if row[0].startswith("2026")]
    assert told == [
        ["99.6 %", "1", "+200 -4", "done, replan, 2027-01-11 until 2027-01-17, version 1.0.0"],
        ["-", "-", "-", "failed (5): Database error: x"],
        ["98.7 %", "1 (2 fewer)", "+200 -0", "done, rest not proven, version 1.0.0"],
        ["98.7 %", "3 (1 more)", "+200 -0", "done, version 1.0.0"],
        ["98.7 %", "2", "+200 -0", "done, version 1.0.0"],
    ]
