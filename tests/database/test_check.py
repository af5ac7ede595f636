"""`--check`: each thing that can be wrong is made wrong, on a real database; nothing is written."""

from __future__ import annotations

import datetime as dt
import json
import re
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from email.utils import format_datetime
from typing import Any

import pytest
from pytest_mock import MockerFixture

from demo.roster import make_roster
from greedy.cli import check
from greedy.cli.check_line import Check
from greedy.cli.settings import CheckSettings
from greedy.database import inspection, schema
from greedy.database.client import Connection, connect, seconds_ahead
from greedy.database.structure import DEFINITIONS, KEYS
from tests.support.database import (
    BLOCKING,
    HAND_OVER,
    Database,
    Fresh,
    ask,
    duty_roster,
    slot_row,
    small,
    without_table,
)
from tests.support.factories import roster, service, tables
from tests.support.fake import FakeClient

ROSTER = uuid.UUID("6a1e3f0c-0000-4000-8000-000000000001")

NAMES = [
    *("settings", "connection", "key", "tables", "columns", "more columns", "types", "unique keys", "row security"),
    *("schema", "key and indexes", "triggers", "functions", "duties"),
    *("writing", "row cap", "history", "queue", "clock"),
]


@pytest.fixture(scope="module", autouse=True)
def _a_roster(db: Database) -> None:
    """A row of each kind is tried in the latest roster: there must be one."""
    db.load(make_roster(seed=69))


def states(done: Any) -> dict[str, str]:
    return {line["name"]: line["state"] for line in json.loads(done.stdout)["checks"]}


def message(done: Any, name: str) -> str:
    (found,) = [line["message"] for line in json.loads(done.stdout)["checks"] if line["name"] == name]
    return str(found)


def test_all_is_well__a_line_each_and_nothing_written(db: Database) -> None:
    everything = "select (select count(*) from roster_assignments) as a, (select count(*) from greedy_runs) as b"
    before = db.sql(everything)

    done = ask(db, "--check", COLUMNS="200")  # so wide that no line is broken

    assert (done.returncode, states(done)) == (0, dict.fromkeys(NAMES, "OK")), done.stdout
    assert [line.split()[0] for line in done.stderr.splitlines()][: len(NAMES)] == ["OK"] * len(NAMES)
    assert "Ready to run" in done.stderr
    assert message(done, "key") == "role service_role, may read and write"
    assert message(done, "schema") == f"version {schema.VERSION}"
    assert message(done, "duties") == "DDA, DDO, DIA, DIO (table greedy_duties)"
    assert db.sql(everything) == before


def test_the_command_itself(db: Database) -> None:
    done = db.command("6a1e3f0c-0000-4000-8000-00000000dead", "--check")

    assert (done.returncode, states(done)) == (4, dict.fromkeys(NAMES, "OK") | {"writing": "HINT", "roster": "FAILED"})


@contextmanager
def altered(db: Database, change: str, back: str) -> Iterator[None]:
    db.sql(change)
    try:
        yield
    finally:
        db.sql(back)


def hide_schema(db: Database) -> Any:
    return altered(
        db,
        "alter function greedy_begin(uuid) rename to greedy_begin_away; "
        "alter function greedy_schema() rename to greedy_schema_away",
        "alter function greedy_begin_away(uuid) rename to greedy_begin; "
        "alter function greedy_schema_away() rename to greedy_schema",
    )


def older_schema(db: Database) -> Any:
    db.sql("alter function greedy_begin(uuid) rename to greedy_begin_away")
    db.sql("alter function greedy_schema() rename to greedy_schema_away")
    db.sql(
        "create function greedy_schema() returns jsonb language sql stable as "
        "$$ select public.greedy_schema_away() || '{\"version\": 1}' $$"
    )
    return altered(
        db,
        "grant execute on function greedy_schema() to service_role",
        "drop function greedy_schema(); alter function greedy_schema_away() rename to greedy_schema; "
        "alter function greedy_begin_away(uuid) rename to greedy_begin",
    )


