"""The shifts that stay open: why, and what would fill them, from the facts in the result; grouped by common cause."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from greedy.domain.duties import rest_slots
from greedy.domain.models import Dagdeel, Service, Slot, TeamDemand
from greedy.outcome.coverage import changes
from greedy.page.book import Book, Duty, Held
from greedy.page.language import Wording
from greedy.solver.obstacles import Obstacle

NOBODY = "nobody"
"""The cause when nobody of a team that may fill a shift has the qualification."""

PEOPLE_TOLD = 400
"""Open shifts whose people are told one by one. With more, something else is wrong, and the page must stay small."""

TIPS = 3
"""Changes that are told for several shifts: those that fit the most of them."""

NAMES_TOLD = 3
"""People who are named for one kind of change to one shift; of more, the page says that there are others."""


@dataclass(frozen=True, slots=True)
class OpenRow:
    """Places of one requirement that stay open.

    Attributes:
        anchor: Its id on the page.
        cause: What rules most people out: an obstacle, or `NOBODY`.
        reason: That, in a sentence.
        remedy: What would fill it, in a sentence.
        people: Who it is that each obstacle rules out: (obstacle in words, people in words).
    """

    anchor: str
    date: dt.date
    dagdeel: Dagdeel
    team: str
    service: Service
    missing: int
    cause: str
    reason: str
    remedy: str
    people: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Tip:
    """A change that fills a place of any of some open shifts.

    Attributes:
        text: In words.
        employee_id: Whose quota or qualification it is.
        fits: How many shifts of its group it fits that an earlier tip does not fill.
    """

    text: str
    employee_id: str
    fits: int


@dataclass(frozen=True, slots=True)
class Group:
    """The open shifts of one cause.

    Attributes:
        services: What they are: (service, open places), most first.
        tips: The changes that fit the most of them.
    """

    cause: str
    missing: int
    services: list[tuple[Service, int]]
    tips: list[Tip]
    rows: list[OpenRow] = field(default_factory=list)


Shift = Mapping[str, Any]


def with_changes(book: Book, shifts: Iterable[Shift]) -> list[Shift]:
    """Give open shifts with every change that would fill them, where the result names the first few."""
    board, shares = book.board, book.board.by_total_share()
    return [
        {
            **shift,
            "changes": [
                {"kind": change.kind, "employee_id": change.employee_id}
                for change in changes(
                    board,
                    shares,
                    board.service_number[book.by_code[shift["service_code"]].id],
                    board.slot_number(dt.date.fromisoformat(shift["date"]), Dagdeel(shift["dagdeel"])),
                    TeamDemand(shift["team"]),
                )
            ],
        }
        for shift in shifts
    ]


def open_rows(book: Book, shifts: Iterable[Shift], say: Wording) -> list[OpenRow]:
    """Explain the open shifts of a result, in their order."""
    return [_row(book, shift, number, say) for number, shift in enumerate(shifts, start=1)]


def group(book: Book, shifts: Iterable[Shift], rows: list[OpenRow], say: Wording) -> list[Group]:
    """Group open shifts by cause, the one that leaves most places open first."""
    by_cause: dict[str, list[tuple[Shift, OpenRow]]] = defaultdict(list)
    places = Counter[str]()
    for shift, row in zip(shifts, rows, strict=True):
        by_cause[row.cause].append((shift, row))
        places[row.service.code] += row.missing
    groups: list[Group] = []
    for cause, found in sorted(by_cause.items(), key=lambda item: (-sum(row.missing for _, row in item[1]), item[0])):
        missing = Counter[str]()
        for _, row in found:
            missing[row.service.code] += row.missing
        services = [(book.by_code[code], count) for code, count in missing.most_common()]
        asked = {tip.employee_id for group in groups for tip in group.tips}
        tips = _tips(book, [shift for shift, _ in found], places, asked, say)
        groups.append(Group(cause, missing.total(), services, tips, [row for _, row in found]))
    return groups


def best_tips(groups: Iterable[Group]) -> list[str]:
    """Say which of the groups' tips help most, each for somebody else."""
    told: dict[str, str] = {}
    for tip in sorted((tip for group in groups for tip in group.tips), key=lambda tip: -tip.fits):
        told.setdefault(tip.employee_id, tip.text)
    return list(told.values())[:TIPS]


def _tips(book: Book, shifts: list[Shift], places: Counter[str], elsewhere: set[str], say: Wording) -> list[Tip]:
    """Find the change that fits the most open shifts, then the one for the most of the places that it leaves.

    Each is for somebody else: what one person takes may be what another tip reckoned with. Of changes that fit equally
    many, one for who is not asked `elsewhere` is better.
    """
    fits: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for number, shift in enumerate(shifts):
        for change in shift["changes"]:
            fits[change["kind"], shift["service_code"], change["employee_id"]].append(number)
    left = [shift["missing"] for shift in shifts]
    tips: list[Tip] = []
    while len(tips) < TIPS:
        asked = {tip.employee_id for tip in tips}
        counts = {
            change: sum(left[number] > 0 for number in numbers)
            for change, numbers in fits.items()
            if change[2] not in asked
        }
        best = max(
            counts, key=lambda change: (counts[change], change[2] not in elsewhere, change[0] == "quota"), default=None
        )
        if best is None or not counts[best]:
            break
        fitting = [number for number in fits[best] if left[number]]
        tips.append(Tip(_tip(book, *best, [shifts[number] for number in fitting], places, say), best[2], len(fitting)))
        left[min(fitting, key=lambda number: len(shifts[number]["changes"]))] -= 1
    return tips


