"""`run_roster`: what a run needs of the process is its own, whatever ran before it on the same connection."""

from __future__ import annotations

import datetime as dt
import signal
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
import structlog
from pydantic import SecretStr
from pytest_mock import MockerFixture

from greedy import interrupts
from greedy.cli.order import Order
from greedy.cli.run import run_roster
from greedy.cli.settings import CommandSettings, LogFormat
from greedy.database.client import Connection
from greedy.domain.language import Language
from greedy.domain.period import Scope
from greedy.errors import DatabaseError, RunStoppedError, RunTimeoutError
from greedy.outcome.result import RunResult
from greedy.processor_with_db import DatabaseOperationOrchestrator
from tests.support.results import RUN

FIRST, SECOND = "6a1e3f0c-0000-4000-8000-000000000001", "6a1e3f0c-0000-4000-8000-000000000002"
LONG = 3600


@pytest.fixture
def connection(mocker: MockerFixture) -> Connection:
    return Connection(mocker.Mock(), requests=70, answers=69)


@pytest.fixture
def settings() -> CommandSettings:
    return CommandSettings(supabase_url="http://127.0.0.1:9", supabase_key=SecretStr("sb_secret_x"))


@pytest.fixture(autouse=True)
def context() -> Iterator[None]:
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(worker="w1")
    yield
    structlog.contextvars.clear_contextvars()


def order(timeout: float = LONG, **scope: Any) -> Order:
    return Order(
        run_id=RUN,
        roster_id=UUID(FIRST),
        scope=Scope(**scope),
        dry_run=True,
        strict=False,
        fail_on_open=False,
        timeout=timeout,
        log_level=None,
        log_format=LogFormat.JSON,
        output=None,
        language=Language.NL,
    )


def working(mocker: MockerFixture, work: Any) -> None:
    """Let FASE 1 to 4 do this."""
    mocker.patch.object(DatabaseOperationOrchestrator, "_run", autospec=True, side_effect=work)


def test_requests_are_counted_for_each_run(
    mocker: MockerFixture, connection: Connection, settings: CommandSettings
) -> None:
    def send(job: DatabaseOperationOrchestrator) -> None:
        job.connection.requests += 3
        job.connection.answers += 3

    working(mocker, send)

    counts = [run_roster(connection, roster, order(), settings).result.http_requests for roster in (FIRST, SECOND)]

    assert counts == [3, 3]


def test_the_fields_of_the_log_are_the_runs_own(
    mocker: MockerFixture, connection: Connection, settings: CommandSettings
) -> None:
    seen: list[dict[str, Any]] = []

    def look(job: DatabaseOperationOrchestrator) -> None:
        seen.append(structlog.contextvars.get_contextvars())
        structlog.contextvars.bind_contextvars(phase="FASE 4A write", left_behind=True)

    working(mocker, look)

    for roster in (FIRST, SECOND):
        run_roster(connection, roster, order(), settings)

    assert seen == [{"run_id": RUN, "roster_id": roster} for roster in (FIRST, SECOND)]
    assert structlog.contextvars.get_contextvars() == {"worker": "w1"}


def test_a_run_that_took_too_long_takes_no_time_from_the_next(
    mocker: MockerFixture, connection: Connection, settings: CommandSettings
) -> None:
    def hang(job: DatabaseOperationOrchestrator) -> None:
        if job.roster_id == FIRST:
            signal.pause()

    working(mocker, hang)

    late = run_roster(connection, FIRST, order(timeout=0.1), settings)
    well = run_roster(connection, SECOND, order(), settings)

    assert isinstance(late.failure, RunTimeoutError)
    assert (well.failure, well.result.success) == (None, True)
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)


def test_a_failure_is_the_runs_own(mocker: MockerFixture, connection: Connection, settings: CommandSettings) -> None:
    def fail(job: DatabaseOperationOrchestrator) -> None:
        if job.roster_id == FIRST:
            raise DatabaseError("gone")

    working(mocker, fail)

    failed = run_roster(connection, FIRST, order(), settings)
    well = run_roster(connection, SECOND, order(), settings)

    assert (failed.result.success, failed.result.roster_id) == (False, FIRST)
    assert (well.result.success, well.result.error, well.result.roster_id) == (True, None, SECOND)


def test_a_signal_stops_the_run_and_what_waits_around_it(
    mocker: MockerFixture, connection: Connection, settings: CommandSettings
) -> None:
    """A worker's own block is around the run: the run says where it was stopped, the block ends with it."""
    working(mocker, lambda job: signal.raise_signal(signal.SIGTERM))
    stopped = []

    def work() -> None:
        with interrupts.stoppable(lambda: "the worker"):
            stopped.append(run_roster(connection, FIRST, order(), settings))

    with interrupts.listening(), pytest.raises(RunStoppedError, match="stopped by SIGTERM in the worker"):
        work()

    assert "stopped by SIGTERM in start" in str(stopped[0].failure)


def test_today_is_the_day_of_the_run(mocker: MockerFixture, connection: Connection, settings: CommandSettings) -> None:
    """A worker lives longer than a day."""
    days: list[dt.date | None] = []
    working(mocker, lambda job: days.append(job.scope.today))
    today = mocker.patch.object(CommandSettings, "today", side_effect=[dt.date(2027, 1, 1), dt.date(2027, 1, 2)])

    for roster in (FIRST, SECOND):
        run_roster(connection, roster, order(), settings)

    assert days == [dt.date(2027, 1, 1), dt.date(2027, 1, 2)]
    assert today.call_count == 2


def test_nothing_of_a_run_is_kept(mocker: MockerFixture, connection: Connection, settings: CommandSettings) -> None:
    import gc
    import weakref

    made: list[weakref.ref[DatabaseOperationOrchestrator]] = []
    working(mocker, lambda job: made.append(weakref.ref(job)))

    result: RunResult | None = run_roster(connection, FIRST, order(), settings).result
    mocker.resetall()
    gc.collect()

    assert result is not None
    assert [job() for job in made] == [None]
