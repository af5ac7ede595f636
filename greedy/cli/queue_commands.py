"""Asking for rosters, and what the operator does with the queue: `enqueue`, `queue`, `queue retry`, `queue drop`."""

from __future__ import annotations

import datetime as dt
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from uuid import uuid4

import structlog
from rich.console import RenderableType
from rich.text import Text

from greedy.cli import console, logs, streams, worker_log
from greedy.cli.commands import ended_by
from greedy.cli.console_operator import render_queue
from greedy.cli.handover import LINE_BYTES
from greedy.cli.order import QueueOrder
from greedy.cli.settings import CommandSettings, LogFormat, deployment_id
from greedy.database.client import connect
from greedy.database.queue import Queue
from greedy.domain.queue import Wish
from greedy.errors import GreedyError, UsageError

log = structlog.get_logger("greedy")

TIMEOUT = 60.0
"""Most seconds that one of these may take."""

OUTCOMES = {
    "added": "added",
    "waiting": "waiting already",
    "later": "waiting with other options, to be done after them",
    "again": "being filled, and once more afterwards",
}
"""What came of asking for a roster, in words."""


def enqueue(
    order: QueueOrder,
    rosters: Sequence[str] | None,
    wish: Wish,
    *,
    urgent: bool,
    practice: str | None,
    today: dt.date | None,
) -> int:
    """Ask for rosters to be filled, or (None) for all that are due; return the exit code."""

    def ask(queue: Queue, settings: CommandSettings) -> None:
        day = today or settings.today()
        chosen = queue.due(day.isoformat(), settings.words) if rosters is None else rosters
        asked = queue.ask(chosen, wish.options(), urgent=urgent, practice=practice) if chosen else []
        counts = Counter(row["outcome"] for row in asked)
        parts = [f"{counts[outcome]} {words}" for outcome, words in OUTCOMES.items() if counts[outcome]]
        due = " due" if rosters is None else ""
        text = f"📬 {_rosters(len(asked))}{due}" + (f": {', '.join(parts)}" if parts else "")
        if order.log_format is LogFormat.JSON:
            log.info(text, **counts)
        _show(Text(text), {"asked": asked}, order.log_format)

    return _with_queue(order, "enqueue", ask)


def show(order: QueueOrder) -> int:
    """Show what is in the queue; return the exit code."""

    def look(queue: Queue, _: CommandSettings) -> None:
        entries = queue.entries()
        _show(render_queue(entries), {"queue": entries}, order.log_format)

    return _with_queue(order, "queue", look)


def retry(order: QueueOrder, roster_id: str | None) -> int:
    """Let what has failed be tried again, one roster or (None) all; return the exit code."""

    def change(queue: Queue, _: CommandSettings) -> None:
        number = queue.retry(roster_id)
        if roster_id is not None and not number:
            raise UsageError(f"Roster {roster_id} has not failed: there is nothing to retry", "See `queue`.")
        _show(Text(f"📬 To be tried again: {_rosters(number)}"), {"retried": number}, order.log_format)

    return _with_queue(order, "queue retry", change)


def drop(order: QueueOrder, roster_id: str) -> int:
    """Take a roster out of the queue; return the exit code."""

    def change(queue: Queue, _: CommandSettings) -> None:
        if not queue.drop(roster_id):
            raise UsageError(f"Roster {roster_id} is not in the queue", "See `queue`.")
        text = f"📬 Roster {roster_id} is out of the queue; a worker that has it writes no more"
        _show(Text(text), {"dropped": roster_id}, order.log_format)

    return _with_queue(order, "queue drop", change)


def _rosters(number: int) -> str:
    return f"{number} roster{'' if number == 1 else 's'}"


def _with_queue(order: QueueOrder, what: str, act: Callable[[Queue, CommandSettings], None]) -> int:
    """Connect, and do one thing with the queue; return the exit code."""
    try:
        settings = CommandSettings.load(log_level=order.log_level)
        logs.configure(settings.log_level, order.log_format, **logs.context(str(uuid4()), None, deployment_id()))
        key = settings.supabase_key.get_secret_value()
        with ended_by(what, TIMEOUT), connect(settings.supabase_url, key) as connection:
            act(Queue(connection.client), settings)
    except GreedyError as error:
        worker_log.refuse(order.log_format, error)
        return error.exit_code
    return 0


def _show(table: RenderableType, data: dict[str, Any], shape: LogFormat) -> None:
    """Show a person a table or a line, a machine JSON: whole, but in a log as many lines as log collectors take."""
    if shape is LogFormat.JSON:
        for part in _parts(data):
            print(streams.dumps(part))
        return
    console.console().print(table)
    if not sys.stdout.isatty():
        print(streams.dumps(data, indent=2))


def _parts(data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Split what holds a list into objects of the same shape, each with some of its rows, that fit in a line."""
    ((name, told),) = data.items()
    if not isinstance(told, list):
        yield data
        return
    around = len(streams.dumps({name: []})) + 1
    part: list[Any] = []
    size = around
    for row in told:
        added = len(streams.dumps(row).encode(errors="backslashreplace")) + len(", ")
        if part and size + added >= LINE_BYTES:
            yield {name: part}
            part, size = [], around
        part.append(row)
        size += added
    yield {name: part}
