"""`--check`: whether all is there that a run needs, one line each. Nothing is written.

What a run cannot do without, or cannot do safely, has failed; what it does well without is a hint.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from greedy.cli.settings import CheckSettings
from greedy.database import probes, schema
from greedy.database.client import Client, Connection
from greedy.database.paging import PAGE_ROWS
from greedy.database.schema import REMEDY, DatabaseSchema, Part
from greedy.database.tables import COLUMNS, ROSTERS
from greedy.errors import ConfigurationError, DatabaseError, GreedyError, RosterDataError

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
    """Return a check that has failed."""
    return Check(name, message, State.FAILED, exit_code)


def of_error(name: str, error: GreedyError) -> Check:
    """Return a check that an error has ended, in one line."""
    return failed(name, " ".join(str(error).split()), error.exit_code)


def run_checks(connection: Connection, settings: CheckSettings) -> Iterator[Check]:
    """Check everything, in the order in which it is needed; where there is no connection, nothing after it."""
    client = connection.client
    yield Check("settings", f"{settings.supabase_url}, {settings.key_kind}")
    started = time.perf_counter()
    try:
        found = schema.inspect_schema_of_any(client)
    except DatabaseError as error:
        yield of_error("connection", error)
        return
    yield Check("connection", f"answered in {1000 * (time.perf_counter() - started):.0f} ms")
    yield _key(found)
    counts: dict[str, int] = {}
    yield _tables(client, counts)
    yield _version(found)
    yield _triggers(found)
    yield _guard(found)
    if counts:
        yield _guarded("row cap", lambda: _row_cap(client, max(counts, key=counts.__getitem__)))
    yield _guarded("history", lambda: _history(client))
    yield _clock(connection.server_ahead)
    if settings.rooster_id is not None:
        yield _guarded("roster", lambda: _roster(client, str(settings.rooster_id)))


def _guarded(name: str, check: Callable[[], Check]) -> Check:
    try:
        return check()
    except DatabaseError as error:
        return of_error(name, error)


def _key(found: DatabaseSchema) -> Check:
    if found.role is None:
        message = f"accepted; which role it has cannot be told before you {REMEDY}"
        return Check("key", message, State.HINT)
    if found.role != "service_role":
        message = f"it has the role {found.role}, not service_role: set SUPABASE_KEY to the secret key, sb_secret_..."
        return failed("key", message, CONFIGURATION)
    if not found.may_write:
        return failed("key", f"role {found.role} may not write roster_assignments; {REMEDY}", DATABASE)
    return Check("key", f"role {found.role}, may read and write")


def _tables(client: Client, counts: dict[str, int]) -> Check:
    """Read a row of each table, as a run does, and count them."""
    wrong = []
    for table in COLUMNS:
        try:
            counts[table] = probes.count_rows(client, table)
        except DatabaseError as error:
            wrong.append(" ".join(str(error).split()))
    return failed("tables", "; ".join(wrong), DATABASE) if wrong else Check("tables", f"{len(counts)} can be read")


def _version(found: DatabaseSchema) -> Check:
    if wrong := found.about(Part.VERSION, Part.MIGRATIONS):
        return failed("schema", "; ".join(map(str, wrong)), DATABASE)
    return Check("schema", f"version {found.version}")


def _triggers(found: DatabaseSchema) -> Check:
    if found.version is None:
        return failed("triggers", f"cannot be seen; {REMEDY}", DATABASE)
    wrong = found.about(Part.BLOCKING_TRIGGER, Part.BLOCK_STAMP, Part.HAND_OVER, Part.DUTIES)
    if wrong:
        return failed("triggers", f"{'; '.join(finding.meaning for finding in wrong)}; {REMEDY}", DATABASE)
    return Check("triggers", "blocking, stamp and hand-over enabled, same duties as here")


def _guard(found: DatabaseSchema) -> Check:
    if found.version is None:
        return failed("guard", f"cannot be seen; {REMEDY}", DATABASE)
    if wrong := found.about(Part.GUARD):
        return failed("guard", "; ".join(map(str, wrong)), DATABASE)
    return Check("guard", "enabled")


def _row_cap(client: Client, table: str) -> Check:
    """Look at the largest table, which shows a row cap if any does."""
    page = probes.read_page(client, table)
    if page.count is None:
        return failed("row cap", "the server does not count rows: a cut-off answer could not be told", DATABASE)
    if page.complete:
        return Check("row cap", f"none within {page.rows} rows of {table}")
    if page.rows < FEW_ROWS:
        message = f"{page.rows} rows at a time, so that reading takes many requests: raise it to {PAGE_ROWS}"
        return Check("row cap", f"{message} (Supabase: Settings, API, Max rows)", State.HINT)
    return Check("row cap", f"{page.rows} rows at a time; the job reads page by page and counts")


def _history(client: Client) -> Check:
    count = probes.count_runs(client)
    if count is None:
        return Check("history", f"runs are not recorded; to have them, {REMEDY}", State.HINT)
    return Check("history", f"{count} runs recorded")


def _clock(ahead: float | None) -> Check:
    """Compare clocks; `ahead` is the seconds by which the server's is ahead of ours, None where it sent none."""
    if ahead is None:
        return Check("clock", "the server does not tell its time", State.HINT)
    if abs(ahead) > CLOCK_SECONDS:
        side = "behind" if ahead > 0 else "ahead of"
        message = f"this machine's clock is {abs(ahead):.0f} s {side} the server's: set it by a time server (NTP)"
        return failed("clock", message, CONFIGURATION)
    return Check("clock", f"differs from the server's by less than {max(1, round(abs(ahead)) + 1)} s")


def _roster(client: Client, roster_id: str) -> Check:
    found = probes.find_roster(client, roster_id)
    if found is None:
        return failed("roster", f"{roster_id} not found in table {ROSTERS}: check --roster-id (or ROOSTER_ID)", DATA)
    return Check("roster", f"{roster_id}, {found['start_date']} to {found['end_date']}")
