"""What becomes of a roster after a run, when a worker pauses, and what a message asks for."""

from __future__ import annotations

import datetime as dt

import pytest

from greedy.domain.period import Scope
from greedy.domain.queue import (
    PAUSES,
    STREAK,
    WAITS,
    Breaker,
    Fate,
    Figures,
    Report,
    Taken,
    Verdict,
    Wish,
    judge,
)
from greedy.errors import (
    ConfigurationError,
    DatabaseError,
    GreedyError,
    LeaseOverError,
    Problem,
    RosterDataError,
    RunStoppedError,
    RunTimeoutError,
    UsageError,
    VerificationError,
)

AWAY = DatabaseError("away")
BROKEN = DatabaseError("no such table", lasting=True)
CLOSED = Breaker()
OPEN = Breaker(frozenset("abc"), 1)


class OpenShiftsError(GreedyError):
    """As `--fail-on-open` has it."""

    exit_code = 7


@pytest.mark.parametrize("failures", range(len(WAITS)))
@pytest.mark.parametrize("failure", [AWAY, RunTimeoutError("too long"), GreedyError("unexpected"), BROKEN], ids=str)
def test_what_may_pass_is_tried_again_later_each_time(failure: GreedyError, failures: int) -> None:
    assert judge(failure, failures, CLOSED) == Verdict(Fate.AGAIN, (30, 120, 480)[failures])


def test_after_the_last_wait_it_is_given_up() -> None:
    assert judge(AWAY, len(WAITS), CLOSED) == Verdict(Fate.GIVEN_UP)


@pytest.mark.parametrize(
    "failure",
    [
        UsageError("usage"),
        ConfigurationError("setting"),
        RosterDataError("row"),
        VerificationError("rest"),
        OpenShiftsError("open"),
    ],
    ids=str,
)
def test_what_needs_somebody_first_is_given_up_at_once(failure: GreedyError) -> None:
    assert judge(failure, 0, CLOSED) == Verdict(Fate.GIVEN_UP)


def test_the_other_fates() -> None:
    assert judge(None, 2, CLOSED).fate is Fate.DONE
    assert judge(RunStoppedError(15, "FASE 2"), 3, CLOSED).fate is Fate.GIVEN_BACK
    assert judge(LeaseOverError("late"), 3, CLOSED).fate is Fate.LOST


def test_an_outage_uses_up_no_tries() -> None:
    assert judge(AWAY, len(WAITS), OPEN) == Verdict(Fate.GIVEN_BACK)
    assert judge(RosterDataError("row"), 0, OPEN).fate is Fate.GIVEN_UP
    assert judge(BROKEN, 0, OPEN).fate is Fate.AGAIN  # it lasts until somebody is told


def test_the_breaker_opens_after_some_rosters_in_a_row_and_pauses_longer_each_time() -> None:
    breaker, pauses = Breaker(), []
    for number in range(STREAK + len(PAUSES)):
        breaker = breaker.after(f"roster {number}", AWAY)
        pauses.append(breaker.pause)

    assert pauses == [0, 0, 30, 60, 120, 300, 300]


def test_one_roster_that_fails_time_and_again_opens_nothing() -> None:
    breaker = Breaker()
    for _ in range(9):
        breaker = breaker.after("the same", AWAY)

    assert not breaker.is_open


@pytest.mark.parametrize("shown", [None, RosterDataError("row"), BROKEN], ids=["filled", "its own fault", "lasting"])
def test_a_database_that_answers_closes_the_breaker(shown: GreedyError | None) -> None:
    assert OPEN.after("d", shown) == Breaker()


@pytest.mark.parametrize("shown", [RunStoppedError(15, "x"), LeaseOverError("late")], ids=str)
def test_what_shows_nothing_about_the_database_leaves_the_breaker(shown: GreedyError) -> None:
    assert OPEN.after("d", shown) == OPEN


@pytest.mark.parametrize(
    ("wish", "options"),
    [
        (Wish(), {}),
        (Wish(replan=True, force=True, publish=True), {"replan": True, "force": True, "publish": True}),
        (Wish(first_day=dt.date(2027, 1, 4)), {"from": "2027-01-04"}),
        (
            Wish(True, False, False, dt.date(2027, 1, 4), dt.date(2027, 1, 5)),
            {"replan": True, "from": "2027-01-04", "until": "2027-01-05"},
        ),
    ],
)
def test_a_wish_travels_as_options_and_back(wish: Wish, options: dict[str, object]) -> None:
    assert wish.options() == options
    assert Wish.from_options(options) == wish


def test_what_a_wish_plans() -> None:
    today, first, last = dt.date(2027, 1, 1), dt.date(2027, 1, 4), dt.date(2027, 1, 5)

    assert Wish(True, True, False, first, last).scope(today) == Scope(True, first, last, today, True)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"colour": True}, "asks for colour, which this worker does not know"),
        ({"from": "soon"}, "days that are none"),
        ({"until": 7}, "days that are none"),
    ],
)
def test_options_that_are_none(options: dict[str, object], told: str) -> None:
    with pytest.raises(UsageError, match=told):
        Wish.from_options(options)


def test_the_reason_of_a_dead_letter_names_the_rows() -> None:
    problems = [
        Problem("roosters", str(n), "end_date", "2099", "too long", "correct it", fatal=n > 0) for n in range(9)
    ]
    taken = Taken(
        roster_id="r", lease="l", practice="", urgent=False, options={}, tried=1, failures=0, waited_ms=0
    )  # fmt: skip
    report = Report(taken, Verdict(Fate.GIVEN_UP), RosterDataError("cannot be planned", "hint", problems))

    assert report.reason is not None
    assert report.reason.splitlines() == ["cannot be planned", *(str(problem) for problem in problems[1:6])]
    assert Report(taken, Verdict(Fate.DONE)).reason is None


@pytest.mark.parametrize(
    ("waiting", "running", "failed", "done"), [(0, 0, 0, True), (0, 0, 9, True), (1, 0, 0, False), (0, 1, 0, False)]
)
def test_when_the_queue_is_done(waiting: int, running: int, failed: int, done: bool) -> None:
    """Not while another worker has a roster: it might die."""
    assert Figures(waiting=waiting, running=running, failed=failed).is_done is done
