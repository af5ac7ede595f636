"""Chains that begin by taking one unit from its holder: it goes to a given person, or to anybody else."""

from __future__ import annotations

from collections.abc import Sequence

from greedy.solver.chains import Chains, Unfairness
from greedy.solver.draft import NOTHING
from greedy.solver.halves import Unit
from greedy.solver.numbering import PersonNumber
from greedy.solver.search import Search
from greedy.solver.steps import Transfer


class Handing(Chains):
    """Chains by which units change hands without losing a filled place or a pair."""

    def hand_to(self, unit: Unit, giver: PersonNumber, taker: PersonNumber, cost: Unfairness, limit: int) -> bool:
        """Hand a unit to one person, by a chain.

        Args:
            unit: What changes hands.
            giver: Who has it; NOBODY where it is open.
            taker: Who gets it.
            cost: The measure that must decrease.
            limit: Situations that may be looked at.

        Returns:
            Whether that was possible; if not, the draft is as it was.
        """
        search = Search(self._knowledge, self._parameters, NOTHING, limit, every=True)
        search.returning(unit, (giver,) * len(unit), taker)
        return self._make_first(search, (), cost)

    def hand_on(self, unit: Unit, giver: PersonNumber, cost: Unfairness, limit: int) -> bool:
        """Hand a unit on from its holder to whoever can take it, by a chain.

        Arguments and return value are those of `hand_to`.
        """
        search = Search(self._knowledge, self._parameters, NOTHING, limit, every=True)
        return self._make_first(search, [search.taking(unit, (giver,) * len(unit))], cost)

    def transfer(self, transfers: Sequence[Transfer], cost: Unfairness) -> bool:
        """Make some transfers at once, without losing coverage or a pair.

        Args:
            transfers: What changes hands.
            cost: The measure that must decrease.

        Returns:
            Whether that was possible; if not, the draft is as it was.
        """
        return self._try(transfers, NOTHING, cost)
