"""The changes that together fill what is open, in words, by their kind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from greedy.joint.remedies import FreeDay, JointRemedy, JointSet, LargerQuota, NewQualification, PlaceLeft, TakenOver
from greedy.page.book import Book
from greedy.page.language import Wording

PLACES_NAMED = 12
"""Places that stay open all the same and are named; of more, the page says how many others there are."""


@dataclass(frozen=True, slots=True)
class Kind:
    """The changes of one kind.

    Attributes:
        count: How many they are; a quota that becomes two larger counts as two.
        lines: What they are, a line for each person and service, or day.
    """

    title: str
    count: int
    lines: list[str]


@dataclass(frozen=True, slots=True)
class Block:
    """What the page shows of a joint set.

    Attributes:
        title: What it comes to.
        left: What stays open all the same; an empty string when nothing does.
    """

    title: str
    kinds: list[Kind]
    left: str


def block(joint_set: JointSet | None, book: Book, say: Wording) -> Block | None:
    """Return what the page shows of a joint set; None when there is none, or when it fills nothing."""
    if joint_set is None or not joint_set.helps:
        return None
    kinds = []
    for kind in ("quota", "swap", "free_day", "qualification"):
        if remedies := [remedy for remedy in joint_set.remedies if remedy.kind == kind]:
            lines = list(_lines(remedies, book, say))
            kinds.append(Kind(say(f"joint_{kind}"), len(remedies), lines))
    return Block(title(joint_set, say), kinds, _left(joint_set.left_open, say))


def title(joint_set: JointSet, say: Wording) -> str:
    """Describe what a joint set that helps comes to: how many changes fill how much."""
    values = {"n": len(joint_set.remedies), "fills": joint_set.fills, "open": joint_set.open_before}
    if joint_set.open_after:
        return say("joint_some" if joint_set.remedies else "joint_some_anew", **values)
    return say("joint_all" if joint_set.remedies else "joint_all_anew", **values)


def _lines(remedies: Iterable[JointRemedy], book: Book, say: Wording) -> Iterable[str]:
    """Return a line for each person and service, or day; the steps of one quota are one line."""
    larger: dict[tuple[str, str], tuple[int, int]] = {}
    others = []
    for remedy in remedies:
        name = book.names[remedy.employee_id]
        match remedy:
            case LargerQuota(employee_id=person, service_code=code, quota=quota, new_quota=new_quota):
                first, _ = larger.get((person, code), (quota, quota))
                larger[person, code] = first, new_quota
            case TakenOver(date=date, dagdeel=dagdeel, service_code=code):
                day, taker = f"{say.day(date)} {say(f'dagdeel_{dagdeel}')}", book.names[remedy.to_employee_id]
                others.append(say("joint_swap_line", day=day, name=name, taker=taker, code=code))
            case FreeDay(date=date, dagdelen=dagdelen):
                parts = say.both([say(f"dagdeel_{dagdeel}") for dagdeel in dagdelen])
                others.append(say("joint_free_day_line", name=name, day=say.day(date), parts=parts))
            case NewQualification(service_code=code, new_quota=new_quota):
                others.append(say("joint_qualification_line", name=name, code=code, quota=new_quota))
    quotas = sorted((book.names[person], code, *steps) for (person, code), steps in larger.items())
    return [
        *(say("joint_quota_line", name=name, code=code, quota=quota, more=more) for name, code, quota, more in quotas),
        *others,
    ]


def _left(places: Iterable[PlaceLeft], say: Wording) -> str:
    """Name the places that stay open all the same."""
    named = [
        f"{place.service_code} {say.day(place.date)} {say(f'dagdeel_{place.dagdeel}')}"
        for place in places
        for _ in range(place.missing)
    ]
    if not named:
        return ""
    told = named[:PLACES_NAMED]
    if more := len(named) - len(told):
        told.append(say("joint_others", n=more))
    return say("joint_left", n=len(named), told=say.both(told))
