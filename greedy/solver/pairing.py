"""FASE 3: the rest that on-call duties need, as BLOCKED rows; the duties without their other half; rest that is worked.

It works on the board that FASE 2 has filled, and treats alike duties of this run, duties that were there before, and
duties at the end of the roster before. Rest goes into open slots only: an UNAVAILABLE slot is rest already, and an
ACTIVE one stays and is reported. Nothing is made outside the period.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from greedy.domain.duties import rest_note
from greedy.domain.models import Assignment, BlockedBy, Slot, Status
from greedy.solver.board import Board
from greedy.solver.numbering import PER_DAY, Indexed, Mask, PersonNumber, ServiceNumber, SlotNumber, bits


@dataclass(frozen=True, slots=True)
class RestConflict:
    """A slot that a duty needs for rest, but in which its employee is ACTIVE. Only a planner can resolve it.

    Attributes:
        slot: The slot.
        work_code: The service that is worked in it; None when it is work without a service.
        duty: The duty's slot.
        duty_code: The duty's service.
    """

    slot: Slot
    work_code: str | None
    duty: Slot
    duty_code: str


@dataclass(frozen=True, slots=True)
class UnpairedDuty:
    """Half of a 24-hour duty that somebody works without its other half.

    Attributes:
        duty: The half that is worked.
        code: Its service.
        missing_code: The service of the other half.
        planned: Whether somebody other than the job planned it.
    """

    duty: Slot
    code: str
    missing_code: str
    planned: bool


@dataclass(slots=True)
class Pairing:
    """What FASE 3 found.

    Attributes:
        blocks: The BLOCKED records to add.
        duties: Duties that need rest, inside the period.
        pairs: 24-hour duties: both halves worked by one person.
        unpaired: Duties worked without their other half, by date.
        conflicts: Rest that is impossible because the slot is ACTIVE.
        orphaned: BLOCKED slots in the database that no duty explains; they are left alone.
    """

    blocks: list[Assignment] = field(default_factory=list)
    duties: int = 0
    pairs: int = 0
    unpaired: list[UnpairedDuty] = field(default_factory=list)
    conflicts: list[RestConflict] = field(default_factory=list)
    orphaned: list[Slot] = field(default_factory=list)


def pair_duties(board: Board) -> Pairing:
    """Derive the rest from the duties on the board; a block names the earliest duty that needs it."""
    pairing = Pairing()
    on_call = {(order, service) for service, order in board.duties}
    duties = sorted(
        (slot, person, service)
        for (person, slot), service in board.works.items()
        if service is not None and (slot % PER_DAY, service) in on_call
    )
    blocked = list(board.blocked)
    by_job = {
        row.slot for row in board.workspace.stored if row.source == board.workspace.words.assigned
    }  # in earlier runs
    for slot, person, service in duties:
        _rest(board, pairing, blocked, person, service, slot)
        if board.works_here(person, slot):
            pairing.duties += 1
            planned = slot not in board.added[person] and board.slot_of(person, slot) not in by_job
            _pair(board, pairing, person, service, slot, planned=planned)
    for number, mask in enumerate(board.blocked):
        slot = SlotNumber(number)
        pairing.orphaned.extend(board.slot_of(person, slot) for person in bits(mask & ~board.resting[slot]))
    return pairing


def _rest(
    board: Board,
    pairing: Pairing,
    blocked: Indexed[SlotNumber, Mask],
    person: PersonNumber,
    service: ServiceNumber,
    slot: SlotNumber,
) -> None:
    roster = board.workspace.roster
    bit, code, duty = 1 << person, board.services[service].code, board.slot_of(person, slot)
    for distance, _ in board.duty(service, slot).rests:
        rest = slot + distance
        key = board.slot_of(person, rest)
        if not (roster.covers(key.date) or board.works_here(person, slot)):
            continue  # both in other rosters: theirs to settle
        if board.active[rest] & bit:
            if not (board.works_here(person, rest) or board.works_here(person, slot)):
                continue
            work = board.works[person, rest]
            work_code = None if work is None else board.services[work].code
            pairing.conflicts.append(RestConflict(key, work_code, duty, code))
        elif roster.covers(key.date) and not (blocked[rest] | board.unavailable[rest]) & bit:
            blocked[rest] |= bit
            pairing.blocks.append(
                Assignment(
                    roster_id=board.workspace.roster_id,
                    employee_id=key.employee_id,
                    date=key.date,
                    dagdeel=key.dagdeel,
                    service_id=None,
                    status=Status.BLOCKED,
                    source=board.workspace.words.blocked,
                    notes=rest_note(code, duty.date, duty.dagdeel),
                    blocked_by=BlockedBy(duty.date, duty.dagdeel, board.services[service].id),
                )
            )


def _pair(
    board: Board, pairing: Pairing, person: PersonNumber, service: ServiceNumber, slot: SlotNumber, *, planned: bool
) -> None:
    duty = board.duty(service, slot)
    if duty.partner is None:
        return
    if board.is_paired(person, service, slot):
        pairing.pairs += duty.is_morning
    else:
        pairing.unpaired.append(
            UnpairedDuty(
                duty=board.slot_of(person, slot),
                code=board.services[service].code,
                missing_code=board.services[duty.partner[0]].code,
                planned=planned,
            )
        )
