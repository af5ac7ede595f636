"""The checker itself: a judge that cannot find anyone guilty is worthless, so each kind of violation is committed once.

The cases are made by hand: one week of roster "here", five people who may do every service up to four times, ids that
read as what they are.
"""

from __future__ import annotations

import datetime as dt
from enum import IntEnum, StrEnum
from types import SimpleNamespace
from typing import Any

import pytest

from greedy.loader import build_workspace
from greedy.processor import GreedyProcessor
from tests.support import factories
from tests.support.checker import (
    Coverage,
    coverage,
    pairs,
    split_needlessly,
    unfilled_but_fillable,
    violations,
)

Row = dict[str, Any]

SUN_BEFORE, MON, TUE, WED = "2027-01-03", "2027-01-04", "2027-01-05", "2027-01-06"
SUN, MON_AFTER = "2027-01-10", "2027-01-11"

CODES = ["DIO", "DIA", "DDO", "DDA", "OSP"]
TEAMS = {"green": "Groen", "green2": "Groen", "orange": "Oranje", "orange2": "Oranje", "other": "Overig"}


def need(code: str, day: str, dagdeel: str, team: str = "TOT", aantal: int = 1, status: str = "MOET") -> Row:
    return {
        "roster_id": "here", "date": day, "dagdeel": dagdeel, "team": team,
        "service_id": code.lower(), "status": status, "aantal": aantal,
    }  # fmt: skip


def row(person: str, day: str, dagdeel: str, code: str | None = None, **overrides: Any) -> Row:
    """A row of the table as a planner made it: ACTIVE with a service, UNAVAILABLE without."""
    return {
        "roster_id": "here", "employee_id": person, "date": day, "dagdeel": dagdeel,
        "service_id": code and code.lower(), "status": 1 if code else 3, "source": "manual", "notes": None,
    } | overrides  # fmt: skip


def new(person: str, day: str, dagdeel: str, code: str, **overrides: Any) -> Row:
    """An ACTIVE record as the job adds it."""
    return row(person, day, dagdeel, code, source="greedy") | overrides


def rest(person: str, day: str, dagdeel: str, after: str, **overrides: Any) -> Row:
    """A BLOCKED record as the job adds it."""
    return row(person, day, dagdeel, status=2, source="greedy-blocking", notes=f"rest after {after}") | overrides


def dio(person: str = "green", **overrides: Any) -> list[Row]:
    """A DIO on Monday with all its rest."""
    after = f"DIO on {MON} O"
    blocks = [rest(person, MON, "M", after), rest(person, TUE, "O", after), rest(person, TUE, "M", after)]
    return [new(person, MON, "O", "DIO", **overrides), *blocks]


def make_tables(
    needed: list[Row],
    planned: list[Row] | None = None,
    /,
    *,
    employees: Row | None = None,
    services: Row | None = None,
    quotas: Row | None = None,
) -> dict[str, list[Row]]:
    """The tables before the run; `employees`, `services` and `quotas` override columns in each of their rows."""
    return {
        "roosters": [{"id": "here", "start_date": MON, "end_date": SUN, "status": "in_progress"}],
        "employees": [
            {"id": person, "team": team, "actief": True} | (employees or {}) for person, team in TEAMS.items()
        ],
        "service_types": [{"id": code.lower(), "code": code, "actief": True} | (services or {}) for code in CODES],
        "roster_period_staffing_dagdelen": needed,
        "roster_employee_services": [
            {"roster_id": "here", "employee_id": person, "service_id": code.lower(), "aantal": 4, "actief": True}
            | (quotas or {})
            for person in TEAMS
            for code in CODES
        ],
        "roster_assignments": planned or [],
    }


OSP = need("OSP", MON, "O")
OSP_BY_GREEN = new("green", MON, "O", "OSP")


def test_violations__none_in_a_correct_run() -> None:
    tables = make_tables([need("DIO", MON, "O"), need("DIA", MON, "A"), OSP])

    assert violations(tables, [*dio(), new("green", MON, "A", "DIA"), new("other", MON, "O", "OSP")]) == []


def test_violations__accepts_objects_with_enums_and_dates() -> None:
    """The job's own records: attributes, enums and real dates instead of text."""
    record = SimpleNamespace(
        **OSP_BY_GREEN
        | {
            "date": dt.date(2027, 1, 4),
            "dagdeel": StrEnum("Dagdeel", {"OCHTEND": "O"}).OCHTEND,  # type: ignore[attr-defined]
            "status": IntEnum("Status", {"ACTIVE": 1}).ACTIVE,  # type: ignore[attr-defined]
        }
    )

    assert violations(make_tables([OSP]), [record]) == []


