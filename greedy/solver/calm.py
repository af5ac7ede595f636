"""Calm as an aim of its own: as few duties as possible change hands, at no cost to the aims before it.

The measure is how many of the duties that people had are now somebody else's. Each of these is given back where that is
possible: outright, in exchange for what its former holder has got instead, or by an ejection chain
(`greedy.solver.chains`); a chain is made only if it leaves fewer duties in other hands. Duties that have to change
hands all the same go to the people with the smallest shares (`Calm.share_out`), and displace nothing else.
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
    """Hands duties on a draft back to the people who had them.

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
        """Hand back all that can be handed back.

        Args:
            effort: Steps that may be looked at.
        """
        chains = Handing(self.draft, effort, self._parameters)
        limits = (0, *self._parameters.limits)
        level = 0
        while level < len(limits) and chains.effort.left > 0:
            level = 0 if self._give_back_any(chains, limits[level]) else level + 1

    def recreate(self, recreating: Recreating, few: int, turns: int) -> None:
        """Make parts of the plan anew around duties that people have lost, as long as more than a few are lost.

        A chain hands back only what its bounded search can reach. Where a plan that fills more has moved much, fewer
        duties end up moved if everything in one part of it is given back at once, and that part is then completed
        (`greedy.solver.recreating`).

        Args:
            recreating: Makes a part anew, giving as much of it as possible to those who had it.
            few: Lost duties up to which nothing is tried.
            turns: How many times this is done, at most.
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
        """Return the duties that people had and no longer have, by slot."""
        return [holding for holding in self.held if not self._has(*holding)]

    def changed(self, transfers: Sequence[Transfer]) -> tuple[float, ...]:
        """Return how many of the duties in some transfers are lost to the people who had them."""
        concerned = {(person, half) for half, *both in transfers for person in both}
        return (sum(holding in self._had and not self._has(*holding) for holding in concerned),)

    def _has(self, person: PersonNumber, half: Half) -> bool:
        return self.board.added[person].get(half.slot) == half.service

    def _give_back_any(self, chains: Handing, limit: int) -> bool:
        """Hand back all that chains of at most `limit` situations can; 0 for exchanges only."""
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
        """Yield what would give somebody a half back, and who has it: its 24-hour duty, or the half alone."""
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
        """Hand a unit back outright, or in exchange for one that the taker did not have before."""
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
        """Pass duties that have changed hands on to people for whom it is fairer; nothing else moves.

        Args:
            unfairness: The measure that must decrease.
            effort: Steps that may be looked at.
        """
        chains = Chains(self.draft, effort, self._parameters)
        while chains.effort.left > 0 and any(self._pass_on(chains, *new, unfairness) for new in self._new()):
            pass

    def _new(self) -> list[tuple[PersonNumber, Unit]]:
        """Return the units that people have and did not have before, by slot."""
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
        """Pass a unit on to somebody who is free, if that is fairer; return whether it was passed on."""
        people = EVERYBODY & ~(1 << giver)
        for half in unit:
            people &= self.draft.free(half) & self.board.unspent[half.service]
        takers = list(bits(people))
        chains.effort.spend(1 + len(takers))
        return any(chains.exchange(giver, unit, taker, (), unfairness) for taker in takers)
