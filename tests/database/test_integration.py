"""The job against the local Supabase: real PostgreSQL, real triggers, the real command."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pytest_mock import MockerFixture

from demo.roster import PRACTICE, make_roster
from greedy import page
from greedy.database import inspection, requests, schema
from greedy.database.client import connect
from greedy.database.codes import Action
from greedy.database.roster_rows import read_tables
from greedy.domain.duties import BUILT_IN
from greedy.outcome.result import RunResult
from greedy.processor_with_db import ATTEMPTS, DatabaseOperationOrchestrator, GreedyProcessorWithDB
from greedy.writer import BatchWriter
from tests.support import checker, factories
from tests.support.database import (
    BLOCKING,
    NATURAL,
    SHARE,
    STAMPS,
    Database,
    Fresh,
    added,
    answered,
    duty_roster,
    judge,
    one_open_shift,
    slot_row,
    small,
    without,
)
from tests.support.factories import MONDAY, Raw, day


@pytest.mark.parametrize("open_rows", [False, True], ids=["no rows for open slots", "rows for open slots"])
def test_the_demo_roster_end_to_end(db: Database, open_rows: bool) -> None:
    raw = make_roster(replace(PRACTICE, open_rows=open_rows), seed=7 + open_rows)
    roster_id = db.load(raw)
    before = db.rows(roster_id)

    done = db.command(roster_id)

    assert done.returncode == 0, done.stderr
    outcome, after = json.loads(done.stdout), db.rows(roster_id)
    judge(raw, before, after)
    new = added(before, after)
    fase4 = outcome["phases"]["fase4_database"]
    assert 0 < outcome["http_requests"] <= 13
    assert outcome["success"]
    assert outcome["coverage"]["needed"] == 227
    assert fase4["write_assignments"]["written"] == sum(row["status"] == 1 for row in new)
    assert fase4["write_assignments"]["written"] == outcome["coverage"]["assigned"] > 200
    assert fase4["write_blocking"]["made_by_trigger"] == sum(row["status"] == 2 for row in new) > 100
    assert fase4["write_blocking"]["written"] == 0
    assert fase4["trigger_verification"]["all_passed"]
    counted = fase4["trigger_verification"]["checks"]["trigger_consistency"]
    assert counted["total_count"] == len(after)
    for number, status in enumerate(("open_count", "active_count", "blocked_count")):
        assert counted[status] == sum(row["status"] == number for row in after)
    assert (outcome["alerts"], [w for w in outcome["warnings"] if w["kind"] != "unpaired"]) == ([], [])
    if open_rows:
        there = {tuple(row[name] for name in NATURAL): row for row in before}
        updated = [(there[key], row) for row in new if (key := tuple(row[name] for name in NATURAL)) in there]
        assert 0 < len(updated) < len(new)
        for old, now in updated:
            assert (old["status"], old["id"]) == (0, now["id"])


def test_a_rerun_writes_nothing_and_says_the_same(db: Database) -> None:
    roster_id = db.load(make_roster(seed=11))
    first = json.loads(db.command(roster_id).stdout)
    before = db.rows(roster_id)

    second = json.loads(db.command(roster_id).stdout)

    assert db.rows(roster_id) == before
    fase4 = second["phases"]["fase4_database"]
    assert fase4["planned"] == {"active": 0, "blocking": 0}
    assert second["open_shifts"] == first["open_shifts"]
    for key in ("needed", "open", "percent"):
        assert second["coverage"][key] == first["coverage"][key]
    assert second["coverage"]["filled_before"] == first["coverage"]["filled_before"] + first["coverage"]["assigned"]
    assert fase4["trigger_verification"]["all_passed"]
    assert second["changes"] == {
        "added": [],
        "moved": [],
        "taken_back": [],
        "rest_added": 0,
        "rest_opened": 0,
        "by_person": [],
    }
    assert second["fairness"] == {"before": first["fairness"]["after"], "after": first["fairness"]["after"]}
    changing = ("run_id", "duration_ms", "http_requests", "phases", "coverage", "fairness", "changes")
    assert (first["alerts"], second["alerts"]) == ([], [])
    assert without(second, *changing) == without(first, *changing)
    for key in ("duties", "pairs", "unpaired"):
        assert second["phases"]["fase3_pairing"][key] == first["phases"]["fase3_pairing"][key]


def test_a_rerun_says_of_its_own_duties_what_the_run_said(db: Database) -> None:
    """They are in the database now, which does not make them planned by hand."""
    roster_id = db.load(duty_roster())

    first, second = db.run(roster_id)[0], db.run(roster_id)[0]

    assert "unpaired" in [warning["kind"] for warning in first["warnings"]]
    assert second["warnings"] == first["warnings"]


def test_json_logs__every_line_is_json_and_the_last_is_the_result(db: Database) -> None:
    roster_id = db.load(duty_roster())

    done = db.command(roster_id, "--log-format", "json", "--log-level", "DEBUG")

    *lines, outcome = [json.loads(line) for line in done.stdout.splitlines()]
    assert (done.returncode, done.stderr, outcome["success"]) == (0, "", True)
    assert all(line["message"] and line["level"] in {"debug", "info"} for line in lines)
    assert {line["roster_id"] for line in lines} == {roster_id}
    assert any(line["message"].startswith("✅ ALL TRIGGER CHECKS PASSED") for line in lines)


def kill(mocker: MockerFixture, write: int, *, before: bool) -> None:
    """End the process, as far as the job can tell, just before or just after its n-th write reaches the database."""
    execute, writes = requests.execute, iter(range(1, 99))

    def executing(query: Any, action: Action) -> Any:
        number = next(writes) if str(action).startswith("write ") else 0
        if before and number == write:
            raise KeyboardInterrupt
        answer = execute(query, action)
        if number == write:
            raise KeyboardInterrupt
        return answer

    mocker.patch("greedy.database.requests.execute", side_effect=executing)


@pytest.mark.parametrize(
    ("triggers", "write", "before"),
    [
        pytest.param(True, 1, True, id="before 4A"),
        pytest.param(True, 1, False, id="after 4A"),
        pytest.param(False, 1, False, id="after 4A without triggers"),
        pytest.param(False, 2, False, id="after 4B without triggers"),
    ],
)
def test_a_kill_and_a_rerun_give_the_rows_of_an_undisturbed_run(
    db: Database, mocker: MockerFixture, triggers: bool, write: int, before: bool
) -> None:
    roster_id = db.load(make_roster(seed=20))
    db.run(roster_id)
    undisturbed = db.rows(roster_id)
    db.client.table("roosters").delete().eq("id", roster_id).execute()
    assert db.load(make_roster(seed=20)) == roster_id

    with db.disabled(*(() if triggers else BLOCKING)):
        kill(mocker, write, before=before)
        with pytest.raises(KeyboardInterrupt):
            db.run(roster_id)
        mocker.stopall()
        outcome, _ = db.run(roster_id)

    assert outcome["success"], outcome["error"]
    assert [without(row, *STAMPS) for row in db.rows(roster_id)] == [without(row, *STAMPS) for row in undisturbed]


def test_a_kill_between_two_batches__a_rerun_completes_the_roster(
    db: Database, mocker: MockerFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = make_roster(seed=21)
    roster_id = db.load(raw)
    before = db.rows(roster_id)
    monkeypatch.setattr("greedy.database.bulk.BATCH_ROWS", 40)
    kill(mocker, 3, before=False)
    with pytest.raises(KeyboardInterrupt):
        db.run(roster_id)
    mocker.stopall()
    written = sum(row["status"] == 1 for row in added(before, db.rows(roster_id)))

    outcome, _ = db.run(roster_id)

    assert written == 120
    assert outcome["success"], outcome["error"]
    assert outcome["phases"]["fase4_database"]["trigger_verification"]["all_passed"]
    judge(raw, before, db.rows(roster_id))
    assert checker.unfilled_but_fillable(raw, added(before, db.rows(roster_id)), roster_id) == []


def test_a_dry_run_writes_nothing_and_says_what_it_would(db: Database) -> None:
    roster_id = db.load(make_roster(seed=12))
    before = db.rows(roster_id)

    rehearsal = json.loads(db.command(roster_id, "--dry-run").stdout)

    assert db.rows(roster_id) == before
    real = json.loads(db.command(roster_id).stdout)
    assert rehearsal["coverage"] == real["coverage"] | {"written": False}
    assert real["coverage"]["written"]
    assert rehearsal["open_shifts"] == real["open_shifts"]
    assert rehearsal["dry_run"]
    assert not real["dry_run"]


def test_a_roster_that_is_not_there(db: Database) -> None:
    done = db.command("6a1e3f0c-0000-4000-8000-00000000dead")

    assert done.returncode == 4
    assert "Roster 6a1e3f0c-0000-4000-8000-00000000dead not found" in json.loads(done.stdout)["error"]


def test_a_wrong_key(db: Database) -> None:
    stranger = Database(replace(db.server, secret_key="sb_secret_wrong"), db.client)

    done = stranger.command("6a1e3f0c-0000-4000-8000-000000000001")

    assert done.returncode == 5
    assert "Verify environment variables in Railway" in json.loads(done.stdout)["error"]


def test_damaged_rows_stop_the_run_before_anything_is_written(db: Database) -> None:
    roster_id = db.load(small(roster_assignments=[factories.assignment()]))
    (employee,) = {row["employee_id"] for row in db.rows(roster_id)}
    db.sql("alter table employees drop constraint employees_team_check")
    try:
        db.sql(f"update employees set team = 'Paars' where id = '{employee}'")
        before = db.rows(roster_id)

        done = db.command(roster_id)
    finally:
        db.sql(f"update employees set team = 'Groen' where id = '{employee}'")
        db.sql(
            "alter table employees add constraint employees_team_check check (team in ('Groen', 'Oranje', 'Overig'))"
        )

    outcome = json.loads(done.stdout)
    assert done.returncode == 4
    fatal = [warning for warning in outcome["warnings"] if warning["fatal"]]
    assert [(warning["table"], warning["id"], warning["field"]) for warning in fatal] == [
        ("employees", employee, "team")
    ]
    assert db.rows(roster_id) == before


def test_more_rows_than_the_server_gives_at_once(fresh: Fresh) -> None:
    """A server that gives 100 rows at a time: the same roster, the same result."""
    raw = make_roster(seed=13)
    with fresh(max_rows=100) as db:
        roster_id = db.load(raw)
        tables = read_tables(db.client, roster_id)
        before = db.rows(roster_id)
        outcome, _ = db.run(roster_id)
        after = db.rows(roster_id)

    wanted = [row for row in raw["roster_period_staffing_dagdelen"] if row["aantal"]]
    assert len(tables["roster_period_staffing_dagdelen"]) == len(wanted) > 200
    assert outcome["success"]
    assert outcome["phases"]["fase4_database"]["trigger_verification"]["all_passed"]
    judge(raw, before, after)


def test_more_than_a_thousand_requirements_and_slots(db: Database) -> None:
    raw = make_roster(replace(PRACTICE, people=40, shifts=1300, duties_per_day=4, open_rows=True), seed=14)
    roster_id = db.load(raw)
    before = db.rows(roster_id)

    outcome, _ = db.run(roster_id)

    after = db.rows(roster_id)
    assert len(before) > 2000
    assert outcome["success"], outcome["error"]
    assert outcome["coverage"]["needed"] == 1300
    assert outcome["phases"]["fase4_database"]["write_assignments"]["written"] > 1000
    assert outcome["phases"]["fase4_database"]["trigger_verification"]["all_passed"]
    judge(raw, before, after)


def before_4a(mocker: MockerFixture, act: Callable[[int], Any]) -> None:
    """Let something happen between FASE 1 and FASE 4A; it is told which attempt this is."""
    write, attempts = BatchWriter.write_assignments, iter(range(1, 99))

    def writing(self: BatchWriter) -> Any:
        act(next(attempts))
        return write(self)

    mocker.patch.object(BatchWriter, "write_assignments", autospec=True, side_effect=writing)


@pytest.mark.parametrize("status", [1, 3], ids=["works", "on leave"])
@pytest.mark.parametrize("open_row", [False, True], ids=["no row before", "an open row before"])
def test_a_slot_taken_by_hand_between_load_and_write(
    db: Database, mocker: MockerFixture, status: int, open_row: bool
) -> None:
    """The batch is refused, the job reloads, the entry survives, and someone else gets the shift."""
    raw = one_open_shift()
    roster_id = db.load(raw)
    if open_row:
        db.client.table("roster_assignments").insert(slot_row(raw, None, status=0)).execute()
    entry = slot_row(raw, "GRB" if status == 1 else None, status=status)
    key = "roster_id,employee_id,date,dagdeel"

    def take(attempt: int) -> None:
        if attempt == 1:
            db.client.table("roster_assignments").upsert(entry, on_conflict=key).execute()

    before_4a(mocker, take)

    outcome, _ = db.run(roster_id)

    by_person = {row["employee_id"]: row for row in db.rows(roster_id)}
    taken, given = (by_person[employee["id"]] for employee in raw["employees"])
    assert outcome["success"], outcome["error"]
    assert (taken["status"], taken["source"], taken["service_id"]) == (status, "manual", entry["service_id"])
    assert (given["status"], given["source"]) == (1, "greedy")


def test_rest_that_a_planner_takes_between_load_and_write(db: Database, mocker: MockerFixture) -> None:
    """E1 gets work on the day after: the duty goes to E2."""
    raw = one_open_shift(
        roster_period_staffing_dagdelen=[factories.requirement("DIA", dagdeel="A")],
        roster_employee_services=[factories.qualification(person, "DIA") for person in ("E1", "E2")],
    )
    roster_id = db.load(raw)
    entry = slot_row(raw, "ECH", date=day(1))
    before_4a(
        mocker,
        lambda attempt: attempt == 1 and db.client.table("roster_assignments").insert(entry).execute(),
    )

    outcome, _ = db.run(roster_id)

    duties = [row["employee_id"] for row in db.rows(roster_id) if row["dagdeel"] == "A"]
    assert outcome["success"], outcome["error"]
    assert duties == [raw["employees"][1]["id"]]


def test_leave_entered_for_a_rest_slot_between_load_and_write(db: Database, mocker: MockerFixture) -> None:
    """It is rest already: nothing of it is anyone's fault, least of all the trigger's."""
    raw = duty_roster()
    roster_id = db.load(raw)
    entry = slot_row(raw, None, date=day(1), status=3)
    before_4a(mocker, lambda _: db.client.table("roster_assignments").insert(entry).execute())

    outcome, _ = db.run(roster_id)

    fase4 = outcome["phases"]["fase4_database"]
    assert {(row["date"], row["dagdeel"]): row["status"] for row in db.rows(roster_id)} == {
        ("2027-01-04", "O"): 1,
        ("2027-01-04", "M"): 2,
        ("2027-01-05", "O"): 3,
        ("2027-01-05", "M"): 2,
    }
    assert fase4["write_blocking"]["made_by_trigger"] == 2
    assert fase4["trigger_verification"]["all_passed"], fase4["trigger_verification"]


def test_a_planner_at_work_in_a_whole_roster(db: Database, mocker: MockerFixture) -> None:
    """Leave is entered for ten people in shifts that the job is about to give them: the roster comes out right."""
    raw = make_roster(seed=22)
    roster_id = db.load(raw)
    entries: list[Raw] = []
    write = BatchWriter.write_assignments

    def writing(self: BatchWriter) -> Any:
        if not entries:
            chosen = {record.employee_id: record.slot for record in self.workspace.assignments if record.service_id}
            for slot in list(chosen.values())[:10]:
                fields = {"date": slot.date.isoformat(), "dagdeel": str(slot.dagdeel), "status": 3, "source": "manual"}
                entries.append({"roster_id": roster_id, "employee_id": slot.employee_id, "service_id": None} | fields)
            db.client.table("roster_assignments").insert(entries).execute()
            before.extend(db.rows(roster_id))
        return write(self)

    before: list[Raw] = []
    mocker.patch.object(BatchWriter, "write_assignments", autospec=True, side_effect=writing)

    outcome, _ = db.run(roster_id)

    after = db.rows(roster_id)
    assert len(entries) == 10
    assert outcome["success"], outcome["error"]
    assert outcome["phases"]["fase4_database"]["trigger_verification"]["all_passed"]
    given = raw | {"roster_assignments": before}
    judge(given, before, after)
    assert checker.unfilled_but_fillable(given, added(before, after), roster_id) == []


def test_a_rest_slot_taken_by_hand_just_before_4b(db: Database, mocker: MockerFixture) -> None:
    """Without the trigger: the guard refuses the blocks, the job looks again and writes the others."""
    raw = duty_roster()
    roster_id = db.load(raw)
    entry, write = slot_row(raw, "ECH", date=day(1), dagdeel="M"), BatchWriter.write_blocking_records
    calls = []

    def writing(self: BatchWriter, settled: Any) -> Any:
        calls.append(1)
        if len(calls) == 1:
            db.client.table("roster_assignments").insert(entry).execute()
        return write(self, settled)

    mocker.patch.object(BatchWriter, "write_blocking_records", autospec=True, side_effect=writing)

    with db.disabled(*BLOCKING):
        outcome, _ = db.run(roster_id)

    fase4 = outcome["phases"]["fase4_database"]
    (failure,) = fase4["trigger_verification"]["checks"]["dio_ddo_blocking"]["failures"]
    taken = next(row for row in db.rows(roster_id) if (row["date"], row["dagdeel"]) == ("2027-01-05", "M"))
    assert (len(calls), fase4["write_blocking"]["written"], outcome["success"]) == (2, 2, True)
    assert (taken["status"], taken["source"]) == (1, "manual")
    assert (failure["date"], failure["dagdeel"], failure["found"]) == ("2027-01-05", "M", "ACTIVE")


def test_a_planner_who_never_stops(db: Database, mocker: MockerFixture) -> None:
    """Whoever the job chooses is given other work: it leaves the shift open in the end, and every entry is there."""
    raw = one_open_shift(people=ATTEMPTS + 1)
    roster_id = db.load(raw)
    write = BatchWriter.write_assignments

    def writing(self: BatchWriter) -> Any:
        for chosen in [record.employee_id for record in self.workspace.assignments if record.service_id]:
            entry = slot_row(raw, "GRB") | {"employee_id": chosen}
            db.client.table("roster_assignments").insert(entry).execute()
        return write(self)

    mocker.patch.object(BatchWriter, "write_assignments", autospec=True, side_effect=writing)

    outcome, _ = db.run(roster_id)

    rows = db.rows(roster_id)
    assert outcome["success"], outcome["error"]
    assert outcome["coverage"]["assigned"] == 0
    assert any("1 assignments are left out" in warning["message"] for warning in outcome["warnings"])
    assert len(rows) == ATTEMPTS
    assert {row["source"] for row in rows} == {"manual"}


def test_a_planners_duty_without_its_rest_gets_it(db: Database) -> None:
    """The duty was entered while the database had no trigger."""
    raw = small()
    roster_id = db.load(raw)
    with db.disabled(*BLOCKING):
        db.client.table("roster_assignments").insert(slot_row(raw, "DIO")).execute()

    outcome, _ = db.run(roster_id)

    rows = db.rows(roster_id)
    assert [(row["date"], row["dagdeel"], row["status"]) for row in rows] == [
        ("2027-01-04", "M", 2),
        ("2027-01-04", "O", 1),
        ("2027-01-05", "M", 2),
        ("2027-01-05", "O", 2),
    ]
    written = [row for row in rows if row["status"] == 2]
    assert {row["source"] for row in written} == {"greedy-blocking"}
    assert {row["blocked_by_date"] for row in written} == {"2027-01-04"}
    assert outcome["phases"]["fase4_database"]["write_blocking"]["written"] == 3
    assert outcome["phases"]["fase4_database"]["trigger_verification"]["all_passed"]


def test_rest_across_the_border_before(db: Database) -> None:
    """A duty on the last evening before blocks the first day here; the trigger does not reach that far."""
    earlier = factories.roster(id="R0", start_date=day(-7), end_date=day(-1))
    raw = one_open_shift(
        people=1,
        roosters=[factories.roster(), earlier],
        roster_assignments=[factories.assignment(roster_id="R0", date=day(-1), dagdeel="A", service_id="DIA")],
    )
    roster_id = db.load(raw)

    outcome, _ = db.run(roster_id)

    rows = db.rows(roster_id)
    assert [(row["date"], row["dagdeel"], row["status"], row["source"]) for row in rows] == [
        ("2027-01-04", "M", 2, "greedy-blocking"),
        ("2027-01-04", "O", 2, "greedy-blocking"),
    ]
    assert {row["notes"] for row in rows} == {"Auto-blocked: rest after DIA on 2027-01-03 A"}
    assert outcome["coverage"]["open"] == 1
    assert outcome["open_shifts"][0]["obstacles"] == {"rests": 1}
    assert outcome["phases"]["fase4_database"]["trigger_verification"]["all_passed"]


def test_rest_across_the_border_after(db: Database) -> None:
    """Who works on the first morning of the next roster gets no duty that needs it."""
    later = factories.roster(id="R2", start_date=day(7), end_date=day(13))
    raw = small(
        roosters=[factories.roster(), later],
        roster_period_staffing_dagdelen=[factories.requirement("DIA", date=day(6), dagdeel="A")],
        roster_employee_services=[factories.qualification(service_id="DIA")],
        roster_assignments=[factories.assignment(roster_id="R2", date=day(7))],
    )
    roster_id = db.load(raw)

    outcome, _ = db.run(roster_id)

    assert db.rows(roster_id) == []
    assert outcome["open_shifts"][0]["obstacles"] == {"would_lose_rest": 1}


def test_blocks_absent_because_the_trigger_is_absent(db: Database) -> None:
    """The job writes them: the rest is there, and it is told who made it; the schema's warning says what is wrong."""
    roster_id = db.load(duty_roster())

    with db.disabled(*BLOCKING):
        done = db.command(roster_id, "--strict")

    outcome = json.loads(done.stdout)
    fase4 = outcome["phases"]["fase4_database"]
    checks = fase4["trigger_verification"]["checks"]
    assert done.returncode == 0, done.stderr
    assert outcome["coverage"]["written"]
    assert sum(row["status"] == 2 for row in db.rows(roster_id)) == 3
    assert (fase4["write_blocking"]["written"], fase4["write_blocking"]["made_by_trigger"]) == (3, 0)
    assert fase4["trigger_verification"]["all_passed"]
    assert "the database's trigger made 0, the job 3" in checks["blocking_records"]["message"]
    assert [alert["metric"] for alert in outcome["alerts"]] == ["trigger_success_rate"]
    assert any(f"{BLOCKING[0]} is disabled" in warning["message"] for warning in outcome["warnings"])


