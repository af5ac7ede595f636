"""A worker that comes back too late writes nothing: the lease is proven in the transaction that writes."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest

from greedy.cli.order import Order
from greedy.cli.run import run_roster
from greedy.cli.settings import CommandSettings, LogFormat
from greedy.database import lease as leases
from greedy.database import requests
from greedy.database.client import connect
from greedy.database.codes import Action, Kind
from greedy.database.queue import Queue
from greedy.domain.language import Language
from greedy.domain.period import Scope
from greedy.domain.queue import Breaker, Fate, Taken, judge
from greedy.errors import LeaseOverError
from greedy.writer.batch import BatchWriter
from tests.support.database import Database, duty_roster, one_open_shift, slot_row
from tests.support.queue import ask, entry, let_time_pass, must_take, report, take

NOW = "2027-01-01T12:00:00+00:00"


def fill(here: Database, taken: Taken, scope: Scope | None = None) -> Any:
    """Fill a roster as a worker does."""
    settings = CommandSettings.load(supabase_url=here.server.url, supabase_key=here.server.secret_key)
    order = Order(
        run_id=str(uuid.uuid4()),
        roster_id=uuid.UUID(taken.roster_id),
        scope=scope or Scope(today=dt.date(2025, 1, 1)),
        dry_run=False,
        strict=False,
        fail_on_open=False,
        timeout=600,
        log_level=None,
        log_format=LogFormat.JSON,
        output=None,
        language=Language.NL,
    )
    with connect(here.server.url, here.server.secret_key) as connection:
        return run_roster(connection, taken.roster_id, order, settings, taken)


def held(here: Database, roster_id: str) -> list[Any]:
    return [row for row in here.rows(roster_id) if row["status"]]


def test_a_run_under_a_lease_is_as_any_other(here: Database) -> None:
    roster_id = here.load(duty_roster())
    ask(here, roster_id)
    taken = must_take(here)

    ended = fill(here, taken)

    assert (ended.failure, ended.result.success) == (None, True)
    assert {(row["status"], row["source"]) for row in held(here, roster_id)} >= {(1, "greedy")}
    assert (ended.record.tried, ended.record.waited_ms) == (1, taken.waited_ms)
    assert report(here, taken, Fate.DONE)


@pytest.mark.parametrize("taken_by_another", [False, True])
def test_a_late_run_writes_nothing_and_is_no_failure_of_the_roster(here: Database, taken_by_another: bool) -> None:
    roster_id = here.load(duty_roster())
    ask(here, roster_id)
    late = must_take(here, "late")
    let_time_pass(here, roster_id)
    if taken_by_another:
        must_take(here, "other")

    ended = fill(here, late)

    assert isinstance(ended.failure, LeaseOverError)
    assert "another worker may have it" in str(ended.failure)
    assert judge(ended.failure, 0, Breaker()).fate is Fate.LOST
    assert held(here, roster_id) == []


def test_a_late_replan_takes_nothing_back(here: Database) -> None:
    roster_id = here.load(one_open_shift())
    ask(here, roster_id)
    first = must_take(here)
    fill(here, first)
    report(here, first, Fate.DONE)
    before = held(here, roster_id)
    assert before
    here.sql(f"update roster_employee_services set actief = false where employee_id = '{before[0]['employee_id']}'")
    ask(here, roster_id, options={"replan": True})
    late = must_take(here)
    let_time_pass(here, roster_id)

    ended = fill(here, late, Scope(replan=True, today=dt.date(2025, 1, 1)))

    assert isinstance(ended.failure, LeaseOverError)
    assert held(here, roster_id) == before


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        ("greedy_write", {"records": [], "written_at": NOW}),
        ("greedy_replan", {"taken_back": [], "planned": [], "written_at": NOW}),
        ("greedy_finish", {"counters": [], "begun": True}),
        ("greedy_move", {"moved": {}, "word": "greedy"}),
    ],
)
def test_nothing_is_written_without_the_lease(here: Database, function: str, arguments: dict[str, Any]) -> None:
    roster_id = here.load(one_open_shift())
    ask(here, roster_id)
    taken = must_take(here)
    action = Action("write", function, Kind.FUNCTION)
    if function == "greedy_move":
        here.sql("alter table roster_assignments add column if not exists roster_period_staffing_dagdelen_id uuid")

    def write(token: str) -> Any:
        return requests.execute(leases.call(here.client, function, roster_id, arguments, token), action).data

    try:
        assert isinstance(write(taken.lease), dict)
        with pytest.raises(LeaseOverError):
            write(str(uuid.uuid4()))
        let_time_pass(here, roster_id)
        with pytest.raises(LeaseOverError):
            write(taken.lease)
    finally:
        here.sql("alter table roster_assignments drop column if exists roster_period_staffing_dagdelen_id")


def test_a_roster_that_is_dropped_takes_its_worker_the_right_to_write(here: Database) -> None:
    roster_id = here.load(duty_roster())
    ask(here, roster_id)
    taken = must_take(here)
    Queue(here.client).drop(roster_id)

    assert isinstance(fill(here, taken).failure, LeaseOverError)
    assert held(here, roster_id) == []


def test_a_plain_run_beside_a_worker_writes_as_ever(here: Database) -> None:
    """The guard keeps the two apart, as it does any two runs."""
    roster_id = here.load(duty_roster())
    ask(here, roster_id)
    taken = must_take(here)

    outcome, _ = here.run(roster_id)

    assert outcome["success"]
    assert fill(here, taken).failure is None


def test_rows_that_fill_another_requirement_are_moved_under_the_lease(here: Database) -> None:
    here.sql("alter table roster_assignments add column if not exists roster_period_staffing_dagdelen_id uuid")
    try:
        raw = one_open_shift()
        roster_id = here.load(raw)
        here.client.table("roster_assignments").insert(slot_row(raw, "ECH", source="greedy")).execute()
        (row,) = here.rows(roster_id)
        requirement = raw["roster_period_staffing_dagdelen"][0]["id"]
        ask(here, roster_id)
        taken = must_take(here)
        moves = {"moved": {requirement: [row["id"]]}, "word": row["source"]}

        call = leases.call(here.client, "greedy_move", roster_id, moves, taken.lease)
        told: Any = requests.execute(call, Action("move", "greedy_move", Kind.FUNCTION)).data

        assert told == {"moved": 1}
        assert here.rows(roster_id)[0]["roster_period_staffing_dagdelen_id"] == requirement
    finally:
        here.sql("alter table roster_assignments drop column if exists roster_period_staffing_dagdelen_id")


def test_whoever_asks_meanwhile_does_not_wait_for_what_is_written(here: Database) -> None:
    """A planner's request is in the transaction of a change, for whose lock the job may be waiting."""
    roster_id = here.load(one_open_shift())
    ask(here, roster_id)
    taken = must_take(here)
    # What a transaction under the lease holds, as long as it lasts: the lock of the lease, and no row.
    here.sql(f"select greedy_lease_holds('{roster_id}', '{taken.lease}')")

    assert ask(here, roster_id) == ["again"]
    assert entry(here, roster_id)["state"] == "running"
    assert take(here) is None


def test_batch_writer_as_the_specification_calls_it_knows_no_lease(here: Database) -> None:
    outcome, job = here.run(here.load(one_open_shift()))

    assert outcome["success"]
    assert job.workspace is not None
    assert BatchWriter(job.workspace, here.client)._table.lease is None
