"""Calm as an aim of its own: as few duties as possible change hands, at no loss of what comes before it.

What is counted is how many of the duties that people had go to somebody else. Each that has gone is given back where
that is possible: as it is, in exchange for what its person has got instead, or by an ejection chain
(`greedy.solver.chains`); a chain is made only if fewer duties have changed hands after it. What has to move all the
same goes to those with the smallest shares (`Calm.share_out`), and moves nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from greedy.solver.chains import Chains, Unfairness
from greedy.solver.draft import NOBODY, Draft
from greedy.solver.halves import Half, Unit
from greedy.solver.handing import Handing
from greedy.solver.keeping import Holding
from greedy.solver.numbering import EVERYBODY, NO_ONE, Mask, PersonNumber, bits
from greedy.solver.parameters import Parameters
from greedy.solver.recreating import Recreating, mixed
from greedy.solver.steps import Transfer


class Calm:
    """Hands back what people had, on a draft.

    Attributes:
        draft: The draft.
        held: Who worked what before.
    """

    def __init__(self, draft: Draft, held: Sequence[Holding], parameters: Parameters) -> None:
        self.draft = draft
        self.board = draft.board
        self.held = list(held)
        self._had = set(held)
        self._parameters = parameters

    def settle(self, effort: int) -> None:
        """Hand back what can be, until nothing more can.

        Args:
            effort: Steps that may be looked at.
        """
        chains = Handing(self.draft, effort, self._parameters)
        limits = (0, *self._parameters.limits)
        level = 0
        while level < len(limits) and chains.effort.left > 0:
            level = 0 if self._give_back_any(chains, limits[level]) else level + 1

    def recreate(self, recreating: Recreating, few: int, turns: int) -> None:
        """Make parts of the plan anew in which people have lost what they had, as long as more than a few have.

        A chain hands back what it can follow. Where a plan that fills more has moved much, less is moved by giving all
        that lies together back to those who had it, and completing that (`greedy.solver.recreating`).

        Args:
            recreating: Makes a part anew, and gives what it can to those who had it.
            few: How many may have changed hands without anything being tried.
            turns: Times that this is done, at most.
        """
        draft = self.draft
        for turn in range(turns):
            lost = self.lost()
            if len(lost) <= few:
                break
            before, value, cost = draft.snapshot(), draft.value, draft.spread.cost
            _, half = lost[mixed(turn) % len(lost)]
            recreating.recreate_around((half,), turn)
            if (
                draft.value < value
                or (draft.value == value and draft.spread.cost > cost)
                or (draft.value == value and len(self.lost()) > len(lost))
            ):
                draft.restore(before)

    def holders(self) -> dict[Half, Mask]:
        """Return who had what before, by half."""
        holders: dict[Half, Mask] = {}
        for person, half in self.held:
            holders[half] = holders.get(half, NO_ONE) | 1 << person
        return holders

    def lost(self) -> list[Holding]:
        """Return what people had and have no more, by slot."""
        return [holding for holding in self.held if not self._has(*holding)]

    def changed(self, transfers: Sequence[Transfer]) -> tuple[float, ...]:
        """Return how much of what some transfers concern has gone from those who had it."""
        concerned = {(person, half) for half, *both in transfers for person in both}
        return (sum(holding in self._had and not self._has(*holding) for holding in concerned),)

    def _has(self, person: PersonNumber, half: Half) -> bool:
        return self.board.added[person].get(half.slot) == half.service

    def _give_back_any(self, chains: Handing, limit: int) -> bool:
        """Hand back all that can be by chains of no more than so many situations; 0 for exchanges only."""
        given = False
        for person, half in self.lost():
            if chains.effort.left > 0 and not self._has(person, half):
                given |= any(
                    self._exchange(chains, unit, giver, person)
                    if not limit
                    else chains.hand_to(unit, giver, person, self.changed, limit)
                    for unit, giver in self._ways(person, half)
                )
        return given

    def _ways(self, person: PersonNumber, half: Half) -> Iterator[tuple[Unit, PersonNumber]]:
        """Yield what somebody may get back with a half, and from whom: the 24-hour duty that it is of, or it alone."""
        draft = self.draft
        if not draft.could((half,)) >> person & 1:
            return
        if half.slot in draft.open[half.service]:
            yield (half,), NOBODY
        for giver in bits(draft.works.get(half, NO_ONE)):
            if half.slot in self.board.added[giver] and (giver, half) not in self._had:
                unit = draft.unit_at(giver, half.slot)
                if len(unit) > 1 and draft.could(unit) >> person & 1:
                    yield unit, giver
                yield (half,), giver

    def _exchange(self, chains: Handing, unit: Unit, giver: PersonNumber, taker: PersonNumber) -> bool:
        """Hand a unit back as it is, or for one that its person has not had before."""
        if giver == NOBODY:
            return False
        new = {
            self.draft.unit_at(taker, slot)
            for slot, service in self.board.added[taker].items()
            if (taker, Half(service, slot)) not in self._had
        }
        chains.effort.spend(1 + len(new))
        return any(chains.exchange(giver, unit, taker, other, self.changed) for other in ((), *sorted(new)))

    def share_out(self, unfairness: Unfairness, effort: int) -> None:
        """Pass what has changed hands on to where it is fairer; nothing else moves.

        Args:
            unfairness: What must become less.
            effort: Steps that may be looked at.
        """
        chains = Chains(self.draft, effort, self._parameters)
        while chains.effort.left > 0 and any(self._pass_on(chains, *new, unfairness) for new in self._new()):
            pass

    def _new(self) -> list[tuple[PersonNumber, Unit]]:
        """Return what people have that they have not had before, by slot."""
        draft = self.draft
        new = {
            (person, draft.unit_at(person, slot))
            for person in self.board.everyone
            for slot, service in self.board.added[person].items()
            if (person, Half(service, slot)) not in self._had
        }
        return sorted(
            ((person, unit) for person, unit in new if not any((person, half) in self._had for half in unit)),
            key=lambda held: (held[1][0].slot, held[0]),
        )

    def _pass_on(self, chains: Chains, giver: PersonNumber, unit: Unit, unfairness: Unfairness) -> bool:
        """Pass a unit on to somebody who is free; return whether that is fairer for anyone."""
        people = EVERYBODY & ~(1 << giver)
        for half in unit:
            people &= self.draft.free(half) & self.board.unspent[half.service]
        takers = list(bits(people))
        chains.effort.spend(1 + len(takers))
        return any(chains.exchange(giver, unit, taker, (), unfairness) for taker in takers)
