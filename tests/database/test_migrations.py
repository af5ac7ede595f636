"""The migrations by their effect: each trigger is there, does its work, and undoes it, on the real local Supabase.

Rest follows a person through all rosters, so each test has a person of its own, not only a roster.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from postgrest.exceptions import APIError
from supabase import Client

from demo.load import TABLES as ROSTER_TABLES
from greedy.domain.demand import Places, Staff, allocate
from tests.support.database import answered

Row = dict[str, Any]
Slot = tuple[int, str]  # days since the roster's start, dagdeel

FOLDER = Path(__file__).resolve().parents[2] / "supabase" / "migrations"
START = date(2026, 1, 5)
OPEN, ACTIVE, BLOCKED, UNAVAILABLE = range(4)
REST: dict[tuple[str, str], set[Slot]] = {
    ("DIO", "O"): {(0, "M"), (1, "O"), (1, "M")},
    ("DDO", "O"): {(0, "M"), (1, "O"), (1, "M")},
    ("DIA", "A"): {(1, "O"), (1, "M")},
    ("DDA", "A"): {(1, "O"), (1, "M")},
}
CODES = ("DIO", "DIA", "DDO", "DDA", "VLOS")
NO_DUTIES = [(code, dagdeel) for code in CODES for dagdeel in "OMA" if (code, dagdeel) not in REST]
TABLES = (*ROSTER_TABLES, "greedy_runs", "greedy_duties", "greedy_requests", "greedy_turns")
TRIGGERS = (
    "roster_assignments_10_share",
    "roster_assignments_15_keep_rest",
    "roster_assignments_20_hand_over",
    "roster_assignments_greedy_insert",
    "roster_assignments_greedy_update",
    "roster_assignments_greedy_delete",
)
STAMP = ("blocked_by_date", "blocked_by_dagdeel", "blocked_by_service_id")


@dataclass(frozen=True)
class Roster:
    """One roster and the one person in it, written to as a planner or as the job."""

    client: Client
    services: dict[str, str]
    id: str
    employee: str
    start: date

    def row(self, day: int, dagdeel: str, code: str | None = None, status: int = ACTIVE, **columns: Any) -> Row:
        return {
            "roster_id": self.id,
            "employee_id": self.employee,
            "date": self.day(day),
            "dagdeel": dagdeel,
            "service_id": self.services[code] if code else None,
            "status": status,
            **columns,
        }

    def day(self, day: int) -> str:
        return (self.start + timedelta(days=day)).isoformat()

    def plan(self, day: int, dagdeel: str, code: str | None = None, status: int = ACTIVE, **columns: Any) -> Row:
        """Inserts a row as a planner does; gives it back as it came to stand."""
        row = self.row(day, dagdeel, code, status, **columns)
        [stands] = answered(self.client.table("roster_assignments").insert(row))
        return dict(stands)

    def edit(self, row: Row, **columns: Any) -> Row:
        [stands] = answered(self.client.table("roster_assignments").update(columns).eq("id", row["id"]))
        return dict(stands)

    def delete(self, row: Row) -> None:
        self.client.table("roster_assignments").delete().eq("id", row["id"]).execute()

    def job_writes(self, *rows: Row, written_at: str | None = None) -> Row:
        """One call as the job makes it; with `written_at` of an earlier one it is that writing sent again."""
        sent = [{"source": "greedy" if row["status"] == ACTIVE else "greedy-blocking", **row} for row in rows]
        arguments = {
            "target": self.id,
            "records": sent,
            "written_at": written_at or datetime.now(UTC).isoformat(),
        }
        return dict(answered(self.client.rpc("greedy_write", arguments)))

    def rows(self) -> dict[Slot, Row]:
        found = answered(self.client.table("roster_assignments").select("*").eq("roster_id", self.id))
        return {((date.fromisoformat(row["date"]) - self.start).days, row["dagdeel"]): row for row in found}

    def blocked(self) -> set[Slot]:
        return {slot for slot, row in self.rows().items() if row["status"] == BLOCKED}

    def stamp(self, day: int, dagdeel: str, code: str) -> tuple[str, str, str]:
        return self.day(day), dagdeel, self.services[code]


@pytest.fixture(scope="session")
def services(client: Client) -> dict[str, str]:
    rows = [{"code": code, "naam": code, "is_system": code != "VLOS"} for code in CODES]
    there = answered(client.table("service_types").upsert(rows, on_conflict="code"))
    return {row["code"]: row["id"] for row in there}


@pytest.fixture
def make_roster(client: Client, services: dict[str, str]) -> Callable[..., Roster]:
    def make(*, days: int = 7, start: date = START, employee: str | None = None) -> Roster:
        if employee is None:
            employee = f"E-{uuid4()}"
            client.table("employees").insert({"id": employee, "voornaam": "Eva", "team": "Groen"}).execute()
        end = start + timedelta(days=days - 1)
        [row] = answered(client.table("roosters").insert({"start_date": str(start), "end_date": str(end)}))
        sql(client, ROOM_FOR_ALL.format(roster=row["id"], employee=employee))
        return Roster(client, services, row["id"], employee, start)

    return make


# The person may do everything, and everything is needed: what the guard has against a row is never that.
ROOM_FOR_ALL = """
insert into roster_employee_services (roster_id, employee_id, service_id, aantal)
select '{roster}', '{employee}', id, 999 from service_types where code in ('DIO', 'DIA', 'DDO', 'DDA', 'VLOS');
insert into roster_period_staffing_dagdelen (roster_id, date, dagdeel, team, service_id, status, aantal)
select roster.id, day, dagdeel, 'TOT', service.id, 'MOET', 9
from roosters as roster, generate_series(start_date, end_date, '1 day') as day, unnest(array['O', 'M', 'A']) as dagdeel,
  service_types as service
