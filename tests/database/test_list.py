"""`--list`: the rosters of the database, what is open in them, and how their last run ended."""

from __future__ import annotations

import json
from typing import Any

from demo.roster import make_roster
from tests.support.database import Database, Fresh, ask, one_open_shift, without_table
from tests.support.patience import Done


def listed(done: Done) -> list[dict[str, Any]]:
    rosters: list[dict[str, Any]] = json.loads(done.stdout)["rosters"]
    return rosters


def week(db: Database, start: str, end: str, status: str = "in_progress") -> str:
    """Load a roster with one open shift on its first day, whatever its days are."""
    raw = one_open_shift()
    raw["roosters"][0] |= {"start_date": start, "end_date": end, "status": status}
    for row in raw["roster_period_staffing_dagdelen"]:
        row["date"] = start
    return db.load(raw)


def test_each_roster_with_what_is_open_and_how_its_last_run_ended(fresh: Fresh) -> None:
    with fresh() as db:
        past = week(db, "2027-01-04", "2027-01-10")
        closed = week(db, "2027-01-11", "2027-01-17", "final")
        begun = week(db, "2027-01-18", "2027-01-24")
        filled = week(db, "2027-01-25", "2027-01-31")
        ahead = week(db, "2027-02-01", "2027-02-07", "draft")
        broken = week(db, "2027-02-08", "2027-02-14")
        db.sql("alter table roosters drop constraint roosters_period")
        db.sql(f"update roosters set end_date = start_date - 1 where id = '{broken}'")
        assert db.command(filled).returncode == 0
        before = db.sql("select count(*) from roster_assignments")

        done = ask(db, "--list", "--today", "2027-01-20", COLUMNS="200")

        rosters = listed(done)
        assert done.returncode == 0, done.stderr
        assert [(row["id"], row["open"]) for row in rosters] == [
            (broken, None), (ahead, 1), (filled, 0), (begun, 0), (closed, None), (past, None)
        ]  # fmt: skip
        assert [row["id"] for row in rosters if row["last_run"]] == [filled]
        assert [row["id"] for row in rosters if row["problem"]] == [broken]
        assert rosters[1] | {"id": ""} == {
            "id": "", "start_date": "2027-02-01", "end_date": "2027-02-07", "status": "draft", "open": 1,
            "problem": None, "last_run": None,
        }  # fmt: skip
        lines = done.stderr.splitlines()
        (place,) = [number for number, line in enumerate(lines) if filled in line]
        assert "done, version" in lines[place + 2]
        assert db.sql("select count(*) from roster_assignments") == before


def test_without_history_nothing_is_known_of_runs(fresh: Fresh) -> None:
    with fresh() as db:
        roster_id = db.load(make_roster(seed=77))
        assert db.command(roster_id).returncode == 0
        with without_table(db):
            done = ask(db, "--list")

        assert [(row["id"], row["last_run"]) for row in listed(done)] == [(roster_id, None)]


def test_no_roster(fresh: Fresh) -> None:
    with fresh() as db:
        done = ask(db, "--list")

    assert (done.returncode, listed(done)) == (0, [])
    assert "There is no roster." in done.stderr


def test_on_railway_it_is_one_line(db: Database) -> None:
    done = ask(db, "--list", RAILWAY_ENVIRONMENT_NAME="production")

    assert (len(done.stdout.splitlines()), done.stderr) == (1, "")


def test_settings_that_are_missing(db: Database) -> None:
    assert ask(db, "--list", SUPABASE_KEY="").returncode == 3
