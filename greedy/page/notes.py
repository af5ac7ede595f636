"""What the planner should know besides: what the rest lacks, alerts, warnings; and the run's facts."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from greedy.outcome.result import RunResult
from greedy.outcome.run_warnings import (
    GeneralWarning,
    RestWarning,
    RowWarning,
    RunWarning,
    ShiftWarning,
    StaffWarning,
    SurplusWarning,
    UnpairedWarning,
)
from greedy.outcome.verification import DutyRestCheck, Verification
from greedy.page.book import Book, Held
from greedy.page.language import Wording, capital
from greedy.page.rows import damaged_rows

PEOPLE_NAMED = 5
"""Duties without their rest that are named."""


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

    Of a confined run, the warnings of its days. What is wrong with rows is one note for each place of the database and
    column; halves of 24-hour duties, which are allowed, are one note together. How long something took, and who made
    the rest, is the operator's alone: log and result have it.
    """
    concerning = [warning for warning in result.warnings if _concerns(result, warning)]
    rows = [warning for warning in concerning if isinstance(warning, RowWarning)]
    halves = [warning for warning in concerning if isinstance(warning, UnpairedWarning)]
    orphaned = [warning for warning in concerning if isinstance(warning, RestWarning) and warning.kind == "orphaned"]
    others = [
        warning
        for warning in concerning
        if not isinstance(warning, RowWarning | UnpairedWarning) and warning.kind != "orphaned"
    ]
    return [
        *_checks(result, book, say),
        *_alerts(result, say),
        *(Note("data", *told) for told in damaged_rows(rows, book, say)),
        *(_warning(warning, book, say) for warning in others),
        *_orphaned(orphaned, book, say),
        *_halves(halves, book, say),
    ]


def verification_of(result: RunResult) -> Verification | None:
    """Return what FASE 4C found; None when it did not run."""
    database = result.phases.fase4_database
    return database.trigger_verification if database else None


def _concerns(result: RunResult, warning: RunWarning) -> bool:
    """Whether a warning concerns the days that the run planned, or no day in particular."""
    planned = result.period
    return planned is None or not isinstance(warning, ShiftWarning) or planned.period.covers(warning.date)


def _checks(result: RunResult, book: Book | None, say: Wording) -> Iterator[Note]:
    verification = verification_of(result)
    if verification is None:
        return
    if verification.error:
        yield Note("check", say("note_check_error"), verification.error)
    for name, check in verification.checks.made():
        if check.passed:
            continue
        if isinstance(check, DutyRestCheck) and check.failures:
            yield Note("check", say("note_missing_rest", told=_missing_rest(check, book, say)), check.message)
        else:
            yield Note("check", say(f"check_{name}"), check.message)


def _missing_rest(check: DutyRestCheck, book: Book | None, say: Wording) -> str:
    """Name whose rest after which duty is missing."""
    told: dict[str, None] = {}
    for rest in check.failures:
        code, _, when = rest.duty.partition(" on ")
        try:
            duty = f"{code} {say.day(dt.date.fromisoformat(when.split(' ')[0]))}"
        except ValueError:  # not in the words of FASE 4C
            duty = rest.duty
        told[say("missing_rest", name=_name(book, rest.employee_id), duty=duty)] = None
    named = [*told][:PEOPLE_NAMED]
    if more := len(told) - len(named):
        named.append(say("more_people", n=more))
    return say.both(named)


def _alerts(result: RunResult, say: Wording) -> Iterator[Note]:
    for alert in result.alerts:
        if alert.metric in ("assignments_written", "blocking_written"):
            yield Note("alert", say(f"alert_{alert.metric}", value=alert.value, limit=alert.limit), alert.message)


def _orphaned(warnings: list[RestWarning], book: Book | None, say: Wording) -> Iterator[Note]:
    """Sum up each person's slots that are blocked without a duty."""
    by_person: dict[str, list[RestWarning]] = {}
    for warning in warnings:
        by_person.setdefault(warning.employee_id, []).append(warning)
    for employee_id, found in by_person.items():
        parts: dict[dt.date, list[str]] = {}
        for warning in found:
            parts.setdefault(warning.date, []).append(say(f"dagdeel_{warning.dagdeel}"))
        days = say.days([(date, ", ".join(dagdelen)) for date, dagdelen in sorted(parts.items())])
        yield Note("orphaned", capital(say("note_orphaned", days=days, name=_name(book, employee_id), n=len(found))))


