"""`--publish` on a real Storage: what is there, who may read it and for how long, and two runs in a row."""

from __future__ import annotations

import datetime as dt
import json
import time
from pathlib import Path
from typing import Any

import httpx
import pypdf
import pytest
from icalendar import Calendar
from pytest_mock import MockerFixture

from greedy.cli.publisher import one_of
from greedy.database.client import connect
from greedy.database.storage import BUCKET, Store
from greedy.errors import DatabaseError
from greedy.exports import calendars
from greedy.exports.events import person_mark
from greedy.exports.make import Maker
from tests.support import factories
from tests.support.database import Database, Fresh, ask, one_open_shift, small
from tests.support.patience import PATIENCE
from tests.support.webhook import hook

KINDS = ["html", "pdf", "xlsx", "csv", "ics"]

pytestmark = pytest.mark.database


def fetch(url: str) -> httpx.Response:
    """Open a link as anybody does who has it: without a key."""
    return httpx.get(url, timeout=PATIENCE, trust_env=False)


def publish(db: Database, roster_id: str, *options: str, **environment: str) -> dict[str, Any]:
    done = ask(db, "--roster-id", roster_id, "--publish", *options, **environment)
    assert done.returncode == 0, done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def events(url: str) -> list[Any]:
    return list(Calendar.from_ical(fetch(url).content).events)


def link_of(result: dict[str, Any], person: str) -> str:
    (url,) = [one["url"] for one in result["published"]["calendars"] if one["employee_id"] == person]
    return str(url)


def recorded(db: Database, roster_id: str) -> list[dict[str, Any]]:
    """Return the runs of a roster, as `--history` gives them to a machine."""
    told = json.loads(ask(db, "--history", "--roster-id", roster_id).stdout)
    runs: list[dict[str, Any]] = told["runs"]
    return runs


@pytest.fixture
def store(db: Database) -> Any:
    with connect(db.server.url, db.server.secret_key) as connection:
        yield Store(connection.client)


def test_every_file_opens_by_its_link_and_by_nothing_else(db: Database) -> None:
    raw = one_open_shift()
    result = publish(db, db.load(raw))

    published = result["published"]
    assert [file["kind"] for file in published["files"]] == KINDS
    assert result["warnings"] == []
    for file in published["files"]:
        for link in (file["url"], file["latest_url"]):
            answer = fetch(link)
            assert answer.status_code == 200
            assert answer.content == fetch(file["url"]).content
        assert not fetch(file["url"].split("?")[0]).is_success
        assert not fetch(f"{db.server.url}/storage/v1/object/public/{BUCKET}/{file['path']}").is_success
    pdf = next(file for file in published["files"] if file["kind"] == "pdf")
    assert fetch(pdf["url"]).headers["content-type"] == "application/pdf"
    assert "download=" not in pdf["url"]
    assert published["files"][0]["url"].endswith("&download=rooster.html")
    assert sorted(one["employee_id"] for one in published["calendars"]) == sorted(row["id"] for row in raw["employees"])


def test_links_are_in_the_history_the_log_and_the_terminal(db: Database) -> None:
    roster_id = db.load(one_open_shift())

    done = ask(db, "--roster-id", roster_id, "--publish")
    logged = ask(db, "--roster-id", roster_id, "--publish", "--log-format", "json")

    links = {file["kind"]: file["url"] for file in json.loads(done.stdout)["published"]["files"]}
    assert links in [run["links"] for run in recorded(db, roster_id)]
    published = json.loads(done.stdout)["published"]
    whole = [file["latest_url"] for file in published["files"]] + [one["url"] for one in published["calendars"]]
    assert {line.split(": ", 1)[1] for line in done.stderr.splitlines() if ": http" in line} == set(whole)
    lines = [json.loads(line) for line in logged.stdout.splitlines()]
    (told,) = [line for line in lines if line.get("message", "").startswith("📤 Published 5 files")]
    assert set(told["links"]) == set(KINDS)


def test_a_database_whose_history_is_older_keeps_it_without_links(db: Database) -> None:
    roster_id = db.load(one_open_shift())
    db.sql("alter table greedy_runs rename column links to links_away")
    try:
        result = publish(db, roster_id)
        (run,) = recorded(db, roster_id)
    finally:
        db.sql("alter table greedy_runs rename column links_away to links")

    assert result["warnings"] == []
    assert run["run_id"] == result["run_id"]


