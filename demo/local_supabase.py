"""A local Supabase for the demo, the tests and the benchmarks: Supabase Lite on the project's own migrations.

`python -m demo.local_supabase install` sets it up, `python -m demo.local_supabase run` keeps an empty one running;
`make play` keeps one with a roster in it.
"""

import argparse
import contextlib
import importlib.util
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from demo import PROJECT
from demo.node import LITE, LocalSupabaseError, find_node, install, is_installed

MIGRATIONS = PROJECT / "supabase" / "migrations"
LITE_CLI = LITE / "node_modules" / "@supabase" / "lite" / "dist" / "cli" / "index.js"
START_ATTEMPTS = 5

PGMQ = "pgmq"
"""The PyPI package that carries pgmq's plain SQL, for a PostgreSQL that has no extension of that name."""

PATIENCE = 300.0
"""Seconds that the server may take to answer: a machine that does much else is no reason to give up."""

# Loaded into the server before its own code. Standard input is a pipe from us, which the system closes however we end,
# SIGKILL included. A parent-death signal would be Linux only, and tie the server to one thread of ours. And Lite's
# Storage sends files as streams of ArrayBuffers, as Node before 24 makes them, of which its own server sends nothing.
DIE_WITH_PARENT = """
import { rmSync } from "node:fs";
import { open } from "node:fs/promises";
import { fileURLToPath } from "node:url";
const folder = process.env.LOCAL_SUPABASE_FOLDER;
process.stdin.on("end", () => { rmSync(folder, { recursive: true, force: true }); process.exit(); }).resume();
const handle = await open(fileURLToPath(import.meta.url));
const files = Object.getPrototypeOf(handle);
const stream = files.readableWebStream;
files.readableWebStream = function (options) { return stream.call(this, { type: "bytes", ...options }); };
await handle.close();
"""


@dataclass(frozen=True)
class LocalSupabase:
    """A running local Supabase; `log_path` exists only while it runs."""

    url: str
    secret_key: str = field(repr=False)
    publishable_key: str = field(repr=False)
    log_path: Path


def pgmq_sql() -> Path:
    """Return pgmq's plain SQL: what `create extension pgmq` makes on a hosted project.

    Raises:
        LocalSupabaseError: It is not installed.
    """
    wheel = importlib.util.find_spec(PGMQ)
    if wheel is None or wheel.origin is None:
        raise LocalSupabaseError("the SQL of pgmq is missing: run `make setup`, which brings it")
    return Path(wheel.origin).parent / "sql" / "pgmq.sql"