@pytest.mark.parametrize(
    ("name", "wrong", "code", "told"),
    [
        ("triggers", lambda db: db.disabled(BLOCKING[0]), 5, f"enable trigger {BLOCKING[0]};"),
        ("triggers", lambda db: db.disabled(HAND_OVER), 5, f"the trigger {HAND_OVER} is disabled"),
        (
            "functions",
            lambda db: altered(
                db,
                "alter function greedy_finish(uuid, jsonb, boolean) rename to greedy_finish_away",
                "alter function greedy_finish_away(uuid, jsonb, boolean) rename to greedy_finish",
            ),
            5,
            "the function greedy_finish is missing: run supabase/install.sql",
        ),
        (
            "key and indexes",
            lambda db: altered(
                db,
                "alter index roster_assignments_employee_date rename to away; drop index away",
                "create index roster_assignments_employee_date on roster_assignments (employee_id, date)",
            ),
            5,
            "create index roster_assignments_employee_date on public.roster_assignments (employee_id, date);",
        ),
        (
            "writing",
            lambda db: altered(
                db,
                "alter table roster_assignments add constraint odd_check check (source <> 'greedy') not valid",
                "alter table roster_assignments drop constraint odd_check",
            ),
            5,
            'drop constraint "odd_check"',
        ),
        (
            "writing",
            lambda db: altered(
                db,
                "create function odd() returns trigger language plpgsql as $$ begin raise exception 'dicht'; end $$; "
                "create trigger odd_trigger after insert on roster_assignments for each row "
                "when (new.status = 2) execute function odd()",
                "drop trigger odd_trigger on roster_assignments; drop function odd()",
            ),
            5,
            "disable trigger odd_trigger",
        ),
        ("schema", older_schema, 5, f"the database has schema version 1, this job goes with {schema.VERSION}"),
        (
            "tables",
            lambda db: altered(
                db,
                "alter table employees rename to employees_away",
                "alter table employees_away rename to employees",
            ),
            5,
            "Table employees not found",
        ),
        (
            "columns",
            lambda db: altered(
                db,
                "alter table roosters rename column end_date to last_date",
                "alter table roosters rename column last_date to end_date",
            ),
            5,
            "roosters has no end_date: alter table public.roosters add column if not exists end_date date;",
        ),
        (
            "columns",
            lambda db: altered(
                db,
                "alter table roosters rename column status to state",
                "alter table roosters rename column state to status",
            ),
            5,
            "roosters has no status: alter table public.roosters add column if not exists status text",
        ),
        (
            "tables",
            lambda db: altered(
                db,
                "alter table service_types rename to service_types_away",
                "alter table service_types_away rename to service_types",
            ),
            5,
            "Table service_types not found: create them, as in supabase/migrations/20260105090000_schema.sql",
        ),
        (
            "key",
            lambda db: altered(
                db,
                "revoke update on roster_assignments from service_role",
                "grant update on roster_assignments to service_role",
            ),
            5,
            "may not write roster_assignments",
        ),
    ],
    ids=[
        "blocking",
        "hand-over",
        "a function",
        "an index",
        "a CHECK",
        "a trigger of somebody else's",
        "older schema",
        "a table",
        "a column",
        "a column that the SQL names",
        "a table that the schema looks at",
        "may not write",
    ],
)
def test_what_is_wrong_is_named_with_what_to_do(db: Database, name: str, wrong: Any, code: int, told: str) -> None:
    with wrong(db):
        done = ask(db, "--check")

    assert done.returncode == code, done.stdout
    assert states(done)[name] == "FAILED"
    assert told in message(done, name)
    assert "to put right" in done.stderr


