"""`--replan`: the job plans anew what its earlier runs planned; nobody else's entry is touched, nothing gets worse."""

from __future__ import annotations

import datetime as dt
import itertools
import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from postgrest.exceptions import APIError
from pytest_mock import MockerFixture

from demo.roster import PRACTICE, make_roster
from greedy.database import requests
from greedy.database.codes import Action
from greedy.domain.holidays import free_days
from greedy.domain.models import Status
from greedy.domain.period import Scope
from greedy.errors import UnknownOutcomeError
from greedy.loader import build_workspace
from greedy.outcome.changes import compare
from greedy.outcome.coverage import measure
from greedy.outcome.reasons import Why
from greedy.outcome.result import as_json
from greedy.processor import GreedyProcessor
from greedy.solver.board import Board
from greedy.solver.plan import Plan
from greedy.solver.replan import replan, shortcomings
from greedy.writer import BatchWriter
from tests.support import checker, factories
from tests.support.database import (
    BLOCKING,
    HAND_OVER,
    Database,
    Tables,
    answered,
    ask,
    one_open_shift,
    slot_row,
    without,
)
from tests.support.factories import Raw, day
from tests.support.records import REST
from tests.support.scenes import planned
from tests.support.strategies import key, rosters, thorough, written

ANEW = Scope(replan=True)
NO_CHANGES = {"added": [], "moved": [], "taken_back": [], "rest_added": 0, "rest_opened": 0, "by_person": []}
WRITTEN_AT = "2026-01-02T03:04:05.678901+00:00"


def planned_anew(tables: Tables, *, reshuffle: bool = False) -> tuple[Plan, GreedyProcessor]:
    """Replan a roster, FASE 3 included."""
    plan = replan(build_workspace(tables), reshuffle=reshuffle)
    processor = GreedyProcessor(plan.workspace, plan)
    processor.pair()
    return plan, processor


def own(row: Raw) -> bool:
    return bool(row["status"] == 1 and row["source"] == "greedy")


# The pass


@given(rosters())
@thorough
def test_a_roster_that_has_not_changed_stays_as_it_is(tables: Tables) -> None:
    _, records = planned(tables)

    plan, processor = planned_anew(written(tables, records))

    assert (plan.taken_back, processor.workspace.assignments) == ((), [])
    assert plan.kept == sum(record.status is Status.ACTIVE for record in records)


@st.composite
def planned_then_changed(draw: st.DrawFn) -> Tables:
    """Make up a roster that the job filled when quotas, people, demand or planners' entries were other than now."""
    now = draw(rosters())
    then = {table: [dict(row) for row in rows] for table, rows in now.items()}
    for row in then["roster_employee_services"]:
        row["aantal"] += draw(st.integers(0, 2))
        row["actief"] = True
    for row in then["roster_period_staffing_dagdelen"]:
        row["aantal"] += draw(st.integers(0, 1))
    for row in then["employees"]:
        row["actief"] = True
    gone = draw(st.sets(st.integers(0, 30)))
    then["roster_assignments"] = [row for number, row in enumerate(then["roster_assignments"]) if number not in gone]
    _, records = planned(then)
    held = {key(row) for row in now["roster_assignments"]}
    earlier = [row for row in written(then, records)["roster_assignments"] if row["source"].startswith("greedy")]
    rows = [*now["roster_assignments"], *(row for row in earlier if key(row) not in held)]
    return now | {"roster_assignments": rows}


@given(planned_then_changed())
@thorough
def test_whatever_has_changed__no_rule_is_broken_and_nothing_is_worse(tables: Tables) -> None:
    plan, processor = planned_anew(tables)

    gone = {row.id for row in plan.taken_back}
    staying = {row.id for row in plan.workspace.stored}
    kept = [row for row in tables["roster_assignments"] if own(row) and row["id"] not in gone]
    others = [
        row
        for row in tables["roster_assignments"]
        if not own(row) and (row["id"] in staying or row["status"] == 0 or row["roster_id"] != "R1")
    ]
    base = tables | {"roster_assignments": others}
    final = [*kept, *processor.workspace.assignments]
    assert checker.violations(base, final, "R1") == []
    assert checker.unfilled_but_fillable(base, final, "R1") == []
    assert plan.kept == len(kept)

    # Nobody else's row is touched; rest goes only with the duty that it was for.
    missing = [row for row in tables["roster_assignments"] if row not in kept and row not in others]
    assert all(own(row) or (row["status"] == 2 and row["source"] == "greedy-blocking") for row in missing)
    duties = {(row.employee_id, row.date, row.dagdeel, row.service_id) for row in plan.taken_back}
    for row in missing:
        if not own(row):
            causes = {
                (row["employee_id"], dt.date.fromisoformat(row["date"]) - dt.timedelta(days=days), dagdeel, code)
                for (code, dagdeel), rests in REST.items()
                for days, rest in rests
                if rest == row["dagdeel"]
            }
            assert causes & duties

    # Against what a plain run makes of the duties that may stay.
    _, records = planned(base | {"roster_assignments": [*others, *kept]})
    assert score(base, final) >= score(base, [*kept, *records])


def score(tables: Tables, records: list[Any]) -> tuple[int, int, int]:
    """On-call places filled, other places filled, pairs: more is better, in this order."""
    _, services = checker.coverage(tables, records, "R1")
    filled = {True: 0, False: 0}
    for code, coverage in services.items():
        filled[code in factories.ON_CALL] += coverage.filled
    return filled[True], filled[False], len(checker.pairs(tables, records, "R1"))


