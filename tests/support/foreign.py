"""Somebody else's database: the practice's own, on a PostgreSQL with Supabase Lite before it, with our SQL or without.

`practice/s1.sql` is that database of December 2025, `s2.sql` what changed until January 2026, `s2_leftover.sql` a
trigger that may still be there. Anything else that a database may have is put in place with `ForeignDatabase.sql`.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from supabase import Client
from typer.testing import CliRunner

import greedy_orchestrator
from demo import PROJECT
from demo.load import TABLES
from demo.local_supabase import LocalSupabase
from greedy.database import paging
from tests.support.database import answered, connected
from tests.support.factories import Raw
from tests.support.patience import LONG_AGO, PATIENCE, Done
from tests.support.planner import ACTIVE
from tests.support.postgres import Server, served

SUPPORT = Path(__file__).parent
PRACTICE = SUPPORT / "practice"
TEST_SQL = SUPPORT / "migrations" / "20991231000000_test_sql.sql"
INSTALL = PROJECT / "supabase" / "install.sql"
"""What the README lets somebody with tables of their own apply."""

PRACTICE_FILES: Mapping[str, Sequence[str]] = {
    "S1": ("s1.sql",),
    "S2": ("s1.sql", "s2.sql"),
    "S2+leftover": ("s1.sql", "s2.sql", "s2_leftover.sql"),
}


@dataclass(frozen=True)
class Variant:
    """A database to try the job on.

    Attributes:
        practice: Key of `PRACTICE_FILES`: how far the practice's own SQL goes.
        ours: Whether our install.sql is on top.
    """

    practice: str
    ours: bool = False

    def __str__(self) -> str:
        """The variant as test ids name it."""
        return f"{self.practice} with our SQL" if self.ours else self.practice

    @property
    def knows_requirements(self) -> bool:
        """Whether a row of `roster_assignments` says its team and the requirement it fills, as of S2."""
        return self.practice != "S1"

    def files(self) -> Iterator[Path]:
        """The SQL of the database, in its order."""
        yield from (PRACTICE / name for name in PRACTICE_FILES[self.practice])
        yield from (INSTALL,) if self.ours else ()
        yield TEST_SQL


LOAD = """
do $load$
declare
  one jsonb;
  names text;
  settings text;
begin
  for one in select part from jsonb_array_elements($json$ {parts} $json$::jsonb) as parts (part) loop
    select string_agg(quote_ident(attname), ', '), string_agg(format('%1$I = excluded.%1$I', attname), ', ')
    into names, settings
    from pg_catalog.pg_attribute
    where attrelid = ('public.' || (one ->> 'table'))::regclass and attnum > 0 and not attisdropped
      and attname in (select jsonb_object_keys(one -> 'rows' -> 0));
    execute format(
      'insert into public.%1$I (%2$s) select %2$s from jsonb_populate_recordset(null::public.%1$I, $1) '
      'on conflict (id) do update set %3$s', one ->> 'table', names, settings
    ) using one -> 'rows';
  end loop;
end
$load$
"""
"""Puts rows into tables, with the columns that these have, in one request: tests load a roster each."""

BARE = tuple(Variant(practice) for practice in PRACTICE_FILES)
OURS = tuple(Variant(practice, ours=True) for practice in PRACTICE_FILES)
VARIANTS = (*BARE, *OURS)


@dataclass(frozen=True)
class ForeignDatabase:
    """A running database of somebody else.

    Attributes:
        variant: Which.
        server: The local Supabase.
        client: Has the secret key, as the job.
        public_client: Has the publishable key, as the practice's application.
    """

    variant: Variant
    server: LocalSupabase
    client: Client
    public_client: Client

    def sql(self, query: str) -> Any:
        """Run any SQL as the owner of the tables; a query's rows come back as mappings."""
        return answered(self.client.rpc("test_sql", {"query": query}))

    def load(self, tables: Mapping[str, Sequence[Raw]]) -> str:
        """Load a roster with the columns that the database has; services that are there already keep their ids.

        Returns:
            The roster's id.
        """
        known = {row["code"]: row["id"] for row in answered(self.client.table("service_types").select("id,code"))}
        renamed = {row["id"]: known.get(row["code"], row["id"]) for row in tables["service_types"]}
        columns = {"id", "service_id", "blocked_by_service_id"}
        own = {
            table: [
                {name: renamed.get(value, value) if name in columns else value for name, value in row.items()}
                for row in rows
            ]
            for table, rows in tables.items()
        }
        # Rest before duties, which a trigger then finds there.
        own["roster_assignments"] = sorted(own.get("roster_assignments", ()), key=lambda row: row["status"] == ACTIVE)
        parts = [{"table": table, "rows": own[table]} for table in TABLES if own.get(table)]
        self.sql(LOAD.replace("{parts}", json.dumps(parts, default=str)))
        return str(own["roosters"][0]["id"])

    def rows(self, roster_id: str, table: str = "roster_assignments") -> list[Raw]:
        """All of a table's rows of a roster, by id."""
        query = lambda: paging.select(self.client, table, "*").eq("roster_id", roster_id)  # noqa: E731
        return sorted(paging.read_all(query, table), key=lambda row: str(row["id"]))

    def ask(self, roster_id: str, *options: str, settings: Mapping[str, str] | None = None) -> Done:
        """Run the command in this process: as `command`, without the time that Python takes to start."""
        today = () if "--today" in options else ("--today", LONG_AGO)
        found = CliRunner().invoke(
            greedy_orchestrator.app,
            ["--roster-id", roster_id, *today, *options],
            env={"SUPABASE_URL": self.server.url, "SUPABASE_KEY": self.server.secret_key, **(settings or {})},
        )
        assert self.server.secret_key not in found.stdout + found.stderr
        assert found.exception is None or isinstance(found.exception, SystemExit), found.exception
        return Done(found.exit_code, found.stdout, found.stderr)

    def command(
        self, roster_id: str, *options: str, settings: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run the command as a user does.

        Args:
            roster_id: The roster.
            options: Further options of the command.
            settings: Further environment variables.
        """
        today = () if "--today" in options else ("--today", LONG_AGO)
        done = subprocess.run(
            [sys.executable, str(PROJECT / "greedy_orchestrator.py"), "--roster-id", roster_id, *today, *options],
            env={
                "PATH": os.environ["PATH"],
                "SUPABASE_URL": self.server.url,
                "SUPABASE_KEY": self.server.secret_key,
                **(settings or {}),
            },
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert self.server.secret_key not in done.stdout + done.stderr
        return done


@contextmanager
def foreign_database(server: Server, variant: Variant) -> Iterator[ForeignDatabase]:
    """Serve such a database, empty but for its SQL, for as long as the context lasts.

    Args:
        server: The PostgreSQL on which it is made.
        variant: Which.
    """
    database = server.create(re.sub(r"\W+", "_", str(variant)), *variant.files())
    with ExitStack() as stack:
        api = stack.enter_context(served(database))
        yield ForeignDatabase(
            variant,
            api,
            stack.enter_context(connected(api.url, api.secret_key)),
            stack.enter_context(connected(api.url, api.publishable_key)),
        )
