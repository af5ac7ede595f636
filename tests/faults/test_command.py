"""The command as its users start it, while what it depends on is missing, dead, silent or broken; no database."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.support import PROJECT, patience
from tests.support.patience import HANDING_OVER, PATIENCE, SOON, TELLING
from tests.support.results import ROSTER

pytestmark = pytest.mark.slow  # each starts a Python of its own

KEY = "sb_secret_0123456789abcdef"
GOOD = {"SUPABASE_URL": "https://abcdefgh.supabase.co", "SUPABASE_KEY": KEY, "ROOSTER_ID": ROSTER}


@pytest.fixture(autouse=True)
def _folder_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without a .env file."""
    monkeypatch.chdir(tmp_path)


class Silent(BaseHTTPRequestHandler):
    """Takes a request and never answers."""

    def do_GET(self) -> None:
        self.server.over.wait(PATIENCE)  # type: ignore[attr-defined]

    do_POST = do_GET  # noqa: N815  the server looks for this name


@pytest.fixture
def silent_server() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Silent)
    server.over = threading.Event()  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.over.set()  # type: ignore[attr-defined]
    server.shutdown()
    server.server_close()
    thread.join()


def command(*options: str, **settings: str) -> patience.Done:
    """Run the command to its end, in an environment of these settings alone."""
    return patience.run(patience.command(*options), patience.environment(**settings))


def tried_twice(*options: str, **settings: str) -> patience.Done:
    """Run the command as `command` does, with fewer tries of a request that is in vain."""
    line = patience.command(*options, limits={"greedy.database.requests.TRIES": 2})
    return patience.run(line, patience.environment(**settings))


@contextmanager
def unread_pipe() -> Iterator[int]:
    """A pipe that is full, and that nobody empties."""
    reading, writing = os.pipe()
    try:
        os.set_blocking(writing, False)
        with suppress(BlockingIOError):
            while True:
                os.write(writing, b"x" * 512)
        os.set_blocking(writing, True)
        yield writing
    finally:
        os.close(reading)
        os.close(writing)


BROKEN = """
import sys
sys.path.insert(0, sys.argv.pop(1))
import greedy_orchestrator
import greedy.database.inspection
def begin(client, roster_id):
    headers = dict(client.postgrest.headers)
    raise ValueError("odd")RAISED_FROM
greedy.database.inspection.begin_with_any = begin
greedy_orchestrator.app()
"""


def broken(*options: str, cause: str = "") -> patience.Done:
    """Run the command with a loader that has a bug; or one that passes `cause` on as an error of its own."""
    script = BROKEN.replace("RAISED_FROM", f" from {cause}" if cause else "")
    return patience.run([sys.executable, "-c", script, str(PROJECT), *options], patience.environment(**GOOD))


def test_a_time_limit_that_a_library_passes_on_as_an_error_of_its_own() -> None:
    """As Python 3.11 does with what is raised while a class is made, in an import for example."""
    told = broken(cause='greedy_orchestrator.interrupts.RunTimeoutError("The run took longer", "See the log.")')

    assert told.returncode == 5
    assert json.loads(told.stdout)["cause"] == "timeout"


def test_timeout_ends_a_run_that_hangs(silent_server: str) -> None:
    told = command("--timeout", "1", **{**GOOD, "SUPABASE_URL": silent_server})

    outcome = json.loads(told.stdout)
    assert told.returncode == 5
    assert "longer than 1 s (--timeout) and was ended in FASE 1 load" in outcome["error"]
    assert not outcome["success"]
    assert KEY not in told.stdout + told.stderr


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_timeout_ends_a_handing_over_that_hangs(silent_server: str, stream: str) -> None:
    """Somebody holds the other end of the pipe, and does not read what is in it."""
    telling = SOON if stream == "stderr" else PATIENCE  # what is said on the other one is read
    line = patience.command("--timeout", "1", limits={HANDING_OVER: SOON, TELLING: telling})
    with unread_pipe() as pipe, tempfile.TemporaryFile() as other:
        streams: dict[str, Any] = {"stdout": other, "stderr": other} | {stream: pipe}
        with subprocess.Popen(
            line, env=patience.environment(**{**GOOD, "SUPABASE_URL": silent_server}), **streams
        ) as job:
            code = job.wait(PATIENCE)
        other.seek(0)
        told = other.read().decode()

    assert code == 5, told
    assert ("was ended in handing the result over" in told) == (stream == "stdout")


