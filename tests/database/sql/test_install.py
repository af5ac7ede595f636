"""install.sql and uninstall.sql: on an empty project, on every older version, on the practice's database."""

from __future__ import annotations

import importlib.util
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.support import PROJECT
from tests.support.postgres import MIGRATIONS, Connection, Database, Server, migrations

SUPABASE = MIGRATIONS.parent
INSTALL, UNINSTALL = SUPABASE / "install.sql", SUPABASE / "uninstall.sql"
SERVICE_HOURS = MIGRATIONS / "20261128020000_service_hours.sql"
"""Columns of `service_types` for people to read, which install.sql leaves to the table's owner."""
PRACTICE = PROJECT / "tests" / "support" / "practice"
FOREIGN = {
    "S1": [PRACTICE / "s1.sql"],
    "S2": [PRACTICE / "s1.sql", PRACTICE / "s2.sql"],
    "S2 and the leftover": [PRACTICE / "s1.sql", PRACTICE / "s2.sql", PRACTICE / "s2_leftover.sql"],
}
TABLES_ALONE, VERSION_1, VERSION_2, VERSION_3 = 1, 4, 8, 10
"""How many of the migrations make what an older database has."""

CATALOGUE = """
select 'column' as kind, attrelid::regclass::text || '.' || attname as name,
  format_type(atttypid, atttypmod) || attnotnull::text || coalesce(pg_get_expr(adbin, adrelid), '') as text
from pg_attribute left join pg_attrdef on adrelid = attrelid and adnum = attnum
where attrelid in (select oid from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'v'))
  and attnum > 0 and not attisdropped
union all select 'constraint', conrelid::regclass::text || '.' || conname, pg_get_constraintdef(oid)
from pg_constraint where connamespace = 'public'::regnamespace
union all select 'index', indexrelid::regclass::text, pg_get_indexdef(indexrelid)
from pg_index join pg_class on pg_class.oid = indrelid where relnamespace = 'public'::regnamespace
union all select 'trigger', tgrelid::regclass::text || '.' || tgname, pg_get_triggerdef(oid) || tgenabled::text
from pg_trigger where not tgisinternal
union all select 'function', oid::regprocedure::text, md5(pg_get_functiondef(oid)) || coalesce(proacl::text, '')
from pg_proc where pronamespace = 'public'::regnamespace
union all select 'relation', oid::regclass::text,
  relkind::text || relrowsecurity::text || coalesce(relacl::text, '') || coalesce(obj_description(oid, 'pg_class'), '')
  || coalesce(case when relkind = 'v' then pg_get_viewdef(oid) end, '')
from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'v')
union all select 'policy', polrelid::regclass::text || '.' || polname, coalesce(pg_get_expr(polqual, polrelid), '')
from pg_policy
"""


@pytest.fixture
def name(request: pytest.FixtureRequest) -> str:
    return str(abs(hash(request.node.nodeid)))


def catalogue(database: Database) -> dict[tuple[str, str], str]:
    with database.connect("postgres") as connection:
        return {(row["kind"], row["name"]): row["text"] for row in connection.execute(CATALOGUE)}


def differences(database: Database) -> list[Any]:
    with database.connect() as connection:
        found = connection.execute("select greedy_schema() -> 'differences' as told").fetchone()
        assert found
        told: list[Any] = found["told"]
        return told


def test_generated_files_are_what_the_pieces_make() -> None:
    spec = importlib.util.spec_from_file_location("build", SUPABASE / "build.py")
    assert spec
    assert spec.loader
    build = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(build)
    for path, text in build.build().items():
        assert path.read_text() == text, f"run python supabase/build.py: {path.name}"


@pytest.mark.parametrize("version", [TABLES_ALONE, VERSION_1, VERSION_2, VERSION_3])
def test_install__gives_what_the_migrations_give(server: Server, name: str, version: int) -> None:
    of_migrations = server.create(f"{name}m", *migrations())
    installed = server.create(f"{name}i", *migrations()[:version], SERVICE_HOURS, INSTALL)
    assert catalogue(installed) == catalogue(of_migrations)
    assert differences(installed) == []


