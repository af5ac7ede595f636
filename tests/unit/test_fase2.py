"""FASE 2: the hard rules, the order of work, fairness, and what is told of shifts that stay open."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_mock import MockerFixture

from benchmarks.kinds import roster
from greedy.domain.models import Status
from greedy.loader import build_workspace
from greedy.outcome.coverage import Coverage, ServiceCoverage, measure
from greedy.outcome.open_shifts import Remedy, RuledOut
from greedy.outcome.result import as_json
from greedy.processor import GreedyProcessor
from greedy.solver.board import Board
from greedy.solver.construction import Construction, construct
from greedy.solver.halves import Unit
from greedy.solver.numbering import PER_DAY, Mask, PersonNumber, SlotNumber, bits
from greedy.solver.obstacles import Obstacle
from greedy.solver.plan import make_plan
from tests.support.factories import assignment, day, employee, qualification, requirement, service, tables
from tests.support.scenes import GREEDY_ALONE

Added = list[tuple[str, str, str, str | None]]


def solve(**given: Any) -> GreedyProcessor:
    processor = GreedyProcessor(build_workspace(tables(**given)))
    processor.process()
    return processor


def added(processor: GreedyProcessor) -> Added:
    """Return the ACTIVE records: (employee, date, dagdeel, service)."""
    return [
        (record.employee_id, record.date.isoformat(), str(record.dagdeel), record.service_id)
        for record in processor.workspace.assignments
        if record.status is Status.ACTIVE
    ]


def fill(*, requirements: list[Any] | None = None, qualifications: list[Any] | None = None, **given: Any) -> Added:
    """Return what is added to a roster; unless told otherwise, one ECH shift, on Monday morning, that E1 can do."""
    return added(
        solve(
            roster_period_staffing_dagdelen=[requirement()] if requirements is None else requirements,
            roster_employee_services=[qualification()] if qualifications is None else qualifications,
            **given,
        )
    )


def coverage(**given: Any) -> Coverage:
    return measure(solve(**given).board)


E1_ECH: Added = [("E1", "2027-01-04", "O", "ECH")]


def team(*teams: str) -> list[Any]:
    """Return employees E1, E2, ... of teams."""
    return [employee(f"E{number}", team=name) for number, name in enumerate(teams, 1)]


def everyone(count: int, service_id: str = "ECH", **overrides: Any) -> list[Any]:
    """Return everyone's qualification for a service."""
    return [qualification(f"E{number}", service_id, **overrides) for number in range(1, count + 1)]


class TestQualified:
    def test_who_is_qualified_gets_the_shift(self) -> None:
        assert fill() == E1_ECH

    def test_who_is_not_does_not(self) -> None:
        assert fill(qualifications=[qualification(service_id="OSP")]) == []

    def test_an_inactive_qualification_counts_for_nothing(self) -> None:
        assert fill(qualifications=[qualification(actief=False)]) == []

    def test_an_inactive_employee_gets_nothing(self) -> None:
        assert fill(employees=[employee(actief=False)]) == []

    def test_an_inactive_service_is_not_worked(self) -> None:
        assert fill(service_types=[service("ECH", actief=False)]) == []


class TestOpenSlot:
    @pytest.mark.parametrize("status", [1, 2, 3])
    def test_a_slot_that_is_held_is_not_used(self, status: int) -> None:
        assert fill(roster_assignments=[assignment(status=status, service_id=None)]) == []

    def test_a_slot_with_status_0_is_open(self) -> None:
        assert fill(roster_assignments=[assignment(status=0, service_id=None)]) == E1_ECH

    def test_nobody_works_twice_in_a_slot(self) -> None:
        both = fill(
            requirements=[requirement("ECH"), requirement("GRB")],
            qualifications=[qualification(), qualification(service_id="GRB")],
        )

        assert both == E1_ECH

    def test_three_dagdelen_of_a_day_are_three_slots(self) -> None:
        assert len(fill(requirements=[requirement(dagdeel=dagdeel) for dagdeel in "OMA"])) == 3