def test_what_can_be_done_better_is_done_better() -> None:
    """E1 can do ECH and GRB, E2 only ECH; the job gave E1 the ECH before GRB was asked for at that time."""
    tables = factories.tables(
        employees=[factories.employee("E1"), factories.employee("E2")],
        roster_period_staffing_dagdelen=[factories.requirement("ECH"), factories.requirement("GRB")],
        roster_employee_services=[
            factories.qualification("E1", "ECH"),
            factories.qualification("E1", "GRB"),
            factories.qualification("E2", "ECH"),
        ],
        roster_assignments=[factories.assignment("E1", service_id="ECH", source="greedy")],
    )

    plan, processor = planned_anew(tables)

    assert [(row.employee_id, row.service_id) for row in plan.taken_back] == [("E1", "ECH")]
    new = [(record.employee_id, record.service_id) for record in processor.workspace.assignments]
    assert new == [("E1", "GRB"), ("E2", "ECH")]
    changes = compare(build_workspace(tables), processor.workspace, plan.taken_back)
    shift = {"date": "2027-01-04", "dagdeel": "O"}
    grb, ech = ({**shift, "service_code": code} for code in ("GRB", "ECH"))
    added = grb | {"employee_id": "E1"}
    moved = ech | {
        "employee_id": "E2",
        "from_employee_id": "E1",
        "because": {"why": "open", "employee_id": None, **grb},
    }
    assert as_json(changes) == {
        "added": [added],
        "moved": [moved],
        "taken_back": [],
        "rest_added": 0,
        "rest_opened": 0,
        "by_person": [
            {"employee_id": "E1", "gets": [added], "loses": [moved]},
            {"employee_id": "E2", "gets": [moved], "loses": []},
        ],
    }


@pytest.mark.parametrize(("reshuffle", "moved"), [(False, 0), (True, 2)], ids=["calm", "reshuffled"])
def test_equally_full__the_more_even_roster_only_when_that_is_asked_for(reshuffle: bool, moved: int) -> None:
    """E1 was alone when the job ran; now E2 may do the half of it."""
    days = [factories.requirement("ECH", date=day(number)) for number in range(4)]
    tables = factories.tables(
        employees=[factories.employee("E1"), factories.employee("E2")],
        roster_period_staffing_dagdelen=days,
        roster_employee_services=[factories.qualification("E1", "ECH", 4), factories.qualification("E2", "ECH", 4)],
        roster_assignments=[factories.assignment("E1", date=day(number), source="greedy") for number in range(4)],
    )

    plan, processor = planned_anew(tables, reshuffle=reshuffle)

    assert len(plan.taken_back) == moved
    assert [record.employee_id for record in processor.workspace.assignments] == ["E2"] * moved


def test_equally_full_and_even__nothing_moves() -> None:
    """A first run would give the first day to E1; what is there is as good."""
    tables = factories.tables(
        employees=[factories.employee("E1"), factories.employee("E2")],
        roster_period_staffing_dagdelen=[factories.requirement("ECH", date=day(number)) for number in range(2)],
        roster_employee_services=[factories.qualification("E1", "ECH", 2), factories.qualification("E2", "ECH", 2)],
        roster_assignments=[
            factories.assignment(person, date=day(number), source="greedy") for number, person in ((0, "E2"), (1, "E1"))
        ],
    )

    plan, processor = planned_anew(tables)

    assert (plan.taken_back, plan.kept, processor.workspace.assignments) == ((), 2, [])


def test_one_persons_quotas_have_changed__few_shifts_move() -> None:
    raw = make_roster(PRACTICE, seed=1)
    _, records = planned(raw)
    filled = written(raw, records)
    someone = sorted(employee["id"] for employee in raw["employees"])[3]
    fewer = [
        row | {"aantal": max(0, row["aantal"] - 2)} if row["employee_id"] == someone else row
        for row in filled["roster_employee_services"]
    ]
    now = filled | {"roster_employee_services": fewer}

    calm, shuffled = (planned_anew(now, reshuffle=reshuffle)[0] for reshuffle in (False, True))

    assert 0 < len(calm.taken_back) < 20
    assert len(calm.taken_back) <= len(shuffled.taken_back)


@st.composite
def planned_then_away(draw: st.DrawFn) -> tuple[Tables, Tables, str]:
    """Make up a roster that the job filled, the same with one more day of leave, and who takes it."""
    raw = draw(rosters())
    _, records = planned(raw)
    before = written(raw, records)
    person = draw(st.sampled_from(sorted(row["id"] for row in raw["employees"])))
    [period] = raw["roosters"]
    start, end = (dt.date.fromisoformat(period[column]) for column in ("start_date", "end_date"))
    on = start + dt.timedelta(days=draw(st.integers(0, (end - start).days)))
    leave = [factories.assignment(person, date=on, dagdeel=dagdeel, status=3, service_id=None) for dagdeel in "OMA"]
    by_hand = {key(row) for row in before["roster_assignments"] if row["status"] and row["source"] == "manual"}
    leave = [row for row in leave if key(row) not in by_hand]
    taken = {key(row) for row in leave}
    rest = [row for row in before["roster_assignments"] if key(row) not in taken]
    return before, before | {"roster_assignments": [*rest, *leave]}, person


@given(planned_then_away())
@thorough
def test_leave_of_one_costs_nobody_whom_it_does_not_touch_a_weekend_or_a_holiday(
    case: tuple[Tables, Tables, str],
) -> None:
    judge_leave(*case)