@pytest.mark.parametrize("triggers", [True, False], ids=["by the trigger", "by the job"])
def test_open_rows_become_rest_in_place(db: Database, triggers: bool) -> None:
    """A row with status 0 is as open as none: it does not pass for settled, and its id stays."""
    raw = duty_roster()
    roster_id = db.load(raw)
    slots = [("O", day(0)), ("M", day(0)), ("O", day(1)), ("M", day(1))]
    open_rows = [slot_row(raw, None, date=date, dagdeel=dagdeel, status=0) for dagdeel, date in slots]
    db.client.table("roster_assignments").insert(open_rows).execute()
    before = db.rows(roster_id)

    with db.disabled(*(() if triggers else BLOCKING)):
        outcome, _ = db.run(roster_id)

    after = db.rows(roster_id)
    fase4 = outcome["phases"]["fase4_database"]
    assert [row["id"] for row in after] == [row["id"] for row in before]
    assert [(row["date"], row["dagdeel"], row["status"]) for row in after] == [
        ("2027-01-04", "M", 2),
        ("2027-01-04", "O", 1),
        ("2027-01-05", "M", 2),
        ("2027-01-05", "O", 2),
    ]
    assert fase4["write_blocking"]["written"] == (0 if triggers else 3)
    assert fase4["trigger_verification"]["checks"]["dio_ddo_blocking"]["passed"]


