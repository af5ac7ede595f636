"""What a write costs the database: the job's functions, beside the table without triggers and the migrations of before.

`python -m benchmarks.writes` starts the PostgreSQL of the tests (GREEDY_POSTGRES names the programs of another version)
and prints one table; nothing is asserted of what a clock says. Each write is rolled back, the median of some is told.
Where the system says so (Linux), it is processor time of the database's process, which other programs hardly disturb.
"""

from __future__ import annotations

import datetime as dt
import json
import time
from pathlib import Path
from statistics import median
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from tests.support.postgres import Connection, Database, Server, migrations, postgres

app = typer.Typer(help=__doc__, add_completion=False)
out = Console(width=140)

SIZES = (212, 1_000, 5_000)
BEFORE = 8
"""The migrations of the version before: the first so many."""
PEOPLE = 320
START = dt.date(2026, 1, 5)
DAYS = 35

SCENE = """
insert into service_types (code, naam, is_system)
select code, code, code <> 'ECH' from unnest(array['DIO', 'DIA', 'DDO', 'DDA', 'ECH']) as code;
insert into employees (id, voornaam, team)
select 'emp' || n, 'Eva', (array['Groen', 'Oranje', 'Overig'])[1 + n % 3] from generate_series(1, {people}) as n;
insert into roosters (start_date, end_date) values ('{start}', '{end}');
insert into roster_employee_services (roster_id, employee_id, service_id, aantal)
select roosters.id, employees.id, service_types.id, 99 from roosters, employees, service_types;
insert into roster_period_staffing_dagdelen (roster_id, date, dagdeel, team, service_id, status, aantal)
select roosters.id, day, dagdeel, 'TOT', service_types.id, 'MOET', {people}
from roosters, generate_series(start_date, end_date, '1 day') as day, unnest(array['O', 'M', 'A']) as dagdeel,
  service_types;
analyze;
"""
# Statistics of an empty table, and nothing that renews them.
HISTORY = """
alter table roster_assignments set (autovacuum_enabled = false);
insert into roosters (start_date, end_date)
select date '2026-01-05' - 35 * n, date '2026-01-05' - 35 * n + 34 from generate_series(1, {rosters}) as n;
set session_replication_role = replica;
insert into roster_assignments (roster_id, employee_id, date, dagdeel, service_id, status)
select roosters.id, employees.id, day, dagdeel, service.id, case when service.id is null then 0 else 1 end
from roosters, employees, generate_series(start_date, end_date, '1 day') as day,
  unnest(array['O', 'M', 'A']) as dagdeel,
  lateral (select case when dagdeel = 'O' then id end as id from service_types where code = 'ECH') as service
where start_date < '2026-01-05';
"""
UPSERT = """
insert into roster_assignments (roster_id, employee_id, date, dagdeel, service_id, status, source, created_at)
select roster_id, employee_id, date, dagdeel, service_id, status, source, created_at
from jsonb_populate_recordset(null::roster_assignments, %s)
on conflict (roster_id, employee_id, date, dagdeel) do update
set service_id = excluded.service_id, status = excluded.status, source = excluded.source,
  created_at = excluded.created_at
"""


def records(connection: Connection, rows: int, *, duties: bool) -> tuple[str, list[dict[str, Any]]]:
    """Return the roster and what to write to it: duties every other day, or one duty in four shifts."""
    (roster,) = connection.execute("select id::text from roosters where start_date = %s", [START]).fetchall()
    services = {row["code"]: row["id"] for row in connection.execute("select code, id::text from service_types")}
    pattern = [(0, "O", "DIO")] if duties else [(0, "O", "DIO"), (2, "O", "ECH"), (2, "M", "ECH"), (3, "O", "ECH")]
    step = 2 if duties else 4
    made = [
        {
            "roster_id": roster["id"],
            "employee_id": f"emp{person}",
            "date": (START + dt.timedelta(days=first + later)).isoformat(),
            "dagdeel": dagdeel,
            "service_id": services[code],
            "status": 1,
            "source": "greedy",
            "created_at": "2026-01-01T12:00:00Z",
        }
        for first in range(0, DAYS - 3, step)
        for person in range(1, PEOPLE + 1)
        for later, dagdeel, code in pattern
    ]
    return roster["id"], made[:rows]


