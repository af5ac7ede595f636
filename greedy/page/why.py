"""Why somebody has a shift: who planned it and when, how much of the quota it is, and who could have it as well."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from greedy.domain.hours import Hours, hours_of
from greedy.domain.models import Service, Slot, StoredAssignment
from greedy.page.book import WORK, Book, Held
from greedy.page.language import Wording, capital
from greedy.solver.numbering import bits
from greedy.solver.obstacles import Obstacle, obstacle

EXPLAINED = 1_000
"""Shifts that are explained one by one. A roster with more is not a practice's of some weeks, and its page must stay
small."""

NAMED = 6
"""People who are named for one shift; of more, the page says how many others there are."""

BY_HAND = frozenset({None, "", "manual"})
"""What `source` holds of a row that a planner entered."""


@dataclass(frozen=True, slots=True)
class Why:
    """Why somebody has a shift.

    Attributes:
        number: Its place among the explanations, from 1.
        firm: Whether it must be filled; False where all that ask for it are MAG.
        told: In sentences: who planned it, why, how much of the quota it is.
        others: Who could have it as well, in words.
    """

    number: int
    slot: Slot
    name: str
    service: Service
    hours: Hours
    firm: bool
    told: list[str]
    others: str


def explain(book: Book, say: Wording, *, stored: bool = True) -> dict[Slot, Why]:
    """Explain who works what, by slot; nothing of a roster with more shifts than `EXPLAINED`.

    Args:
        book: The roster as it is planned.
        say: The page's language.
        stored: Whether what the run plans is in the database.
    """
    worked = sorted(
        (slot for slot, entry in book.entries.items() if entry.held in WORK and entry.service_id is not None),
        key=lambda slot: (slot.date, slot.dagdeel.order, book.names[slot.employee_id], slot.employee_id),
    )
    if len(worked) > EXPLAINED:
        return {}
    rows = {row.slot: row for row in book.workspace.stored}
    new = say("why_new" if stored else "why_new_unsaved")
    found = {}
    for number, slot in enumerate(worked, start=1):
        row = None if book.entries[slot].held is Held.NEW else rows[slot]
        found[slot] = _why(book, slot, number, new if row is None else _origin(row, book, say), say)
    return found


def _why(book: Book, slot: Slot, number: int, origin: str, say: Wording) -> Why:
    entry = book.entries[slot]
    service = book.services[entry.service_id or ""]
    others = _others(book, slot, service)
    told = [origin, *_share(book, slot, service, say)]
    if entry.held is not Held.HAND:
        told += _reasons(book, slot, service, others, say)
    return Why(
        number=number,
        slot=slot,
        name=book.names[slot.employee_id],
        service=service,
        hours=hours_of(service, slot.dagdeel),
        firm=not book.asks_only_may(slot.date, slot.dagdeel, service.id),
        told=told,
        others=_named(book, others, service, say) if others else _nobody(book, slot, service, say),
    )


def _origin(row: StoredAssignment, book: Book, say: Wording) -> str:
    """Describe who planned a shift that was there before the run, and since when it is there."""
    moment = say.moment(row.created_at) if row.created_at else ""
    if book.entries[row.slot].held is Held.EARLIER:
        return say("why_earlier_on", moment=moment) if moment else say("why_earlier")
    by = say("why_hand") if row.source in BY_HAND else say("why_source", source=row.source)
    since = say("why_row", moment=moment) if moment else ""
    return f"{by} {since}".rstrip()


def _share(book: Book, slot: Slot, service: Service, say: Wording) -> Iterator[str]:
    """Describe how much of the quota the shift's person works."""
    quota = book.quotas.get((slot.employee_id, service.id), 0)
    used = book.used[slot.employee_id, service.id]
    name = book.names[slot.employee_id]
    if quota:
        yield say("why_share", name=name, code=service.code, used=used, quota=quota)
    else:
        yield say("why_no_quota", name=name, code=service.code)


def _reasons(book: Book, slot: Slot, service: Service, others: list[str], say: Wording) -> Iterator[str]:
    """Describe what speaks for this person: a 24-hour duty, or the smallest share of those who could."""
    board = book.board
    numbers = board.numbers(slot, service.id)
    if board.is_paired(*numbers):
        partner = board.duty(*numbers[1:]).partner
        if partner is not None:
            yield say("why_pair", code=board.services[partner[0]].code)
    quota = book.quotas.get((slot.employee_id, service.id), 0)
    if not others or not quota:
        return
    without = (book.used[slot.employee_id, service.id] - 1) / quota
    shares = [book.used[id_, service.id] / book.quotas[id_, service.id] for id_ in others]
    yield say("why_smallest" if without <= min(shares) else "why_whole", n=len(others))


def _others(book: Book, slot: Slot, service: Service) -> list[str]:
    """Return who else may have a shift by the rules, were its person not there; the smallest share first."""
    board = book.board
    person, service_number, slot_number = board.numbers(slot, service.id)
    shift = board.shifts.get((slot_number, service_number))
    if shift is None or not service.active:
        return []
    could = board.candidates(service_number, slot_number) & board.admitted(shift, board.team[person])
    ids = [board.people[other].id for other in bits(could) if other != person]
    return sorted(ids, key=lambda id_: (book.used[id_, service.id] / book.quotas[id_, service.id], book.names[id_]))


def _named(book: Book, others: list[str], service: Service, say: Wording) -> str:
    named = [
        say(
            "why_other",
            name=book.names[id_],
            used=say("of", part=book.used[id_, service.id], whole=book.quotas[id_, service.id]),
        )
        for id_ in others[:NAMED]
    ]
    if more := len(others) - len(named):
        named.append(say("more_people", n=more))
    return say("why_others", names=say.both(named))


def _nobody(book: Book, slot: Slot, service: Service, say: Wording) -> str:
    """Describe why nobody else could have a shift: what rules out the others who may do its service.

    An empty string where no requirement asks for the shift.
    """
    board = book.board
    person, service_number, slot_number = board.numbers(slot, service.id)
    shift = board.shifts.get((slot_number, service_number))
    if shift is None or not shift.needed.total:
        return ""
    if not service.active:
        return say("reason_service_inactive", code=service.code)
    qualified = [other for other in board.quota[service_number] if other != person]
    counts = Counter[Obstacle]()
    for other in qualified:
        found = obstacle(board, other, service_number, slot_number)
        if found is not None:
            counts[found[0]] += 1
    if elsewhere := len(qualified) - counts.total():
        return say("why_team_only", n=elsewhere)
    if not counts:
        return say("why_only_one", code=service.code)
    told = [say(f"obstacle_{kind}", n=n) for kind, n in counts.most_common()]
    return capital(say("why_nobody", n=len(qualified), code=service.code, told=say.both(told)))