where roster.id = '{roster}' and service.code in ('DIO', 'DIA', 'DDO', 'DDA', 'VLOS')
"""


@pytest.fixture
def roster(make_roster: Callable[..., Roster]) -> Roster:
    return make_roster()


@pytest.fixture
def two_rosters(make_roster: Callable[..., Roster]) -> tuple[Roster, Roster]:
    """Two weeks that follow each other, of the same person."""
    first = make_roster()
    return first, make_roster(start=START + timedelta(days=7), employee=first.employee)


def sql(client: Client, query: str) -> Any:
    return answered(client.rpc("test_sql", {"query": query}))


@contextmanager
def disabled(client: Client, trigger: str) -> Iterator[None]:
    sql(client, f"alter table roster_assignments disable trigger {trigger}")
    try:
        yield
    finally:
        sql(client, f"alter table roster_assignments enable trigger {trigger}")


def stamp_of(row: Row) -> tuple[Any, ...]:
    return tuple(row[column] for column in STAMP)


def refused(write: Callable[[], object]) -> APIError:
    with pytest.raises(APIError) as caught:
        write()
    assert caught.value.code == "PT409"
    assert caught.value.hint == "Reload the roster and assign again."
    return caught.value


def answer(request: Any) -> Any:
    """The rows, or the code of the error."""
    try:
        return answered(request)
    except APIError as error:
        return error.code


# The duty table and greedy_schema


@pytest.mark.usefixtures("services")
def test_greedy_schema__shows_the_duty_table(client: Client) -> None:
    told = answered(client.rpc("greedy_schema", {}))
    assert {"roster_id", "source", "blocked_by_date"} <= set(told.pop("columns"))
    halves = {"DDA": ("DDO", "O"), "DDO": ("DDA", "A"), "DIA": ("DIO", "O"), "DIO": ("DIA", "A")}
    evening, morning = ["O+1", "M+1"], ["M", "O+1", "M+1"]
    assert told == {
        "version": 3,
        "role": "service_role",
        "may_write": True,
        "history": True,
        "differences": [],
        "duty_table": [
            {
                "code": code,
                "dagdeel": dagdeel,
                "rest": rest,
                "other_code": halves[code][0],
                "other_dagdeel": halves[code][1],
            }
            for code, dagdeel, rest in (
                ("DDA", "A", evening),
                ("DDO", "O", morning),
                ("DIA", "A", evening),
                ("DIO", "O", morning),
            )
        ],
    }


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_greedy_schema__notices_a_disabled_trigger(client: Client, trigger: str) -> None:
    with disabled(client, trigger):
        (difference,) = answered(client.rpc("greedy_schema", {}))["differences"]
        assert (difference["name"], difference["words"]) == (trigger, f"the trigger {trigger} is disabled")
        sql(client, difference["statement"])
        assert answered(client.rpc("greedy_schema", {}))["differences"] == []


# The blocking trigger


@pytest.mark.parametrize("event", ["insert", "update", "delete"])
def test_blocking_trigger__disabled_has_no_effect(client: Client, roster: Roster, event: str) -> None:
    trigger = f"roster_assignments_greedy_{event}"
    duty = roster.plan(0, "O", "DIO", OPEN if event == "update" else ACTIVE) if event != "insert" else None
    before = roster.blocked()
    sql(client, f"alter table roster_assignments disable trigger {trigger}")
    try:
        if duty is None:
            roster.plan(0, "O", "DIO")
        elif event == "update":
            roster.edit(duty, status=ACTIVE)
        else:
            roster.delete(duty)
        assert roster.blocked() == before
    finally:
        sql(client, f"alter table roster_assignments enable trigger {trigger}")


@pytest.mark.parametrize(("code", "dagdeel"), REST)
@pytest.mark.parametrize("source", ["manual", "greedy"])
def test_duty__blocks_its_rest(roster: Roster, code: str, dagdeel: str, source: str) -> None:
    if source == "greedy":
        roster.job_writes(roster.row(0, dagdeel, code))
    else:
        roster.plan(0, dagdeel, code)

    rows = roster.rows()
    assert rows.pop((0, dagdeel))["source"] == source
    assert set(rows) == REST[code, dagdeel]
    for row in rows.values():
        assert (row["status"], row["service_id"], row["employee_id"]) == (BLOCKED, None, roster.employee)
        assert row["source"] == ("greedy-blocking" if source == "greedy" else "manual")
        assert row["notes"] == f"Auto-blocked: rest after {code} on 2026-01-05 {dagdeel}"
        assert stamp_of(row) == roster.stamp(0, dagdeel, code)


@pytest.mark.parametrize(("code", "dagdeel"), NO_DUTIES)
def test_no_duty__blocks_nothing(roster: Roster, code: str, dagdeel: str) -> None:
    row = roster.plan(0, dagdeel, code)
    assert roster.rows() == {(0, dagdeel): row}


@pytest.mark.parametrize("status", [OPEN, BLOCKED, UNAVAILABLE])
def test_duty_that_is_not_active__blocks_nothing(roster: Roster, status: int) -> None:
    row = roster.plan(0, "O", "DIO", status)
    assert roster.rows() == {(0, "O"): row}


def test_row_that_becomes_a_duty__blocks_its_rest(roster: Roster) -> None:
    row = roster.plan(0, "O", "DIO", OPEN)
    roster.edit(row, status=ACTIVE)
    assert roster.blocked() == REST["DIO", "O"]


def test_duty__takes_an_open_row_in_place(roster: Roster) -> None:
    opened = roster.plan(1, "O", "VLOS", OPEN, notes="nog vrij")
    roster.plan(0, "O", "DIO")
    taken = roster.rows()[1, "O"]
    assert taken["id"] == opened["id"]
    assert taken["created_at"] == opened["created_at"]
    assert (taken["status"], taken["service_id"], taken["source"]) == (BLOCKED, None, "manual")
    assert taken["notes"] == "Auto-blocked: rest after DIO on 2026-01-05 O"
    assert stamp_of(taken) == roster.stamp(0, "O", "DIO")


@pytest.mark.parametrize(("code", "status"), [("VLOS", ACTIVE), (None, BLOCKED), (None, UNAVAILABLE)])
def test_duty__leaves_taken_slots_alone(roster: Roster, code: str | None, status: int) -> None:
    taken = roster.plan(1, "O", code, status, notes="van de planner")
    duty = roster.plan(0, "O", "DIO")
    assert roster.rows()[1, "O"] == taken
    roster.delete(duty)
    assert roster.rows()[1, "O"] == taken


def test_duty__blocks_nothing_after_the_end_of_the_roster(roster: Roster) -> None:
    roster.plan(6, "O", "DIO")
    roster.plan(6, "A", "DIA")
    assert set(roster.rows()) == {(6, "O"), (6, "A"), (6, "M")}


def test_duty__blocks_the_last_day(roster: Roster) -> None:
    roster.plan(5, "A", "DIA")
    assert roster.blocked() == {(6, "O"), (6, "M")}


def test_duty__blocks_nobody_else(make_roster: Callable[..., Roster], roster: Roster) -> None:
    colleague = make_roster()
    opened = roster.plan(1, "O", None, OPEN, employee_id=colleague.employee)
    roster.plan(0, "O", "DIO")
    found = roster.client.table("roster_assignments").select("*").eq("employee_id", colleague.employee).execute()
    assert found.data == [opened]


def test_edit_that_keeps_the_duty__does_not_block_again(roster: Roster) -> None:
    duty = roster.plan(0, "O", "DIO")
    roster.edit(roster.rows()[1, "O"], status=OPEN)
    roster.edit(duty, notes="bel de achterwacht")
    assert roster.blocked() == {(0, "M"), (1, "M")}


TAKEN_AWAY: dict[str, Callable[[Roster, Row], object]] = {
    "deleted": lambda roster, duty: roster.delete(duty),
    "opened": lambda roster, duty: roster.edit(duty, status=OPEN),
    "unavailable": lambda roster, duty: roster.edit(duty, status=UNAVAILABLE),
    "another service": lambda roster, duty: roster.edit(duty, service_id=roster.services["VLOS"]),
    "no service": lambda roster, duty: roster.edit(duty, service_id=None),
    "a dagdeel that makes it no duty": lambda roster, duty: roster.edit(duty, dagdeel="A"),
}


@pytest.mark.parametrize("take_away", TAKEN_AWAY.values(), ids=TAKEN_AWAY.keys())
@pytest.mark.parametrize("source", ["manual", "greedy"])
def test_duty_taken_away__opens_its_rest(
    roster: Roster, take_away: Callable[[Roster, Row], object], source: str
) -> None:
    duty = roster.plan(0, "O", "DIO", source=source)
    ids = {slot: row["id"] for slot, row in roster.rows().items()}
    take_away(roster, duty)
    rows = roster.rows()
    for slot in REST["DIO", "O"]:
        row = rows[slot]
        assert row["id"] == ids[slot]
        assert (row["status"], row["source"], row["notes"]) == (OPEN, "manual", None)
        assert stamp_of(row) == (None, None, None)


def test_duty_moved_to_another_day__moves_its_rest(roster: Roster) -> None:
    duty = roster.plan(0, "O", "DIO")
    roster.edit(duty, date=roster.day(3))
    assert roster.blocked() == {(3, "M"), (4, "O"), (4, "M")}


def test_duty_moved_to_another_person__moves_its_rest(make_roster: Callable[..., Roster], roster: Roster) -> None:
    colleague = make_roster()
    duty = roster.plan(0, "O", "DIO")
    roster.edit(duty, employee_id=colleague.employee)
    found = answered(roster.client.table("roster_assignments").select("employee_id,status").eq("roster_id", roster.id))
    assert sorted((row["employee_id"] == colleague.employee, row["status"]) for row in found) == [
        *[(False, OPEN)] * 3,
        (True, ACTIVE),
        *[(True, BLOCKED)] * 3,
    ]


def test_duty_moved_to_another_roster__moves_its_rest(make_roster: Callable[..., Roster], roster: Roster) -> None:
    variant = make_roster(employee=roster.employee)
    duty = roster.plan(0, "A", "DIA")
    roster.edit(duty, roster_id=variant.id)
    assert variant.blocked() == REST["DIA", "A"]
    assert {slot: row["status"] for slot, row in variant.rows().items()} == {
        (0, "A"): ACTIVE,
        (1, "O"): BLOCKED,
        (1, "M"): BLOCKED,
    }


def test_duty_that_becomes_another_duty__keeps_its_rest_under_the_new_name(roster: Roster) -> None:
    duty = roster.plan(0, "O", "DIO")
    roster.edit(duty, service_id=roster.services["DDO"])
    assert roster.blocked() == REST["DDO", "O"]
    for slot in REST["DDO", "O"]:
        row = roster.rows()[slot]
        assert stamp_of(row) == roster.stamp(0, "O", "DDO")
        assert row["notes"] == "Auto-blocked: rest after DDO on 2026-01-05 O"


def test_slot_of_two_duties__stays_blocked_for_the_other(roster: Roster) -> None:
    morning = roster.plan(0, "O", "DIO")
    roster.plan(0, "A", "DIA")
    roster.delete(morning)
    rows = roster.rows()
    assert rows[0, "M"]["status"] == OPEN
    for slot in REST["DIA", "A"]:
        assert rows[slot]["status"] == BLOCKED
        assert stamp_of(rows[slot]) == roster.stamp(0, "A", "DIA")
        assert rows[slot]["notes"] == "Auto-blocked: rest after DIA on 2026-01-05 A"


def test_slot_of_two_duties__untouched_when_the_later_goes(roster: Roster) -> None:
    roster.plan(0, "O", "DIO")
    evening = roster.plan(0, "A", "DIA")
    before = roster.rows()
    roster.delete(evening)
    after = roster.rows()
    assert {slot: stamp_of(row) for slot, row in after.items()} == {
        slot: stamp_of(row) for slot, row in before.items() if slot != (0, "A")
    }
    assert roster.blocked() == REST["DIO", "O"]


def test_slot_of_three_duties__passes_to_the_earliest_that_is_left(roster: Roster) -> None:
    # In one statement, else day 1 would be blocked before its duty comes.
    planned = [roster.row(1, "O", "DIO"), roster.row(0, "A", "DIA"), roster.row(0, "O", "DDO")]
    _, evening, morning = answered(roster.client.table("roster_assignments").insert(planned))
    assert stamp_of(roster.rows()[1, "M"]) == roster.stamp(0, "O", "DDO")
    roster.delete(morning)
    assert stamp_of(roster.rows()[1, "M"]) == roster.stamp(0, "A", "DIA")
    roster.delete(evening)
    assert stamp_of(roster.rows()[1, "M"]) == roster.stamp(1, "O", "DIO")


def test_duty_taken_away__leaves_what_a_planner_made_of_its_rest(roster: Roster) -> None:
    duty = roster.plan(0, "O", "DIO", source="greedy")
    works = roster.edit(roster.rows()[1, "O"], status=ACTIVE, service_id=roster.services["VLOS"])
    away = roster.edit(roster.rows()[1, "M"], status=UNAVAILABLE)
    roster.delete(duty)
    assert roster.rows()[1, "O"] == works
    assert roster.rows()[1, "M"] == away


def test_duty_taken_away__opens_no_other_slots(make_roster: Callable[..., Roster], roster: Roster) -> None:
    colleague = make_roster()
    colleague.plan(0, "O", "DIO")
    duty = roster.plan(0, "O", "DIO")
    roster.plan(0, "A", None, BLOCKED)
    roster.delete(duty)
    assert roster.blocked() == {(0, "A")}
    assert colleague.blocked() == REST["DIO", "O"]


def test_copy_of_the_roster__keeps_its_own_rest(make_roster: Callable[..., Roster], roster: Roster) -> None:
    """A planner tries things out in a roster of the same days: neither touches the other."""
    variant = make_roster(employee=roster.employee)
    variant.plan(0, "A", "DDA")
    duty = roster.plan(0, "A", "DIA")
    assert stamp_of(roster.rows()[1, "O"]) == roster.stamp(0, "A", "DIA")
    roster.delete(duty)
    assert roster.blocked() == set()
    assert variant.blocked() == REST["DDA", "A"]
    assert stamp_of(variant.rows()[1, "O"]) == variant.stamp(0, "A", "DDA")


def test_copy_of_the_roster__the_guard_does_not_look_there(make_roster: Callable[..., Roster], roster: Roster) -> None:
    variant = make_roster(employee=roster.employee)
    variant.plan(1, "O", "VLOS")
    variant.plan(0, "M", None, UNAVAILABLE)
    roster.job_writes(roster.row(0, "O", "DIO"))
    assert roster.blocked() == REST["DIO", "O"]


def test_two_duties_before_the_next_roster__the_other_keeps_its_first_day(two_rosters: tuple[Roster, Roster]) -> None:
    first, following = two_rosters
    duty = first.plan(6, "O", "DIO")
    first.plan(6, "A", "DIA")
    following.job_writes(following.row(0, "O", None, BLOCKED), following.row(0, "M", None, BLOCKED))
    first.delete(duty)
    assert following.blocked() == {(0, "O"), (0, "M")}
    assert {stamp_of(following.rows()[0, dagdeel]) for dagdeel in "OM"} == {first.stamp(6, "A", "DIA")}


@pytest.mark.parametrize("order", [1, -1], ids=["morning first", "evening first"])
def test_stamp__does_not_depend_on_the_order_of_a_batch(roster: Roster, order: int) -> None:
    roster.job_writes(*[roster.row(0, "O", "DIO"), roster.row(0, "A", "DIA")][::order])
    rows = roster.rows()
    assert {stamp_of(rows[slot]) for slot in REST["DIO", "O"]} == {roster.stamp(0, "O", "DIO")}


def test_last_duty_removed__opens_the_next_roster(two_rosters: tuple[Roster, Roster]) -> None:
    first, following = two_rosters
    duty = first.plan(6, "O", "DIO")
    following.job_writes(following.row(0, "O", None, BLOCKED), following.row(0, "M", None, BLOCKED))
    by_hand = following.plan(0, "A", None, BLOCKED)
    assert {stamp_of(following.rows()[0, dagdeel]) for dagdeel in "OM"} == {first.stamp(6, "O", "DIO")}
    first.delete(duty)
    rows = following.rows()
    assert (rows[0, "O"]["status"], rows[0, "M"]["status"]) == (OPEN, OPEN)
    assert rows[0, "A"] == by_hand


def test_roster_deleted__takes_its_rows_and_opens_the_next(two_rosters: tuple[Roster, Roster]) -> None:
    first, following = two_rosters
    for day in range(0, 7, 2):
        first.plan(day, "O", "DIO")
        first.plan(day, "A", "DIA")
    following.job_writes(following.row(0, "O", None, BLOCKED))
    first.client.table("roosters").delete().eq("id", first.id).execute()
    assert first.rows() == {}
    assert following.rows()[0, "O"]["status"] == OPEN


def test_all_rows_deleted_in_one_statement__leaves_none(roster: Roster) -> None:
    for day in range(0, 6, 2):
        roster.plan(day, "O", "DIO")
    roster.client.table("roster_assignments").delete().eq("roster_id", roster.id).execute()
    assert roster.rows() == {}


def test_duty_replaced_in_one_transaction(client: Client, roster: Roster) -> None:
    duty = roster.plan(0, "O", "DIO")
    sql(
        client,
        f"""do $$ begin
          delete from roster_assignments where id = '{duty["id"]}';
          insert into roster_assignments (roster_id, employee_id, date, dagdeel, service_id, status)
          values ('{roster.id}', '{roster.employee}', '{roster.day(0)}', 'A', '{roster.services["DDA"]}', 1);
        end $$""",
    )
    rows = roster.rows()
    assert rows[0, "M"]["status"] == OPEN
    assert roster.blocked() == REST["DDA", "A"]
    assert stamp_of(rows[1, "O"]) == roster.stamp(0, "A", "DDA")


def test_duties_in_one_upsert__block_each_their_own(make_roster: Callable[..., Roster]) -> None:
    roster = make_roster(days=400)
    at = "2026-01-01T12:00:00.5+00:00"
    duties = [roster.row(day, "O", "DIO") for day in range(0, 400, 2)]
    opened = [roster.plan(day, "O", None, OPEN) for day in range(0, 20, 2)]
    roster.job_writes(*duties, written_at=at)
    roster.job_writes(*duties, written_at=at)
    rows = roster.rows()
    assert len(rows) == 800
    assert len(roster.blocked()) == 600
    assert {row["id"] for row in opened} <= {row["id"] for row in rows.values()}


# Stamps


def test_block_by_the_job__is_stamped_with_the_earliest_duty(roster: Roster) -> None:
    roster.plan(0, "A", "DIA")
    roster.plan(0, "O", "DIO")
    roster.delete(roster.rows()[1, "O"])
    roster.job_writes(roster.row(1, "O", None, BLOCKED, notes="rust"))
    row = roster.rows()[1, "O"]
    assert stamp_of(row) == roster.stamp(0, "O", "DIO")
    assert row["notes"] == f"Auto-blocked: rest after DIO on {roster.day(0)} O"  # whatever the job knew of


def test_block_by_the_job__in_an_open_row_is_stamped(two_rosters: tuple[Roster, Roster]) -> None:
    first, following = two_rosters
    first.plan(6, "A", "DIA")
    following.plan(0, "O", None, OPEN)
    following.job_writes(following.row(0, "O", None, BLOCKED))
    assert stamp_of(following.rows()[0, "O"]) == first.stamp(6, "A", "DIA")


def test_block_by_hand__has_no_stamp(roster: Roster) -> None:
    roster.plan(0, "O", "DIO")
    roster.delete(roster.rows()[1, "O"])
    assert stamp_of(roster.plan(1, "O", None, BLOCKED)) == (None, None, None)


def test_block_that_a_planner_changes__loses_its_stamp(roster: Roster) -> None:
    duty = roster.plan(0, "O", "DIO")
    row = roster.rows()[1, "O"]
    assert stamp_of(roster.edit(row, status=UNAVAILABLE)) == (None, None, None)
    roster.edit(row, status=BLOCKED)
    roster.delete(duty)
    assert roster.blocked() == {(1, "O")}


# The guard


@pytest.mark.parametrize(
    ("before", "now", "write"),
    [
        pytest.param(("VLOS", ACTIVE), "ACTIVE (VLOS)", ("VLOS", ACTIVE), id="planned, same service"),
        pytest.param(("DIO", ACTIVE), "ACTIVE (DIO)", ("VLOS", ACTIVE), id="planned, another service"),
        pytest.param(("VLOS", ACTIVE), "ACTIVE (VLOS)", (None, BLOCKED), id="planned, now to rest"),
        pytest.param((None, UNAVAILABLE), "UNAVAILABLE", ("VLOS", ACTIVE), id="away"),
        pytest.param((None, UNAVAILABLE), "UNAVAILABLE", (None, BLOCKED), id="away, now to rest"),
        pytest.param((None, BLOCKED), "BLOCKED", ("VLOS", ACTIVE), id="rests"),
    ],
)
def test_guard__refuses_a_taken_slot_and_the_whole_batch(
    roster: Roster, before: tuple[str | None, int], now: str, write: tuple[str | None, int]
) -> None:
    roster.plan(3, "O", *before)
    rows = roster.rows()
    error = refused(
        lambda: roster.job_writes(roster.row(2, "A", "VLOS"), roster.row(3, "O", *write), roster.row(4, "A", "VLOS"))
    )
    assert error.message == f"Roster {roster.id}, employee {roster.employee}, 2026-01-08 O is now {now}."
    assert roster.rows() == rows


def test_guard__refuses_another_service_than_the_job_wrote(roster: Roster) -> None:
    roster.job_writes(roster.row(0, "M", "VLOS"))
    rows = roster.rows()
    refused(lambda: roster.job_writes(roster.row(0, "M", "DIO")))
    assert roster.rows() == rows


def test_guard__a_repeated_write_changes_nothing(roster: Roster) -> None:
    duties = roster.row(0, "O", "DIO"), roster.row(0, "A", "DIA"), roster.row(2, "M", "VLOS")
    blocks = roster.row(1, "O", None, BLOCKED), roster.row(1, "M", None, BLOCKED)
    at = "2026-01-01T12:00:00.5+00:00"
    roster.job_writes(*duties, written_at=at)
    roster.job_writes(*blocks, written_at=at)
    rows = roster.rows()
    assert roster.job_writes(*duties, written_at=at) == {"written": 0, "there": 3, "missing": [], "repeated": True}
    assert roster.job_writes(*blocks, written_at=at)["there"] == 2
    assert roster.rows() == rows


def test_guard__a_repeated_duty_survives_a_planner_who_took_its_rest(roster: Roster) -> None:
    duty, at = roster.row(0, "O", "DIO"), "2026-01-01T12:00:00.5+00:00"
    roster.job_writes(duty, written_at=at)
    roster.edit(roster.rows()[0, "M"], status=UNAVAILABLE)
    rows = roster.rows()
    assert roster.job_writes(duty, written_at=at)["there"] == 1
    assert roster.rows() == rows


def test_guard__refuses_what_another_run_has_written(roster: Roster) -> None:
    """So that it loads again, and does not count as its own what is not."""
    roster.job_writes(roster.row(0, "M", "VLOS"))
    rows = roster.rows()
    error = refused(lambda: roster.job_writes(roster.row(0, "M", "VLOS")))
    assert "is now ACTIVE (VLOS)" in str(error.message)
    assert roster.rows() == rows


def test_guard__lets_a_planner_upsert_the_jobs_whole_row(roster: Roster) -> None:
    """As an application does that reads a row, changes it, and sends it back with all of its columns."""
    roster.job_writes(roster.row(0, "M", "VLOS"))
    edited = roster.rows()[0, "M"] | {"status": UNAVAILABLE, "service_id": None}
    roster.client.table("roster_assignments").upsert(edited).execute()
    assert roster.rows()[0, "M"]["status"] == UNAVAILABLE


BROKEN_RULES = [
    pytest.param("update employees set actief = false where id = '{employee}'", "may not do", id="person left"),
    pytest.param("update service_types set actief = false where id = '{service}'", "may not do", id="service ended"),
    pytest.param("delete from roster_employee_services where roster_id = '{roster}'", "may not do", id="qualification"),
    pytest.param(
        "update roster_employee_services set actief = false where roster_id = '{roster}'", "may not do", id="inactive"
    ),
    pytest.param("update roster_employee_services set aantal = 1 where roster_id = '{roster}'", "beyond", id="quota"),
    pytest.param(
        "delete from roster_period_staffing_dagdelen where roster_id = '{roster}'", "one more", id="requirement"
    ),
    pytest.param(
        "update roster_period_staffing_dagdelen set status = 'MAG_NIET' where roster_id = '{roster}'",
        "one more",
        id="not wanted",
    ),
    pytest.param(
        "update roster_period_staffing_dagdelen set team = 'ORA' where roster_id = '{roster}'", "of a team", id="team"
    ),
    pytest.param("update roosters set start_date = start_date + 2 where id = '{roster}'", "outside", id="period"),
    pytest.param("update roosters set end_date = start_date where id = '{roster}'", "outside", id="period's end"),
]


@pytest.mark.parametrize(("change", "told"), BROKEN_RULES)
@pytest.mark.parametrize("open_row", [False, True], ids=["no row before", "an open row before"])
def test_guard__refuses_what_would_break_a_rule_now(
    client: Client, roster: Roster, change: str, told: str, open_row: bool
) -> None:
    """Each rule that a planner's change between the job's reading and writing can turn against it."""
    if open_row:
        roster.plan(1, "M", None, OPEN)
    write = [roster.row(day, "M", "VLOS") for day in (0, 1)]
    service = roster.services["VLOS"]
    sql(client, change.format(roster=roster.id, employee=roster.employee, service=service))
    rows = roster.rows()
    try:
        error = refused(lambda: roster.job_writes(*write))
    finally:
        sql(client, f"update service_types set actief = true where id = '{service}'")
    assert told in str(error.message)
    assert roster.rows() == rows


def test_guard__refuses_one_more_than_needed(
    client: Client, roster: Roster, make_roster: Callable[..., Roster]
) -> None:
    """A planner fills the last place with someone else; freed again, it is the job's."""
    colleague = make_roster()
    need = f"roster_period_staffing_dagdelen set aantal = 1 where roster_id = '{roster.id}'"
    sql(client, f"update {need} and dagdeel = 'M'")
    entry = roster.plan(0, "M", "VLOS", employee_id=colleague.employee)
    error = refused(lambda: roster.job_writes(roster.row(1, "M", "VLOS"), roster.row(0, "M", "VLOS")))
    assert f"{roster.employee}, 2026-01-05 M is one more than VLOS needs now" in str(error.message)
    roster.edit(entry, status=OPEN)
    roster.job_writes(roster.row(1, "M", "VLOS"), roster.row(0, "M", "VLOS"))


