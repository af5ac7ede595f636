"""The worker: one roster after the other from the queue, in the main thread, on one connection.

It ends when nothing is left (`--drain`), when a signal comes, or when the database will not have it. What becomes of a
roster that failed is decided by `greedy.domain.queue`; here it waits, takes, fills and reports.
"""

from __future__ import annotations

import time
from contextlib import nullcontext
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import structlog

from greedy import interrupts
from greedy.cli import logs, worker_log
from greedy.cli.order import Ended, Order, WorkerOrder
from greedy.cli.run import run_roster
from greedy.cli.settings import CommandSettings, LogLevel, worker_name
from greedy.database.client import Connection, connect
from greedy.database.queue import Queue
from greedy.domain.language import Language
from greedy.domain.queue import Breaker, Fate, Figures, Report, Taken, Verdict, Wish, judge
from greedy.errors import DatabaseError, GreedyError, RunStoppedError, UsageError

log = structlog.get_logger("greedy")

BEYOND = 30
"""Seconds that a lease lasts beyond `--timeout`: for the run's history and the report."""

HURRY = 2.0
"""Seconds that a report may take when a signal has come: whoever sent it waits."""

LONGEST_WAIT = 30.0
"""Seconds between two questions to a database that does not answer, at most."""

OUTAGE_PATIENCE = 900.0
"""Seconds of outage after which `--drain` ends with code 5: a cron service starts nothing while it lasts."""

SOONEST = 0.05
"""Seconds between two questions at least; twice as many each time that a roster is due and cannot be had."""


def work(order: WorkerOrder) -> int:
    """Work the queue until it is drained, or until a signal comes; return the exit code."""
    try:
        settings = CommandSettings.load(log_level=order.log_level)
        logs.configure(
            settings.log_level, order.log_format, worker=worker_name(), deployment_id=settings.railway_deployment_id
        )
        with connect(settings.supabase_url, settings.supabase_key.get_secret_value()) as connection:
            Worker(order, settings, connection).serve()
    except GreedyError as error:
        worker_log.refuse(order.log_format, error)
        return error.exit_code
    return 0