@contextlib.contextmanager
def local_supabase(
    migrations: Sequence[Path] = (MIGRATIONS,),
    *,
    max_rows: int = 1000,
    timeout: float = PATIENCE,
    database: str | None = None,
    pgmq: bool = True,
) -> Iterator[LocalSupabase]:
    """Run a local Supabase, empty but for the migrations, for as long as the context lasts.

    Args:
        migrations: Folders whose migrations are applied, in the order of all their time stamps; empty for a database
            without tables.
        max_rows: Rows that one answer holds at most; the rest is cut off without a word, as on a hosted project.
        timeout: Seconds that the server may take to answer.
        database: Address of a PostgreSQL to serve as it is, without migrations; None for a PGlite of its own.
        pgmq: Whether pgmq can be had, as on a hosted project, where there are migrations.

    Raises:
        LocalSupabaseError: It is not installed, or does not answer in time; the message ends with the server's log.
    """
    if not is_installed(LITE):
        raise LocalSupabaseError("Supabase Lite is missing, or not the version of its lock file: run `make setup`")
    node = find_node().node
    with tempfile.TemporaryDirectory(prefix="local-supabase-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        (folder / "supabase" / "migrations").mkdir(parents=True)
        if migrations and pgmq:
            shutil.copy(pgmq_sql(), folder / "supabase" / "migrations" / "00000000000001_pgmq.sql")
        for source in migrations:
            for migration in source.glob("*.sql"):
                shutil.copy(migration, folder / "supabase" / "migrations")
        (folder / "die-with-parent.mjs").write_text(DIE_WITH_PARENT)
        for _ in range(START_ATTEMPTS):
            with _started(node, folder, max_rows, database) as (process, server):
                if _is_ready(process, server, timeout):
                    yield server
                    return
        raise LocalSupabaseError(f"the port that was free was taken before the server had it, {START_ATTEMPTS} times")


@contextlib.contextmanager
def _started(
    node: str, folder: Path, max_rows: int, database: str | None
) -> Iterator[tuple[subprocess.Popen[bytes], LocalSupabase]]:
    port = _free_port()
    server = LocalSupabase(
        url=f"http://127.0.0.1:{port}",
        secret_key=f"sb_secret_{secrets.token_hex(24)}",
        publishable_key=f"sb_publishable_{secrets.token_hex(24)}",
        log_path=folder / "server.log",
    )
    (folder / "supabase" / "config.toml").write_text(_config(server, port, max_rows, database))
    command = [
        node,
        "--import",
        "./die-with-parent.mjs",
        str(LITE_CLI),
        "start" if database else "dev",
        "--host",
        "127.0.0.1",
        "--no-admin",
    ]
    settings = {
        "LITE_TELEMETRY": "0",
        "DO_NOT_TRACK": "1",
        "NO_COLOR": "1",
        "EXPERIMENTAL_STORAGE": "1",  # without it [storage] is passed over
        "LOCAL_SUPABASE_FOLDER": str(folder),
    }
    with server.log_path.open("wb") as log:
        # In a session of its own: Ctrl-C reaches us only, and what we stop is the server with all that it started.
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, **settings},
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield process, server
    finally:
        _stop(process)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _config(server: LocalSupabase, port: int, max_rows: int, database: str | None) -> str:
    # JSON strings are TOML strings. Lite wants a JWT secret of 32 bytes or more, of three kinds of characters.
    return f"""
project_id = "greedy"
[api]
port = {port}
schemas = ["public"]
max_rows = {max_rows}
[db]
driver = "{"postgres" if database else "pglite"}"
url = {json.dumps(database or "memory://")}
[auth]
jwt_secret = {json.dumps("JWT-" + secrets.token_hex(32))}
secret_key = {json.dumps(server.secret_key)}
publishable_key = {json.dumps(server.publishable_key)}
[storage]
enabled = true
file_size_limit = "50MiB"
"""


def _is_ready(process: subprocess.Popen[bytes], server: LocalSupabase, timeout: float) -> bool:
    """Wait until the server answers; False if its port was taken between our choice and its start.

    It listens when its migrations are applied; only ours knows the key.
    """
    deadline = time.monotonic() + timeout
    with httpx.Client(base_url=server.url, headers={"apikey": server.secret_key}, timeout=5, trust_env=False) as client:
        while time.monotonic() < deadline:
            if process.poll() is not None:
                log = _tail(server.log_path)
                if "already in use" in log:
                    return False
                raise LocalSupabaseError(f"Supabase Lite ended with code {process.returncode} at its start:\n{log}")
            with contextlib.suppress(httpx.TransportError):
                answer = client.get("/rest/v1/roosters", params={"select": "id", "limit": 1})
                if answer.is_success or (answer.is_client_error and "PGRST205" in answer.text):  # no such table
                    return True
            time.sleep(0.05)
    raise LocalSupabaseError(f"Supabase Lite did not answer within {timeout:g} s:\n{_tail(server.log_path)}")


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-30:])


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the server with all that it started; nothing of it is worth waiting for."""
    with process, contextlib.suppress(ProcessLookupError):  # its end closes the input, and waits
        os.killpg(process.pid, signal.SIGKILL)


def main() -> None:
    """Install the local Supabase, or run it until Ctrl-C, as the command line says."""
    parser = argparse.ArgumentParser(prog="python -m demo.local_supabase", description=__doc__)
    parser.add_argument("action", choices=["install", "run"])
    try:
        if parser.parse_args().action == "install":
            install()
            return
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends as Ctrl-C does
        with contextlib.suppress(KeyboardInterrupt), local_supabase() as server:
            print(f"SUPABASE_URL={server.url}\nSUPABASE_KEY={server.secret_key}", flush=True)
            print("Runs until Ctrl-C.", file=sys.stderr)
            signal.pause()
    except (LocalSupabaseError, subprocess.CalledProcessError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
