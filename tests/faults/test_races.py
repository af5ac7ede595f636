"""Planners and other runs at work on the same roster, at every point between two requests of a run."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest

from greedy.processor_with_db import ATTEMPTS
from tests.faults.proxy import Exchange, FaultProxy, fault_proxy
from tests.faults.scene import BLOCK, LOOK, REQUESTS, VERIFY, WRITE, Scene, known_to_be_written, sample
from tests.support.factories import Raw
from tests.support.patience import PATIENCE

Place = dict[str, Any]
"""What an undisturbed run gives to whom: employee, date, dagdeel, service; and who else could have it."""


@pytest.fixture(scope="session")
def places(stage: Scene, undisturbed: list[Raw]) -> dict[str, Place]:
    """One shift and one duty that the run is about to give, each with someone who is free then."""
    ours = [row for row in undisturbed if row["source"] == "greedy" and row["status"] == 1]
    services = stage.db.service_codes()
    codes = {id(row): services[row["service_id"]] for row in ours}

    def free(row: Raw) -> str | None:
        held = {other["employee_id"] for other in undisturbed if other["status"] and slot(other) == slot(row)}
        people = (str(employee["id"]) for employee in stage.raw["employees"] if employee["id"] not in held)
        return min(people, default=None)

    def slot(row: Raw) -> tuple[str, str]:
        return row["date"], row["dagdeel"]

    shift = next(row for row in ours if codes[id(row)] not in {"DIO", "DIA", "DDO", "DDA"} and free(row))
    planned = {
        (row["employee_id"], row["date"]) for row in undisturbed if row["source"] == "manual" and row["status"] == 1
    }
    duty = next(
        row
        for row in ours
        if codes[id(row)] in {"DIA", "DDA"}
        and free(row)
        and row["date"] < "2029-01-05"
        and not planned & {(row["employee_id"], row["date"]), (row["employee_id"], next_day(row["date"]))}
    )
    return {"shift": shift | {"free": str(free(shift))}, "duty": duty | {"free": str(free(duty))}}


def enter(scene: Scene, place: Place, *, status: int, service: bool = False, **other: str) -> Callable[[], Raw]:
    """Let a planner enter something in a slot, whatever is there; return how to read it again."""
    at = {name: place[name] for name in ("employee_id", "date", "dagdeel")} | other
    service_id = f"'{place['service_id']}'" if service else "null"
    if status == 1 and not service:
        service_id = "(select id from service_types where code = 'GRB')"
    scene.db.sql(
        "insert into roster_assignments (roster_id, employee_id, date, dagdeel, service_id, status) values "
        f"('{scene.roster_id}', '{at['employee_id']}', '{at['date']}', '{at['dagdeel']}', {service_id}, {status}) "
        "on conflict (roster_id, employee_id, date, dagdeel) do update "
        "set service_id = excluded.service_id, status = excluded.status"
    )
    where = " and ".join(f"{name} = '{value}'" for name, value in at.items())

    def entry() -> Raw:
        query = (
            f"select id, status, service_id from roster_assignments where roster_id = '{scene.roster_id}' and {where}"
        )
        found: list[Raw] = scene.db.sql(query)
        (row,) = found
        return row

    return entry


def change(scene: Scene, table: str, change: str, place: Place, *names: str) -> Callable[[], list[Raw]]:
    where = " and ".join(f"{name} = '{place[name]}'" for name in names)
    scene.db.sql(f"{change.format(table)} where roster_id = '{scene.roster_id}' and {where}")

    def rows() -> list[Raw]:
        found: list[Raw] = scene.db.sql(f"select * from {table} where roster_id = '{scene.roster_id}' and {where}")
        return found

    return rows


NEED = ("date", "dagdeel", "service_id")
MAY = ("employee_id", "service_id")

EDITS: dict[str, Callable[[Scene, dict[str, Place]], Callable[[], Any]]] = {
    "gives the slot other work": lambda scene, places: enter(scene, places["shift"], status=1),
    "enters leave": lambda scene, places: enter(scene, places["shift"], status=3),
    "enters leave instead of a duty": lambda scene, places: enter(scene, places["duty"], status=3),
    "gives the shift to someone else": lambda scene, places: enter(
        scene, places["shift"], status=1, service=True, employee_id=places["shift"]["free"]
    ),
    "gives the duty to someone else": lambda scene, places: enter(
        scene, places["duty"], status=1, service=True, employee_id=places["duty"]["free"]
    ),
    "enters work on the day after a duty": lambda scene, places: enter(
        scene, places["duty"], status=1, date=next_day(places["duty"]["date"]), dagdeel="M"
    ),
    "deletes the requirement": lambda scene, places: change(
        scene, "roster_period_staffing_dagdelen", "delete from {}", places["shift"], *NEED
    ),
    "needs nobody any more": lambda scene, places: change(
        scene, "roster_period_staffing_dagdelen", "update {} set aantal = 0", places["duty"], *NEED
    ),
    "takes the qualification away": lambda scene, places: change(
        scene, "roster_employee_services", "update {} set actief = false", places["shift"], *MAY
    ),
    "lowers the quota": lambda scene, places: change(
        scene, "roster_employee_services", "update {} set aantal = 0", places["duty"], *MAY
    ),
}


def next_day(date: str) -> str:
    return f"{date[:-2]}{int(date[-2:]) + 1:02}"


POINTS = list(range(2, REQUESTS + 1))
EDITS_AND_POINTS = [
    (edit, number)
    for place, edit in enumerate(EDITS)
    for number in sample(POINTS, [WRITE, [5, LOOK, BLOCK, VERIFY][place % 4]])
]


@pytest.mark.parametrize(("edit", "number"), EDITS_AND_POINTS)
def test_a_planner_edits_while_the_job_runs(scene: Scene, places: dict[str, Place], edit: str, number: int) -> None:
    """Whatever a planner does before request k of the job: it stands, and what the job writes fits it."""
    entries: list[Any] = []

    def act(exchange: Exchange) -> None:
        entry = EDITS[edit](scene, places)
        entries.extend((entry, entry()))
        exchange.relay()

    scene.proxy.plan({number: act})

    outcome, _ = scene.run()

    read, entered = entries
    assert outcome["success"], outcome["error"]
    assert read() == entered
    if number <= WRITE:  # after that it is the planner who decides, knowing what the job has written
        ours = [row for row in scene.rows() if row["source"] == "greedy" and row["status"] == 1]
        assert scene.broken_rules() == []
        assert known_to_be_written(outcome) == outcome["coverage"]["assigned"] == len(ours)
        # A planner may give a duty to someone who works the day after, and is told so.
        checks = outcome["phases"]["fase4_database"]["trigger_verification"]["checks"]
        resting_badly = {failure["employee_id"] for failure in checks["dio_ddo_blocking"]["failures"]}
        assert resting_badly <= ({places["duty"]["free"]} if edit == "gives the duty to someone else" else set())
        surplus = [warning["service_code"] for warning in outcome["warnings"] if warning["kind"] == "surplus"]
        assert set(surplus) <= {"GRB"}  # which the planner enters without need
    again, _ = scene.run()
    assert known_to_be_written(again) <= 1  # at most what the edit has opened
    assert read() == entered


@pytest.mark.parametrize("number", sample(list(range(2, REQUESTS + 1)), [WRITE, LOOK, BLOCK]))
@pytest.mark.parametrize("trigger", [True, False], ids=["with the trigger", "without the trigger"])
def test_a_planner_frees_a_duty_while_the_job_runs(scene: Scene, number: int, trigger: bool) -> None:
    """Its rest goes with it: nobody is left resting after a duty that is none, whoever would have written that rest."""
    freed: list[Raw] = []
    duties = (
        "select row.* from roster_assignments as row join service_types as service on service.id = row.service_id "
        "where row.roster_id = '{}' and row.status = 1 and code in ('DIO', 'DDO', 'DIA', 'DDA') "
        "order by row.source like 'greedy%' desc, date limit 1"
    )

    def act(exchange: Exchange) -> None:
        freed.extend(scene.db.sql(duties.format(scene.roster_id)))
        with scene.without_trigger(False):
            scene.db.sql(f"delete from roster_assignments where id = '{freed[0]['id']}'")
        exchange.relay()

    with scene.without_trigger(not trigger):
        scene.proxy.plan({number: act})
        outcome, _ = scene.run()

    assert len(freed) == 1
    assert outcome["success"], outcome["error"]
    if trigger or number <= BLOCK:
        assert scene.broken_rules() == []


def test_a_planner_who_never_stops(scene: Scene) -> None:
    """Another slot is taken each time that the job is about to write: it is left out in the end, every entry stands."""
    entries: list[Callable[[], Raw]] = []

    def act(exchange: Exchange) -> None:
        if b'"status":1' in exchange.body.replace(b" ", b"") and len(entries) < 2 * ATTEMPTS:
            entries.append(enter(scene, exchange.rows()[0], status=3))
        exchange.relay()

    scene.proxy.plan(since=(1, act))

    outcome, _ = scene.run()

    assert outcome["success"], outcome["error"]
    assert [entry()["status"] for entry in entries] == [3] * 2 * ATTEMPTS
    ours = [row for row in scene.rows() if row["source"] == "greedy" and row["status"] == 1]
    assert known_to_be_written(outcome) == outcome["coverage"]["assigned"] == len(ours) > 0
    assert scene.broken_rules() == []
    (warning,) = [warning["message"] for warning in outcome["warnings"] if warning["kind"] == "write"]
    assert "planners kept editing what they need; run again" in warning
    scene.proxy.plan()
    again, _ = scene.run()
    assert known_to_be_written(again) > 0
    assert scene.broken_rules() == []


# Two runs at once


@pytest.mark.parametrize("number", sample(list(range(1, REQUESTS + 1)), [6, WRITE, VERIFY]))
def test_another_run_from_beginning_to_end_between_two_requests(
    scene: Scene, undisturbed: list[Raw], number: int
) -> None:
    """One roster, and each tells what it wrote itself."""
    others = scene.others()
    second: list[dict[str, Any]] = []

    def act(exchange: Exchange) -> None:
        second.append(json.loads(scene.db.command(scene.roster_id).stdout))
        exchange.relay()

    scene.proxy.plan({number: act})

    first, _ = scene.run()

    total = sum(row["source"] == "greedy" and row["status"] == 1 for row in undisturbed)
    assert first["success"], first["error"]
    assert second[0]["success"], second[0]["error"]
    assert scene.plan() == undisturbed
    assert scene.others() == others
    accounts = {known_to_be_written(first), known_to_be_written(second[0])}
    assert accounts == {0, total}
    for outcome in (first, second[0]):
        assert outcome["coverage"]["assigned"] == known_to_be_written(outcome)
        assert outcome["phases"]["fase4_database"]["trigger_verification"]["all_passed"]
        assert [warning for warning in outcome["warnings"] if warning["kind"] == "write"] == []


@pytest.fixture(scope="session")
def second_proxy(stage: Scene) -> Iterator[FaultProxy]:
    with fault_proxy(stage.db.server.url) as proxy:
        yield proxy


@pytest.mark.parametrize("held_at", sample(list(range(1, REQUESTS + 1)), [WRITE, BLOCK]))
@pytest.mark.parametrize("number", sample(list(range(1, REQUESTS + 1)), [1, WRITE]))
@pytest.mark.parametrize("trigger", sample([True, False], [False]), ids=lambda there: "" if there else "no trigger")
def test_two_runs_interleaved(
    scene: Scene, second_proxy: FaultProxy, undisturbed: list[Raw], number: int, held_at: int, trigger: bool
) -> None:
    """The second begins before request k of the first, is held before its own request m until the first has ended."""
    arrived, go = threading.Event(), threading.Event()
    running: list[Future[dict[str, Any]]] = []

    def hold(exchange: Exchange) -> None:
        arrived.set()
        assert go.wait(PATIENCE)
        exchange.relay()

    def run_second() -> dict[str, Any]:
        try:
            outcome: dict[str, Any] = json.loads(scene.through(second_proxy).command(scene.roster_id).stdout)
            return outcome
        finally:
            arrived.set()

    def begin(exchange: Exchange) -> None:
        running.append(pool.submit(run_second))
        assert arrived.wait(PATIENCE)
        exchange.relay()

    second_proxy.plan({held_at: hold})
    scene.proxy.plan({number: begin})
    with scene.without_trigger(not trigger), ThreadPoolExecutor(1) as pool:
        try:
            first, _ = scene.run()
        finally:
            go.set()
        (second,) = (run.result() for run in running)
    second_proxy.plan()

    total = sum(row["source"] == "greedy" and row["status"] == 1 for row in undisturbed)
    assert [first["success"], second["success"]] == [True, True]
    assert scene.plan() == undisturbed
    assert {known_to_be_written(first), known_to_be_written(second)} == {0, total}
