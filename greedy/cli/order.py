"""What the command line asks of a run, and how a run ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path
    from uuid import UUID

    from greedy.cli.making import RunFiles
    from greedy.cli.settings import LogFormat, LogLevel
    from greedy.domain.language import Language
    from greedy.domain.models import Workspace
    from greedy.domain.period import Scope
    from greedy.domain.run_record import RunRecord
    from greedy.errors import GreedyError
    from greedy.outcome.result import RunResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What the command line asks for.

    Attributes:
        run_id: Names this run in logs and result.
        roster_id: The roster to fill; None for the one that the environment names.
        scope: What is planned.
        dry_run: Do all but write.
        strict: Fail when the verification of the rest periods does.
        fail_on_open: Fail when shifts stay open.
        timeout: Most seconds that the run may take.
        log_level: The least level that is logged; None for what the environment says.
        log_format: `CONSOLE` or `JSON`.
        output: File for the result as JSON; None for none.
        reports: Files for the roster, each of the kind that its name ends in.
        person: Whose own roster these files hold, by id or name; None for everybody's.
        publish: Put the roster's files into Storage, and hand out links.
        notify: The webhook that is told; None for the one that the environment names, if any.
        language: The files' language.
    """

    run_id: str
    roster_id: UUID | None
    scope: Scope
    dry_run: bool
    strict: bool
    fail_on_open: bool
    timeout: float
    log_level: LogLevel | None
    log_format: LogFormat
    output: Path | None
    reports: tuple[Path, ...] = ()
    person: str | None = None
    publish: bool = False
    notify: str | None = None
    language: Language


@dataclass(frozen=True, slots=True)
class Ended:
    """A run that has ended.

    Attributes:
        failure: What makes the command fail; None when nothing does.
        workspace: The roster as it is planned; None when it could not be read.
        files: The files about it; None where nobody asks for one, or the roster could not be read.
        record: The run's row of the history, for the report of a worker; None where it is written already.
    """

    result: RunResult
    failure: GreedyError | None
    workspace: Workspace | None
    files: RunFiles | None = None
    record: RunRecord | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerOrder:
    """What the command line asks of a worker.

    Attributes:
        drain: End when nothing is left to fill, retries included.
        timeout: Most seconds that a run may take.
        poll: Seconds between two questions when no roster is due.
        today: The day that it is; None to look before each run.
        log_level: The least level that is logged; None for what the environment names.
        log_format: `CONSOLE` or `JSON`.
    """

    drain: bool
    timeout: float
    poll: float
    today: dt.date | None
    log_level: LogLevel | None
    log_format: LogFormat


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueOrder:
    """What a question about the queue, or a request to it, has in common with the others.

    Attributes:
        log_level: The least level that is logged; None for what the environment names.
        log_format: `CONSOLE` or `JSON`.
    """

    log_level: LogLevel | None
    log_format: LogFormat