@pytest.mark.parametrize("seed", range(1, 4))
def test_leave_on_a_roster_of_a_practices_size(seed: int) -> None:
    """The same where much could move: who works most in the middle of a week is away, and nobody loses a weekend."""
    raw = make_roster(PRACTICE, seed=seed)
    _, records = planned(raw)
    before = written(raw, records)
    start = dt.date.fromisoformat(raw["roosters"][0]["start_date"])
    days = [start + dt.timedelta(days=number) for number in (15, 16, 17)]
    work = [record.employee_id for record in records if record.status is Status.ACTIVE and record.date in days]
    person = max(sorted(set(work)), key=work.count)
    leave = [
        factories.assignment(
            person, roster_id=raw["roosters"][0]["id"], date=on, dagdeel=dagdeel, status=3, service_id=None
        )
        for on in days
        for dagdeel in "OMA"
    ]
    taken = {key(row) for row in leave}
    rest = [row for row in before["roster_assignments"] if key(row) not in taken]

    assert judge_leave(before, before | {"roster_assignments": [*rest, *leave]}, person) == []


def judge_leave(before: Tables, now: Tables, person: str) -> list[tuple[str, dt.date]]:
    """Return which others lose which free weekend.

    A free weekend is lost only for a shift that somebody else in the chain of the leave had, then and there.
    """
    plan, processor = planned_anew(now)
    workspace = build_workspace(now)
    changes = compare(workspace, processor.workspace, plan.taken_back)
    after = [row for row in workspace.stored if row.id not in {gone.id for gone in plan.taken_back}]
    was, new = (
        free_days_worked(rows, workspace.holidays)
        for rows in (build_workspace(before).stored, [*after, *processor.workspace.assignments])
    )

    left = {
        (row.date, row.dagdeel, row.service_id)
        for row in build_workspace(before).stored
        if row.status is Status.ACTIVE and row.employee_id == person
    }
    codes = workspace.service_codes
    still_open = measure(processor.board).open
    begun = {(date, dagdeel, codes[str(service_id)]) for date, dagdeel, service_id in left}
    lost = [(shift.from_employee_id, shift.because) for shift in changes.moved]
    lost += [(shift.employee_id, shift.because) for shift in changes.taken_back]
    if not left and all(who != person for who, _ in lost):
        assert not changes.any_shift  # the day was free anyway
    for _, because in lost:
        touched = because.employee_id == person or (because.date, because.dagdeel, because.service_code) in begun
        assert touched or because.why in (Why.PAIR, Why.OPEN) or (because.why is Why.SPREAD and still_open)
    gets = [(shift.employee_id, shift) for shift in (*changes.added, *changes.moved)]
    fewer = sorted((other, day_lost) for other, day_lost in new - was if other != person)
    for other, day_lost in fewer:
        taken = [
            shift
            for taker, shift in gets
            if taker == other and free_days([shift.date], workspace.holidays).get(shift.date) == day_lost
        ]
        assert any(
            shift in changes.moved or (shift.date, shift.dagdeel, shift.service_code) in begun for shift in taken
        )
    return fewer


def free_days_worked(rows: Iterable[Any], holidays: frozenset[dt.date]) -> set[tuple[str, dt.date]]:
    """Return who works on which weekend or holiday, each known by its first day."""
    worked = [(row.employee_id, row.date) for row in rows if row.status is Status.ACTIVE]
    known = free_days([date for _, date in worked], holidays)
    return {(person, known[date]) for person, date in worked if date in known}


def test_what_a_roster_lacks__pairs_count_before_evenness() -> None:
    duties = [("E1", "DIO", "O"), ("E1", "DIA", "A"), ("E2", "DIO", "O")]
    tables = factories.tables(
        employees=[factories.employee("E1"), factories.employee("E2")],
        roster_assignments=[
            factories.assignment(who, service_id=code, dagdeel=dagdeel) for who, code, dagdeel in duties
        ],
    )

    assert shortcomings(Board(build_workspace(tables)))[:4] == (0, 0, 0, -1)


@pytest.mark.parametrize(
    ("row", "gone"),
    [
        ({"source": "greedy"}, True),
        ({"source": "manual"}, False),
        ({"source": None}, False),
        ({"source": "greedy", "status": 3}, False),
        ({"source": "greedy", "service_id": None}, False),
    ],
)
def test_only_work_that_the_job_planned_is_its_own(row: Raw, gone: bool) -> None:
    """The shift is not needed any more: what the job may take back goes."""
    plan, _ = planned_anew(factories.tables(roster_assignments=[factories.assignment(**row)]))

    assert [taken.id for taken in plan.taken_back] == (["ass-R1-E1-2027-01-04-O"] if gone else [])


@pytest.mark.parametrize(
    ("source", "other_duty", "freed"),
    [
        ("greedy-blocking", False, True),
        ("blocking-trigger", False, True),
        ("manual", False, False),
        ("greedy-blocking", True, False),
    ],
)
def test_rest_goes_with_its_duty(source: str, other_duty: bool, freed: bool) -> None:
    """DIO of day 0 blocks O of day 1; so does a DIA of day 0, if a planner entered one."""
    block = factories.assignment(date=day(1), status=2, service_id=None, source=source)
    duty = factories.assignment(service_id="DIO", source="greedy")
    evening = factories.assignment(dagdeel="A", service_id="DIA")

    plan, _ = planned_anew(factories.tables(roster_assignments=[duty, block, *([evening] if other_duty else [])]))

    assert [row.id for row in plan.taken_back] == [duty["id"]]
    assert (block["id"] not in {row.id for row in plan.workspace.stored}) is freed


def test_rest_after_a_duty_of_the_roster_before_stays() -> None:
    before = factories.assignment(roster_id="R0", date=day(-1), dagdeel="A", service_id="DIA")
    block = factories.assignment(status=2, dagdeel="M", service_id=None, source="greedy-blocking")
    duty = factories.assignment(service_id="DIO", source="greedy")

    plan, _ = planned_anew(factories.tables(roster_assignments=[before, block, duty]))

    assert block["id"] in {row.id for row in plan.workspace.stored}


