"""SIGTERM, SIGINT and SIGHUP: the request in flight ends, nothing new begins, and there is an account."""

from __future__ import annotations

import signal
import sys
from itertools import product

import pytest

from greedy import interrupts
from greedy.database import history
from tests.faults.proxy import Exchange, refused
from tests.faults.scene import LOOK, REQUESTS, SCHEMA, VERIFY, WRITE, Scene, known_to_be_written, sample
from tests.support import PROJECT
from tests.support.factories import Raw
from tests.support.patience import GRACE, HURRY, SOON

pytestmark = pytest.mark.usefixtures("terminal")

CODES = {signal.SIGTERM: 143, signal.SIGINT: 130, signal.SIGHUP: 129}

NUMBERS = list(range(1, REQUESTS + 1))
FEW = [
    *((signal.SIGTERM, number) for number in (1, SCHEMA, WRITE, LOOK, VERIFY)),
    (signal.SIGINT, WRITE),
    (signal.SIGHUP, LOOK),
]
FEW_HANGING = [(signal.SIGTERM, WRITE), (signal.SIGINT, 1)]


def name_of(value: object) -> str | None:
    return value.name if isinstance(value, signal.Signals) else None


@pytest.mark.parametrize(("name", "number"), sample(list(product(CODES, NUMBERS)), FEW), ids=name_of)
def test_the_request_in_flight_ends_and_nothing_new_begins(
    scene: Scene, undisturbed: list[Raw], name: signal.Signals, number: int
) -> None:
    def disturb(exchange: Exchange) -> None:
        scene.signal(name)
        exchange.relay()

    scene.proxy.plan({number: disturb})

    ended = scene.command()

    written = sum(row["status"] == 1 and row["source"] == "greedy" for row in scene.rows())
    assert (ended.code, scene.requests()) == (CODES[name], number)
    phase = "FASE 1" if number < WRITE - 1 else "FASE 2" if number == WRITE - 1 else "FASE 4"
    if number >= VERIFY:  # all is written and read back: what would fill the rest is looked for
        phase = "advice"
    assert f"stopped by {name.name} in {phase}" in ended.result["error"]
    assert ended.result["error"] in ended.log
    assert "a rerun completes it" in ended.result["error"]
    assert not ended.result["success"]
    assert known_to_be_written(ended.result) == written
    assert (written > 0) == (number >= WRITE)
    scene.proxy.plan()
    assert scene.run()[0]["success"]
    assert scene.plan() == undisturbed


@pytest.mark.parametrize(("name", "number"), sample(list(product(CODES, NUMBERS)), FEW_HANGING), ids=name_of)
def test_a_request_that_hangs_is_given_up(scene: Scene, name: signal.Signals, number: int) -> None:
    def disturb(exchange: Exchange) -> None:
        scene.signal(name)
        exchange.hang()

    scene.proxy.plan({number: disturb})

    ended = scene.command(limits={GRACE: SOON})

    assert (ended.code, scene.requests()) == (CODES[name], number)
    assert f"stopped by {name.name}" in ended.result["error"]
    written = sum(row["source"] == "greedy" and row["status"] == 1 for row in scene.rows())
    assert known_to_be_written(ended.result) == written
    assert (written > 0) == (number > WRITE)


def test_a_signal_between_two_tries_begins_no_further_one(scene: Scene) -> None:
    def disturb(exchange: Exchange) -> None:
        refused(exchange)
        scene.signal(signal.SIGTERM)

    scene.proxy.plan({3: disturb})

    ended = scene.command()

    assert (ended.code, scene.requests()) == (143, 3)
    assert "Nothing was written" in ended.result["error"]


WHILE_LIBRARIES_LOAD = """
import importlib.abc, os, runpy, signal, sys
class Disturb(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name == "supabase" and signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
            sys.meta_path.remove(self)
            os.kill(os.getpid(), signal.SIGTERM)
sys.meta_path.insert(0, Disturb())
sys.path.insert(0, sys.argv.pop(1))
runpy.run_path(sys.path[0] + "/greedy_orchestrator.py", run_name="__main__")
"""


def test_a_signal_before_the_first_request(scene: Scene) -> None:
    """It comes while the job's libraries load, and waits for the pipeline, which gives the account."""
    options = ("--roster-id", scene.roster_id, "--log-format", "json")

    ended = scene.run_to_its_end([sys.executable, "-c", WHILE_LIBRARIES_LOAD, str(PROJECT), *options])

    assert (ended.code, scene.proxy.seen) == (143, [])
    assert "stopped by SIGTERM" in ended.result["error"]


def test_the_waits_after_a_signal_fit_into_what_a_platform_gives() -> None:
    """Ten seconds pass between a platform's SIGTERM and its SIGKILL; most of them are the job's own."""
    assert interrupts.GRACE + history.HURRY < 10


def test_a_stopped_run_is_in_the_history(scene: Scene) -> None:
    def disturb(exchange: Exchange) -> None:
        scene.signal(signal.SIGTERM)
        exchange.relay()

    scene.proxy.plan({WRITE: disturb})

    ended = scene.command()

    (row,) = scene.db.sql(f"select * from greedy_runs where run_id = '{ended.result['run_id']}'")
    assert (row["exit_code"], row["assigned"]) == (143, known_to_be_written(ended.result))
    assert "stopped by SIGTERM" in row["error"]


@pytest.mark.parametrize("number", [WRITE, REQUESTS])
def test_a_stopped_run_whose_history_hangs_ends_in_time(scene: Scene, number: int) -> None:
    """It is given up; the account is there all the same."""

    def disturb(exchange: Exchange) -> None:
        scene.signal(signal.SIGTERM)
        exchange.relay()

    scene.proxy.plan({number: disturb, number + 1: Exchange.hang})

    ended = scene.command(limits={HURRY: SOON})

    assert (ended.code, ended.result["warnings"][-1]["kind"]) == (143, "history")
    assert "stopped by SIGTERM" in ended.result["error"]


def test_a_signal_while_the_history_is_written__the_run_is_done(scene: Scene) -> None:
    def disturb(exchange: Exchange) -> None:
        scene.signal(signal.SIGTERM)
        exchange.hang()

    scene.proxy.plan({REQUESTS + 1: disturb})

    ended = scene.command(limits={GRACE: SOON})

    assert (ended.code, ended.result["success"]) == (0, True)
    assert ended.result["warnings"][-1]["kind"] == "history"


@pytest.mark.parametrize("question", ["--check", "--history"])
def test_a_question_ends_at_once(scene: Scene, question: str) -> None:
    def disturb(exchange: Exchange) -> None:
        scene.signal(signal.SIGINT)
        exchange.hang()

    scene.proxy.plan({1: disturb})

    ended = scene.command(question)

    assert ended.code == 130
    assert f"stopped by SIGINT in {question}" in " ".join(ended.log.split())


def test_a_run_that_is_stopped_while_it_writes_tells_its_alerts(scene: Scene) -> None:
    def disturb(exchange: Exchange) -> None:
        scene.signal(signal.SIGTERM)
        exchange.hang()

    scene.proxy.plan({WRITE: disturb})

    ended = scene.command(limits={GRACE: SOON})

    assert "assignments_written" in [alert["metric"] for alert in ended.result["alerts"]]
    assert "assignments written: 0 instead of" in ended.log
