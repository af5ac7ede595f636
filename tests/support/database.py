"""A local Supabase as tests use it: what they load, run, ask and compare."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Protocol

import httpx
from supabase import Client, ClientOptions, create_client
from typer.testing import CliRunner

import greedy_orchestrator
from demo.load import load_roster
from demo.local_supabase import MIGRATIONS, LocalSupabase, local_supabase
from greedy.database import paging
from greedy.database.client import connect
from greedy.processor_with_db import DatabaseOperationOrchestrator
from tests.support import PROJECT, checker, factories, patience
from tests.support.factories import Raw
from tests.support.patience import LONG_AGO, PATIENCE, Done

Tables = dict[str, list[Raw]]
"""Rows by their table."""

NATURAL = ("employee_id", "date", "dagdeel")
"""Columns that tell a roster's slots apart."""

STAMPS = {"id", "created_at", "updated_at"}
"""Columns that differ from run to run."""

BLOCKING = tuple(f"roster_assignments_greedy_{event}" for event in ("insert", "update", "delete"))
SHARE = "roster_assignments_10_share"
HAND_OVER = "roster_assignments_20_hand_over"
"""Names of triggers."""

SQL = PROJECT / "tests" / "support" / "migrations"
"""The folder of the function by which tests send SQL of their own."""


@contextmanager
def connected(url: str, key: str) -> Iterator[Client]:
    """Open a client of its own: HTTP/1.1, no proxies from the environment, closed at the end."""
    with httpx.Client(timeout=PATIENCE, trust_env=False) as http:
        yield create_client(url, key, ClientOptions(httpx_client=http))


class Request(Protocol):
    """A request of the supabase client, ready to be sent."""

    def execute(self) -> Any: ...


def answered(request: Request) -> Any:
    """Send a request and return what it is answered: rows, or what a function returns.

    The client's own type says no more than that it came as JSON, of which nothing could be read without a cast.
    """
    return request.execute().data


class Database:
    """One server, with what tests ask of it."""

    def __init__(self, server: LocalSupabase, client: Client) -> None:
        self.server, self.client = server, client

    def load(self, raw: Tables) -> str:
        """Load a roster and return its id; services that are there already keep their ids, also in what is given."""
        return load_roster(self.client, raw)

    def rows(self, roster_id: str) -> list[Raw]:
        """Return a roster's slots, in their natural order."""
        query = lambda: paging.select(self.client, "roster_assignments", "*").eq("roster_id", roster_id)  # noqa: E731
        return sorted(paging.read_all(query, "roster_assignments"), key=lambda row: [row[name] for name in NATURAL])

    def service_codes(self) -> dict[str, str]:
        """Return the code of each service, by its id."""
        rows = answered(self.client.table("service_types").select("id,code"))
        return {row["id"]: row["code"] for row in rows}

    def sql(self, query: str) -> Any:
        return answered(self.client.rpc("test_sql", {"query": query}))

    def uninstall(self) -> None:
        """Take all of the job's own SQL away, as `supabase/uninstall.sql` does; tables and data stay."""
        uninstall = (PROJECT / "supabase" / "uninstall.sql").read_text()
        self.sql(uninstall.replace("\nbegin;\n", "").replace("\ncommit;\n", ""))  # test_sql is a transaction itself

    def run(self, roster_id: str, **options: Any) -> tuple[dict[str, Any], DatabaseOperationOrchestrator]:
        """Run the pipeline in this process."""
        with connect(self.server.url, self.server.secret_key) as connection:
            job = DatabaseOperationOrchestrator(connection, roster_id, str(uuid.uuid4()), **options)
            return job.execute_full_pipeline().to_json(), job

    def settings(self) -> dict[str, str]:
        """Return what the command's environment names this server by."""
        return {"SUPABASE_URL": self.server.url, "SUPABASE_KEY": self.server.secret_key}

    def command(self, roster_id: str, *options: str) -> Done:
        """Run the command as a user does."""
        line = patience.command("--roster-id", roster_id, *options)
        done = patience.run(line, patience.environment(**self.settings()))
        assert self.server.secret_key not in done.stdout + done.stderr
        return done

    @contextmanager
    def disabled(self, *triggers: str) -> Iterator[None]:
        """Switch triggers off for a while."""
        for trigger in triggers:
            self.sql(f"alter table roster_assignments disable trigger {trigger}")
        try:
            yield
        finally:
            for trigger in triggers:
                self.sql(f"alter table roster_assignments enable trigger {trigger}")


