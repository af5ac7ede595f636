"""The job on the practice's own database: with words that its CHECK allows, and with our SQL on top.

What planners entered stays, what the job writes has the practice's ids, counters and stamps, and where the database
would refuse a row, nothing is written at all.
"""

from __future__ import annotations

import datetime as dt
import json

import pytest

from tests.support.factories import MONDAY
from tests.support.foreign import BARE, OURS, VARIANTS, ForeignDatabase
from tests.support.planner import ACTIVE, BLOCKED, UNAVAILABLE, Cell, Planner
from tests.support.practice_roster import DAY_BEFORE, PracticeRoster, load, settings_of, words_of

everywhere = pytest.mark.parametrize("foreign", VARIANTS, indirect=True, ids=str)
bare = pytest.mark.parametrize("foreign", BARE, indirect=True, ids=str)
with_ours = pytest.mark.parametrize("foreign", OURS, indirect=True, ids=str)


@bare
def test_a_word_that_the_check_refuses__nothing_is_written(foreign: ForeignDatabase) -> None:
    """The constraint, and both ways out, are named: by the run, by a dry run and by --check."""
    roster = load(foreign)
    before = roster.rows

    for options in ((), ("--dry-run",), ("--check",)):
        done = roster.run(*options, GREEDY_SOURCE="greedy", GREEDY_SOURCE_BLOCKING="greedy-blocking")

        said = done.stdout + done.stderr
        assert done.returncode == 5, said[-3000:]
        assert "roster_assignments_source_check" in said
        assert "GREEDY_SOURCE" in said
        assert "a rerun completes" not in said
    assert roster.rows == before
    assert roster.status == "draft"


@everywhere
def test_run(foreign: ForeignDatabase) -> None:
    """Every shift that can be filled is, no rule is broken, and all rest is there, under --strict."""
    roster = load(foreign)
    away = {slot for slot, row in roster.held.items() if row["status"] == UNAVAILABLE}

    result = roster.result("--strict")

    assert result["success"]
    assert result["coverage"]["assigned"] > 200
    assert result["phases"]["fase4_database"]["trigger_verification"]["all_passed"]
    assert not [alert for alert in result["alerts"] if not alert["metric"].endswith("_ms")]
    assert roster.broken_rules() == []
    assert {slot for slot, row in roster.held.items() if row["status"] == UNAVAILABLE} == away
    assert roster.status == "in_progress"
    word, rest_word = words_of(foreign.variant)
    written = [row for row in roster.held.values() if row["status"] == ACTIVE]
    assert {row["source"] for row in written} == {word}
    rest = [row for row in roster.held.values() if row["status"] == BLOCKED]
    assert all(row["service_id"] is None for row in rest)
    assert all(row["blocked_by_date"] and row["blocked_by_service_id"] for row in rest), "opens with its duty"
    theirs = {row["source"] for row in roster.tables["roster_assignments"]} | {None, "system", "manual"}
    assert {row["source"] for row in rest} <= theirs | {rest_word}, "rest that their trigger makes keeps their word"


@everywhere
def test_requirement_and_counter(foreign: ForeignDatabase) -> None:
    """Each assignment names the requirement it fills; `invulling` is right where the database keeps it."""
    roster = load(foreign)

    roster.result()

    if foreign.variant.knows_requirements:
        assert roster.misnamed() == []
        assert roster.miscounted() == {}
        teams = {row["id"]: row["team"] for row in roster.tables["employees"]}
        assert all(row["team"] == teams[row["employee_id"]] for row in roster.held.values() if row["status"] == ACTIVE)
    else:
        assert {row["invulling"] for row in roster.requirements.values()} == {0}, "nobody keeps it here"


@everywhere
def test_rerun_writes_nothing(foreign: ForeignDatabase) -> None:
    roster = load(foreign)
    roster.result()
    before, counters = roster.rows, roster.requirements

    result = roster.result("--strict")

    assert result["coverage"]["assigned"] == 0
    assert roster.rows == before
    assert roster.requirements == counters


