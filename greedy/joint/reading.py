"""Which remedies a roster needs once it has been filled while remedies were allowed."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from typing import NamedTuple

from greedy.domain.models import Dagdeel, Slot, StoredAssignment
from greedy.joint.boards import Work
from greedy.joint.relaxing import Facts
from greedy.joint.remedies import FreeDay, JointRemedy, LargerQuota, NewQualification, TakenOver


class Reading(NamedTuple):
    """What a filled roster comes to.

    Attributes:
        remedies: The remedies that it needs, the most welcome kind first, each kind by service or day, then person.
        works: Who works what in it, but for what planners have entered, whether taken over or not.
    """

    remedies: list[JointRemedy]
    works: list[Work]


def read(facts: Facts, works: Collection[Work], lifted: Collection[StoredAssignment]) -> Reading:
    """Read off which remedies a roster needs.

    Args:
        facts: What planners have entered.
        works: Who works what; what planners have entered is among it only as far as it is `lifted`.
        lifted: Shifts that planners have entered and that were free to change hands.
    """
    swaps, remaining = _taken_over(facts, set(works), lifted)
    used = facts.used - Counter((row.employee_id, row.service_id or "") for row in lifted)
    used.update((slot.employee_id, service_id) for slot, service_id in works)
    codes = facts.workspace.service_codes
    quotas: list[JointRemedy] = []
    qualifications: list[JointRemedy] = []
    for (person, service_id), count in sorted(used.items(), key=lambda item: (codes[item[0][1] or ""], item[0])):
        code, quota = codes[service_id or ""], facts.quotas.get((person, service_id or ""))
        if count <= facts.used[person, service_id]:
            continue  # they have more by a planner's own hand, or no more than before
        if quota is None:
            qualifications.append(NewQualification(employee_id=person, service_code=code, new_quota=count))
        else:
            quotas += (
                LargerQuota(employee_id=person, service_code=code, quota=now, new_quota=now + 1)
                for now in range(quota, count)
            )
    return Reading([*quotas, *swaps, *_free_days(facts, works), *qualifications], sorted(remaining))


def _taken_over(
    facts: Facts, works: set[Work], lifted: Collection[StoredAssignment]
) -> tuple[list[JointRemedy], set[Work]]:
    """Return which shifts have changed hands, and who works what beside the shifts that planners have entered.

    Of a shift that several have, those who have it no longer gave it to those who are new to it: to one of the same
    team if there is any, else to the first.
    """
    team = {employee.id: employee.team for employee in facts.workspace.employees}
    codes = facts.workspace.service_codes
    remaining = set(works)
    given = []
    for row in lifted:
        work = row.slot, row.service_id or ""
        if work in works:
            remaining.discard(work)
        else:
            given.append(row)
    swaps: list[JointRemedy] = []
    for row in sorted(given, key=lambda row: (row.date, row.dagdeel.order, row.employee_id)):
        same_shift = (
            work
            for work in remaining
            if (work[0].date, work[0].dagdeel, work[1]) == (row.date, row.dagdeel, row.service_id)
        )
        taken = min(
            same_shift, key=lambda work: (team[work[0].employee_id] is not team[row.employee_id], work[0].employee_id)
        )
        remaining.discard(taken)
        swaps.append(
            TakenOver(
                employee_id=row.employee_id,
                to_employee_id=taken[0].employee_id,
                date=row.date,
                dagdeel=row.dagdeel,
                service_code=codes[row.service_id or ""],
            )
        )
    return swaps, remaining


def _free_days(facts: Facts, works: Collection[Work]) -> Iterator[JointRemedy]:
    """Yield the free days that somebody gives up: those of their work, and of the rest that it needs the same day."""
    needed: dict[tuple[dt.date, str], set[Dagdeel]] = defaultdict(set)
    duties, codes = facts.workspace.duties, facts.workspace.service_codes
    for slot, service_id in works:
        rests = duties.rest_slots(codes[service_id], slot.date, slot.dagdeel)
        for date, dagdeel in [(slot.date, slot.dagdeel), *(rest for rest in rests if rest[0] == slot.date)]:
            if Slot(slot.employee_id, date, dagdeel) in facts.free_slots:
                needed[date, slot.employee_id].add(dagdeel)
    for (date, person), dagdelen in sorted(needed.items()):
        ordered = sorted(dagdelen, key=lambda dagdeel: dagdeel.order)
        yield FreeDay(employee_id=person, date=date, dagdelen=tuple(ordered))