def test_guard__refuses_rest_that_nobody_needs(roster: Roster) -> None:
    """The duty went while the job was on its way to write its rest."""
    duty = roster.plan(0, "O", "DIO")
    roster.delete(duty)
    rows = roster.rows()
    with pytest.raises(APIError, match="needs to be no rest any more") as caught:
        roster.job_writes(roster.row(2, "O", None, BLOCKED))
    assert caught.value.code == "PT409"
    assert roster.rows() == rows


def test_misfits__as_the_job_counts_them(client: Client) -> None:
    numbers = list(product(range(3), repeat=6))
    values = ", ".join(str(row) for row in numbers)
    found = sql(
        client,
        "select tot, gro, ora, groen, oranje, overig, greedy_misfits(tot, gro, ora, groen, oranje, overig) as misfits "
        f"from (values {values}) as headcounts (tot, gro, ora, groen, oranje, overig)",
    )
    assert len(found) == 729
    for row in found:
        places, staff = Places(row["tot"], row["gro"], row["ora"]), Staff(row["groen"], row["oranje"], row["overig"])
        assert row["misfits"] == allocate(places, staff)[1], row


def test_guard__leaves_a_block_by_hand_as_it_was(roster: Roster) -> None:
    by_hand = roster.plan(1, "O", None, BLOCKED, notes="van de planner")
    roster.job_writes(roster.row(1, "O", None, BLOCKED))
    assert roster.rows()[1, "O"] == by_hand