@everywhere
def test_a_rerun_does_what_a_killed_run_has_left_undone(foreign: ForeignDatabase) -> None:
    """Killed after its last row: the roster is still a draft, and counters are whatever their trigger made of them."""
    roster = load(foreign)
    roster.result()
    before, counters = roster.rows, roster.counters
    foreign.sql(f"update public.roosters set status = 'draft' where id = '{roster.id}'")
    if foreign.variant.knows_requirements:
        foreign.sql(
            "update public.roster_period_staffing_dagdelen set invulling = invulling + 1 "
            f"where roster_id = '{roster.id}' and invulling > 0"
        )

    result = roster.result()

    assert result["coverage"]["assigned"] == 0
    assert roster.status == "in_progress"
    assert roster.rows == before
    assert roster.counters == counters


@everywhere
def test_dry_run_writes_nothing_and_judges_the_roster_as_it_would_be(foreign: ForeignDatabase) -> None:
    roster = load(foreign)
    before = roster.rows

    result = roster.result("--dry-run", "--strict")

    checks = result["phases"]["fase4_database"]["trigger_verification"]["checks"]
    assert checks["dio_ddo_blocking"]["dio_ddo_count"] > 50
    assert checks["dio_ddo_blocking"]["verified_count"] == checks["dio_ddo_blocking"]["dio_ddo_count"]
    assert roster.rows == before
    assert roster.status == "draft"


@everywhere
def test_rest_opens_when_the_practices_planner_takes_a_duty_away(foreign: ForeignDatabase) -> None:
    """The next day of a night duty is blocked after the run, and open once the duty goes, whoever wrote the rest."""
    roster = load(foreign)
    roster.result()
    planner = Planner(foreign.public_client, roster.id, foreign.variant.knows_requirements)
    codes = {row["id"]: row["code"] for row in roster.tables["service_types"]}
    held, last = roster.held, max(row["date"] for row in roster.rows)
    duty = next(row for row in held.values() if codes.get(row["service_id"] or "") == "DIA" and row["date"] < last)
    planner.empty(cell(duty, "O"))  # the other half of a 24-hour duty; an open cell stays one
    rest = [
        slot for slot, row in held.items() if slot[0] == duty["employee_id"] and row["blocked_by_date"] == duty["date"]
    ]
    assert rest

    planner.empty(cell(duty, "A"))

    assert not rest & roster.held.keys()


def cell(row: dict[str, str], dagdeel: str) -> Cell:
    """The cell of a row's person and day."""
    return Cell(row["employee_id"], dt.date.fromisoformat(row["date"]), dagdeel)


@everywhere
def test_what_planners_entered_stays(foreign: ForeignDatabase) -> None:
    """A planner's duty of the first day, an absence and the application's own plan come out as they went in."""
    roster = load(foreign)
    planner = Planner(foreign.public_client, roster.id, foreign.variant.knows_requirements)
    duties = entered(roster, planner)
    before = {slot: roster.held[slot] for slot in duties}

    roster.result("--strict")

    assert {slot: without_stamps(row) for slot, row in roster.held.items() if slot in duties} == {
        slot: without_stamps(row) for slot, row in before.items()
    }
    assert roster.broken_rules() == []


def entered(roster: PracticeRoster, planner: Planner) -> list[tuple[str, str, str]]:
    """Enter a DIO, an absence, and an ECH by the application's own planner; return the slots."""
    services = {row["code"]: row["id"] for row in roster.tables["service_types"]}
    asked = {
        (row["service_id"], row["team"], row["date"]): row
        for row in roster.tables["roster_period_staffing_dagdelen"]
        if row["aantal"]
    }
    teams = {row["id"]: row["team"] for row in roster.tables["employees"]}
    away = {slot for slot, row in roster.held.items() if row["status"] == UNAVAILABLE}
    qualified = [
        row["employee_id"]
        for row in roster.tables["roster_employee_services"]
        if row["service_id"] == services["DIO"] and row["aantal"] and teams[row["employee_id"]] == "Groen"
    ]
    need = next(
        row for (service, team, _), row in sorted(asked.items()) if service == services["DIO"] and team == "GRO"
    )
    who = next(person for person in qualified if not {(person, need["date"], dagdeel) for dagdeel in "OM"} & away)
    day = dt.date.fromisoformat(need["date"])
    planner.enter(Cell(who, day, "O"), services["DIO"], need["id"])
    other = next(person for person in teams if person != who and (person, str(day), "A") not in away)
    planner.mark_absent(Cell(other, day, "A"))
    return [(who, str(day), "O"), (other, str(day), "A")]


