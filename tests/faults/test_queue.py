"""A worker, and the requests that it fills a roster by: killed, stopped, cut off; what it leaves is completed."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Iterator

import pytest

from greedy.database.queue import Queue
from tests.faults.proxy import Exchange
from tests.faults.scene import REQUESTS, WRITE, Scene, sample
from tests.support.factories import Raw
from tests.support.queue import ask, entry, figures, let_time_pass

FIRST, LAST = 1, REQUESTS + 2
"""Numbers of requests: the taking; those of the run, as without a worker; the report, with the next taking."""

AWAY = 20.0
"""Seconds that the database is away."""


@pytest.fixture
def queued(scene: Scene) -> Iterator[Scene]:
    """The scene, its roster in the queue, and nothing else."""

    def empty() -> None:
        scene.db.sql("delete from greedy_requests; delete from greedy_turns; delete from pgmq.q_greedy")

    empty()
    ask(scene.db, scene.roster_id)
    yield scene
    scene.end()
    empty()


def test_what_requests_a_worker_sends(queued: Scene) -> None:
    """One to take a roster, with the report on the one before it and that run's row of the history; none besides."""
    ended = queued.worker("--drain")

    targets = [seen.target for seen in queued.proxy.seen]
    assert ended.code == 0, ended.log
    assert (targets[0], targets[-1], len(targets)) == ("greedy_queue_take", "greedy_queue_take", LAST)
    assert "greedy_runs" not in targets
    assert targets.count("greedy_under_lease") == 3
    (run,) = queued.db.sql(f"select tried, exit_code from greedy_runs where roster_id = '{queued.roster_id}' "
                           "order by started_at desc limit 1")  # fmt: skip
    assert run == {"tried": 1, "exit_code": 0}


KILLS = [
    pytest.param(number, answered, id=f"{'after' if answered else 'before'} request {number}")
    for number in sample(list(range(FIRST, LAST + 1)), [FIRST, 2, WRITE + 1, LAST])
    for answered in (False, True)
]


@pytest.mark.parametrize(("number", "answered"), KILLS)
def test_a_worker_that_is_killed_leaves_its_roster_to_the_next(
    queued: Scene, undisturbed: list[Raw], number: int, answered: bool
) -> None:
    """SIGKILL before the request leaves, or when the server has answered and the worker has not seen it yet."""
    others = queued.others()

    def kill(exchange: Exchange) -> None:
        if answered:
            exchange.forward()
        queued.job().kill()
        exchange.reset()

    queued.proxy.plan({number: kill})
    ended = queued.worker("--drain")
    assert (ended.code, len(queued.proxy.seen)) == (-9, number)
    queued.proxy.plan()
    reported = number == LAST and answered
    assert figures(queued.db) == (
        (0, 0, 0) if reported else (1, 0, 0) if number == FIRST and not answered else (0, 1, 0)
    )

    let_time_pass(queued.db)
    again = queued.worker("--drain")

    assert again.code == 0, again.log
    assert figures(queued.db) == (0, 0, 0)
    assert queued.plan() == undisturbed
    assert queued.others() == others


@pytest.mark.parametrize("number", sample(list(range(FIRST, LAST)), [FIRST, 2, WRITE + 1]))
@pytest.mark.parametrize("name", [signal.SIGTERM, signal.SIGINT], ids=lambda name: name.name)
def test_a_worker_that_is_stopped_gives_its_roster_back(
    queued: Scene, undisturbed: list[Raw], number: int, name: signal.Signals
) -> None:
    def stop(exchange: Exchange) -> None:
        queued.signal(name)
        exchange.relay()

    queued.proxy.plan({number: stop})

    ended = queued.worker()

    assert ended.code == 0, ended.log
    assert [seen.target for seen in queued.proxy.seen][number:] == ["greedy_queue_report"]
    row = entry(queued.db, queued.roster_id)
    assert (row["state"], row["tries"], row["filled_by"]) == ("waiting", 0, None)
    queued.proxy.plan()
    assert queued.worker("--drain").code == 0
    assert queued.plan() == undisturbed