class TestQuota:
    def test_ends_at_the_quota(self) -> None:
        week = [requirement(date=day(number)) for number in range(7)]

        assert len(fill(requirements=week, qualifications=[qualification(aantal=3)])) == 3

    def test_quota_0_is_none(self) -> None:
        assert fill(qualifications=[qualification(aantal=0)]) == []

    def test_planned_rows_use_quota(self) -> None:
        planned = [assignment(date=day(3))]

        assert fill(qualifications=[qualification(aantal=1)], roster_assignments=planned) == []

    @pytest.mark.parametrize("status", [2, 3])
    def test_rows_that_are_not_active_use_none(self, status: int) -> None:
        away = [assignment(date=day(3), status=status)]

        assert fill(qualifications=[qualification(aantal=1)], roster_assignments=away) == E1_ECH

    def test_another_services_quota_does_not_help(self) -> None:
        assert fill(qualifications=[qualification(aantal=0), qualification(service_id="OSP")]) == []


class TestDemand:
    @pytest.mark.parametrize("status", ["MOET", "MAG", "AANGEPAST"])
    def test_every_status_but_mag_niet_is_demand(self, status: str) -> None:
        assert fill(requirements=[requirement(status=status)]) == E1_ECH

    def test_mag_niet_is_none(self) -> None:
        assert fill(requirements=[requirement(status="MAG_NIET")]) == []

    @pytest.mark.parametrize(
        ("asked", "of_team", "may"),
        [
            ("TOT", "Groen", True),
            ("TOT", "Oranje", True),
            ("TOT", "Overig", True),
            ("GRO", "Groen", True),
            ("GRO", "Oranje", False),
            ("GRO", "Overig", True),
            ("ORA", "Groen", False),
            ("ORA", "Oranje", True),
            ("ORA", "Overig", True),
        ],
    )
    def test_teams(self, asked: str, of_team: str, may: bool) -> None:
        assert bool(fill(requirements=[requirement(team=asked)], employees=team(of_team))) is may

    @pytest.mark.parametrize(("asked", "first"), [("GRO", "E2"), ("ORA", "E3")])
    def test_the_own_team_goes_before_overig(self, asked: str, first: str) -> None:
        filled = fill(
            requirements=[requirement(team=asked)],
            employees=team("Overig", "Groen", "Oranje"),
            qualifications=everyone(3),
        )

        assert [employee_id for employee_id, *_ in filled] == [first]

    def test_each_requirement_row_is_demand_of_its_own(self) -> None:
        filled = fill(
            requirements=[requirement(team=asked) for asked in ("TOT", "GRO", "ORA")],
            employees=team("Groen", "Oranje", "Overig"),
            qualifications=everyone(3),
        )

        assert len(filled) == 3

    def test_planned_rows_fill_demand_first(self) -> None:
        filled = fill(employees=team("Groen", "Groen"), roster_assignments=[assignment("E2")])

        assert filled == []

    def test_what_is_planned_by_hand_covers_the_shift_whatever_the_team(self) -> None:
        filled = fill(
            requirements=[requirement(team="ORA")],
            employees=team("Oranje", "Groen"),
            roster_assignments=[assignment("E2")],
        )

        assert filled == []

    def test_an_active_row_of_another_service_or_dagdeel_covers_nothing(self) -> None:
        planned = [assignment("E2", service_id="OSP"), assignment("E2", dagdeel="M")]

        assert fill(employees=team("Groen", "Groen"), roster_assignments=planned) == E1_ECH

    def test_a_demand_that_nobody_can_meet_ends(self) -> None:
        assert fill(requirements=[requirement(aantal=1_000_000)]) == E1_ECH

    def test_overig_makes_room_for_oranje(self) -> None:
        """E1 (Overig) has taken TOT when GRO is worked on; E2 (Oranje) can have TOT if E1 moves to GRO."""
        filled = fill(
            requirements=[requirement(team="TOT"), requirement(team="GRO")],
            employees=team("Overig", "Oranje"),
            qualifications=everyone(2),
        )

        assert len(filled) == 2


