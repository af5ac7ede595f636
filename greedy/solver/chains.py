"""Ejection chains: shifts change hands until everything has its place again, and something is gained.

A chain begins with one change that gains something and leaves something unsettled: a unit is *loose* (an open place to
be filled, both halves of a duty to be united in one hand), or a quota ledger is *overdrawn* (a person has one shift of
a service more than the quota allows). Each step settles one of these, and may unsettle others:

* a loose unit goes to somebody, who gives up what is in the way, which then is loose, and whose ledgers may then be
  overdrawn; a half may also stay open, or another open place be filled instead;
* an overdrawn ledger gives away one of its shifts, which then is loose.

When nothing is left unsettled, the chain is carried out on the draft, transfer by transfer, and every rule is checked
again; a chain that turns out to gain less than was asked for is undone. How chains are found is `greedy.solver.search`.

Sources: ejection chains, F. Glover, "Ejection chains, reference structures and alternating path methods for traveling
salesman problems", Discrete Applied Mathematics 65 (1996); cyclic transfers, P. M. Thompson and J. B. Orlin, "The
theory of cyclic transfers", MIT Operations Research Center working paper OR 200-89 (1989); search in a graph of
exchanges, R. K. Ahuja, O. Ergun, J. B. Orlin and A. P. Punnen, "A survey of very large-scale neighborhood search
techniques", Discrete Applied Mathematics 123 (2002); in nurse rostering, E. K. Burke, T. Curtois, R. Qu and G. Vanden
Berghe, "A time predefined variable depth search for nurse rostering", INFORMS Journal on Computing 25 (2013); parts
with positive gain, S. Lin and B. W. Kernighan, "An effective heuristic algorithm for the traveling-salesman problem",
Operations Research 21 (1973); best first, P. E. Hart, N. J. Nilsson and B. Raphael, "A formal basis for the heuristic
determination of minimum cost paths", IEEE Transactions on Systems Science and Cybernetics 4 (1968).
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Sequence
from itertools import islice

from greedy.solver.claims import Ledger
from greedy.solver.draft import NOBODY, NOTHING, ONE_PAIR, Draft, Value
from greedy.solver.halves import Half, Unit
from greedy.solver.knowledge import Effort, Knowledge
from greedy.solver.numbering import NO_ONE, PersonNumber
from greedy.solver.outlook import Outlook
from greedy.solver.parameters import DEFAULT, Parameters
from greedy.solver.search import Search
from greedy.solver.steps import Chain, Transfer

Unfairness = Callable[[Sequence[Transfer]], tuple[float, ...]]
"""Returns how unfair it is, now, for those whom some transfers concern."""


_OUTLOOKS = 2
"""How many outlooks the effort that is left must allow for if one is to be worked out."""


class Chains:
    """Finds chains on a draft, and makes them.

    Attributes:
        effort: Steps that may still be looked at; at 0, every search returns without a chain.
    """

    def __init__(self, draft: Draft, effort: int, parameters: Parameters = DEFAULT, *, ejecting: bool = True) -> None:
        """Prepare for searches on a draft.

        Args:
            draft: The draft.
            effort: Steps that may be looked at in all.
            parameters: The bounds of the search.
            ejecting: Whether somebody may give up what is in the way of a unit.
        """
        self.draft = draft
        self.effort = Effort(effort)
        self._parameters = parameters
        self._knowledge = Knowledge(draft, self.effort, parameters, ejecting=ejecting)
        self._outlooks: dict[Value, Outlook] = {}
        self._outlook_of = 0

    def fill(self, half: Half, need: Value, limit: int) -> bool:
        """Fill an open place by a chain.

        Args:
            half: The place.
            need: What the draft must gain, at least.
            limit: Situations that may be looked at.

        Returns:
            Whether that was possible; if not, the draft is as it was.
        """
        return self._make_guided(need, limit, lambda search: [search.taking((half,), (NOBODY,))])

    def leave_others_open(self, unit: Unit, leave: Container[Unit], limit: int) -> bool:
        """Fill an open unit, so that another stays open in its place, at a lower cost (`greedy.solver.spread`).

        Args:
            unit: What is open.
            leave: What may stay open instead.
            limit: Situations that may be looked at.

        Returns:
            Whether that was possible; if not, the draft is as it was.
        """
        search = Search(self._knowledge, self._parameters, NOTHING, limit, leave=leave)
        return self._make_first(search, [search.taking(unit, (NOBODY,) * len(unit))])

    def unite(self, morning: Half, evening: Half, limit: int) -> bool:
        """Unite the halves of a 24-hour duty that two people have, or one person and nobody.

        Returns:
            Whether that was possible; if not, the draft is as it was.
        """
        return self._make_guided(ONE_PAIR, limit, lambda search: search.uniting(morning, evening))

    def relieve(self, ledger: Ledger, takers: Container[PersonNumber], unfairness: Unfairness, limit: int) -> bool:
        """Move one shift of this service away from the person without losing coverage or a pair.

        Only `takers` may end with one more. The person may get another shift of the service in return, where that is
        fairer.

        Args:
            ledger: The person and the service.
            takers: Who may end with one more shift of the service.
            unfairness: The measure that must decrease.
            limit: Situations that may be looked at.

        Returns:
            Whether that was possible; if not, the draft is as it was.
        """
        search = Search(self._knowledge, self._parameters, Value(), limit, (ledger[1], takers))
        return self._make_first(search, [Chain(0, (), (ledger,), {}, {}, {}, NO_ONE, 0)], unfairness)

    def exchange(self, one: PersonNumber, unit: Unit, two: PersonNumber, other: Unit, unfairness: Unfairness) -> bool:
        """Exchange two units between two people, without losing coverage or a pair.

        Returns:
            Whether that was possible and made the unfairness less; if not, the draft is as it was.
        """
        transfers = [Transfer(half, one, two) for half in unit] + [Transfer(half, two, one) for half in other]
        return self._try(transfers, Value(), unfairness)

    def look_ahead(self) -> None:
        """Have the next search work out a new outlook if the draft has changed."""
        if self._outlook_of != self.draft.version:
            self._outlook_of = self.draft.version
            self._outlooks.clear()

    def _outlook(self, need: Value, limit: int) -> Outlook | None:
        """Return what guides a search; None where it would cost more than it saves: for a short one, on a huge roster.

        It is not worked out anew whenever a chain has been made, but when the caller looks ahead again: little changes
        by one chain, and no chain is made without every rule being checked.
        """
        if limit < self._parameters.guided_from:
            return None
        known = self._outlooks.get(need)
        if known is None and self.draft.board.possibilities <= self.effort.left // _OUTLOOKS:
            self._knowledge.refresh()
            known = self._outlooks[need] = Outlook(self._knowledge, need)
        return known

    def _make_guided(self, need: Value, limit: int, begin: Callable[[Search], Iterable[Chain]]) -> bool:
        """Make the first chain found, guided by the outlook; return whether there was one.

        Where the outlook sees no way, a short search is made without it, and a long one is not begun.
        """
        outlook = self._outlook(need, limit)
        search = Search(self._knowledge, self._parameters, need, limit, outlook=outlook)
        starts = list(begin(search))
        if outlook and not any(outlook.sees_a_way(chain.loose, chain.overdrawn) for chain in (*starts, *search.begun)):
            if limit > self._parameters.hopeless_limit:
                return False
            search = Search(self._knowledge, self._parameters, need, limit)
            starts = list(begin(search))
        return self._make_first(search, starts)

    def _make_first(self, search: Search, starts: Iterable[Chain], unfairness: Unfairness | None = None) -> bool:
        """Make the first chain that turns out to gain what is needed; return whether there was one."""
        found = islice(search.run(starts), self._parameters.tries)
        return any(self._try(transfers, search.need, unfairness) for transfers in found)

    def _try(self, transfers: Sequence[Transfer], need: Value, unfairness: Unfairness | None) -> bool:
        """Make transfers if they turn out to gain what is needed, else leave everything as it was."""
        draft = self.draft
        before, cost = draft.value, draft.spread.cost
        mark, unfair = draft.mark(), unfairness(transfers) if unfairness else ()
        if self._make(transfers):
            gained = draft.value - before
            better = gained > NOTHING or draft.spread.cost < cost
            if gained >= need and (
                better or (unfairness and draft.spread.cost == cost and unfairness(transfers) < unfair)
            ):
                draft.keep()
                return True
        draft.undo(mark)
        return False

    def _make(self, transfers: Sequence[Transfer]) -> bool:
        """Make transfers on the draft; return whether all rules allowed them and no ledger is overdrawn after them."""
        draft, board = self.draft, self.draft.board
        for half, giver, _ in transfers:
            if giver != NOBODY:
                if board.added[giver].get(half.slot) != half.service:
                    return False
                draft.release(giver, (half,))
        for half, _, taker in transfers:
            if taker != NOBODY:
                if not draft.free(half) & board.admitted(board.shifts[half.slot, half.service]) & 1 << taker:
                    return False
                draft.assign(taker, (half,))
        return not draft.overdrawn
