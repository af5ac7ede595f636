"""What the page says first: how the run stands, what is in the database, and what the planner should do now."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from greedy.outcome.result import PlannedDays, RunResult
from greedy.outcome.verification import Verification
from greedy.page.book import Book
from greedy.page.joint import title
from greedy.page.language import Wording, capital
from greedy.page.notes import Note, verification_of

DAYS_OF_WEEK = 7


class Mood(StrEnum):
    """How the run stands, at a glance."""

    GOOD = "good"
    HEED = "heed"
    TRIAL = "trial"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the page says first.

    Attributes:
        alarm: On which days nobody is on call, before any number; an empty string when somebody is, or that is not
            known.
        headline: How much is filled; or that the run failed before that was known.
        why: What kind of failure it was; an empty string when the run did not fail.
        stored: What of the plan is in the database.
        is_stored: Whether all of it is; False too when shifts are open and there was nothing to store.
        has_shifts_stored: Whether its shifts are, with or without their rest.
        rest: Whether the rest periods are proven; None when nobody looked.
        error: What went wrong, in English as in the log; an empty string when nothing did.
    """

    mood: Mood
    badge: str
    alarm: str
    headline: str
    why: str
    stored: str
    is_stored: bool
    has_shifts_stored: bool
    rest: str | None
    rest_proven: bool
    error: str


def judge(result: RunResult, notes: list[Note], book: Book | None, say: Wording) -> Verdict:
    """Judge a run by its result, the notes on it and the roster."""
    coverage, verification = result.coverage, verification_of(result)
    rest_proven = verification is not None and verification.all_passed
    places_open = coverage is not None and coverage.open > 0
    if not result.success:
        mood = Mood.FAILED
    elif result.dry_run:
        mood = Mood.TRIAL
    elif places_open or open_elsewhere(result, book) or any(note.heed for note in notes) or not rest_proven:
        mood = Mood.HEED
    else:
        mood = Mood.GOOD
    return Verdict(
        mood=mood,
        badge=say(f"badge_{mood}"),
        alarm=_alarm(result, say),
        headline=_headline(result, book, say),
        why="" if result.success else say(f"failed_{result.cause or 'unexpected'}"),
        stored=_stored(result, say),
        is_stored=coverage is not None and coverage.written and (_changes_anything(result) or not places_open),
        has_shifts_stored=_has_shifts_stored(result),
        rest=_rest(result, verification, say),
        rest_proven=rest_proven,
        error=result.error or "",
    )


@dataclass(frozen=True, slots=True)
class Step:
    """Something for the planner to do; `anchor` is where on the page it is explained, empty when this is all."""

    text: str
    anchor: str = ""


def steps(result: RunResult, notes: list[Note], tips: list[str], book: Book | None, say: Wording) -> list[Step]:
    """Return what the planner should do now, the most urgent first."""
    found = []
    if not result.success:
        key = "step_rerun" if result.phases.fase4_database else "step_failed"
        found.append(Step(say("step_data" if result.cause == "data" else key)))
    elif result.dry_run and _changes_anything(result):
        found.append(Step(say("step_trial")))
    if result.uncovered:
        found.append(Step(say("step_on_call"), "open"))
    if result.coverage and result.coverage.open:
        if result.joint_set is not None and result.joint_set.helps:
            found.append(Step(f"{title(result.joint_set, say)}.", "together"))
        else:
            found += [Step(tip) for tip in tips]
        found.append(Step(say("step_open", n=result.coverage.open), "open"))
    if elsewhere := open_elsewhere(result, book):
        found.append(Step(say("step_outside", n=elsewhere)))
    if heeded := sum(note.heed for note in notes):
        found.append(Step(say("step_notes", n=heeded), "notes"))
    return found or [Step(say("step_done"))]


def open_elsewhere(result: RunResult, book: Book | None) -> int:
    """Count the places open on days that the run was not to plan, and that can still be planned.

    What is past cannot be; where other days were left out too, the result does not say which part of it is past.
    """
    days = result.period
    if days is None:
        return 0
    only_past = days.past_until is not None and book is not None and days.last >= book.workspace.roster.end_date
    return 0 if only_past else days.open_outside


def confined(result: RunResult, book: Book | None, say: Wording) -> str:
    """Describe which days the run planned, why not all, and what is open on the others; empty when it was all."""
    days = result.period
    if days is None:
        return ""
    if days.first > days.last:
        return say("confined_all_past")
    told = []
    if days.past_until:
        told.append(say("confined_past", last=say.day(days.past_until)))
    if book is None or not days.past_until or days.last < book.workspace.roster.end_date:
        key = "confined_day" if days.first == days.last else "confined"
        told.append(say(key, period=say.period(days.first, days.last), day=say.day(days.first)))
    if days.open_outside and not _is_told_by_headline(result, book):
        told.append(say("confined_open", n=days.open_outside))
    return " ".join(told)


