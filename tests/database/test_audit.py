"""Every commit of jobs and planners at work at once, logged by an audit trigger and replayed: each state is judged.

The log is put in the order of the commits, as the server keeps their times. After each of a job's commits no hard rule
is broken that was kept before; after one of a planner's, none about anybody else. A job never changes what a planner
has entered. Rest that a planner's own duty lacks is FASE 4B's to write, a commit later, and is there in the end.
"""

from __future__ import annotations

import datetime as dt
import itertools
import random
import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

import psycopg
import pytest

from demo.load import load_roster
from demo.local_supabase import LocalSupabase
from demo.roster import PRACTICE, make_roster
from tests.support import checker, patience
from tests.support.database import Tables, connected
from tests.support.postgres import Database, migrations, postgres, served

Row = dict[str, Any]
Slot = tuple[str, str, str]

START = dt.date(2031, 1, 6)
ROSTERS = 3
RUNS = ((), ("--replan",), ("--replan",))
"""The options of each run that a job makes, one after the other."""

SMALL = replace(PRACTICE, people=6, days=7, shifts=42, hand_planned=6, quota_slack=0.3, part_time=0.2, all_rows=False)

AUDIT = """
create table audit (
  id bigint generated always as identity, xid xid8 not null, by_job boolean not null, direct boolean not null,
  before jsonb, after jsonb
);
create function audit() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  insert into public.audit (xid, by_job, direct, before, after) values (
    pg_current_xact_id(), coalesce(current_setting('greedy.job', true), '') = pg_current_xact_id()::text,
    pg_trigger_depth() = 1, case when tg_op <> 'INSERT' then to_jsonb(old) end,
    case when tg_op <> 'DELETE' then to_jsonb(new) end
  );
  return null;
end
$$;
create trigger roster_assignments_99_audit after insert or update or delete on roster_assignments
for each row execute function audit();
"""


@dataclass(frozen=True)
class Commit:
    """What one transaction changed.

    Attributes:
        by_job: Whether it was a job's.
        changes: Each row before and after, and whether the statement itself changed it, not a trigger.
    """

    by_job: bool
    changes: list[tuple[Row | None, Row | None, bool]] = field(default_factory=list)


def replayed(database: Database) -> list[Commit]:
    """Return all commits in their order."""
    commits: dict[Any, Commit] = {}
    with database.connect("postgres") as connection:
        for row in connection.execute(
            "select xid::text, by_job, direct, before, after from audit "
            "order by pg_xact_commit_timestamp(xid::xid), xid, id"
        ):
            commit = commits.setdefault(row["xid"], Commit(row["by_job"]))
            commit.changes.append((row["before"], row["after"], row["direct"]))
    return list(commits.values())


def slot_of(row: Row) -> Slot:
    return row["employee_id"], row["date"], row["dagdeel"]


class Planner:
    """Edits random slots of a roster, of people of its own: work, leave, rest by hand, nothing, no row at all."""

    def __init__(self, roster_id: str, people: list[str], services: dict[str, str], seed: int) -> None:
        self.roster_id, self.people, self.services = roster_id, people, services
        self.draw = random.Random(seed)
        self.refused: list[str] = []

    def work(self, database: Database, first_day: dt.date, stop: threading.Event) -> None:
        with database.connect() as connection:
            while not stop.is_set():
                who, day, dagdeel = self.draw.choice(self.people), self.draw.randrange(7), self.draw.choice("OMA")
                slot = (self.roster_id, who, first_day + dt.timedelta(days=day), dagdeel)
                try:
                    self._edit(connection, slot)
                except psycopg.Error as error:
                    self.refused.append(f"{error.sqlstate} {error}")
                stop.wait(0.3)

    def _edit(self, connection: psycopg.Connection[Row], slot: tuple[Any, ...]) -> None:
        kind = self.draw.choice(("work", "leave", "rest", "open", "open", "delete"))
        if kind == "delete":
            connection.execute(
                "delete from roster_assignments where (roster_id, employee_id, date, dagdeel) = (%s, %s, %s, %s)", slot
            )
            return
        duty = {"O": "DIO", "M": "GRB", "A": "DIA"}[slot[3]]
        status, service = {"work": (1, self.services[duty]), "leave": (3, None), "rest": (2, None)}.get(kind, (0, None))
        connection.execute(
            "insert into roster_assignments (roster_id, employee_id, date, dagdeel, status, service_id, source) "
            "values (%s, %s, %s, %s, %s, %s, 'manual') on conflict (roster_id, employee_id, date, dagdeel) do update "
            "set status = excluded.status, service_id = excluded.service_id, source = excluded.source",
            [*slot, status, service],
        )


@pytest.fixture(scope="module")
def practice() -> Iterator[tuple[Database, LocalSupabase]]:
    with postgres(["track_commit_timestamp=on"]) as server:
        database = server.create("audit", *migrations(), AUDIT)
        with served(database) as api:
            yield database, api