@dataclass(slots=True, eq=False)
class Worker:
    """A worker at its work.

    Attributes:
        taken: The roster that it has; None between two.
        report: What the queue has not been told yet; None when it knows all.
        breaker: Keeps an outage from using up the rosters' tries.
        pause: Seconds to pause before the next roster, after one that met an outage; 0 for none.
    """

    order: WorkerOrder
    settings: CommandSettings
    connection: Connection
    name: str = field(default_factory=worker_name)
    taken: Taken | None = None
    report: Report | None = None
    breaker: Breaker = field(default_factory=Breaker)
    pause: int = 0
    meter: worker_log.Meter = field(default_factory=worker_log.Meter)
    _token: str = field(default_factory=lambda: str(uuid4()))
    _unanswered: int = 0
    _in_vain: int = 0
    _trouble_since: float | None = None

    @property
    def queue(self) -> Queue:
        """The queue, on the worker's connection."""
        return Queue(self.connection.client)

    def serve(self) -> None:
        """Fill rosters until none is left (`--drain`), or a signal comes.

        Raises:
            DatabaseError: The database has no queue; or, with `--drain`, it has not answered for `OUTAGE_PATIENCE`.
        """
        log.info(f"👷 Worker {self.name} begins", drain=self.order.drain)
        try:
            while self._next():
                if self.taken is not None:
                    self._fill(self.taken)
        except RunStoppedError as stopped:
            self._hand_in()
            log.info(f"👷 Worker {self.name} ends: {stopped.message.removeprefix('The run was ')}")
            return
        log.info(f"👷 Worker {self.name} ends: nothing is left to fill")

    def _next(self) -> bool:
        """Report, and take the next roster or wait a while; return whether anything is left to wait for."""
        with interrupts.stoppable(lambda: "the wait for a roster"):
            try:
                if self.pause:
                    self._pause()
                lease = round(self.order.timeout) + BEYOND
                taken, figures, mine = self.queue.take(self._token, self.name, lease, self.report)
            except DatabaseError as error:
                if error.lasting:
                    raise
                self._endure(error.message)
                wait = min(2.0**self._unanswered, LONGEST_WAIT)
                self._unanswered += 1
                log.warning(f"⏸️  The queue does not answer; asking again in {wait:.0f} s", seconds=wait)
                interrupts.sleep(wait)
                return True
            if self.report is not None and not mine:
                worker_log.late(self.report.taken)
            self.taken, self.report, self._token, self._unanswered = taken, None, str(uuid4()), 0
            if not self.breaker.is_open:
                self._trouble_since = None
            if taken is not None:
                self._in_vain = 0
            self.meter.note(figures, self.order.log_format)
            if taken is None and not (self.order.drain and figures.is_done):
                interrupts.sleep(self._until_next(figures))
                return True
        return taken is not None

    def _pause(self) -> None:
        """Report what there is, and wait until an outage may be over: once after each roster that met it.

        Raises:
            DatabaseError: The queue does not answer; or it has lasted too long for a cron service.
        """
        if self.report is not None:
            self.queue.report(self.report)
            self.report = None
        self._endure(f"{len(self.breaker.streak)} rosters in a row met an outage")
        seconds, self.pause = self.pause, 0
        log.warning(f"⏸️  Pausing {seconds} s: rosters fail one after the other; no try is counted", seconds=seconds)
        interrupts.sleep(seconds)

    def _until_next(self, figures: Figures) -> float:
        """Return for how many seconds to wait when no roster could be had.

        One that is due all the same is locked: whoever filled it still writes, or somebody is asking for it.
        """
        soonest = self.order.poll if figures.next_s is None else min(self.order.poll, figures.next_s)
        self._in_vain = self._in_vain + 1 if figures.next_s is not None and soonest <= SOONEST else 0
        return max(SOONEST, soonest, min(self.order.poll, SOONEST * 2.0 ** min(self._in_vain - 1, 10)))

    def _endure(self, what: str) -> None:
        """Go on in an outage, unless it has lasted too long for a cron service.

        Raises:
            DatabaseError: It has.
        """
        now = time.monotonic()
        self._trouble_since = self._trouble_since or now
        if self.order.drain and now - self._trouble_since > OUTAGE_PATIENCE:
            raise DatabaseError(
                f"The queue was not drained: {what}, for {OUTAGE_PATIENCE / 60:.0f} minutes",
                "What waits stays in the queue; the next start of the worker goes on with it.",
            )

    def _fill(self, taken: Taken) -> None:
        """Fill a roster, and note what is to be reported."""
        run_id = str(uuid4())
        ended: Ended | None = None
        failure: GreedyError | None
        try:
            order = self._order(taken, run_id)
        except UsageError as error:
            failure = error
        else:
            quiet = nullcontext() if self.settings.log_level is LogLevel.DEBUG else worker_log.errors_alone()
            with quiet:
                ended = run_roster(self.connection, taken.roster_id, order, self.settings, taken)
            failure = ended.failure
        self.breaker = self.breaker.after(taken.roster_id, failure)
        self.pause = self.breaker.pause
        verdict = judge(failure, taken.failures, self.breaker)
        worker_log.sum_up(taken, run_id, ended, failure, verdict)
        self.taken = None
        if verdict.fate is not Fate.LOST:
            self.report = Report(taken, verdict, failure, ended.record if ended else None)

    def _order(self, taken: Taken, run_id: str) -> Order:
        """Return what is asked of a run.

        Raises:
            UsageError: The message has an option that is none.
        """
        wish = Wish.from_options(taken.options)
        return Order(
            run_id=run_id,
            roster_id=UUID(taken.roster_id),
            scope=wish.scope(self.order.today),
            dry_run=False,
            strict=False,
            fail_on_open=False,
            timeout=self.order.timeout,
            log_level=self.order.log_level,
            log_format=self.order.log_format,
            output=None,
            publish=wish.publish,
            language=Language.NL,
        )

    def _hand_in(self) -> None:
        """Report what there is when a signal has come: in a hurry, and once; a roster just taken is given back.

        What cannot be reported comes again when the lease is over.
        """
        if self.taken is not None:
            self.report = Report(self.taken, Verdict(Fate.GIVEN_BACK))
        if self.report is None:
            return
        try:
            with interrupts.time_limit(HURRY, lambda: "the report to the queue"):
                self.queue.report(self.report)
        except GreedyError as error:
            worker_log.unreported(self.report.taken, error)
