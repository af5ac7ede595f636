"""Bad surroundings: each with its own message, its exit code, and what to do; nothing written, nothing secret told."""

from __future__ import annotations

import json
import os
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import jwt
import pytest

from greedy.database import requests
from tests.faults.proxy import Exchange, Fault, sql_error, status
from tests.faults.scene import LOOK, PROXY_PASSWORD, SCHEMA, VERIFY, WRITE, Scene, known_to_be_written, sample
from tests.support.database import BLOCKING, Database


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Retries follow at once."""
    monkeypatch.setattr(requests, "seconds_to_wait", lambda *_: 0.0)


def legacy(role: str) -> str:
    return jwt.encode({"iss": "supabase", "role": role}, "s" * 40)


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        pytest.param(
            {"SUPABASE_URL": "http://abc.supabase.co"}, "http would send the secret key unencrypted", id="http"
        ),
        pytest.param({"SUPABASE_URL": "abc.supabase.co"}, "not an address that begins with https://", id="no scheme"),
        pytest.param({"SUPABASE_KEY": "sb_publishable_x"}, "this is the publishable key", id="publishable key"),
        pytest.param({"SUPABASE_KEY": legacy("anon")}, "this is the anon key", id="anon JWT"),
        pytest.param({"SUPABASE_KEY": "secret"}, "neither a secret key", id="no key at all"),
        pytest.param(
            {"HTTPS_PROXY": f"foo://me:{PROXY_PASSWORD}@proxy"}, "Check the variables HTTPS_PROXY", id="proxy"
        ),
        pytest.param(
            {"ALL_PROXY": f"socks5://me:{PROXY_PASSWORD}@proxy"}, "Check the variables HTTPS", id="SOCKS proxy"
        ),
        pytest.param({"SSL_CERT_FILE": "/no/such/file"}, "SSL_CERT_FILE", id="no certificates"),
    ],
)
@pytest.mark.parametrize("shape", sample(["console", "json"], ["json"]))
def test_settings_that_cannot_work(scene: Scene, environment: dict[str, str], told: str, shape: str) -> None:
    ended = scene.command("--log-format", shape, settings=environment)

    assert (ended.code, scene.proxy.seen) == (3, [])
    assert told in (ended.log if shape == "console" else ended.result["error"])
    assert "Traceback" not in ended.log + ended.out


def elsewhere(scene: Scene, **changes: Any) -> tuple[dict[str, Any], Any]:
    """Run against another address, or with another key."""
    return Database(replace(scene.through_proxy.server, **changes), scene.db.client).run(scene.roster_id)


def test_a_host_that_is_not_known(scene: Scene) -> None:
    outcome, job = elsewhere(scene, url="https://no-such-project.invalid")

    assert job.failure.exit_code == 5
    for words in ("Database error: Connection refused: the host name is not known", "Supabase URL/KEY invalid"):
        assert words in outcome["error"]
    assert "Verify environment variables in Railway" in outcome["error"]


def test_a_host_without_tls(scene: Scene) -> None:
    """It will not get any by trying again."""
    outcome, job = elsewhere(scene, url=scene.proxy.url.replace("http:", "https:"))

    assert (job.failure.exit_code, outcome["http_requests"]) == (5, 1)
    assert "no TLS connection that can be trusted" in outcome["error"]


def test_a_wrong_key(scene: Scene) -> None:
    outcome, job = elsewhere(scene, secret_key="sb_secret_wrong")

    assert (job.failure.exit_code, outcome["http_requests"]) == (5, 1)
    assert "Supabase URL/KEY invalid" in outcome["error"]


def test_a_key_that_row_level_security_shows_nothing(scene: Scene) -> None:
    """The settings refuse such a key by its shape; one that gets through may not call the job's functions."""
    outcome, job = elsewhere(scene, secret_key=scene.db.server.publishable_key)

    assert job.failure.exit_code == 5
    assert "permission denied for function greedy_begin" in outcome["error"]
    assert "use the secret key" in outcome["error"]


CUT_OFF = sql_error(500, "57014", "canceling statement due to statement timeout")