def _tip(
    book: Book, kind: str, code: str, employee_id: str, shifts: list[Shift], places: Counter[str], say: Wording
) -> str:
    quota = book.quotas.get((employee_id, book.by_code[code].id), 0)
    values = {"name": book.names[employee_id], "code": code, "quota": quota, "more": quota + 1}
    if len(shifts) > 1:
        return say(f"tip_{kind}", n=places[code], **values)
    date, dagdeel = dt.date.fromisoformat(shifts[0]["date"]), say(f"dagdeel_{shifts[0]['dagdeel']}")
    return say(f"tip_{kind}_day", day=f"{say.day(date)} {dagdeel}", **values)


def _row(book: Book, shift: Shift, number: int, say: Wording) -> OpenRow:
    service = book.by_code[shift["service_code"]]
    date, dagdeel = dt.date.fromisoformat(shift["date"]), Dagdeel(shift["dagdeel"])
    cause = _cause(service, shift)
    return OpenRow(
        anchor=f"open-{number}",
        date=date,
        dagdeel=dagdeel,
        team=shift["team"],
        service=service,
        missing=shift["missing"],
        cause=cause,
        reason=_reason(book, shift, service, date, dagdeel, say),
        remedy=_remedy(book, shift, service, cause, say),
        people=_people(book, shift, service, date, dagdeel, say) if number <= PEOPLE_TOLD else [],
    )


def _cause(service: Service, shift: Shift) -> str:
    """The obstacle that rules out the most people; of several that do, the one that the planner changes most easily."""
    if not service.active:
        return str(Obstacle.SERVICE_INACTIVE)
    if not shift["obstacles"]:
        return NOBODY
    ease = [str(obstacle) for obstacle in Obstacle]
    return str(max(shift["obstacles"], key=lambda obstacle: (shift["obstacles"][obstacle], ease.index(obstacle))))


def _reason(book: Book, shift: Shift, service: Service, date: dt.date, dagdeel: Dagdeel, say: Wording) -> str:
    if not service.active:
        return say("reason_service_inactive", code=service.code)
    if not shift["people"]:
        return say("reason_nobody", code=service.code)
    told = []
    for obstacle, n in shift["obstacles"].items():
        who = [person["employee_id"] for person in shift["people"] if person["obstacle"] == obstacle]
        duties = {duty.code for id_ in who if (duty := book.rests.get(Slot(id_, date, dagdeel)))}
        if obstacle == Obstacle.RESTS and len(duties) == 1:
            told.append(say("obstacle_rests_after", n=n, code=duties.pop()))
        else:
            told.append(say(f"obstacle_{obstacle}", n=n))
    return say("reason", n=shift["qualified"], code=service.code, told=", ".join(told))


def _remedy(book: Book, shift: Shift, service: Service, cause: str, say: Wording) -> str:
    if cause == Obstacle.SERVICE_INACTIVE:
        return say("remedy_service_inactive", code=service.code)
    parts = []
    for kind in ("quota", "qualification"):
        if who := [change["employee_id"] for change in shift["changes"] if change["kind"] == kind]:
            names = [book.names[id_] for id_ in who[:NAMES_TOLD]] + [say("another")] * (len(who) > NAMES_TOLD)
            parts.append(say(f"remedy_{kind}", code=service.code, names=say.either(names)))
    return " ".join(parts) if parts else say("remedy_none")


def _people(
    book: Book, shift: Shift, service: Service, date: dt.date, dagdeel: Dagdeel, say: Wording
) -> list[tuple[str, str]]:
    """Name who is ruled out, and by what, in the order of the result's counts."""
    names: dict[str, list[str]] = {obstacle: [] for obstacle in shift["obstacles"]}
    for person in shift["people"]:
        slot = Slot(person["employee_id"], date, dagdeel)
        because = _because(book, person["obstacle"], slot, service, say)
        name = book.names[person["employee_id"]]
        names[person["obstacle"]].append(f"{name} ({because})" if because else name)
    return [(say(f"because_{obstacle}"), ", ".join(sorted(told))) for obstacle, told in names.items()]


def _because(book: Book, obstacle: str, slot: Slot, service: Service, say: Wording) -> str:
    """What is behind an obstacle; an empty string when there is no more to say."""
    if obstacle == Obstacle.QUOTA_USED:
        used = book.used[slot.employee_id, service.id]
        return say("of", part=used, whole=book.quotas.get((slot.employee_id, service.id), 0))
    if obstacle == Obstacle.WORKS:
        return _told(book.duty(slot), slot.date, say)
    if obstacle == Obstacle.RESTS:
        return _told(book.rests.get(slot), slot.date, say)
    if obstacle == Obstacle.WOULD_LOSE_REST:
        for date, dagdeel in rest_slots(service.code, slot.date, slot.dagdeel):
            rest = Slot(slot.employee_id, date, dagdeel)
            if duty := book.duty(rest):
                return _told(duty, slot.date, say)
            if date == slot.date and rest in book.entries and book.entries[rest].held is Held.AWAY:
                return say("away_at", dagdeel=say(f"dagdeel_{dagdeel}"))
    return ""


def _told(duty: Duty | None, date: dt.date, say: Wording) -> str:
    """Say a duty shortly: its code, and its day where that is another."""
    if duty is None:
        return ""
    code = duty.code or say("unknown_work")
    return code if duty.date == date else f"{code} {say.day(duty.date)}"
