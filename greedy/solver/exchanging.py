"""Nights, weekends and holidays as an aim of their own: people exchange shifts of the same services to even them out.

A *time* is what counts once: a night, a weekend, a holiday. All that somebody works at one time goes to somebody else,
in exchange for as much work at other times, so that the sum of times^2 / quota decreases: because the giver has had
more of them, or because the taker works at that time anyway. Two people exchange, or a chain goes through several
(`greedy.solver.handing`). As they exchange shifts of the same services, nobody's share of any service changes.
"""

from __future__ import annotations

from collections import defaultdict

from greedy.solver.chains import Unfairness
from greedy.solver.draft import Draft
from greedy.solver.handing import Handing
from greedy.solver.hours import EXACT, Hours
from greedy.solver.numbering import PER_DAY, PersonNumber, SlotMask, SlotNumber
from greedy.solver.offers import Offers
from greedy.solver.parameters import Parameters
from greedy.solver.swaps import Moves, Swaps


class Exchanging:
    """Evens out how often people work nights, or weekends, or holidays."""

    def __init__(self, draft: Draft, hours: Hours, unfairness: Unfairness, parameters: Parameters) -> None:
        """Prepare.

        Args:
            draft: The draft.
            hours: Which of these are evened out.
            unfairness: The measure that each exchange must decrease.
            parameters: The bounds of the search.
        """
        self.draft = draft
        self.board = draft.board
        self.hours = hours
        self._unfairness = unfairness
        self._parameters = parameters
        self._swaps = Swaps(draft)
        self._offers = Offers(hours, self._swaps)

    def even_out(self, effort: int) -> None:
        """Exchange until it gets no fairer.

        Args:
            effort: Steps that exchanges may look at; those for chains are in the parameters.
        """
        if not self.hours.exchangeable:
            return
        exchanges = Handing(self.draft, effort, self._parameters)
        chains = Handing(self.draft, self._parameters.chain_effort, self._parameters)
        going = True
        while going:
            while self._exchange_all(exchanges):
                pass
            going = self._hand_on_any(chains)

    def _exchange_all(self, chains: Handing) -> bool:
        """Make all exchanges that can be found; return whether another pass may find more."""
        found = False
        shares = self.hours.shares()
        people = sorted(shares, key=lambda person: (shares[person], person))
        self._offers.refresh([*people, *(person for person in self.board.everyone if person not in shares)])
        for giver in reversed(people):
            while chains.effort.left > 0 and (moves := self._exchange_one(chains, giver)):
                found = True
                self._offers.refresh({taker for *_, taker in moves})
        return found and chains.effort.left > 0

    def _exchange_one(self, chains: Handing, giver: PersonNumber) -> Moves:
        """Have somebody give away all that they work at one time; return the moves made, if any."""
        some = self._offers
        offers = [(offer, some.costs(offer)) for offer in some.made_by(giver)]
        for way in (some.to_one, some.with_what_is_in_the_way, some.to_several, some.in_a_ring):
            for offer, costs in offers:
                for moves in way(offer, costs, chains.effort):
                    if self._eases(moves) and self._swaps.more_pairs(moves) >= 0:
                        chains.effort.spend(1)
                        transfers = [transfer for move in moves for transfer in move.transfers]
                        if chains.transfer(transfers, self._unfairness):
                            return moves
                    if chains.effort.left <= 0:
                        return []
        return []

    def _eases(self, moves: Moves) -> bool:
        """Whether some moves would decrease the sum of times^2 / quota."""
        hours = self.hours
        gone: dict[PersonNumber, int] = defaultdict(int)
        come: dict[PersonNumber, int] = defaultdict(int)
        for held, giver, taker in moves:
            slots = hours.of_unit(held.unit)
            gone[giver] |= slots
            come[taker] |= slots
        change = 0.0
        for person in hours.quota.keys() & (gone.keys() | come.keys()):
            works = hours.mask(person)
            after = SlotMask(works & ~gone[person] | come[person])
            change += hours.square(person, hours.of_slots(after)) - hours.square(person, hours.of_slots(works))
        return round(change, EXACT) < 0

    def _hand_on_any(self, chains: Handing) -> bool:
        """Have people hand on, by chains, what they work at these hours; return whether anybody did.

        Only people are asked who would still have these hours more often than somebody else with one more; and people
        who work at a time at which more people work than are needed.
        """
        hours, found = self.hours, False
        shares = hours.shares()
        often = {person: hours.worked(person) for person in shares}
        if not often:
            return False
        least = min(hours.square(person, count + 1) - hours.square(person, count) for person, count in often.items())
        crowded = SlotMask(sum(time for time in hours.times if self._is_crowded(time)))
        for giver in sorted(shares, key=lambda person: (-shares[person], person)):
            mask, count = hours.mask(giver), often[giver]
            eased = hours.square(giver, count) - hours.square(giver, count - 1)
            wanted = hours.slots if round(eased - least, EXACT) > 0 else crowded
            for held in self._swaps.hand(giver).units if count and wanted else ():
                if held.slots & wanted and hours.of_slots(mask & ~held.slots) < count:
                    if chains.effort.left <= 0:
                        return False
                    if chains.hand_on(held.unit, giver, self._unfairness, self._parameters.wish_limit):
                        found = True
                        break
        return found

    def _is_crowded(self, time: SlotMask) -> bool:
        """Whether more people work at a time than are busy in any of its slots, rest from earlier ones included."""
        board = self.board
        slots = [SlotNumber(slot) for slot in board.period if time >> slot & 1]
        people = need = 0
        for slot in slots:
            people |= board.active[slot]
            there = board.active[slot] if slot < slots[0] + PER_DAY else board.active[slot] | board.resting[slot]
            need = max(need, there.bit_count())
        return people.bit_count() > need
