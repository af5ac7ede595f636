"""Fill the open places of a roster in which remedies are allowed, so that few are needed.

Each place goes to somebody who can simply take it, at the fewest new remedies of the most welcome kind; of equals, to
whoever completes a 24-hour duty by it (docs/rules.md, rule 6), then to whoever has the smallest share of all their
quotas. Only a place that nobody can take is filled by an ejection chain (`greedy.solver.chains`).
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping

from greedy.domain.models import Workspace
from greedy.joint.boards import Work, works_on
from greedy.joint.relaxing import Facts, Freedom
from greedy.solver.board import Board
from greedy.solver.chains import Chains
from greedy.solver.completing import NEEDS
from greedy.solver.draft import FIRM, ON_CALL, OPTIONAL, Draft
from greedy.solver.halves import Half
from greedy.solver.numbering import PersonNumber, bits
from greedy.solver.parameters import Parameters

Cost = tuple[int, int, bool, float, float, PersonNumber]


def fill(facts: Facts, freedom: Freedom, works: Iterable[Work], effort: int, parameters: Parameters) -> Board:
    """Fill what is open, on-call places first, then others of MOET and AANGEPAST, then those of MAG.

    Args:
        facts: What planners have entered.
        freedom: Which kinds of remedies are allowed.
        works: Who works what to begin with; all that may move.
        effort: Steps that the search for chains may look at.
        parameters: The bounds of a chain.

    Returns:
        The board; what is assigned on it is what may move, and what was filled.
    """
    relaxed = facts.relaxed(freedom)
    places = facts.places_lifted if freedom >= Freedom.TAKE_OVERS else {}
    held, given_up = list(works), set[Half]()
    while True:
        filling = _Filling(facts, relaxed, held)
        chains = Chains(filling.draft, effort, parameters)
        lost = filling.fill(chains, given_up, places, parameters.limits[-1])
        if lost is None:
            return filling.board
        held, effort = filling.before, chains.effort.left
        given_up.add(lost)


class _Filling:
    """Who takes an open place, and at what cost."""

    def __init__(self, facts: Facts, relaxed: Workspace, works: Iterable[Work]) -> None:
        self.before = list(works)
        board = self.board = Board(relaxed)
        for slot, service_id in self.before:
            board.assign(*board.numbers(slot, service_id))
        self.draft = Draft(board)
        numbers, services = board.person_number, board.service_number
        self._quotas = {
            (numbers[person], services[service]): quota
            for (person, service), quota in facts.quotas.items()
            if person in numbers and service in services
        }
        self._total: dict[PersonNumber, int] = dict.fromkeys(board.everyone, 0)
        for (person, _), quota in self._quotas.items():
            self._total[person] += quota
        self._free = {
            (numbers[slot.employee_id], board.slot_number(slot.date, slot.dagdeel)) for slot in facts.free_slots
        }

    def fill(self, chains: Chains, given_up: Container[Half], places: Mapping[Half, int], limit: int) -> Half | None:
        """Fill what is open.

        Args:
            chains: The search for chains on this draft.
            given_up: Places for which no chain is to be looked for.
            places: How many people a planner's shifts must keep.
            limit: Situations that may be looked at for one chain.

        Returns:
            The place that was filled at the cost of a planner's shift: the caller then goes back to `before`. None
            where all is well.
        """
        for worth in (ON_CALL, FIRM, OPTIONAL):
            for half in self._hardest_first(self.draft.open_halves(worth)):
                while half.slot in self.draft.open[half.service]:
                    if self._take(half):
                        continue
                    self.before = works_on(self.board) if places else self.before
                    if half in given_up or not chains.fill(half, NEEDS[worth], limit):
                        break
                    if any(
                        sum(self.board.shifts[slot, service].added) < most for (service, slot), most in places.items()
                    ):
                        return half
        return None

    def _hardest_first(self, halves: Iterable[Half]) -> list[Half]:
        """Return open places, those that the fewest people can take first, then by slot."""
        return sorted(halves, key=lambda half: (self.draft.free(half).bit_count(), half.slot, half.service))

    def _take(self, half: Half) -> bool:
        """Assign an open place to whoever can simply take it at the least cost; return whether there was anybody."""
        board = self.board
        people = board.takers(*half)
        if not people:
            return False
        _, _, _, _, _, person = min(self._cost(person, half) for person in bits(people))
        self.draft.assign(person, (half,))
        self.draft.keep()
        return True

    def _cost(self, person: PersonNumber, half: Half) -> Cost:
        """Return what it costs if somebody takes a place; less is better.

        The least welcome kind of remedy that it newly needs (0 for none), how many are new, whether it completes no
        24-hour duty, the person's share of all their quotas before it and after it, and the person's number.
        """
        board, (service, slot) = self.board, half
        used, quota = board.used[service].get(person, 0), self._quotas.get((person, service))
        kinds = []
        if quota is None:
            kinds += [] if used else [3]
        elif used >= quota:
            kinds.append(1)
        if self._gives_up_a_day(person, half):
            kinds.append(2)
        works, total = board.total_used[person], self._total[person]
        shares = (works / total, (works + 1) / total) if total else (1.0, float(works + 1))
        paired = board.is_paired(person, service, slot)
        return max(kinds, default=0), len(kinds), not paired, *shares, person

    def _gives_up_a_day(self, person: PersonNumber, half: Half) -> bool:
        """Whether a place lies on a free day of somebody, who works nothing on that day yet."""
        board, (service, slot) = self.board, half
        needed = [slot, *(slot + distance for distance, same_day in board.duty(service, slot).rests if same_day)]
        return any((person, other) in self._free for other in needed)
