"""Bad data: rows as PostgREST might return them, damaged in every way; never a crash, never a rule broken."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console
from structlog.testing import capture_logs

from greedy.cli import console
from greedy.database.client import Connection
from greedy.database.tables import COLUMNS as READ_COLUMNS
from greedy.domain.models import Row, Status, Workspace
from greedy.errors import RosterDataError
from greedy.loader import build_workspace
from greedy.outcome.result import RunResult
from greedy.processor import GreedyProcessor
from greedy.processor_with_db import DatabaseOperationOrchestrator
from tests.faults.scene import practice
from tests.support import checker, factories
from tests.support.factories import Raw, day
from tests.support.fake import Answer, FakeClient
from tests.support.strategies import thorough

Tables = dict[str, list[Any]]
BASE: Tables = practice()
BASE["roosters"] = BASE["roosters"][:1]  # as the job reads it
TABLES = sorted(BASE)
COLUMNS = {table: READ_COLUMNS[table].split(",") for table in TABLES}

ODD = [
    None, "", " ", "x", "é‮🦄", "DIO", "Groen", "TOT", "MOET", "O", "n" * 10_000, "2029-01-03", "2029-02-30",
    "0000-00-00", "9999-12-31", "1969-12-31", "2029-01-03T00:00:00", "b3047571-5fff-46d1-96db-0a28b14da245",
    True, False, -1, 0, 1, 2, 3, 4, 10**6, 10**30, 1.5, 1e308, [], {}, [1], {"id": 1},
]  # fmt: skip
JUNK: list[Any] = [None, 3, "row", [], {}, True]

odd = st.sampled_from(ODD)


KINDS = ("value", "value", "value", "swap", "gone", "twice", "again", "junk", "none")

Change = tuple[str, int, str, int, Any]
"""Table, which row, kind of damage, which column, value."""

changes = st.lists(
    st.tuples(st.sampled_from(TABLES), st.integers(0, 99), st.sampled_from(KINDS), st.integers(0, 9), odd),
    min_size=1,
    max_size=4,
)


def damaged(changes: list[Change]) -> Tables:
    """Damage the tables of a roster."""
    tables = deepcopy(BASE)
    for table, place, kind, number, value in changes:
        rows = tables[table]
        place %= max(1, len(rows))
        if kind == "none":
            rows.clear()
        elif kind == "junk":
            rows.insert(place, JUNK[number % len(JUNK)])
        elif rows and isinstance(row := rows[place], dict):
            column = COLUMNS[table][number % len(COLUMNS[table])]
            if kind == "value":
                row[column] = value
            elif kind == "gone":
                row.pop(column, None)
            elif kind == "swap":  # of the right kind, but another row's
                row[column] = next((other.get(column) for other in rows[::-1] if isinstance(other, dict)), None)
            else:
                rows.append(dict(row) if kind == "twice" else row | {"id": "another"})
    return tables


def raw_again(records: tuple[Row, ...]) -> list[Raw]:
    return [record.model_dump(mode="json", by_alias=True) for record in records]


def as_tables(workspace: Workspace) -> dict[str, list[Raw]]:
    """Return what the job took for the roster as rows, for the checker, which knows nothing of the job's own types."""
    mine = {"roster_id": workspace.roster_id}
    return {
        "roosters": raw_again((workspace.roster,)),
        "employees": raw_again(workspace.employees),
        "service_types": raw_again(workspace.services),
        "roster_period_staffing_dagdelen": [row | mine for row in raw_again(workspace.requirements)],
        "roster_employee_services": [row | mine for row in raw_again(workspace.qualifications)],
        "roster_assignments": [row | {"notes": None} for row in raw_again((*workspace.stored, *workspace.neighbours))],
    }


@thorough
@given(changes)
def test_damaged_rows_are_named_or_do_no_harm(changes: list[Change]) -> None:
    """Either an error that names rows and what to do with them, or a plan that breaks no rule."""
    tables = damaged(changes)
    try:
        workspace = build_workspace(tables)
    except RosterDataError as error:
        named = [problem for problem in error.problems if problem.fatal]
        assert named
        assert all(problem.table in TABLES and problem.id and problem.field and problem.remedy for problem in named)
        ids = {str(row.get("id"))[:80] for rows in tables.values() for row in rows if isinstance(row, dict)}
        assert all(
            problem.id.startswith("#") or problem.id == "-" or problem.id.removesuffix("...") in ids
            for problem in named
        )
        return

    GreedyProcessor(workspace).process()

    assert checker.violations(as_tables(workspace), workspace.assignments, workspace.roster_id) == []


def server() -> FakeClient:
    """Return a server without our SQL and without rows, with the tables that the job touches after its writing."""
    return FakeClient(roster_period_staffing_dagdelen=(), roosters=())


