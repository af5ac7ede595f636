"""FASE 2: give the open shifts to people, best first; then FASE 3, the rest that follows (`greedy.solver.pairing`).

Order of work: system (on-call) services first, then date, dagdeel, team (TOT, GRO, ORA), service code. Each place
goes to

1. someone with whom a duty becomes a 24-hour duty: who has the other half already, else who can take both halves now;
2. of those, the requirement's own team before Overig;
3. of those, the one with the smallest share of the quota used, for the service, then in total; then who worked longest
   ago; then the smallest employee id.

This is the classical greedy construction of nurse rostering: each place gets the best candidate at that moment. What it
leaves open or splits, `greedy.solver.repair` fills and pairs by moving these assignments.

The pass is pure: no I/O, no clock, no randomness; equal rows in any order give the same roster.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator

from greedy.domain.demand import PREFERENCE, Shift
from greedy.domain.models import SOURCE_ASSIGNED, Assignment, Requirement, Status, TeamDemand, Workspace
from greedy.solver.board import Board, Ladder, bits
from greedy.solver.fairness import Fairness
from greedy.solver.pairing import Pairing, pair_duties
from greedy.solver.repair import repair

Progress = Callable[[int, int], None]
"""Is told (requirements done, requirements in all) now and then."""

_PROGRESS_EVERY = 500


class GreedyProcessor:
    """Fills one workspace, in memory.

    Attributes:
        workspace: What is planned; `assignments` is all that changes in it.
        board: The state of the pass, from `assign` on; after it the roster as it will be.
        pairing: What FASE 3 found; None before it has run.
        fairness_before: How fair it was when all was filled and paired, before FASE 2 shared the work out; None before
            FASE 2 has run.
    """

    board: Board
    _totals: Ladder
    """Everybody by the share of all quotas that is used, kept up to date by the greedy pass."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.pairing: Pairing | None = None
        self.fairness_before: Fairness | None = None

    def process(self) -> Workspace:
        """Run FASE 2 and FASE 3.

        Returns:
            The workspace, its `assignments` holding exactly the records that the job adds.
        """
        self.assign()
        self.pair()
        return self.workspace

    def assign(self, progress: Progress | None = None) -> None:
        """FASE 2: add an ACTIVE assignment for each place that can be filled: greedily, then by repair."""
        self.board = Board(self.workspace)
        self.prepare()
        self._totals = self.board.by_total_share()
        work = sorted(self.workspace.requirements, key=self._order_of_work)
        for done, requirement in enumerate(work):
            if progress and done % _PROGRESS_EVERY == 0:
                progress(done, len(work))
            self._fill(requirement)
        self.fairness_before = repair(self.board)
        self.workspace.assignments[:] = active_records(self.board)

    def prepare(self) -> None:
        """Put assignments on the board before the greedy pass; there are none, unless a kind of pass says otherwise."""

    def pair(self) -> Pairing:
        """FASE 3: add a BLOCKED assignment for each open slot in which someone rests; say what was found."""
        self.pairing = pair_duties(self.board)
        self.workspace.assignments.extend(self.pairing.blocks)
        return self.pairing

    def _order_of_work(self, requirement: Requirement) -> tuple[bool, int, int, str]:
        service = self.board.services[self.board.service_number[requirement.service_id]]
        slot = self.board.slot_number(requirement.date, requirement.dagdeel)
        return not service.is_system, slot, requirement.team.order, service.code

    def _fill(self, requirement: Requirement) -> None:
        """Fill a requirement's places until they are full or nobody is left who can take one."""
        board, team = self.board, requirement.team
        service = board.service_number[requirement.service_id]
        slot = board.slot_number(requirement.date, requirement.dagdeel)
        shift = board.shifts[slot, service]
        while shift.open.of(team) > 0 and (candidates := board.candidates(service, slot)):
            for people, halves in self._choices(candidates, service, slot, shift, team):
                if people:
                    person = self._fairest(people, halves, slot)
                    self._assign(person, halves)
                    break
            else:
                return

    def _assign(self, person: int, halves: tuple[tuple[int, int], ...]) -> None:
        before = self.board.total_share(person)
        for service, slot in halves:
            self.board.assign(person, service, slot)
        self._totals.move(before, self.board.total_share(person), 1 << person)

    def _choices(
        self, candidates: int, service: int, slot: int, shift: Shift, team: TeamDemand
    ) -> Iterator[tuple[int, tuple[tuple[int, int], ...]]]:
        """Give the groups to choose from, best first: (people, what each of them would take as (service, slot))."""
        board = self.board
        alone = ((service, slot),)
        groups: list[tuple[int, tuple[tuple[int, int], ...]]] = []
        duty = board.duty(service, slot)
        if duty.partner is not None:
            partner, distance = duty.partner
            other = slot + distance
            groups.append((self._works(candidates, partner, other), alone))
            if duty.is_morning:
                groups.append((candidates & self._could_fill(partner, other), (*alone, (partner, other))))
        groups.append((candidates, alone))
        for people, halves in groups:
            for teams in PREFERENCE[team]:
                yield people & board.of_teams(teams), halves
            # Overig may stand in TOT so far and free that place by moving to this row: then any team can be admitted.
            yield people & board.admitted(shift), halves

    def _works(self, people: int, service: int, slot: int) -> int:
        """Those of some people who are ACTIVE with a service at a slot."""
        board = self.board
        return sum(1 << person for person in bits(people & board.active[slot]) if board.works[person, slot] == service)

    def _could_fill(self, service: int, slot: int) -> int:
        """Who could take an open place of a service at a slot."""
        shift = self.board.shifts.get((slot, service))
        if shift is None or shift.open.total == 0:
            return 0
        return self.board.candidates(service, slot) & self.board.admitted(shift)

    def _fairest(self, people: int, halves: tuple[tuple[int, int], ...], slot: int) -> int:
        """Of some people the one to choose: each line leaves those who are equal so far."""
        people = self._least_share(people, [service for service, _ in halves])
        people = self._totals.lowest(people)
        people = self.board.worked_longest_ago(people, slot)
        return next(bits(people))  # the lowest number is the smallest id

    def _least_share(self, people: int, services: list[int]) -> int:
        """Those of some people of whose quotas of one service, or of two together, the smallest share is used."""
        ladder, *others = [self.board.ladders[service] for service in services]
        if not others:
            return ladder.lowest(people)
        (other,) = others
        sums: dict[float, int] = defaultdict(int)
        for share, equals in ladder.rungs(people):
            more, lowest = next(other.rungs(equals))
            sums[share + more] |= lowest
        return sums[min(sums)]


def active_records(board: Board) -> list[Assignment]:
    """Turn what was assigned on a board into the records to add, in the order of their slots."""
    records = []
    for slot, person, service in sorted(
        (slot, person, service) for person, added in enumerate(board.added) for slot, service in added.items()
    ):
        employee_id, date, dagdeel = board.slot_of(person, slot)
        blocks = [
            board.slot_of(person, slot + distance)
            for distance, _ in board.duty(service, slot).rests
            if board.workspace.roster.covers(board.when(slot + distance)[0])
        ]
        records.append(
            Assignment(
                roster_id=board.workspace.roster_id,
                employee_id=employee_id,
                date=date,
                dagdeel=dagdeel,
                service_id=board.services[service].id,
                status=Status.ACTIVE,
                source=SOURCE_ASSIGNED,
                blocking_future=tuple((rest.date, rest.dagdeel, rest.employee_id) for rest in blocks),
            )
        )
    return records