def test_violations__refuses_tables_of_several_rosters_without_a_choice() -> None:
    tables = make_tables([OSP])
    tables["roosters"].append({"id": "there", "start_date": MON, "end_date": SUN, "status": "draft"})

    with pytest.raises(ValueError, match="2 rosters match"):
        violations(tables, [])
    assert violations(tables, [OSP_BY_GREEN], "here") == []


# Rule 1


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({"quotas": {"actief": False}}, "not qualified", id="qualification not active"),
        pytest.param({"quotas": {"roster_id": "there"}}, "not qualified", id="qualified in another roster only"),
        pytest.param({"employees": {"actief": False}}, "the employee is not active", id="employee not active"),
        pytest.param({"services": {"actief": False}}, "the service is not active", id="service not active"),
    ],
)
def test_rule_1__who_may_not_do_the_service(changes: dict[str, Row], expected: str) -> None:
    found = violations(make_tables([OSP], **changes), [OSP_BY_GREEN])

    assert found == [f"OSP of green {MON} O: {expected}"]


# Rule 2


@pytest.mark.parametrize("status", [1, 2, 3])
def test_rule_2__slot_taken(status: int) -> None:
    planned = [row("green", MON, "O", "DDA", status=status)]

    assert f"OSP of green {MON} O: the slot had status {status}" in violations(
        make_tables([OSP], planned), [OSP_BY_GREEN]
    )


def test_rule_2__row_with_status_0_is_open() -> None:
    assert violations(make_tables([OSP], [row("green", MON, "O", status=0)]), [OSP_BY_GREEN]) == []


def test_rule_2__taken_in_another_roster_is_not_taken_here() -> None:
    assert violations(make_tables([OSP], [row("green", MON, "O", roster_id="there")]), [OSP_BY_GREEN]) == []


@pytest.mark.parametrize("day", [SUN_BEFORE, MON_AFTER])
def test_rule_2__outside_the_period(day: str) -> None:
    found = violations(make_tables([need("OSP", day, "O")]), [new("green", day, "O", "OSP")])

    assert found == [f"OSP of green {day} O: outside the period {MON} to {SUN}"]


def test_rule_2__twice_in_a_slot() -> None:
    tables = make_tables([OSP, need("DIA", MON, "O")])

    assert violations(tables, [OSP_BY_GREEN, new("green", MON, "O", "DIA")]) == [f"green {MON} O: added 2 times"]


def test_rule_2__another_roster() -> None:
    found = violations(make_tables([OSP]), [OSP_BY_GREEN | {"roster_id": "there"}])

    assert found == [f"OSP of green {MON} O: belongs to roster there"]


# Rule 3


def test_rule_3__planned_rows_use_quota() -> None:
    tables = make_tables([OSP], [row("green", WED, "O", "OSP")], quotas={"aantal": 1})

    assert violations(tables, [OSP_BY_GREEN]) == ["green works OSP 2 times, quota 1"]


def test_rule_3__only_active_rows_of_this_roster_use_quota() -> None:
    planned = [row("green", WED, "O", "OSP", status=3), row("green", SUN_BEFORE, "O", "OSP", roster_id="there")]

    assert violations(make_tables([OSP], planned, quotas={"aantal": 1}), [OSP_BY_GREEN]) == []


def test_rule_3__planned_beyond_quota_is_the_planners_business() -> None:
    tables = make_tables([OSP], [row("other", WED, "O", "OSP"), row("other", TUE, "O", "OSP")], quotas={"aantal": 1})

    assert violations(tables, [OSP_BY_GREEN]) == []


# Rule 4