def test_a_database_that_cannot_be_reached() -> None:
    """Port 9 of the own machine, where nothing listens: retried, then told."""
    told = command("--log-format", "json", "--timeout", str(PATIENCE), **{**GOOD, "SUPABASE_URL": "http://127.0.0.1:9"})

    *lines, last = [json.loads(line) for line in told.stdout.splitlines()]
    assert told.returncode == 5
    assert "Database error: Connection refused" in last["error"]
    assert "Verify environment variables in Railway" in last["error"]
    assert {line["level"] for line in lines} == {"info", "warning", "error"}
    assert all(line["message"] and line["run_id"] == last["run_id"] for line in lines)
    assert KEY not in told.stdout + told.stderr
    assert told.stderr == ""


@pytest.mark.parametrize("proxy", ["http://me:hunter2@127.0.0.1:9", "127.0.0.1:9"])
def test_a_dead_proxy_is_told_as_one(proxy: str) -> None:
    told = tried_twice("--log-format", "json", **GOOD, HTTPS_PROXY=proxy)

    error = json.loads(told.stdout.splitlines()[-1])["error"]
    assert told.returncode == 5
    assert "Connection refused by the proxy 127.0.0.1:9 (HTTPS_PROXY)" in error
    assert "Correct that variable" in error
    assert "URL/KEY" not in error
    assert "hunter2" not in told.stdout + told.stderr


def test_a_proxy_that_is_not_for_this_host_is_not_told() -> None:
    settings = GOOD | {"SUPABASE_URL": "http://127.0.0.1:9", "HTTP_PROXY": "x:1", "NO_PROXY": "127.0.0.1"}

    told = tried_twice("--log-format", "json", **settings)

    assert "URL/KEY invalid" in json.loads(told.stdout.splitlines()[-1])["error"]


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "ALL_PROXY"])
def test_a_proxy_that_cannot_be_one_is_named(variable: str) -> None:
    told = command(**GOOD, **{variable: "foo://me:hunter2@x"})

    assert told.returncode == 3
    assert f"the proxy in {variable} cannot be used" in told.stderr
    assert "Traceback" not in told.stderr
    assert "hunter2" not in told.stderr


def test_without_its_packages_it_says_what_to_do() -> None:
    """`-I -S`: a Python without any package, as the system's own is."""
    told = patience.run([sys.executable, "-I", "-S", str(PROJECT / "greedy_orchestrator.py"), "--check"], {})

    assert (told.returncode, told.stdout) == (3, "")
    assert told.stderr.startswith("The package typer is missing (Python ")
    assert ".venv/bin/python greedy_orchestrator.py" in told.stderr
    assert "Traceback" not in told.stderr


def test_an_unexpected_error_has_its_traceback_in_one_line() -> None:
    told = broken("--log-format", "json")

    *_, error, last = [json.loads(line) for line in told.stdout.splitlines()]
    assert told.returncode == 1
    assert last["error"].startswith("Unexpected ValueError in FASE 1 load")
    assert "Traceback" in error["exception"]
    assert KEY not in told.stdout + told.stderr


@pytest.mark.parametrize("level", ["INFO", "DEBUG"])
def test_an_unexpected_error_at_a_terminal__traceback_but_no_key(level: str) -> None:
    """The key is a local variable of the function that fails: a traceback with variables would show it."""
    told = broken("--log-level", level)

    assert told.returncode == 1
    assert json.loads(told.stdout)["error"].startswith("Unexpected ValueError in FASE 1 load")
    assert "Traceback" in told.stderr
    assert "ValueError: odd" in told.stderr
    assert KEY not in told.stdout + told.stderr
