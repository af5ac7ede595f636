"""A roster of its own days and people in a database of many connections, and what job and planners do to it in SQL."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from tests.support.patience import PATIENCE
from tests.support.postgres import Connection, Database, Server, migrations

Row = dict[str, Any]
START = date(2026, 1, 5)
OPEN, ACTIVE, BLOCKED, UNAVAILABLE = range(4)
CODES = ("DIO", "DIA", "DDO", "DDA", "ECH")


def written(server: Server, name: str) -> Database:
    """Create a database with the migrations and the services of `CODES`."""
    made = server.create(name, *migrations())
    made.run(
        "insert into service_types (code, naam, is_system) select code, code, code <> 'ECH' "
        f"from unnest(array{list(CODES)}) as code"
    )
    return made


@dataclass(frozen=True)
class Scene:
    """A roster of its own days and people, and a connection of the job and of a planner."""

    database: Database
    id: str
    start: date
    people: tuple[str, ...]
    services: dict[str, str]
    job: Connection
    planner: Connection

    def row(self, day: int, dagdeel: str, code: str | None, person: int = 0, status: int = ACTIVE, **more: Any) -> Row:
        return {
            "employee_id": self.people[person],
            "date": (self.start + timedelta(days=day)).isoformat(),
            "dagdeel": dagdeel,
            "service_id": self.services[code] if code else None,
            "status": status,
            "source": "greedy" if status == ACTIVE else "greedy-blocking",
            **more,
        }

    def write(self, *rows: Row, at: datetime | None = None, connection: Connection | None = None) -> Row:
        sent = [self.id, json.dumps(rows), at or datetime.now(UTC)]
        found = (connection or self.job).execute("select greedy_write(%s, %s, %s) as told", sent).fetchone()
        assert found
        told: Row = found["told"]
        return told

    def replan(self, back: Sequence[Row], *rows: Row, at: datetime | None = None) -> Row:
        sent = [self.id, json.dumps(back), json.dumps(rows), at or datetime.now(UTC)]
        found = self.job.execute("select greedy_replan(%s, %s, %s, %s) as told", sent).fetchone()
        assert found
        told: Row = found["told"]
        return told

    def refusals(self, *rows: Row) -> list[tuple[int, str, str]]:
        """(date's day, dagdeel, reason) of each row that is refused."""
        with pytest.raises(psycopg.Error) as caught:
            self.write(*rows)
        assert caught.value.sqlstate == "PT409"
        told = json.loads(caught.value.diag.message_detail or "")
        assert caught.value.diag.message_primary == told[0]["words"]
        return [((date.fromisoformat(row["date"]) - self.start).days, row["dagdeel"], row["reason"]) for row in told]

    def upsert(self, row: Row, connection: Connection | None = None) -> None:
        """A planner's cell, as an application upserts it: all the columns that it knows."""
        row = {"roster_id": self.id, **row}
        names = ", ".join(row)
        sets = ", ".join(f"{name} = excluded.{name}" for name in row if name != "id")
        (connection or self.planner).execute(
            f"insert into roster_assignments ({names}) values ({', '.join(['%s'] * len(row))}) "
            f"on conflict (roster_id, employee_id, date, dagdeel) do update set {sets}".encode(),
            list(row.values()),
        )

    def edit(
        self, day: int, dagdeel: str, person: int = 0, *, connection: Connection | None = None, **set_to: Any
    ) -> int:
        cursor = (connection or self.planner).execute(
            f"update roster_assignments set {', '.join(f'{name} = %s' for name in set_to)} "
            "where roster_id = %s and employee_id = %s and date = %s and dagdeel = %s".encode(),
            [*set_to.values(), self.id, self.people[person], self.start + timedelta(days=day), dagdeel],
        )
        return cursor.rowcount

    def rows(self, person: int = 0) -> dict[tuple[int, str], Row]:
        found = self.planner.execute(
            "select * from roster_assignments where roster_id = %s and employee_id = %s", [self.id, self.people[person]]
        )
        return {((row["date"] - self.start).days, row["dagdeel"]): row for row in found}

    def states(self, person: int = 0) -> dict[tuple[int, str], int]:
        return {slot: row["status"] for slot, row in self.rows(person).items() if row["status"]}


Make = Callable[..., Scene]


@contextmanager
def scenes(database: Database) -> Iterator[Make]:
    """Return what makes scenes, whose connections are closed when the context ends."""
    with ExitStack() as stack:

        def made(start: date = START, days: int = 14, people: int = 2, staff: tuple[str, ...] = ()) -> Scene:
            owner = stack.enter_context(database.connect("postgres"))
            names = staff or tuple(f"E-{uuid4()}" for _ in range(people))
            if not staff:
                owner.execute(
                    "insert into employees (id, voornaam, team) "
                    "select name, 'Eva', 'Groen' from unnest(%s::text[]) as name",
                    [list(names)],
                )
            roster = owner.execute(
                "insert into roosters (start_date, end_date) values (%s, %s) returning id::text",
                [start, start + timedelta(days=days - 1)],
            ).fetchone()
            assert roster
            owner.execute(
                "insert into roster_employee_services (roster_id, employee_id, service_id, aantal) "
                "select %s, name, id, 99 from unnest(%s::text[]) as name, service_types",
                [roster["id"], list(names)],
            )
            owner.execute(
                "insert into roster_period_staffing_dagdelen "
                "(roster_id, date, dagdeel, team, service_id, status, aantal) "
                "select roosters.id, day, dagdeel, 'TOT', service_types.id, 'MOET', 9 from roosters, "
                "generate_series(start_date, end_date, '1 day') as day, unnest(array['O', 'M', 'A']) as dagdeel, "
                "service_types where roosters.id = %s",
                [roster["id"]],
            )
            services = {row["code"]: row["id"] for row in owner.execute("select code, id::text from service_types")}
            job, planner = (stack.enter_context(database.connect()) for _ in range(2))
            return Scene(database, roster["id"], start, names, services, job, planner)

        yield made


def until_it_waits(database: Database, connection: Connection) -> None:
    """Return as soon as what a connection is at waits for a lock that somebody holds, by itself or looking again."""
    deadline = time.monotonic() + PATIENCE
    query = (
        "select pid from pg_stat_activity "
        "where pid = %s and state = 'active' and (wait_event_type = 'Lock' or wait_event = 'PgSleep')"
    )
    with database.connect("superuser") as operator:
        while not operator.execute(query, [connection.info.backend_pid]).fetchone():
            assert time.monotonic() < deadline, "it does not wait"
            time.sleep(0.005)
