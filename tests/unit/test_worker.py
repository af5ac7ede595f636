"""The worker's loop, with queue, runs and waiting replaced: what it takes, waits for, reports, and when it ends."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import structlog
from pydantic import SecretStr
from pytest_mock import MockerFixture
from structlog.testing import capture_logs

from greedy import interrupts
from greedy.cli import worker as workers
from greedy.cli import worker_log
from greedy.cli.order import Ended, Order, WorkerOrder
from greedy.cli.settings import CommandSettings, LogFormat
from greedy.cli.worker import Worker
from greedy.database.client import Connection
from greedy.domain.queue import Fate, Figures, Report, Taken
from greedy.errors import DatabaseError, GreedyError, LeaseOverError, RosterDataError, RunStoppedError
from tests.support.results import ROSTER, run_result

AWAY = DatabaseError("away")


def roster(number: int) -> str:
    return f"{ROSTER[:-1]}{number}"


@dataclass
class Fake:
    """A queue in memory, a run that ends as told, and a clock that waiting moves on."""

    waiting: list[str]
    endings: dict[str, list[GreedyError | None]] = field(default_factory=dict)
    answers: list[DatabaseError | None] = field(default_factory=list)
    """What becomes of the next calls: an error, or None for an answer."""
    options: dict[str, Any] = field(default_factory=dict)
    failures: dict[str, int] = field(default_factory=dict)
    mine: bool = True
    locked: int = 0
    """How often what is due cannot be had."""
    now: float = 1000.0
    reports: list[tuple[str, Fate]] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    later: list[tuple[float, str]] = field(default_factory=list)
    during_take: Callable[[], None] = lambda: None
    during_run: Callable[[], None] = lambda: None

    def answer(self) -> None:
        interrupts.check()
        if self.answers and (failure := self.answers.pop(0)) is not None:
            raise failure

    def figures(self) -> Figures:
        due = [*(due for due, _ in self.later), *(self.now for _ in self.waiting)]
        soonest = max(0.0, min(due) - self.now) if due else None
        return Figures(waiting=len(due), running=0, failed=0, next_s=soonest)

    def take(self, token: str, worker: str, seconds: int, report: Report | None) -> tuple[Taken | None, Figures, bool]:
        assert (worker, seconds) == ("w1", 630)
        self.tokens.append(token)
        self.answer()
        if report is not None:
            self.report(report, answer=False)
        self.waiting += [one for due, one in self.later if due <= self.now]
        self.later = [(due, one) for due, one in self.later if due > self.now]
        self.locked -= 1
        taken = self.waiting.pop(0) if self.waiting and self.locked < 0 else None
        self.during_take()
        if taken is None:
            return None, self.figures(), self.mine
        failures = self.failures.get(taken, 0)
        return (
            Taken(
                roster_id=taken, lease=token, practice="", urgent=False, options=self.options, tried=failures + 1,
                failures=failures, waited_ms=1500,
            ),
            self.figures(),
            self.mine,
        )  # fmt: skip

    def report(self, report: Report, *, answer: bool = True) -> bool:
        if answer:
            self.answer()
        one, fate = report.taken.roster_id, report.verdict.fate
        self.reports.append((one, fate))
        if fate is Fate.AGAIN:
            self.failures[one] = self.failures.get(one, 0) + 1
            self.later.append((self.now + report.verdict.seconds, one))
        elif fate is Fate.GIVEN_BACK:
            self.waiting.append(one)
        return True

    def run(self, connection: Any, roster_id: str, order: Order, settings: Any, taken: Taken) -> Ended:
        self.orders.append(order)
        self.during_run()
        endings = self.endings.get(roster_id, [])
        failure = endings.pop(0) if endings else None
        if interrupts.requested():
            failure = RunStoppedError(signal.SIGTERM, "FASE 2 assign")
        return Ended(run_result(success=failure is None), failure, None)

    def sleep(self, seconds: float) -> None:
        interrupts.check()
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def make(mocker: MockerFixture) -> Iterator[Callable[..., tuple[Worker, Fake]]]:
    def prepared(*waiting: str, drain: bool = True, log_format: LogFormat = LogFormat.JSON, **given: Any) -> Any:
        fake = Fake(list(waiting), **given)
        mocker.patch.object(workers, "Queue", return_value=fake)
        mocker.patch.object(workers, "run_roster", side_effect=fake.run)
        mocker.patch.object(interrupts, "sleep", side_effect=fake.sleep)
        mocker.patch("greedy.cli.worker.time.monotonic", side_effect=lambda: fake.now)
        order = WorkerOrder(drain=drain, timeout=600, poll=3, today=None, log_level=None, log_format=log_format)
        settings = CommandSettings(supabase_url="http://127.0.0.1:9", supabase_key=SecretStr("sb_secret_x"))
        return Worker(order, settings, Connection(mocker.Mock()), name="w1"), fake

    with interrupts.listening():
        yield prepared
    structlog.reset_defaults()


Make = Callable[..., tuple[Worker, Fake]]


def test_it_drains_the_queue_and_ends(make: Make) -> None:
    worker, fake = make(roster(1), roster(2))

    worker.serve()

    assert fake.reports == [(roster(1), Fate.DONE), (roster(2), Fate.DONE)]
    assert fake.slept == []
    assert len(set(fake.tokens)) == 3  # a token for each taking


def test_it_waits_for_what_is_to_be_tried_again(make: Make) -> None:
    worker, fake = make(roster(1), endings={roster(1): [AWAY, AWAY, None]})

    worker.serve()

    assert [fate for _, fate in fake.reports] == [Fate.AGAIN, Fate.AGAIN, Fate.DONE]
    assert sum(fake.slept) == 30 + 120
    assert max(fake.slept) == 3


def test_a_roster_that_fails_time_and_again_is_given_up_and_the_others_are_filled(make: Make) -> None:
    worker, fake = make(roster(1), roster(2), endings={roster(1): [AWAY] * 9, roster(2): []})

    worker.serve()

    assert [fate for one, fate in fake.reports if one == roster(1)] == [*[Fate.AGAIN] * 3, Fate.GIVEN_UP]
    assert [fate for one, fate in fake.reports if one == roster(2)] == [Fate.DONE]


def test_what_needs_somebody_is_given_up_at_once(make: Make) -> None:
    worker, fake = make(roster(1), endings={roster(1): [RosterDataError("bad row")]})

    worker.serve()

    assert fake.reports == [(roster(1), Fate.GIVEN_UP)]


def test_an_outage_that_rosters_meet__it_pauses_and_no_try_is_counted(make: Make) -> None:
    """The third of three in a row opens the breaker; those after it are given back."""
    ids = [roster(number) for number in range(1, 6)]
    worker, fake = make(*ids, endings={one: [AWAY] for one in ids})

    worker.serve()

    fates = dict.fromkeys(ids, 0)
    for one, fate in fake.reports:
        fates[one] += fate is Fate.AGAIN
    assert list(fates.values()) == [1, 1, 0, 0, 0]
    assert fake.slept[:3] == [30, 60, 120]
    assert {one for one, fate in fake.reports if fate is Fate.DONE} == set(ids)


def test_before_a_pause_the_queue_is_told(make: Make, mocker: MockerFixture) -> None:
    ids = [roster(number) for number in range(1, 4)]
    worker, fake = make(*ids, endings={one: [AWAY] for one in ids})
    told: list[int] = []

    def sleep(seconds: float) -> None:
        told.append(len(fake.reports))
        fake.sleep(seconds)

    mocker.patch.object(interrupts, "sleep", side_effect=sleep)

    worker.serve()

    assert told[0] == 3


def test_a_queue_that_does_not_answer_is_asked_again_with_the_same_token_and_report(make: Make) -> None:
    worker, fake = make(roster(1), answers=[None, AWAY, AWAY, None])

    worker.serve()

    assert fake.reports == [(roster(1), Fate.DONE)]
    assert fake.slept == [1, 2]
    assert len(set(fake.tokens[1:4])) == 1


def test_drain_does_not_wait_for_a_database_for_ever(make: Make) -> None:
    worker, fake = make(roster(1), answers=[AWAY] * 999)

    with pytest.raises(DatabaseError, match="was not drained: away, for 15 minutes"):
        worker.serve()

    assert 900 < sum(fake.slept) < 1000


def test_a_worker_that_is_always_on_waits_for_it(make: Make) -> None:
    worker, fake = make(drain=False, answers=[AWAY] * 99)
    fake.during_take = lambda: signal.raise_signal(signal.SIGTERM)

    worker.serve()

    assert len(fake.slept) == 99


def test_a_database_without_a_queue_ends_it(make: Make) -> None:
    worker, _ = make(answers=[DatabaseError("no queue", "enable pgmq", "PT501", lasting=True)])

    with pytest.raises(DatabaseError, match="no queue"):
        worker.serve()


def test_a_signal_in_a_run__its_roster_is_given_back(make: Make) -> None:
    worker, fake = make(roster(1), roster(2), drain=False)
    fake.during_run = lambda: signal.raise_signal(signal.SIGTERM)

    worker.serve()

    assert fake.reports == [(roster(1), Fate.GIVEN_BACK)]
    assert len(fake.orders) == 1


def test_a_signal_while_a_roster_is_taken__it_is_given_back_without_a_run(make: Make) -> None:
    worker, fake = make(roster(1), drain=False)
    fake.during_take = lambda: signal.raise_signal(signal.SIGTERM)

    worker.serve()

    assert fake.reports == [(roster(1), Fate.GIVEN_BACK)]
    assert fake.orders == []


def test_a_signal_while_it_waits_ends_it(make: Make) -> None:
    worker, fake = make(drain=False)

    def third() -> None:
        if len(fake.tokens) == 3:
            signal.raise_signal(signal.SIGTERM)

    fake.during_take = third

    worker.serve()

    assert (fake.slept, fake.reports) == ([3, 3], [])


def test_a_signal_and_a_queue_that_does_not_answer__the_lease_will_end(make: Make) -> None:
    worker, fake = make(roster(1), answers=[None, AWAY], drain=False)
    fake.during_run = lambda: signal.raise_signal(signal.SIGTERM)

    with capture_logs() as log:
        worker.serve()

    assert fake.reports == []
    assert any("comes again when its lease is over" in line["event"] for line in log)


def test_a_run_that_came_too_late_is_not_reported(make: Make) -> None:
    worker, fake = make(roster(1), endings={roster(1): [LeaseOverError("late")]})

    worker.serve()

    assert fake.reports == []


def test_a_message_with_options_that_are_none_is_given_up(make: Make) -> None:
    worker, fake = make(roster(1), options={"colour": True})

    worker.serve()

    assert (fake.reports, fake.orders) == ([(roster(1), Fate.GIVEN_UP)], [])


def test_the_options_reach_the_run(make: Make) -> None:
    worker, fake = make(roster(1), options={"replan": True, "until": "2027-01-05"})

    worker.serve()

    (order,) = fake.orders
    assert (order.scope.replan, str(order.scope.last_day), order.timeout) == (True, "2027-01-05", 600)


def test_one_line_tells_of_each_roster(make: Make) -> None:
    worker, _ = make(roster(1), roster(2), endings={roster(2): [RosterDataError("bad row\nmore")]})

    with capture_logs() as log:
        worker.serve()

    lines = [line for line in log if line.get("roster_id")]
    assert [(line["log_level"], line["roster_id"], line["exit_code"], line["fate"]) for line in lines] == [
        ("info", roster(1), 0, "done"),
        ("error", roster(2), 4, "given_up"),
    ]
    assert all((line["tried"], line["waited_ms"]) == (1, 1500) for line in lines)
    assert "bad row (4); given up" in lines[1]["event"]


def test_figures_are_told_every_minute(mocker: MockerFixture, capsys: pytest.CaptureFixture[str]) -> None:
    clock = mocker.patch("greedy.cli.worker_log.time.monotonic", side_effect=[0.0, 30.0, 59.9, 60.0])
    meter = worker_log.Meter()

    for number in range(4):
        meter.note(Figures(waiting=number, running=1, failed=2, oldest_s=8.5, next_s=0.0), LogFormat.CONSOLE)

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]
    assert clock.call_count == 4
    assert lines == [
        {"message": "queue", "waiting": number, "running": 1, "failed": 2, "oldest_s": 8.5, "next_s": 0.0}
        for number in (0, 3)
    ]


def test_after_an_outage_an_idle_worker_does_not_pause_again(make: Make, mocker: MockerFixture) -> None:
    """Others have filled what met the outage: who asks now does not wait for a pause that nothing calls for."""
    ids = [roster(number) for number in range(1, 4)]
    worker, fake = make(*ids, drain=False, endings={one: [AWAY] for one in ids})

    def sleep(seconds: float) -> None:
        fake.sleep(seconds)
        fake.waiting.clear()
        fake.later.clear()
        if len(fake.slept) == 5:
            signal.raise_signal(signal.SIGTERM)

    mocker.patch.object(interrupts, "sleep", side_effect=sleep)
    worker.serve()

    assert fake.slept == [30, 3, 3, 3, 3]


def test_a_roster_that_is_due_and_locked__it_asks_more_and_more_seldom(make: Make) -> None:
    worker, fake = make(roster(1), locked=9)

    worker.serve()

    assert fake.slept == [0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3, 3, 3]
    assert fake.reports == [(roster(1), Fate.DONE)]