def test_rows_are_the_same_with_and_without_the_trigger(db: Database) -> None:
    """What the trigger makes for the job's duties, and what the job makes without it, differ in nothing."""
    roster_id = db.load(make_roster(seed=15))
    db.run(roster_id)
    expected = db.rows(roster_id)
    db.client.table("roosters").delete().eq("id", roster_id).execute()
    assert db.load(make_roster(seed=15)) == roster_id

    with db.disabled(*BLOCKING):
        outcome, _ = db.run(roster_id)

    assert outcome["phases"]["fase4_database"]["write_blocking"]["made_by_trigger"] == 0
    assert [without(row, *STAMPS) for row in db.rows(roster_id)] == [without(row, *STAMPS) for row in expected]


def test_a_trigger_that_blocks_wrongly__the_slot_is_named(db: Database) -> None:
    """Something opens a rest slot again after everything has been written."""
    raw = duty_roster()
    roster_id = db.load(raw)
    db.sql(
        "create function tamper() returns trigger language plpgsql as $$ begin "
        "if new.status = 2 and new.dagdeel = 'M' and new.date = '2027-01-05' then return null; end if; "
        "return new; end $$"
    )
    db.sql(
        "create trigger a_tamper before insert or update on roster_assignments for each row execute function tamper()"
    )
    try:
        outcome, _ = db.run(roster_id)
    finally:
        db.sql("drop trigger a_tamper on roster_assignments")
        db.sql("drop function tamper()")

    person = raw["employees"][0]["id"]
    check = outcome["phases"]["fase4_database"]["trigger_verification"]["checks"]["dio_ddo_blocking"]
    assert [(fail["employee_id"], fail["date"], fail["dagdeel"]) for fail in check["failures"]] == [
        (person, "2027-01-05", "M")
    ]
    assert f"{person} on 2027-01-05 M after DIO" in check["message"]
    assert not outcome["success"]
    assert "The server confirmed 0 of 1 blocking records" in outcome["error"]