def test_guard__leaves_a_block_without_stamp_as_it_was(roster: Roster) -> None:
    roster.plan(1, "O", None, BLOCKED)
    roster.plan(0, "O", "DIO")
    rows = roster.rows()
    roster.job_writes(roster.row(1, "O", None, BLOCKED))
    assert roster.rows() == rows


@pytest.mark.parametrize("source", ["manual", "greedy"])
def test_guard__lets_the_job_fill_an_open_row(roster: Roster, source: str) -> None:
    opened = roster.plan(0, "O", None, OPEN, source=source)
    roster.job_writes(roster.row(0, "O", "DIO"))
    row = roster.rows()[0, "O"]
    assert row["id"] == opened["id"]
    assert (row["status"], row["source"], row["service_id"]) == (ACTIVE, "greedy", roster.services["DIO"])
    assert row["updated_at"] > opened["updated_at"]
    assert roster.blocked() == REST["DIO", "O"]


@pytest.mark.parametrize("source", [None, "manual", "greedy"], ids=["no row", "open row", "open row of the job"])
@pytest.mark.parametrize(
    ("day", "dagdeel", "code", "status"),
    [
        pytest.param(0, "M", "VLOS", ACTIVE, id="works the same day"),
        pytest.param(1, "O", "VLOS", ACTIVE, id="works the next day"),
        pytest.param(0, "M", None, UNAVAILABLE, id="away the same day"),
    ],
)
def test_guard__refuses_a_duty_without_room_for_its_rest(
    roster: Roster, source: str | None, day: int, dagdeel: str, code: str | None, status: int
) -> None:
    roster.plan(day, dagdeel, code, status)
    if source:
        roster.plan(0, "O", None, OPEN, source=source)
    rows = roster.rows()
    error = refused(lambda: roster.job_writes(roster.row(0, "O", "DIO"), roster.row(4, "O", "VLOS")))
    found = "ACTIVE" if status == ACTIVE else "UNAVAILABLE"
    assert error.message == (
        f"Roster {roster.id}, employee {roster.employee}, 2026-01-05 O: "
        f"rest after DIO needs {roster.day(day)} {dagdeel}, which is now {found} in roster {roster.id}."
    )
    assert roster.rows() == rows


