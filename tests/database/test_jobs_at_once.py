"""The job itself on a PostgreSQL with many connections: planners at work meanwhile, other jobs, kills, time limits."""

from __future__ import annotations

import contextlib
import datetime as dt
import itertools
import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any, LiteralString, NamedTuple

import psycopg
import pytest

from demo.load import load_roster
from demo.local_supabase import LocalSupabase
from demo.roster import PRACTICE, make_roster
from tests.support import checker, patience
from tests.support.database import connected
from tests.support.patience import Done
from tests.support.postgres import Connection, Database, migrations, postgres, served

Row = dict[str, Any]
SMALL = replace(PRACTICE, people=6, days=7, shifts=42, hand_planned=6, quota_slack=0.3, part_time=0.2, all_rows=False)


@dataclass(frozen=True)
class Practice:
    """A database with many connections, and the server before it."""

    database: Database
    server: LocalSupabase

    def load(self, raw: dict[str, list[Row]]) -> str:
        with connected(self.server.url, self.server.secret_key) as client:
            return load_roster(client, raw)

    def run(self, roster_id: str, *options: str) -> Done:
        settings = {"SUPABASE_URL": self.server.url, "SUPABASE_KEY": self.server.secret_key}
        return patience.run(patience.command("--roster-id", roster_id, *options), patience.environment(**settings))

    def rows(self, query: str, *values: Any) -> list[Row]:
        with self.database.connect("postgres") as connection:
            return [dict(row) for row in connection.execute(query.encode(), values).fetchall()]

    def sql(self, statement: str) -> None:
        with self.database.connect("postgres") as connection:
            connection.execute(statement.encode())

    def broken_rules(self, raw: dict[str, list[Row]], roster_id: str) -> list[str]:
        """Judge what the job has written, by the independent checker, with all else as it is now."""
        slots = self.rows("select * from roster_assignments where roster_id = %s", roster_id)
        text = [{name: _text(value) for name, value in row.items()} for row in slots]
        ours = [row for row in text if row["status"] in (1, 2) and str(row["source"]).startswith("greedy")]
        others = [row for row in text if row not in ours]
        return checker.violations(raw | {"roster_assignments": others}, ours, roster_id)


def _text(value: Any) -> Any:
    return value if value is None or isinstance(value, int | str) else str(value)


@pytest.fixture(scope="module")
def practice() -> Iterator[Practice]:
    with postgres() as server:
        database = server.create("jobs", *migrations())
        with served(database) as api:
            yield Practice(database, api)


_years = itertools.count(2030)


@pytest.fixture
def raw() -> dict[str, list[Row]]:
    """A practice's roster in a year of its own: no other test's is its neighbour."""
    return make_roster(replace(PRACTICE, start=dt.date(next(_years), 1, 7), open_rows=True), seed=7)


class Planner:
    """Enters leave, work or nothing into random slots of a roster, as long as it is told to, and keeps account."""

    def __init__(self, practice: Practice, roster_id: str, number: int, people: list[str]) -> None:
        self.practice, self.roster_id, self.people = practice, roster_id, people
        self.turns: Iterator[int] = itertools.count(17 * number)
        self.entries: dict[tuple[str, dt.date, str], int] = {}
        self.refused: list[str] = []

    def edit(self, connection: Connection) -> None:
        """Enter leave where nothing is planned by hand; each planner has people of its own."""
        turn = next(self.turns)
        query = """
            insert into roster_assignments as slot (roster_id, employee_id, date, dagdeel, status, source)
            select id, %s, start_date + %s::integer, %s, 3, 'manual' from roosters where id = %s
            on conflict (roster_id, employee_id, date, dagdeel) do update
            set status = 3, service_id = null, source = 'manual'
            returning date, dagdeel
        """
        person, dagdeel = self.people[turn % len(self.people)], "OMA"[turn % 3]
        try:
            row = connection.execute(query.encode(), [person, (7 * turn) % 35, dagdeel, self.roster_id]).fetchone()
        except psycopg.Error as error:
            self.refused.append(f"{error.sqlstate} {error}")
            return
        assert row is not None
        self.entries[person, row["date"], row["dagdeel"]] = 3

    def work(self, stop: threading.Event, pause: float) -> None:
        with self.practice.database.connect() as connection:
            while not stop.is_set():
                self.edit(connection)
                stop.wait(pause)

    def lost(self) -> list[Any]:
        """Return the entries that are not there any more."""
        found = self.practice.rows(
            "select employee_id, date, dagdeel, status from roster_assignments where roster_id = %s", self.roster_id
        )
        now = {(row["employee_id"], row["date"], row["dagdeel"]): row["status"] for row in found}
        return [entry for entry, status in self.entries.items() if now.get(entry) != status]


