"""Hand a run out: its files into Storage, with signed links, and its headline to a webhook.

What cannot be published is a warning: the run is done.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import structlog

from greedy import interrupts
from greedy.errors import GreedyError, RunTimeoutError

if TYPE_CHECKING:
    from greedy.cli.making import RunFiles
    from greedy.cli.order import Order
    from greedy.cli.settings import CommandSettings
    from greedy.database.client import Connection
    from greedy.outcome.result import RunResult

log = structlog.get_logger("greedy")

PATIENCE = 120.0
"""Seconds that publishing may take: a practice's files are there in a few."""

RESERVE = 5.0
"""Seconds of `--timeout` that are kept for handing the result over."""


def hand_out(
    connection: Connection,
    order: Order,
    settings: CommandSettings,
    result: RunResult,
    files: RunFiles | None,
    exit_code: int,
) -> RunResult:
    """Publish a run's files and tell the webhook, as far as either is asked for; a dry run does neither.

    Args:
        connection: The run's connection; one that never got an answer is not tried again.
        order: What is asked of the run.
        settings: How long links hold, and where the webhook is.
        result: The run's result.
        files: The run's files; None where the roster could not be read.
        exit_code: The process's exit code.

    Returns:
        The result, with what was published, and a warning for what was not.
    """
    if result.dry_run or interrupts.requested():
        return result
    if is_asked_for(order, settings, result):
        result = _publish(connection, order, settings, result, files)
    if settings.notify_url is not None and settings.notify_secret is not None:
        url, secret = settings.notify_url.get_secret_value(), settings.notify_secret.get_secret_value()
        result = _notify(order, url, secret, result, exit_code)
    return result


def is_asked_for(order: Order, settings: CommandSettings, result: RunResult) -> bool:
    """Whether the run's files are to be published."""
    return (order.publish or settings.publish) and not result.dry_run


def _time_left(order: Order, result: RunResult, most: float) -> float:
    """Return the seconds that something after the run may take, so that its result is handed over within `--timeout`.

    Args:
        order: What is asked of the run.
        result: The run's result, which says how long it took.
        most: Seconds that it may take at most.
    """
    return max(RESERVE, min(most, order.timeout - result.duration_ms / 1000 - RESERVE))


def _publish(
    connection: Connection,
    order: Order,
    settings: CommandSettings,
    result: RunResult,
    files: RunFiles | None,
) -> RunResult:
    if files is None or not connection.answers:
        return _warned(result, "publish", "nothing was published: the roster could not be read")
    from greedy.cli.publisher import Publisher
    from greedy.database.storage import Store

    publisher = Publisher(Store(connection.client), connection, files, settings)
    message = _in_time(publisher.publish, _time_left(order, result, PATIENCE), "publishing")
    if publisher.published is not None:
        result = replace(result, published=publisher.published)
        log.info(
            f"📤 Published {len(publisher.published.files)} files and {len(publisher.published.calendars)} calendars",
            links=publisher.published.links,
            links_until=publisher.published.links_until.isoformat(),
        )
    return _warned(result, "publish", f"not everything was published: {message}") if message else result


def _notify(order: Order, url: str, secret: str, result: RunResult, exit_code: int) -> RunResult:
    from greedy import notify

    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    told, most = notify.message(result, exit_code, now), _time_left(order, result, notify.MOST_SECONDS)
    message = _in_time(lambda: notify.notify(url, secret, told, now), most, "telling the webhook")
    if message is None:
        log.info("📣 The webhook has been notified")
        return result
    return _warned(result, "notify", message)


def _in_time(work: Callable[[], object], seconds: float, what: str) -> str | None:
    """Do something within a time, and return what went wrong in a line; None when nothing did."""
    stopped = interrupts.requested()
    try:
        with (
            nullcontext() if stopped else interrupts.stoppable(lambda: what),
            interrupts.time_limit(seconds, lambda: what),
        ):
            work()
    except RunTimeoutError:
        return f"{what} took longer than {seconds:g} s"
    except GreedyError as error:
        return " ".join(error.message.split())
    return None


def _warned(result: RunResult, kind: Literal["publish", "notify"], message: str) -> RunResult:
    from greedy.outcome.run_warnings import GeneralWarning

    log.warning(f"⚠️  {message}")
    return replace(result, warnings=(*result.warnings, GeneralWarning(kind=kind, message=message)))
