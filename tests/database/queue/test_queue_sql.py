"""The queue's SQL where pgmq can be had and where it cannot: installed, again, taken away; and who has rights."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import psycopg
import pytest

from demo.local_supabase import pgmq_sql
from tests.support.postgres import MIGRATIONS, Database, Server, migrations, postgres, with_queue

INSTALL, UNINSTALL = MIGRATIONS.parent / "install.sql", MIGRATIONS.parent / "uninstall.sql"
ROSTER = "6a1e3f0c-0000-4000-8000-000000000001"

OPEN_TO_PLANNERS = """
grant execute on function public.request_roster(uuid, jsonb), public.greedy_asked(uuid, jsonb) to authenticated
"""

OURS = """
select 'relation ' || relname as name from pg_class
where relnamespace in ('public'::regnamespace, 'pgmq'::regnamespace) and relkind in ('r', 'v')
  and (relname like '%greedy_queue%' or relname in ('greedy_requests', 'greedy_turns', 'q_greedy', 'a_greedy'))
union all
select 'function ' || proname from pg_proc
where pronamespace = 'public'::regnamespace and (proname like 'greedy_%queue%' or proname = 'request_roster')
"""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with postgres() as running:
        yield running


@pytest.fixture
def name() -> str:
    return f"q{uuid.uuid4().hex}"


def values(database: Database, query: str, role: str = "postgres") -> list[object]:
    with database.connect(role) as connection:
        return [next(iter(row.values())) for row in connection.execute(query.encode()).fetchall()]


def test_without_pgmq__all_else_is_installed_and_the_queue_names_the_remedy(server: Server, name: str) -> None:
    database = server.create(name, *migrations(), INSTALL)

    assert values(database, "select greedy_queue_figures()", "service_role") == [{"there": False}]
    assert values(database, "select greedy_schema() -> 'differences'", "service_role") == [[]]
    with pytest.raises(psycopg.Error, match="The database has no queue") as refused:
        values(database, f"select greedy_enqueue('[\"{ROSTER}\"]')", "service_role")
    assert refused.value.diag.message_hint is not None
    assert "run supabase/install.sql again" in refused.value.diag.message_hint


def test_pgmq_enabled_later__install_sql_makes_the_queue(server: Server, name: str) -> None:
    database = server.create(name, *migrations(), pgmq_sql(), INSTALL)

    assert values(database, "select greedy_queue_figures() -> 'there'", "service_role") == [True]


def test_pgmq_that_cannot_be_made_use_of_stops_nothing_else(server: Server, name: str) -> None:
    broken = "create schema pgmq; create function pgmq.create(text) returns void language sql as 'select 1 / 0'"

    database = server.create(name, broken, *migrations())

    assert values(database, "select greedy_queue_figures() -> 'there'", "service_role") == [False]
    assert values(database, "select greedy_schema() -> 'differences'", "service_role") == [[]]


def test_pgmq_whose_schema_is_closed_to_the_owner_stops_nothing_else(server: Server, name: str) -> None:
    database = server.create(name)
    database.run("create schema pgmq", role="superuser")

    database.run(*migrations(), INSTALL)

    assert values(database, "select greedy_queue_figures() -> 'there'", "service_role") == [False]
    with pytest.raises(psycopg.Error, match="The database has no queue"):
        values(database, f"select greedy_enqueue('[\"{ROSTER}\"]')", "service_role")
    database.run(UNINSTALL)


def test_install__again_keeps_what_waits_and_who_may_ask(server: Server, name: str) -> None:
    database = server.create(name, *with_queue())
    values(database, f"select greedy_enqueue('[\"{ROSTER}\"]')", "service_role")
    database.run(OPEN_TO_PLANNERS)

    database.run(INSTALL, INSTALL)

    assert values(database, "select state from greedy_queue", "service_role") == ["waiting"]
    assert values(
        database, "select has_function_privilege('authenticated', 'public.request_roster(uuid, jsonb)', 'execute')"
    ) == [True]


def test_uninstall__takes_the_queue_and_leaves_pgmq(server: Server, name: str) -> None:
    database = server.create(name, *with_queue())
    assert len(values(database, OURS)) > 10

    database.run(UNINSTALL)

    assert values(database, OURS) == []
    assert values(database, "select to_regprocedure('pgmq.create(text)') is not null") == [True]
    database.run(INSTALL)
    assert values(database, "select greedy_queue_figures() -> 'there'", "service_role") == [True]


def test_rights__the_secret_key_alone(server: Server, name: str) -> None:
    """On a project that still grants everything new to everybody."""
    database = server.create(name, *with_queue())

    open_to = values(
        database,
        "select role || ' ' || proname from pg_proc, unnest(array['anon', 'authenticated']) as role "
        "where pronamespace = 'public'::regnamespace and (proname like 'greedy%' or proname = 'request_roster') "
        "and has_function_privilege(role, pg_proc.oid, 'execute') "
        "union all select role || ' ' || relname from pg_class, unnest(array['anon', 'authenticated']) as role "
        "where relnamespace in ('public'::regnamespace, 'pgmq'::regnamespace) and relkind in ('r', 'v') "
        "and relname like '%greedy%' and has_table_privilege(role, pg_class.oid, 'select, insert, update, delete')",
    )
    inner = values(
        database,
        "select proname from pg_proc where pronamespace = 'public'::regnamespace and proname in "
        "('greedy_queue_add', 'greedy_queue_send', 'greedy_queue_next', 'greedy_queue_fail', 'greedy_queue_join') "
        "and has_function_privilege('service_role', pg_proc.oid, 'execute')",
    )

    assert (open_to, inner) == ([], [])


def test_planners__ask_for_the_rosters_that_their_policies_let_them_see(server: Server, name: str) -> None:
    other = "6a1e3f0c-0000-4000-8000-000000000002"
    database = server.create(name, *with_queue())
    database.run(
        f"insert into roosters (id, start_date, end_date) values ('{ROSTER}', '2027-01-04', '2027-02-07'), "
        f"('{other}', '2027-03-01', '2027-04-04')",
        f"create policy mine on roosters for select to authenticated using (id = '{ROSTER}')",
        "grant select on roosters to authenticated",
    )
    request = f"select request_roster('{ROSTER}')"
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        values(database, request, "authenticated")

    database.run(OPEN_TO_PLANNERS)

    assert values(database, request, "authenticated") == ["added"]
    with pytest.raises(psycopg.Error, match="not there, or not yours"):
        values(database, f"select request_roster('{other}')", "authenticated")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        values(database, f"select greedy_asked('{other}', '{{}}')", "authenticated")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        values(database, "select * from greedy_queue", "authenticated")


def test_the_request_is_in_the_transaction_of_the_change_that_asks_for_it(server: Server, name: str) -> None:
    database = server.create(name, *with_queue())
    with database.connect("service_role", autocommit=False) as connection:
        connection.execute(
            f"insert into roosters (id, start_date, end_date) values ('{ROSTER}', '2027-01-04', '2027-02-07')".encode()
        )
        connection.execute(f"select request_roster('{ROSTER}')".encode())
        connection.rollback()

    assert values(database, "select count(*) from greedy_queue", "service_role") == [0]
    assert values(database, "select count(*) from pgmq.q_greedy") == [0]


def test_install__reads_again_what_somebody_made_unreadable(server: Server, name: str) -> None:
    """Of a version that let it in."""
    database = server.create(name, *with_queue()[:-1])
    ask = f"select greedy_enqueue('[\"{ROSTER}\"]')"
    values(database, ask, "service_role")
    database.run("""update greedy_requests set options = '["x"]', later = '[3]'""")

    database.run(with_queue()[-1])

    assert values(database, "select options from greedy_requests") == [{}]
    assert values(database, "select later from greedy_requests") == [[]]
    assert values(database, ask, "service_role") == [[{"roster_id": ROSTER, "outcome": "waiting"}]]