@pytest.mark.parametrize("number", sample([FIRST, 2, WRITE + 1, LAST], [FIRST, WRITE + 1]))
def test_a_database_that_is_away_for_a_while(queued: Scene, undisturbed: list[Raw], number: int) -> None:
    """Whatever it was doing, the worker goes on when the database is back; nobody has to do anything."""
    began: list[float] = []

    def away(exchange: Exchange) -> None:
        began.append(time.monotonic())
        if began[-1] - began[0] < AWAY:
            exchange.reset()
        else:
            exchange.relay()

    queued.proxy.plan(since=(number, away))

    ended = queued.worker("--drain", limits={"greedy.domain.queue.WAITS": [1, 1, 1]})

    assert ended.code == 0, ended.log
    assert len(began) > 5
    assert figures(queued.db) == (0, 0, 0)
    assert queued.plan() == undisturbed


def test_a_roster_that_kills_its_worker_three_times_is_given_up(queued: Scene) -> None:
    def kill(exchange: Exchange) -> None:
        queued.job().kill()
        exchange.reset()

    for _ in range(3):
        queued.proxy.plan({WRITE: kill})
        assert queued.worker("--drain").code == -9
        queued.end()
        let_time_pass(queued.db)
    queued.proxy.plan()

    ended = queued.worker("--drain")

    assert (ended.code, figures(queued.db)) == (0, (0, 0, 1))
    row = entry(queued.db, queued.roster_id)
    assert row["reason"].startswith("3 workers ended while they filled this roster")
    assert Queue(queued.db.client).retry(None) == 1


def test_asked_for_while_it_is_filled__filled_once_more(queued: Scene, undisturbed: list[Raw]) -> None:
    def meanwhile(exchange: Exchange) -> None:
        assert ask(queued.db, queued.roster_id, urgent=True) == ["again"]
        exchange.relay()

    queued.proxy.plan({WRITE: meanwhile})

    ended = queued.worker("--drain", "--log-format", "json")

    lines = [json.loads(line) for line in ended.out.splitlines()]
    assert [line["urgent"] for line in lines if line.get("roster_id")] == [False, True]
    assert figures(queued.db) == (0, 0, 0)
    assert queued.plan() == undisturbed


def test_a_worker_whose_lease_ends_before_it_writes_writes_nothing(queued: Scene) -> None:
    """Its roster is the next one's: another that takes it meanwhile fills it alone."""

    def late(exchange: Exchange) -> None:
        let_time_pass(queued.db)
        exchange.relay()

    before = queued.rows()
    queued.proxy.plan({WRITE + 1: late})

    ended = queued.worker("--drain", "--log-format", "json")

    fates = [json.loads(line).get("fate") for line in ended.out.splitlines()]
    assert [fate for fate in fates if fate] == ["lost", "done"]
    assert ended.code == 0
    assert queued.rows() != before


def test_a_fault_of_the_database_uses_up_no_tries(queued: Scene) -> None:
    """The breaker: after three rosters in a row it pauses, and gives back what it takes."""
    more = [f"6a1e3f0c-0000-4000-8000-00000000000{number}" for number in range(1, 5)]
    ask(queued.db, *more)
    failing = [True]

    def refuse(exchange: Exchange) -> None:
        if failing[0] and queued.proxy.seen[exchange.number - 1].target == "greedy_begin":
            exchange.reset()
            rows = queued.db.sql("select sum(failures) as tries from greedy_requests")
            beaten = [seen for seen in queued.proxy.seen if seen.target == "greedy_begin"]
            if len(beaten) >= 8:
                assert rows[0]["tries"] == 2
                failing[0] = False
        else:
            exchange.relay()

    queued.proxy.plan(since=(1, refuse))
    limits = {
        "greedy.database.requests.TRIES": 1,
        "greedy.domain.queue.PAUSES": [0.2],
        "greedy.domain.queue.WAITS": [1, 1, 1],
    }

    ended = queued.worker("--drain", limits=limits)

    assert (ended.code, "rosters fail one after the other" in ended.log) == (0, True), ended.log
    assert figures(queued.db) == (0, 0, 4)  # the made-up ones are not there: that is told, and no outage
    queued.proxy.plan()