# The command, on a real database


def own_rows(db: Database, roster_id: str) -> list[Raw]:
    return [row for row in db.rows(roster_id) if own(row)]


def judge_anew(db: Database, raw: Tables, before: list[Raw]) -> list[Raw]:
    """Judge a roster after a replan: the job's rows break no rule, all else is as it was before the job ever ran."""
    roster_id = raw["roosters"][0]["id"]
    after = db.rows(roster_id)
    foreign = {row["id"]: row for row in before if row["status"]}
    ours = [row for row in after if row["status"] in (1, 2) and row["id"] not in foreign]
    assert checker.violations(raw, ours, roster_id) == []
    assert [row for row in after if row["id"] in foreign] == [row for row in before if row["status"]]
    return after


def test_a_roster_that_has_not_changed__nothing_is_written(db: Database) -> None:
    roster_id = db.load(make_roster(seed=50))
    db.run(roster_id)
    before = db.rows(roster_id)

    done = db.command(roster_id, "--replan")

    outcome = json.loads(done.stdout)
    assert (done.returncode, db.rows(roster_id)) == (0, before)
    assert outcome["replan"]
    assert outcome["changes"] == NO_CHANGES
    assert outcome["phases"]["fase2_process"]["taken_back"] == 0
    assert outcome["phases"]["fase2_process"]["kept"] == len(own_rows(db, roster_id))
    assert "Changed: 0 added, 0 moved, 0 taken back" in done.stderr


@pytest.mark.parametrize("open_rows", [False, True], ids=["no rows for open slots", "rows for open slots"])
def test_a_planner_changes_much_and_has_it_planned_anew(db: Database, open_rows: bool) -> None:
    raw = make_roster(replace(PRACTICE, open_rows=open_rows), seed=51)
    roster_id = db.load(raw)
    first, _ = db.run(roster_id)
    away = change_much(db, raw)
    before = [row for row in db.rows(roster_id) if not own(row) and row["source"] != "greedy-blocking"]

    rehearsal = json.loads(db.command(roster_id, "--replan", "--dry-run").stdout)
    between = db.rows(roster_id)
    outcome = json.loads(db.command(roster_id, "--replan").stdout)

    assert outcome["success"], outcome["error"]
    after = judge_anew(db, raw, before)
    assert rehearsal["changes"] == outcome["changes"]
    assert rehearsal["open_shifts"] == outcome["open_shifts"]
    assert not rehearsal["coverage"]["written"]
    # What it says that it changes is what changes between the rows before and after.
    assert told(outcome["changes"]) == found(db, between, after)
    assert len(outcome["changes"]["moved"]) > 0
    assert not any(row["status"] == 1 and row["employee_id"] == away for row in after)
    blocked = [{row["id"] for row in rows if row["status"] == 2} for rows in (between, after)]
    assert outcome["changes"]["rest_opened"] == len(blocked[0] - blocked[1])
    assert outcome["changes"]["rest_added"] == len(blocked[1] - blocked[0])
    fase4 = outcome["phases"]["fase4_database"]
    assert fase4["trigger_verification"]["all_passed"]
    assert fase4["write_assignments"]["written"] == len(outcome["changes"]["added"]) + len(outcome["changes"]["moved"])
    assert fase4["write_blocking"]["made_by_trigger"] == fase4["planned"]["blocking"]
    assert (
        checker.unfilled_but_fillable(raw, [row for row in after if row["source"].startswith("greedy")], roster_id)
        == []
    )
    assert first["coverage"]["needed"] == outcome["coverage"]["needed"]


def change_much(db: Database, raw: Tables) -> str:
    """Take everything from someone whom the job planned for many shifts: they left. Give who that is."""
    roster_id = raw["roosters"][0]["id"]
    shifts: list[str] = [row["employee_id"] for row in own_rows(db, roster_id)]
    manual = {row["employee_id"] for row in db.rows(roster_id) if row["status"] == 1 and not own(row)}
    away = max(sorted(set(shifts) - manual) or sorted(set(shifts)), key=shifts.count)
    for row in raw["roster_employee_services"]:
        if row["employee_id"] == away:
            row["actief"] = False
        else:
            row["aantal"] += 2
    db.client.table("roster_employee_services").upsert(raw["roster_employee_services"]).execute()
    return away


def told(changes: dict[str, Any]) -> set[tuple[str, ...]]:
    """Return the changes of a result as (+ or -, employee, date, dagdeel, service code)."""
    moved = changes["moved"]
    came = [(shift, shift["employee_id"]) for shift in (*changes["added"], *moved)]
    went = [(shift, shift["employee_id"]) for shift in changes["taken_back"]]
    went += [(shift, shift["from_employee_id"]) for shift in moved]
    return {
        (sign, who, shift["date"], shift["dagdeel"], shift["service_code"])
        for sign, shifts in (("+", came), ("-", went))
        for shift, who in shifts
    }


def found(db: Database, before: list[Raw], after: list[Raw]) -> set[tuple[str, ...]]:
    """Return the changes between two states of the rows, in the same form."""
    codes = db.service_codes()

    def work(rows: list[Raw]) -> set[tuple[str, ...]]:
        return {
            (row["employee_id"], row["date"], row["dagdeel"], codes[row["service_id"]])
            for row in rows
            if row["status"] == 1
        }

    return {("+", *shift) for shift in work(after) - work(before)} | {
        ("-", *shift) for shift in work(before) - work(after)
    }