class TestRest:
    """Rule 5."""

    DIO = {"requirements": [requirement("DIO")], "qualifications": [qualification(service_id="DIO")]}  # noqa: RUF012
    DIA = {  # noqa: RUF012
        "requirements": [requirement("DIA", dagdeel="A")],
        "qualifications": [qualification(service_id="DIA")],
    }

    @pytest.mark.parametrize("duty", [DIO, DIA], ids=["DIO", "DIA"])
    def test_a_duty_whose_rest_is_free_is_given(self, duty: Any) -> None:
        assert len(fill(**duty)) == 1

    @pytest.mark.parametrize(
        ("duty", "date", "dagdeel"),
        [(DIO, 0, "M"), (DIO, 1, "O"), (DIO, 1, "M"), (DIA, 1, "O"), (DIA, 1, "M")],
    )
    def test_a_rest_slot_that_is_worked_forbids_the_duty(self, duty: Any, date: int, dagdeel: str) -> None:
        assert fill(**duty, roster_assignments=[assignment(date=day(date), dagdeel=dagdeel)]) == []

    @pytest.mark.parametrize(
        ("duty", "date", "dagdeel"), [(DIO, 0, "A"), (DIO, 1, "A"), (DIO, 2, "O"), (DIA, 0, "M"), (DIA, 1, "A")]
    )
    def test_work_that_is_no_rest_slot_forbids_nothing(self, duty: Any, date: int, dagdeel: str) -> None:
        assert len(fill(**duty, roster_assignments=[assignment(date=day(date), dagdeel=dagdeel)])) == 1

    @pytest.mark.parametrize(("dagdeel", "may"), [("O", True), ("M", True)])
    def test_leave_on_the_next_day_is_rest(self, dagdeel: str, may: bool) -> None:
        away = [assignment(date=day(1), dagdeel=dagdeel, status=3, service_id=None)]

        assert bool(fill(**self.DIO, roster_assignments=away)) is may

    @pytest.mark.parametrize(("status", "may"), [(2, True), (3, False)])
    def test_the_same_afternoon_must_be_open_or_blocked(self, status: int, may: bool) -> None:
        held = [assignment(dagdeel="M", status=status, service_id=None)]

        assert bool(fill(**self.DIO, roster_assignments=held)) is may

    @pytest.mark.parametrize(
        ("code", "dagdeel", "rests"),
        [
            ("DIO", "O", {(0, "M"), (1, "O"), (1, "M")}),
            ("DDO", "O", {(0, "M"), (1, "O"), (1, "M")}),
            ("DIA", "A", {(1, "O"), (1, "M")}),
            ("DDA", "A", {(1, "O"), (1, "M")}),
            ("DIO", "M", set()),
            ("ECH", "O", set()),
        ],
    )
    def test_nobody_works_while_resting(self, code: str, dagdeel: str, rests: set[tuple[int, str]]) -> None:
        """The rows of the rest are missing: the duty itself says who rests."""
        slots = [(number, part) for number in range(3) for part in "OMA" if (number, part) != (0, dagdeel)]
        filled = fill(
            requirements=[requirement("GRB", date=day(number), dagdeel=part) for number, part in slots],
            qualifications=[qualification(service_id="GRB")],
            roster_assignments=[assignment(dagdeel=dagdeel, service_id=code)],
        )

        worked = {(int(date[-2:]) - 4, part) for _, date, part, _ in filled}
        assert worked == set(slots) - rests

    def test_a_duty_of_the_roster_before_blocks_the_first_day(self) -> None:
        duty = assignment(roster_id="R0", date=day(-1), dagdeel="A", service_id="DIA")
        parts = [requirement(dagdeel=dagdeel) for dagdeel in "OMA"]

        filled = fill(requirements=parts, roster_assignments=[duty])

        assert [dagdeel for _, _, dagdeel, _ in filled] == ["A"]

    @pytest.mark.parametrize("first", ["DIA", "ECH"])
    def test_a_duty_beside_the_period_counts_whatever_another_roster_holds_in_its_slot(self, first: str) -> None:
        """Two versions of the roster before are there, R0 and RX, and E1 has the duty in one of them."""
        codes = ("DIA", "ECH") if first == "DIA" else ("ECH", "DIA")
        beside = [
            assignment(roster_id=roster_id, date=day(-1), dagdeel="A", service_id=code)
            for roster_id, code in zip(("R0", "RX"), codes, strict=True)
        ]

        (shift,) = coverage(
            roster_period_staffing_dagdelen=[requirement()],
            roster_employee_services=[qualification()],
            roster_assignments=beside,
        ).open_shifts

        assert shift.people == (RuledOut("E1", Obstacle.RESTS, "DIA on 2027-01-03 A"),)

    @pytest.mark.parametrize(("dagdeel", "may"), [("O", False), ("M", False), ("A", True)])
    def test_work_in_the_next_roster_forbids_a_duty_that_needs_that_day(self, dagdeel: str, may: bool) -> None:
        filled = fill(
            requirements=[requirement("DIA", date=day(6), dagdeel="A")],
            qualifications=[qualification(service_id="DIA")],
            roster_assignments=[assignment(roster_id="R2", date=day(7), dagdeel=dagdeel)],
        )

        assert bool(filled) is may