def test_guard__refuses_work_after_a_duty_in_the_roster_before(two_rosters: tuple[Roster, Roster]) -> None:
    """The trigger makes no rest in the next roster: there is no row that would tell."""
    first, following = two_rosters
    first.plan(6, "A", "DIA")
    with pytest.raises(APIError, match=r"is now rest \(Auto-blocked: rest after DIA on 2026-01-11 A\)") as refused:
        following.job_writes(following.row(0, "O", "VLOS"))
    assert refused.value.code == "PT409"
    following.job_writes(following.row(0, "A", "VLOS"))
    assert set(following.rows()) == {(0, "A")}


def test_guard__refuses_a_duty_before_work_in_the_next_roster(two_rosters: tuple[Roster, Roster]) -> None:
    first, following = two_rosters
    following.plan(0, "M", "VLOS")
    error = refused(lambda: first.job_writes(first.row(6, "A", "DIA")))
    assert f"needs 2026-01-12 M, which is now ACTIVE in roster {following.id}" in str(error.message)
    assert first.rows() == {}


@pytest.mark.parametrize(
    ("day", "dagdeel", "status"),
    [(0, "M", BLOCKED), (0, "M", OPEN), (1, "O", UNAVAILABLE), (1, "O", BLOCKED), (1, "O", OPEN)],
)
def test_guard__lets_a_duty_have_its_rest_where_nobody_works(
    roster: Roster, day: int, dagdeel: str, status: int
) -> None:
    roster.plan(day, dagdeel, None, status)
    roster.job_writes(roster.row(0, "O", "DIO"))
    assert roster.rows()[day, dagdeel]["status"] == (status or BLOCKED)