@pytest.mark.parametrize("lost", [("2027-01-04", "M"), ("2027-01-05", "O"), ("2027-01-05", "M")], ids=" ".join)
def test_a_block_that_goes_after_4b__the_slot_is_named(
    db: Database, mocker: MockerFixture, lost: tuple[str, str]
) -> None:
    """The run has done its work; the verification sees that its effect is gone."""
    raw = duty_roster()
    roster_id = db.load(raw)
    write = BatchWriter.write_blocking_records

    def writing(self: BatchWriter, settled: Any) -> Any:
        result = write(self, settled)
        query = db.client.table("roster_assignments").delete().eq("roster_id", roster_id)
        query.eq("date", lost[0]).eq("dagdeel", lost[1]).execute()
        return result

    mocker.patch.object(BatchWriter, "write_blocking_records", autospec=True, side_effect=writing)

    outcome, _ = db.run(roster_id)

    verification = outcome["phases"]["fase4_database"]["trigger_verification"]
    (failure,) = verification["checks"]["dio_ddo_blocking"]["failures"]
    assert (outcome["success"], verification["all_passed"]) == (True, False)
    assert (failure["date"], failure["dagdeel"], failure["found"]) == (*lost, "OPEN")


def test_a_database_without_the_guard__a_warning(db: Database) -> None:
    roster_id = db.load(duty_roster())

    with db.disabled(SHARE):
        outcome, _ = db.run(roster_id)

    assert outcome["success"]
    assert [SHARE in warning["message"] for warning in outcome["warnings"] if warning["kind"] == "schema"] == [True]