def test_links_hold_as_long_as_is_asked_for_and_then_no_more(db: Database, store: Store) -> None:
    result = publish(db, db.load(one_open_shift()), PUBLISH_LINK_DAYS="7", PUBLISH_CALENDAR_DAYS="30")

    published = result["published"]
    days = [dt.datetime.fromisoformat(published[name]) for name in ("links_until", "calendars_until")]
    assert days[1] - days[0] == dt.timedelta(days=23)
    path = published["files"][0]["path"]
    link = store.sign([path], 1)[path]
    while fetch(link).is_success:  # it ends by itself
        time.sleep(0.2)
    assert fetch(published["files"][0]["url"]).is_success


def test_a_later_run_changes_the_events_of_the_same_link_and_cancels_what_was_taken_back(db: Database) -> None:
    raw = one_open_shift(people=2)
    roster_id = db.load(raw)
    first = publish(db, roster_id)
    shifts = {row["employee_id"]: row for row in db.rows(roster_id) if row["status"] == 1}
    ((holder, row),) = shifts.items()
    (other,) = [person["id"] for person in raw["employees"] if person["id"] != holder]
    link, others = link_of(first, holder), link_of(first, other)
    (before,) = events(link)
    assert events(others) == []

    db.client.table("roster_assignments").update({"employee_id": other, "source": "manual"}).eq(
        "id", row["id"]
    ).execute()
    second = publish(db, roster_id)

    (gone,) = events(link)  # the link of the first run
    assert (gone["UID"], gone["STATUS"], int(gone["SEQUENCE"])) == (before["UID"], "CANCELLED", 1)
    (come,) = events(others)
    assert (come["STATUS"], int(come["SEQUENCE"])) == ("CONFIRMED", 0)
    assert come["UID"] != gone["UID"]
    assert link_of(second, holder).split("?")[0] == link.split("?")[0]

    third = publish(db, roster_id)

    assert events(link_of(third, holder))[0].to_ical() == gone.to_ical()


def test_a_persons_calendar_holds_all_her_rosters(db: Database) -> None:
    raw = one_open_shift(people=1)
    publish(db, db.load(raw))
    later = one_open_shift(people=1)
    person = raw["employees"][0]["id"]
    for rows in later.values():
        for row in rows:
            if "employee_id" in row:
                row["employee_id"] = person
            for column in ("start_date", "end_date", "date"):
                if column in row:
                    row[column] = str(dt.date.fromisoformat(row[column]) + dt.timedelta(days=28))
    later["employees"] = raw["employees"]

    result = publish(db, db.load(later))

    days = [event.decoded("DTSTART").date() for event in events(link_of(result, person))]
    assert days == [factories.MONDAY, factories.MONDAY + dt.timedelta(days=28)]


def test_of_two_rosters_published_within_a_second_the_later_one_counts_whatever_its_id(
    db: Database, mocker: MockerFixture
) -> None:
    second = dt.datetime.now(dt.UTC)
    clock = mocker.patch("greedy.cli.making.dt", wraps=dt)
    results = []
    for first_digit, microsecond in (("f", 200_000), ("0", 600_000)):
        raw = one_open_shift(people=1)
        roster_id = first_digit + raw["roosters"][0]["id"][1:]
        raw["roosters"][0]["id"] = roster_id
        for rows in raw.values():
            for row in rows:
                if "roster_id" in row:
                    row["roster_id"] = roster_id
        clock.datetime.now.return_value = second.replace(microsecond=microsecond)
        results.append((publish(db, db.load(raw)), raw["employees"][0]["id"]))

    assert len(events(link_of(*results[1]))) == 1


def test_the_calendar_of_a_roster_that_was_deleted_goes(db: Database) -> None:
    raw = one_open_shift(people=1)
    roster_id = db.load(raw)
    publish(db, roster_id)
    db.client.table("roster_assignments").delete().eq("roster_id", roster_id).execute()
    db.client.table("roosters").delete().eq("id", roster_id).execute()

    publish(db, db.load(one_open_shift()))

    with connect(db.server.url, db.server.secret_key) as connection:
        assert Store(connection.client).names(f"{roster_id}/latest") == []