@pytest.mark.parametrize("run_before", [False, True], ids=["as it was", "after a run"])
def test_tables_alone(fresh: Fresh, run_before: bool) -> None:
    """Nothing but the job makes rest there: what it wrote itself is no trigger's."""
    with fresh() as tables_alone:
        tables_alone.uninstall()
        roster_id = tables_alone.load(raw := duty_roster())
        leave = slot_row(raw, None, date="2027-01-07", status=3)
        tables_alone.client.table("roster_assignments").insert(leave).execute()
        if run_before:
            assert tables_alone.command(roster_id).returncode == 0
            assert any(row["blocked_by_date"] for row in tables_alone.rows(roster_id))
        done = ask(tables_alone, "--check")

    found = states(done)
    assert done.returncode == 5
    assert [name for name in found if found[name] == "FAILED"] == ["schema"]
    assert "a shift that a planner enters while the job writes can be overwritten" in message(done, "schema")
    assert (found["key"], found["history"], found["writing"]) == ("HINT", "OK", "OK")


def test_triggers_of_its_own_in_place_of_ours__a_hint(db: Database) -> None:
    """With the functions hidden, the triggers are as good as somebody else's; they have made rest for planners."""
    duty = small()
    db.load(duty)
    db.client.table("roster_assignments").insert(slot_row(duty, "DIO")).execute()

    with hide_schema(db):
        done = ask(db, "--check")

    found = states(done)
    assert (done.returncode, [name for name in found if found[name] == "FAILED"]) == (0, [])
    assert (found["schema"], found["key"], found["history"], found["writing"]) == ("HINT", "HINT", "OK", "OK")
    assert "with triggers of its own" in message(done, "schema")


def test_no_run_history_is_a_hint_only(db: Database) -> None:
    with without_table(db):
        done = ask(db, "--check")

    assert (done.returncode, states(done)["history"]) == (0, "HINT")
    assert "run supabase/install.sql" in message(done, "history")


def test_settings_that_are_missing__told_in_one_line(db: Database) -> None:
    nothing = Database(replace(db.server, url=""), db.client)

    done = ask(nothing, "--check")

    assert (done.returncode, states(done)) == (3, {"settings": "FAILED"})
    assert "SUPABASE_URL: missing; set it to" in message(done, "settings")


def test_a_key_that_is_none(db: Database) -> None:
    stranger = Database(replace(db.server, secret_key="sb_secret_wrong"), db.client)

    done = ask(stranger, "--check")

    assert (done.returncode, states(done)) == (5, {"settings": "OK", "connection": "FAILED"})
    assert "Verify environment variables" in message(done, "connection")


def test_nobody_answers(db: Database) -> None:
    nowhere = Database(replace(db.server, url="http://127.0.0.1:9"), db.client)

    done = ask(nowhere, "--check")

    assert (done.returncode, states(done)["connection"]) == (5, "FAILED")
    assert "refused" in message(done, "connection")


def test_a_roster_that_is_there_and_one_that_is_not(db: Database) -> None:
    roster_id = db.load(make_roster(seed=70))
    missing = str(uuid.uuid4())

    there, not_there = ask(db, "--check", ROOSTER_ID=roster_id), ask(db, "--check", "--roster-id", missing)

    assert there.returncode == 0
    assert message(there, "roster") == f"{roster_id}, 2027-01-04 to 2027-02-07"
    assert (not_there.returncode, states(not_there)["roster"]) == (4, "FAILED")


def test_on_railway__a_line_each_with_its_level_and_the_result_last(db: Database) -> None:
    with db.disabled(HAND_OVER), without_table(db):
        done = ask(db, "--check", RAILWAY_ENVIRONMENT_NAME="production", RAILWAY_DEPLOYMENT_ID="dep-7")

    *lines, outcome = map(json.loads, done.stdout.splitlines())
    assert (done.returncode, done.stderr, outcome["success"], outcome["exit_code"]) == (5, "", False, 5)
    assert {line["check"]: line["level"] for line in lines} == dict.fromkeys(NAMES, "info") | {
        "triggers": "error",
        "history": "warning",
    }
    assert {line["deployment_id"] for line in lines} == {"dep-7"}