def test_install__twice_changes_nothing(server: Server, name: str) -> None:
    database = server.create(name, *FOREIGN["S2"], INSTALL)
    database.run("update greedy_duties set rest = array['M'] where code = 'DIO'")
    once = catalogue(database)
    database.run(INSTALL)
    assert catalogue(database) == once
    with database.connect() as connection:
        kept = connection.execute("select rest from greedy_duties where code = 'DIO'").fetchone()
    assert kept == {"rest": ["M"]}


@pytest.mark.parametrize("kind", FOREIGN)
def test_install__adds_and_never_changes_what_is_theirs(server: Server, name: str, kind: str) -> None:
    database = server.create(name, *FOREIGN[kind])
    before = catalogue(database)
    database.run(INSTALL)
    after = catalogue(database)
    widened = {key for key in before if after[key] != before[key]}
    assert widened == {("constraint", "roster_assignments.roster_assignments_source_check")}
    assert differences(database) == []

    database.run(UNINSTALL)
    assert {key for key in catalogue(database).keys() ^ before.keys() if "greedy_runs" not in key[1]} == set()
    database.run(INSTALL)
    assert catalogue(database) == after


def test_uninstall__takes_the_old_versions_away_too(server: Server, name: str) -> None:
    database = server.create(name, *migrations()[:VERSION_2], UNINSTALL)
    assert not [key for key in catalogue(database) if "greedy" in key[1] and "greedy_runs" not in key[1]]


def test_install__names_slots_that_are_there_twice(server: Server, name: str) -> None:
    database = server.create(name, *FOREIGN["S1"])
    database.run(
        "alter table roster_assignments drop constraint roster_assignments_unique_key",
        "insert into roosters (start_date, end_date) values ('2026-01-05', '2026-02-08')",
        "insert into employees (id, voornaam, achternaam) values ('emp7', 'Eva', 'Smit')",
        "insert into roster_assignments (roster_id, employee_id, date, dagdeel) select id, 'emp7', '2026-01-06', 'O' "
        "from roosters, generate_series(1, 2)",
    )
    before = catalogue(database)
    with pytest.raises(psycopg.errors.RaiseException, match=r"employee emp7, 2026-01-06 O \(2 rows\)"):
        database.run(INSTALL)
    assert catalogue(database) == before
    database.run("delete from roster_assignments where ctid = (select min(ctid) from roster_assignments)", INSTALL)
    assert differences(database) == []


def test_install__without_the_tables_says_which(server: Server, name: str) -> None:
    with pytest.raises(psycopg.errors.RaiseException, match="roosters, employees, service_types"):
        server.create(name, INSTALL)


@pytest.mark.parametrize(
    "check",
    [
        "check (source in ('manual', 'ort'))",
        "check (source = any (array['manual', 'ort']) and source <> '') not valid",
        "check (length(source) < 5 or status = 0)",
        "check (source like 'm%') no inherit",
    ],
)
def test_install__widens_a_check_of_any_shape(server: Server, name: str, check: str) -> None:
    database = server.create(name, *FOREIGN["S1"])
    database.run(
        f"alter table roster_assignments drop constraint roster_assignments_source_check, add constraint mine {check}"
    )
    database.run(INSTALL, INSTALL)
    with database.connect("postgres") as connection:
        found = connection.execute(
            "select pg_get_constraintdef(oid) as text from pg_constraint where conname = 'mine'"
        ).fetchone()
    assert found
    assert found["text"].count("greedy-blocking") == 1
    assert ("NOT VALID" in found["text"], "NO INHERIT" in found["text"]) == (
        "not valid" in check,
        "no inherit" in check,
    )