def test_a_database_with_the_tables_alone(fresh: Fresh) -> None:
    """Someone else's schema: the six tables, nothing of ours. The job works, and says what is missing."""
    raw = make_roster(seed=17)
    with fresh() as db:
        db.uninstall()
        db.sql("drop trigger roster_assignments_30_updated_at on roster_assignments")
        db.sql("alter table roster_assignments drop column updated_at")
        for column in ("date", "dagdeel", "service_id"):
            db.sql(f"alter table roster_assignments drop column blocked_by_{column}")
        for row in raw["roster_assignments"]:
            for column in ("updated_at", "blocked_by_date", "blocked_by_dagdeel", "blocked_by_service_id"):
                row.pop(column, None)
        roster_id = db.load(raw)
        before = db.rows(roster_id)
        outcome, _ = db.run(roster_id)
        after = db.rows(roster_id)
        rerun, _ = db.run(roster_id)

    assert outcome["success"], outcome["error"]
    judge(raw, before, after)
    (warning,) = [warning for warning in outcome["warnings"] if warning["kind"] == "schema"]
    for part in ("does not have GREEDY's SQL", "can be overwritten", "supabase/install.sql"):
        assert part in warning["message"]
    assert rerun["phases"]["fase4_database"]["planned"] == {"active": 0, "blocking": 0}