def test_every_commit_of_jobs_and_planners_at_once(practice: tuple[Database, LocalSupabase]) -> None:
    """The rosters follow each other and share their people, so that rest crosses from one to the next."""
    database, api = practice
    rosters = [make_roster(replace(SMALL, start=START + dt.timedelta(days=7 * n)), seed=5) for n in range(ROSTERS)]
    with connected(api.url, api.secret_key) as client:
        ids = [load_roster(client, raw) for raw in rosters]
    people = sorted(row["id"] for row in rosters[0]["employees"])
    services = {row["code"]: row["id"] for row in rosters[0]["service_types"]}
    planners = [Planner(roster_id, people[:3], services, seed) for seed, roster_id in enumerate(ids)]
    settings = patience.environment(SUPABASE_URL=api.url, SUPABASE_KEY=api.secret_key)

    def job(roster_id: str) -> list[patience.Done]:
        return [patience.run(patience.command("--roster-id", roster_id, *options), settings) for options in RUNS]

    stop = threading.Event()
    with ThreadPoolExecutor(2 * ROSTERS) as pool:
        editing = [
            pool.submit(planner.work, database, START + dt.timedelta(days=7 * n), stop)
            for n, planner in enumerate(planners)
        ]
        try:
            ended = list(itertools.chain(*pool.map(job, ids)))
        finally:
            stop.set()
        for done in editing:
            done.result()
    undisturbed = [patience.run(patience.command("--roster-id", roster_id), settings) for roster_id in ids]

    assert [done.returncode for done in ended] == [0] * len(RUNS) * ROSTERS, [done.stdout for done in ended]
    assert [done.returncode for done in undisturbed] == [0] * ROSTERS, [done.stdout for done in undisturbed]
    assert [planner.refused for planner in planners] == [[]] * ROSTERS
    commits = replayed(database)
    assert sum(commit.by_job for commit in commits) > ROSTERS
    assert sum(not commit.by_job for commit in commits) > 10 * ROSTERS
    judge(commits, dict(zip(ids, rosters, strict=True)))


def judge(commits: list[Commit], rosters: dict[str, Tables]) -> None:
    """Go through the commits; see that each state is as it should be, and that nobody's entry is lost."""
    slots: dict[str, dict[Slot, Row]] = {roster_id: {} for roster_id in rosters}
    entered: dict[tuple[str, Slot], Row] = {}
    broken: dict[str, set[str]] = {roster_id: set() for roster_id in rosters}
    for number, commit in enumerate(commits):
        touched: set[str] = set()
        about: set[str] = (
            set()
        )  # what a planner's edit may break a rule for: the person's days, and that shift's demand
        for before, after, direct in commit.changes:
            row = after or before
            assert row is not None
            roster_id, slot = row["roster_id"], slot_of(row)
            if direct:
                touched.add(roster_id)
            about |= {slot[0], f"on {slot[1]} {slot[2]}: no demand"}
            if commit.by_job:
                lost = entered.get((roster_id, slot))
                assert lost is None, f"commit {number}: a job made {after} of the planner's {lost}"
            elif direct:
                entered.pop((roster_id, slot), None)
                if after and after["status"] and after["blocked_by_date"] is None:  # stamped rest goes with its duty
                    entered[roster_id, slot] = after
            if after is None:
                slots[roster_id].pop(slot, None)
            else:
                slots[roster_id][slot] = after
        for roster_id, raw in rosters.items():
            now = broken_rules(raw, slots, roster_id)
            new = now - broken[roster_id]
            if roster_id not in touched:
                pass  # what a duty in the roster before needs on the first day is for the next run of that roster's
            elif commit.by_job:
                broke = {sentence for sentence in new if not is_left_to_4b(sentence, slots)}
                assert not broke, f"commit {number} of a job: {sorted(broke)}"
            else:
                others = {sentence for sentence in new if not any(part in sentence for part in about)}
                assert not others, f"commit {number} of a planner, about {sorted(about)}: {sorted(others)}"
            broken[roster_id] = now
    assert not [sentence for there in broken.values() for sentence in there if _LACKS_REST.search(sentence)]


_LACKS_REST = re.compile(r": rest after \w+ of (\S+) (\S+) (\w), but its status is 0$")


def is_left_to_4b(sentence: str, slots: dict[str, dict[Slot, Row]]) -> bool:
    """Whether a sentence tells of rest that is missing after a duty that is a planner's."""
    found = _LACKS_REST.search(sentence)
    if not found:
        return False
    duty: Slot = (found[1], found[2], found[3])
    rows = [there[duty] for there in slots.values() if duty in there and there[duty]["status"] == 1]
    return bool(rows) and not any(str(row["source"]).startswith("greedy") for row in rows)


def broken_rules(raw: Tables, slots: dict[str, dict[Slot, Row]], roster_id: str) -> set[str]:
    """Judge what the job has in a roster, with all else, in all rosters, as it is at that moment."""
    rows = [row for there in slots.values() for row in there.values()]
    ours = [
        row
        for row in rows
        if row["roster_id"] == roster_id and row["status"] in (1, 2) and str(row["source"]).startswith("greedy")
    ]
    mine = {row["id"] for row in ours}
    others = [row for row in rows if row["id"] not in mine]
    return set(checker.violations(raw | {"roster_assignments": others}, ours, roster_id))