@contextlib.contextmanager
def at_work(planners: list[Planner], pause: float) -> Iterator[None]:
    stop = threading.Event()
    with ThreadPoolExecutor(len(planners)) as pool:
        running = [pool.submit(planner.work, stop, pause) for planner in planners]
        try:
            yield
        finally:
            stop.set()
        for planner in running:
            planner.result()


def outcome(done: Done) -> Any:
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


def test_four_planners_with_two_edits_a_second_do_not_starve_a_run(
    practice: Practice, raw: dict[str, list[Row]]
) -> None:
    roster_id = practice.load(raw)
    people = sorted(row["id"] for row in raw["employees"])
    planners = [Planner(practice, roster_id, number, people[number::4]) for number in range(4)]

    with at_work(planners, 0.5):
        runs = [outcome(practice.run(roster_id)) for _ in range(4)]

    assert sum(len(planner.entries) for planner in planners) > 8
    assert [planner.refused for planner in planners] == [[]] * 4
    assert [planner.lost() for planner in planners] == [[]] * 4
    assert all(run["success"] for run in runs)


def test_sixteen_jobs_at_once_with_planners_on_all_rosters(practice: Practice) -> None:
    """The rosters follow each other and share their people, so that the jobs meet at the borders."""
    start = dt.date(next(_years), 1, 7)
    rosters = [make_roster(replace(SMALL, start=start + dt.timedelta(days=7 * n)), seed=3) for n in range(16)]
    ids = [practice.load(raw) for raw in rosters]
    people = sorted(row["id"] for row in rosters[0]["employees"])
    planners = [Planner(practice, roster_id, n, people[:2]) for n, roster_id in enumerate(ids)]
    for planner in planners:
        planner.turns = iter(range(0, 5 * 7 * 40, 5))  # days of a week: 7 * turn % 35 in steps of 35
    before = practice.rows("select deadlocks from pg_stat_database where datname = current_database()")

    with at_work(planners, 0.2), ThreadPoolExecutor(16) as pool:
        ended = list(pool.map(practice.run, ids))

    assert [done.returncode for done in ended] == [0] * 16, [
        json.loads(done.stdout)["error"] for done in ended if done.returncode
    ]
    assert [planner.refused for planner in planners] == [[]] * 16
    assert [planner.lost() for planner in planners] == [[]] * 16
    after = practice.rows("select deadlocks from pg_stat_database where datname = current_database()")
    assert after == before


def test_an_open_transaction_on_another_roster_costs_nothing(practice: Practice, raw: dict[str, list[Row]]) -> None:
    roster_id = practice.load(raw)
    far = make_roster(replace(SMALL, start=dt.date(next(_years), 6, 3)), seed=4)
    other = practice.load(far)
    planner = Planner(practice, other, 0, [far["employees"][0]["id"]])

    with practice.database.connect(autocommit=False) as connection:
        planner.edit(connection)
        done = practice.run(roster_id)

    assert "trying again" not in done.stderr
    assert outcome(done)["phases"]["fase4_database"]["write_assignments"]["written"] > 200


def test_an_open_transaction_on_this_roster__the_job_gives_way_and_comes_again(
    practice: Practice, raw: dict[str, list[Row]]
) -> None:
    roster_id = practice.load(raw)
    person = raw["employees"][0]["id"]
    planner = Planner(practice, roster_id, 0, [person])

    with practice.database.connect(autocommit=False) as connection, ThreadPoolExecutor(1) as pool:
        planner.edit(connection)
        running = pool.submit(practice.run, roster_id)
        between_two_tries = _wait_for(practice, "greedy_write", running, "and wait_event = 'PgSleep'")
        _wait_for_end(practice, between_two_tries)  # it has given way, once at least
        connection.commit()
        done = running.result()

    assert "is being edited" in done.stderr
    assert outcome(done)["success"]
    assert planner.lost() == []


