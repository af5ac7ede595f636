"""What the tests of the queue do with it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from greedy.database.queue import Queue
from greedy.domain.queue import Fate, Figures, Report, Taken, Verdict
from greedy.errors import GreedyError
from tests.support.database import SQL, Database, connected
from tests.support.postgres import postgres, served, with_queue

Options = Mapping[str, Any]
"""Options of a run, as a message has them."""

LEASE = 3600
"""Seconds of a lease that does not end while a test lasts."""


@contextmanager
def many_connections() -> Iterator[Database]:
    """Run a PostgreSQL with the queue, served by Supabase Lite."""
    with postgres() as server:
        database = server.create("queue", *with_queue(), *sorted(SQL.glob("*.sql")))
        with served(database) as api, connected(api.url, api.secret_key) as client:
            yield Database(api, client)


def rosters(number: int) -> list[str]:
    """Return ids in their order."""
    return sorted(str(uuid.uuid4()) for _ in range(number))


def ask(
    here: Database, *ids: str, urgent: bool = False, practice: str | None = None, options: Options | None = None
) -> list[str]:
    """Ask for rosters, one after the other, and return what came of each."""
    queue = Queue(here.client)
    return [queue.ask([one], dict(options or {}), urgent=urgent, practice=practice)[0]["outcome"] for one in ids]


def take(here: Database, worker: str = "w1", token: str | None = None) -> Taken | None:
    """Take what is due next."""
    return Queue(here.client).take(token or str(uuid.uuid4()), worker, LEASE)[0]


def must_take(here: Database, worker: str = "w1") -> Taken:
    taken = take(here, worker)
    assert taken is not None
    return taken


def report(here: Database, taken: Taken, fate: Fate, failure: GreedyError | None = None, seconds: int = LEASE) -> bool:
    """Report on a roster."""
    return Queue(here.client).report(Report(taken, Verdict(fate, seconds), failure))


def figures(here: Database) -> tuple[int, int, int]:
    """How many wait, run, and have failed."""
    found: Figures | None = Queue(here.client).figures()
    assert found is not None
    return found.waiting, found.running, found.failed


def entry(here: Database, roster_id: str) -> dict[str, Any]:
    """Return what the view has of a roster."""
    (found,) = [row for row in Queue(here.client).entries() if row["roster_id"] == roster_id]
    return found


def let_time_pass(here: Database, *ids: str) -> None:
    """End leases and delays of some rosters, or of all, as time would."""
    chosen = f"where msg_id in (select msg_id from greedy_requests where roster_id = any (array{list(ids)}::uuid[]))"
    here.sql(f"update pgmq.q_greedy set vt = clock_timestamp() - interval '1 ms' {chosen if ids else ''}")