def test_the_duty_table_in_python_is_the_one_in_sql(db: Database) -> None:
    found = inspection.begin(db.client)

    assert (found.version, found.warnings) == (schema.VERSION, ())
    assert len(answered(db.client.rpc("greedy_schema", {}))["duty_table"]) == len(BUILT_IN.rests)
    assert found.duties == BUILT_IN


def test_the_verification_reads_once(db: Database, mocker: MockerFixture) -> None:
    """Set-wise: one request, however many duties there are."""
    roster_id = db.load(make_roster(seed=18))
    requests = []
    verify = GreedyProcessorWithDB.execute_with_database

    with connect(db.server.url, db.server.secret_key) as connection:

        def counted(self: GreedyProcessorWithDB) -> Any:
            requests.append(connection.requests)
            outcome = verify(self)
            requests.append(connection.requests)
            return outcome

        mocker.patch.object(GreedyProcessorWithDB, "execute_with_database", autospec=True, side_effect=counted)
        outcome = DatabaseOperationOrchestrator(connection, roster_id, "run").execute_full_pipeline().to_json()

    before, after = requests
    assert outcome["phases"]["fase3_pairing"]["duties"] > 100
    assert after - before == 4  # write, look for the trigger's blocks, set what follows, verify


def test_dates_of_the_factories() -> None:
    assert MONDAY.isoweekday() == 1


