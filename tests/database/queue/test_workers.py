"""Several workers on one queue, of which some die: all is filled, each roster by one at a time, as by one worker."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from demo.queue import SMALL, load_many, running, wait_until_busy
from greedy.domain.queue import Fate
from tests.support.database import STAMPS, Database, without
from tests.support.factories import Raw
from tests.support.patience import PATIENCE
from tests.support.queue import ask, figures, let_time_pass, many_connections, must_take, report, rosters, take

NUMBER = 200 if os.getenv("FAULTS") == "all" else 30
"""Rosters: as many as `make faults` takes, or `make test`."""

LONG = PATIENCE * NUMBER / 30
"""Seconds after which so many rosters, on a machine that does much else, are taken for ones that are never filled."""

OPTIONS = ("--drain", "--poll", "0.1", "--log-level", "error")

OVERLAPS = """
select a.roster_id from greedy_runs as a join greedy_runs as b on b.roster_id = a.roster_id and b.run_id > a.run_id
where tstzrange(a.started_at, a.started_at + a.duration_ms * interval '1 ms')
  && tstzrange(b.started_at, b.started_at + b.duration_ms * interval '1 ms')
"""


@pytest.fixture(scope="module")
def connections() -> Iterator[Database]:
    with many_connections() as here:
        yield here


def plans(here: Database, ids: list[str]) -> list[list[Raw]]:
    """Return the slots of each roster, without what differs from run to run."""
    return [[without(row, *STAMPS) for row in here.rows(one)] for one in ids]


def test_many_rosters_three_workers_two_kills(connections: Database) -> None:
    """Rows as those of undisturbed runs, no two workers on one roster, nothing lost and nothing left."""
    here = connections
    ids = load_many(here.client, NUMBER, first=dt.date(2040, 1, 2), **SMALL)
    ask(here, *ids)
    with contextlib.ExitStack() as stack:
        crew = {name: stack.enter_context(running(here.server, name, *OPTIONS)) for name in ("w1", "w2", "w3")}
        for name in ("w1", "w2"):
            held = wait_until_busy(here.client, name, PATIENCE)
            crew[name].kill()
            crew[name].wait(PATIENCE)
            left = here.sql(f"select roster_id from greedy_requests where worker = '{name}' and lease is not null")
            assert held
            let_time_pass(here, *(row["roster_id"] for row in left))
        assert crew["w3"].wait(LONG) == 0
    assert figures(here) == (0, 0, 0)
    assert here.sql(OVERLAPS) == []
    done = here.sql("select roster_id, exit_code from greedy_runs")
    assert {row["roster_id"] for row in done} == set(ids)
    assert {row["exit_code"] for row in done} == {0}
    disturbed = plans(here, ids)

    here.sql("update roster_assignments set status = 0, service_id = null where source like 'greedy%'")
    here.sql("delete from roosters; delete from greedy_runs")
    again = load_many(here.client, NUMBER, first=dt.date(2040, 1, 2), **SMALL)
    assert again == ids
    ask(here, *ids)
    with running(here.server, "alone", *OPTIONS) as worker:
        assert worker.wait(LONG) == 0
    undisturbed = plans(here, ids)

    assert sum(row["source"] == "greedy" for plan in undisturbed for row in plan) > 5 * NUMBER
    assert disturbed == undisturbed


def test_many_that_take_at_once_never_take_the_same(connections: Database) -> None:
    here, ids = connections, rosters(40)
    ask(here, *ids)
    start = threading.Barrier(8)

    def work(number: int) -> list[str]:
        start.wait()
        mine = []
        while taken := take(here, f"w{number}"):
            mine.append(taken.roster_id)
        return mine

    with ThreadPoolExecutor(8) as pool:
        taken = [one for mine in pool.map(work, range(8)) for one in mine]

    assert sorted(taken) == ids
    here.sql("delete from greedy_requests; delete from pgmq.q_greedy")


def test_many_that_ask_at_once_leave_one_message(connections: Database) -> None:
    here, (one,) = connections, rosters(1)
    start = threading.Barrier(8)

    def work(number: int) -> int:
        start.wait()
        for _ in range(10):
            ask(here, one, urgent=number % 2 == 0)
            if number < 2 and (taken := take(here)):
                report(here, taken, Fate.DONE)
        return number

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))

    while figures(here) != (0, 0, 0):
        report(here, must_take(here), Fate.DONE)
    assert here.sql("select count(*) as messages from pgmq.q_greedy") == [{"messages": 0}]
