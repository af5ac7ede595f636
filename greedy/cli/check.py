"""`--check`: whether all is there that a run needs, one line each. Nothing is written.

What a run cannot do without, or cannot do safely, has failed; what it does well without is a hint.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from postgrest import CountMethod

from greedy.cli.settings import CheckSettings
from greedy.database import client as database
from greedy.database import schema
from greedy.database.history import TABLE as HISTORY
from greedy.errors import ConfigurationError, DatabaseError, GreedyError, RosterDataError
from greedy.loader import COLUMNS, ROSTERS

CLOCK_SECONDS = 60
"""Seconds by which this machine's clock may differ from the server's."""

FEW_ROWS = 100
"""A server that gives fewer rows than this at a time makes reading slow."""

CONFIGURATION, DATA, DATABASE = (kind.exit_code for kind in (ConfigurationError, RosterDataError, DatabaseError))


class State(StrEnum):
    """How a check ended."""

    OK = "OK"
    HINT = "HINT"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class Check:
    """One line.

    Attributes:
        name: What was looked at.
        message: What was found; where it is not OK, what to do.
        state: How it ended.
        exit_code: The process's exit code, if it has failed; else 0.
    """

    name: str
    message: str
    state: State = State.OK
    exit_code: int = 0


def failed(name: str, message: str, exit_code: int) -> Check:
    """Give a check that has failed."""
    return Check(name, message, State.FAILED, exit_code)


def of_error(name: str, error: GreedyError) -> Check:
    """Give a check that an error has ended, in one line."""
    return failed(name, " ".join(str(error).split()), error.exit_code)


def run_checks(connection: database.Connection, settings: CheckSettings) -> Iterator[Check]:
    """Check everything, in the order in which it is needed; where there is no connection, nothing after it."""
    yield Check("settings", f"{settings.supabase_url}, {settings.key_kind}")
    started = time.perf_counter()
    try:
        found = schema.inspect_schema(connection.client)
    except DatabaseError as error:
        if error.code not in database.NO_TABLE:
            yield of_error("connection", error)
            return
        found = schema.DatabaseSchema(None, (f"cannot be told: a table that it looks at is missing; {schema.REMEDY}",))
    yield Check("connection", f"answered in {1000 * (time.perf_counter() - started):.0f} ms")
    yield _key(found)
    counts: dict[str, int] = {}
    yield from _tables(connection, counts)
    yield _version(found)
    yield _triggers(found)
    yield _guard(found)
    if counts:
        yield _guarded("row cap", lambda: _row_cap(connection, max(counts, key=counts.__getitem__)))
    yield _guarded("history", lambda: _history(connection))
    yield _clock(connection)
    if settings.rooster_id is not None:
        yield _guarded("roster", lambda: _roster(connection, str(settings.rooster_id)))


def _guarded(name: str, check: Callable[[], Check]) -> Check:
    try:
        return check()
    except DatabaseError as error:
        return of_error(name, error)


def _key(found: schema.DatabaseSchema) -> Check:
    role = found.told.get("role")
    if role is None:
        message = f"accepted; which role it has cannot be told before you {schema.REMEDY}"
        return Check("key", message, State.HINT)
    if role != "service_role":
        message = f"it has the role {role}, not service_role: set SUPABASE_KEY to the secret key, sb_secret_..."
        return failed("key", message, CONFIGURATION)
    if found.told.get("may_write") is not True:
        return failed("key", f"role {role} may not write roster_assignments; {schema.REMEDY}", DATABASE)
    return Check("key", f"role {role}, may read and write")


def _tables(connection: database.Connection, counts: dict[str, int]) -> Iterator[Check]:
    """Read a row of each table, as a run does, and count them."""
    wrong = []
    for table, columns in COLUMNS.items():
        try:
            answer = database.execute(database.select(connection.client, table, columns).limit(1), f"read {table}")
            counts[table] = answer.count or 0
        except DatabaseError as error:
            wrong.append(" ".join(str(error).split()))
    yield failed("tables", "; ".join(wrong), DATABASE) if wrong else Check("tables", f"{len(counts)} can be read")


def _version(found: schema.DatabaseSchema) -> Check:
    if found.version == schema.VERSION:
        return Check("schema", f"version {found.version}")
    told = [warning for warning in found.warnings if "version" in warning or found.version is None]
    return failed("schema", "; ".join(told), DATABASE)


def _triggers(found: schema.DatabaseSchema) -> Check:
    if found.version is None:
        return failed("triggers", f"cannot be seen; {schema.REMEDY}", DATABASE)
    wrong = [told for part, told in schema.PARTS.items() if part != "guard" and found.told.get(part) is not True]
    wrong += [warning for warning in found.warnings if schema.OTHER_DUTIES in warning]
    if wrong:
        return failed("triggers", f"{'; '.join(wrong)}; {schema.REMEDY}", DATABASE)
    return Check("triggers", "blocking, stamp and hand-over enabled, same duties as here")


def _guard(found: schema.DatabaseSchema) -> Check:
    if found.version is None:
        return failed("guard", f"cannot be seen; {schema.REMEDY}", DATABASE)
    if found.told.get("guard") is not True:
        return failed("guard", f"{schema.PARTS['guard']}; {schema.REMEDY}", DATABASE)
    return Check("guard", "enabled")


def _row_cap(connection: database.Connection, table: str) -> Check:
    """Ask the largest table for more rows than a page: a server with a cap gives fewer."""
    query = database.select(connection.client, table, "id").limit(database.PAGE_ROWS + 1)
    answer = database.execute(query, f"read {table}")
    got, count = len(database.rows(answer, table)), answer.count
    if count is None:
        return failed("row cap", "the server does not count rows: a cut-off answer could not be told", DATABASE)
    if got >= min(count, database.PAGE_ROWS + 1):
        return Check("row cap", f"none within {got} rows of {table}")
    if got < FEW_ROWS:
        message = f"{got} rows at a time, so that reading takes many requests: raise it to {database.PAGE_ROWS}"
        return Check("row cap", f"{message} (Supabase: Settings, API, Max rows)", State.HINT)
    return Check("row cap", f"{got} rows at a time; the job reads page by page and counts")


def _history(connection: database.Connection) -> Check:
    query = connection.client.table(HISTORY).select("run_id", count=CountMethod.exact).limit(1)
    try:
        count = database.execute(query, f"read the run history from {HISTORY}").count
    except DatabaseError as error:
        if error.code in database.NO_TABLE:
            return Check("history", f"runs are not recorded; to have them, {schema.REMEDY}", State.HINT)
        raise
    return Check("history", f"{count} runs recorded")


def _clock(connection: database.Connection) -> Check:
    ahead = connection.server_ahead
    if ahead is None:
        return Check("clock", "the server does not tell its time", State.HINT)
    if abs(ahead) > CLOCK_SECONDS:
        side = "behind" if ahead > 0 else "ahead of"
        message = f"this machine's clock is {abs(ahead):.0f} s {side} the server's: set it by a time server (NTP)"
        return failed("clock", message, CONFIGURATION)
    return Check("clock", f"differs from the server's by less than {max(1, round(abs(ahead)) + 1)} s")


def _roster(connection: database.Connection, roster_id: str) -> Check:
    query = database.select(connection.client, ROSTERS, COLUMNS[ROSTERS]).eq("id", roster_id)
    found = database.rows(database.execute(query, f"read {ROSTERS}"), ROSTERS)
    if not found:
        return failed("roster", f"{roster_id} not found in table {ROSTERS}: check --roster-id (or ROOSTER_ID)", DATA)
    return Check("roster", f"{roster_id}, {found[0]['start_date']} to {found[0]['end_date']}")