@pytest.mark.parametrize(
    ("needed", "planned", "people", "fits"),
    [
        pytest.param([], [], ["green"], False, id="no requirement"),
        pytest.param([("TOT", 0)], [], ["green"], False, id="nobody needed"),
        pytest.param([("TOT", 2)], [], ["green", "orange"], True, id="two needed"),
        pytest.param([("TOT", 1)], [], ["green", "orange"], False, id="one needed, two placed"),
        pytest.param([("GRO", 1)], [], ["orange"], False, id="orange on GRO"),
        pytest.param([("ORA", 1)], [], ["green"], False, id="green on ORA"),
        pytest.param([("GRO", 1)], [], ["other"], True, id="other on GRO"),
        pytest.param([("GRO", 1), ("TOT", 1)], [], ["orange", "other"], True, id="other makes way on TOT"),
        pytest.param([("GRO", 1), ("TOT", 1)], [], ["orange", "orange2"], False, id="two of orange, one place"),
        pytest.param([("GRO", 1), ("TOT", 1)], ["green"], ["orange"], True, id="planned green takes GRO first"),
        pytest.param([("ORA", 1), ("TOT", 1)], ["orange"], ["green"], True, id="planned orange takes ORA first"),
        pytest.param([("GRO", 1), ("TOT", 1)], ["other"], ["orange"], True, id="planned other makes way on TOT"),
        pytest.param([("GRO", 1), ("ORA", 1)], ["other"], ["green"], True, id="planned other makes way on GRO"),
        pytest.param([("ORA", 1), ("TOT", 1)], ["orange", "orange2"], ["green"], False, id="planned orange on TOT"),
        pytest.param([("GRO", 1)], ["orange"], ["green"], False, id="planned misfit covers the shift"),
        pytest.param([("GRO", 1), ("TOT", 1)], ["orange", "orange2"], ["green"], False, id="misfit comes last"),
        pytest.param([("TOT", 1)], ["green", "green2"], [], True, id="planned beyond demand"),
    ],
)
def test_rule_4__demand(needed: list[tuple[str, int]], planned: list[str], people: list[str], fits: bool) -> None:
    tables = make_tables(
        [need("OSP", MON, "O", team, aantal) for team, aantal in needed],
        [row(person, MON, "O", "OSP") for person in planned],
    )

    found = violations(tables, [new(person, MON, "O", "OSP") for person in people])

    assert [sentence.startswith(f"OSP on {MON} O: no demand for") for sentence in found] == ([] if fits else [True])


@pytest.mark.parametrize(("status", "count"), [("MOET", 0), ("MAG", 0), ("AANGEPAST", 0), ("MAG_NIET", 1)])
def test_rule_4__mag_niet_is_no_demand(status: str, count: int) -> None:
    assert len(violations(make_tables([need("OSP", MON, "O", status=status)]), [OSP_BY_GREEN])) == count


def test_rule_4__demand_of_another_roster_is_none_here() -> None:
    tables = make_tables([OSP | {"roster_id": "there"}])

    assert len(violations(tables, [OSP_BY_GREEN])) == 1


# Rule 5


DIO_NEEDED = [need("DIO", MON, "O")]


def test_rule_5__afternoon_away() -> None:
    found = violations(make_tables(DIO_NEEDED, [row("green", MON, "M")]), [dio()[0], *dio()[2:]])

    assert found == [f"DIO of green {MON} O: its rest green {MON} M had status 3"]


def test_rule_5__afternoon_already_blocked() -> None:
    assert violations(make_tables(DIO_NEEDED, [row("green", MON, "M", status=2)]), [dio()[0], *dio()[2:]]) == []


def test_rule_5__afternoon_at_work() -> None:
    found = violations(make_tables(DIO_NEEDED, [row("green", MON, "M", "OSP")]), [dio()[0], *dio()[2:]])

    assert found == [
        f"DIO of green {MON} O: its rest green {MON} M had status 1",
        f"green {MON} M: rest after DIO of green {MON} O, but its status is 1",
    ]


@pytest.mark.parametrize("dagdeel", ["O", "M"])
def test_rule_5__next_day_at_work(dagdeel: str) -> None:
    added = [record for record in dio() if (record["date"], record["dagdeel"]) != (TUE, dagdeel)]

    found = violations(make_tables(DIO_NEEDED, [row("green", TUE, dagdeel, "OSP")]), added)

    assert found == [
        f"DIO of green {MON} O: works on its rest green {TUE} {dagdeel}",
        f"green {TUE} {dagdeel}: rest after DIO of green {MON} O, but its status is 1",
    ]


def test_rule_5__next_day_away_is_rest() -> None:
    planned = [row("green", TUE, "O"), row("green", TUE, "M")]

    assert violations(make_tables(DIO_NEEDED, planned), dio()[:2]) == []


def test_rule_5__at_work_the_day_after_the_roster() -> None:
    added = [new("green", SUN, "A", "DIA")]
    tables = make_tables([need("DIA", SUN, "A")], [row("green", MON_AFTER, "M", "OSP", roster_id="there")])

    assert violations(tables, added) == [f"DIA of green {SUN} A: works on its rest green {MON_AFTER} M"]
    tables["roster_assignments"][0]["status"] = 3
    assert violations(tables, added) == []


