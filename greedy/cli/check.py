"""`--check`: whether all is there that a run needs, one line each. Nothing is written.

What a run cannot do without, or cannot do safely, has failed; what it does well without is a hint.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from greedy.cli.check_line import Check, State, failed, of_error
from greedy.cli.check_tables import compare_tables, look_at_tables
from greedy.cli.settings import CheckSettings
from greedy.database import inspection, preflight, probes
from greedy.database.client import Client, Connection
from greedy.database.paging import PAGE_ROWS
from greedy.database.queue import Queue
from greedy.database.schema import REMEDY, WITHOUT, DatabaseSchema, Finding, Part
from greedy.database.schema import State as FindingState
from greedy.database.storage import BUCKET, Store
from greedy.database.tables import COLUMNS, ROSTERS
from greedy.errors import ConfigurationError, DatabaseError, GreedyError, RosterDataError

CLOCK_SECONDS = 60
"""Seconds by which this machine's clock may differ from the server's."""

FEW_ROWS = 100
"""A server that gives fewer rows than this at a time makes reading slow."""

CONFIGURATION, DATA, DATABASE = (kind.exit_code for kind in (ConfigurationError, RosterDataError, DatabaseError))


def run_checks(connection: Connection, settings: CheckSettings, *, publish: bool = False) -> Iterator[Check]:
    """Check everything, in the order in which it is needed; where there is no connection, nothing after it.

    Args:
        connection: The database.
        settings: The settings that the run would have.
        publish: Whether publishing is asked for, besides what the settings say.
    """
    client = connection.client
    roster_id = None if settings.rooster_id is None else str(settings.rooster_id)
    yield Check("settings", f"{settings.supabase_url}, {settings.key_kind}")
    started = time.perf_counter()
    try:
        found = inspection.begin_with_any(client, roster_id).with_words(settings.words)
    except GreedyError as error:
        yield of_error("connection", error)
        return
    yield Check("connection", f"answered in {1000 * (time.perf_counter() - started):.0f} ms")
    yield _key(found)
    seen: dict[str, probes.Look] = {}
    yield look_at_tables(client, seen)
    compared = list(_guarded_lines("columns", lambda: compare_tables(client, found, seen))) if seen else []
    yield from compared
    whole = len(seen) == len(COLUMNS) and not any(line.exit_code for line in compared)
    yield _guarded("schema", lambda: _schema(client, found))
    if found.version is not None:
        yield _parts("key and indexes", found, "there", Part.KEY, Part.INDEX)
        yield _parts("triggers", found, "enabled", Part.TRIGGER)
        yield _parts("functions", found, "this version's", Part.FUNCTION)
        if wrong := found.about(Part.WORDS):
            yield Check("words", _together(wrong), State.HINT)
    if whole:
        yield _guarded("duties", lambda: _duties(client, found))
        yield _guarded("writing", lambda: _writing(client, found, roster_id))
    if seen:
        yield _guarded("row cap", lambda: _row_cap(client, max(seen, key=lambda table: seen[table].count)))
    yield _guarded("history", lambda: _history(client))
    yield _guarded("queue", lambda: _queue(client))
    if publish or settings.publish:
        yield _guarded("storage", lambda: _storage(client))
    yield _clock(connection.server_ahead)
    if roster_id is not None:
        yield _guarded("roster", lambda: _roster(client, roster_id))


def _guarded(name: str, check: Callable[[], Check]) -> Check:
    try:
        return check()
    except DatabaseError as error:
        return of_error(name, error)


def _guarded_lines(name: str, checks: Callable[[], Iterator[Check]]) -> Iterator[Check]:
    try:
        yield from checks()
    except DatabaseError as error:
        yield of_error(name, error)


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


def _schema(client: Client, found: DatabaseSchema) -> Check:
    """Look which version of the job's SQL there is; somebody else's database does well without any."""
    wrong = found.about(Part.VERSION, Part.SQL)
    if any(finding.state is FindingState.MISSING for finding in wrong) and probes.is_foreign(client, found.words):
        message = "a database of its own, with triggers of its own, without the job's SQL: the job works on it"
        return Check("schema", f"{message}; {WITHOUT[0]}; to have it safe, {REMEDY}", State.HINT)
    if wrong:
        return failed("schema", "; ".join(map(str, wrong)), DATABASE)
    return Check("schema", f"version {found.version}")


def _parts(name: str, found: DatabaseSchema, well: str, *parts: Part) -> Check:
    """Return what differs in some parts, each with the statement that mends it."""
    if wrong := found.about(*parts):
        return failed(name, _together(wrong), DATABASE)
    return Check(name, well)


def _together(findings: list[Finding]) -> str:
    """Name findings, those with one remedy together."""
    by_remedy: dict[str, list[str]] = {}
    for finding in findings:
        by_remedy.setdefault(finding.remedy, []).append(finding.meaning)
    return "; ".join(f"{', '.join(meanings)}: {remedy}" for remedy, meanings in by_remedy.items())


def _duties(client: Client, found: DatabaseSchema) -> Check:
    """Name the on-call duties, and the system services that are none."""
    if wrong := found.about(Part.DUTIES):
        return failed("duties", _together(wrong), DATABASE)
    codes = sorted(found.duties.codes)
    where = "built in" if found.version is None else "table greedy_duties"
    unknown = [code for code in probes.system_services(client) if code not in found.duties.codes]
    if unknown:
        message = f"{', '.join(unknown)}: system services that are no duty of {', '.join(codes)} ({where}), and so need"
        remedy = "correct the code, or add it to greedy_duties"
        return Check("duties", f"{message} no rest; {remedy}", State.HINT)
    return Check("duties", f"{', '.join(codes)} ({where})")


def _writing(client: Client, found: DatabaseSchema, roster_id: str | None) -> Check:
    """Try a row of each kind that the job writes; nothing stays behind."""
    attempts = found.attempts
    if attempts is None:
        sample = probes.sample(client, roster_id, found.words)
        attempts = tuple(preflight.try_by_requests(client, sample))
    if refused := preflight.in_words(attempts):
        return failed("writing", "; ".join(refused), DATABASE)
    if not attempts:
        return Check("writing", "cannot be tried without a roster, an employee and a service", State.HINT)
    kinds = ", ".join(preflight.KINDS[kind] for kind in dict.fromkeys(attempt.kind for attempt in attempts))
    return Check("writing", f"tried and taken back: {kinds}")


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


def _queue(client: Client) -> Check:
    """Look for the queue, which a run by hand does well without."""
    figures = Queue(client).figures()
    if figures is None:
        message = "none: to have rosters filled by workers, enable pgmq (Supabase: Integrations, Queues; or create"
        return Check("queue", f"{message} extension pgmq), then {REMEDY}", State.HINT)
    oldest = f", the oldest for {figures.oldest_s:.0f} s" if figures.oldest_s is not None else ""
    message = f"{figures.waiting} rosters waiting{oldest}, {figures.running} running, {figures.failed} failed"
    if figures.failed:
        return Check("queue", f"{message}: `queue` shows why, `queue retry` tries them again", State.HINT)
    return Check("queue", message)


def _storage(client: Client) -> Check:
    """Look whether files can be published; nothing is made or stored."""
    there = Store(client).is_there()
    return Check(
        "storage",
        f"bucket {BUCKET}, private" if there else f"answers; the first run that publishes makes the bucket {BUCKET}",
    )


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
