"""A bad network: every kind of failure, for every request of a run, once and for good."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from pytest_mock import MockerFixture

from greedy.database import requests
from tests.faults import proxy
from tests.faults.proxy import Exchange, Fault, sql_error, status
from tests.faults.scene import REQUESTS, VERIFY, WRITE, Scene, known_to_be_written, sample
from tests.support.factories import Raw
from tests.support.patience import HISTORY, SOON

FAULTS: dict[str, Fault] = {
    "connection broken before": proxy.refused,
    "answer lost": proxy.lost,
    "answer broken off half-way": proxy.broken_off,
    "JSON cut off": proxy.truncated,
    "HTML page with status 200": proxy.html,
    "no answer": proxy.hangs,
    "no answer, but done": proxy.lost_and_hangs,
    "429": status(429, b"slow down"),
    "500": status(500, b"<html>oops</html>"),
    "500 without a code": status(500, b'{"message": "oops"}'),
    "502": status(502, b"<html>bad gateway</html>"),
    "502, but done": proxy.gateway_after(502),
    "503 with Retry-After": status(503, b"<html>busy</html>", Retry_After="0"),
    "504": status(504, b"<html>timeout</html>"),
    "504, but done": proxy.gateway_after(504),
    "520": status(520, b"<html>unknown</html>"),
    "schema cache": sql_error(503, "PGRST002", "Could not query the database for the schema cache"),
    "deadlock": sql_error(500, "40P01", "deadlock detected"),
    "too many connections": sql_error(503, "53300", "sorry, too many clients already"),
}
DONE_ALL_THE_SAME = {"answer lost", "answer broken off half-way", "JSON cut off", "HTML page with status 200"} | {
    name for name in FAULTS if "but done" in name
}

NUMBERS = list(range(1, REQUESTS + 1))

HANGS = 1.5
"""Seconds after which a request that gets no answer is given up."""

LIMITS = (3, 6, 12, 24, 48)
"""Seconds of `--timeout` to try, until one is long enough for this machine to get to the request in question."""


def numbers_for(fault: str) -> list[int]:
    """Return the requests to break: in the sample 4A with every fault, and of the others each with some fault."""
    place = list(FAULTS).index(fault)
    others = [number for number in NUMBERS if number != WRITE]
    return sample(NUMBERS, [WRITE] if fault.startswith("no answer") else [others[place % len(others)], WRITE])


@pytest.fixture(autouse=True)
def _fast(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test waits as long as a real run would: nothing for a repeat, and not long for what never comes."""
    monkeypatch.setattr(requests, "seconds_to_wait", lambda *_: 0.0)
    handle = httpx.HTTPTransport.handle_request

    def give_up_what_hangs(transport: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
        if scene.proxy.fault(len(scene.proxy.seen) + 1) in (proxy.hangs, proxy.lost_and_hangs):
            request.extensions["timeout"] |= {"read": HANGS}
        return handle(transport, request)

    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", give_up_what_hangs)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_that_passes_is_outlived(scene: Scene, undisturbed: list[Raw], fault: str) -> None:
    """One request after the other fails twice: the rows come out as without it, and the account is right."""
    for number in numbers_for(fault):
        before = scene.reset()
        scene.proxy.plan({number: FAULTS[fault], number + 1: FAULTS[fault]})

        outcome, _ = scene.run()

        where = f"request {number}: {outcome['error']}"
        written = sum(row["source"] == "greedy" for row in scene.rows()) - sum(
            row["source"] == "greedy" for row in before
        )
        assert outcome["success"], where
        assert scene.plan() == undisturbed, where
        assert known_to_be_written(outcome) == outcome["coverage"]["assigned"] == written > 0, where
        assert len(scene.proxy.seen) == outcome["http_requests"] >= REQUESTS + 2, where


@pytest.mark.parametrize("fault", sample(list(FAULTS), ["answer lost", "500", "JSON cut off"]))
def test_a_fault_that_stays__the_account_is_true_and_a_rerun_completes_it(
    scene: Scene, undisturbed: list[Raw], fault: str
) -> None:
    for number in sample(NUMBERS, [1, WRITE, VERIFY]):
        scene.reset()
        others = scene.others()
        scene.proxy.plan(since=(number, FAULTS[fault]))

        outcome, job = scene.run()

        where = f"request {number}: {outcome['error']}"
        written = sum(row["source"] == "greedy" for row in scene.rows())
        sent = number < WRITE or (number == WRITE and fault in DONE_ALL_THE_SAME)
        if number == VERIFY:  # the verification is no condition of success, but says that it could not read
            assert outcome["success"], where
            assert not outcome["phases"]["fase4_database"]["trigger_verification"]["all_passed"]
        else:
            assert job.failure is not None, where
            assert job.failure.exit_code == 5, where
            assert "Database error" in outcome["error"] or "answer" in outcome["error"], where
            assert known_to_be_written(outcome) <= written, where
            assert (known_to_be_written(outcome) == written) or sent, where
            if number < WRITE:
                assert "Nothing was written" in outcome["error"], where
            if number == WRITE:
                assert "is unknown" in outcome["error"] or written == 0, where
        assert scene.others() == others, where
        scene.proxy.plan()
        assert scene.run()[0]["success"]
        assert scene.plan() == undisturbed, where


@pytest.mark.parametrize("fault", sample(sorted(DONE_ALL_THE_SAME), ["JSON cut off", "answer lost", "502, but done"]))
def test_a_write_of_which_no_answer_ever_comes_is_settled_by_reading_back(
    scene: Scene, undisturbed: list[Raw], fault: str
) -> None:
    """All five tries reach the database, none is answered; then the way back is free again."""
    scene.proxy.plan({WRITE + tried: FAULTS[fault] for tried in range(requests.TRIES)})

    outcome, _ = scene.run()

    assert outcome["success"], outcome["error"]
    assert known_to_be_written(outcome) == outcome["coverage"]["assigned"] > 0
    assert scene.plan() == undisturbed
    readings = [seen for seen in scene.proxy.seen if seen.target == "roster_assignments" and seen.method == "GET"]
    assert len(readings) == 4  # FASE 1, whether it is written, what the trigger made, the verification


def test_a_write_that_never_arrived_is_not_taken_for_written(scene: Scene) -> None:
    """Reading back says that nothing is there: the run fails, and says so."""
    scene.proxy.plan({WRITE + tried: proxy.refused for tried in range(requests.TRIES)})

    outcome, job = scene.run()

    assert job.failure is not None
    assert job.failure.exit_code == 5
    assert "the connection broke" in outcome["error"]
    assert "is unknown" not in outcome["error"]
    assert known_to_be_written(outcome) == sum(row["source"] == "greedy" for row in scene.rows()) == 0


def test_another_runs_rows_are_not_taken_for_this_runs(scene: Scene) -> None:
    """The write is lost on its way, and meanwhile another run writes the same rows."""

    def another(exchange: Exchange) -> None:
        scene.run(by_proxy=False)
        exchange.reset()

    faults: dict[int, Fault] = {WRITE + tried: proxy.refused for tried in range(requests.TRIES)}
    scene.proxy.plan(faults | {WRITE + requests.TRIES - 1: another})

    outcome, _ = scene.run()

    assert not outcome["success"]
    assert known_to_be_written(outcome) == 0
    assert "0 of" in outcome["error"]


def test_a_lost_answer_and_then_a_planner(scene: Scene) -> None:
    """The write was done, its answer lost; a planner frees one of its rows; the repeat is refused, for good reason."""
    ours: list[Raw] = []

    def lose_and_edit(exchange: Exchange) -> None:
        exchange.forward()
        ours.extend(row for row in scene.rows() if row["source"] == "greedy")
        scene.db.sql(f"update roster_assignments set status = 3, service_id = null where id = '{ours[0]['id']}'")
        exchange.reset()

    scene.proxy.plan({WRITE: lose_and_edit})

    outcome, _ = scene.run()

    (taken,) = [row for row in scene.rows() if row["id"] == ours[0]["id"]]
    written = sum(row["source"] == "greedy" and row["status"] == 1 for row in scene.rows())
    assert outcome["success"], outcome["error"]
    assert (taken["status"], taken["service_id"]) == (3, None)
    assert known_to_be_written(outcome) == outcome["coverage"]["assigned"] == written
    assert [warning["kind"] for warning in outcome["warnings"] if warning["kind"] == "write"] == ["write"]


def test_a_server_that_asks_for_patience_gets_it(scene: Scene, mocker: MockerFixture) -> None:
    mocker.stopall()
    naps = mocker.patch("greedy.interrupts.time.sleep")
    mocker.patch.object(requests, "seconds_to_wait", database_wait)
    scene.proxy.plan({2: status(503, b"<html>", Retry_After="7"), 3: status(503, b"<html>")})

    assert scene.run()[0]["success"]

    first, second = (call.args[0] for call in naps.call_args_list)
    assert first == 7.0
    assert 0.5 <= second <= 2.0


database_wait: Any = requests.seconds_to_wait
"""The real one, before a fixture takes its place."""


def test_a_long_hang_is_ended_by_the_time_limit(scene: Scene) -> None:
    """The command as it is: no request's own time limit is reached, `--timeout` is."""
    for number in sample(NUMBERS, [WRITE]):
        for limit in LIMITS:
            scene.reset()
            scene.proxy.plan({number: proxy.lost_and_hangs})

            ended = scene.command("--timeout", str(limit))

            if len(scene.proxy.seen) >= number:
                break

        phase = "FASE 1 load" if number < WRITE else "FASE 4 database"
        written = sum(row["source"] == "greedy" for row in scene.rows())
        assert ended.code == 5
        assert f"longer than {limit} s (--timeout) and was ended in {phase}" in ended.result["error"]
        assert known_to_be_written(ended.result) == (written if number > WRITE else 0)
        assert "rerun completes it" in ended.result["error"]


def test_the_time_limit_holds_while_requests_are_tried_again(scene: Scene) -> None:
    """The server asks for the longest wait that there is, which is 30 s, time and again."""
    for limit in LIMITS:
        scene.proxy.plan(since=(1, status(503, b"<html>", Retry_After="30")))

        ended = scene.command("--timeout", str(limit), limits={HISTORY: SOON})

        if scene.requests():
            break

    assert (ended.code, scene.requests()) == (5, 1)
    assert "--timeout" in ended.result["error"]
    assert "Nothing was written" in ended.result["error"]