ANSWERS: list[Any] = [
    pytest.param(1, sql_error(401, "PGRST303", "JWT expired"), ["JWT expired", "URL/KEY invalid"], id="expired key"),
    pytest.param(1, sql_error(401, "PGRST301", "JWT"), ["URL/KEY invalid"], id="legacy key switched off"),
    pytest.param(1, status(404, b"<html>not here</html>"), ["is not Supabase's"], id="another site"),
    pytest.param(1, status(301, b"", Location="https://x"), ["is not Supabase's"], id="a redirect"),
    pytest.param(1, status(402, b"<html>"), ["has used up its plan"], id="not paid"),
    pytest.param(1, status(540, b"<html>"), ["project is paused"], id="paused"),
    pytest.param(2, CUT_OFF, ["longer than the database allows", "statement_timeout = '30s'"], id="57014"),
    pytest.param(WRITE, sql_error(403, "42501", "violates row-level security"), ["secret key"], id="RLS on writing"),
    pytest.param(
        WRITE,
        sql_error(409, "23505", "duplicate key value violates unique constraint"),
        ["duplicate key value violates unique constraint", "Check for pre-existing records or retry logic"],
        id="duplicate key",
    ),
]


@pytest.mark.parametrize(("number", "fault", "told"), ANSWERS)
def test_a_refusal_is_told_with_its_remedy_and_not_tried_again(
    scene: Scene, number: int, fault: Fault, told: list[str]
) -> None:
    scene.proxy.plan({number: fault})

    outcome, job = scene.run()

    assert job.failure is not None
    assert (job.failure.exit_code, len(scene.proxy.seen)) == (5, number)
    for words in told:
        assert words in outcome["error"]
    assert known_to_be_written(outcome) == sum(row["source"] == "greedy" for row in scene.rows()) == 0


