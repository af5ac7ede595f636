"""The tests' own measures of a filled roster: each definition on the smallest roster that shows it."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.support.factories import MONDAY, SUNDAY, Raw, assignment, day, employee, requirement, roster, service
from tests.support.measures import Filled, RequirementRow, allocated, beyond_demand, is_free_day, measure

TEAMS = {"E1": "Groen", "E2": "Oranje", "E3": "Overig"}


def tables(*needs: Raw, works: tuple[Raw, ...] = ()) -> dict[str, list[Raw]]:
    return {
        "roosters": [roster()],
        "employees": [employee(person, team=team) for person, team in TEAMS.items()],
        "service_types": [service(code) for code in ("DIO", "DIA", "DDO", "DDA", "ECH", "GRB")],
        "roster_period_staffing_dagdelen": list(needs),
        "roster_employee_services": [],
        "roster_assignments": list(works),
    }


def works(person: str, code: str = "ECH", number: int = 0, dagdeel: str = "O") -> Raw:
    return assignment(person, service_id=code, date=day(number), dagdeel=dagdeel)


@pytest.mark.parametrize(
    ("rows", "teams", "expected"),
    [
        pytest.param("GRO! ORA!", "Overig Groen", (2, 0), id="nobody is tied: Overig makes way for Groen"),
        pytest.param("TOT! GRO!", "Groen Oranje", (2, 0), id="TOT is for who fits nothing else"),
        pytest.param("GRO ORA!", "Overig", (1, 0), id="MOET before MAG"),
        pytest.param("GRO TOT!", "Groen", (1, 0), id="MOET before MAG, though of TOT"),
        pytest.param("GRO ORA!", "Groen", (0, 1), id="MAG where the team allows no other"),
        pytest.param("ORA! ORA", "Groen", (1, 0), id="whoever fits no row by team takes what remains, MOET first"),
        pytest.param("GRO! ORA", "Groen Groen", (1, 1), id="one by team, one beside"),
        pytest.param("TOT!", "Groen Oranje", (1, 0), id="one too many"),
        pytest.param("GRO! ORA! TOT", "Overig Groen Groen", (2, 1), id="all three"),
    ],
)
def test_allocated(rows: str, teams: str, expected: tuple[int, int]) -> None:
    needed = [RequirementRow(row.rstrip("!"), row.endswith("!"), 1) for row in rows.split()]
    needed.sort(key=lambda row: not row.firm)
    assert allocated(needed, teams.split()) == Filled(*expected)


class TestBeyondDemand:
    NEEDS = (requirement(team="GRO"), requirement(team="ORA"))

    @pytest.mark.parametrize("person", ["E1", "E2"])
    def test_planned_overig_makes_way(self, person: str) -> None:
        raw = tables(*self.NEEDS, works=(works("E3"),))
        assert beyond_demand(raw, [works(person)]) == []

    def test_two_of_a_team(self) -> None:
        raw = tables(requirement(team="GRO", aantal=2))
        assert len(beyond_demand(raw, [works("E2")])) == 1

    def test_more_than_the_sum(self) -> None:
        """Oranje covers the place by hand, and fits it by no team: Groen would."""
        raw = tables(requirement(team="GRO"), works=(works("E2"),))
        assert len(beyond_demand(raw, [works("E1")])) == 1


class TestUncovered:
    NEEDS = (requirement("DIO"), requirement("DDO"), requirement("DIA", dagdeel="A"))

    @pytest.mark.parametrize(
        ("added", "expected"),
        [
            pytest.param([], 2, id="nobody"),
            pytest.param([works("E1", "DDO")], 1, id="one of two services is enough"),
            pytest.param([works("E1", "DDA", dagdeel="A")], 2, id="a service that was not asked for"),
            pytest.param([works("E1", "ECH")], 2, id="other work"),
            pytest.param([works("E1", "DIO"), works("E1", "DIA", dagdeel="A")], 0, id="a 24-hour duty"),
        ],
    )
    def test_dagdelen(self, added: list[Raw], expected: int) -> None:
        assert measure(tables(*self.NEEDS), added).uncovered == expected


class TestSpread:
    def test_on_call_services_together(self) -> None:
        needs = [requirement(code, date=day(number)) for code in ("DIO", "DDO") for number in (0, 1)]
        aims = measure(tables(*needs), [works("E1", "DIO", 0)])
        assert (aims.oncall_weeks, aims.oncall_days) == (3**2, 1 + 2**2)

    def test_other_services_each_by_itself(self) -> None:
        needs = [requirement(code, date=day(number)) for code in ("ECH", "GRB") for number in (0, 1)]
        aims = measure(tables(*needs), [works("E1", "GRB", 0)])
        assert (aims.other_weeks, aims.other_days) == (2**2 + 1, 1 + 1 + 1)

    def test_weekend(self) -> None:
        aims = measure(tables(requirement("DIO", date=MONDAY), requirement("DIO", date=SUNDAY)))
        assert aims.free_days == 1


def test_pairs() -> None:
    added = [works("E1", "DIO"), works("E1", "DIA", dagdeel="A"), works("E2", "DDO"), works("E3", "DDA", dagdeel="A")]
    assert measure(tables(), added).paired == 1


@pytest.mark.parametrize(
    ("date", "free"),
    [("2027-04-27", True), ("2027-12-27", False), ("2027-12-25", True), ("2027-05-06", True), ("2027-01-04", False)],
)
def test_free_days(date: str, free: bool) -> None:
    """Koningsdag, a Monday after Christmas, Christmas, Ascension, a Monday."""
    assert is_free_day(dt.date.fromisoformat(date)) is free
