"""Quotas: how many shifts of each service everybody may work, how many of these are used, and who has used least."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator

from greedy.domain.models import Qualification, Workspace
from greedy.solver.numbering import NO_ONE, Indexed, Mask, Numbering, PersonNumber, ServiceNumber

FULL = 100
"""What a shift counts in all work together, in hundredths of a `dienstwaarde`, unless its service says otherwise."""


class Ladder:
    """People by the share of a quota that they have used, of one service or of all together: a mask per share."""

    def __init__(self) -> None:
        self._people: dict[float, Mask] = {}
        self._shares: list[float] = []

    def put(self, share: float, bit: Mask) -> None:
        """Put a person on a rung."""
        if share in self._people:
            self._people[share] |= bit
        else:
            self._people[share] = bit
            insort(self._shares, share)

    def move(self, share: float, new_share: float, bit: Mask) -> None:
        """Move a person to another rung."""
        self._people[share] ^= bit
        if not self._people[share]:
            del self._people[share]
            del self._shares[bisect_left(self._shares, share)]
        self.put(new_share, bit)

    @property
    def spread(self) -> float:
        """The largest share less the smallest; 0 when nobody is on the ladder."""
        return self._shares[-1] - self._shares[0] if self._shares else 0.0

    @property
    def ends(self) -> tuple[float, float]:
        """The smallest share and the largest; somebody must be on the ladder."""
        return self._shares[0], self._shares[-1]

    def lowest(self, people: Mask) -> Mask:
        """Return those of some people who are on the lowest rung among them."""
        if not people & (people - 1):
            return people
        for share in self._shares:
            if found := self._people[share] & people:
                return found
        return NO_ONE

    def rungs(self, people: Mask) -> Iterator[tuple[float, Mask]]:
        """Yield the rungs on which some of the people are, lowest first: the share, and those of them who are there."""
        for share in self._shares:
            if found := self._people[share] & people:
                yield share, found


class Quotas(Numbering):
    """A roster's numbers, and its people's quotas.

    Attributes:
        quota: Per service, the quota of each person who is qualified for it.
        used: Per service, the shifts that each person works, planned by hand or not.
        worth: Per service, what a shift of it counts in all work together, in hundredths (`Service.worth`).
        total_quota: Per person, the sum of their quotas, each shift counted by its worth.
        total_used: Per person, all their work in the period, counted likewise.
        qualified: Per service, the active people who are qualified for it; nobody for an inactive service (rule 1).
        unspent: Per service, the people below their quota (rule 3).
        ladders: Per service, the qualified people with a quota above 0, by the share of it that they have used.
    """

    def __init__(self, workspace: Workspace) -> None:
        """Note a workspace's qualifications; nothing is used yet."""
        super().__init__(workspace)
        self.quota: Indexed[ServiceNumber, dict[PersonNumber, int]] = [dict[PersonNumber, int]() for _ in self.services]
        self.used: Indexed[ServiceNumber, dict[PersonNumber, int]] = [dict[PersonNumber, int]() for _ in self.services]
        self.worth: Indexed[ServiceNumber, int] = [round(FULL * service.worth) for service in self.services]
        self.total_quota: Indexed[PersonNumber, int] = [0] * len(self.people)
        self.total_used: Indexed[PersonNumber, int] = [0] * len(self.people)
        self.ladders: Indexed[ServiceNumber, Ladder] = [Ladder() for _ in self.services]
        self.qualified: Indexed[ServiceNumber, Mask] = [NO_ONE] * len(self.services)
        self.unspent: Indexed[ServiceNumber, Mask] = [NO_ONE] * len(self.services)
        for qualification in workspace.qualifications:
            self._add(qualification)

    def _add(self, qualification: Qualification) -> None:
        person = self.person_number[qualification.employee_id]
        service = self.service_number[qualification.service_id]
        self.quota[service][person] = qualification.quota
        self.total_quota[person] += qualification.quota * self.worth[service]
        if self.services[service].active and self.people[person].active:
            self.qualified[service] |= 1 << person
            if qualification.quota > 0:
                self.unspent[service] |= 1 << person
                self.ladders[service].put(0.0, 1 << person)

    def use_quota(self, person: PersonNumber, service: ServiceNumber, shifts: int) -> None:
        """Count `shifts` more shifts of a service for a person; fewer when the number is negative."""
        before = self.used[service].get(person, 0)
        used = self.used[service][person] = before + shifts
        quota, bit = self.quota[service].get(person, 0), 1 << person
        if not quota or not self.qualified[service] & bit:
            return
        if used < quota:
            self.unspent[service] |= bit
        else:
            self.unspent[service] &= ~bit
        self.ladders[service].move(before / quota, used / quota, bit)

    def share(self, person: PersonNumber, service: ServiceNumber) -> float:
        """Return the share of a person's quota of a service that is used; the quota must be above 0."""
        return self.used[service].get(person, 0) / self.quota[service][person]

    def total_share(self, person: PersonNumber) -> float:
        """Return the share of all of a person's quotas together that is used; 1 when there are none."""
        quota = self.total_quota[person]
        return self.total_used[person] / quota if quota else 1.0

    def by_total_share(self) -> Ladder:
        """Return a ladder of everybody by `total_share`, as it is now."""
        ladder = Ladder()
        for person in self.everyone:
            ladder.put(self.total_share(person), 1 << person)
        return ladder
