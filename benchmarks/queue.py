"""`python -m benchmarks queue`: rosters filled by workers of the queue, beside a process for each roster.

On a PostgreSQL with many connections, served by Supabase Lite, with and without a network's distance before it. Each
measurement begins with the same rosters, none of them filled.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import IO, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from benchmarks.network import Network, distance
from demo.local_supabase import LocalSupabase
from demo.queue import COMMAND, SMALL, environment, load_many
from greedy.database.client import Client, connect
from greedy.database.queue import Queue
from tests.support.postgres import Server, postgres, served, with_queue

FIRST = dt.date(2040, 1, 2)

out = Console(width=140)


@dataclass(frozen=True)
class Here:
    """A database full of rosters that are not filled, seen from a distance."""

    server: LocalSupabase
    network: Network
    client: Client
    ids: list[str]

    @property
    def far(self) -> LocalSupabase:
        """The server as a command sees it."""
        return replace(self.server, url=self.network.url)

    def ask(self, ids: list[str], *, urgent: bool = False) -> None:
        """Put rosters into the queue."""
        Queue(self.client).ask(ids, {}, urgent=urgent, practice=None)

    def runs(self) -> list[dict[str, Any]]:
        """Return the runs so far, in their order."""
        rows: Any = self.client.table("greedy_runs").select("*").order("started_at").execute().data
        return list(rows)


def queue(
    rosters: Annotated[int, typer.Option(min=2, help="Rosters that workers fill in each measurement.")] = 30,
    single: Annotated[int, typer.Option(min=1, help="Rosters that are filled by a process each.")] = 6,
    many: Annotated[int, typer.Option(min=21, help="Small rosters that one worker fills, for its memory.")] = 500,
    network: Annotated[str, typer.Option(help="Milliseconds of network added, separated by commas.")] = "0,150",
) -> None:
    """Rosters a second with 1, 2 and 3 workers, requests, memory, and how long it takes from a request to its run."""
    table = Table(title=f"{rosters} practice rosters in the queue, beside a process for each of {single}")
    for header in ("network", "filled by", "s", "rosters/s", "ratio", "requests a roster"):
        table.add_column(header, justify="left" if header == "filled by" else "right")
    with postgres() as server:
        ids = _load(server, "practice", rosters)
        for delay in map(float, network.split(",")):
            with _copy(server, "practice", ids, delay) as here:
                alone = _by_processes(here, ids[:single])
                each = here.network.requests / single
            table.add_row(
                f"{delay:g} ms", "a process each", f"{alone:.1f}", f"{single / alone:.2f}", "1.0", f"{each:.1f}"
            )
            for number in (1, 2, 3):
                with _copy(server, "practice", ids, delay) as here:
                    here.ask(ids)
                    seconds = _by_workers(here, number)
                    failed = [run["error"] for run in here.runs() if run["exit_code"]]
                    if failed:
                        raise RuntimeError(f"rosters were not filled: {failed}")
                    each = here.network.requests / rosters
                speed = rosters / seconds
                table.add_row(
                    f"{delay:g} ms", f"{number} worker{'s' * (number > 1)}", f"{seconds:.1f}", f"{speed:.2f}",
                    f"{speed * alone / single:.1f}", f"{each:.1f}", end_section=number == 3,
                )  # fmt: skip
        out.print(table)
        out.print("ratio: against a process each, in the same run; requests: taking and reporting included")
        with _copy(server, "practice", ids, 0) as here:
            out.print(_idle(here))
            out.print(_to_start(here, ids[:8]))
        ids = _load(server, "small", many)
        with _copy(server, "small", ids, 0) as here:
            here.ask(ids)
            out.print(_memory(here, many))


def _load(server: Server, name: str, number: int) -> list[str]:
    """Make a database with so many rosters."""
    database = server.create(name, *with_queue())
    size = SMALL if name == "small" else {}
    with served(database) as api, connect(api.url, api.secret_key) as connection:
        return load_many(connection.client, number, first=FIRST, **size)


@contextlib.contextmanager
def _copy(server: Server, name: str, ids: list[str], delay: float) -> Iterator[Here]:
    """Serve a copy of such a database."""
    database = server.create(f"{name}-{uuid.uuid4().hex[:8]}", template=name)
    with (
        served(database) as api,
        distance(api.url, delay) as network,
        connect(api.url, api.secret_key) as connection,
    ):
        yield Here(api, network, connection.client, ids)


def _by_processes(here: Here, ids: list[str]) -> float:
    """Fill rosters by a process each, one after the other, and return the seconds."""
    started = time.perf_counter()
    for one in ids:
        line = [sys.executable, COMMAND, "--roster-id", one, "--log-level", "error"]
        subprocess.run(line, env=environment(here.far), capture_output=True, check=True)
    return time.perf_counter() - started


@contextlib.contextmanager
def _worker(here: Here, name: str, *options: str) -> Iterator[tuple[subprocess.Popen[str], IO[str]]]:
    """Run a worker, and read its log."""
    process = subprocess.Popen(
        [sys.executable, COMMAND, "worker", "--log-format", "json", *options],
        env=environment(here.far, RAILWAY_REPLICA_ID=name),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with process:
        if process.stdout is None:
            raise RuntimeError("a process with a pipe has none")
        try:
            yield process, process.stdout
        finally:
            process.kill()


def _by_workers(here: Here, number: int) -> float:
    """Drain the queue by so many workers, and return the seconds, those of their start included."""
    started = time.perf_counter()
    with contextlib.ExitStack() as stack:
        crew = [stack.enter_context(_worker(here, f"w{one}", "--drain")) for one in range(number)]
        for _, log in crew:
            log.read()
    return time.perf_counter() - started


def _idle(here: Here, seconds: float = 30.0) -> str:
    """Count what a worker asks that has nothing to do."""
    with _worker(here, "idle") as (_, log):
        log.readline()
        time.sleep(3)
        before = here.network.requests
        time.sleep(seconds)
        return f"idle: {(here.network.requests - before) * 60 / seconds:.0f} requests a minute"


def _to_start(here: Here, ids: list[str]) -> str:
    """Measure how long a planner waits until a run begins."""
    with _worker(here, "waiting") as (worker, log):
        log.readline()
        for place, one in enumerate(ids):
            time.sleep(4 + 0.37 * place)
            here.ask([one], urgent=True)
        while len(here.runs()) < len(ids):
            if worker.poll() is not None:
                raise RuntimeError(f"the worker ended with code {worker.returncode}")
            time.sleep(0.2)
    waited = [run["waited_ms"] / 1000 for run in here.runs()]
    return f"from request to start, one idle worker: {median(waited):.1f} s at the median, {max(waited):.1f} s at most"


def _memory(here: Here, number: int) -> str:
    """Measure the memory of a worker after 20 rosters, and after all."""
    sizes: dict[int, float] = {}
    filled = 0
    started = time.perf_counter()
    with _worker(here, "memory", "--drain") as (worker, log):
        for line in log:
            filled += "roster_id" in json.loads(line)
            if filled in (20, number) and filled not in sizes:
                sizes[filled] = _resident(worker.pid)
    seconds = time.perf_counter() - started
    return (
        f"memory of a worker: {sizes[20]:.1f} MB after 20 small rosters, {sizes[number]:.1f} MB after {number} "
        f"({number / seconds:.1f} rosters/s)"
    )


def _resident(pid: int) -> float:
    """Return a process's resident memory in MB."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024