def shown(text: str, mark: str) -> int:
    """Count the shifts in the page's weeks that have a mark."""
    return len(re.findall(rf'<td class="[^"]*\b{mark}\b', text))


def test_the_planners_page__names_on_it_but_never_in_the_log(db: Database, tmp_path: Path) -> None:
    """The page of a run shows what it planned as new; that of a rerun shows the same as planned before."""
    raw = make_roster(seed=31)
    roster_id = db.load(raw)
    names = {row["achternaam"] for row in raw["employees"]}

    new = []
    for attempt in range(2):
        file = tmp_path / f"{attempt}.html"
        done = db.command(roster_id, "--report", str(file), "--log-level", "DEBUG", "--log-format", "json")
        outcome, text = json.loads(done.stdout.splitlines()[-1]), file.read_text(encoding="utf-8")

        assert done.returncode == 0, done.stderr
        assert all(name in text for name in names)
        assert not any(name in done.stdout + done.stderr for name in names)
        assert db.server.secret_key not in text
        assert db.server.url not in text
        assert outcome["run_id"] in text
        new.append((shown(text, "new"), shown(text, "earlier"), outcome["coverage"]["assigned"]))
    shifts = new[0][2]
    assert shifts > 200
    assert new == [(shifts, 0, shifts), (0, shifts, 0)]


