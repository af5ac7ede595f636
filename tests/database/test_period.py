"""`--from` and `--until`: a run confined to some days; the pass on made-up rosters, and the command on a real one."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demo.roster import make_roster
from greedy.domain.models import Assignment, Roster
from greedy.domain.period import Period, Scope
from greedy.errors import UsageError
from greedy.loader import build_workspace
from greedy.outcome.coverage import measure
from greedy.processor import GreedyProcessor
from greedy.solver.allocation import name_requirements
from greedy.solver.confine import confine, rest_of
from greedy.solver.pairing import pair_duties
from tests.support import checker, factories
from tests.support.database import Database, Tables, added, judge, without
from tests.support.factories import MONDAY, SUNDAY, Raw, day
from tests.support.scenes import planned
from tests.support.strategies import rosters, thorough

ROSTER = Roster(id="R1", start_date=MONDAY, end_date=SUNDAY)


def confined(tables: Tables, first: dt.date, last: dt.date) -> tuple[GreedyProcessor, list[Assignment], int]:
    """Run the pass on some days, and return it, its records, and how many places stay open on other days."""
    found = confine(build_workspace(tables), Period(first, last))
    processor = GreedyProcessor(found.workspace)
    processor.assign()
    records = list(found.workspace.assignments)
    records += rest_of(found.period, processor.board, pair_duties(processor.board).blocks)
    records = name_requirements(processor.board, records)
    return processor, records, found.open_outside


class TestScope:
    def test_nothing_asked_for__the_whole_roster(self) -> None:
        assert Scope().period(ROSTER) is None

    @pytest.mark.parametrize(
        ("first", "last", "expected"),
        [
            (day(2), day(4), Period(day(2), day(4))),
            (day(2), None, Period(day(2), SUNDAY)),
            (None, day(2), Period(MONDAY, day(2))),
            (MONDAY, SUNDAY, Period(MONDAY, SUNDAY)),
            (day(3), day(3), Period(day(3), day(3))),
        ],
    )
    def test_what_is_left_out_is_the_rosters_own(self, first: Any, last: Any, expected: Period) -> None:
        assert Scope(first_day=first, last_day=last).period(ROSTER) == expected

    @pytest.mark.parametrize(
        ("first", "last", "told"),
        [
            (day(-1), None, "--from 2027-01-03 lies outside the roster's period 2027-01-04 to 2027-01-10"),
            (None, day(7), "--until 2027-01-11 lies outside the roster's period 2027-01-04 to 2027-01-10"),
            (day(7), None, "--from 2027-01-11 lies outside"),
            (day(2), day(1), "--from 2027-01-06 is after --until 2027-01-05"),
        ],
    )
    def test_days_that_do_not_fit(self, first: Any, last: Any, told: str) -> None:
        with pytest.raises(UsageError, match=told):
            Scope(first_day=first, last_day=last).period(ROSTER)

    def test_both_days_are_inclusive(self) -> None:
        covered = [number for number in range(7) if Period(day(2), day(4)).covers(day(number))]

        assert covered == [2, 3, 4]


def a_week(**given: Any) -> Tables:
    """Return one open ECH shift on each day, which E1 can do."""
    return factories.tables(
        roster_period_staffing_dagdelen=[factories.requirement(date=day(number)) for number in range(7)],
        roster_employee_services=[factories.qualification()],
        **given,
    )


def test_only_the_days_that_are_asked_for_are_filled() -> None:
    processor, records, open_outside = confined(a_week(), day(2), day(4))

    assert [record.date for record in records] == [day(2), day(3), day(4)]
    assert open_outside == 4
    assert measure(processor.board, Period(day(2), day(4))).needed == 3


def test_work_on_other_days_uses_quota() -> None:
    tables = a_week(roster_assignments=[factories.assignment(date=day(number)) for number in (0, 6)])
    tables["roster_employee_services"][0]["aantal"] = 3

    _, records, _ = confined(tables, day(2), day(4))

    assert [record.date for record in records] == [day(2)]


def test_a_duty_on_the_day_before_is_rested_after() -> None:
    duty = factories.assignment(date=day(1), dagdeel="A", service_id="DIA")

    _, records, _ = confined(a_week(roster_assignments=[duty]), day(2), day(4))

    assert [(record.date, record.dagdeel, record.status) for record in records] == [
        (day(3), "O", 1),
        (day(4), "O", 1),
        (day(2), "O", 2),
        (day(2), "M", 2),
    ]


def test_a_duty_on_the_last_day_makes_its_rest_on_the_day_after() -> None:
    tables = a_week()
    tables["roster_period_staffing_dagdelen"] = [factories.requirement("DIA", date=day(4), dagdeel="A")]
    tables["roster_employee_services"] = [factories.qualification(service_id="DIA")]

    _, records, _ = confined(tables, day(2), day(4))

    assert [(record.date, record.dagdeel, record.status) for record in records] == [
        (day(4), "A", 1),
        (day(5), "O", 2),
        (day(5), "M", 2),
    ]


def test_work_on_the_day_after_the_last_forbids_a_duty_on_it() -> None:
    tables = a_week(roster_assignments=[factories.assignment(date=day(5))])
    tables["roster_period_staffing_dagdelen"] = [factories.requirement("DIA", date=day(4), dagdeel="A")]
    tables["roster_employee_services"] = [factories.qualification(service_id="DIA")]

    assert confined(tables, day(2), day(4))[1] == []


def test_rest_that_is_missing_on_other_days_is_left_alone() -> None:
    duty = factories.assignment(date=day(5), dagdeel="A", service_id="DIA")

    _, records, _ = confined(a_week(roster_assignments=[duty]), day(2), day(3))

    assert [record.date for record in records] == [day(2), day(3)]


@given(rosters(), st.data())
@thorough
def test_any_roster_any_days(tables: dict[str, list[Raw]], data: st.DataObject) -> None:
    """No rule is broken, nothing is planned on other days, and the counts are those of an independent count."""
    end = dt.date.fromisoformat(tables["roosters"][0]["end_date"])
    first = data.draw(st.dates(MONDAY, end))
    period = Period(first, data.draw(st.dates(first, end)))

    processor, records, open_outside = confined(tables, period.first, period.last)

    complaints = checker.violations(tables, records, "R1")
    old_duties = checker.violations(tables, [], "R1")  # rest that was missing before, which is not this run's to make
    assert [complaint for complaint in complaints if complaint not in old_duties] == []
    assert all(period.covers(record.date) for record in records if record.status == 1)
    measured = measure(processor.board, period)
    inside = tables | {
        "roster_period_staffing_dagdelen": [
            row
            for row in tables["roster_period_staffing_dagdelen"]
            if period.covers(dt.date.fromisoformat(row["date"]))
        ]
    }
    counted, _ = checker.coverage(inside, records, "R1")
    assert (measured.needed, measured.open) == (counted.needed, counted.open)
    assert measured.open == sum(shift.missing for shift in measured.open_shifts)
    assert checker.unfilled_but_fillable(inside, records, "R1") == []
    before, _ = checker.coverage(tables, [], "R1")
    before_inside, _ = checker.coverage(inside, [], "R1")
    assert open_outside == before.open - before_inside.open


@given(rosters())
@thorough
def test_confined_to_all_days_is_not_confined(tables: dict[str, list[Raw]]) -> None:
    workspace = build_workspace(tables)

    _, records, open_outside = confined(tables, workspace.roster.start_date, workspace.roster.end_date)

    assert (records, open_outside) == (planned(tables)[1], 0)


def test_the_command__two_weeks_one_after_the_other(db: Database) -> None:
    raw = make_roster(seed=40)
    roster_id = db.load(raw)
    before = db.rows(roster_id)

    done = db.command(roster_id, "--from", "2027-01-11", "--until", "2027-01-17")

    outcome, after = json.loads(done.stdout), db.rows(roster_id)
    assert done.returncode == 0, done.stderr
    judge(raw, before, after)
    work = [row for row in added(before, after) if row["status"] == 1]
    rest = [row for row in added(before, after) if row["status"] == 2]
    assert {row["date"] for row in work} == {f"2027-01-{number}" for number in range(11, 18)}
    assert max(row["date"] for row in rest) == "2027-01-18"
    demand = [row for row in raw["roster_period_staffing_dagdelen"] if "2027-01-11" <= row["date"] <= "2027-01-17"]
    assert outcome["coverage"]["needed"] == sum(row["aantal"] for row in demand)
    assert outcome["coverage"]["assigned"] == len(work) == len(outcome["changes"]["added"])
    whole, _ = checker.coverage(raw, [], roster_id)
    inside, _ = checker.coverage(raw | {"roster_period_staffing_dagdelen": demand}, [], roster_id)
    assert outcome["period"] == {
        "from": "2027-01-11",
        "until": "2027-01-17",
        "open_outside": whole.open - inside.open,
        "past_until": None,
    }
    assert "Confined to 2027-01-11 until 2027-01-17" in done.stderr
    assert outcome["phases"]["fase4_database"]["trigger_verification"]["all_passed"]
    assert [warning["kind"] for warning in outcome["warnings"] if warning["kind"] == "surplus"] == []

    rest_of_it, _ = db.run(roster_id)

    judge(raw, before, db.rows(roster_id))
    assert rest_of_it["period"] is None
    assert rest_of_it["coverage"]["needed"] == 227
    kept = {row["id"]: row for row in db.rows(roster_id)}
    assert all(kept[row["id"]] == row for row in work)


def test_the_command__days_outside_the_roster(db: Database) -> None:
    roster_id = db.load(make_roster(seed=41))
    before = db.rows(roster_id)

    done = db.command(roster_id, "--from", "2026-12-31")

    assert done.returncode == 2
    assert "--from 2026-12-31 lies outside the roster's period 2027-01-04 to 2027-02-07" in done.stderr
    assert "lies outside" in json.loads(done.stdout)["error"]
    assert db.rows(roster_id) == before


def test_the_pipeline__days_outside_the_roster_and_days_inside(db: Database) -> None:
    roster_id = db.load(make_roster(seed=43))

    outside, job = db.run(roster_id, scope=Scope(last_day=dt.date(2027, 2, 8)))
    inside, _ = db.run(roster_id, scope=Scope(first_day=dt.date(2027, 2, 7)))

    assert isinstance(job.failure, UsageError)
    assert outside["phases"]["fase4_database"] is None
    assert inside["success"], inside["error"]
    assert {shift["date"] for shift in inside["changes"]["added"]} == {"2027-02-07"}
    assert inside["phases"]["fase1_load"]["requirements"] == 227


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--from", "2027-01-12", "--until", "2027-01-11"), "is after"),
        (("--from", "11-01-2027"), "as 2027-01-11"),
        (("--until", "soon"), "is not of the form year-month-day"),
    ],
)
def test_the_command__days_that_make_no_sense_end_it_before_anything_is_read(
    db: Database, options: tuple[str, ...], told: str
) -> None:
    done = db.command("6a1e3f0c-0000-4000-8000-00000000dead", *options)

    assert (done.returncode, done.stdout) == (2, "")
    assert told in " ".join(done.stderr.split())


def test_a_confined_dry_run_writes_nothing_and_tells_these_days_only(db: Database) -> None:
    roster_id = db.load(make_roster(seed=42))
    before = db.rows(roster_id)

    outcome = json.loads(db.command(roster_id, "--dry-run", "--until", "2027-01-05").stdout)

    assert db.rows(roster_id) == before
    assert {shift["date"] for shift in outcome["changes"]["added"]} == {"2027-01-04", "2027-01-05"}
    assert without(outcome["period"], "open_outside") == {
        "from": "2027-01-04",
        "until": "2027-01-05",
        "past_until": None,
    }