def clock(process: int) -> float:
    """Return the seconds that a process of the server has computed; where the system does not say, a clock's."""
    account = Path(f"/proc/{process}/schedstat")
    return int(account.read_text().split()[0]) / 1e9 if account.exists() else time.perf_counter()


def measure(database: Database, method: str, rows: int, *, duties: bool, times: int) -> float:
    """Return the median of the seconds that one write took; not a number where it was cut off."""
    taken = []
    with database.connect("service_role", autocommit=False) as connection:
        roster, made = records(connection, rows, duties=duties)
        if method == "before":  # takes longer than the 8 s that a hosted project allows
            connection.execute("set statement_timeout = '300s'")
        sent = json.dumps(made)
        for _ in range(times):
            started = clock(connection.info.backend_pid)
            if method == "job":
                connection.execute("select greedy_write(%s, %s, %s)", [roster, sent, "2026-01-01T12:00:00Z"])
            else:
                connection.execute(UPSERT, [sent])
            taken.append(clock(connection.info.backend_pid) - started)
            connection.rollback()
    return median(taken)


def scene(server: Server, method: str, history: int) -> Database:
    """Create a database for one method, with rows of earlier rosters."""
    scripts = {"bare": migrations()[:1], "before": migrations()[:BEFORE], "job": migrations()}[method]
    database = server.create(f"{method}_{history}", *scripts)
    if method == "bare":
        database.run("drop trigger roster_assignments_30_updated_at on roster_assignments")
    end = START + dt.timedelta(days=DAYS - 1)
    database.run(SCENE.format(people=PEOPLE, start=START, end=end))
    if history:
        database.run(HISTORY.format(rosters=-(-history // (PEOPLE * DAYS * 3))), role="superuser")
    return database


@app.command()
def writes(
    sizes: Annotated[str, typer.Option(help="Rows of one write, separated by commas.")] = "212,1000,5000",
    history: Annotated[
        int, typer.Option(help="Rows of earlier rosters in the larger table; 0: only the fresh one.")
    ] = 2_000_000,
    times: Annotated[int, typer.Option(min=1, help="Writes of each kind; the median is told.")] = 3,
    before: Annotated[bool, typer.Option(help="Measure the migrations of before as well.")] = True,
) -> None:
    """Measure writes of all sizes, of duties alone and of a mix, on a fresh table and on a large one."""
    with postgres() as server:
        table = Table(title=f"PostgreSQL {server.version}: milliseconds of one write (median of {times})")
        for header in ("table", "rows", "kind", "bare table", "job", "of bare", "before"):
            table.add_column(header, justify="left" if header in ("table", "kind") else "right")
        cost: dict[tuple[int, int, bool], float] = {}
        for rows_before in (0, history) if history else (0,):
            databases = {
                method: scene(server, method, rows_before)
                for method in ("bare", "job", *(["before"] if before else []))
            }
            for duties in (False, True):
                for rows in map(int, sizes.split(",")):
                    taken = {
                        method: measure(database, method, rows, duties=duties, times=1 if method == "before" else times)
                        for method, database in databases.items()
                    }
                    cost[rows_before, rows, duties] = taken["job"]
                    table.add_row(
                        f"{rows_before:,} rows" if rows_before else "fresh",
                        f"{rows:,}",
                        "duties" if duties else "mix",
                        f"{1000 * taken['bare']:,.0f}",
                        f"{1000 * taken['job']:,.0f}",
                        f"{taken['job'] / taken['bare']:.1f}" if taken["bare"] else "",
                        f"{1000 * taken['before']:,.0f}" if before else "",
                    )
        out.print(table)
        if history:
            worst = max(cost[history, rows, duties] / (cost[0, rows, duties] or 0.01) for _, rows, duties in cost)
            out.print(f"A row costs {worst:.2f} times as much on the large table, at most.")


if __name__ == "__main__":
    app()
