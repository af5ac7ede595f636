"""FASE 2, first half: the greedy pass, which assigns the open places one by one, each to the best candidate.

Order of work: system (on-call) services first, of the others MOET and AANGEPAST before MAG, then date, dagdeel, team
(TOT, GRO, ORA), service code. Each place goes to

1. somebody who makes it part of a 24-hour duty: who has the other half already, or else can take both halves now;
2. of those, the requirement's own team before Overig;
3. of those, whoever has used the smallest share of their quota, for the service, then in total; then whose last work is
    longest ago; then the smallest employee id.

This is the classical greedy construction of nurse rostering: each place gets the best candidate at that moment. What it
leaves open or splits, `greedy.solver.repair` fills and pairs by moving these assignments.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

from greedy.domain.demand import PREFERENCE
from greedy.domain.models import Requirement, TeamDemand
from greedy.solver.board import Board
from greedy.solver.halves import Half, Unit
from greedy.solver.numbering import NO_ONE, Mask, PersonNumber, ServiceNumber, SlotNumber, bits, mask_of

Progress = Callable[[int, int], None]
"""Called now and then with the number of requirements done, and the number of all."""

_PROGRESS_EVERY = 500

_FEW = 12
"""Up to so many people, comparing their shares is quicker than going through the ladder of everybody's."""


def construct(board: Board, progress: Progress | None = None) -> None:
    """Assign every open place of a board that somebody can take, in the order of work."""
    Construction(board).run(progress)


class Construction:
    """The greedy pass over one board.

    Attributes:
        board: What is filled.
    """

    def __init__(self, board: Board) -> None:
        self.board = board
        self._totals = board.by_total_share()
        self._preferred = {demand: [board.of_teams(teams) for teams in PREFERENCE[demand]] for demand in TeamDemand}

    def run(self, progress: Progress | None = None) -> None:
        """Go through all requirements."""
        work = sorted(self.board.workspace.requirements, key=self._order_of_work)
        for done, requirement in enumerate(work):
            if progress and done % _PROGRESS_EVERY == 0:
                progress(done, len(work))
            self._fill(requirement)

    def _order_of_work(self, requirement: Requirement) -> tuple[bool, bool, int, int, str]:
        slot, number = self.board.shift_key(requirement)
        service = self.board.services[number]
        last = not (service.is_system or requirement.firm)
        return not service.is_system, last, slot, requirement.team.order, service.code

    def _fill(self, requirement: Requirement) -> None:
        """Fill a requirement's places until none is open or nobody is left who can take one."""
        board, team = self.board, requirement.team
        slot, service = board.shift_key(requirement)
        shift = board.shifts[slot, service]
        while shift.open.of(team) > 0 and (candidates := board.takers(service, slot)):
            for people, unit in self._choices(candidates, Half(service, slot), team):
                if people:
                    self._assign(self.fairest(people, unit, slot), unit)
                    break
            else:
                return

    def _assign(self, person: PersonNumber, unit: Unit) -> None:
        before = self.board.total_share(person)
        for service, slot in unit:
            self.board.assign(person, service, slot)
        self._totals.move(before, self.board.total_share(person), 1 << person)

    def _choices(self, candidates: Mask, half: Half, team: TeamDemand) -> Iterator[tuple[Mask, Unit]]:
        """Yield the groups to choose from, best first: (people, what each of them would take)."""
        board = self.board
        groups: list[tuple[Mask, Unit]] = []
        duty = board.duty(*half)
        if duty.partner is not None:
            partner, distance = duty.partner
            other = Half(partner, half.slot + distance)
            groups.append((self._working(candidates, *other), (half,)))
            if duty.is_morning:
                groups.append((candidates & board.takers(*other), (half, other)))
        groups.append((candidates, (half,)))
        for people, unit in groups:
            for preferred in self._preferred[team]:
                yield people & preferred, unit
            # Somebody of Overig may fill a place of TOT so far, and free it by moving to this row: then any team fits.
            yield people, unit

    def _working(self, people: Mask, service: ServiceNumber, slot: SlotNumber) -> Mask:
        """Return those of some people who are ACTIVE with a service at a slot."""
        board = self.board
        return mask_of(person for person in bits(people & board.active[slot]) if board.works[person, slot] == service)

    def fairest(self, people: Mask, unit: Unit, slot: SlotNumber) -> PersonNumber:
        """Return the person, of some, who gets a unit; each line keeps only the best by one more criterion."""
        people = self._least_share(people, [service for service, _ in unit])
        people = self._least_total(people)
        people = self.board.worked_longest_ago(people, slot)
        return next(bits(people))  # the lowest number is the smallest id

    def _least_total(self, people: Mask) -> Mask:
        """Return those of some people who have used the smallest share of all their quotas together."""
        if people.bit_count() > _FEW:
            return self._totals.lowest(people)
        shares = {person: self.board.total_share(person) for person in bits(people)}
        least = min(shares.values(), default=0.0)
        return mask_of(person for person, share in shares.items() if share == least)

    def _least_share(self, people: Mask, services: Sequence[ServiceNumber]) -> Mask:
        """Return those of some people with the smallest share of a service's quota, or sum of two such shares."""
        ladder, *others = [self.board.ladders[service] for service in services]
        if not others:
            return ladder.lowest(people)
        (other,) = others
        sums: dict[float, Mask] = defaultdict(lambda: NO_ONE)
        for share, equals in ladder.rungs(people):
            more, lowest = next(other.rungs(equals))
            sums[share + more] |= lowest
        return sums[min(sums)]