class TestPairing:
    """Rule 6."""

    TWO = {"employees": team("Groen", "Groen")}  # noqa: RUF012
    DUTY = [requirement("DIO"), requirement("DIA", dagdeel="A")]  # noqa: RUF012

    def test_a_duty_goes_to_who_can_take_both_halves(self) -> None:
        """E1 would be first by id, but only E2 can do both."""
        filled = fill(
            **self.TWO,
            requirements=self.DUTY,
            qualifications=[
                qualification("E1", "DIO"),
                qualification("E2", "DIO"),
                qualification("E2", "DIA"),
            ],
        )

        assert {employee_id for employee_id, *_ in filled} == {"E2"}
        assert len(filled) == 2

    def test_a_duty_that_nobody_can_pair_is_filled_alone(self) -> None:
        filled = fill(
            **self.TWO,
            requirements=self.DUTY,
            qualifications=[qualification("E1", "DIO"), qualification("E2", "DIA")],
        )

        assert {(employee_id, code) for employee_id, _, _, code in filled} == {("E1", "DIO"), ("E2", "DIA")}

    def test_a_planned_half_gets_its_other_half(self) -> None:
        """E1 would be first by id, but E2 has the evening already."""
        filled = fill(
            **self.TWO,
            requirements=self.DUTY,
            qualifications=everyone(2, "DIO"),
            roster_assignments=[assignment("E2", dagdeel="A", service_id="DIA")],
        )

        assert filled == [("E2", "2027-01-04", "O", "DIO")]

    def test_a_planned_morning_gets_its_evening(self) -> None:
        filled = fill(
            **self.TWO,
            requirements=self.DUTY,
            qualifications=everyone(2, "DIA"),
            roster_assignments=[assignment("E2", service_id="DIO")],
        )

        assert filled == [("E2", "2027-01-04", "A", "DIA")]

    def test_dio_is_paired_with_dia_and_ddo_with_dda(self) -> None:
        codes = [("DIO", "O"), ("DIA", "A"), ("DDO", "O"), ("DDA", "A")]
        filled = fill(
            **self.TWO,
            requirements=[requirement(code, dagdeel=dagdeel) for code, dagdeel in codes],
            qualifications=[row for code, _ in codes for row in everyone(2, code)],
        )

        by_person = {frozenset(code for person, _, _, code in filled if person == who) for who in ("E1", "E2")}
        assert by_person == {frozenset({"DIO", "DIA"}), frozenset({"DDO", "DDA"})}