def test_confined__the_jobs_duties_on_other_days_stay(db: Database) -> None:
    raw = make_roster(seed=52)
    roster_id = db.load(raw)
    db.run(roster_id)
    change_much(db, raw)
    before = db.rows(roster_id)

    done = db.command(roster_id, "--replan", "--from", "2027-01-11", "--until", "2027-01-17")

    outcome, after = json.loads(done.stdout), db.rows(roster_id)
    assert done.returncode == 0, done.stderr
    assert told(outcome["changes"]) == found(db, before, after)
    assert {shift[2] for shift in told(outcome["changes"])} <= {f"2027-01-{number}" for number in range(11, 18)}
    assert len(outcome["changes"]["moved"]) > 0
    untouched = [row for row in before if not "2027-01-11" <= row["date"] <= "2027-01-18"]
    assert [row for row in after if not "2027-01-11" <= row["date"] <= "2027-01-18"] == untouched
    assert outcome["phases"]["fase4_database"]["trigger_verification"]["all_passed"]


def test_planning_anew_again_changes_nothing_more(db: Database) -> None:
    raw = make_roster(seed=53)
    roster_id = db.load(raw)
    db.run(roster_id)
    change_much(db, raw)
    db.run(roster_id, scope=ANEW)
    before = db.rows(roster_id)

    outcome, _ = db.run(roster_id, scope=ANEW)

    assert outcome["success"], outcome["error"]
    assert db.rows(roster_id) == before


@pytest.mark.parametrize("in_its_slot", [True, False], ids=["in the job's slot", "in a row of its own"])
def test_each_move_says_whose_leave_it_was__where_the_row_is_still_the_one_that_the_job_wrote(
    db: Database, in_its_slot: bool
) -> None:
    """E1 had the ECH. E2 gives the GRB to E3, who can do it by now, and takes the ECH."""
    pairs = [("E1", "ECH"), ("E2", "ECH"), ("E2", "GRB"), ("E3", "GRB")]
    raw = one_open_shift(
        3,
        roster_period_staffing_dagdelen=[factories.requirement("ECH"), factories.requirement("GRB")],
        roster_employee_services=[
            factories.qualification(person, code, actief=person != "E3") for person, code in pairs
        ],
    )
    roster_id = db.load(raw)
    db.run(roster_id)
    one, two, three = (person["id"] for person in raw["employees"])
    (row,) = (row for row in own_rows(db, roster_id) if row["employee_id"] == one)
    if in_its_slot:
        leave = {"status": 3, "service_id": None}
        db.client.table("roster_assignments").update(leave).eq("id", row["id"]).execute()
    else:
        db.client.table("roster_assignments").delete().eq("id", row["id"]).execute()
        db.client.table("roster_assignments").insert(slot_row(raw, None, status=3)).execute()
    db.client.table("roster_employee_services").update({"actief": True}).eq("employee_id", three).execute()

    outcome, _ = db.run(roster_id, scope=ANEW)

    (moved,) = outcome["changes"]["moved"]
    assert (moved["service_code"], moved["from_employee_id"], moved["employee_id"]) == ("GRB", two, three)
    told = {"why": "leave", "employee_id": one} if in_its_slot else {"why": "open", "employee_id": None}
    assert moved["because"] == told | {"date": "2027-01-04", "dagdeel": "O", "service_code": "ECH"}


@pytest.mark.parametrize(
    "edit",
    [
        pytest.param({"notes": "as agreed with Anna"}, id="a note"),
        pytest.param({"dagdeel": "M"}, id="another dagdeel"),
        pytest.param({"service_id": "GRB"}, id="another service"),
        pytest.param({"employee_id": "E2"}, id="another person"),
    ],
)
def test_what_a_planner_has_edited_is_theirs(db: Database, service_ids: dict[str, str], edit: Raw) -> None:
    """Their application sends neither source nor created_at. The shift is not needed any more, and stays."""
    raw = one_open_shift(2)
    roster_id = db.load(raw)
    db.run(roster_id)
    (row,) = own_rows(db, roster_id)
    people = {f"E{number}": person["id"] for number, person in enumerate(raw["employees"], 1)}
    change = {name: service_ids.get(value) or people.get(value, value) for name, value in edit.items()}
    db.client.table("roster_assignments").update(change).eq("id", row["id"]).execute()
    db.client.table("roster_period_staffing_dagdelen").delete().eq("roster_id", roster_id).execute()

    outcome, _ = db.run(roster_id, scope=ANEW)

    (after,) = db.rows(roster_id)
    assert outcome["success"], outcome["error"]
    assert after == row | change | {"source": "manual", "updated_at": after["updated_at"]}


def test_what_a_planner_saved_unchanged_is_still_the_jobs(db: Database) -> None:
    roster_id = db.load(one_open_shift(1))
    db.run(roster_id)
    (row,) = own_rows(db, roster_id)
    db.client.table("roster_assignments").update({"notes": None, "status": 1}).eq("id", row["id"]).execute()

    assert own_rows(db, roster_id) == [row]


def test_a_slot_that_was_opened_and_filled_by_hand_is_the_planners(db: Database) -> None:
    """Opened by the job, filled by an application that does not send who filled it."""
    roster_id = db.load(one_open_shift(1))
    db.run(roster_id)
    (row,) = own_rows(db, roster_id)
    needed = db.client.table("roster_period_staffing_dagdelen").update({"aantal": 0}).eq("roster_id", roster_id)
    needed.execute()
    db.run(roster_id, scope=ANEW)
    (opened,) = db.rows(roster_id)
    again = {"status": 1, "service_id": row["service_id"]}
    db.client.table("roster_assignments").update(again).eq("id", row["id"]).execute()

    db.run(roster_id, scope=ANEW)

    (after,) = db.rows(roster_id)
    assert (opened["status"], opened["service_id"], opened["id"]) == (0, None, row["id"])
    assert (after["status"], after["source"]) == (1, "manual")


