"""Sending a request again while its failure passes: how long to wait in between, and what ends the waiting.

The one place that does so; what it is sent to, which failures pass and what is told of them is its caller's.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeVar

from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt, wait_exponential_jitter

from greedy import interrupts

T = TypeVar("T")


class Failure(NamedTuple):
    """A try that failed, and that another one follows.

    Attributes:
        error: Why it failed.
        tried: How many tries there were, this one included.
        wait: Seconds until the next one.
    """

    error: BaseException
    tried: int
    wait: float


def send(
    request: Callable[[], T],
    *,
    tries: int,
    longest_wait: float,
    passes: Callable[[BaseException], bool],
    seconds_to_wait: Callable[[BaseException, float], float] = lambda _, backoff: backoff,
    announce: Callable[[Failure], None] = lambda _: None,
) -> T:
    """Send a request until it succeeds, fails for good, or has had its tries.

    Args:
        request: Sends it once.
        tries: Tries at the most, the first included.
        longest_wait: Seconds that a wait grows to: 0.5, then twice as long each time, with up to 0.5 s of jitter.
        passes: Whether another try may succeed after this failure.
        seconds_to_wait: The wait after a failure, from the one that would be.
        announce: Told of each failure that another try follows.

    Raises:
        RunStoppedError: SIGTERM or SIGINT came; the request was not sent.
        BaseException: What the last try failed with.
    """
    backoff = wait_exponential_jitter(multiplier=0.5, max=longest_wait, jitter=0.5)

    def attempt() -> T:
        interrupts.check()
        return request()

    attempts = Retrying(
        sleep=interrupts.sleep,
        stop=stop_after_attempt(tries),
        wait=lambda state: seconds_to_wait(_error(state), backoff(state)),
        retry=retry_if_exception(passes),
        before_sleep=lambda state: announce(Failure(_error(state), state.attempt_number, state.upcoming_sleep)),
        reraise=True,
    )
    return attempts(attempt)


def _error(state: RetryCallState) -> BaseException:
    """Return why a try failed, of which there is a next one or a last."""
    error = state.outcome.exception() if state.outcome else None
    if error is None:
        raise ValueError("a try that did not fail is not repeated")
    return error
