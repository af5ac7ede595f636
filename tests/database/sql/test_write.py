"""The job's functions and the triggers on a PostgreSQL with many connections: what planners do meanwhile."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest
from postgrest.exceptions import APIError

from tests.support.database import answered, connected
from tests.support.patience import PATIENCE
from tests.support.postgres import served
from tests.support.writing import ACTIVE, BLOCKED, OPEN, START, UNAVAILABLE, Make, Scene, until_it_waits

# What the job writes


def test_write__duties_and_their_rest(scene: Scene) -> None:
    told = scene.write(scene.row(0, "O", "DIO"), scene.row(0, "A", "DIA"), scene.row(3, "M", "ECH"))

    assert told == {"written": 3, "there": 0, "missing": [], "repeated": False}
    rows = scene.rows()
    assert scene.states() == {(0, "O"): 1, (0, "A"): 1, (3, "M"): 1, (0, "M"): 2, (1, "O"): 2, (1, "M"): 2}
    assert {row["source"] for row in rows.values() if row["status"] == BLOCKED} == {"greedy-blocking"}
    assert rows[1, "O"]["blocked_by_dagdeel"] == "O"  # the earliest duty


def test_write__rest_first_of_a_mixed_batch(scene: Scene) -> None:
    scene.planner.execute("select 1")
    blocks = [scene.row(1, dagdeel, None, status=BLOCKED, notes="rust") for dagdeel in "OM"]
    told = scene.write(scene.row(0, "A", "DIA"), *blocks)
    assert (told["missing"], scene.states()) == ([], {(0, "A"): 1, (1, "O"): 2, (1, "M"): 2})


def test_write__all_refusals_at_once_and_nothing_written(scene: Scene) -> None:
    scene.upsert(scene.row(2, "O", "ECH", source="manual"))
    scene.upsert(scene.row(4, "A", "DIA", source="manual"))
    before = scene.rows()

    assert scene.refusals(
        scene.row(2, "O", "DIO"),
        scene.row(1, "A", "DIA"),
        scene.row(5, "M", "ECH"),
        scene.row(7, "M", "ECH"),
        scene.row(20, "M", "ECH"),
        scene.row(9, "O", "DIO"),
        scene.row(10, "M", "ECH"),
        scene.row(12, "O", None, status=BLOCKED),
    ) == [
        (2, "O", "taken"),
        (1, "A", "rest_taken"),
        (5, "M", "taken"),
        (20, "M", "period"),
        (9, "O", "rest_taken"),  # within the batch, both ways
        (10, "M", "resting"),
        (12, "O", "no_rest"),
    ]
    assert scene.rows() == before


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("update roster_employee_services set aantal = 1 where roster_id = %s", "quota"),
        ("update roster_period_staffing_dagdelen set team = 'ORA' where roster_id = %s", "team"),
        ("update roster_period_staffing_dagdelen set aantal = 0 where roster_id = %s", "demand"),
        ("update roster_employee_services set actief = false where roster_id = %s", "unqualified"),
    ],
)
def test_write__rules_by_the_database_as_it_is_now(scene: Scene, change: str, reason: str) -> None:
    scene.planner.execute(change.encode(), [scene.id])
    found = scene.refusals(scene.row(0, "M", "ECH"), scene.row(1, "M", "ECH"))
    assert found[-1] == (1, "M", reason)
    assert len(found) == (1 if reason == "quota" else 2)


def test_write__the_last_place_goes_once(scene: Scene) -> None:
    scene.planner.execute("update roster_period_staffing_dagdelen set aantal = 1 where roster_id = %s", [scene.id])
    assert scene.refusals(scene.row(0, "M", "ECH"), scene.row(0, "M", "ECH", 1)) == [(0, "M", "demand")]


def test_write__rosters_that_overlap_count_and_copies_do_not(make: Make) -> None:
    scene = make()
    copy = make(staff=scene.people)
    overlap = make(start=START + timedelta(days=7), staff=scene.people)
    copy.upsert(copy.row(9, "O", "ECH", source="manual"))
    overlap.upsert(overlap.row(3, "O", "ECH", source="manual"))
    overlap.upsert(overlap.row(5, "A", "DIA", source="manual"))

    scene.write(scene.row(9, "O", "ECH"))
    assert scene.refusals(scene.row(10, "O", "ECH"), scene.row(13, "M", "ECH"), scene.row(9, "A", "DIA")) == [
        (10, "O", "elsewhere"),
        (13, "M", "resting"),
        (9, "A", "rest_taken"),
    ]


def test_write__sent_again_after_a_lost_answer(scene: Scene) -> None:
    at, rows = datetime.now(UTC), [scene.row(0, "O", "DIO"), scene.row(3, "M", "ECH")]
    scene.write(*rows, at=at)
    scene.edit(3, "M", status=UNAVAILABLE, service_id=None)
    before = scene.rows()

    told = scene.write(*rows, at=at)

    assert (told["written"], told["there"], told["repeated"]) == (0, 1, True)
    assert [(row["dagdeel"], row["now"]["status"]) for row in told["missing"]] == [("M", UNAVAILABLE)]
    assert scene.rows() == before


def test_write__json_in_a_string_and_columns_that_are_not_there(scene: Scene) -> None:
    scene.job.execute(
        "select greedy_write(%s, to_jsonb(%s::text), now())",
        [scene.id, json.dumps([scene.row(0, "M", "ECH", team="Groen", updated_at="2020-01-01")])],
    )
    assert scene.states() == {(0, "M"): ACTIVE}


def test_replan__takes_back_and_writes_in_one_go(scene: Scene) -> None:
    night = scene.row(0, "A", "DIA")
    scene.write(night, scene.row(5, "O", "ECH"))
    at = datetime.now(UTC)

    told = scene.replan([night], scene.row(1, "O", "ECH"), scene.row(0, "A", "DIA", 1), at=at)

    assert told["missing"] == []
    assert scene.states() == {(1, "O"): 1, (5, "O"): 1}
    assert scene.rows()[0, "A"]["source"] == "manual"
    assert scene.states(1) == {(0, "A"): 1, (1, "O"): 2, (1, "M"): 2}
    after = scene.rows()
    assert scene.replan([night], scene.row(1, "O", "ECH"), scene.row(0, "A", "DIA", 1), at=at)["repeated"]
    assert scene.rows() == after


def test_replan__nothing_of_it_where_a_planner_was_there(scene: Scene) -> None:
    nights = [scene.row(day, "A", "DIA") for day in (0, 5)]
    scene.write(*nights)
    scene.edit(5, "A", notes="geruild")
    before = scene.rows()
    with pytest.raises(psycopg.Error) as caught:
        scene.replan(nights, scene.row(3, "O", "ECH"))
    (told,) = json.loads(caught.value.diag.message_detail or "")
    assert (caught.value.sqlstate, told["reason"], told["now"]["source"]) == ("PT409", "changed", "manual")
    assert scene.rows() == before


def test_finish__counters_and_status(scene: Scene) -> None:
    scene.planner.execute("update roosters set status = 'draft' where id = %s", [scene.id])
    need = scene.planner.execute(
        "select id::text from roster_period_staffing_dagdelen where roster_id = %s limit 2", [scene.id]
    ).fetchall()
    counters = json.dumps([{"id": row["id"], "invulling": 2} for row in need])
    with scene.database.connect(autocommit=False) as editing:
        editing.execute("select from roster_period_staffing_dagdelen where id = %s for update", [need[0]["id"]])
        told = scene.job.execute("select greedy_finish(%s, %s, true) as told", [scene.id, counters]).fetchone()
    assert told == {"told": {"counters": 1, "busy": 1, "status": "in_progress"}}


# What planners do with the job's rows


def test_planner__upserts_the_whole_row_as_it_was_read(scene: Scene) -> None:
    scene.write(scene.row(0, "A", "DIA"), scene.row(3, "M", "ECH"))
    read = scene.rows()
    for row in read.values():
        scene.upsert({name: value for name, value in row.items() if name != "id"})
    assert {slot: row["source"] for slot, row in scene.rows().items()} == {
        slot: row["source"] for slot, row in read.items()
    }

    for slot, change in (((0, "A"), {"notes": "met Anna"}), ((3, "M"), {"service_id": scene.services["DDO"]})):
        scene.upsert({name: value for name, value in read[slot].items() if name != "id"} | change)
    rows = scene.rows()
    assert (rows[0, "A"]["notes"], rows[0, "A"]["source"]) == ("met Anna", "manual")
    assert (str(rows[3, "M"]["service_id"]), rows[3, "M"]["source"]) == (scene.services["DDO"], "manual")
    assert {rows[1, dagdeel]["source"] for dagdeel in "OM"} == {"manual"}  # the rest of what is theirs now
    assert rows[1, "O"]["blocked_by_dagdeel"] == "A"


def test_planner__opens_a_night_and_blocks_the_morning_by_hand(scene: Scene) -> None:
    scene.write(scene.row(0, "A", "DIA"))
    read = scene.rows()[1, "O"]
    scene.edit(0, "A", status=OPEN, service_id=None)
    assert scene.states() == {}
    scene.upsert({name: value for name, value in read.items() if name != "id"})  # stamp included
    block = scene.rows()[1, "O"]
    assert (block["status"], block["source"], block["blocked_by_date"]) == (BLOCKED, "manual", None)

    night = scene.row(0, "A", "DIA")
    scene.write(night)
    scene.replan([night])
    assert scene.states() == {(1, "O"): BLOCKED}


@pytest.mark.parametrize("order", ["asc", "desc"])
@pytest.mark.parametrize("at_once", [True, False])
def test_planner__puts_back_what_was_deleted(scene: Scene, order: str, at_once: bool) -> None:
    scene.write(scene.row(0, "O", "DIO"), scene.row(0, "A", "DIA"), scene.row(3, "M", "ECH"))
    before = scene.states()
    scene.planner.execute(
        f"create temporary table kept as select * from roster_assignments where roster_id = '{scene.id}' "
        f"order by date {order}, dagdeel {order}".encode()
    )
    scene.planner.execute("delete from roster_assignments where roster_id = %s", [scene.id])
    if at_once:
        scene.planner.execute("insert into roster_assignments select * from kept")
    else:
        for row in scene.planner.execute("select id from kept").fetchall():
            scene.planner.execute(
                "insert into roster_assignments select * from kept where id = %s "
                "on conflict (roster_id, employee_id, date, dagdeel) do update set status = excluded.status, "
                "service_id = excluded.service_id, notes = excluded.notes, source = excluded.source, "
                "blocked_by_date = excluded.blocked_by_date, blocked_by_dagdeel = excluded.blocked_by_dagdeel, "
                "blocked_by_service_id = excluded.blocked_by_service_id",
                [row["id"]],
            )
    assert scene.states() == before
    assert {row["source"] for row in scene.rows().values()} == {"manual"}
    scene.planner.execute("delete from roster_assignments where roster_id = %s and status = 1", [scene.id])
    assert scene.states() == {}  # the rest is still automatic


def test_planner__copies_a_filled_roster_to_other_days(make: Make) -> None:
    scene = make()
    scene.write(scene.row(0, "O", "DIO"), scene.row(0, "A", "DIA"))
    other = make(start=START + timedelta(days=28), staff=scene.people)
    scene.planner.execute(
        "insert into roster_assignments (roster_id, employee_id, date, dagdeel, service_id, status, source, notes, "
        "created_at, blocked_by_date, blocked_by_dagdeel, blocked_by_service_id) select %s, employee_id, date + 28, "
        "dagdeel, service_id, status, source, notes, created_at, blocked_by_date, blocked_by_dagdeel, "
        "blocked_by_service_id from roster_assignments where roster_id = %s",
        [other.id, scene.id],
    )
    assert other.states() == scene.states()
    assert {row["source"] for row in other.rows().values()} == {"manual"}
    other.planner.execute("delete from roster_assignments where roster_id = %s and status = 1", [other.id])
    assert other.states() == {}


# Who waits for whom


def gives_way(scene: Scene) -> None:
    with pytest.raises(psycopg.errors.LockNotAvailable):
        scene.write(scene.row(5, "M", "ECH"))


def overtakes(scene: Scene, day: int) -> bool:
    """Whether a planner's entry is done before a job gives way that was waiting for the roster already."""
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(gives_way, scene)
        until_it_waits(scene.database, scene.job)
        scene.upsert(scene.row(day, "M", "ECH", source="manual"))
        first = not waiting.done()
        waiting.result()
    return first


