"""Logging, set up once by the command: lines for people on standard error, or JSON lines on standard output.

On Railway a line on standard error counts as an error, so that JSON goes to standard output, one line each with
`message` and `level`, which Railway reads.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from structlog.dev import Column, ConsoleRenderer, KeyValueColumnFormatter, plain_traceback
from structlog.typing import EventDict, Processor, WrappedLogger

from greedy.cli import streams
from greedy.cli.settings import LogFormat, LogLevel

_SHOWN_TO_PEOPLE = {"timestamp", "level", "event", "exc_info"}


def configure(level: LogLevel, log_format: LogFormat, **context: Any) -> None:
    """Set logging up.

    Args:
        level: The least level that is logged; DEBUG also shows people the fields of each event.
        log_format: `CONSOLE` or `JSON`; `AUTO` counts as `CONSOLE`.
        context: Fields of every event, such as the run's id.
    """
    number = logging.getLevelNamesMapping()[level]
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    for name in ("httpx", "httpcore", "hpack"):  # they log addresses, and with them ids and filters
        logging.getLogger(name).setLevel(logging.WARNING)
    common: list[Processor] = [structlog.contextvars.merge_contextvars, structlog.processors.add_log_level]
    if log_format is LogFormat.JSON:
        processors: list[Processor] = [
            *common,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.EventRenamer("message"),
            _message_first,
            structlog.processors.JSONRenderer(ensure_ascii=not streams.is_unicode(sys.stdout)),
        ]
    else:
        processors = [
            *common,
            structlog.processors.TimeStamper(fmt="%Y-%m-%d %H:%M:%S", utc=False),
            *([] if level is LogLevel.DEBUG else [_for_people]),
            _renderer(colors=sys.stderr.isatty()),
        ]
    structlog.configure(
        processors=processors,
        wrapper_class=structlog.make_filtering_bound_logger(number),
        # Whatever the stream is at that moment: a progress bar replaces it, so that lines appear above the bar.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stdout if log_format is LogFormat.JSON else sys.stderr),
        cache_logger_on_first_use=False,
    )
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(**context)


@contextmanager
def own_context(**context: Any) -> Iterator[None]:
    """Bind these fields, and no others, to every event for as long as the block lasts; then bind the former ones again.

    Args:
        context: Fields of every event, such as the run's id.
    """
    before = structlog.contextvars.get_contextvars()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(**context)
    try:
        yield
    finally:
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(**before)


def context(run_id: str, roster_id: object, deployment_id: str | None) -> dict[str, str]:
    """Return the fields of every event of a run; what is not known is left out."""
    fields = {"run_id": run_id, "roster_id": roster_id, "deployment_id": deployment_id}
    return {name: str(value) for name, value in fields.items() if value}


def _for_people(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Leave out the fields: the message says what a person wants to know."""
    return {key: value for key, value in event.items() if key in _SHOWN_TO_PEOPLE}


def _message_first(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Put what one reads first to the front of the line."""
    return {"message": event.pop("message"), "level": event.pop("level"), **event}


def _renderer(*, colors: bool) -> ConsoleRenderer:
    """Render a line as the user's specification shows it: time, LEVEL, message, and fields where there are any."""
    styles = ConsoleRenderer.get_default_column_styles(colors=colors)
    level = {"warning": styles.level_warn, "error": styles.level_error, "critical": styles.level_critical}

    def show_level(key: str, value: object) -> str:  # noqa: ARG001  structlog gives the key by name
        style = level.get(str(value), "")
        return f"{style}{str(value).upper():<7}{styles.reset if style else ''}"

    def plain(style: str) -> KeyValueColumnFormatter:
        return KeyValueColumnFormatter(key_style=None, value_style=style, reset_style=styles.reset, value_repr=str)

    return ConsoleRenderer(
        columns=[
            Column("", KeyValueColumnFormatter(styles.kv_key, styles.kv_value, styles.reset, value_repr=repr)),
            Column("timestamp", plain(styles.timestamp)),
            Column("level", show_level),
            Column("event", plain("")),
        ],
        exception_formatter=plain_traceback,  # the default one shows local variables, and with them the key
    )