def a_duty(**given: Any) -> Tables:
    """Return a roster with one open DIO that two people can do."""
    return one_open_shift(
        2,
        roster_period_staffing_dagdelen=[factories.requirement("DIO", **given)],
        roster_employee_services=[factories.qualification(person, "DIO") for person in ("E1", "E2")],
    )


def fire(db: Database, raw: Tables, person: int = 0) -> None:
    """Let someone do nothing any more."""
    name = raw["employees"][person]["id"]
    db.client.table("roster_employee_services").update({"actief": False}).eq("employee_id", name).execute()


@pytest.mark.parametrize("triggers", [True, False], ids=["with triggers", "without triggers"])
def test_a_duty_taken_back_takes_its_rest_along(db: Database, triggers: bool) -> None:
    raw = a_duty()
    roster_id = db.load(raw)
    with db.disabled(*(() if triggers else BLOCKING)):
        db.run(roster_id)
        fire(db, raw)

        outcome, _ = db.run(roster_id, scope=ANEW)

    first, second = (
        sorted(
            (row["date"], row["dagdeel"], row["status"])
            for row in db.rows(roster_id)
            if row["employee_id"] == who["id"]
        )
        for who in raw["employees"]
    )
    slots = [("2027-01-04", "M"), ("2027-01-04", "O"), ("2027-01-05", "M"), ("2027-01-05", "O")]
    assert outcome["success"], outcome["error"]
    assert first == [(*slot, 0) for slot in slots]
    assert second == [(*slot, 1 if slot == ("2027-01-04", "O") else 2) for slot in slots]
    assert outcome["changes"]["rest_opened"] == outcome["changes"]["rest_added"] == 3
    checks = outcome["phases"]["fase4_database"]["trigger_verification"]["checks"]
    assert checks["dio_ddo_blocking"]["passed"]
    assert checks["trigger_consistency"]["passed"]


def test_rest_in_the_next_roster_opens_too(db: Database) -> None:
    raw = one_open_shift(
        2,
        roster_period_staffing_dagdelen=[factories.requirement("DIA", date=factories.SUNDAY, dagdeel="A")],
        roster_employee_services=[factories.qualification(person, "DIA") for person in ("E1", "E2")],
    )
    roster_id = db.load(raw)
    db.run(roster_id)
    next_roster = {"start_date": "2027-01-11", "end_date": "2027-01-17"}
    (made,) = answered(db.client.table("roosters").insert(next_roster))
    requirement = without(raw["roster_period_staffing_dagdelen"][0], "id") | {"aantal": 0}
    requirement |= {"roster_id": made["id"], "date": "2027-01-12"}
    db.client.table("roster_period_staffing_dagdelen").insert(requirement).execute()
    qualification = without(raw["roster_employee_services"][0], "id") | {"roster_id": made["id"]}
    db.client.table("roster_employee_services").insert(qualification).execute()
    db.run(made["id"])
    rest = [(row["dagdeel"], row["status"]) for row in db.rows(made["id"])]
    fire(db, raw)

    outcome, _ = db.run(roster_id, scope=ANEW)

    assert outcome["success"], outcome["error"]
    assert rest == [("M", 2), ("O", 2)]
    assert [(row["dagdeel"], row["status"]) for row in db.rows(made["id"])] == [("M", 0), ("O", 0)]


# Nothing lost, whatever happens


def kill_after(mocker: MockerFixture, number: int) -> Callable[[], int]:
    """End the run just after its n-th request is answered, and return a count of the requests."""
    execute, numbers = requests.execute, itertools.count(1)
    sent = 0

    def executing(query: Any, action: Action) -> Any:
        nonlocal sent
        sent = next(numbers)
        answer: Any = execute(query, action)
        if sent == number:
            raise KeyboardInterrupt
        return answer

    mocker.patch("greedy.database.requests.execute", side_effect=executing)
    return lambda: sent


@pytest.mark.parametrize("again", [Scope(), ANEW], ids=["then a plain run", "then a replan"])
@pytest.mark.parametrize("triggers", [True, False], ids=["with triggers", "without triggers"])
def test_a_kill_at_any_request(db: Database, mocker: MockerFixture, triggers: bool, again: Scope) -> None:
    """After the answer to each request, which is as before the next one leaves; the next run puts it right."""
    with db.disabled(*(() if triggers else BLOCKING)):
        for number in range(1, 20):
            raw = a_duty()
            roster_id = db.load(raw)
            db.run(roster_id)
            fire(db, raw)
            count = kill_after(mocker, number)
            ended = False
            try:
                db.run(roster_id, scope=ANEW)
            except KeyboardInterrupt:
                ended = True
            mocker.stopall()
            if not ended:
                assert count() < number
                break

            working = [row["employee_id"] for row in own_rows(db, roster_id)]
            assert len(working) == 1, "never emptier than it was"
            outcome, _ = db.run(roster_id, scope=again)

            assert outcome["success"], outcome["error"]
            checks = outcome["phases"]["fase4_database"]["trigger_verification"]["checks"]
            assert checks["dio_ddo_blocking"]["passed"]
            assert checks["trigger_consistency"]["passed"]
            written = working == [raw["employees"][1]["id"]]
            assert [row["employee_id"] for row in own_rows(db, roster_id)] == (
                [raw["employees"][1]["id"]] if written or again is ANEW else working
            )
        else:
            pytest.fail("the run never ended by itself")
    assert number > 10