def test_guard__never_refuses_a_planner(roster: Roster) -> None:
    roster.job_writes(roster.row(0, "O", "DIO"), roster.row(2, "O", "VLOS"))
    rows = roster.rows()
    assert roster.edit(rows[2, "O"], service_id=roster.services["DDO"])["service_id"] == roster.services["DDO"]
    assert roster.edit(rows[2, "O"], status=UNAVAILABLE)["status"] == UNAVAILABLE
    assert roster.edit(rows[2, "O"], status=ACTIVE)["status"] == ACTIVE
    block = roster.edit(rows[1, "O"], status=ACTIVE, service_id=roster.services["VLOS"])
    assert (block["status"], block["source"]) == (ACTIVE, "manual")
    assert roster.edit(block, status=BLOCKED)["status"] == BLOCKED


def test_guard__lets_a_planner_make_a_duty_of_the_jobs_row_in_spite_of_its_rest(roster: Roster) -> None:
    roster.plan(1, "O", "VLOS")
    roster.job_writes(roster.row(0, "O", "VLOS"))
    roster.edit(roster.rows()[0, "O"], service_id=roster.services["DIO"])
    assert roster.blocked() == {(0, "M"), (1, "M")}


def test_updated_at__moves_with_a_change_only(roster: Roster) -> None:
    row = roster.plan(0, "M", "VLOS")
    assert roster.edit(row, notes=None)["updated_at"] == row["updated_at"]
    assert roster.edit(row, notes="ruil")["updated_at"] > row["updated_at"]