@pytest.mark.parametrize(
    ("cap", "state", "told"),
    [(50, "HINT", "50 rows at a time"), (1000, "OK", "1000 rows at a time"), (5000, "OK", "none within 1001 rows")],
)
def test_row_cap(fresh: Fresh, cap: int, state: str, told: str) -> None:
    with fresh(max_rows=cap) as here:
        here.load(make_roster(seed=71))
        done = ask(here, "--check")

    assert done.returncode == 0
    assert states(done)["row cap"] == state
    assert told in message(done, "row cap")


DIFFERENCES = [
    ("more columns", "alter table service_types drop column kleur", "service_types has no kleur (services have the"),
    (
        "more columns",
        "alter table service_types drop column begintijd, drop column eindtijd",
        "service_types has no begintijd, eindtijd (services last as long as their dagdelen): alter table",
    ),
    (
        "types",
        "alter table service_types alter begintijd type integer using null",
        "service_types.begintijd is integer, not text",
    ),
    (
        "unique keys",
        "alter table service_types drop constraint service_types_code_key",
        "service_types has no unique key over (code)",
    ),
    (
        "row security",
        "alter table employees disable row level security",
        "off on employees",
    ),
]


@pytest.mark.parametrize(("name", "change", "told"), DIFFERENCES, ids=[change[12:45] for _, change, _ in DIFFERENCES])
def test_what_differs_from_the_migrations__a_hint_whose_statement_mends_it(
    db: Database, name: str, change: str, told: str
) -> None:
    db.sql(change)
    try:
        differs = ask(db, "--check")
    finally:
        db.sql(re.findall(r"alter table public\..*?;", message(differs, name))[0])

    assert (differs.returncode, states(differs)) == (0, dict.fromkeys(NAMES, "OK") | {name: "HINT"}), differs.stdout
    assert message(differs, name).startswith(told)
    assert states(ask(db, "--check")) == dict.fromkeys(NAMES, "OK")


@pytest.mark.parametrize("empty", [False, True], ids=["with rows", "empty"])
def test_without_our_sql__columns_show_in_a_row_or_by_their_names(fresh: Fresh, empty: bool) -> None:
    with fresh() as alone:
        alone.uninstall()
        if not empty:
            alone.load(make_roster(seed=72))
        before = ask(alone, "--check")
        alone.sql("alter table service_types drop column kleur; alter table employees drop column team")
        after = ask(alone, "--check")

    assert (states(before)["columns"], states(before)["more columns"]) == ("OK", "OK"), before.stdout
    assert "types, unique keys and row security cannot be told before you run supabase" in message(before, "columns")
    assert (states(after)["columns"], states(after)["more columns"]) == ("FAILED", "HINT")
    assert message(after, "columns").startswith("employees has no team: alter table public.employees add column")
    assert message(after, "more columns").startswith("service_types has no kleur (")
    assert not {"types", "unique keys", "row security", "writing"} & states(after).keys()


def facts_of_the_migrations() -> dict[str, Any]:
    """What `greedy_schema()` answers of tables that have all that the job uses."""
    written = {"timestamptz": "timestamp with time zone"}
    return {
        table: {
            "columns": {name: written.get(type_ := text.split()[0], type_) for name, text in columns.items()},
            "keys": [list(key) for key in KEYS[table]],
            "row_security": True,
            "public": False,
        }
        for table, columns in DEFINITIONS.items()
    }


def lines(fake: FakeClient, server_ahead: float | None = 0.0, **schema_says: Any) -> dict[str, Check]:
    """Check a server that is made up, whose function `greedy_begin` says that all is well, but for `schema_says`."""
    tried = [{"kind": kind, "ok": True} for kind in ("active", "blocked")]
    well = {"version": schema.VERSION, "role": "service_role", "may_write": True, "attempts": tried}
    well["tables"] = facts_of_the_migrations()
    fake.rpc_answers.setdefault("greedy_begin", well | schema_says)
    connection = Connection(fake, server_ahead=server_ahead)
    settings = CheckSettings(supabase_url="https://x.supabase.co", supabase_key="sb_secret_x", rooster_id=ROSTER)
    return {line.name: line for line in check.run_checks(connection, settings)}