def test_writing_that_is_always_cut_off_is_halved_down_to_one_row(scene: Scene) -> None:
    """Then the remedy is told; nothing is tried again as it was."""
    sizes: list[int] = []

    def cut_off(exchange: Exchange) -> None:
        sizes.append(len(exchange.rows()))
        CUT_OFF(exchange)

    scene.proxy.plan(since=(WRITE, cut_off))

    outcome, job = scene.run()

    assert job.failure is not None
    assert job.failure.exit_code == 5
    assert sizes[-1] == 1
    assert sizes[1:] == [(size + 1) // 2 for size in sizes[:-1]]
    assert "statement_timeout = '30s'" in outcome["error"]
    assert known_to_be_written(outcome) == sum(row["source"] == "greedy" for row in scene.rows()) == 0


SCHEMAS = [
    pytest.param(
        "alter table roster_assignments rename to moved",
        "alter table moved rename to roster_assignments",
        ["Table roster_assignments not found", "Verify table structure against supabase.txt"],
        id="no table",
    ),
    pytest.param(
        "alter table roster_assignments rename column dagdeel to deel",
        "alter table roster_assignments rename column deel to dagdeel",
        ["dagdeel", "Verify table structure against supabase.txt"],
        id="no column",
    ),
    pytest.param(
        "revoke all on roster_assignments from service_role",
        "grant select, insert, update, delete on roster_assignments to service_role",
        ["permission denied", "has no rights on the table"],
        id="no grants",
    ),
    pytest.param(
        "alter table roster_assignments drop constraint roster_assignments_roster_id_employee_id_date_dagdeel_key",
        "alter table roster_assignments add constraint roster_assignments_roster_id_employee_id_date_dagdeel_key "
        "unique (roster_id, employee_id, date, dagdeel)",
        ["lacks its unique key (roster_id, employee_id, date, dagdeel)"],
        id="no unique key",
    ),
]


@pytest.mark.parametrize(("break_it", "mend_it", "told"), SCHEMAS)
def test_a_table_that_is_not_as_it_should_be(scene: Scene, break_it: str, mend_it: str, told: list[str]) -> None:
    before = scene.rows()
    scene.db.sql(break_it)
    try:
        outcome, job = scene.run()
    finally:
        scene.db.sql(mend_it)

    assert job.failure is not None
    assert job.failure.exit_code == 5
    for words in told:
        assert words in outcome["error"], outcome["error"]
    assert scene.rows() == before


def test_an_older_schema(scene: Scene) -> None:
    """The job works, and says what to apply."""

    def older(exchange: Exchange) -> None:
        told = exchange.forward().json() | {"version": 0, "blocking_trigger": True, "guard": True}
        exchange.answer(200, json.dumps(told).encode(), {"Content-Type": "application/json"})

    scene.proxy.plan({SCHEMA: older})

    outcome, _ = scene.run()

    assert outcome["success"]
    (warning,) = [warning for warning in outcome["warnings"] if warning["kind"] == "schema"]
    assert "schema version 0" in warning["message"]
    assert "run supabase/install.sql" in warning["message"]


def test_the_trigger_is_missing__every_run_says_so(scene: Scene) -> None:
    """Also one that has no new duty, in which the trigger had nothing to do; the job writes the rest."""
    with scene.without_trigger():
        first, second = (scene.run()[0] for _ in range(2))
    healed, _ = scene.run()

    def told(outcome: dict[str, Any]) -> str:
        verification = outcome["phases"]["fase4_database"]["trigger_verification"]
        assert outcome["success"]
        assert verification["all_passed"]
        return str(verification["checks"]["blocking_records"]["message"])

    written = [run["phases"]["fase4_database"]["write_blocking"]["written"] for run in (first, second, healed)]
    assert written[0] > 0
    assert written[1:] == [0, 0]
    assert f"the database's trigger made 0, the job {written[0]}" in told(first)
    for outcome in (first, second):
        assert "the blocking trigger is missing or disabled" in told(outcome)
        warnings = " ".join(warning["message"] for warning in outcome["warnings"] if warning["kind"] == "schema")
        for trigger in BLOCKING:
            assert f"{trigger} is disabled" in warnings
    assert "missing or disabled" not in told(healed)
    assert [warning for warning in healed["warnings"] if warning["kind"] == "schema"] == []


@pytest.mark.parametrize(("options", "code"), [((), 0), (("--strict",), 6)], ids=["", "--strict"])
def test_the_trigger_is_missing_and_no_rest_is_there__the_spec_says_what_to_do(
    scene: Scene, options: tuple[str, ...], code: int
) -> None:
    """The job has written the rest, and somebody deletes it before the verification."""

    def delete(exchange: Exchange) -> None:
        scene.db.sql(f"delete from roster_assignments where roster_id = '{scene.roster_id}' and status = 2")
        exchange.relay()

    scene.proxy.plan({VERIFY: delete})
    with scene.without_trigger():
        ended = scene.command(*options)

    verification = ended.result["phases"]["fase4_database"]["trigger_verification"]
    assert ended.code == code
    assert verification["checks"]["blocking_records"]["message"] == (
        "Trigger verification failed: No blocking records found. Verify triggers defined in database. "
        "Action: Manual status=2 update or trigger deployment."
    )


@pytest.mark.parametrize("number", [LOOK, VERIFY])
def test_what_is_read_back_is_damaged(scene: Scene, number: int) -> None:
    """Read back, a row is none of ours: told with its id; what was written is accounted for."""

    def damage(exchange: Exchange) -> None:
        response = exchange.forward()
        rows = response.json()
        rows[0]["dagdeel"] = "X"
        exchange.answer(response.status_code, json.dumps(rows).encode(), dict(response.headers))

    scene.proxy.plan({number: damage})

    outcome, _ = scene.run()

    stored = outcome["phases"]["fase4_database"]
    problem = stored["write_blocking"]["error"] if number == LOOK else stored["trigger_verification"]["error"]
    assert "Rows of roster_assignments are damaged: roster_assignments " in problem
    assert "dagdeel is X" in problem
    assert known_to_be_written(outcome) == sum(row["source"] == "greedy" for row in scene.rows()) > 0


def test_nothing_is_left_open(scene: Scene) -> None:
    """Neither a thread nor a connection: nothing that could hold the process after its work."""

    def sockets() -> set[str]:
        links = [os.readlink(link) for link in Path("/proc/self/fd").iterdir() if link.is_symlink()]
        return {link for link in links if link.startswith("socket:")}

    scene.db.rows(scene.roster_id)  # the test's own connection is open before and after
    threads, open_before = set(threading.enumerate()), sockets()

    assert scene.run(by_proxy=False)[0]["success"]

    assert set(threading.enumerate()) <= threads
    assert sockets() <= open_before
