"""What the planner should know besides: what the rest lacks, alerts, warnings; and the run's facts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from greedy.outcome.result import RunResult
from greedy.outcome.run_warnings import (
    GeneralWarning,
    RowWarning,
    RunWarning,
    ShiftWarning,
    StaffWarning,
    SurplusWarning,
    UnpairedWarning,
)
from greedy.outcome.verification import Verification
from greedy.page.book import Book
from greedy.page.language import Wording


@dataclass(frozen=True, slots=True)
class Note:
    """Something that the planner should know.

    Attributes:
        kind: `check`, `alert`, or the warning's kind.
        text: In the page's language.
        detail: What the job says in English, for whoever looks after it; an empty string when `text` says it all.
        items: What it sums up, a sentence each.
        heed: Whether it asks for the planner's attention.
    """

    kind: str
    text: str
    detail: str = ""
    items: tuple[str, ...] = ()
    heed: bool = True


def notes(result: RunResult, book: Book | None, say: Wording) -> list[Note]:
    """Return what the planner should know, in the page's language: what the rest lacks, alerts, warnings.

    Of a confined run, the warnings of its days; halves of 24-hour duties, which are allowed, are one note together.
    """
    warnings = [_warning(warning, book, say) for warning in result.warnings if _concerns(result, warning)]
    halves = tuple(note.text for note in warnings if note.kind == "unpaired")
    found = [*_checks(result, say), *_alerts(result, say), *(note for note in warnings if note.kind != "unpaired")]
    if halves:
        found.append(Note("unpaired", say("note_halves", n=len(halves)), items=halves, heed=False))
    return found


def verification_of(result: RunResult) -> Verification | None:
    """Return what FASE 4C found; None when it did not run."""
    database = result.phases.fase4_database
    return database.trigger_verification if database else None


def _concerns(result: RunResult, warning: RunWarning) -> bool:
    """Whether a warning concerns the days that the run planned, or no day in particular."""
    planned = result.period
    return planned is None or not isinstance(warning, ShiftWarning) or planned.period.covers(warning.date)


def _checks(result: RunResult, say: Wording) -> Iterator[Note]:
    verification = verification_of(result)
    if verification is None:
        return
    if verification.error:
        yield Note("check", say("note_check_error"), verification.error)
    for name, check in verification.checks.made():
        if not check.passed:
            yield Note("check", say("note_check", name=say(f"check_{name}")), check.message)


def _alerts(result: RunResult, say: Wording) -> Iterator[Note]:
    for alert in result.alerts:
        yield Note("alert", say(f"alert_{alert.metric}", value=alert.value, limit=alert.limit), alert.message)


def _warning(warning: RunWarning, book: Book | None, say: Wording) -> Note:
    kind = warning.kind
    if isinstance(warning, RowWarning):
        text = say("note_data", table=warning.table, id=warning.id, field=warning.field, value=warning.value)
        return Note(kind, text, warning.message)
    if isinstance(warning, GeneralWarning) or book is None:  # what is about a shift comes from a roster that was read
        return Note(kind, say(f"note_{kind}"), warning.message)
    if isinstance(warning, StaffWarning):
        name, code = book.names.get(warning.employee_id, ""), warning.service_code
        return Note(kind, say(f"note_{kind}", name=name, code=code, n=warning.count, quota=warning.quota or 0))
    name, code, n = "", "", 1
    if isinstance(warning, SurplusWarning):
        code, n = warning.service_code, book.surplus(warning.date, warning.dagdeel, warning.service_code)
    else:
        name = book.names.get(warning.employee_id, "")
        code = warning.service_code if isinstance(warning, UnpairedWarning) else ""
    day, dagdeel = say.day(warning.date), say(f"dagdeel_{warning.dagdeel}")
    return Note(kind, say(f"note_{kind}", name=name, day=day, dagdeel=dagdeel, code=code, n=n))


def facts(result: RunResult, made_at: dt.datetime, version: str, say: Wording) -> list[tuple[str, str]]:
    """List what identifies the run."""
    return [
        (say("fact_run"), result.run_id),
        (say("fact_roster"), result.roster_id),
        (say("fact_made"), say.moment(made_at)),
        (say("fact_duration"), say("seconds", seconds=round(result.duration_ms / 1000, 1))),
        (say("fact_version"), version),
    ]