def practice() -> FakeClient:
    made = tables(roosters=[roster(id=str(ROSTER))])
    fake = FakeClient(**made, greedy_runs=[])
    fake.rpc_answers["greedy_queue_figures"] = {"there": True, "waiting": 0, "running": 0, "failed": 0}
    return fake


def test_a_practice_that_is_made_up__all_is_well() -> None:
    found = lines(practice())

    assert {name: line.state for name, line in found.items()} == dict.fromkeys([*NAMES, "roster"], "OK")


@pytest.mark.parametrize(
    ("seconds", "state", "told"),
    [(0, "OK", "less than"), (-59, "OK", "less than"), (90, "FAILED", "behind"), (-90, "FAILED", "ahead of")],
)
def test_clock(seconds: int, state: str, told: str) -> None:
    found = lines(practice(), seconds)["clock"]

    assert (found.state, found.exit_code) == (state, 3 if state == "FAILED" else 0)
    assert told in found.message


def test_clock__a_server_that_does_not_tell_the_time() -> None:
    assert lines(practice(), None)["clock"].state == "HINT"


@pytest.mark.parametrize("minutes", [-5, 0, 5])
def test_the_servers_date_against_ours(minutes: int) -> None:
    date = format_datetime(dt.datetime.now(dt.UTC) + dt.timedelta(minutes=minutes), usegmt=True)

    ahead = seconds_ahead(date)

    assert ahead is not None
    assert abs(ahead - 60 * minutes) < 10


@pytest.mark.parametrize("date", [None, "", "soon"])
def test_a_date_that_is_none(date: str | None) -> None:
    assert seconds_ahead(date) is None


def test_the_connection_notes_answers_and_time(db: Database) -> None:
    with connect(db.server.url, db.server.secret_key) as connection:
        inspection.begin(connection.client)

    assert (connection.requests, connection.answers) == (1, 1)
    assert connection.server_ahead is not None
    assert abs(connection.server_ahead) < 10


@pytest.mark.parametrize("role", ["anon", "authenticated"])
def test_another_role(role: str) -> None:
    found = lines(practice(), role=role)["key"]

    assert (found.state, found.exit_code) == ("FAILED", 3)
    assert "sb_secret_" in found.message


def test_two_parts_with_one_remedy__the_remedy_once() -> None:
    parts = [{"part": "function", "name": name, "words": f"{name} is missing", "statement": "mend it"} for name in "ab"]

    found = lines(practice(), differences=parts)["functions"]

    assert (found.state, found.message) == ("FAILED", "a is missing, b is missing: mend it")


def test_a_system_service_that_no_duty_names_is_a_hint() -> None:
    fake = practice()
    fake.tables["service_types"].append(service("DIA-BER", is_system=True))

    found = lines(fake)["duties"]

    assert found.state == "HINT"
    assert found.message.startswith("DIA-BER: system services that are no duty of DDA, DDO, DIA, DIO")


def test_a_server_that_does_not_count() -> None:
    fake = practice()
    fake.counts = False

    assert lines(fake)["row cap"].exit_code == 5


def test_a_database_that_fails_half_way__told_where() -> None:
    fake = practice()
    fake.tables = {}

    found = lines(fake)

    assert [name for name, line in found.items() if line.state == "FAILED"] == ["tables", "roster"]
    assert (found["history"].state, found["roster"].exit_code) == ("HINT", 5)
    assert found["roster"].message.startswith("Table roosters not found")


@pytest.mark.parametrize("question", ["--check", "--history"])
def test_a_server_that_takes_too_long(db: Database, mocker: MockerFixture, question: str) -> None:
    mocker.patch("greedy.database.requests.execute", side_effect=lambda *_: time.sleep(60))

    done = ask(db, question, "--timeout", "1")

    assert done.returncode == 5
    assert f"took longer than 1 s (--timeout) and was ended in {question}" in " ".join(done.stderr.split())


def test_check_and_history_together_are_refused(db: Database) -> None:
    done = ask(db, "--check", "--history")

    assert (done.returncode, done.stdout) == (2, "")
