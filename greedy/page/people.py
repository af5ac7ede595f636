"""What changes for whom: what a replan gives each person and takes from them, in words that can be passed on."""

from __future__ import annotations

from dataclasses import dataclass

from greedy.outcome.changes import ChangedShift, Changes, MovedShift, TakenShift
from greedy.outcome.reasons import Reason
from greedy.page.book import Book
from greedy.page.language import Wording, capital


@dataclass(frozen=True, slots=True)
class PersonLines:
    """What changes for one person.

    Attributes:
        name: Who.
        gets: What they have now, a sentence each.
        loses: What they have no more, and why, a sentence each.
    """

    name: str
    gets: list[str]
    loses: list[str]


def people(book: Book, changes: Changes | None, say: Wording) -> list[PersonLines]:
    """Return what changes for whom, in the order of the roster; nobody where nobody loses a shift."""
    concerned = {person.employee_id: person for person in changes.by_person} if changes else {}
    return [
        PersonLines(
            book.names[person.id],
            [_got(book, shift, say) for shift in concerned[person.id].gets],
            [_lost(book, shift, say) for shift in concerned[person.id].loses],
        )
        for person in book.ordered_people()
        if person.id in concerned
    ]


def _got(book: Book, shift: ChangedShift, say: Wording) -> str:
    told = _shift(shift, say)
    if isinstance(shift, MovedShift):
        return say("person_gets_from", shift=told, name=book.names[shift.from_employee_id])
    return say("person_gets", shift=told)


def _lost(book: Book, shift: MovedShift | TakenShift, say: Wording) -> str:
    told = _shift(shift, say)
    why = capital(_why(book, shift.because, say))
    if isinstance(shift, MovedShift):
        return say("person_loses_to", shift=told, name=book.names[shift.employee_id], why=why)
    return say("person_loses", shift=told, why=why)


def _why(book: Book, because: Reason, say: Wording) -> str:
    name = book.names.get(because.employee_id, "") if because.employee_id else ""
    return say(f"moved_{because.why}", name=name, code=because.service_code, shift=_shift(because, say))


def _shift(shift: ChangedShift | Reason, say: Wording) -> str:
    day, dagdeel = say.day(shift.date), say(f"dagdeel_{shift.dagdeel}")
    return say("shift_told", code=shift.service_code, day=day, dagdeel=dagdeel)