def test_schema__says_what_is_missing_and_how_to_mend_it(server: Server, name: str) -> None:
    database = server.create(name, *migrations())
    database.run(
        "alter table roster_assignments drop constraint roster_assignments_roster_id_employee_id_date_dagdeel_key",
        "drop index roster_assignments_employee_date, roster_assignments_active_date",
        "alter table roster_assignments disable trigger roster_assignments_greedy_update",
        "update greedy_duties set other_code = null, other_dagdeel = null where code = 'DIA'",
    )
    found = differences(database)
    assert [(row["part"], row["name"]) for row in found] == [
        ("key", "roster_id, employee_id, date, dagdeel"),
        ("index", "roster_assignments_employee_date"),
        ("index", "roster_assignments_active_date"),
        ("trigger", "roster_assignments_greedy_update"),
        ("duties", "DIO"),
    ]
    database.run(*(row["statement"] for row in found))
    assert differences(database) == []
    database.run("drop trigger roster_assignments_10_share on roster_assignments", "drop function greedy_finish")
    assert [row["name"] for row in differences(database)] == ["roster_assignments_10_share", "greedy_finish"]
    database.run(INSTALL)
    assert differences(database) == []


@pytest.mark.parametrize(
    ("code", "dagdeel", "rest"),
    [
        ("X", "O", "{N}"),
        ("X", "O", "{M+4}"),
        ("X", "A", "{M}"),
        ("X", "N", "{}"),
        ("X", "O", "{O}"),
        ("X", "O", "{M,NULL}"),
    ],
)
def test_duties__a_wrong_rule_is_refused(server: Server, name: str, code: str, dagdeel: str, rest: str) -> None:
    database = server.create(name, *migrations())
    with database.connect() as connection, pytest.raises(psycopg.errors.CheckViolation):
        connection.execute("insert into greedy_duties (code, dagdeel, rest) values (%s, %s, %s)", [code, dagdeel, rest])


@pytest.mark.parametrize("scripts", [migrations(), [*FOREIGN["S2"], INSTALL]], ids=["migrations", "install.sql"])
def test_rights__nobody_but_the_secret_key_may_call_or_read_what_is_ours(
    server: Server, name: str, scripts: list[Path]
) -> None:
    """On a project that still grants everything new to everybody."""
    database = server.create(name, *scripts)
    with database.connect("postgres") as connection:
        open_to = connection.execute(
            "select role, proname as name from pg_proc, unnest(array['anon', 'authenticated']) as role "
            "where pronamespace = 'public'::regnamespace and proname like 'greedy%' "
            "and has_function_privilege(role, pg_proc.oid, 'execute') "
            "union all select role, relname from pg_class, unnest(array['anon', 'authenticated']) as role "
            "where relnamespace = 'public'::regnamespace and relkind in ('r', 'v') and relname like 'greedy%' "
            "and has_table_privilege(role, pg_class.oid, 'select, insert, update, delete')"
        ).fetchall()
        closed_to_the_job = connection.execute(
            "select name from unnest(array['greedy_write(uuid, jsonb, timestamptz)', "
            "'greedy_replan(uuid, jsonb, jsonb, timestamptz)', 'greedy_finish(uuid, jsonb, boolean)', "
            "'greedy_try(uuid, jsonb)', 'greedy_schema()']) as name "
            "where not has_function_privilege('service_role', name, 'execute')"
        ).fetchall()
    assert (open_to, closed_to_the_job) == ([], [])


# The practice's own application on top


