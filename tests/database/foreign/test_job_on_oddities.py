"""The job on a database that has one odd thing: it works, or refuses before it writes and names what is in the way."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.database.foreign.conftest import Databases
from tests.support.foreign import Variant
from tests.support.oddities import (
    ANY_SOURCE,
    MISSING,
    NULLABLE,
    TIMESTAMPS,
    VIEWS,
    WRITE_ODDITIES,
    Oddity,
    null_in,
)
from tests.support.practice_roster import PracticeRoster, load

ON = (Variant("S2"), Variant("S2", ours=True))
JOB_WORDS = {"GREEDY_SOURCE": "greedy", "GREEDY_SOURCE_BLOCKING": "greedy-blocking"}


@pytest.fixture
def roster(foreign_databases: Databases, request: pytest.FixtureRequest) -> Iterator[PracticeRoster]:
    """A fresh roster on a database that takes any word in `source`, so that the oddity is the only one."""
    variant: Variant = request.param
    database = foreign_databases(variant)
    if variant.ours:
        yield load(database)
        return
    with ANY_SOURCE.on(database):
        yield load(database)


on_both = pytest.mark.parametrize("roster", ON, indirect=True, ids=str)


@on_both
@pytest.mark.parametrize("oddity", WRITE_ODDITIES, ids=str)
def test_a_write(roster: PracticeRoster, oddity: Oddity) -> None:
    """The roster has rows for some of its slots, so that the job both updates and inserts."""
    roster.database.sql(
        f"delete from public.roster_assignments where roster_id = '{roster.id}' and status = 0 "
        "and extract(day from date)::integer % 2 = 1"
    )
    before, named = roster.rows, oddity.named_on(roster.database)

    with oddity.on(roster.database):
        checked = roster.run("--check", **JOB_WORDS)
        rehearsed = roster.run("--dry-run", **JOB_WORDS)
        done = roster.run(**JOB_WORDS)
        after = [{name: value for name, value in row.items() if name in before[0]} for row in roster.rows]

    if named is None:
        assert done.returncode == 0, done.stderr[-3000:]
        assert roster.broken_rules() == []
        return
    for told in (checked, rehearsed, done):
        said = told.stdout + told.stderr
        assert told.returncode == 5, said[-3000:]
        assert named in said
        assert "a rerun completes" not in said
    assert after == before


@on_both
def test_a_trigger_that_nothing_meets(roster: PracticeRoster) -> None:
    """Where each slot has a row, nothing is inserted, and what refuses new rows is not in the way."""
    [oddity] = [oddity for oddity in WRITE_ODDITIES if oddity.name == "trigger that raises after insert"]

    with oddity.on(roster.database):
        ended = [roster.run(*options, **JOB_WORDS) for options in (("--check",), ("--dry-run",), ())]

    assert [done.returncode for done in ended] == [0, 0, 0], [done.stdout[-2000:] for done in ended]
    assert roster.broken_rules() == []


@on_both
@pytest.mark.parametrize("oddity", [*VIEWS, *TIMESTAMPS, *MISSING], ids=str)
def test_a_table(roster: PracticeRoster, oddity: Oddity) -> None:
    before = roster.rows

    with oddity.on(roster.database):
        done = roster.run(**JOB_WORDS)

    said = done.stdout + done.stderr
    if oddity.in_the_way is None:
        assert done.returncode == 0, said[-3000:]
    elif done.returncode:
        assert done.returncode == 5, said[-3000:]
        assert oddity.in_the_way in said
        assert roster.rows == before


@on_both
@pytest.mark.parametrize(
    ("table", "column"), [(table, column) for table, columns in NULLABLE.items() for column in columns], ids=str
)
def test_null(roster: PracticeRoster, table: str, column: str) -> None:
    """A null is no reason to stop, but in what nobody can plan without."""
    people = tuple(row["id"] for row in roster.tables["employees"])
    codes = tuple(row["code"] for row in roster.tables["service_types"])
    condition = {
        "roosters": f"id = '{roster.id}'",
        "employees": f"id in {people[:3]}",
        "service_types": f"code in {codes[-2:]}",
    }.get(table, f"roster_id = '{roster.id}'" + (" and status <> 0" if table == "roster_assignments" else ""))

    with null_in(table, column, condition).on(roster.database):
        done = roster.run(**JOB_WORDS)
        if table == "service_types":
            roster.database.sql("update public.service_types set is_system = coalesce(is_system, false), actief = true")

    if (table, column) == ("roosters", "end_date"):
        assert done.returncode == 4
        assert "end_date" in done.stderr + done.stdout
    else:
        assert done.returncode == 0, done.stderr[-3000:]
