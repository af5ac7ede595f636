"""The files that a run leaves: its result as JSON, and the planner's page."""

from __future__ import annotations

import datetime as dt
import json
import traceback
from typing import TYPE_CHECKING

import typer

from greedy.cli.atomic import write_whole
from greedy.errors import GreedyError

if TYPE_CHECKING:
    from pathlib import Path

    from greedy.cli.order import Ended, Order
    from greedy.domain.language import Language


def save_all(order: Order, ended: Ended) -> list[GreedyError]:
    """Write the files that the command line asks for, and return what went wrong; the run itself stands."""
    failures = []
    if order.output is not None:
        failures.append(save(json.dumps(ended.result.to_json(), indent=2, ensure_ascii=False) + "\n", order.output))
    if order.page is not None:
        failures.append(save_page(ended, order.language, order.page))
    return [failure for failure in failures if failure is not None]


def save_page(ended: Ended, language: Language, file: Path) -> GreedyError | None:
    """Make the planner's page and write it to a file; the run's outcome stands, whether or not that works.

    Returns:
        What went wrong; None when nothing did.
    """
    from greedy import page

    try:
        text = page.render(ended.result, ended.workspace, dt.datetime.now(dt.UTC), language)
    except Exception as error:  # the roster is written by now; the error's own text may hold a name, so it is not shown
        failure = GreedyError(f"Could not make the page: unexpected {type(error).__name__}", "The run itself is done.")
        typer.echo("".join(traceback.format_tb(error.__traceback__)) + f"❌ {failure}", err=True)
        return failure
    return save(text, file)


def save(text: str, file: Path) -> GreedyError | None:
    """Write a text to a file, whole or not at all; what is in the database stands, whether or not that works.

    Returns:
        What went wrong; None when nothing did.
    """
    try:
        write_whole(file, text.encode())
    except OSError as error:
        failure = GreedyError(f"Could not write {file}: {error.strerror}", "The run itself is done; see its result.")
        typer.echo(f"❌ {failure}", err=True)
        return failure
    return None
