"""The commands `enqueue`, `worker` and `queue`: what is asked, shown, and told when it cannot be."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

import greedy_orchestrator
from greedy.cli.handover import LINE_BYTES
from greedy.domain.queue import Fate
from greedy.errors import RosterDataError
from tests.support.database import Database, fresh_database, one_open_shift
from tests.support.patience import LONG_AGO, Done
from tests.support.queue import ask, entry, figures, must_take, report, rosters


def give(here: Database | None, *options: str) -> Done:
    """Run a command as a user does."""
    settings = here.settings() if here else {}
    found = CliRunner().invoke(greedy_orchestrator.app, list(options), env=settings | {"COLUMNS": "200"})
    assert found.exception is None or isinstance(found.exception, SystemExit), found.exception
    return Done(found.exit_code, found.stdout, found.stderr)


def test_enqueue_a_roster_with_its_options(here: Database) -> None:
    (one,) = rosters(1)
    wish = ("--replan", "--from", "2027-01-04", "--until", "2027-01-05", "--force", "--publish")

    done = give(here, "enqueue", "--roster-id", one, "--urgent", "--practice", "north", *wish)

    assert (done.returncode, "1 roster: 1 added" in done.stderr) == (0, True), done.stderr
    assert json.loads(done.stdout) == {"asked": [{"roster_id": one, "outcome": "added"}]}
    row = entry(here, one)
    assert (row["urgent"], row["practice"]) == (True, "north")
    assert row["options"] == {
        "replan": True, "force": True, "publish": True, "from": "2027-01-04", "until": "2027-01-05",
    }  # fmt: skip


def test_enqueue_several_and_again(here: Database) -> None:
    first, second = rosters(2)
    give(here, "enqueue", "--roster-id", first)

    done = give(here, "enqueue", "--roster-id", first, "--roster-id", second, "--log-format", "json")

    line, told = map(json.loads, done.stdout.splitlines())
    assert line["message"] == "📬 2 rosters: 1 added, 1 waiting already"
    assert {row["outcome"] for row in told["asked"]} == {"added", "waiting"}


def test_in_a_log_no_line_is_longer_than_collectors_take(here: Database) -> None:
    ids = rosters(300)

    asked = give(here, "enqueue", *(part for one in ids for part in ("--roster-id", one)), "--log-format", "json")
    listed = give(here, "queue", "--log-format", "json")

    for done, name in ((asked, "asked"), (listed, "queue")):
        lines = done.stdout.splitlines()
        assert max(len(line.encode()) for line in lines) < LINE_BYTES
        parts = [json.loads(line) for line in lines]
        assert {row["roster_id"] for part in parts for row in part.get(name, [])} == set(ids)


def test_queue_shows_what_somebody_took_out_of_pgmq(here: Database) -> None:
    ask(here, *rosters(1))
    here.sql("delete from pgmq.q_greedy")

    shown = give(here, "queue").stderr

    assert "by hand" in shown
    assert "None" not in shown


def test_enqueue_all_due_and_a_worker_that_drains(here: Database) -> None:
    here.sql("delete from roosters; delete from greedy_runs")
    roster_id = here.load(one_open_shift())

    asked = give(here, "enqueue", "--all-due", "--today", LONG_AGO)
    done = give(here, "worker", "--drain", "--today", LONG_AGO, "--log-format", "json")
    again = give(here, "enqueue", "--all-due", "--today", LONG_AGO)

    assert "1 roster due: 1 added" in asked.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert (done.returncode, [line["fate"] for line in lines if line.get("roster_id") == roster_id]) == (0, ["done"])
    assert "0 rosters due" in again.stderr
    history = give(here, "--history", "--roster-id", roster_id)
    assert "done, try 1, waited" in history.stderr


def test_queue_shows_what_waits_runs_and_failed_and_why(here: Database) -> None:
    failed, running, waiting = rosters(3)
    assert "The queue is empty." in give(here, "queue").stderr
    ask(here, failed)
    report(here, must_take(here), Fate.GIVEN_UP, RosterDataError("bad row", "correct it"))
    ask(here, running)
    must_take(here, "w7")
    ask(here, running)
    ask(here, waiting, urgent=True, options={"replan": True})

    shown = give(here, "queue").stderr

    for words in ("Rosters in the queue: 3", failed, "(4) bad row", "correct it", running, "filled by w7", waiting,
                  "urgent, replan", "asked for again"):  # fmt: skip
        assert words in shown
    listed = json.loads(give(here, "queue", "list", "--log-format", "json").stdout)["queue"]
    assert {row["state"] for row in listed} == {"failed", "running", "waiting"}
    checked = json.loads(give(here, "--check").stdout)["checks"]
    (line,) = [line for line in checked if line["name"] == "queue"]
    assert (line["state"], line["message"].startswith("1 rosters waiting")) == ("HINT", True)


def test_queue_retry_and_drop(here: Database) -> None:
    first, second = rosters(2)
    for one in (first, second):
        ask(here, one)
        report(here, must_take(here), Fate.GIVEN_UP, RosterDataError("bad row"))

    assert "To be tried again: 1 roster" in give(here, "queue", "retry", "--roster-id", first).stderr
    assert "To be tried again: 1 roster" in give(here, "queue", "retry", "--all").stderr
    assert give(here, "queue", "drop", "--roster-id", first).returncode == 0
    assert figures(here) == (1, 0, 0)
    for refused in (("retry", "--roster-id", second), ("drop", "--roster-id", first)):
        done = give(here, "queue", *refused)
        assert (done.returncode, "See `queue`" in done.stderr) == (2, True)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("enqueue",), "give --roster-id, or --all-due"),
        (("enqueue", "--all-due", "--roster-id", rosters(1)[0]), "give --roster-id, or --all-due"),
        (("enqueue", "--all-due", "--from", "2027-01-05", "--until", "2027-01-04"), "is after --until"),
        (("queue", "retry"), "give --roster-id, or --all"),
        (("--dry-run", "worker"), "give the options of `worker` after it"),
        (("nonsense",), "No such command"),
    ],
)
def test_usage(options: tuple[str, ...], told: str) -> None:
    done = give(None, *options)

    assert (done.returncode, told in done.stderr) == (2, True), done.stderr


@pytest.mark.parametrize("command", [("enqueue", "--all-due"), ("worker", "--drain"), ("queue",)], ids=" ".join)
def test_without_settings(command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SUPABASE_URL", raising=False)

    assert give(None, *command).returncode == 3


def test_a_database_without_a_queue__each_command_names_the_remedy() -> None:
    with fresh_database(pgmq=False) as here:
        for command in (("enqueue", "--roster-id", rosters(1)[0]), ("worker", "--drain"), ("queue",)):
            done = give(here, *command)
            assert (done.returncode, "run supabase/install.sql again" in done.stderr) == (5, True), done.stderr
        done = give(here, "worker", "--log-format", "json")
        assert json.loads(done.stdout.splitlines()[-1])["level"] == "error"
        checked = json.loads(give(here, "--check").stdout)["checks"]
        (line,) = [line for line in checked if line["name"] == "queue"]
        assert (line["state"], "enable pgmq" in line["message"]) == ("HINT", True)
