"""How planners and the job interleave, step by step: two connections, one of which is made to wait for the other.

What is looked for: rest that is lost, an edit of a planner's that is lost or refused, a judgement from before the lock.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import psycopg
import pytest

from tests.support.patience import PATIENCE
from tests.support.postgres import Connection
from tests.support.writing import (
    ACTIVE,
    BLOCKED,
    OPEN,
    START,
    UNAVAILABLE,
    Make,
    Scene,
    until_it_waits,
)


def while_it_waits(scene: Scene, waiting: Connection, does: Callable[[], object], then: Connection) -> None:
    """Begin something that has to wait for the transaction of `then`; commit that one; return when both are done."""
    with ThreadPoolExecutor(1) as pool:
        doing = pool.submit(does)
        try:
            until_it_waits(scene.database, waiting)
        finally:
            then.commit()
        doing.result()


# A duty goes; what its rest becomes, hangs on who else needs it

PLANNED = {"another duty needs it": ((0, "O"), "DIO"), "somebody works there": ((1, "O"), "ECH")}
THEN = {
    "another duty needs it": {(0, "O"): ACTIVE, (0, "M"): BLOCKED, (1, "O"): BLOCKED, (1, "M"): BLOCKED},
    "somebody works there": {(1, "O"): ACTIVE},
}


@pytest.mark.parametrize("planned", PLANNED)
def test_a_planner_deletes_a_duty_while_its_rest_is_being_planned_on(scene: Scene, planned: str) -> None:
    (day, dagdeel), code = PLANNED[planned]
    scene.upsert(scene.row(0, "A", "DIA", source="manual"))
    with scene.database.connect(autocommit=False) as other:
        scene.upsert(scene.row(day, dagdeel, code, source="manual"), other)
        while_it_waits(
            scene,
            scene.planner,
            lambda: scene.edit(0, "A", status=OPEN, service_id=None),
            then=other,
        )
    assert scene.states() == THEN[planned]


@pytest.mark.parametrize("planned", PLANNED)
def test_the_job_takes_a_duty_back_while_its_rest_is_being_planned_on(scene: Scene, planned: str) -> None:
    """The planner updates a row that was there, and so waits for nobody."""
    (day, dagdeel), code = PLANNED[planned]
    scene.upsert(scene.row(0, "O", None, status=OPEN, source="manual"))
    night = scene.row(0, "A", "DIA")
    scene.write(night)
    with scene.database.connect(autocommit=False) as job, scene.database.connect(autocommit=False) as planner:
        assert job.execute("select greedy_take(%s) as had", [scene.id]).fetchone() == {"had": True}
        scene.edit(day, dagdeel, connection=planner, status=ACTIVE, service_id=scene.services[code])
        replan = "select greedy_replan(%s, %s, '[]', now())"
        while_it_waits(scene, job, lambda: job.execute(replan, [scene.id, json.dumps([night])]), then=planner)
        job.commit()
    assert scene.states() == THEN[planned]


@pytest.mark.parametrize("level", ["repeatable read", "serializable"])
def test_a_planner_who_sees_the_roster_as_it_was__is_told_so_and_no_rest_is_lost(scene: Scene, level: str) -> None:
    scene.upsert(scene.row(0, "A", "DIA", source="manual"))
    with scene.database.connect(autocommit=False) as planner:
        planner.execute(f"set transaction isolation level {level}".encode())
        planner.execute("select count(*) from roster_assignments")
        scene.upsert(scene.row(0, "O", "DIO", source="manual"))
        with pytest.raises(psycopg.errors.SerializationFailure):
            scene.edit(0, "A", connection=planner, status=OPEN, service_id=None)
        planner.rollback()
        scene.edit(0, "A", connection=planner, status=OPEN, service_id=None)
        planner.commit()
    assert scene.states() == THEN["another duty needs it"]


def test_planner_who_rolls_back_to_a_savepoint__the_rest_goes_with_the_duty(scene: Scene) -> None:
    with scene.database.connect(autocommit=False) as planner:
        scene.upsert(scene.row(3, "M", "ECH", source="manual"), planner)
        with planner.transaction(force_rollback=True):
            scene.upsert(scene.row(0, "A", "DIA", source="manual"), planner)
        scene.upsert(scene.row(7, "A", "DIA", source="manual"), planner)
        planner.commit()
    assert scene.states() == {(3, "M"): ACTIVE, (7, "A"): ACTIVE, (8, "O"): BLOCKED, (8, "M"): BLOCKED}


# Rest moves with its duty


@pytest.mark.parametrize("change", ["roster_id", "employee_id", "date"])
def test_planner__moves_duties_and_their_rest(make: Make, change: str) -> None:
    scene = make()
    later = make(start=START + timedelta(days=7), staff=scene.people)
    scene.write(scene.row(7, "O", "DIO"))
    scene.upsert(scene.row(7, "A", "DIA", source="manual"))
    assigned, value, where, person, day = {
        "roster_id": ("roster_id = %s", later.id, later, 0, 0),
        "employee_id": ("employee_id = %s", scene.people[1], scene, 1, 7),
        "date": ("date = date + %s::integer", 3, scene, 0, 10),
    }[change]
    scene.planner.execute(
        f"update roster_assignments set {assigned} where roster_id = %s and status > 0".encode(), [value, scene.id]
    )

    rest = {(day, "M"), (day + 1, "O"), (day + 1, "M")}
    rows = where.rows(person)
    assert {slot for slot in rest if rows[slot]["blocked_by_date"]} == rest
    assert {row["source"] for row in rows.values() if row["status"] == BLOCKED} == {"manual"}
    where.edit(day, "O", person, status=OPEN, service_id=None)
    where.edit(day, "A", person, status=OPEN, service_id=None)
    assert BLOCKED not in where.states(person).values()


def test_planner__moves_a_row_of_rest_alone__it_is_rest_by_hand(scene: Scene) -> None:
    scene.write(scene.row(0, "A", "DIA"))
    scene.edit(1, "O", date=scene.start + timedelta(days=5))
    moved = scene.rows()[5, "O"]
    assert (moved["status"], moved["source"], moved["blocked_by_date"]) == (BLOCKED, "manual", None)


def test_planner__row_of_no_roster__is_refused_as_any_and_waits_for_nobody(scene: Scene) -> None:
    scene.planner.execute("set statement_timeout = '4s'")  # shorter than the 5 s of those who wait
    with pytest.raises(psycopg.errors.NotNullViolation):
        scene.upsert(scene.row(0, "M", "ECH", source="manual", roster_id=None))


# The job


@pytest.mark.parametrize("level", ["repeatable read", "serializable"])
def test_job__a_database_that_judges_by_what_was__is_named_with_the_remedy(scene: Scene, level: str) -> None:
    """What it reads after it has the lock would be from before."""
    scene.job.execute(f"set default_transaction_isolation = '{level}'".encode())
    with pytest.raises(psycopg.Error, match=f"lets it begin at {level}") as caught:
        scene.write(scene.row(5, "M", "ECH"))
    assert (caught.value.sqlstate, scene.states()) == ("PT501", {})
    assert "reset default_transaction_isolation" in (caught.value.diag.message_hint or "")


def test_job__names_other_requirements__what_a_planner_is_editing_stays(scene: Scene) -> None:
    """To wait for them would be a deadlock when they come to the rows that the job has."""
    column = "roster_period_staffing_dagdelen_id"
    scene.database.run(f"alter table roster_assignments add column if not exists {column} uuid")
    scene.write(scene.row(0, "M", "ECH"), scene.row(3, "M", "ECH"))
    need = scene.planner.execute(
        "select id::text from roster_period_staffing_dagdelen where roster_id = %s limit 1", [scene.id]
    ).fetchone()
    assert need
    moved = json.dumps({need["id"]: [str(row["id"]) for row in scene.rows().values()]})
    with scene.database.connect(autocommit=False) as planner:
        scene.edit(3, "M", connection=planner, notes="met Anna")
        scene.job.execute(f"set statement_timeout = '{PATIENCE:.0f}s'".encode())  # of a wait that would have no end
        told = scene.job.execute("select greedy_move(%s, %s, 'greedy') as told", [scene.id, moved]).fetchone()
        scene.edit(0, "M", connection=planner, notes="met Bo")
        planner.commit()
    assert told == {"told": {"moved": 1}}
    rows = scene.rows()
    assert [str(rows[slot][column]) for slot in ((0, "M"), (3, "M"))] == [need["id"], "None"]
    assert [rows[slot]["notes"] for slot in ((0, "M"), (3, "M"))] == ["met Bo", "met Anna"]


def test_job__the_roster_is_deleted_meanwhile(scene: Scene) -> None:
    scene.write(scene.row(0, "O", "DIO"))
    with scene.database.connect("postgres", autocommit=False) as owner, scene.database.connect() as job:
        owner.execute("delete from roosters where id = %s", [scene.id])
        with ThreadPoolExecutor(1) as pool:
            writing = pool.submit(lambda: scene.write(scene.row(5, "M", "ECH"), connection=job))
            owner.commit()
            error = writing.exception()
    assert isinstance(error, psycopg.errors.ForeignKeyViolation), error
    assert scene.states() == {}


def test_job__writes_while_somebody_deletes_the_roster(scene: Scene) -> None:
    with scene.database.connect(autocommit=False) as job, scene.database.connect("postgres") as owner:
        scene.write(scene.row(0, "O", "DIO"), connection=job)
        deletes = "delete from roosters where id = %s"
        while_it_waits(scene, owner, lambda: owner.execute(deletes, [scene.id]), then=job)
    assert scene.states() == {}


def test_job__rest_of_a_duty_that_a_planner_is_taking_away__is_refused(scene: Scene) -> None:
    """FASE 4B, in a database whose triggers somebody has switched off for a while."""
    with scene.database.connect("superuser", autocommit=False) as planner:
        planner.execute("set session_replication_role = replica")
        scene.upsert(scene.row(0, "A", "DIA", source="manual"), planner)
        planner.commit()
        planner.execute("delete from roster_assignments where roster_id = %s", [scene.id])
        assert scene.refusals(scene.row(1, "O", None, status=BLOCKED)) == [(1, "O", "no_rest")]
        planner.rollback()
    scene.write(*(scene.row(1, dagdeel, None, status=BLOCKED) for dagdeel in "OM"))
    assert scene.states() == {(0, "A"): ACTIVE, (1, "O"): BLOCKED, (1, "M"): BLOCKED}
    scene.edit(0, "A", status=UNAVAILABLE, service_id=None)
    assert scene.states() == {(0, "A"): UNAVAILABLE}