def _halves(halves: list[UnpairedWarning], book: Book | None, say: Wording) -> Iterator[Note]:
    """Count the 24-hour duties that two people share, and those of which only one half is planned."""
    found: dict[tuple[dt.date, frozenset[str]], Counter[str]] = {}
    for half in halves:
        other = book.workspace.duties.other_half(half.service_code, half.dagdeel) if book else None
        pair = frozenset({half.service_code, other.code if other else half.service_code})
        found.setdefault((half.date, pair), Counter())[half.service_code] += 1
    split = sum(min(codes.values()) for codes in found.values() if len(codes) > 1)
    alone = len(halves) - 2 * split
    told = tuple(_warning(half, book, say).text for half in halves)
    if split:
        yield Note("unpaired", say("note_halves", n=split), items=told, heed=False)
    if alone:
        yield Note("unpaired", say("note_half", n=alone), items=() if split else told, heed=False)


def _warning(warning: GeneralWarning | StaffWarning | ShiftWarning, book: Book | None, say: Wording) -> Note:
    kind = warning.kind
    if isinstance(warning, GeneralWarning) or book is None:  # what is about a shift comes from a roster that was read
        return Note(kind, say(f"note_{kind}"), warning.message)
    if isinstance(warning, StaffWarning):
        return _staff(warning, book, say)
    if isinstance(warning, RestWarning) and warning.duty_code and warning.duty_date:
        return _conflict(warning, warning.duty_code, warning.duty_date, book, say)
    name, code, n = "", "", 1
    if isinstance(warning, SurplusWarning):
        code, n = warning.service_code, book.surplus(warning.date, warning.dagdeel, warning.service_code)
    else:
        name = _name(book, warning.employee_id)
        code = warning.service_code if isinstance(warning, UnpairedWarning) else ""
    day, dagdeel = say.day(warning.date), say(f"dagdeel_{warning.dagdeel}")
    return Note(kind, capital(say(f"note_{kind}", name=name, day=day, dagdeel=dagdeel, code=code, n=n)))


def _staff(warning: StaffWarning, book: Book, say: Wording) -> Note:
    """Name who holds shifts that the job would not give them, and when."""
    service = book.by_code[warning.service_code]
    days = {
        slot.date: ""
        for slot, entry in sorted(book.entries.items(), key=lambda item: item[0].date)
        if slot.employee_id == warning.employee_id and entry.service_id == service.id and entry.held is not Held.NEW
    }
    quota = warning.quota or 0
    text = say(
        f"note_{warning.kind}",
        name=_name(book, warning.employee_id),
        code=warning.service_code,
        days=say.days([*days.items()]) if days else "",
        n=warning.count,
        quota=quota,
        more=warning.count - quota,
    )
    return Note(warning.kind, text)


def _conflict(warning: RestWarning, duty_code: str, duty_date: dt.date, book: Book, say: Wording) -> Note:
    """Name both what somebody works, and the duty after which they should rest."""
    text = say(
        "note_rest_conflict",
        day=say.day(warning.date),
        dagdeel=say(f"dagdeel_{warning.dagdeel}"),
        name=_name(book, warning.employee_id),
        code=warning.service_code or say("unknown_work"),
        duty=f"{duty_code} {say.day(duty_date)}",
    )
    return Note(warning.kind, capital(text))


def _name(book: Book | None, employee_id: str) -> str:
    return book.names.get(employee_id, employee_id) if book else employee_id


def facts(result: RunResult, made_at: dt.datetime, version: str, say: Wording) -> list[tuple[str, str]]:
    """List what identifies the run."""
    return [
        (say("fact_run"), result.run_id),
        (say("fact_roster"), result.roster_id),
        (say("fact_made"), say.moment(made_at)),
        (say("fact_duration"), say("seconds", seconds=round(result.duration_ms / 1000, 1))),
        (say("fact_version"), version),
    ]
