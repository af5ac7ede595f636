"""The files that a run leaves: its result as JSON, and the roster in whatever kinds are asked for."""

from __future__ import annotations

import datetime as dt
import json
import traceback
from typing import TYPE_CHECKING

import structlog
import typer

from greedy.cli.atomic import write_whole
from greedy.cli.settings import LogFormat
from greedy.errors import GreedyError, RunTimeoutError
from greedy.exports.formats import Format, format_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from zoneinfo import ZoneInfo

    from greedy.cli.making import RunFiles
    from greedy.cli.order import Ended, Order
    from greedy.domain.models import Employee, Workspace
    from greedy.exports.calendars import RosterCalendar

log = structlog.get_logger("greedy")


def save_all(order: Order, ended: Ended, zone: ZoneInfo) -> list[GreedyError]:
    """Write the files that the command line asks for, and return what went wrong; the run itself stands."""
    failures = []
    if order.output is not None:
        text = json.dumps(ended.result.to_json(), indent=2, ensure_ascii=False) + "\n"
        failures.append(save(text.encode(), order.output))
    if order.reports:
        files = ended.files and ended.files.about(ended.result)
        failures += [_save_report(order, ended, files, zone, file) for file in order.reports]
    return [failure for failure in failures if failure is not None]


def accept(order: Order, workspace: Workspace) -> None:
    """See, before anything is written, that the person whose roster is asked for is one of this roster.

    Raises:
        UsageError: Nobody is meant, or several may be.
    """
    if order.person is not None:
        _person(order, workspace, order.person)


def _person(order: Order, workspace: Workspace, wanted: str) -> Employee:
    from greedy.exports import people

    return people.choose(workspace, wanted, with_names=order.log_format is not LogFormat.JSON)


def _save_report(order: Order, ended: Ended, files: RunFiles | None, zone: ZoneInfo, file: Path) -> GreedyError | None:
    """Make a file of the roster, of the kind that its name ends in, and write it; the run's outcome stands either way.

    Returns:
        What went wrong; None when nothing did.
    """
    kind = format_of(file)
    try:
        if files is not None:
            data = _report(order, files, kind, file)
        elif kind is Format.HTML:
            data = made(kind, lambda: _page_of_failure(order, ended, zone))
        else:
            raise GreedyError(f"Could not write {file}: the roster could not be read", "See the run's error.")
    except GreedyError as failure:
        typer.echo(f"❌ {failure}", err=True)
        return failure
    return save(data, file)


def _report(order: Order, files: RunFiles, kind: Format, file: Path) -> bytes:
    person = _person(order, files.maker.workspace, order.person) if order.person is not None else None
    before = _calendar_before(file) if kind is Format.ICS else None
    return made(kind, lambda: files.make(kind, person, before))


def _page_of_failure(order: Order, ended: Ended, zone: ZoneInfo) -> bytes:
    from greedy import page

    return page.render(ended.result, None, dt.datetime.now(zone), order.language, zone).encode()


def _calendar_before(file: Path) -> RosterCalendar | None:
    """Return the calendar that an earlier run left under this name; None where there is none."""
    from greedy.exports import calendars

    try:
        return calendars.read(file.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        log.warning(f"⚠️  {file} is no calendar of a roster ({type(error).__name__}): its events begin anew")
        return None


def made(kind: Format, make: Callable[[], bytes]) -> bytes:
    """Make a file's content.

    Raises:
        RunTimeoutError: The time is over.
        GreedyError: It cannot be made.
    """
    try:
        return make()
    except RunTimeoutError:
        raise
    except Exception as error:  # the roster is written by now; the error's own text may hold a name, so it is not shown
        what = "page" if kind is Format.HTML else f"{kind} file"
        failure = GreedyError(
            f"Could not make the {what}: unexpected {type(error).__name__}", "The run itself is done."
        )
        typer.echo("".join(traceback.format_tb(error.__traceback__)), err=True, nl=False)
        raise failure from None


def save(data: bytes, file: Path) -> GreedyError | None:
    """Write a file, whole or not at all; what is in the database stands, whether or not that works.

    Returns:
        What went wrong; None when nothing did.
    """
    try:
        write_whole(file, data)
    except OSError as error:
        failure = GreedyError(f"Could not write {file}: {error.strerror}", "The run itself is done; see its result.")
        typer.echo(f"❌ {failure}", err=True)
        return failure
    return None
