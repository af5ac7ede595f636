"""On-call duties in terms of service and slot numbers."""

from __future__ import annotations

from dataclasses import dataclass

from greedy.domain.duties import Duty, Rest
from greedy.solver.numbering import PER_DAY, Numbering, ServiceNumber


@dataclass(frozen=True, slots=True)
class DutyInfo:
    """A service on a dagdeel, in terms of slot numbers.

    Attributes:
        rests: Rest that it needs, as (distance in slots, whether on the duty's own day).
        partner: The other half of the 24-hour duty, as (service number, distance in slots); None when it has none.
        is_morning: Whether it is the first half.
    """

    rests: tuple[tuple[int, bool], ...] = ()
    partner: tuple[ServiceNumber, int] | None = None
    is_morning: bool = False


NO_DUTY = DutyInfo()
"""A service that needs no rest, at whatever time."""


def number_duties(numbering: Numbering) -> dict[tuple[ServiceNumber, int], DutyInfo]:
    """Translate the duty rules to (service number, place of the dagdeel in the day) and distances in slots."""
    rules = numbering.workspace.duties
    number = {service.code: numbering.service_number[service.id] for service in numbering.services}
    duties = {}
    for duty, rests in rules.rests.items():
        if duty.code not in number:
            continue
        partner = rules.other_half(*duty)
        duties[number[duty.code], duty.dagdeel.order] = DutyInfo(
            rests=tuple((_distance(duty, rest), rest.days == 0) for rest in rests),
            partner=(
                (number[partner.code], partner.dagdeel.order - duty.dagdeel.order)
                if partner and partner.code in number
                else None
            ),
            is_morning=rules.is_morning(*duty),
        )
    return duties


def _distance(duty: Duty, rest: Rest) -> int:
    return rest.days * PER_DAY + rest.dagdeel.order - duty.dagdeel.order