def test_files_of_old_runs_go_and_the_latest_stay(db: Database, store: Store) -> None:
    roster_id = db.load(one_open_shift())
    publish(db, roster_id)
    old, kept = (dt.datetime.now(dt.UTC) - dt.timedelta(days=days) for days in (31, 29))
    for when in (old, kept):
        store.put(f"{roster_id}/runs/{when:%Y%m%dT%H%M%SZ}-abc/rooster.pdf", b"x", "application/pdf")
    store.put(f"{roster_id}/runs/notes/rooster.pdf", b"x", "application/pdf")

    publish(db, roster_id, PUBLISH_KEEP_DAYS="30")

    names = store.names(f"{roster_id}/runs")
    assert f"{old:%Y%m%dT%H%M%SZ}-abc" not in names
    assert f"{kept:%Y%m%dT%H%M%SZ}-abc" in names
    assert "notes" in names
    assert store.names(f"{roster_id}/latest") == sorted(f"rooster.{kind}" for kind in KINDS)


def test_each_of_the_other_rosters_has_its_turn_and_a_run_looks_at_one(
    db: Database, store: Store, mocker: MockerFixture
) -> None:
    raw = one_open_shift()
    publish(db, db.load(one_open_shift()))
    publish(db, db.load(one_open_shift()))
    listed = mocker.spy(Store, "names")

    roster_id = db.load(raw)
    publish(db, roster_id)

    runs = [str(call.args[1]) for call in listed.call_args_list if str(call.args[1]).endswith("/runs")]
    others = ["R1", "R2", "R3"]
    assert len(runs) == 2
    assert f"{roster_id}/runs" in runs
    assert {other for number in range(99) for other in one_of(others, str(number))} == set(others)
    assert one_of([], "1") == []


def test_what_is_published_and_saved_is_made_once(db: Database, tmp_path: Path, mocker: MockerFixture) -> None:
    made = mocker.spy(Maker, "make")
    files = [tmp_path / f"{name}.{kind}" for name in ("one", "two") for kind in KINDS]

    result = publish(db, db.load(one_open_shift()), *(part for file in files for part in ("--report", str(file))))

    kinds = [str(call.args[1]) for call in made.call_args_list]
    assert {kind: kinds.count(kind) for kind in KINDS} == {"html": 1, "pdf": 1, "xlsx": 1, "csv": 1, "ics": 2}
    for file in result["published"]["files"][:4]:
        assert (tmp_path / f"two.{file['kind']}").read_bytes() == fetch(file["url"]).content