@pytest.mark.parametrize(("day", "dagdeel"), [(MON, "M"), (TUE, "O"), (TUE, "M")])
def test_rule_5__new_work_on_the_rest_of_an_old_duty(day: str, dagdeel: str) -> None:
    blocks = [record for record in dio()[1:] if (record["date"], record["dagdeel"]) != (day, dagdeel)]
    tables = make_tables([need("OSP", day, dagdeel)], [row("green", MON, "O", "DIO")])

    found = violations(tables, [*blocks, new("green", day, dagdeel, "OSP")])

    assert f"OSP of green {day} {dagdeel}: is rest after DIO of green {MON} O" in found


def test_rule_5__new_work_on_the_rest_of_a_new_duty() -> None:
    tables = make_tables([*DIO_NEEDED, need("OSP", TUE, "O")])

    found = violations(tables, [*dio()[:2], dio()[3], new("green", TUE, "O", "OSP")])

    assert f"OSP of green {TUE} O: is rest after DIO of green {MON} O" in found
    assert f"DIO of green {MON} O: works on its rest green {TUE} O" in found


def test_rule_5__duty_on_the_eve_of_the_roster() -> None:
    tables = make_tables([OSP], [row("green", SUN_BEFORE, "A", "DIA", roster_id="there")])
    blocks = [rest("green", MON, dagdeel, f"DIA on {SUN_BEFORE} A") for dagdeel in "OM"]

    assert violations(tables, blocks) == []
    assert f"OSP of green {MON} O: is rest after DIA of green {SUN_BEFORE} A" in violations(tables, [OSP_BY_GREEN])
    assert violations(tables, blocks[1:]) == [
        f"green {MON} O: rest after DIA of green {SUN_BEFORE} A, but its status is 0"
    ]


@pytest.mark.parametrize("status", [0, 1, 2, 3])
def test_rule_5__who_is_in_the_roster(status: int) -> None:
    """Without a qualification only a row that holds a slot counts: one with status 0 is as good as none."""
    raw = factories.tables(
        roster_assignments=[
            factories.assignment(date=factories.day(2), status=status),
            factories.assignment(date=factories.day(-1), dagdeel="A", service_id="DIA", roster_id="R0"),
        ]
    )
    job = GreedyProcessor(build_workspace(raw))
    job.process()

    assert violations(raw, job.workspace.assignments) == []
    assert len(violations(raw, [])) == (2 if status else 0)


def test_rule_5__morning_duty_on_the_eve_blocks_the_first_day_only() -> None:
    """Nothing is written before `start_date`, and the afternoon of the eve lies there."""
    tables = make_tables([], [row("green", SUN_BEFORE, "O", "DDO", roster_id="there")])

    assert violations(tables, [rest("green", MON, dagdeel, f"DDO on {SUN_BEFORE} O") for dagdeel in "OM"]) == []


@pytest.mark.parametrize(
    "elsewhere",
    [
        pytest.param(row("green", SUN_BEFORE, "A", "DIA", roster_id="there", status=3), id="no work on the eve"),
        pytest.param(row("green", TUE, "A", "DIA", roster_id="there"), id="a duty within the period"),
        pytest.param(row("green", SUN_BEFORE, "A", "OSP", roster_id="there"), id="no duty on the eve"),
    ],
)
def test_rule_5__rows_of_other_rosters_that_block_nothing_here(elsewhere: Row) -> None:
    assert violations(make_tables([OSP], [elsewhere]), [OSP_BY_GREEN]) == []


@pytest.mark.parametrize(
    ("code", "dagdeel", "slots"),
    [
        ("DIO", "O", [(MON, "M"), (TUE, "M"), (TUE, "O")]),
        ("DDO", "O", [(MON, "M"), (TUE, "M"), (TUE, "O")]),
        ("DIA", "A", [(TUE, "M"), (TUE, "O")]),
        ("DDA", "A", [(TUE, "M"), (TUE, "O")]),
    ],
)
def test_rule_5__rest_of_each_duty(code: str, dagdeel: str, slots: list[tuple[str, str]]) -> None:
    found = violations(make_tables([need(code, MON, dagdeel)]), [new("green", MON, dagdeel, code)])

    assert sorted(found) == [
        f"green {day} {rest}: rest after {code} of green {MON} {dagdeel}, but its status is 0" for day, rest in slots
    ]