# Checks, rights


@pytest.mark.parametrize(
    ("table", "columns"),
    [
        ("roosters", {"start_date": "2026-01-05", "end_date": "2026-01-04"}),
        ("employees", {"id": "wrong team", "voornaam": "Eva", "team": "Paars"}),
        ("roster_period_staffing_dagdelen", {"aantal": -1}),
        ("roster_period_staffing_dagdelen", {"dagdeel": "N"}),
        ("roster_period_staffing_dagdelen", {"team": "Groen"}),
        ("roster_period_staffing_dagdelen", {"status": "MISSCHIEN"}),
        ("roster_employee_services", {"aantal": -1}),
        ("roster_assignments", {"status": 4}),
        ("roster_assignments", {"dagdeel": "N"}),
        ("roster_assignments", {"blocked_by_dagdeel": "N"}),
    ],
)
def test_check__refuses_a_wrong_value(roster: Roster, table: str, columns: Row) -> None:
    correct: dict[str, Row] = {
        "roster_period_staffing_dagdelen": {
            "roster_id": roster.id,
            "date": str(START),
            "dagdeel": "O",
            "team": "TOT",
            "service_id": roster.services["VLOS"],
            "status": "MOET",
            "aantal": 1,
        },
        "roster_employee_services": {
            "roster_id": roster.id,
            "employee_id": roster.employee,
            "service_id": roster.services["VLOS"],
            "aantal": 3,
        },
        "roster_assignments": roster.row(0, "O", None, OPEN),
    }
    for room in ("roster_period_staffing_dagdelen", "roster_employee_services"):
        roster.client.table(room).delete().eq("roster_id", roster.id).execute()
    with pytest.raises(APIError, match="violates check constraint"):
        roster.client.table(table).insert(correct.get(table, {}) | columns).execute()
    if table in correct:
        roster.client.table(table).insert(correct[table]).execute()
        with pytest.raises(APIError, match="violates unique constraint"):
            roster.client.table(table).insert(correct[table]).execute()


