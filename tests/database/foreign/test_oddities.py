"""The oddities are what they say: each refuses rows like the job's, or does not, and leaves no trace when undone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from postgrest.exceptions import APIError

from tests.support.database import answered
from tests.support.foreign import ForeignDatabase, Variant
from tests.support.oddities import (
    ANY_SOURCE,
    MISSING,
    NULLABLE,
    ODDITIES,
    TIMESTAMPS,
    VIEWS,
    WRITE_ODDITIES,
    Oddity,
    null_in,
)
from tests.support.planner import ACTIVE, BLOCKED, KEY
from tests.support.planner_scene import Scene, Setting, make_scene

S2 = Variant("S2")
on_s2 = pytest.mark.parametrize("scene", [Setting(S2, since_29_december=True)], indirect=True, ids=str)
CATALOGUE = """
select attrelid::regclass::text as owner, attname::text as name, atttypid::regtype::text || attnotnull::text as what
from pg_attribute where attrelid in (select oid from pg_class where relnamespace = 'public'::regnamespace)
  and attnum > 0 and not attisdropped
union all select conrelid::regclass::text, conname::text, pg_get_constraintdef(oid) from pg_constraint
where connamespace = 'public'::regnamespace and conname <> 'roster_assignments_source_check'
union all select tgrelid::regclass::text, tgname::text, tgenabled::text from pg_trigger where not tgisinternal
union all select 'function', proname::text, '' from pg_proc where pronamespace = 'public'::regnamespace
order by 1, 2, 3
"""


@pytest.fixture
def odd(scene: Scene) -> Iterator[Scene]:
    """A scene whose database takes any word in `source`."""
    with ANY_SOURCE.on(scene.database):
        yield scene


def jobs_row(scene: Scene, day: int, status: int) -> dict[str, Any]:
    work = status == ACTIVE
    return {
        "roster_id": scene.planner.roster_id,
        "employee_id": scene.people[0],
        "date": str(scene.cell(day, "O").date),
        "dagdeel": "O" if work else "M",
        "service_id": scene.service["ECH"] if work else None,
        "status": status,
        "source": "greedy" if work else "greedy-blocking",
        "notes": None if work else "Auto-blocked: rest after DIO on 2027-01-04 O",
    }


def make_room(scene: Scene) -> Scene:
    """Take the rows away in whose place `refused` inserts."""
    for dagdeel in ("O", "M"):
        scene.planner.delete(scene.cell(3, dagdeel))
    return scene


def refused(scene: Scene, status: int) -> list[str]:
    """What the database says to a row like the job's, in a slot that has a row and in one that has none."""
    messages = []
    for day in (2, 3):
        try:
            row = jobs_row(scene, day, status)
            scene.database.client.table("roster_assignments").upsert(row, on_conflict=KEY).execute()
        except APIError as error:
            messages.append(error.message or "")
    return messages


@pytest.mark.parametrize("oddity", [*WRITE_ODDITIES, *VIEWS], ids=str)
@on_s2
def test_refuses_what_it_says(odd: Scene, oddity: Oddity) -> None:
    make_room(odd)
    with oddity.on(odd.database):
        answers = {status: refused(odd, status) for status in (ACTIVE, BLOCKED)}
    after = make_room(make_scene(odd.database, since_29_december=True))

    stands = oddity.in_the_way is not None
    assert (bool(answers[ACTIVE]), bool(answers[BLOCKED])) == (stands and oddity.active, stands and oddity.rest), (
        answers
    )
    assert refused(after, ACTIVE) + refused(after, BLOCKED) == []


@pytest.mark.parametrize("oddity", MISSING, ids=str)
@on_s2
def test_missing_column_cannot_be_read(scene: Scene, oddity: Oddity) -> None:
    table, column = oddity.name.split(" without ")

    with oddity.on(scene.database), pytest.raises(APIError, match=column) as caught:
        scene.database.client.table(table).select(column).limit(1).execute()

    assert caught.value.code == "42703"


@pytest.mark.parametrize("oddity", TIMESTAMPS, ids=str)
@on_s2
def test_timestamps_are_read_as_such(scene: Scene, oddity: Oddity) -> None:
    """Here with a blank before the time, where PostgREST has a T."""
    with oddity.on(scene.database):
        [roster] = answered(scene.database.client.table("roosters").select("*").eq("id", scene.planner.roster_id))

    assert re.match(r"2027-01-04[T ]00:00:00", roster["start_date"])


@pytest.mark.parametrize("oddity", ODDITIES, ids=str)
@pytest.mark.parametrize("foreign", [S2], indirect=True, ids=str)
def test_undo_leaves_no_trace(foreign: ForeignDatabase, oddity: Oddity) -> None:
    before = foreign.sql(CATALOGUE)

    with oddity.on(foreign):
        assert foreign.sql(CATALOGUE) != before

    assert foreign.sql(CATALOGUE) == before


@pytest.mark.parametrize(("table", "column"), [(table, column) for table in NULLABLE for column in NULLABLE[table]])
@on_s2
def test_null_is_allowed(scene: Scene, table: str, column: str) -> None:
    before = scene.database.sql(CATALOGUE)
    [row] = scene.database.sql(f"select id from {table} limit 1")

    with null_in(table, column, f"id::text = '{row['id']}'").on(scene.database):
        [found] = scene.database.sql(f"select {column} as value from {table} where id::text = '{row['id']}'")
        assert found["value"] is None

    assert scene.database.sql(CATALOGUE) == before