def change_sums(result: RunResult, *, stored: bool, say: Wording) -> list[str]:
    """Describe how many shifts the run planned, moved and took back, and how much rest came and went."""
    changes, database = result.changes, result.phases.fase4_database
    if changes is None:
        return []
    some_saved = database is not None and database.write_assignments.written > 0
    intro = "changes_intro" if stored else "changes_intro_unsaved" if some_saved else "changes_intro_nothing_saved"
    counts = {
        intro: len(changes.added) + len(changes.moved),
        "changes_moved": len(changes.moved),
        "changes_taken_back" if stored else "changes_taken_back_unsaved": len(changes.taken_back),
        "changes_rest": changes.rest_added,
        "changes_rest_opened": changes.rest_opened,
    }
    return [say(key, n=count) for key, count in counts.items() if count]


def _has_shifts_stored(result: RunResult) -> bool:
    database = result.phases.fase4_database
    return database is not None and not result.dry_run and database.shifts_stored


def _changes_anything(result: RunResult) -> bool:
    """Whether a run that came to planning adds, moves or takes back a shift."""
    return result.changes is not None and result.changes.any_shift


def _alarm(result: RunResult, say: Wording) -> str:
    """Name the days on which nobody is on call, and the dagdelen where it is not the whole day."""
    if not result.uncovered:
        return ""
    parts: dict[dt.date, list[str]] = {}
    for slot in result.uncovered:
        parts.setdefault(slot.date, []).extend([] if slot.whole_day else [say(f"dagdeel_{slot.dagdeel}")])
    days = say.days([(date, ", ".join(dagdelen)) for date, dagdelen in parts.items()])
    return capital(say("nobody_on_call", days=days))


def _is_told_by_headline(result: RunResult, book: Book | None) -> bool:
    """Whether the headline tells of the days that were not planned, as there all is well."""
    coverage = result.coverage
    is_full = coverage is not None and coverage.needed > 0 and not coverage.open
    return is_full and _has_shifts_stored(result) and open_elsewhere(result, book) > 0


def _planned_days(days: PlannedDays, say: Wording) -> str:
    """Name the days that a confined run planned: a week by its number, else from when to when."""
    if days.first == days.last:
        return capital(say.day(days.first))
    if days.first.weekday() == 0 and (days.last - days.first).days == DAYS_OF_WEEK - 1:
        return say("week", number=str(days.first.isocalendar().week))
    return say.period(days.first, days.last)


def _headline(result: RunResult, book: Book | None, say: Wording) -> str:
    coverage = result.coverage
    if coverage is None:
        return say("headline_unknown")
    needed, open_ = coverage.needed, coverage.open
    if not needed:
        return say("headline_no_demand_then" if result.period else "headline_no_demand")
    if not _has_shifts_stored(result):
        if not open_:
            return say("headline_proposal_all", n=needed)
        return say("headline_proposal", filled=needed - open_, needed=needed, n=open_)
    if open_:
        return say("headline_open", filled=needed - open_, needed=needed, n=open_)
    if result.period and (elsewhere := open_elsewhere(result, book)):
        return say("headline_elsewhere", days=_planned_days(result.period, say), n=elsewhere)
    return say("headline", n=needed)


def _stored(result: RunResult, say: Wording) -> str:
    database = result.phases.fase4_database
    if result.dry_run:
        return say("stored_trial")
    if database is None:
        return say("stored_nothing")
    written, planned = database.write_assignments.written, database.planned.active
    if database.success:
        if planned:
            return say("stored_all", n=written)
        if result.changes and result.changes.taken_back:
            return say("stored_taken_back", n=len(result.changes.taken_back))
        return say("stored_no_way" if result.coverage and result.coverage.open else "stored_no_need")
    if _has_shifts_stored(result):
        return say("stored_without_rest")
    return say("stored_some", written=written, planned=planned)


def _rest(result: RunResult, verification: Verification | None, say: Wording) -> str | None:
    if verification is None:
        return None
    duties = verification.checks.dio_ddo_blocking
    if verification.error or duties is None:
        return say("rest_unread")
    if verification.all_passed:
        key = "rest_proven_trial" if result.dry_run else "rest_proven"
        return say(key)
    return say("rest_unproven", good=duties.verified_count, all=duties.dio_ddo_count)