@contextmanager
def fresh_database(
    migrations: Sequence[Path] = (MIGRATIONS,), *, max_rows: int = 1000, pgmq: bool = True
) -> Iterator[Database]:
    """Run a server for one test alone; see `local_supabase` for what may be asked of it."""
    with (
        local_supabase([*migrations, SQL], max_rows=max_rows, pgmq=pgmq) as server,
        connected(server.url, server.secret_key) as client,
    ):
        yield Database(server, client)


class Fresh(Protocol):
    """Runs a server for one test alone: `fresh_database` as a fixture."""

    def __call__(self, *, max_rows: int = 1000) -> AbstractContextManager[Database]: ...


def ask(db: Database, *options: str, **environment: str) -> Done:
    """Run the command in this process, with no setting but these, on a day before all rosters."""
    given = options if "--today" in options else ("--today", LONG_AGO, *options)
    found = CliRunner().invoke(greedy_orchestrator.app, list(given), env=db.settings() | environment)
    assert db.server.secret_key not in found.stdout + found.stderr
    assert found.exception is None or isinstance(found.exception, SystemExit), found.exception
    return Done(found.exit_code, found.stdout, found.stderr)


@contextmanager
def without_table(db: Database) -> Iterator[None]:
    """Take the table of the run history away for a while."""
    db.sql("alter table greedy_runs rename to greedy_runs_away")
    try:
        yield
    finally:
        db.sql("alter table greedy_runs_away rename to greedy_runs")


# Rosters


def small(**given: Any) -> Tables:
    """Return a week's roster as `factories.tables` makes it, under ids that are this test's own."""
    raw = factories.tables(**given)
    mark = uuid.uuid4().hex[:8]
    ids: dict[str, str] = {}

    def own(value: str) -> str:
        return ids.setdefault(value, str(uuid.uuid4()))

    for table, rows in raw.items():
        for row in rows:
            for column in ("id", "roster_id", "service_id"):
                if row.get(column) and not (table == "employees" and column == "id"):
                    row[column] = own(row[column])
            if table == "employees":
                row["id"] = f"{mark}-{row['id']}"
            if "employee_id" in row:
                row["employee_id"] = f"{mark}-{row['employee_id']}"
    return raw


def one_open_shift(people: int = 2, **given: Any) -> Tables:
    """Return a roster with one open ECH shift that several people can do."""
    ids = [f"E{number}" for number in range(1, people + 1)]
    return small(
        **{
            "employees": [factories.employee(person) for person in ids],
            "roster_period_staffing_dagdelen": [factories.requirement()],
            "roster_employee_services": [factories.qualification(person) for person in ids],
        }
        | given
    )


def duty_roster() -> Tables:
    """Return a roster with one open DIO that one person can do."""
    return small(
        roster_period_staffing_dagdelen=[factories.requirement("DIO")],
        roster_employee_services=[factories.qualification(service_id="DIO")],
    )


def slot_row(raw: Tables, code: str | None, person: int = 0, **overrides: Any) -> Raw:
    """Return a planner's row for a roster that is in the database."""
    service = next((row["id"] for row in raw["service_types"] if row["code"] == code), None)
    row = factories.assignment(raw["employees"][person]["id"], service_id=service, **overrides)
    return without(row, "id") | {"roster_id": raw["roosters"][0]["id"]}


# Comparisons


def added(before: list[Raw], after: list[Raw]) -> list[Raw]:
    """Return the rows that are ACTIVE or BLOCKED now and were not so before."""
    held = {tuple(row[name] for name in NATURAL) for row in before if row["status"]}
    return [row for row in after if row["status"] and tuple(row[name] for name in NATURAL) not in held]


def without(row: Raw, *columns: str) -> Raw:
    """Return a row without some of its columns."""
    return {name: value for name, value in row.items() if name not in columns}


def judge(raw: Tables, before: list[Raw], after: list[Raw]) -> None:
    """Judge what a run wrote, by the independent checker, and that everyone else's rows are as they were."""
    assert checker.violations(raw, added(before, after), raw["roosters"][0]["id"]) == []
    unchanged = {row["id"]: row for row in after}
    for row in before:
        if row["status"]:
            assert unchanged[row["id"]] == row
