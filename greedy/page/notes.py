"""What the page says of the run itself: the verdict, what is or is not written, rest, warnings, and the run's facts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from greedy.domain.models import Dagdeel
from greedy.page.book import Book, planned_days
from greedy.page.language import Wording

Result = Mapping[str, Any]

PHASES = ("fase1_load", "fase2_process", "fase3_pairing", "fase4_database")


class Mood(StrEnum):
    """How the run stands, at a glance."""

    GOOD = "good"
    HEED = "heed"
    TRIAL = "trial"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Note:
    """Something that the planner should know.

    Attributes:
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


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the page says first.

    Attributes:
        headline: How much is filled; or that the run failed before that was known.
        stored: What of the plan is in the database.
        is_stored: Whether all of it is; False too when shifts are open and there was nothing to store.
        has_shifts_stored: Whether its shifts are, with or without their rest.
        rest: Whether the rest periods are proven; None when nobody looked.
        error: What went wrong, in English as in the log; an empty string when nothing did.
    """

    mood: Mood
    badge: str
    headline: str
    stored: str
    is_stored: bool
    has_shifts_stored: bool
    rest: str | None
    rest_proven: bool
    error: str


def verdict(result: Result, notes: list[Note], say: Wording) -> Verdict:
    """Judge a run."""
    coverage, verification = result["coverage"], _verification(result)
    rest_proven = bool(verification and verification["all_passed"])
    if not result["success"]:
        mood = Mood.FAILED
    elif result["dry_run"]:
        mood = Mood.TRIAL
    elif coverage["open"] or any(note.heed for note in notes) or not rest_proven:
        mood = Mood.HEED
    else:
        mood = Mood.GOOD
    return Verdict(
        mood=mood,
        badge=say(f"badge_{mood}"),
        headline=_headline(result, say),
        stored=_stored(result, say),
        is_stored=bool(coverage and coverage["written"] and (_changes_anything(result) or not coverage["open"])),
        has_shifts_stored=_has_shifts_stored(result),
        rest=_rest(result, verification, say),
        rest_proven=rest_proven,
        error=str(result["error"] or ""),
    )


@dataclass(frozen=True, slots=True)
class Step:
    """Something for the planner to do; `anchor` is where on the page it is told, empty when this is all."""

    text: str
    anchor: str = ""


def steps(result: Result, told: list[Note], tips: list[str], say: Wording) -> list[Step]:
    """Say what the planner should do now, the most urgent first."""
    coverage, database = result["coverage"], result["phases"]["fase4_database"]
    found = []
    if not result["success"]:
        found.append(Step(say("step_rerun" if database else "step_failed")))
    elif result["dry_run"] and _changes_anything(result):
        found.append(Step(say("step_trial")))
    if coverage and coverage["open"]:
        found += [Step(tip) for tip in tips]
        found.append(Step(say("step_open", n=coverage["open"]), "open"))
    if result["period"] and (left := result["period"]["open_outside"]):
        found.append(Step(say("step_outside", n=left)))
    if heeded := sum(note.heed for note in told):
        found.append(Step(say("step_notes", n=heeded), "notes"))
    return found or [Step(say("step_done"))]


def _has_shifts_stored(result: Result) -> bool:
    database = result["phases"]["fase4_database"]
    if database is None or result["dry_run"]:
        return False
    return bool(database["write_assignments"]["written"] == database["planned"]["active"])


def _changes_anything(result: Result) -> bool:
    """Tell whether a run that came to planning plans or takes back anything."""
    changes = result["changes"] or {}
    return any(changes.get(kind) for kind in ("added", "moved", "taken_back"))


def _headline(result: Result, say: Wording) -> str:
    coverage = result["coverage"]
    if coverage is None:
        return say("headline_unknown")
    needed, open_ = coverage["needed"], coverage["open"]
    if not needed:
        return say("headline_no_demand_then" if result["period"] else "headline_no_demand")
    if not _has_shifts_stored(result):
        if not open_:
            return say("headline_proposal_all", n=needed)
        return say("headline_proposal", filled=needed - open_, needed=needed, n=open_)
    return say("headline_open", filled=needed - open_, needed=needed, n=open_) if open_ else say("headline", n=needed)


def confined(result: Result, say: Wording) -> str:
    """Say which days the run was to plan, and what is open on the others; an empty string when it was all of them."""
    days = planned_days(result)
    if days is None:
        return ""
    key = "confined_day" if days.first == days.last else "confined"
    planned = say(key, period=say.period(days.first, days.last), day=say.day(days.first))
    left = say("confined_open", n=result["period"]["open_outside"])
    return f"{planned} {left}"


def change_sums(result: Result, *, stored: bool, say: Wording) -> list[str]:
    """Say how many shifts the run planned, moved and took back, and how much rest came and went."""
    changes = result["changes"]
    if changes is None:
        return []
    database = result["phases"]["fase4_database"]
    some_saved = database and database["write_assignments"]["written"]
    intro = "changes_intro" if stored else "changes_intro_unsaved" if some_saved else "changes_intro_nothing_saved"
    counts = {
        intro: len(changes["added"]) + len(changes["moved"]),
        "changes_moved": len(changes["moved"]),
        "changes_taken_back" if stored else "changes_taken_back_unsaved": len(changes["taken_back"]),
        "changes_rest": changes["rest_added"],
        "changes_rest_opened": changes["rest_opened"],
    }
    return [say(key, n=count) for key, count in counts.items() if count]


def _stored(result: Result, say: Wording) -> str:
    database = result["phases"]["fase4_database"]
    if result["dry_run"]:
        return say("stored_trial")
    if database is None:
        return say("stored_nothing")
    written, planned = database["write_assignments"]["written"], database["planned"]["active"]
    if database["success"]:
        if planned:
            return say("stored_all", n=written)
        taken_back = len(result["changes"]["taken_back"]) if result["changes"] else 0
        if taken_back:
            return say("stored_taken_back", n=taken_back)
        return say("stored_no_way" if result["coverage"]["open"] else "stored_no_need")
    if _has_shifts_stored(result):
        return say("stored_without_rest")
    return say("stored_some", written=written, planned=planned)


def _rest(result: Result, verification: Mapping[str, Any] | None, say: Wording) -> str | None:
    if verification is None:
        return None
    if verification["error"]:
        return say("rest_unread")
    duties = verification["checks"]["dio_ddo_blocking"]
    if verification["all_passed"]:
        key = "rest_proven_trial" if result["dry_run"] else "rest_proven"
        return say(key, n=duties["dio_ddo_count"])
    return say("rest_unproven", good=duties["verified_count"], all=duties["dio_ddo_count"])


def _verification(result: Result) -> Mapping[str, Any] | None:
    database = result["phases"]["fase4_database"]
    found: Mapping[str, Any] | None = database and database["trigger_verification"]
    return found


def notes(result: Result, book: Book | None, say: Wording) -> list[Note]:
    """Tell what the planner should know, in the page's language: what the rest lacks, alerts, warnings.

    Of a confined run, the warnings of its days; halves of 24-hour duties, which are allowed, are one note together.
    """
    period = planned_days(result)
    warnings = [
        _warning(entry, book, say)
        for entry in result["warnings"]
        if period is None or "date" not in entry or period.covers(dt.date.fromisoformat(entry["date"]))
    ]
    halves = tuple(note.text for note in warnings if note.kind == "unpaired")
    told = [*_checks(result, say), *_alerts(result, say), *(note for note in warnings if note.kind != "unpaired")]
    if halves:
        told.append(Note("unpaired", say("note_halves", n=len(halves)), items=halves, heed=False))
    return told


def _checks(result: Result, say: Wording) -> Iterator[Note]:
    verification = _verification(result)
    if verification and verification["error"]:
        yield Note("check", say("note_check_error"), verification["error"])
    for name, check in (verification["checks"] if verification else {}).items():
        if not check["passed"]:
            yield Note("check", say("note_check", name=say(f"check_{name}")), check["message"])


def _alerts(result: Result, say: Wording) -> Iterator[Note]:
    for alert in result["alerts"]:
        key = f"alert_{alert['metric']}"
        text = say(key, value=alert["value"], limit=alert["limit"]) if say.has(key) else say("alert")
        yield Note("alert", text, alert["message"])


def _warning(entry: Mapping[str, Any], book: Book | None, say: Wording) -> Note:
    kind, message = entry["kind"], entry["message"]
    if kind == "data":
        text = say("note_data", table=entry["table"], id=entry["id"], field=entry["field"], value=entry["value"])
        return Note(kind, text, message)
    if book is None or not say.has(f"note_{kind}") or "date" not in entry:
        return Note(kind, say(f"note_{kind}") if say.has(f"note_{kind}") else say("note"), message)
    date = dt.date.fromisoformat(entry["date"])
    name = book.names.get(entry.get("employee_id", ""), "")
    dagdeel = say(f"dagdeel_{entry['dagdeel']}")
    code = entry.get("service_code", "")
    n = book.surplus(date, Dagdeel(entry["dagdeel"]), code) if kind == "surplus" else 1
    return Note(kind, say(f"note_{kind}", name=name, day=say.day(date), dagdeel=dagdeel, code=code, n=n))


def facts(result: Result, made_at: dt.datetime, version: str, say: Wording) -> list[tuple[str, str]]:
    """List what identifies the run."""
    return [
        (say("fact_run"), result["run_id"]),
        (say("fact_roster"), result["roster_id"]),
        (say("fact_made"), say.moment(made_at)),
        (say("fact_duration"), say("seconds", seconds=round(result["duration_ms"] / 1000, 1))),
        (say("fact_version"), version),
    ]