class TestFairness:
    """Rule 7."""

    def who(self, *, quotas: dict[str, int], planned: list[Any] | None = None, others: list[Any] | None = None) -> str:
        """Return who gets the one ECH shift, on the last day."""
        ((employee_id, *_),) = fill(
            employees=team(*["Groen"] * len(quotas)),
            requirements=[requirement(date=day(6))],
            qualifications=[
                *(qualification(employee_id, aantal=quota) for employee_id, quota in quotas.items()),
                *(others or []),
            ],
            roster_assignments=planned or [],
        )
        return employee_id

    def test_equals__the_smallest_id(self) -> None:
        assert self.who(quotas={"E1": 2, "E2": 2}) == "E1"

    def test_the_smallest_share_of_the_services_quota(self) -> None:
        assert self.who(quotas={"E1": 2, "E2": 2}, planned=[assignment("E1")]) == "E2"

    def test_the_share_counts_not_the_number(self) -> None:
        planned = [assignment("E1"), assignment("E2"), assignment("E2", date=day(1))]

        assert self.who(quotas={"E1": 2, "E2": 8}, planned=planned) == "E2"

    def test_then_the_smallest_share_in_total(self) -> None:
        """E1 worked longer ago, but more."""
        others = [qualification("E1", "OSP", 2), qualification("E2", "OSP", 2)]
        days = [("E1", 0), ("E1", 1), ("E2", 3)]
        planned = [assignment(person, date=day(number), service_id="OSP") for person, number in days]

        assert self.who(quotas={"E1": 2, "E2": 2}, others=others, planned=planned) == "E2"

    def test_the_share_in_total_counts_not_the_number(self) -> None:
        """E2 worked more, but E2's quotas are larger by far."""
        others = [qualification("E1", "OSP", 2), qualification("E2", "OSP", 20)]
        days = [("E1", 0), ("E2", 1), ("E2", 3)]
        planned = [assignment(person, date=day(number), service_id="OSP") for person, number in days]

        assert self.who(quotas={"E1": 2, "E2": 2}, others=others, planned=planned) == "E2"

    @pytest.mark.parametrize(("code", "dagdeel"), [("DIO", "O"), ("DIA", "A")])
    def test_a_24_hour_duty__the_shares_of_both_halves_count(self, code: str, dagdeel: str) -> None:
        """E1 has had one of the halves before; E2 neither, though E2 has worked more of all quotas together."""
        filled = fill(
            employees=team("Groen", "Groen"),
            requirements=[requirement("DIO", date=day(5)), requirement("DIA", date=day(5), dagdeel="A")],
            qualifications=[
                *everyone(2, "DIO", aantal=4),
                *everyone(2, "DIA", aantal=4),
                qualification("E2", "OSP", 4),
                qualification("E1", "OSP", 40),
            ],
            roster_assignments=[
                assignment("E1", service_id=code, dagdeel=dagdeel),
                *(assignment("E2", date=day(number), service_id="OSP") for number in range(4)),
            ],
        )

        assert [(person, code) for person, _, _, code in filled] == [("E2", "DIO"), ("E2", "DIA")]

    def test_then_who_worked_longest_ago(self) -> None:
        planned = [assignment("E1", date=day(3)), assignment("E2", date=day(2))]

        assert self.who(quotas={"E1": 4, "E2": 4}, planned=planned) == "E2"

    def test_who_worked_last_in_the_same_slot_are_equals_whatever_was_before(self) -> None:
        days = [("E1", 1), ("E1", 3), ("E2", 0), ("E2", 3)]
        planned = [assignment(person, date=day(number)) for person, number in days]

        assert self.who(quotas={"E1": 4, "E2": 4}, planned=planned) == "E1"

    @pytest.mark.parametrize("worked", [0, 2])
    def test_who_never_worked_has_worked_longest_ago(self, worked: int) -> None:
        """E1 and E2 have the same shares; E2's work is after the shift, so before it there is none."""
        ((employee_id, *_),) = fill(
            employees=team("Groen", "Groen"),
            requirements=[requirement(date=day(3))],
            qualifications=everyone(2, aantal=4),
            roster_assignments=[assignment("E1", date=day(worked)), assignment("E2", date=day(5))],
        )

        assert employee_id == "E2"

    def test_work_on_the_eve_of_the_roster_is_not_seen(self) -> None:
        planned = [assignment("E1", date=day(-1), roster_id="R0")]

        assert self.who(quotas={"E1": 4, "E2": 4}, planned=planned) == "E1"

    @pytest.mark.parametrize("kind", ["practice planned normal", "scarce tight", "teams"])
    def test_every_choice_is_the_least_by_the_rule(self, kind: str, mocker: MockerFixture) -> None:
        """Beside the rule written plainly: one key for each person, the least of all."""
        choose, chosen = Construction.fairest, 0

        def checked(job: Construction, people: Mask, unit: Unit, slot: SlotNumber) -> PersonNumber:
            nonlocal chosen
            chosen += 1
            board = job.board

            def key(person: PersonNumber) -> tuple[float, float, int, int]:
                worked = [at for who, at in board.works if who == person and PER_DAY <= at < slot]
                share = sum(board.share(person, service) for service, _ in unit)
                return share, board.total_share(person), max(worked, default=-1), person

            person = choose(job, people, unit, slot)
            assert person == min(bits(people), key=key)
            return person

        mocker.patch.object(Construction, "fairest", checked)
        make_plan(build_workspace(roster(kind, 1)), parameters=GREEDY_ALONE)

        assert chosen > 50

    def test_no_choice_looks_at_everybody_in_turn(self, mocker: MockerFixture) -> None:
        """A hundred equals for a place cost no more than a few."""
        looks = [mocker.spy(Board, name) for name in ("share", "total_share")]
        raw = tables(
            employees=team(*["Groen"] * 100),
            roster_period_staffing_dagdelen=[requirement(code, aantal=20) for code in ("DIO", "ECH")]
            + [requirement("DIA", dagdeel="A", aantal=20)],
            roster_employee_services=[*everyone(100), *everyone(100, "DIO"), *everyone(100, "DIA")],
        )
        board = Board(build_workspace(raw))

        construct(board)

        assert sum(map(len, board.added)) == 60
        assert sum(look.call_count for look in looks) <= 100 + 2 * 60


