"""What the roster generator promises to the demo, the tests and the benchmarks."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from collections import Counter
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from demo.needs import Tables
from demo.practice import dutch_holidays
from demo.real import REAL, RealSpec, make_real_roster, upcoming
from demo.roster import LARGE, LOOSE, PLANNED, PRACTICE, TIGHT, make_roster
from demo.spec import RosterSpec, large_spec
from tests.support.checker import coverage, pairs, violations
from tests.support.made import made, with_seed

SEEDS = range(1, 6)
SMALL = {
    "practice": PRACTICE,
    "tight": TIGHT,
    "loose": LOOSE,
    "planned": PLANNED,
    "open rows": replace(PRACTICE, open_rows=True),
    "a weekend of three": RosterSpec(
        people=3, start=dt.date(2027, 1, 9), days=2, shifts=10, duties_per_day=1, hand_planned=1, leave=0, part_time=0
    ),
}
KEYS = {
    "roosters": ("id",),
    "employees": ("id",),
    "service_types": ("code",),
    "roster_period_staffing_dagdelen": ("roster_id", "date", "dagdeel", "team", "service_id"),
    "roster_employee_services": ("roster_id", "employee_id", "service_id"),
    "roster_assignments": ("roster_id", "employee_id", "date", "dagdeel"),
}
DUTY_DAGDEEL = {"DIO": "O", "DIA": "A", "DDO": "O", "DDA": "A"}

by_seed = pytest.mark.parametrize("seed", [with_seed(seed, seed, name=str(seed)) for seed in SEEDS])
small_rosters = pytest.mark.parametrize(
    ("spec", "seed"),
    [with_seed(seed, spec, seed, name=f"{name} {seed}") for name, spec in SMALL.items() for seed in SEEDS],
)


@cache
def large() -> Tables:
    return make_roster(LARGE)


def codes(tables: Tables) -> dict[str, str]:
    return {row["id"]: row["code"] for row in tables["service_types"]}


def needed(tables: Tables) -> list[dict[str, Any]]:
    code = codes(tables)
    return [
        row | {"code": code[row["service_id"]], "weekday": dt.date.fromisoformat(row["date"]).weekday()}
        for row in tables["roster_period_staffing_dagdelen"]
        if row["aantal"]
    ]


def demand_by_code(tables: Tables) -> Counter[str]:
    total: Counter[str] = Counter()
    for row in needed(tables):
        total[row["code"]] += row["aantal"]
    return total


def quota_by_code(tables: Tables) -> Counter[str]:
    code = codes(tables)
    total: Counter[str] = Counter()
    for row in tables["roster_employee_services"]:
        total[code[row["service_id"]]] += row["aantal"]
    return total


def check_keys(tables: Tables) -> None:
    """Ids and natural keys are unique, and references point at rows that exist."""
    for table, key in KEYS.items():
        rows = tables[table]
        assert len({row["id"] for row in rows}) == len(rows), table
        assert len({tuple(row[column] for column in key) for row in rows}) == len(rows), table
        assert len({tuple(row) for row in rows}) <= 1, f"{table}: rows differ in their columns"
    known = {
        "roster_id": {row["id"] for row in tables["roosters"]},
        "employee_id": {row["id"] for row in tables["employees"]},
        "service_id": {row["id"] for row in tables["service_types"]} | {None},
        "blocked_by_service_id": {row["id"] for row in tables["service_types"]} | {None},
    }
    for table, rows in tables.items():
        for column, ids in known.items():
            assert {row[column] for row in rows if column in row} <= ids, f"{table}.{column}"


# Same bytes


@small_rosters
def test_same_seed_gives_same_bytes(spec: RosterSpec, seed: int) -> None:
    assert json.dumps(make_roster(spec, seed)) == json.dumps(make_roster(spec, seed))


def test_bytes_are_the_same_as_ever() -> None:
    """Measured figures name a seed: what a seed means changes on purpose or not at all."""
    digest = hashlib.sha256(json.dumps(make_roster()).encode()).hexdigest()

    assert digest == "c288818ace7f4ef809a70e8290f8fc609e5ef407678831607f44a4917f5aa25a"


def test_other_seed_gives_another_roster_of_the_same_people_and_services() -> None:
    first, second = make_roster(seed=1), make_roster(seed=2)

    assert [table for table in KEYS if first[table] == second[table]] == ["employees", "service_types"]
    assert first["roosters"][0]["id"] != second["roosters"][0]["id"]


def test_rows_are_plain_json() -> None:
    roster = make_roster()

    assert json.loads(json.dumps(roster)) == roster
    assert uuid.UUID(roster["roster_assignments"][0]["id"]).version == 4


def test_knob_changes_only_what_it_decides() -> None:
    """Tight and loose rosters of one seed differ in quotas, and in what is planned within them, but in nothing else."""

    def demand_and_leave(spec: RosterSpec) -> list[dict[str, Any]]:
        tables = make_roster(spec)
        leave = [row for row in tables["roster_assignments"] if row["status"] == 3]
        rows = tables["roster_period_staffing_dagdelen"] + leave
        return [{column: row[column] for column in row if column not in ("id", "roster_id")} for row in rows]

    assert demand_and_leave(TIGHT) == demand_and_leave(LOOSE) == demand_and_leave(PLANNED)


# Consistent


@small_rosters
def test_keys_are_unique_and_references_exist(spec: RosterSpec, seed: int) -> None:
    check_keys(made(spec, seed))


@small_rosters
def test_planned_rows_break_no_rule(spec: RosterSpec, seed: int) -> None:
    """What the planner did must be what the job might have done, on a roster that holds nothing but leave."""
    tables = made(spec, seed)
    done = [row for row in tables["roster_assignments"] if row["status"] in (1, 2)]
    source = {1: "greedy", 2: "greedy-blocking"}
    before = tables | {
        "roster_assignments": [row for row in tables["roster_assignments"] if row["status"] not in (1, 2)]
    }

    assert violations(before, [row | {"source": source[row["status"]]} for row in done]) == []
    assert coverage(tables)[0].filled == spec.hand_planned


@by_seed
def test_blocked_rows_are_as_the_trigger_writes_them(seed: int) -> None:
    tables = made(PRACTICE, seed)
    code = codes(tables)
    blocked = [row for row in tables["roster_assignments"] if row["status"] == 2]

    assert blocked
    for row in blocked:
        duty = code[row["blocked_by_service_id"]]
        by = f"{row['blocked_by_date']} {row['blocked_by_dagdeel']}"
        assert row["notes"] == f"Auto-blocked: rest after {duty} on {by}"
        assert (row["source"], row["service_id"]) == ("blocking-trigger", None)
    for row in tables["roster_assignments"]:
        assert row["status"] == 2 or row["blocked_by_date"] is None


# Figures


@by_seed
def test_practice__figures(seed: int) -> None:
    tables = made(PRACTICE, seed)
    [roster] = tables["roosters"]

    assert (roster["start_date"], roster["end_date"]) == ("2027-01-04", "2027-02-07")
    assert Counter(row["team"] for row in tables["employees"]) == {"Groen": 6, "Oranje": 6, "Overig": 2}
    assert [row["code"] for row in tables["service_types"] if row["is_system"]] == list(DUTY_DAGDEEL)
    assert len(tables["roster_period_staffing_dagdelen"]) == 35 * 3 * 3 * 9 == 2_835
    assert demand_by_code(tables) == {
        **dict.fromkeys(DUTY_DAGDEEL, 35), "OSP": 25, "MSP": 25, "ECH": 14, "GRB": 12, "SWZ": 11,
    }  # fmt: skip
    assert demand_by_code(tables).total() == 227
    assert len(tables["roster_employee_services"]) == 106
    assert quota_by_code(tables).total() == 246


@by_seed
def test_practice__demand_falls_where_it_belongs(seed: int) -> None:
    rows = needed(made(PRACTICE, seed))
    duties = [row for row in rows if row["code"] in DUTY_DAGDEEL]
    others = [row for row in rows if row["code"] not in DUTY_DAGDEEL]

    assert Counter((row["date"], row["code"]) for row in duties) == {
        ((dt.date(2027, 1, 4) + dt.timedelta(days=n)).isoformat(), code): 1 for n in range(35) for code in DUTY_DAGDEEL
    }
    assert all(row["dagdeel"] == DUTY_DAGDEEL[row["code"]] for row in duties)
    assert sum(row["team"] == "TOT" for row in duties) >= 112, "at least 80 % of the duties ask for anyone"
    assert all(row["weekday"] < 5 for row in others)
    assert {row["dagdeel"] for row in others if row["code"] == "OSP"} == {"O"}
    assert {row["dagdeel"] for row in others if row["code"] == "MSP"} == {"M"}
    assert {row["team"] for row in others} == {"TOT", "GRO", "ORA"}


@by_seed
def test_practice__statuses(seed: int) -> None:
    rows = made(PRACTICE, seed)["roster_period_staffing_dagdelen"]

    assert {row["status"] for row in rows if row["aantal"]} == {"MOET", "MAG", "AANGEPAST"}
    assert {row["status"] for row in rows if not row["aantal"]} == {"MAG", "MAG_NIET"}
    assert {row["invulling"] for row in rows} == {0}


@by_seed
def test_practice__leave(seed: int) -> None:
    """Three holiday weeks and eight days of illness, seven part-timers, and whole days always."""
    tables = made(PRACTICE, seed)
    away = [row for row in tables["roster_assignments"] if row["status"] == 3]
    days = Counter(row["notes"] for row in away if row["dagdeel"] == "O")

    assert {len(dagdelen) for dagdelen in _dagdelen_by_day(away).values()} == {3}
    assert (days["Vakantie"], days["Ziek"]) == (21, 8)
    assert len({row["employee_id"] for row in away if row["notes"] == "Structureel vrij"}) == 7
    assert all(row["service_id"] is None for row in away)


def _dagdelen_by_day(rows: list[dict[str, Any]]) -> dict[tuple[str, str], set[str]]:
    days: dict[tuple[str, str], set[str]] = {}
    for row in rows:
        days.setdefault((row["employee_id"], row["date"]), set()).add(row["dagdeel"])
    return days


@by_seed
@pytest.mark.parametrize("spec", [TIGHT, PRACTICE, LOOSE], ids=lambda spec: f"slack {spec.quota_slack}")
def test_quotas_exceed_demand_by_the_slack(spec: RosterSpec, seed: int) -> None:
    """Per service, to the nearest whole shift."""
    tables = made(spec, seed)
    demand, quota = demand_by_code(tables), quota_by_code(tables)

    assert quota == {code: round(shifts * (1 + spec.quota_slack)) for code, shifts in demand.items()}


@small_rosters
def test_duties_of_a_pair_have_the_same_quotas(spec: RosterSpec, seed: int) -> None:
    tables = made(spec, seed)
    code = codes(tables)
    quotas = {
        (row["employee_id"], code[row["service_id"]]): row["aantal"] for row in tables["roster_employee_services"]
    }

    for employee in tables["employees"]:
        assert quotas.get((employee["id"], "DIO")) == quotas.get((employee["id"], "DIA"))
        assert quotas.get((employee["id"], "DDO")) == quotas.get((employee["id"], "DDA"))


# Knobs


@pytest.mark.parametrize("hand_planned", [0, 1, 15, 100, 140])
def test_hand_planned(hand_planned: int) -> None:
    tables = make_roster(replace(PRACTICE, hand_planned=hand_planned))

    assert Counter(row["status"] for row in tables["roster_assignments"])[1] == hand_planned


def test_hand_planned__whole_24_hour_duties_and_some_mornings_alone() -> None:
    tables = made(PLANNED)
    code = codes(tables)
    mornings = [row for row in tables["roster_assignments"] if code.get(row["service_id"]) in ("DIO", "DDO")]

    assert 0 < len(pairs(tables)) < len(mornings)


def test_hand_planned__more_than_the_rules_allow() -> None:
    with pytest.raises(ValueError, match=r"hand_planned is 228, but only \d+ shifts could be planned"):
        make_roster(replace(PRACTICE, hand_planned=228))


def test_open_rows__about_half_of_the_open_slots_have_one() -> None:
    plain, mixed = made(PRACTICE), made(replace(PRACTICE, open_rows=True))
    open_slots = 14 * 35 * 3 - len(plain["roster_assignments"])
    open_rows = sum(row["status"] == 0 for row in mixed["roster_assignments"])

    assert len(mixed["roster_assignments"]) == len(plain["roster_assignments"]) + open_rows
    assert 0.4 * open_slots < open_rows < 0.6 * open_slots


def test_requirement_rows_only_where_there_is_demand() -> None:
    tables = make_roster(replace(PRACTICE, all_rows=False))

    assert min(row["aantal"] for row in tables["roster_period_staffing_dagdelen"]) == 1
    assert demand_by_code(tables).total() == 227


@pytest.mark.slow
def test_large__figures() -> None:
    tables = large()

    assert {table: len(tables[table]) for table in ("employees", "service_types")} == {
        "employees": 1_000,
        "service_types": 100,
    }
    assert demand_by_code(tables).total() == 365 * 500
    assert all(row["aantal"] for row in tables["roster_period_staffing_dagdelen"])
    assert {demand_by_code(tables)[code] for code in DUTY_DAGDEEL} == {365 * 25}
    check_keys(tables)


def test_large_spec__any_size() -> None:
    tables = make_roster(large_spec(people=50, days=28, shifts_per_day=20, services=12))

    assert demand_by_code(tables).total() == 28 * 20
    check_keys(tables)


@pytest.mark.parametrize(
    ("knobs", "message"),
    [
        ({"people": 0}, "people is 0"),
        ({"days": 0}, "days is 0"),
        ({"leave": 0.6}, r"leave is 0\.6"),
        ({"part_time": 2}, "part_time is 2"),
        ({"quota_slack": -2}, "quota_slack is -2"),
        ({"shifts": 139}, "expected at least the 140 on-call duties"),
        ({"duties_per_day": -1}, "on-call duties"),
        ({"services": PRACTICE.services[:4]}, "87 shifts are no duties"),
    ],
)
def test_spec__refuses_what_no_roster_can_be_made_of(knobs: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        replace(PRACTICE, **knobs)


# The practice's real shape

REAL_STARTS = {"Christmas 2025": REAL.start, "no holiday": dt.date(2027, 1, 4), "many holidays": dt.date(2030, 4, 8)}
real_rosters = pytest.mark.parametrize(
    ("start", "seed"),
    [with_seed(seed, start, seed, name=f"{name} {seed}") for name, start in REAL_STARTS.items() for seed in SEEDS],
)


@real_rosters
def test_real__figures(start: dt.date, seed: int) -> None:
    tables = make_real_roster(RealSpec(start), seed)
    demand = demand_by_code(tables)

    assert Counter(row["team"] for row in tables["employees"]) == {"Groen": 6, "Oranje": 6, "Overig": 2}
    assert len(tables["roster_period_staffing_dagdelen"]) == 9 * 35 * 3 * 3 == 2_835
    assert len(tables["roster_assignments"]) == 14 * 35 * 3 == 1_470
    assert 216 <= demand.total() <= 241
    assert demand["ECH"] == 18
    assert min(demand[code] for code in ("OSP", "MSP", "GRB", "SWZ")) > 0
    assert 102 <= len(tables["roster_employee_services"]) <= 106
    assert 246 <= quota_by_code(tables).total() <= 248
    check_keys(tables)


@by_seed
def test_real__duties_at_christmas(seed: int) -> None:
    """Two lines on each of 23 workdays, one on 12 days of weekends and holidays."""
    rows = needed(make_real_roster(seed=seed))
    off = {row["date"] for row in rows if row["weekday"] >= 5} | {"2025-12-25", "2025-12-26"}
    duties = [row for row in rows if row["code"] in DUTY_DAGDEEL]
    workday, day_off = (("DIO", "O"), ("DIA", "A")), (("DDO", "O"), ("DDA", "A"))

    assert Counter((row["code"], row["dagdeel"], row["team"], row["date"] in off) for row in duties) == {
        **{(code, dagdeel, team, False): 23 for code, dagdeel in workday for team in ("GRO", "ORA")},
        **{(code, dagdeel, "TOT", True): 12 for code, dagdeel in day_off},
    }
    assert not [row for row in rows if row["date"] in off and row["code"] not in DUTY_DAGDEEL]


@real_rosters
def test_real__statuses(start: dt.date, seed: int) -> None:
    """Who must or may have somebody asks for one, unless a planner changed it; all else is MAG_NIET."""
    rows = make_real_roster(RealSpec(start), seed)["roster_period_staffing_dagdelen"]
    asked = Counter((row["status"], row["aantal"]) for row in rows)

    assert {aantal for status, aantal in asked if status in ("MOET", "MAG")} == {1}
    assert {aantal for status, aantal in asked if status == "MAG_NIET"} == {0}
    assert {status for status, _ in asked} == {"MOET", "MAG", "MAG_NIET", "AANGEPAST"}
    assert sum(row["status"] == "MAG_NIET" for row in rows) > 2_500


def test_real__a_fresh_roster() -> None:
    tables = make_real_roster()
    slots = tables["roster_assignments"]

    assert tables["roosters"][0]["status"] == "draft"
    assert {(row["status"], row["notes"]) for row in slots} == {(0, None), (3, "Structureel NB")}
    assert {row["service_id"] for row in slots} == {None}
    for person in tables["employees"]:
        away = {
            (("ma", "di", "wo", "do", "vr", "za", "zo")[dt.date.fromisoformat(row["date"]).weekday()], row["dagdeel"])
            for row in slots
            if row["employee_id"] == person["id"] and row["status"] == 3
        }
        assert away == {(day, dagdeel) for day, never in person["structureel_nbh"].items() for dagdeel in never}


def test_real__worth_of_a_shift() -> None:
    worth = {row["code"]: row["dienstwaarde"] for row in make_real_roster()["service_types"]}

    assert worth == {"DDO": 2, "DIA": 1.5, **dict.fromkeys(("DIO", "DDA", "OSP", "MSP", "ECH", "GRB", "SWZ"), 1)}


def test_real__same_seed_gives_same_bytes_and_others_the_same_people() -> None:
    first, second = make_real_roster(seed=1), make_real_roster(seed=2)

    assert json.dumps(first) == json.dumps(make_real_roster(seed=1))
    assert [table for table in KEYS if first[table] == second[table]] == ["employees", "service_types"]
    assert first["roosters"][0]["id"] != second["roosters"][0]["id"]


def test_real__bytes_are_the_same_as_ever() -> None:
    digest = hashlib.sha256(json.dumps(make_real_roster()).encode()).hexdigest()

    assert digest == "0d53c0cf77f5372bd501d1d7d482db7d1cd2178e3070bb70f9ed9eaeaed26fb9"


@pytest.mark.parametrize(
    ("today", "start"),
    [
        (dt.date(2026, 11, 28), dt.date(2026, 11, 30)),
        (dt.date(2026, 11, 30), dt.date(2026, 12, 7)),
        (dt.date(2030, 12, 29), dt.date(2030, 12, 30)),
    ],
    ids=["Saturday", "Monday: the next one", "Sunday before the turn of the year"],
)
def test_real__upcoming(today: dt.date, start: dt.date) -> None:
    assert upcoming(today).start == start


def test_real__refuses_a_start_in_the_middle_of_a_week() -> None:
    with pytest.raises(ValueError, match="start is 2027-01-05, a di, expected a Monday"):
        RealSpec(dt.date(2027, 1, 5))


@pytest.mark.parametrize(
    ("year", "holidays"),
    [
        (2025, "01-01 04-20 04-21 04-26 05-05 05-29 06-08 06-09 12-25 12-26"),
        (2026, "01-01 04-05 04-06 04-27 05-14 05-24 05-25 12-25 12-26"),
        (2030, "01-01 04-21 04-22 04-27 05-05 05-30 06-09 06-10 12-25 12-26"),
        (2038, "01-01 04-25 04-26 04-27 06-03 06-13 06-14 12-25 12-26"),
    ],
)
def test_dutch_holidays(year: int, holidays: str) -> None:
    assert dutch_holidays(year) == {dt.date.fromisoformat(f"{year}-{day}") for day in holidays.split()}