def test_a_backend_that_is_killed_while_it_writes__a_rerun_completes_the_roster(
    practice: Practice, raw: dict[str, list[Row]]
) -> None:
    """Supabase Lite ends with it, so that the first run has one of its own; where it does not, each try is killed."""
    roster_id = practice.load(raw)
    with served(practice.database) as api, slow_rows(practice, 0.02), ThreadPoolExecutor(1) as pool:
        running = pool.submit(replace(practice, server=api).run, roster_id)
        _wait_for(practice, "greedy_write", running)
        with practice.database.connect("superuser") as operator:
            while not running.done():
                operator.execute(
                    "select pg_terminate_backend(pid) from pg_stat_activity "
                    "where state = 'active' and pid <> pg_backend_pid() and query like '%greedy_write%'"
                )
                time.sleep(0.01)
        killed = running.result()
    assert killed.returncode == 5
    assert json.loads(killed.stdout)["phases"]["fase4_database"]["write_assignments"]["written"] == 0

    told = outcome(practice.run(roster_id))["phases"]["fase4_database"]["write_assignments"]
    there = practice.rows(
        "select count(*) from roster_assignments where roster_id = %s and status = 1 and source = 'greedy'", roster_id
    )
    assert told["written"] == there[0]["count"] > 200
    assert practice.broken_rules(raw, roster_id) == []


def test_a_statement_that_takes_longer_than_8_s_is_halved(practice: Practice, raw: dict[str, list[Row]]) -> None:
    roster_id = practice.load(raw)

    practice.sql("alter role postgres set statement_timeout = '8s'")  # as hosted Supabase's authenticator has it
    try:
        with served(practice.database) as api, slow_rows(practice, 0.05):  # 200 rows and more: longer than 8 s
            done = replace(practice, server=api).run(roster_id)
    finally:
        practice.sql("alter role postgres reset statement_timeout")

    told = outcome(done)["phases"]["fase4_database"]
    assert "rows take longer than the database allows" in done.stderr
    assert told["write_assignments"]["written"] == told["planned"]["active"] > 200
    assert practice.broken_rules(raw, roster_id) == []


@contextlib.contextmanager
def slow_rows(practice: Practice, seconds: float) -> Iterator[None]:
    """Let each row that is written take some time, as a trigger of somebody else's may."""
    practice.sql(
        "create function slow_down() returns trigger language plpgsql as "
        f"$$ begin perform pg_sleep({seconds}); return new; end $$; "
        "create trigger slow_down before insert or update on roster_assignments for each row "
        "execute function slow_down()"
    )
    try:
        yield
    finally:
        practice.sql("drop trigger slow_down on roster_assignments; drop function slow_down()")


class Call(NamedTuple):
    """A statement that a backend is at work on: the backend's id, and when it began."""

    pid: int
    began: dt.datetime


def _wait_for(practice: Practice, function: str, running: Future[Done], also: LiteralString = "") -> Call:
    """Wait until a run calls a function, and return the call; `also` is what else must hold of it."""
    deadline = time.monotonic() + patience.PATIENCE
    with practice.database.connect("superuser") as connection:
        while time.monotonic() < deadline:
            found = connection.execute(
                "select pid, query_start from pg_stat_activity "
                f"where state = 'active' and pid <> pg_backend_pid() and query like %s {also}",
                [f"%{function}%"],
            ).fetchone()
            if found:
                return Call(found["pid"], found["query_start"])
            assert not running.done(), running.result().stderr[-3000:]
            time.sleep(0.01)
    raise AssertionError(f"nobody calls {function}")


def _wait_for_end(practice: Practice, call: Call) -> None:
    """Wait until a call has ended, however it did."""
    deadline = time.monotonic() + patience.PATIENCE
    with practice.database.connect("superuser") as connection:
        while time.monotonic() < deadline:
            query = "select from pg_stat_activity where pid = %s and query_start = %s and state = 'active'"
            if connection.execute(query, call).fetchone() is None:
                return
            time.sleep(0.01)
    raise AssertionError(f"backend {call.pid} never ends what it began at {call.began}")