def without_stamps(row: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in row.items() if name != "updated_at"}


@with_ours
def test_replan_keeps_counters_and_planners(foreign: ForeignDatabase) -> None:
    """One quota lower: the duties beyond it go to others; rest, counters and requirement ids follow."""
    roster = load(foreign)
    roster.result()
    services = {row["code"]: row["id"] for row in roster.tables["service_types"]}
    worked: dict[str, int] = {}
    for row in roster.held.values():
        if row["service_id"] == services["OSP"]:
            worked[row["employee_id"]] = worked.get(row["employee_id"], 0) + 1
    who, count = max(worked.items(), key=lambda item: (item[1], item[0]))
    table = foreign.client.table("roster_employee_services")
    table.update({"aantal": count - 1}).match(
        {"roster_id": roster.id, "employee_id": who, "service_id": services["OSP"]}
    ).execute()

    result = roster.result("--replan", "--strict")

    now = sum(row["employee_id"] == who and row["service_id"] == services["OSP"] for row in roster.held.values())
    assert result["success"]
    assert now <= count - 1
    if foreign.variant.knows_requirements:
        assert roster.misnamed() == []
        assert roster.miscounted() == {}


@everywhere
def test_check_and_history(foreign: ForeignDatabase) -> None:
    """`--check` says what is so, and the runs of a database with our SQL are recorded."""
    roster = load(foreign)

    checked = roster.run("--check")

    assert checked.returncode == 0, checked.stdout + checked.stderr
    checks = {line["name"]: line for line in json.loads(checked.stdout)["checks"]}
    assert checks["columns"]["state"] == "OK"
    if foreign.variant.knows_requirements:
        assert checks["more columns"]["state"] == "OK"
    else:
        assert checks["more columns"]["message"].startswith("roster_assignments has no team (")
    seen = {name: checks[name]["state"] for name in ("types", "unique keys", "row security") if name in checks}
    assert seen == (dict.fromkeys(("types", "unique keys", "row security"), "OK") if foreign.variant.ours else {})
    roster.result()
    told = roster.run("--history")
    if foreign.variant.ours:
        assert told.returncode == 0
        assert json.loads(told.stdout)["runs"][0]["roster_id"] == roster.id
    else:
        assert told.returncode == 5, "a database without the table of runs"


@everywhere
@pytest.mark.parametrize("status", ["final"])
def test_a_closed_roster_is_left_alone(foreign: ForeignDatabase, status: str) -> None:
    roster = load(foreign)
    foreign.client.table("roosters").update({"status": status}).eq("id", roster.id).execute()
    before = roster.rows

    refused = roster.run()

    assert refused.returncode == 4
    assert status in refused.stderr + refused.stdout
    assert roster.rows == before
    assert roster.result("--force")["success"]
    assert roster.status == status


@everywhere
def test_days_before_today_are_history(foreign: ForeignDatabase) -> None:
    roster = load(foreign)
    today = MONDAY + dt.timedelta(days=10)
    done = foreign.command(roster.id, "--today", str(today), settings=settings_of(foreign.variant))

    assert done.returncode == 0, done.stderr[-3000:]
    new = [row for row in roster.held.values() if row["status"] == ACTIVE]
    assert new
    assert min(row["date"] for row in new) == str(today)
    assert str(today) > DAY_BEFORE