class TestOrderOfWork:
    """One person with one free slot or one quota: what is worked on first gets it."""

    def test_on_call_before_other_services(self) -> None:
        filled = fill(
            requirements=[requirement("ECH"), requirement("DIO")],
            qualifications=[qualification(), qualification(service_id="DIO")],
        )

        assert [code for *_, code in filled] == ["DIO"]

    def test_on_call_before_other_services__though_it_is_later(self) -> None:
        """Who takes the first shift has the larger share in total when the second is given; equals go by id."""
        filled = fill(
            employees=team("Groen", "Groen"),
            requirements=[requirement("ECH"), requirement("DIO", date=day(3))],
            qualifications=[*everyone(2, "ECH"), *everyone(2, "DIO")],
        )

        assert {code: person for person, _, _, code in filled} == {"DIO": "E1", "ECH": "E2"}

    def test_then_by_date(self) -> None:
        filled = fill(
            requirements=[requirement(date=day(number)) for number in (4, 2, 3)],
            qualifications=[qualification(aantal=1)],
        )

        assert [date for _, date, _, _ in filled] == ["2027-01-06"]

    def test_then_by_dagdeel(self) -> None:
        filled = fill(
            requirements=[requirement(dagdeel=dagdeel) for dagdeel in "AMO"],
            qualifications=[qualification(aantal=2)],
        )

        assert [dagdeel for _, _, dagdeel, _ in filled] == ["O", "M"]

    def test_then_by_team(self) -> None:
        """TOT of OSP goes before GRO of ECH, though ECH is first by code."""
        filled = fill(
            requirements=[requirement("ECH", team="GRO"), requirement("OSP", team="TOT")],
            qualifications=[qualification(), qualification(service_id="OSP")],
        )

        assert [code for *_, code in filled] == ["OSP"]

    def test_then_by_code(self) -> None:
        filled = fill(
            requirements=[requirement("OSP", id="a"), requirement("ECH", id="z")],
            qualifications=[qualification(), qualification(service_id="OSP")],
        )

        assert [code for *_, code in filled] == ["ECH"]


def test_the_records_that_are_added() -> None:
    (record,) = solve(
        roster_period_staffing_dagdelen=[requirement()], roster_employee_services=[qualification()]
    ).workspace.assignments

    assert (record.roster_id, record.status, record.source, record.notes) == ("R1", Status.ACTIVE, "greedy", None)
    assert record.blocking_future == ()