@pytest.mark.parametrize("missing", [1, 2, 3])
def test_rule_5__block_missing(missing: int) -> None:
    gone = dio()[missing]

    found = violations(make_tables(DIO_NEEDED), [record for record in dio() if record != gone])

    slot = f"green {gone['date']} {gone['dagdeel']}"
    assert found == [f"{slot}: rest after DIO of green {MON} O, but its status is 0"]


def test_rule_5__block_of_an_old_duty_missing() -> None:
    tables = make_tables(DIO_NEEDED, [row("green", MON, "O", "DIO")])

    assert len(violations(tables, [])) == 3
    assert violations(tables, dio()[1:]) == []


def test_rule_5__planner_put_work_on_the_rest_of_an_old_duty() -> None:
    planned = [row("green", MON, "O", "DIO"), row("green", TUE, "O", "OSP")]

    assert violations(make_tables([], planned), [dio()[1], dio()[3]]) == []


def test_rule_5__block_without_duty() -> None:
    found = violations(make_tables([]), [rest("green", MON, "M", f"DIO on {MON} O")])

    assert found == [f"status 2 of green {MON} M: is rest after no duty"]


def test_rule_5__block_over_someone_elses_row() -> None:
    tables = make_tables(DIO_NEEDED, [row("green", TUE, "O")])

    assert violations(tables, dio()) == [f"status 2 of green {TUE} O: the slot had status 3"]


@pytest.mark.parametrize("notes", [None, "", f"rest after DIA on {MON} A", f"rest after DIO on {SUN} O"])
def test_rule_5__notes_do_not_name_the_duty(notes: str | None) -> None:
    found = violations(make_tables(DIO_NEEDED), [*dio()[:3], dio()[3] | {"notes": notes}])

    assert found == [f"status 2 of green {TUE} M: notes {notes!r} do not name DIO of green {MON} O"]


def test_rule_5__duty_code_on_another_dagdeel_is_no_duty() -> None:
    assert violations(make_tables([need("DIO", MON, "M")]), [new("green", MON, "M", "DIO")]) == []


# Labels


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        pytest.param(OSP_BY_GREEN | {"source": "manual"}, "source 'manual' with status 1", id="source of ACTIVE"),
        pytest.param(OSP_BY_GREEN | {"status": 3}, "status 3, expected 1 or 2", id="status"),
        pytest.param(OSP_BY_GREEN | {"service_id": None}, "ACTIVE with unknown service None", id="no service"),
    ],
)
def test_labels__of_active(record: Row, expected: str) -> None:
    assert [sentence.split(": ", 1)[1] for sentence in violations(make_tables([OSP]), [record])] == [expected]


def test_labels__unknown_service() -> None:
    found = violations(make_tables([OSP]), [OSP_BY_GREEN | {"service_id": "nowhere"}])

    assert any("ACTIVE with unknown service 'nowhere'" in sentence for sentence in found)


@pytest.mark.parametrize(
    ("override", "expected"),
    [
        pytest.param({"source": "greedy"}, f"status 2 of green {TUE} M: source 'greedy' with status 2", id="source"),
        pytest.param(
            {"service_id": "dio"}, f"DIO of green {TUE} M: BLOCKED with service 'dio', expected null", id="service"
        ),
    ],
)
def test_labels__of_blocked(override: Row, expected: str) -> None:
    assert violations(make_tables(DIO_NEEDED), [*dio()[:3], dio()[3] | override]) == [expected]


# Completeness


def test_unfilled_but_fillable__names_who_could() -> None:
    tables = make_tables([need("OSP", MON, "O", "GRO")])

    assert unfilled_but_fillable(tables, []) == [
        f"OSP on {MON} O is open, but {person} could take it" for person in ("green", "green2", "other")
    ]


def test_unfilled_but_fillable__nothing_when_all_is_filled() -> None:
    assert unfilled_but_fillable(make_tables([OSP]), [OSP_BY_GREEN]) == []


@pytest.mark.parametrize(
    ("planned", "changes"),
    [
        pytest.param([row(person, MON, "O") for person in TEAMS], {}, id="everybody away"),
        pytest.param([], {"quotas": {"actief": False}}, id="nobody qualified"),
        pytest.param([], {"quotas": {"aantal": 0}}, id="no quota"),
        pytest.param([], {"employees": {"actief": False}}, id="nobody active"),
        pytest.param([], {"services": {"actief": False}}, id="service not active"),
        pytest.param([row(person, MON, "M") for person in TEAMS], {}, id="afternoon away"),
        pytest.param([row(person, TUE, "M", "OSP") for person in TEAMS], {}, id="next day at work"),
        pytest.param(
            [row(person, SUN_BEFORE, "A", "DIA", roster_id="there") for person in TEAMS], {}, id="resting from the eve"
        ),
    ],
)
def test_unfilled_but_fillable__nobody_could(planned: list[Row], changes: dict[str, Row]) -> None:
    assert unfilled_but_fillable(make_tables(DIO_NEEDED, planned, **changes), []) == []