@pytest.fixture(params=list(FOREIGN))
def practice(request: pytest.FixtureRequest, server: Server, name: str) -> Database:
    """The practice's database with ours on top, and a fresh roster of its own kind in it."""
    database = server.create(name, *FOREIGN[request.param], INSTALL)
    database.run(
        "insert into service_types (code, naam, is_system) select code, code, true "
        "from unnest(array['DIO', 'DIA', 'DDO', 'DDA']) as code union all select 'ECH', 'Echo', null",
        "insert into employees (id, voornaam, achternaam, team) values ('emp1', 'Eva', 'Smit', 'Groen'), "
        "('emp2', 'Bo', 'Jans', 'Oranje')",
        "insert into roosters (start_date, end_date) values ('2026-01-05', '2026-02-08')",
        "select initialize_roster_assignments(id, start_date, array['emp1', 'emp2']) from roosters",
        "insert into roster_employee_services (roster_id, employee_id, service_id, aantal) select roosters.id, "
        "employees.id, service_types.id, 20 from roosters, employees, service_types",
        "insert into roster_period_staffing_dagdelen (roster_id, date, dagdeel, team, service_id, status, aantal) "
        "select roosters.id, day, 'O', 'TOT', service_types.id, 'MOET', 2 from roosters, service_types, "
        "generate_series(start_date, end_date, '1 day') as day",
        "insert into roster_period_staffing_dagdelen (roster_id, date, dagdeel, team, service_id, status, aantal) "
        "select roosters.id, day, 'A', 'TOT', service_types.id, 'MOET', 2 from roosters, service_types, "
        "generate_series(start_date, end_date, '1 day') as day where code in ('DIA', 'DDA')",
    )
    return database


def _one(connection: Connection, query: str, *values: Any) -> Any:
    row = connection.execute(query.encode(), values).fetchone()
    assert row
    return next(iter(row.values()))


def _cell(connection: Connection, day: int, dagdeel: str, code: str | None, status: int, **more: Any) -> None:
    row = {
        "roster_id": _one(connection, "select id from roosters"),
        "employee_id": "emp1",
        "date": date(2026, 1, 5) + timedelta(days=day),
        "dagdeel": dagdeel,
        "service_id": _one(connection, "select id from service_types where code = %s", code) if code else None,
        "status": status,
        **more,
    }
    names, sets = ", ".join(row), ", ".join(f"{key} = excluded.{key}" for key in row)
    connection.execute(
        f"insert into roster_assignments ({names}) values ({', '.join(['%s'] * len(row))}) on conflict "
        f"(roster_id, employee_id, date, dagdeel) do update set {sets}".encode(),
        list(row.values()),
    )


def _states(connection: Connection) -> dict[tuple[int, str], int]:
    found = connection.execute(
        "select date, dagdeel, status from roster_assignments where employee_id = 'emp1' and status > 0"
    )
    return {((row["date"] - date(2026, 1, 5)).days, row["dagdeel"]): row["status"] for row in found}


@pytest.mark.parametrize("role", ["anon", "authenticated", "service_role"])
def test_practice__every_edit_of_its_application_works(practice: Database, role: str) -> None:
    with practice.connect(role) as planner:
        _cell(planner, 0, "A", "DIA", 1)  # as before 29 December: no source
        assert _states(planner) == {(0, "A"): 1, (1, "O"): 2, (1, "M"): 2}
        _cell(planner, 0, "O", "DIO", 1, source="manual")
        assert _states(planner)[0, "M"] == 2
        _cell(planner, 0, "O", "ECH", 1, source="manual")  # another service
        assert (0, "M") not in _states(planner)
        _cell(planner, 0, "A", None, 0)  # emptied
        assert _states(planner) == {(0, "O"): 1}
        _cell(planner, 5, "M", None, 3)  # an absence
        _cell(planner, 34, "O", "DDO", 1, source="manual")  # the last day
        assert _states(planner)[34, "M"] == 2
        planner.execute("delete from roster_assignments where employee_id = 'emp1' and status = 1")
        assert _states(planner) == {(5, "M"): 3}
        planner.execute("update roster_assignments set notes = 'x' where employee_id = 'emp2'")