def test_progress_is_told() -> None:
    requirements = [requirement(date=day(number), dagdeel=part) for number in range(7) for part in "OMA"]
    processor = GreedyProcessor(build_workspace(tables(roster_period_staffing_dagdelen=requirements)))
    told: list[tuple[int, int]] = []

    processor.assign(lambda done, total: told.append((done, total)))

    assert told == [(0, 21)]


class TestCoverage:
    def test_counts(self) -> None:
        measured = coverage(
            employees=team("Groen", "Groen"),
            roster_period_staffing_dagdelen=[requirement(aantal=4), requirement("OSP", dagdeel="M")],
            roster_employee_services=[qualification()],
            roster_assignments=[assignment("E2")],
        )

        assert (measured.needed, measured.filled_before, measured.assigned, measured.open) == (5, 1, 1, 3)
        assert measured.percent == 40.0
        assert [(row.service_code, row.needed, row.open) for row in measured.by_service] == [
            ("ECH", 4, 2),
            ("OSP", 1, 1),
        ]
        summary = measured.summary()
        assert summary.by_service[0] == ServiceCoverage("ECH", needed=4, filled_before=1, assigned=1, open=2)

    def test_nothing_needed_is_all_filled(self) -> None:
        assert coverage().percent == 100.0

    def test_never_all_filled_while_a_place_is_open(self) -> None:
        almost = ServiceCoverage("ECH", needed=10_000, filled_before=0, assigned=9_999, open=1)
        measured = Coverage(by_service=[almost])

        assert (measured.open, measured.percent) == (1, 99.9)

    def test_people_beyond_the_demand(self) -> None:
        measured = coverage(
            employees=team("Groen", "Groen"),
            roster_period_staffing_dagdelen=[requirement()],
            roster_assignments=[assignment("E1"), assignment("E2"), assignment("E1", dagdeel="M", service_id="OSP")],
        )

        assert [(row.service_code, row.count) for row in measured.surplus] == [("ECH", 1), ("OSP", 1)]

    OBSTACLES = (
        pytest.param({"employees": [employee(actief=False)]}, Obstacle.EMPLOYEE_INACTIVE, "", id="inactive"),
        pytest.param(
            {"roster_assignments": [assignment(status=3, service_id=None)]}, Obstacle.UNAVAILABLE, "", id="unavailable"
        ),
        pytest.param({"roster_assignments": [assignment(service_id="OSP")]}, Obstacle.WORKS, "OSP", id="works"),
        pytest.param(
            {"roster_assignments": [assignment(service_id=None)]}, Obstacle.WORKS, "work", id="works, no service"
        ),
        pytest.param(
            {"roster_assignments": [assignment(status=2, service_id=None)]}, Obstacle.BLOCKED, "", id="blocked, no duty"
        ),
        pytest.param(
            {"roster_assignments": [assignment(roster_id="R0", date=day(-1), dagdeel="A", service_id="DIA")]},
            Obstacle.RESTS,
            "DIA on 2027-01-03 A",
            id="rests",
        ),
        pytest.param(
            {"roster_assignments": [assignment(roster_id="R0", date=day(-1), dagdeel=dagdeel, service_id=code)
                                    for code, dagdeel in (("DIA", "A"), ("DIO", "O"))]},
            Obstacle.RESTS,
            "DIO on 2027-01-03 O",
            id="rests after two",
        ),
        pytest.param(
            {"roster_employee_services": [qualification(service_id="DIO", aantal=1)],
             "roster_assignments": [assignment(date=day(3), service_id="DIO")]},
            Obstacle.QUOTA_USED,
            "1 of 1",
            id="quota",
        ),
        pytest.param(
            {"roster_assignments": [assignment(date=day(1))]},
            Obstacle.WOULD_LOSE_REST,
            "ECH on 2027-01-05 O",
            id="works on the next day",
        ),
        pytest.param(
            {"roster_assignments": [assignment(dagdeel="M", status=3, service_id=None)]},
            Obstacle.WOULD_LOSE_REST,
            "unavailable on 2027-01-04 M",
            id="away in the afternoon",
        ),
    )  # fmt: skip

    @pytest.mark.parametrize(("given", "obstacle", "because"), OBSTACLES)
    def test_why_a_shift_stays_open(self, given: Any, obstacle: Obstacle, because: str) -> None:
        base = {
            "roster_period_staffing_dagdelen": [requirement("DIO", aantal=2)],
            "roster_employee_services": [qualification(service_id="DIO")],
        }

        (shift,) = coverage(**base | given).open_shifts

        assert (shift.missing, shift.qualified, shift.obstacles) == (2, 1, {obstacle: 1})
        assert shift.people == (RuledOut("E1", obstacle, because),)
        assert shift.reason.startswith("1 qualified: 1 ")
        told = as_json(shift)
        assert told["obstacles"] == {str(obstacle): 1}
        assert told["people"] == [{"employee_id": "E1", "obstacle": str(obstacle), "because": because}]

    def test_the_smallest_change_that_would_fill_it(self) -> None:
        """Of those whose quota is used the least loaded first; then those who lack the qualification."""
        measured = coverage(
            employees=[*team("Groen", "Groen", "Groen", "Oranje"), employee("E5", actief=False)],
            roster_period_staffing_dagdelen=[requirement(date=day(6), team="GRO")],
            roster_employee_services=[
                qualification("E1", aantal=0),
                qualification("E2", aantal=0),
                *(qualification(f"E{number}", "OSP", 2) for number in (1, 2, 3, 4, 5)),
            ],
            roster_assignments=[assignment("E1", service_id="OSP")],
        )

        (shift,) = measured.open_shifts
        assert shift.remedies == (Remedy("quota", "E2"), Remedy("quota", "E1"), Remedy("qualification", "E3"))
        assert as_json(shift)["changes"][0] == {"kind": "quota", "employee_id": "E2"}

    def test_everybody_is_ranked_once_however_many_shifts_are_open(self, mocker: MockerFixture) -> None:
        job = solve(
            employees=team(*["Groen"] * 30),
            roster_period_staffing_dagdelen=[requirement(date=day(number)) for number in range(7)],
            roster_employee_services=everyone(30, "OSP"),
        )
        rank = mocker.spy(Board, "total_share")

        open_shifts = measure(job.board).open_shifts

        assert [shift.remedies[0] for shift in open_shifts] == [Remedy("qualification", "E1")] * 7
        assert rank.call_count == 30

    def test_no_change_to_one_person_would_fill_it(self) -> None:
        away = [assignment(status=3, service_id=None)]

        (shift,) = coverage(
            roster_period_staffing_dagdelen=[requirement()],
            roster_employee_services=[qualification(aantal=0)],
            roster_assignments=away,
        ).open_shifts

        assert shift.remedies == ()

    def test_nobody_is_qualified(self) -> None:
        (shift,) = coverage(roster_period_staffing_dagdelen=[requirement()]).open_shifts

        assert shift.reason == "nobody of a team that may fill it is qualified"

    def test_who_is_of_another_team_does_not_count(self) -> None:
        (shift,) = coverage(
            roster_period_staffing_dagdelen=[requirement(team="ORA")], roster_employee_services=[qualification()]
        ).open_shifts

        assert (shift.qualified, shift.obstacles) == (0, {})

    def test_the_service_is_inactive(self) -> None:
        (shift,) = coverage(
            service_types=[service("ECH", actief=False)],
            roster_period_staffing_dagdelen=[requirement()],
            roster_employee_services=[qualification()],
        ).open_shifts

        assert shift.reason == "the service is inactive"
        assert shift.remedies == ()

    def test_the_service_is_inactive__nobody_is_said_to_have_used_their_quota(self) -> None:
        (shift,) = coverage(
            service_types=[service("ECH", actief=False)],
            roster_period_staffing_dagdelen=[requirement()],
            roster_employee_services=[qualification(aantal=9)],
        ).open_shifts

        assert shift.obstacles == {Obstacle.SERVICE_INACTIVE: 1}
