"""A request is sent again while its failure passes: how often, after which waits, and what ends it."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from typing import Any

import pytest

from greedy import interrupts, retries
from greedy.errors import RunStoppedError
from greedy.retries import Failure


class PassingError(Exception):
    """A failure that passes."""


class LastingError(Exception):
    """One that does not."""


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """No test waits between tries; what would have been slept is recorded."""
    found: list[float] = []
    monkeypatch.setattr(interrupts, "sleep", found.append)
    return found


def answering(*answers: object) -> Any:
    """Make a request that gives these answers in turn, of which errors are raised."""
    waiting = iter(answers)

    def request() -> object:
        answer = next(waiting)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return request


def send(request: Any, **more: Any) -> Any:
    given: dict[str, Any] = {
        "tries": 5,
        "longest_wait": 3.0,
        "passes": lambda error: isinstance(error, PassingError),
    } | more
    return retries.send(request, **given)


def test_waits_grow_to_the_longest_and_each_failure_is_announced(waits: list[float]) -> None:
    failures = [PassingError(str(number)) for number in range(4)]
    told: list[Failure] = []

    assert send(answering(*failures, "done"), announce=told.append) == "done"

    assert [low <= wait <= low + 0.5 for low, wait in zip((0.5, 1, 2, 2.5), waits, strict=True)] == [True] * 4
    assert max(waits) <= 3.0
    assert told == list(map(Failure, failures, (1, 2, 3, 4), waits))


def test_after_the_last_try_its_failure_is_the_callers(waits: list[float]) -> None:
    failures = [PassingError(str(number)) for number in range(9)]

    with pytest.raises(PassingError, match=r"^4$"):
        send(answering(*failures))
    assert len(waits) == 4


def test_what_lasts_is_not_tried_again(waits: list[float]) -> None:
    with pytest.raises(LastingError):
        send(answering(LastingError(), "done"))
    assert waits == []


def test_the_caller_may_wait_otherwise(waits: list[float]) -> None:
    failure = PassingError()

    send(answering(failure, "done"), seconds_to_wait=lambda error, backoff: 7.0 if error is failure else backoff)

    assert waits == [7.0]


@pytest.fixture
def stopping() -> Iterator[None]:
    with interrupts.listening():
        yield


def test_after_a_signal_nothing_more_is_sent(stopping: None) -> None:
    sent: list[str] = []

    def request() -> None:
        sent.append("once")
        signal.raise_signal(signal.SIGTERM)
        raise PassingError

    with pytest.raises(RunStoppedError), interrupts.stoppable(lambda: "FASE 1 load"):
        send(request)
    assert sent == ["once"]