def test_practice__the_job_writes_and_planners_go_on(practice: Database) -> None:
    with practice.connect() as job, practice.connect("anon") as planner:
        roster = _one(job, "select id::text from roosters")
        service = {
            code: _one(job, "select id::text from service_types where code = %s", code)
            for code in ("DIO", "DIA", "ECH")
        }
        # An open slot may still carry a service, and the requirement whose place it filled.
        job.execute(
            "update roster_assignments set service_id = %s where employee_id = 'emp1' and date < '2026-01-10'",
            [service["ECH"]],
        )
        rows = [
            {
                "roster_id": roster, "employee_id": "emp1", "date": "2026-01-05", "dagdeel": dagdeel,
                "service_id": service[code],
                "status": 1, "source": "greedy", "team": "Groen",
                "roster_period_staffing_dagdelen_id": _one(
                    job, "select id::text from roster_period_staffing_dagdelen where date = '2026-01-05' "
                    "and dagdeel = %s and service_id = %s", dagdeel, service[code],
                ),
            }
            for dagdeel, code in (("O", "DIO"), ("A", "DIA"))
        ]  # fmt: skip
        told = _one(job, "select greedy_write(%s, %s, now())", roster, json.dumps(rows))
        assert (told["written"], told["missing"]) == (2, [])
        assert _states(planner) == {(0, "O"): 1, (0, "A"): 1, (0, "M"): 2, (1, "O"): 2, (1, "M"): 2}
        assert _one(job, "select count(*) from roster_assignments where status = 2 and service_id is not null") == 0

        counters = [{"id": row["roster_period_staffing_dagdelen_id"], "invulling": 1} for row in rows]
        told = _one(job, "select greedy_finish(%s, %s, true)", roster, json.dumps(counters))
        assert told == {"counters": 2, "busy": 0, "status": "in_progress"}
        assert _one(job, "select sum(invulling) from roster_period_staffing_dagdelen") == 2

        _cell(planner, 0, "A", None, 0)
        assert _states(planner) == {(0, "O"): 1, (0, "M"): 2, (1, "O"): 2, (1, "M"): 2}
        _cell(planner, 0, "O", None, 3)
        assert _states(planner) == {(0, "O"): 3}
        assert _one(job, "select count(*) from roster_assignments where source like 'greedy%%'") == 0


def test_try__what_the_job_writes_is_taken(practice: Database) -> None:
    with practice.connect() as job:
        before = _one(job, "select md5(string_agg(roster_assignments::text, ' ' order by id)) from roster_assignments")
        told = _one(job, "select greedy_try()")
        assert [(row["kind"], row["ok"]) for row in told] == [
            (kind, True) for kind in ("active", "blocked", "open", "counter", "status")
        ], told
        assert before == _one(
            job, "select md5(string_agg(roster_assignments::text, ' ' order by id)) from roster_assignments"
        )


RAISES = """
create function odd() returns trigger language plpgsql as $$
begin if new.status = 2 then raise 'geen rust'; end if; return new; end $$;
create trigger odd before insert or update on roster_assignments for each row execute function odd()
"""
DROPS = """
create function odd() returns trigger language plpgsql as $$ begin return null; end $$;
create trigger odd before insert or update on roster_assignments for each row execute function odd()
"""
NOT_NULL = """
alter table roster_assignments add column why text not null default 'x';
alter table roster_assignments alter column why drop default
"""
CHECK = "alter table roster_assignments add constraint odd check "


@pytest.mark.parametrize(
    ("odd", "kind", "code", "named"),
    [
        (NOT_NULL, "active", "23502", "why"),
        (f"{CHECK} (status <> 2)", "blocked", "23514", "odd"),
        (f"{CHECK} (source <> 'greedy' or status = 0) not valid", "active", "23514", "odd"),
        (RAISES, "blocked", "P0001", "geen rust"),
        (DROPS, "active", None, "drops the row"),
        ("alter table roosters add constraint odd check (status <> 'in_progress')", "status", "23514", "odd"),
    ],
)
def test_try__what_stands_in_the_way_is_named(
    practice: Database, odd: str, kind: str, code: str | None, named: str
) -> None:
    practice.run(odd)
    with practice.connect() as job:
        told = {row["kind"]: row for row in _one(job, "select greedy_try()")}
    assert (told[kind]["ok"], told[kind]["code"]) == (False, code)
    assert named in json.dumps(told[kind])
