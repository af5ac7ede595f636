"""Ruin and recreate: part of a plan is taken back and assigned anew, in another order and to others.

An ejection chain moves what it can follow within its bounds. Where many shifts would have to change hands at once, none
is found, however long one looks. So a few dozen units around something that is missing are taken back together: by
turns the units nearest in time, and the units of a few people who could take what is missing. These units are assigned
again one by one, on-call duties and 24-hour duties first, else in a mixed order, each to somebody who can simply take
it. Then what is missing now, and was not before, is filled and paired by chains (`greedy.solver.completing`). A result
that is worse than before is undone; one that is as good is kept, since the next turn finds other chains from there.

In the same way a dagdeel with nobody on call gets somebody: the plan around it is made anew, and what is open is then
moved to where it hurts less (`greedy.solver.spreading`).

The mixed order depends on the turn alone, so that equal input gives an equal plan.

Sources: G. Schrimpf, J. Schneider, H. Stamm-Wilbrandt and G. Dueck, "Record breaking optimization results using the
ruin and recreate principle", Journal of Computational Physics 159 (2000); P. Shaw, "Using constraint programming and
local search methods to solve vehicle routing problems", Principles and Practice of Constraint Programming, CP98 (1998).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from greedy.solver.completing import Completing
from greedy.solver.draft import ON_CALL, Draft
from greedy.solver.halves import Half, Unit
from greedy.solver.mixing import mixed
from greedy.solver.numbering import EVERYBODY, NO_ONE, Mask, PersonNumber, bits
from greedy.solver.parameters import Parameters
from greedy.solver.spreading import Spreading

_Held = tuple[PersonNumber, Unit]


class Recreating:
    """Assigns parts of a draft anew."""

    def __init__(
        self,
        draft: Draft,
        completing: Completing,
        spreading: Spreading,
        parameters: Parameters,
        holders: Mapping[Half, Mask] | None = None,
    ) -> None:
        """Prepare for a draft.

        Args:
            draft: The draft.
            completing: Fills and pairs it.
            spreading: Moves its open places.
            parameters: The bounds.
            holders: Who had a half before, and gets it again where possible; None where nobody is preferred.
        """
        self.draft = draft
        self.board = draft.board
        self.parameters = parameters
        self._completing = completing
        self._spreading = spreading
        self._holders = holders or {}

    def fill(self, turns: Iterable[int]) -> None:
        """Fill and pair more, as long as there is hope; what is as good is kept as well.

        Args:
            turns: The turns in which this is done: each mixes in its own way.
        """
        draft = self.draft
        for turn in turns:
            hopes = self._completing.hopes()
            if not hopes:
                break
            before, value = draft.snapshot(), draft.value
            self.recreate_around(hopes[mixed(turn) % len(hopes)], turn)
            if draft.value < value:
                draft.restore(before)

    def cover(self, turns: int) -> None:
        """Get somebody on call on dagdelen that have nobody, where anybody could be; fill and pair no less.

        Args:
            turns: Times that this is done, at most.
        """
        draft = self.draft
        for turn in range(turns):
            places = self._uncovered()
            if not places:
                break
            before, value, cost = draft.snapshot(), draft.value, draft.spread.cost
            self.recreate_around((places[mixed(turn) % len(places)],), turn)
            if draft.value >= value:
                self._spreading.spread_within(self.parameters.cover_effort)
            if draft.value < value or (draft.value == value and draft.spread.cost > cost):
                draft.restore(before)

    def _uncovered(self) -> list[Half]:
        """Return the open on-call places of dagdelen with nobody on call that somebody could take."""
        uncovered = self.draft.spread.uncovered()
        places = self.draft.open_halves(ON_CALL)
        return [place for place in places if place.slot in uncovered and self.draft.could((place,))]

    def recreate_around(self, missing: Unit, turn: int) -> None:
        """Recreate what is around a missing or misplaced unit; the draft may be worse afterwards.

        Args:
            missing: What is missing, or is to go to somebody else.
            turn: How often this has been done before.
        """
        completing = self._completing
        given_up = {unit: count for unit, count in completing.missing().items() if unit != missing}
        self._ruin_and_assign(missing, turn)
        with completing.chains.effort.of_its_own(self.parameters.recreation_effort):
            completing.complete(self.parameters.recreation_limits, given_up)

    def _ruin_and_assign(self, missing: Unit, turn: int) -> None:
        draft = self.draft
        ruined = self._ruined(missing, turn)
        for person, unit in ruined:
            draft.release(person, unit)
        staff = Counter(unit for _, unit in ruined)
        for unit in sorted(staff, key=lambda unit: self._order(unit, turn)):
            for _ in range(staff[unit]):
                self._assign(unit, turn)
        draft.keep()

    def _order(self, unit: Unit, turn: int) -> tuple[bool, int, int]:
        """Return the sort key of a unit among units to be assigned again."""
        return not self.board.services[unit[0].service].is_system, -len(unit), mixed(turn, unit)

    def _ruined(self, missing: Unit, turn: int) -> list[_Held]:
        """Return what is taken back: the units nearest in time, of everybody or of a few people."""
        people: Iterable[PersonNumber] = self.board.everyone
        if turn % 2:
            able = sorted(bits(self.draft.could(missing[:1])), key=lambda person: mixed(turn, person))
            people = able[: self.parameters.ruined_people] or people
        slot = missing[0].slot
        held = {
            (person, self.draft.unit_at(person, other)): abs(other - slot)
            for person in people
            for other in self.board.added[person]
        }
        return sorted(held, key=lambda unit: (held[unit], unit))[: self.parameters.ruined_units]

    def _assign(self, unit: Unit, turn: int) -> None:
        """Assign a unit to somebody who can take it; where nobody can, each of its halves by itself."""
        draft = self.draft
        people, before = self._takers(unit), EVERYBODY
        for half in unit:
            before &= self._holders.get(half, NO_ONE)
        if len(unit) == 1 and not people & before:
            people = people & draft.partners(unit[0]) or people
        for person in sorted(bits(people), key=lambda person: (not before >> person & 1, mixed(turn, person, unit))):
            mark = draft.mark()
            draft.assign(person, unit)
            if not draft.overdrawn:
                return
            draft.undo(mark)
        if len(unit) > 1:
            for half in unit:
                self._assign((half,), turn)

    def _takers(self, unit: Unit) -> Mask:
        """Return who can take each half of a unit now."""
        people = EVERYBODY
        for half in unit:
            people &= self.board.takers(*half)
        return people
