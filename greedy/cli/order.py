"""What the command line asks of a run, and how a run ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path
    from uuid import UUID

    from greedy.cli.settings import LogFormat, LogLevel
    from greedy.domain.language import Language
    from greedy.domain.models import Workspace
    from greedy.domain.period import Scope
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
    """

    result: RunResult
    failure: GreedyError | None
    workspace: Workspace | None
