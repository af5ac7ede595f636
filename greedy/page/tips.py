"""The open shifts grouped by common cause, and the changes that would help most."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from greedy.domain.models import Dagdeel, Service
from greedy.outcome.coverage import Uncovered
from greedy.outcome.open_shifts import OpenShift, remedies
from greedy.page.book import Book
from greedy.page.language import Wording
from greedy.page.shifts import OpenRow

TIPS = 3
"""Tips for a group of shifts at most: the changes that fit the most of them."""


Weight = tuple[int, int, int, int]
Place = tuple[dt.date, Dagdeel]


@dataclass(frozen=True, slots=True)
class Tip:
    """A change that fills a place of any of some open shifts.

    Attributes:
        text: In words.
        employee_id: Whose quota or qualification it is.
        weight: How urgent the shifts are that it fits and that no earlier tip of its group fills: how many of them
            are on dagdelen without anybody on call, how many are on-call, how many must be filled, how many they are.
    """

    text: str
    employee_id: str
    weight: Weight


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


def with_all_remedies(book: Book, shifts: Iterable[OpenShift]) -> list[OpenShift]:
    """Return open shifts with every change that would fill them, where the result lists the first few."""
    board, shares = book.board, book.board.by_total_share()
    return [
        replace(
            shift,
            remedies=tuple(
                remedies(
                    board,
                    shares,
                    board.service_number[book.by_code[shift.service_code].id],
                    board.slot_number(shift.date, shift.dagdeel),
                    shift.team,
                )
            ),
        )
        for shift in shifts
    ]


def group(
    book: Book, shifts: Iterable[OpenShift], rows: list[OpenRow], uncovered: Iterable[Uncovered], say: Wording
) -> list[Group]:
    """Group open shifts by cause: first the one that leaves most on-call places open, then most that must be filled.

    Args:
        book: The roster as it is planned.
        shifts: The open shifts, with all their remedies.
        rows: The same in words.
        uncovered: Dagdelen with nobody on call: what helps there goes first.
        say: The page's language.
    """
    nobody = {(slot.date, slot.dagdeel) for slot in uncovered}
    by_cause: dict[str, list[tuple[OpenShift, OpenRow]]] = defaultdict(list)
    places = Counter[str]()
    for shift, row in zip(shifts, rows, strict=True):
        by_cause[row.cause].append((shift, row))
        places[row.service.code] += row.missing
    groups: list[Group] = []

    def urgency(item: tuple[str, list[tuple[OpenShift, OpenRow]]]) -> tuple[int, int, int, str]:
        cause, found = item
        missing = Counter[int]()
        for shift, _ in found:
            missing[shift.urgency] += shift.missing
        return -missing[0], -missing[1], -missing[2], cause

    for cause, found in sorted(by_cause.items(), key=urgency):
        missing = Counter[str]()
        for _, row in found:
            missing[row.service.code] += row.missing
        services = [(book.by_code[code], count) for code, count in missing.most_common()]
        asked = {tip.employee_id for group in groups for tip in group.tips}
        tips = _tips(book, [shift for shift, _ in found], places, asked, nobody, say)
        groups.append(Group(cause, missing.total(), services, tips, [row for _, row in found]))
    return groups


def best_tips(groups: Iterable[Group]) -> list[str]:
    """Return which of the groups' tips help most, on-call duty first, each for somebody else."""
    texts: dict[str, str] = {}
    for tip in sorted((tip for group in groups for tip in group.tips), key=lambda tip: tip.weight, reverse=True):
        texts.setdefault(tip.employee_id, tip.text)
    return list(texts.values())[:TIPS]


def _tips(
    book: Book, shifts: list[OpenShift], places: Counter[str], elsewhere: set[str], nobody: set[Place], say: Wording
) -> list[Tip]:
    """Find the change that fits the most urgent open shifts, then the one for the most urgent places that it leaves.

    Each is for somebody else: what one person takes may be what another tip counted on. Of changes that fit equally
    many, one for somebody who is not asked `elsewhere` is better.
    """
    fits: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for number, shift in enumerate(shifts):
        for remedy in shift.remedies:
            fits[remedy.kind, shift.service_code, remedy.employee_id].append(number)
    left = [shift.missing for shift in shifts]
    tips: list[Tip] = []
    while len(tips) < TIPS:
        asked = {tip.employee_id for tip in tips}
        weights = {
            change: _weight([shifts[number] for number in numbers if left[number]], nobody)
            for change, numbers in fits.items()
            if change[2] not in asked
        }
        best = max(
            weights,
            key=lambda change: (weights[change], change[2] not in elsewhere, change[0] == "quota"),
            default=None,
        )
        if best is None or not any(weights[best]):
            break
        fitting = [number for number in fits[best] if left[number]]
        text = _tip(book, *best, [shifts[number] for number in fitting], places, say)
        tips.append(Tip(text, best[2], weights[best]))
        left[min(fitting, key=lambda number: (shifts[number].urgency, len(shifts[number].remedies)))] -= 1
    return tips


def _weight(shifts: list[OpenShift], nobody: set[Place]) -> Weight:
    """Return how urgent some shifts are, as `Tip.weight` describes it."""
    on_call = [shift for shift in shifts if shift.on_call]
    return (
        sum((shift.date, shift.dagdeel) in nobody for shift in on_call),
        len(on_call),
        sum(shift.firm for shift in shifts),
        len(shifts),
    )


def _tip(
    book: Book, kind: str, code: str, employee_id: str, shifts: list[OpenShift], places: Counter[str], say: Wording
) -> str:
    quota = book.quotas.get((employee_id, book.by_code[code].id), 0)
    values = {"name": book.names[employee_id], "code": code, "quota": quota, "more": quota + 1}
    if len(shifts) > 1:
        return say(f"tip_{kind}", n=places[code], **values)
    dagdeel = say(f"dagdeel_{shifts[0].dagdeel}")
    return say(f"tip_{kind}_day", day=f"{say.day(shifts[0].date)} {dagdeel}", **values)