def test_a_lost_answer__the_repeat_changes_nothing(db: Database, mocker: MockerFixture) -> None:
    raw = make_roster(seed=54)
    roster_id = db.load(raw)
    db.run(roster_id)
    change_much(db, raw)
    states: list[list[Raw]] = []
    execute = requests.execute

    def twice(query: Any, action: Action) -> Any:
        answer = execute(query, action)
        if str(action).startswith("write the new plan"):
            states.append(db.rows(roster_id))
            answer = execute(query, action)
            states.append(db.rows(roster_id))
        return answer

    mocker.patch("greedy.database.requests.execute", side_effect=twice)

    outcome, _ = db.run(roster_id, scope=ANEW)

    assert outcome["success"], outcome["error"]
    assert len(states) == 2
    assert states[0] == states[1]


def no_answer_to_the_swap(mocker: MockerFixture, *, done: bool) -> None:
    """Lose the answer to the swap for good, after it was done or before."""
    execute = requests.execute

    def executing(query: Any, action: Action) -> Any:
        if not str(action).startswith("write the new plan"):
            return execute(query, action)
        if done:
            execute(query, action)
        raise UnknownOutcomeError("no answer in time")

    mocker.patch("greedy.database.requests.execute", side_effect=executing)


@pytest.mark.parametrize("anyone", [True, False], ids=["moved to someone else", "taken back alone"])
@pytest.mark.parametrize("done", [True, False], ids=["done", "not done"])
def test_no_answer_ever_comes__reading_back_tells(
    db: Database, mocker: MockerFixture, anyone: bool, done: bool
) -> None:
    """What takes the place of the old duty bears the mark of this writing; where nothing does, the old one is gone."""
    raw = a_duty()
    roster_id = db.load(raw)
    db.run(roster_id)
    fire(db, raw)
    if not anyone:
        db.client.table("roster_employee_services").update({"actief": False}).eq("roster_id", roster_id).execute()
    before = db.rows(roster_id)
    no_answer_to_the_swap(mocker, done=done)

    outcome, job = db.run(roster_id, scope=ANEW)

    assert outcome["success"] is done, outcome["error"]
    assert outcome["phases"]["fase4_database"]["write_assignments"]["written"] == (anyone and done)
    if done:
        assert [row["employee_id"] for row in own_rows(db, roster_id)] == [raw["employees"][1]["id"]] * anyone
    else:
        assert "no answer in time" in outcome["error"]
        assert job.failure is not None
        assert job.failure.exit_code == 5
        assert db.rows(roster_id) == before


def test_another_runs_duties_are_not_taken_for_this_ones(db: Database, service_ids: dict[str, str]) -> None:
    raw = one_open_shift(2)
    roster_id = db.load(raw)
    db.run(roster_id)
    (row,) = own_rows(db, roster_id)
    moved = row | {"employee_id": raw["employees"][1]["id"]}

    assert call(db, roster_id, [row], [moved])["written"] == 1
    with pytest.raises(APIError, match="is no longer as the job planned it"):
        call(db, roster_id, [row], [moved], written_at="2026-01-02T03:04:06+00:00")


def before_the_swap(mocker: MockerFixture, act: Callable[[], Any]) -> list[int]:
    """Let something happen once, between FASE 1 and FASE 4A, and return a list that gets an entry per attempt."""
    write, attempts = BatchWriter.write_assignments, list[int]()

    def writing(self: BatchWriter) -> Any:
        attempts.append(len(self.taken_back))
        if len(attempts) == 1:
            act()
        return write(self)

    mocker.patch.object(BatchWriter, "write_assignments", autospec=True, side_effect=writing)
    return attempts


@pytest.mark.parametrize("edit", ["takes the duty over", "gives it to another service", "goes on leave"])
def test_a_planner_edits_a_duty_that_is_being_taken_back(
    db: Database, mocker: MockerFixture, service_ids: dict[str, str], edit: str
) -> None:
    raw = a_duty()
    roster_id = db.load(raw)
    db.run(roster_id)
    fire(db, raw)
    (row,) = own_rows(db, roster_id)
    changes: dict[str, Raw] = {
        "takes the duty over": {"notes": "agreed"},
        "gives it to another service": {"service_id": service_ids["ECH"]},
        "goes on leave": {"status": 3, "service_id": None},
    }
    change = changes[edit]
    attempts = before_the_swap(
        mocker, lambda: db.client.table("roster_assignments").update(change).eq("id", row["id"]).execute()
    )

    outcome, _ = db.run(roster_id, scope=ANEW)

    (edited,) = [found for found in db.rows(roster_id) if found["id"] == row["id"]]
    assert outcome["success"], outcome["error"]
    assert attempts == [1, 0], "the second attempt finds nothing to take back, so that it writes as a plain run does"
    assert edited == row | change | {"source": "manual", "updated_at": edited["updated_at"]}
    working = [found["employee_id"] for found in own_rows(db, roster_id)]
    assert working == ([] if edit == "takes the duty over" else [raw["employees"][1]["id"]])
    assert outcome["phases"]["fase4_database"]["trigger_verification"]["all_passed"]


def test_a_planner_takes_the_slot_that_the_duty_moves_to__nothing_is_taken_back_for_nothing(
    db: Database, mocker: MockerFixture
) -> None:
    raw = a_duty()
    roster_id = db.load(raw)
    db.run(roster_id)
    fire(db, raw)
    entry = slot_row(raw, None, person=1, status=3)
    seen: list[list[Raw]] = []

    def take() -> None:
        db.client.table("roster_assignments").insert(entry).execute()
        seen.append(own_rows(db, roster_id))

    before_the_swap(mocker, take)

    outcome, _ = db.run(roster_id, scope=ANEW)

    assert outcome["success"], outcome["error"]
    assert own_rows(db, roster_id) == []
    assert outcome["coverage"]["open"] == 1
    assert [row["status"] for row in db.rows(roster_id) if row["employee_id"] == entry["employee_id"]] == [3]


