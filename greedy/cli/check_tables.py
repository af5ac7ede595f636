"""`--check` on the six tables: what differs from the ones that the migrations make, with the statement that mends it.

A column that the job cannot do without has failed. All else that differs is a hint: a column that it does without, a
type that it may read all the same (whether it can write is tried), a unique key, row-level security.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from greedy.cli.check_line import Check, State, failed
from greedy.database import differences, probes
from greedy.database.client import Client
from greedy.database.codes import NO_TABLE
from greedy.database.differences import TableFacts
from greedy.database.schema import DatabaseSchema
from greedy.database.tables import COLUMNS
from greedy.errors import DatabaseError

MIGRATION = "supabase/migrations/20260105090000_schema.sql"
"""What makes the tables."""

_UNSEEN = "types, unique keys and row security cannot be told before you run supabase/install.sql"


def look_at_tables(client: Client, seen: dict[str, probes.Look]) -> Check:
    """Read a row of each table; put into `seen` what came of those that can be read."""
    missing, wrong, exit_code = [], [], DatabaseError.exit_code
    for table in COLUMNS:
        try:
            seen[table] = probes.look_at(client, table)
        except DatabaseError as error:
            if error.code in NO_TABLE:
                missing.append(table)
            else:
                wrong.append(" ".join(str(error).split()))
    if missing:
        which = f"Table{'s' if len(missing) > 1 else ''} {', '.join(missing)} not found"
        remedy = "supabase db push --remote makes them all" if len(missing) == len(COLUMNS) else "create them"
        wrong.insert(0, f"{which}: {remedy}, as in {MIGRATION}")
    return failed("tables", "; ".join(wrong), exit_code) if wrong else Check("tables", f"{len(seen)} can be read")


def compare_tables(client: Client, found: DatabaseSchema, seen: Mapping[str, probes.Look]) -> Iterator[Check]:
    """Compare the tables that can be read.

    Raises:
        DatabaseError: The columns of an empty table cannot be read.
    """
    if found.tables is None:
        tables = probes.facts_of(client, seen)
    else:
        tables = {table: facts for table, facts in found.tables.items() if table in seen}
    with_sql = found.version is not None
    known = differences.types_are_known(tables)
    if missing := "; ".join(map(str, differences.missing_columns(tables, with_sql=with_sql))):
        yield failed("columns", missing, DatabaseError.exit_code)
    else:
        yield Check("columns", "all there that a run needs" + ("" if known else f"; {_UNSEEN}"))
    yield _optional(tables, with_sql=with_sql)
    if not known:
        return
    yield _hints("types", "as in the migrations, or as good", differences.other_types(tables))
    yield _hints("unique keys", "there", differences.missing_keys(tables))
    yield _row_security(tables)


def _optional(tables: Mapping[str, TableFacts], *, with_sql: bool) -> Check:
    """Look for the columns that a run does without; what only other databases have is told, and no hint."""
    if missing := "; ".join(map(str, differences.missing_optional_columns(tables, with_sql=with_sql))):
        return Check("more columns", missing, State.HINT)
    possible = ", ".join(differences.possible_columns(tables))
    return Check("more columns", "there" + (f"; would be used too: {possible}" if possible else ""))


def _hints(name: str, well: str, found: Iterator[differences.Difference]) -> Check:
    wrong = "; ".join(map(str, found))
    return Check(name, wrong, State.HINT) if wrong else Check(name, well)


def _row_security(tables: Mapping[str, TableFacts]) -> Check:
    """Look whether the publishable key gets at tables without a policy."""
    bare = list(differences.without_row_security(tables))
    if not bare:
        return Check("row security", "on, or the publishable key has no rights")
    message = f"off on {', '.join(one.words for one in bare)}, which whoever has the publishable key may read or change"
    remedy = "give your application its policies, then " + " ".join(one.statement for one in bare)
    return Check("row security", f"{message}: {remedy}", State.HINT)