def test_publishable_key__sees_and_writes_nothing(public_client: Client, roster: Roster) -> None:
    row = roster.plan(0, "O", "DIO")
    before = roster.rows()
    table = public_client.table("roster_assignments")
    for attempt in (
        *(public_client.table(name).select("*") for name in TABLES),
        table.update({"notes": "x"}).eq("id", row["id"]),
        table.delete().eq("id", row["id"]),
    ):
        assert answer(attempt) in ([], "42501")
    with pytest.raises(APIError, match=r"row-level security|permission denied"):
        table.insert(roster.row(3, "O", "VLOS")).execute()
    for function in ("greedy_schema", "test_sql"):
        with pytest.raises(APIError, match="permission denied"):
            public_client.rpc(function, {"query": "select 1"} if function == "test_sql" else {}).execute()
    assert roster.rows() == before


def test_row_level_security__is_on_without_policies(client: Client) -> None:
    found = sql(
        client,
        """select relname, relrowsecurity, (select count(*) from pg_policy where polrelid = pg_class.oid) as policies
        from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')""",
    )
    assert sorted(row["relname"] for row in found) == sorted(TABLES)
    assert all((row["relrowsecurity"], row["policies"]) == (True, 0) for row in found)


def test_functions__fix_their_search_path(client: Client) -> None:
    found = sql(
        client,
        """select proname from pg_proc where pronamespace = 'public'::regnamespace
        and not coalesce(proconfig, '{}') && array['search_path=""', 'search_path=public']""",
    )
    assert found == []