def run(tables: Tables, table: FakeClient) -> tuple[DatabaseOperationOrchestrator, dict[str, Any], str]:
    """Run the pipeline on these tables, with a client that is replaced; give what it logged too."""
    table.rpc_answers["greedy_schema"] = None
    with (
        patch("greedy.loader.read_tables", side_effect=lambda *_: deepcopy(tables)),
        patch("greedy.interrupts.time.sleep"),
        capture_logs() as logs,
    ):
        job = DatabaseOperationOrchestrator(Connection(table), "R1", "run")
        outcome = job.execute_full_pipeline().to_json()
    return job, outcome, str(logs)


def tell(outcome: dict[str, Any]) -> None:
    """Hand the result over in each of its shapes."""
    json.dumps(outcome, ensure_ascii=False, allow_nan=False).encode()
    with open("/dev/null", "w") as nowhere:
        Console(file=nowhere, markup=False, emoji=False).print(console.render(RunResult.from_json(outcome)))


def test_the_rows_before_any_damage_make_a_plan() -> None:
    """Else the tests here would show nothing."""
    job, outcome, _ = run(BASE, table := server())

    assert outcome["success"], outcome["error"]
    assert job.failure is None
    assert {row["status"] for batch in table.upserts for row in batch} == {Status.ACTIVE, Status.BLOCKED}
    assert build_workspace(BASE).neighbours != ()


@thorough
@given(changes)
def test_the_pipeline_on_damaged_rows(changes: list[Change]) -> None:
    """Exit code 4 and nothing written, or 0."""
    tables = damaged(changes)
    table = server()

    job, outcome, _ = run(tables, table)

    assert job.failure is None or job.failure.exit_code == 4, outcome["error"]
    if job.failure is not None:
        assert table.upserts == []
        assert any(warning["fatal"] for warning in outcome["warnings"])
    tell(outcome)


SLOTS = BASE["roster_assignments"][:3]

answers = st.one_of(
    st.sampled_from(JUNK),
    st.lists(st.sampled_from([*JUNK, *SLOTS]), max_size=4),
    st.dictionaries(st.sampled_from(("id", "employee_id", "date", "dagdeel", "status")), odd, max_size=4).map(
        lambda changes: [SLOTS[0] | changes]
    ),
)


@settings(thorough, max_examples=thorough.max_examples // 4)
@given(st.lists(answers, max_size=3), st.lists(answers, max_size=2))
def test_the_pipeline_on_answers_that_are_odd(reads: list[Any], writes: list[Any]) -> None:
    """What 4A, the look at what the trigger made, 4B and 4C are answered may be anything that is JSON."""
    table = server()
    lists = [answer if isinstance(answer, list) else [answer] for answer in reads]
    table.read_answers = [Answer(answer, count=len(answer)) for answer in lists]
    table.write_answers = [5 if isinstance(answer, int) else answer for answer in writes]

    job, outcome, _ = run(BASE, table)

    assert job.failure is None or job.failure.exit_code == 5, outcome["error"]
    tell(outcome)


@pytest.mark.parametrize(
    "damage",
    [{"dagdeel": "X"}, {"service_id": "gone"}, {"employee_id": "gone"}, {"status": 9}, {"date": "soon"}, {"id": None}],
    ids=str,
)
def test_a_damaged_row_of_another_roster_stops_nothing(damage: Raw) -> None:
    """It is named, and this roster is planned."""
    neighbour = factories.assignment(roster_id="R0", date=day(-1), dagdeel="A", service_id="DIA") | damage

    workspace = build_workspace(
        factories.tables(roster_employee_services=[factories.qualification()], roster_assignments=[neighbour])
    )

    (problem,) = workspace.warnings
    assert (problem.table, problem.field) == ("roster_assignments", next(iter(damage)))
    assert workspace.neighbours == ()


@pytest.mark.parametrize("table", ["requirement", "qualification"])
def test_rows_of_other_rosters_are_not_this_rosters(table: str) -> None:
    """Whoever hands all rosters' rows over gets this one planned with its own."""
    make: Callable[..., Raw] = getattr(factories, table)

    workspace = build_workspace(
        factories.tables(
            roster_period_staffing_dagdelen=[make(roster_id="R9")] if table == "requirement" else [],
            roster_employee_services=[make(roster_id="R9")] if table == "qualification" else [],
        )
    )

    assert (workspace.requirements, workspace.qualifications, workspace.warnings) == ((), (), ())


def test_long_ids_that_differ_at_their_end_are_different() -> None:
    """A damaged employee stops the run if, and only if, it is theirs."""
    ours, stranger = "x" * 150 + "1", "x" * 150 + "2"
    people = [factories.employee(ours), factories.employee(stranger, team="Paars")]
    given = {"employees": people, "roster_employee_services": [factories.qualification(ours)]}

    (problem,) = build_workspace(factories.tables(**given)).warnings
    assert problem.id == "x" * 80 + "..."

    people[0]["team"] = "Paars"
    with pytest.raises(RosterDataError) as caught:
        build_workspace(factories.tables(**given))
    assert [problem.fatal for problem in caught.value.problems] == [True, False]