def test_the_planners_page_of_a_week__then_of_that_week_planned_anew(db: Database, tmp_path: Path) -> None:
    """The page counts the days that the run planned, and shows as new what it added or moved."""
    raw = make_roster(seed=33)
    roster_id, file = db.load(raw), tmp_path / "page.html"
    days = ("--from", "2027-01-13", "--until", "2027-01-19", "--report", str(file))
    pages = []
    for options in (days, ("--replan", *days)):
        done = db.command(roster_id, *options)
        assert done.returncode == 0, done.stderr
        pages.append((json.loads(done.stdout), file.read_text(encoding="utf-8")))
        person = next(row["employee_id"] for row in db.rows(roster_id) if row["source"] == "greedy")
        qualified = db.client.table("roster_employee_services").update({"actief": False})
        qualified.eq("roster_id", roster_id).eq("employee_id", person).execute()

    for outcome, text in pages:
        changes, coverage = outcome["changes"], outcome["coverage"]
        days_told = [tuple(map(int, found)) for found in re.findall(r"</a> <span>(\d+)/(\d+)</span>", text)]
        assert len(days_told) == 7
        assert tuple(map(sum, zip(*days_told, strict=True))) == (
            coverage["needed"] - coverage["open"],
            coverage["needed"],
        )
        assert shown(text, "new") == len(changes["added"]) + len(changes["moved"]) > 0
        assert text.count('class="gone"') == len(changes["taken_back"])
        assert text.count("<small>(was ") == len(changes["moved"])
    assert pages[1][0]["changes"]["moved"]


def test_the_planners_page_of_a_run_that_failed_while_writing(
    db: Database, mocker: MockerFixture, tmp_path: Path
) -> None:
    """The workspace is there, so that the page shows what was planned, and says that it is not saved."""
    roster_id = db.load(duty_roster())
    mocker.patch.object(BatchWriter, "write_assignments", side_effect=TimeoutError)

    result, job = db.run(roster_id)

    assert not result["success"]
    text = page.render(RunResult.from_json(result), job.workspace, dt.datetime.now(dt.UTC))
    assert "Mislukt" in text
    assert "Niet alles is opgeslagen" in text
    assert shown(text, "new")