def test_lock__an_open_transaction_on_another_roster_costs_nothing(make: Make) -> None:
    scene, other = make(), make(start=START + timedelta(days=14))
    with scene.database.connect(autocommit=False) as planner:
        other.upsert(other.row(7, "M", "ECH", source="manual"), planner)
        told = scene.write(scene.row(13, "A", "DIA"))
        assert told["written"] == 1


@pytest.mark.parametrize("beside", [False, True], ids=["this roster", "the border beside it"])
def test_lock__a_job_gives_way_after_five_seconds_and_says_so(make: Make, beside: bool) -> None:
    scene = make()
    other = make(start=START + timedelta(days=14), staff=scene.people)
    held = other if beside else scene
    with scene.database.connect(autocommit=False) as planner:
        held.upsert(held.row(0, "M", "ECH", source="manual"), planner)
        with pytest.raises(psycopg.errors.LockNotAvailable, match="is being edited"):
            scene.write(scene.row(13, "A", "DIA"))
        # Nobody waits behind the job that waits: who did would never be first, a slow machine sometimes is not.
        assert any(overtakes(scene, day) for day in (9, 8, 7, 6))


def test_lock__planner_who_held_a_row_and_updates_it_while_the_job_writes(scene: Scene) -> None:
    scene.upsert(scene.row(3, "M", None, status=OPEN, source="manual"))
    with scene.database.connect(autocommit=False) as job, scene.database.connect(autocommit=False) as planner:
        planner.execute("select from roster_assignments where roster_id = %s for update", [scene.id])
        with pytest.raises(psycopg.Error) as caught:
            scene.write(scene.row(3, "M", "ECH"))
        assert json.loads(caught.value.diag.message_detail or "")[0]["reason"] == "busy"
        scene.write(scene.row(5, "M", "ECH"), connection=job)  # not committed: holds the roster
        scene.edit(3, "M", connection=planner, status=UNAVAILABLE)
        scene.upsert(scene.row(8, "M", "ECH", source="manual"), planner)  # does not wait: it holds rows
        planner.commit()
        job.commit()
    assert scene.states() == {(3, "M"): UNAVAILABLE, (5, "M"): ACTIVE, (8, "M"): ACTIVE}


