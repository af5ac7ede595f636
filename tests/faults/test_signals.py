"""SIGTERM and SIGINT: the request in flight ends, nothing new begins, and there is an account."""

from __future__ import annotations

import signal
import subprocess
import time
from itertools import product

import pytest

from tests.factories import Raw
from tests.faults.proxy import Exchange, refused
from tests.faults.scene import LOOK, REQUESTS, SCHEMA, VERIFY, WRITE, Scene, known_to_be_written, sample

CODES = {signal.SIGTERM: 143, signal.SIGINT: 130}
DEADLINE = 10.0
"""Seconds that the job may take to end."""


NUMBERS = list(range(1, REQUESTS + 1))
FEW = [*((signal.SIGTERM, number) for number in (1, SCHEMA, WRITE, LOOK, VERIFY)), (signal.SIGINT, WRITE)]
FEW_HANGING = [(signal.SIGTERM, WRITE), (signal.SIGINT, 1)]


def name_of(value: object) -> str | None:
    return value.name if isinstance(value, signal.Signals) else None


@pytest.mark.parametrize(("name", "number"), sample(list(product(CODES, NUMBERS)), FEW), ids=name_of)
def test_the_request_in_flight_ends_and_nothing_new_begins(
    scene: Scene, undisturbed: list[Raw], name: signal.Signals, number: int
) -> None:
    job: list[subprocess.Popen[str]] = []

    def disturb(exchange: Exchange) -> None:
        job[0].send_signal(name)
        time.sleep(0.2)  # the job has noticed, and waits for its answer all the same
        exchange.relay()

    scene.proxy.plan({number: disturb})
    job.append(scene.start())

    ended = scene.end_of(job[0], DEADLINE)

    written = sum(row["status"] == 1 and row["source"] == "greedy" for row in scene.rows())
    assert (ended.code, scene.requests()) == (CODES[name], number)
    phase = 1 if number < SCHEMA else 2 if number == SCHEMA else 4
    assert f"stopped by {name.name} in FASE {phase}" in ended.result["error"]
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
    job: list[subprocess.Popen[str]] = []

    def disturb(exchange: Exchange) -> None:
        job[0].send_signal(name)
        exchange.hang()

    scene.proxy.plan({number: disturb})
    job.append(scene.start())

    ended = scene.end_of(job[0], DEADLINE)

    assert (ended.code, scene.requests()) == (CODES[name], number)
    assert f"stopped by {name.name}" in ended.result["error"]
    written = sum(row["source"] == "greedy" and row["status"] == 1 for row in scene.rows())
    assert known_to_be_written(ended.result) == written
    assert (written > 0) == (number > WRITE)


def test_a_signal_between_two_tries_begins_no_further_one(scene: Scene) -> None:
    job: list[subprocess.Popen[str]] = []

    def disturb(exchange: Exchange) -> None:
        refused(exchange)
        time.sleep(0.2)
        job[0].send_signal(signal.SIGTERM)

    scene.proxy.plan({3: disturb})
    job.append(scene.start())

    ended = scene.end_of(job[0], DEADLINE)

    assert (ended.code, scene.requests()) == (143, 3)
    assert "Nothing was written" in ended.result["error"]


def test_a_signal_before_the_first_request(scene: Scene) -> None:
    """It comes while the job's libraries load, and waits for the pipeline, which gives the account."""
    job = scene.start("--log-format", "json")
    time.sleep(0.25)
    job.send_signal(signal.SIGTERM)
    out, _ = job.communicate(timeout=DEADLINE)

    assert job.returncode in (143, -signal.SIGTERM)  # the interpreter itself may not have been up
    assert scene.proxy.seen == []
    assert job.returncode == -signal.SIGTERM or "stopped by SIGTERM" in out
