"""A roster in the local Supabase with a fault proxy before it, and the job run through that proxy."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import signal
import subprocess
import threading
import uuid
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

from structlog.testing import capture_logs

from demo.roster import PRACTICE, make_roster
from greedy.processor_with_db import DatabaseOperationOrchestrator
from tests.faults.proxy import FaultProxy
from tests.support import checker, patience
from tests.support.database import BLOCKING, STAMPS, Database, Tables, without
from tests.support.factories import Raw
from tests.support.patience import PATIENCE

SPEC = replace(
    PRACTICE,
    start=dt.date(2029, 1, 1),  # in years of its own: no other test's roster is its neighbour
    people=6,
    days=7,
    shifts=42,
    hand_planned=5,
    quota_slack=0.3,
    part_time=0.2,
    all_rows=False,
    open_rows=True,
)

REQUESTS = 12
"""Requests of an undisturbed run. 4B always has something to write: rest after the duty in the roster before."""

SCHEMA, WRITE, LOOK, BLOCK, FINISH, VERIFY = 1, 8, 9, 10, 11, 12
"""Numbers of requests: what the database has of the job's SQL, the six tables, 4A, what the trigger made, 4B, counters
and status, the verification."""

EVERYTHING = os.getenv("FAULTS") == "all"
"""Whether the whole matrix is run (`make faults`) or a sample of it (`make test`)."""

HURRIED = {"greedy.cli.worker.HURRY": PATIENCE, "greedy.cli.queue_options.POLL": 0.1}
"""Limits of a worker that a machine at work on other things may reach."""

PROXY_PASSWORD = "hunter2"
"""Never to be seen."""


def sample(everything: list[Any], few: list[Any]) -> list[Any]:
    """Return what a matrix is run with."""
    return everything if EVERYTHING else few


def practice() -> Tables:
    """Make a small roster, between one that ends with a duty and one that begins with work."""
    raw = make_roster(SPEC)
    roster = raw["roosters"][0]
    services = {row["code"]: row["id"] for row in raw["service_types"]}
    planned = next(row for row in raw["roster_assignments"] if row["status"] == 1)
    for code, dagdeel, date in (
        ("DIA", "A", SPEC.start - dt.timedelta(days=1)),
        ("OSP", "O", SPEC.end + dt.timedelta(days=1)),
    ):
        other, row = (str(uuid.uuid5(uuid.NAMESPACE_OID, f"{kind} {date}")) for kind in ("roster", "row"))
        raw["roosters"].append(roster | {"id": other, "start_date": str(date), "end_date": str(date)})
        place = {"date": str(date), "dagdeel": dagdeel, "service_id": services[code]}
        raw["roster_assignments"].append(planned | place | {"id": row, "roster_id": other})
    return raw


@dataclass
class Ended:
    """How the command ended: exit code, standard output, and standard error."""

    code: int
    out: str
    log: str

    @property
    def result(self) -> dict[str, Any]:
        """The result, which is the last line of a log in JSON, and alone otherwise."""
        result: dict[str, Any] = json.loads(self.out.splitlines()[-1] if "\n{" in self.out else self.out)
        return result


class Scene:
    """The roster, its database, the proxy before it, and the command that a test has started."""

    def __init__(self, db: Database, proxy: FaultProxy) -> None:
        self.db, self.proxy = db, proxy
        self._running, self._started = ExitStack(), threading.Event()
        self._job: subprocess.Popen[str] | None = None
        self.raw = practice()
        self.roster_id = self.raw["roosters"][0]["id"]
        self.names = {row[name] for row in self.raw["employees"] for name in ("voornaam", "achternaam")}
        self.through_proxy = self.through(proxy)

    def through(self, proxy: FaultProxy) -> Database:
        """Return the database as it is seen through a proxy."""
        return Database(replace(self.db.server, url=proxy.url), self.db.client)

    def end(self) -> None:
        """End the command, if a test has left it running."""
        self._running.close()
        self._started.clear()
        self._job = None

    def reset(self) -> list[Raw]:
        """Put the roster back as it was before any run, and return its rows."""
        self.end()
        self.proxy.plan()
        self.db.sql(f"delete from roosters where start_date >= date '{SPEC.start}' - 1")
        self.db.load(deepcopy(self.raw))
        return self.rows()

    def requests(self) -> int:
        """Count the requests of the run, without the one row of the run history that it ends with."""
        history = [request for request in self.proxy.seen if request.target == "greedy_runs"]
        assert history in ([], self.proxy.seen[-1:])
        return len(self.proxy.seen) - len(history)

    def rows(self) -> list[Raw]:
        """Return the roster's slots, in their natural order."""
        return self.db.rows(self.roster_id)

    def plan(self) -> list[Raw]:
        """Return the slots without what differs from run to run: ids, stamps and times."""
        return [without(row, *STAMPS) for row in self.rows()]

    def others(self) -> list[Raw]:
        """Return the rows of everyone else: the other rosters' and those that planners hold here."""
        here = f"roster_id = '{self.roster_id}'"
        rows: list[Raw] = self.db.sql(
            f"select * from roster_assignments where date >= date '{SPEC.start}' - 1 "
            f"and (not {here} or (status <> 0 and source not like 'greedy%')) order by id"
        )
        return rows

    def tables(self) -> Tables:
        """Read what the roster's tables hold now, for the checker."""
        read = "select * from {}".format
        roster = f" where roster_id = '{self.roster_id}'"
        return {
            "roosters": self.db.sql(read("roosters") + f" where id = '{self.roster_id}'"),
            "employees": self.db.sql(read("employees")),
            "service_types": self.db.sql(read("service_types")),
            "roster_period_staffing_dagdelen": self.db.sql(read("roster_period_staffing_dagdelen") + roster),
            "roster_employee_services": self.db.sql(read("roster_employee_services") + roster),
            "roster_assignments": self.db.sql(
                read("roster_assignments") + f" where date between date '{SPEC.start}' - 1 and date '{SPEC.end}' + 1"
            ),
        }

    def broken_rules(self) -> list[str]:
        """Judge all that runs have written, against the tables as they are now."""
        now = self.tables()
        ours = [
            row
            for row in now["roster_assignments"]
            if row["roster_id"] == self.roster_id and row["status"] in (1, 2) and row["source"].startswith("greedy")
        ]
        ids = {row["id"] for row in ours}
        before = [row for row in now["roster_assignments"] if row["id"] not in ids]
        return checker.violations(now | {"roster_assignments": before}, ours, self.roster_id)

    def run(self, *, by_proxy: bool = True, **options: Any) -> tuple[dict[str, Any], DatabaseOperationOrchestrator]:
        """Run the pipeline in this process, and see that it tells no secret."""
        with capture_logs() as logs:
            outcome, job = (self.through_proxy if by_proxy else self.db).run(self.roster_id, **options)
        self.see_no_secret(str(logs), json.dumps(outcome))
        return outcome, job

    def command(
        self, *options: str, limits: Mapping[str, float] | None = None, settings: Mapping[str, str] | None = None
    ) -> Ended:
        """Run the command to its end, and see that it tells no secret.

        Args:
            options: Its options, besides the roster.
            limits: Its limits of time, where they are not `patience.LIMITS`.
            settings: Its settings, where they are not those of the proxy before the database.
        """
        return self.run_to_its_end(patience.command("--roster-id", self.roster_id, *options, limits=limits), settings)

    def run_to_its_end(self, command: list[str], settings: Mapping[str, str] | None = None) -> Ended:
        """Run a command line to its end; what a fault raises is this test's failure."""
        environment = patience.environment(**(self.through_proxy.settings() | dict(settings or {})))
        self._job = self._running.enter_context(patience.running(command, environment))
        self._started.set()
        out, log = self._job.communicate(timeout=PATIENCE)
        self.see_no_secret(log, out)
        return Ended(self._job.returncode, out, log)

    def worker(self, *options: str, limits: Mapping[str, Any] | None = None) -> Ended:
        """Run a worker to its end, as `command` runs the command."""
        return self.run_to_its_end(patience.command("worker", *options, limits=HURRIED | dict(limits or {})))

    def job(self) -> subprocess.Popen[str]:
        """Return the command that runs, for a fault to do something to it."""
        assert self._started.wait(PATIENCE)
        assert self._job is not None
        return self._job

    def signal(self, name: signal.Signals) -> None:
        """Send the command a signal.

        It is pending from now on: whatever answer the job gets after this, it gets with the signal noticed.
        """
        self.job().send_signal(name)

    def see_no_secret(self, log: str, result: str) -> None:
        """No key anywhere, no password of a proxy's, and no employee's name in the log."""
        for secret in (self.db.server.secret_key, PROXY_PASSWORD):
            assert secret not in log + result
        for name in self.names:
            assert not re.search(rf"\b{re.escape(name)}\b", log), name

    @contextmanager
    def without_trigger(self, missing: bool = True) -> Iterator[None]:
        """Switch the blocking trigger off for a while, or not."""
        with self.db.disabled(*(BLOCKING if missing else ())):
            yield


def known_to_be_written(outcome: dict[str, Any]) -> int:
    """Return how many assignments a run says that it wrote."""
    stored = outcome["phases"]["fase4_database"]
    return stored["write_assignments"]["written"] if stored else 0