def as_the_jobs(db: Database, roster_id: str) -> None:
    """Make rows that a test has inserted the job's: what anybody inserts is a planner's."""
    with db.disabled(*BLOCKING, HAND_OVER):
        db.sql(f"update roster_assignments set source = 'greedy' where roster_id = '{roster_id}' and status = 1")


def call(db: Database, roster_id: str, taken_back: list[Raw], planned: list[Raw], written_at: str = WRITTEN_AT) -> Any:
    columns = ("employee_id", "date", "dagdeel", "service_id", "status", "source")
    arguments = {
        name: [{column: row[column] for column in columns} for row in rows]
        for name, rows in (("taken_back", taken_back), ("planned", planned))
    }
    return db.client.rpc("greedy_replan", {"target": roster_id, "written_at": written_at, **arguments}).execute().data


@pytest.mark.parametrize("what", ["taken over", "gone", "on leave"])
def test_the_function_refuses_what_is_not_as_it_was_read(db: Database, what: str) -> None:
    raw = a_duty()
    roster_id = db.load(raw)
    db.run(roster_id)
    (row,) = own_rows(db, roster_id)
    planned = row | {"employee_id": raw["employees"][1]["id"]}
    changes: dict[str, Raw] = {"taken over": {"notes": "mine"}, "gone": {"status": 0}, "on leave": {"status": 3}}
    change = changes[what]
    db.client.table("roster_assignments").update(change).eq("id", row["id"]).execute()
    before = db.rows(roster_id)

    with pytest.raises(APIError, match="is no longer as the job planned it") as caught:
        call(db, roster_id, [row], [planned])

    assert (caught.value.code, caught.value.hint) == ("PT409", "Reload the roster and plan again.")
    assert db.rows(roster_id) == before


def test_the_function_takes_back_alone_and_again(db: Database) -> None:
    roster_id = db.load(a_duty())
    db.run(roster_id)
    (row,) = own_rows(db, roster_id)

    assert call(db, roster_id, [row], [])["missing"] == []
    before = db.rows(roster_id)
    assert call(db, roster_id, [row], [])["missing"] == []

    assert db.rows(roster_id) == before
    assert {row["status"] for row in before} == {0}


def test_the_guard_watches_over_a_replan__all_or_nothing(db: Database) -> None:
    """The new duty falls into someone's leave: what was to be taken back stays."""
    raw = a_duty()
    roster_id = db.load(raw)
    db.run(roster_id)
    (row,) = own_rows(db, roster_id)
    entry = slot_row(raw, None, person=1, status=3)
    db.client.table("roster_assignments").insert(entry).execute()
    before = db.rows(roster_id)

    with pytest.raises(APIError, match="is now UNAVAILABLE"):
        call(db, roster_id, [row], [row | {"employee_id": entry["employee_id"]}])

    assert db.rows(roster_id) == before


def test_a_swap_of_two_people_and_a_change_of_service_in_one_slot(db: Database, service_ids: dict[str, str]) -> None:
    codes, both = ("ECH", "GRB"), ("E1", "E2")
    raw = one_open_shift(
        2,
        roster_period_staffing_dagdelen=[factories.requirement(code) for code in codes],
        roster_employee_services=[factories.qualification(person, code) for person in both for code in codes],
    )
    roster_id = db.load(raw)
    people = [person["id"] for person in raw["employees"]]
    rows = [slot_row(raw, code, person, source="greedy") for person, code in enumerate(codes)]
    db.client.table("roster_assignments").insert(rows).execute()
    as_the_jobs(db, roster_id)
    swapped = [row | {"service_id": service_ids[code]} for row, code in zip(rows, reversed(codes), strict=True)]

    written = call(db, roster_id, rows, swapped)
    again = call(db, roster_id, rows, swapped)

    assert (written["written"], written["missing"], again["missing"], again["repeated"]) == (len(people), [], [], True)
    assert {row["employee_id"]: row["service_id"] for row in own_rows(db, roster_id)} == {
        people[0]: service_ids["GRB"],
        people[1]: service_ids["ECH"],
    }


@pytest.mark.parametrize("options", [("--replan",), ("--replan", "--dry-run")])
def test_without_the_hand_over_trigger__refused_before_anything_is_written(
    db: Database, options: tuple[str, ...]
) -> None:
    """What a planner has edited could not be told from what the job planned."""
    raw = a_duty()
    roster_id = db.load(raw)
    db.run(roster_id)
    fire(db, raw)
    before = db.rows(roster_id)

    with db.disabled(HAND_OVER):
        done = ask(db, "--roster-id", roster_id, *options)

    assert done.returncode == 5
    assert "--replan needs the database's hand-over trigger" in json.loads(done.stdout)["error"]
    assert "supabase/install.sql" in done.stderr
    assert db.rows(roster_id) == before


def test_the_server_confirms_fewer_than_were_sent(db: Database, mocker: MockerFixture) -> None:
    raw = a_duty()
    roster_id = db.load(raw)
    db.run(roster_id)
    fire(db, raw)
    execute = requests.execute

    def executing(query: Any, action: Action) -> Any:
        answer: Any = execute(query, action)
        if str(action).startswith("write the new plan"):
            return mocker.Mock(data=answer.data | {"missing": query_rows(roster_id)})
        return answer

    def query_rows(roster: str) -> list[Raw]:
        return [row for row in db.rows(roster) if row["status"] == 1]

    mocker.patch("greedy.database.requests.execute", side_effect=executing)

    outcome, job = db.run(roster_id, scope=ANEW)

    assert job.failure is not None
    assert job.failure.exit_code == 5
    assert "The server confirmed 0 of 1 records" in outcome["error"]
    assert outcome["phases"]["fase4_database"]["write_assignments"]["failed"] == 1
