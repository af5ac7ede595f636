"""Moves of a replan that need not be: one look at each, by trying what it would be without it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from greedy.domain.models import Status, Workspace
from greedy.solver.board import Board
from greedy.solver.draft import Draft
from greedy.solver.halves import Half, Unit
from greedy.solver.numbering import PersonNumber
from greedy.solver.plan import Plan
from greedy.solver.replan import own_duties, without

Holding = tuple[PersonNumber, Half]


def needless_moves(before: Workspace, plan: Plan) -> list[str]:
    """Return which shifts their people could have kept, at no loss of any aim but fairness.

    Each shift that somebody has lost goes back to them, alone or with the other half of that day, and who has it now
    gets nothing for it, or one of the shifts that its person has got instead. Where that is possible, and nothing more
    is open, unpaired or worse spread, the move was needless.

    Args:
        before: The roster before the replan.
        plan: What the replan made of it.
    """
    own = own_duties(before)
    board = Board(without(before, own))
    gone = {row.id for row in plan.taken_back}
    numbers = [board.numbers(row.slot, row.service_id or "") for row in own]
    had = {(person, Half(service, slot)) for person, service, slot in numbers}
    stay = [number for row, number in zip(own, numbers, strict=True) if row.id not in gone]
    added = [
        board.numbers(record.slot, record.service_id or "")
        for record in plan.workspace.assignments
        if record.status is Status.ACTIVE
    ]
    for person, service, slot in sorted([*stay, *added], key=lambda number: number[2]):
        board.assign(person, service, slot)
    return list(_Judge(Draft(board), had).needless())


class _Judge:
    def __init__(self, draft: Draft, had: set[Holding]) -> None:
        self.draft = draft
        self.board = draft.board
        self.has = {
            (person, Half(service, slot))
            for person in self.board.everyone
            for slot, service in self.board.added[person].items()
        }
        self.lost = had - self.has
        self.new = self.has - had

    def needless(self) -> Iterator[str]:
        for person, half in sorted(self.lost):
            for unit in self._units(person, half):
                for holder in self._holders(unit):
                    if any(self._works(person, unit, holder, other) for other in self._instead(person)):
                        name = self.board.services[half.service].code
                        when = " ".join(map(str, self.board.when(half.slot)))
                        yield f"{name} on {when} could have stayed with {self.board.people[person].id}"

    def _units(self, person: PersonNumber, half: Half) -> list[Unit]:
        partner = self.board.duty(*half).partner
        other = Half(partner[0], type(half.slot)(half.slot + partner[1])) if partner else None
        return [(half,), (half, other)] if other and (person, other) in self.lost else [(half,)]

    def _holders(self, unit: Unit) -> list[PersonNumber]:
        return [one for one in self.board.everyone if all((one, half) in self.new for half in unit)]

    def _instead(self, person: PersonNumber) -> list[Unit]:
        mine = sorted(half for one, half in self.new if one == person)
        return [(), *((half,) for half in mine), *({self.draft.unit_at(person, half.slot) for half in mine})]

    def _works(self, person: PersonNumber, unit: Unit, holder: PersonNumber, other: Unit) -> bool:
        """Whether a unit can go back, for another unit or for nothing, and all is worth as much."""
        draft, mark = self.draft, self.draft.mark()
        value, cost = draft.value, draft.spread.cost
        draft.release(holder, unit)
        draft.release(person, other)
        fine = self._give(person, unit) and self._give(holder, other)
        fine = fine and draft.value >= value and draft.spread.cost <= cost
        draft.undo(mark)
        return fine

    def _give(self, person: PersonNumber, unit: Iterable[Half]) -> bool:
        for half in unit:
            shift = self.board.shifts[half.slot, half.service]
            if not (self.board.candidates(*half) & self.board.admitted(shift)) >> person & 1:
                return False
            self.draft.assign(person, (half,))
        return True