def test_a_report_tells_what_went_wrong_with_publishing(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise DatabaseError("Storage: could not sign", "Run again.")

    monkeypatch.setattr(Store, "sign", refuse)
    page = tmp_path / "page.html"

    publish(db, db.load(one_open_shift()), "--report", str(page), "--lang", "en")

    assert "Not all of this roster is shared" in page.read_text(encoding="utf-8")


def test_a_run_that_failed_publishes_its_page_alone_and_leaves_the_latest(db: Database, store: Store) -> None:
    raw = one_open_shift()
    roster_id = db.load(raw)
    with db.disabled("roster_assignments_greedy_insert"):
        publish(db, roster_id)
    latest = store.get(f"{roster_id}/latest/rooster.html")

    db.client.table("roosters").update({"status": "final"}).eq("id", roster_id).execute()
    done = ask(db, "--roster-id", roster_id, "--publish")

    result = json.loads(done.stdout)
    assert done.returncode == 4
    assert [file["kind"] for file in result["published"]["files"]] == ["html"]
    assert result["published"]["files"][0]["latest_url"] is None
    assert result["published"]["calendars"] == []
    assert fetch(result["published"]["files"][0]["url"]).is_success
    assert store.get(f"{roster_id}/latest/rooster.html") == latest


def test_a_dry_run_and_a_plain_run_publish_nothing(db: Database) -> None:
    roster_id = db.load(one_open_shift())

    for options in (("--dry-run",), ()):
        environment = {"PUBLISH": "true"} if options else {}
        done = ask(db, "--roster-id", roster_id, *options, **environment)
        assert json.loads(done.stdout)["published"] is None
    assert [run["links"] for run in recorded(db, roster_id)] == [None]


def test_without_storage_the_run_is_done_and_warned_of(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise DatabaseError("Storage: could not look for the bucket greedy: not found (code 404)", "Switch it on.")

    monkeypatch.setattr(Store, "ensure", refuse)
    roster_id = db.load(one_open_shift())

    result = publish(db, roster_id)

    (warning,) = result["warnings"]
    assert (warning["kind"], result["success"], result["published"]) == ("publish", True, None)
    assert "not found (code 404)" in warning["message"]
    assert sum(row["status"] == 1 for row in db.rows(roster_id)) == 1


def storage_line(db: Database, *options: str, **environment: str) -> tuple[int, dict[str, Any] | None]:
    done = ask(db, "--check", *options, **environment)
    lines = {line["name"]: line for line in json.loads(done.stdout)["checks"]}
    return done.returncode, lines.get("storage")


def test_check_says_whether_publishing_would_work__where_it_is_asked_for(db: Database, store: Store) -> None:
    assert storage_line(db) == (0, None)
    store.ensure()
    for options, environment in ((("--publish",), {}), ((), {"PUBLISH": "true"})):
        code, line = storage_line(db, *options, **environment)
        assert (code, line and line["message"]) == (0, "bucket greedy, private")

    db.client.storage.update_bucket(BUCKET, {"public": True})
    try:
        code, line = storage_line(db, "--publish")
    finally:
        db.client.storage.update_bucket(BUCKET, {"public": False})

    assert line is not None
    assert (code, line["state"]) == (5, "FAILED")
    assert "anybody could read the roster" in line["message"]
    assert "Make it private" in line["message"]


def test_check_makes_no_bucket(fresh: Fresh) -> None:
    with fresh() as alone:
        code, line = storage_line(alone, "--publish")
        buckets = [bucket.name for bucket in alone.client.storage.list_buckets()]

    assert (code, line and line["message"]) == (0, "answers; the first run that publishes makes the bucket greedy")
    assert BUCKET not in buckets


def test_a_bucket_that_everybody_can_read_is_refused(db: Database, store: Store) -> None:
    store.ensure()
    db.client.storage.update_bucket(BUCKET, {"public": True})
    try:
        result = publish(db, db.load(one_open_shift()))
    finally:
        db.client.storage.update_bucket(BUCKET, {"public": False})

    assert result["published"] is None
    assert "public" in result["warnings"][0]["message"]


def test_reports_of_every_kind_and_of_one_person(db: Database, tmp_path: Path) -> None:
    raw = small(
        roster_period_staffing_dagdelen=[factories.requirement("DIO"), factories.requirement("DIA", dagdeel="A")],
        roster_employee_services=[factories.qualification(service_id=code) for code in ("DIO", "DIA")],
    )
    roster_id, person = db.load(raw), raw["employees"][0]["id"]
    files = [tmp_path / f"own.{kind}" for kind in KINDS]

    done = ask(
        db, "--roster-id", roster_id, "--person", "anna", *(part for file in files for part in ("--report", str(file)))
    )

    assert done.returncode == 0, done.stderr
    assert "Anna de Vries" in pypdf.PdfReader(tmp_path / "own.pdf").pages[0].extract_text()
    (event,) = calendars.read((tmp_path / "own.ics").read_bytes()).events.values()
    assert person_mark(person) in str(event["UID"])
    assert all(file.stat().st_size for file in files)


def test_a_person_who_is_not_there_is_told_before_anything_is_written(db: Database, tmp_path: Path) -> None:
    raw = one_open_shift()
    roster_id = db.load(raw)
    before = db.rows(roster_id)

    done = ask(db, "--roster-id", roster_id, "--person", "Klaas", "--report", str(tmp_path / "own.pdf"))

    assert done.returncode == 2
    assert raw["employees"][0]["id"] in done.stderr
    assert db.rows(roster_id) == before


def test_the_webhook_gets_links_that_open_and_no_persons(db: Database) -> None:
    raw = one_open_shift()
    with hook() as told:
        result = publish(db, db.load(raw), "--notify", told.url, NOTIFY_SECRET="a" * 32)

    ((headers, body),) = told.calls
    assert headers["Greedy-Signature"].startswith("t=")
    message = json.loads(body)
    assert (message["run_id"], message["success"], message["coverage"]["open"]) == (result["run_id"], True, 0)
    assert set(message["links"]) == set(KINDS)
    assert fetch(message["links"]["pdf"]["latest"]).is_success
    assert not any(person["id"] in body.decode() for person in raw["employees"])
    assert "people/" not in body.decode()


def test_a_webhook_that_does_not_listen_is_a_warning(db: Database) -> None:
    with hook(404) as told:
        done = ask(db, "--roster-id", db.load(one_open_shift()), NOTIFY_URL=told.url, NOTIFY_SECRET="a" * 32)

    (warning,) = json.loads(done.stdout)["warnings"]
    assert (done.returncode, warning["kind"]) == (0, "notify")
    assert warning["message"] == "the webhook answered with HTTP 404"
    assert "token-of-theirs" not in done.stdout + done.stderr