def test_unfilled_but_fillable__nobody_works_outside_the_period() -> None:
    assert unfilled_but_fillable(make_tables([need("OSP", MON_AFTER, "O")]), []) == []


def test_unfilled_but_fillable__afternoon_is_rest_already() -> None:
    tables = make_tables(DIO_NEEDED, [row(person, MON, "M", status=2) for person in TEAMS])

    assert len(unfilled_but_fillable(tables, [])) == len(TEAMS)


def test_unfilled_but_fillable__new_people_move_over() -> None:
    """The Overig who was placed can move to GRO, so TOT is free for Oranje; but GRO alone is not."""
    tables = make_tables([need("OSP", MON, "O", "GRO"), need("OSP", MON, "O", "TOT")])

    assert f"OSP on {MON} O is open, but orange could take it" in unfilled_but_fillable(
        tables, [new("other", MON, "O", "OSP")]
    )
    assert f"OSP on {MON} O is open, but orange could take it" not in unfilled_but_fillable(
        tables, [new("orange2", MON, "O", "OSP")]
    )


# Pairing


PAIR_NEEDED = [need("DIO", MON, "O"), need("DIA", MON, "A")]


def test_pairs__counts_old_and_new_duties_of_one_person_and_day() -> None:
    tables = make_tables(PAIR_NEEDED, [row("green", MON, "O", "DIO")])

    assert pairs(tables, [new("green", MON, "A", "DIA")]) == [(dt.date(2027, 1, 4), "green", "DIO+DIA")]
    assert pairs(tables, [new("other", MON, "A", "DIA")]) == []
    assert pairs(tables, [new("green", MON, "A", "DDA")]) == []
    assert pairs(tables, [new("green", TUE, "A", "DIA")]) == []


def test_split_needlessly__evening_still_open() -> None:
    found = split_needlessly(make_tables(PAIR_NEEDED), dio())

    assert found == [f"DIO of green {MON} O is alone, but DIA on {MON} A is open to the same person"]


@pytest.mark.parametrize(
    ("needed", "planned", "more"),
    [
        pytest.param(PAIR_NEEDED, [], [new("green", MON, "A", "DIA")], id="paired"),
        pytest.param(DIO_NEEDED, [], [], id="no evening duty needed"),
        pytest.param(PAIR_NEEDED, [row("green", MON, "A")], [], id="evening away"),
        pytest.param(PAIR_NEEDED, [row("other", MON, "A", "DIA")], [], id="evening planned by hand"),
    ],
)
def test_split_needlessly__not_needlessly(needed: list[Row], planned: list[Row], more: list[Row]) -> None:
    assert split_needlessly(make_tables(needed, planned), [*dio(), *more], swaps=True) == []


def test_split_needlessly__evening_given_to_somebody_else() -> None:
    added = [*dio(), new("other", MON, "A", "DIA")]

    assert split_needlessly(make_tables(PAIR_NEEDED), added) == []
    assert split_needlessly(make_tables(PAIR_NEEDED), added, swaps=True) == [
        f"DIO of green {MON} O is alone, but the same person could take DIA of other {MON} A"
    ]


def test_split_needlessly__evening_is_part_of_somebody_elses_pair() -> None:
    tables = make_tables([need("DIO", MON, "O", aantal=2), need("DIA", MON, "A")])

    assert split_needlessly(tables, [*dio(), *dio("other"), new("other", MON, "A", "DIA")], swaps=True) == []


# Coverage


def test_coverage__surplus_fills_nothing_and_mag_niet_needs_nothing() -> None:
    tables = make_tables(
        [
            need("OSP", MON, "O", "GRO"),
            need("OSP", TUE, "O", aantal=2),
            need("DIA", MON, "A"),
            need("DIA", TUE, "A", status="MAG_NIET"),
        ],
        [row("orange", MON, "O", "OSP"), row("green", MON, "O", "OSP"), row("green", WED, "O", "OSP")],
    )

    total, by_service = coverage(tables, [new("other", TUE, "O", "OSP")])

    assert (total, by_service) == (Coverage(4, 2), {"DIA": Coverage(1, 0), "OSP": Coverage(3, 2)})
    assert total.open == 2