def test_lock__planner_who_inserts_waits_for_the_job_that_writes(scene: Scene) -> None:
    with scene.database.connect(autocommit=False) as job:
        scene.write(scene.row(5, "M", "ECH"), connection=job)
        with ThreadPoolExecutor(1) as pool:
            planning = pool.submit(scene.upsert, scene.row(5, "M", None, status=UNAVAILABLE, source="manual"))
            try:
                until_it_waits(scene.database, scene.planner)
            finally:
                job.commit()
            planning.result()
    assert scene.states() == {(5, "M"): UNAVAILABLE}


def test_killed_in_the_middle__nothing_is_written_and_nothing_stays_locked(scene: Scene) -> None:
    with scene.database.connect(autocommit=False) as job:
        scene.write(scene.row(5, "M", "ECH"), connection=job)
        with scene.database.connect("superuser") as operator:
            operator.execute("select pg_terminate_backend(%s)", [job.info.backend_pid])
        with pytest.raises(psycopg.OperationalError):
            job.execute("select 1")
    assert scene.states() == {}
    assert scene.write(scene.row(5, "M", "ECH"))["written"] == 1


def test_sixteen_jobs_on_sixteen_rosters_with_planners_on_all(make: Make) -> None:
    """The rosters follow each other, so that the jobs meet at the borders. Everybody's edit is there in the end."""
    first = make(start=date(2027, 1, 4), days=35, people=12)
    scenes = [
        first,
        *(make(start=date(2027, 1, 4) + timedelta(days=35 * n), days=35, staff=first.people) for n in range(1, 16)),
    ]
    failures: list[str] = []
    barrier = threading.Barrier(32, timeout=PATIENCE)

    def job(scene: Scene) -> None:
        barrier.wait()
        for day in (0, 10, 20, 32):
            rows = [
                scene.row(day + later, dagdeel, code, person)
                for person in range(8)
                for later, dagdeel, code in ((0, "O", "DIO"), (0, "A", "DIA"))
            ]
            for _ in range(20):
                try:
                    scene.write(*rows)
                    break
                except psycopg.errors.LockNotAvailable:
                    continue
                except psycopg.Error as error:
                    failures.append(f"job: {error.sqlstate} {error}")
                    return

    def planner(scene: Scene, number: int) -> None:
        barrier.wait()
        try:
            for day in range(35):
                if day % 2:
                    scene.upsert(scene.row(day, "A", "ECH", 10, source="manual"))
                else:
                    with scene.planner.transaction():
                        scene.upsert(scene.row(day, "O", "DIO", 11, source="manual"))
                        scene.edit(day, "M", 11, notes=f"planner {number}")
        except psycopg.Error as error:
            failures.append(f"planner: {error.sqlstate} {error}")

    threads = [threading.Thread(target=job, args=(scene,)) for scene in scenes]
    threads += [threading.Thread(target=planner, args=(scene, n)) for n, scene in enumerate(scenes)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    with scenes[0].database.connect("superuser") as connection:
        found = connection.execute(
            "select deadlocks from pg_stat_database where datname = current_database()"
        ).fetchone()
    assert found == {"deadlocks": 0}
    for scene in scenes:
        assert sum(status == ACTIVE for status in scene.states(10).values()) == 17
        assert sum(status == ACTIVE for status in scene.states(11).values()) == 18
        assert all(sum(status == ACTIVE for status in scene.states(person).values()) == 8 for person in range(8))


def test_served_by_supabase_lite__many_connections_and_the_refusal_as_the_job_gets_it(scene: Scene) -> None:
    with served(scene.database) as server, connected(server.url, server.secret_key) as client:
        arguments = {"target": scene.id, "written_at": datetime.now(UTC).isoformat()}
        rows = [scene.row(0, "A", "DIA")]
        told = answered(client.rpc("greedy_write", {**arguments, "records": rows}))
        assert told == {"written": 1, "there": 0, "missing": [], "repeated": False}
        with pytest.raises(APIError) as caught:
            client.rpc("greedy_write", {**arguments, "records": [scene.row(1, "O", "ECH")]}).execute()
        (refusal,) = json.loads(caught.value.details or "")
        assert (caught.value.code, refusal["reason"], refusal["now"]["status"]) == ("PT409", "taken", BLOCKED)
        assert caught.value.hint == "Reload the roster and assign again."
        assert answered(client.rpc("greedy_schema", {}))["role"] == "service_role"


def test_statement_timeout__cuts_a_write_off_and_nothing_is_written(scene: Scene) -> None:
    """As hosted Supabase does after 8 s: 57014, which the loop that waits for locks does not swallow."""
    with scene.database.connect(autocommit=False) as planner:
        scene.upsert(scene.row(0, "M", "ECH", source="manual"), planner)
        scene.job.execute("set statement_timeout = '1s'")
        with pytest.raises(psycopg.errors.QueryCanceled):
            scene.write(scene.row(5, "M", "ECH"))
    assert (5, "M") not in scene.states()


def test_write__a_setting_that_somebody_left_behind_is_no_job(scene: Scene) -> None:
    """What makes a write the job's is the transaction in which its function is at work."""
    scene.write(scene.row(0, "A", "DIA"))
    scene.planner.execute("set greedy.job = '1'")
    scene.edit(0, "A", notes="met Anna")
    assert scene.rows()[0, "A"]["source"] == "manual"
    with scene.database.connect(autocommit=False) as both:
        scene.write(scene.row(5, "M", "ECH"), connection=both)
        scene.edit(5, "M", notes="met Bo", connection=both)
        both.commit()
    assert scene.rows()[5, "M"]["source"] == "manual"
