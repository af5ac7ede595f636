"""The command line: options, settings, exit codes, and what goes where."""

from __future__ import annotations

import errno
import json
import os
import re
from pathlib import Path
from typing import Any

import jwt
import pytest
from pytest_mock import MockerFixture
from typer.testing import CliRunner, Result

import greedy_orchestrator
from greedy import __version__
from greedy.cli.settings import Settings
from greedy.domain.source import SOURCE_ASSIGNED
from greedy.errors import DatabaseError, GreedyError, RosterDataError
from greedy.outcome.coverage import Coverage
from greedy.outcome.open_shifts import OpenShift
from greedy.outcome.result import RunResult
from greedy.processor_with_db import DatabaseOperationOrchestrator
from tests.support.results import ROSTER, database_phase, failed_result, open_shift, run_result, verification

PROJECT = Path(greedy_orchestrator.__file__).parent
KEY = "sb_secret_0123456789abcdef"
URL = "https://abcdefgh.supabase.co"
FILES = {"--output": "result.json", "--report": "page.html"}
GOOD = {"SUPABASE_URL": URL, "SUPABASE_KEY": KEY, "ROOSTER_ID": ROSTER}


def token(role: str | None) -> str:
    """Return a legacy key for a role."""
    return jwt.encode({"iss": "supabase", "role": role} if role else {"iss": "x"}, "s" * 40)


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of the machine, no .env file, a folder of its own."""
    for name in list(os.environ):
        if name.startswith(("SUPABASE_", "RAILWAY_", "ROOSTER_", "LOG_")) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def invoke(*options: str, **environment: str) -> Result:
    return CliRunner().invoke(greedy_orchestrator.app, list(options), env=dict(environment))


@pytest.fixture
def pipeline(mocker: MockerFixture) -> Any:
    """Replace the pipeline by one that fills 3 of 4 places, or fails with what `failure` is set to."""

    def execute(self: DatabaseOperationOrchestrator) -> RunResult:
        self.failure = replaced.failure
        if self.failure:
            return failed_result(str(self.failure))
        if replaced.result:
            return replaced.result  # type: ignore[no-any-return]
        return run_result(database_phase(trigger_verification=verification(good=int(replaced.passed))))

    replaced = mocker.patch.object(
        DatabaseOperationOrchestrator, "execute_full_pipeline", autospec=True, side_effect=execute
    )
    replaced.failure, replaced.passed, replaced.result = None, True, None
    return replaced


def many_open() -> tuple[OpenShift, ...]:
    return tuple(open_shift(day % 28 + 1) for day in range(200))


class TestSettings:
    def test_all_that_is_missing_is_told_at_once(self) -> None:
        told = invoke()

        assert told.exit_code == 3, told.output
        for name in ("SUPABASE_URL", "SUPABASE_KEY", "ROOSTER_ID"):
            assert re.search(rf"{name}: missing; .+", told.stderr)

    def test_missing_and_malformed_are_told_together_each_with_its_remedy(self) -> None:
        told = invoke(SUPABASE_URL="ftp://x", ROOSTER_ID="42", LOG_LEVEL="LOUD")

        lines = [line.split(":")[0].strip() for line in told.stderr.splitlines() if line.startswith("  ")]
        assert lines == ["SUPABASE_URL", "SUPABASE_KEY", "LOG_LEVEL", "ROOSTER_ID"]
        for remedy in (
            "https://<project-ref>.supabase.co",
            "secret key, sb_secret_",
            "--roster-id",
            "set it to one of",
        ):
            assert remedy in told.stderr
        assert "Traceback" not in told.output

    def test_empty_counts_as_missing(self) -> None:
        told = invoke(**{**GOOD, "SUPABASE_KEY": ""})

        assert told.exit_code == 3
        assert "SUPABASE_KEY: missing" in told.stderr
        assert "SUPABASE_URL" not in told.stderr.split("\n")[1]

    @pytest.mark.parametrize(
        ("setting", "value", "reason"),
        [
            ("SUPABASE_URL", "abcdefgh", "https://"),
            ("SUPABASE_URL", "ftp://abcdefgh.supabase.co", "https://"),
            ("SUPABASE_URL", "http://abcdefgh.supabase.co", "unencrypted"),
            ("SUPABASE_URL", "https://me:hunter2@abcdefgh.supabase.co", "user name or password"),
            ("SUPABASE_URL", "https://abcdefgh.supabase.co/rest/v1", "after the host name"),
            ("SUPABASE_URL", "https://abcdefgh.supabase.co:hunter2", "port that is no number"),
            ("SUPABASE_URL", "https://abcdefgh.supabase.co:65536", "port that is no number"),
            ("SUPABASE_URL", "https://[abcdefgh", "IPv6"),
            ("SUPABASE_URL", "http://8.8.8.8", "unencrypted"),
            ("SUPABASE_URL", "HTTP://abcdefgh.supabase.co", "unencrypted"),
            ("SUPABASE_URL", "https://abcdefgh\u200b.supabase.co", "cannot be seen (U+200B)"),
            ("SUPABASE_URL", "https://abcdefgh.supabase.co\\", "no host name has"),
            ("SUPABASE_URL", "https://abc defgh.supabase.co", "no host name has"),
            ("SUPABASE_URL", "https://abcdefgh..co", "no host name has"),
            ("SUPABASE_URL", "https://<project-ref>.supabase.co", "still the example's"),
            ("SUPABASE_URL", "' '", "stands in quotes"),
            ("SUPABASE_KEY", "sb_secret_hunter2...", "still the example's"),
            ("SUPABASE_KEY", '"sb_secret_hunter2"', "stands in quotes"),
            ("SUPABASE_KEY", "sb_secret_hunter2\u200b", "cannot be seen (U+200B)"),
            ("SUPABASE_KEY", "  ", "is empty"),
            ("ROOSTER_ID", "\ufeff" + ROSTER, "cannot be seen (U+FEFF)"),
            ("GREEDY_SOURCE", "ort\u200b", "cannot be seen (U+200B)"),
            ("SUPABASE_KEY", "sb_secret_hunter2é", "a character that no key has"),
            ("SUPABASE_KEY", "sb_secret_hunter2\nX: y", "a character that no key has"),
            ("SUPABASE_KEY", "sb_secret_hunter2 x", "a character that no key has"),
            ("SUPABASE_KEY", "sb_publishable_abc", "publishable key: under row-level security it would see an empty"),
            ("SUPABASE_KEY", token("anon"), "anon key: under row-level security"),
            ("SUPABASE_KEY", token("authenticated"), "authenticated key: under row-level security"),
            ("SUPABASE_KEY", "hunter2", "neither a secret key"),
            ("SUPABASE_KEY", token(None), "None key"),
            ("ROOSTER_ID", "42", "UUID"),
            ("LOG_LEVEL", "LOUD", "DEBUG, INFO, WARNING, ERROR"),
        ],
    )
    def test_a_setting_that_is_wrong(self, setting: str, value: str, reason: str) -> None:
        told = invoke(**{**GOOD, setting: value})

        assert told.exit_code == 3
        assert f"{setting}: " in told.stderr
        assert reason in told.stderr
        assert "hunter2" not in told.output
        assert value not in told.output or setting == "SUPABASE_URL" or not value.strip()
        assert "Traceback" not in told.output

    @pytest.mark.parametrize(
        "url", ["http://127.0.0.1:54321", "http://localhost:54321", "http://kong:8000", "http://db.railway.internal"]
    )
    def test_http_is_for_private_networks(self, url: str) -> None:
        assert Settings.load(supabase_url=url + "/", supabase_key=KEY, rooster_id=ROSTER).supabase_url == url

    def test_a_dotenv_file_that_is_no_utf8(self, tmp_path: Path) -> None:
        """As an editor on Windows may save it; its text, the key included, is not shown."""
        (tmp_path / ".env").write_text("\n".join(f"{name}={value}" for name, value in GOOD.items()), "utf-16")

        told = invoke()

        assert told.exit_code == 3
        assert ".env is not UTF-8 text" in told.stderr
        assert "Traceback" not in told.output
        assert "hunter2" not in told.output

    def test_a_dotenv_file_that_cannot_be_read(self, tmp_path: Path) -> None:
        """As one of another user; memory that is not there stands in for it, as root may read every file."""
        (tmp_path / ".env").symlink_to("/proc/self/mem")

        told = invoke()

        assert told.exit_code == 3
        assert "File .env cannot be read: Input/output error" in told.stderr
        assert "Traceback" not in told.output

    def test_the_example_copied_unchanged_is_refused(self, pipeline: Any, tmp_path: Path) -> None:
        (tmp_path / ".env").write_text((PROJECT / ".env.example").read_text(encoding="utf-8"), encoding="utf-8")

        told = invoke("--roster-id", ROSTER)

        assert (told.exit_code, pipeline.call_count) == (3, 0)
        for setting in ("SUPABASE_URL", "SUPABASE_KEY"):
            assert f"{setting}: is still the example's" in told.stderr

    @pytest.mark.parametrize("url", ["HTTPS://ABCDEFGH.supabase.co/", f" {URL}\n", f"{URL}//"])
    def test_an_address_is_the_same_in_capitals_and_with_space_around_it(self, pipeline: Any, url: str) -> None:
        told = invoke(SUPABASE_URL=url, SUPABASE_KEY=f" {KEY} ", ROOSTER_ID=f" {ROSTER}\n", LOG_LEVEL=" info ")

        assert told.exit_code == 0, told.output
        assert Settings.load(supabase_url=url, supabase_key=KEY, rooster_id=ROSTER).supabase_url == URL

    @pytest.mark.parametrize("url", ["https://[::1]:8443", "https://10.0.0.1", "https://db_1.example.org:5"])
    def test_addresses_that_do(self, url: str) -> None:
        assert Settings.load(supabase_url=url, supabase_key=KEY, rooster_id=ROSTER).supabase_url == url

    def test_log_level__the_option_goes_before_the_environment(self, pipeline: Any, mocker: MockerFixture) -> None:
        configure = mocker.patch("greedy.cli.logs.configure")

        invoke("--log-level", "debug", **GOOD, LOG_LEVEL="ERROR")

        assert configure.call_args.args[0] == "DEBUG"

    @pytest.mark.parametrize("key", [KEY, token("service_role")])
    def test_keys_that_do(self, key: str) -> None:
        settings = Settings.load(supabase_url=URL, supabase_key=key, rooster_id=ROSTER)

        assert settings.supabase_key.get_secret_value() == key
        assert key not in repr(settings)

    def test_an_option_goes_before_the_environment_and_that_before_dotenv(self, pipeline: Any, tmp_path: Path) -> None:
        other, third = ROSTER[:-1] + "2", ROSTER[:-1] + "3"
        lines = [f"SUPABASE_URL={URL}", f"SUPABASE_KEY={KEY}", f"ROOSTER_ID={third}"]
        (tmp_path / ".env").write_text("\n".join(lines))

        rosters = []
        for options, environment in (
            ([], {}),
            ([], {"ROOSTER_ID": other}),
            (["--roster-id", ROSTER], {"ROOSTER_ID": other}),
        ):
            assert invoke(*options, **environment).exit_code == 0
            rosters.append(pipeline.call_args.args[0].roster_id)

        assert rosters == [third, other, ROSTER]


class TestExitCodes:
    def test_0_done(self, pipeline: Any) -> None:
        assert invoke(**GOOD).exit_code == 0

    @pytest.mark.parametrize(
        ("failure", "code"),
        [(GreedyError("unexpected"), 1), (RosterDataError("bad row"), 4), (DatabaseError("gone"), 5)],
    )
    def test_failures(self, pipeline: Any, failure: GreedyError, code: int) -> None:
        pipeline.failure = failure

        told = invoke(**GOOD)

        assert told.exit_code == code
        assert json.loads(told.stdout)["error"] == str(failure)

    @pytest.mark.parametrize(
        "options",
        [
            ["--roster-id", "42"],
            ["--no-such-option"],
            ["--timeout", "0"],
            ["--timeout", "inf"],
            ["--timeout", "nan"],
            ["--log-format", "xml"],
            ["--log-level", "LOUD"],
            ["--output", "."],
            ["--report", "."],
            ["--report", "same", "--output", "same"],
            ["--lang", "fr"],
            ["--report", "roster.docx"],
            ["--report", "roster"],
            ["--report", "same.pdf", "--report", "same.pdf"],
            ["--person", "E1"],
            ["--dry-run", "--publish"],
            ["--dry-run", "--notify", "https://example.org/hook"],
        ],
        ids=" ".join,
    )
    def test_2_usage(self, pipeline: Any, options: list[str]) -> None:
        told = invoke(*options, **GOOD)

        assert (told.exit_code, pipeline.call_count) == (2, 0)
        assert "Traceback" not in told.output

    @pytest.mark.parametrize(
        ("day", "told_as"),
        [
            ("11-01-2027", "as 2027-01-11"),
            ("1/2/2027", "as 2027-02-01"),
            ("2027-1-11", "as 2027-01-31"),
            ("2027-02-30", "there is no day 2027-02-30"),
            ("2027-W01-1", "year-month-day"),
        ],
    )
    @pytest.mark.parametrize("option", ["--from", "--until", "--today"])
    def test_2_a_day_that_is_none_is_told_the_form(self, pipeline: Any, option: str, day: str, told_as: str) -> None:
        told = invoke(option, day, **GOOD)

        assert (told.exit_code, pipeline.call_count) == (2, 0)
        assert told_as in " ".join(told.stderr.split())

    def test_2_an_ending_that_is_not_known_is_answered_with_those_that_are(self, pipeline: Any) -> None:
        told = invoke("--report", "roster.docx", **GOOD)

        words = " ".join(told.stderr.split())
        assert "'roster.docx' ends in none of .html, .pdf, .xlsx, .csv, .ics" in words

    @pytest.mark.parametrize(
        ("environment", "wrong"),
        [
            ({}, "NOTIFY_URL: needs NOTIFY_SECRET too"),
            ({"NOTIFY_SECRET": "short"}, "NOTIFY_SECRET: shorter than 16 characters"),
        ],
        ids=str,
    )
    def test_3_a_webhook_that_could_not_know_who_speaks(
        self, pipeline: Any, environment: dict[str, str], wrong: str
    ) -> None:
        told = invoke("--notify", "https://example.org/token-of-theirs", **GOOD, **environment)

        assert (told.exit_code, pipeline.call_count) == (3, 0)
        assert wrong in " ".join(told.stderr.split())
        assert "token-of-theirs" not in told.output

    @pytest.mark.parametrize("url", ["ftp://example.org", "example.org", "http://example.org/hook", "https://[::1"])
    def test_3_a_webhook_that_is_no_safe_address(self, pipeline: Any, url: str) -> None:
        told = invoke("--notify", url, **GOOD, NOTIFY_SECRET="a" * 32)

        assert (told.exit_code, pipeline.call_count) == (3, 0)
        assert "NOTIFY_URL" in told.stderr

    @pytest.mark.parametrize("option", ["--output", "--report"])
    def test_2_a_folder_for_a_file_that_is_not_there(self, pipeline: Any, option: str) -> None:
        """Found out before the run, not after it has written."""
        told = invoke(option, f"nowhere/{FILES[option]}", **GOOD)

        assert (told.exit_code, pipeline.call_count) == (2, 0)
        assert "folder nowhere does not exist" in told.stderr

    @pytest.mark.parametrize("option", ["--output", "--report"])
    def test_2_a_folder_for_a_file_that_is_not_writable(
        self, pipeline: Any, mocker: MockerFixture, option: str
    ) -> None:
        mocker.patch("os.access", return_value=False)

        told = invoke(option, FILES[option], **GOOD)

        assert (told.exit_code, pipeline.call_count) == (2, 0)
        assert "not writable" in told.stderr

    @pytest.fixture
    def full_disk(self, mocker: MockerFixture) -> None:
        mocker.patch("os.fsync", side_effect=OSError(errno.ENOSPC, "No space left on device"))

    @pytest.mark.parametrize("option", ["--output", "--report"])
    def test_1_a_file_that_fails_at_the_end_loses_no_result(self, pipeline: Any, full_disk: None, option: str) -> None:
        """The roster has been written, so that the result must reach its reader all the same."""
        told = invoke(option, FILES[option], **GOOD)

        assert told.exit_code == 1
        assert json.loads(told.stdout)["success"]
        assert f"Could not write {FILES[option]}: No space left on device" in told.stderr
        assert "Traceback" not in told.output

    @pytest.mark.parametrize("option", ["--output", "--report"])
    def test_a_file_that_fails_leaves_yesterdays_as_it_was(self, pipeline: Any, full_disk: None, option: str) -> None:
        file = Path(FILES[option])
        file.write_text("yesterday's", encoding="utf-8")

        assert invoke(option, str(file), **GOOD).exit_code == 1

        assert file.read_text(encoding="utf-8") == "yesterday's"
        assert os.listdir() == [str(file)]

    def test_an_output_that_fails_leaves_other_failures_as_they_are(self, pipeline: Any, full_disk: None) -> None:
        pipeline.failure = DatabaseError("gone")

        assert invoke("--output", "result.json", **GOOD).exit_code == 5

    def test_1_a_page_that_cannot_be_made_loses_no_result_and_tells_no_name(
        self, pipeline: Any, mocker: MockerFixture
    ) -> None:
        mocker.patch("greedy.page.render", side_effect=KeyError("Anouk de Vries"))

        told = invoke("--report", "page.html", **GOOD)

        assert told.exit_code == 1
        assert json.loads(told.stdout)["success"]
        assert "Could not make the page: unexpected KeyError" in told.stderr
        assert "files.py" in told.stderr  # where it failed
        assert "Anouk" not in told.output
        assert not Path("page.html").exists()

    @pytest.mark.parametrize(("options", "code"), [([], 0), (["--strict"], 6)])
    def test_6_verification_under_strict(self, pipeline: Any, options: list[str], code: int) -> None:
        pipeline.passed = False

        assert invoke(*options, **GOOD).exit_code == code

    def test_strict_is_content_with_a_verification_that_passed(self, pipeline: Any) -> None:
        assert invoke("--strict", **GOOD).exit_code == 0

    def test_strict_leaves_other_failures_as_they_are(self, pipeline: Any) -> None:
        pipeline.failure = DatabaseError("gone")

        assert invoke("--strict", **GOOD).exit_code == 5

    @pytest.mark.parametrize("options", [(), ("--strict",), ("--dry-run",)])
    def test_7_shifts_open_under_fail_on_open(self, pipeline: Any, mocker: MockerFixture, options: list[str]) -> None:
        """The run itself is done: only the exit code says that somebody has to look."""
        record = mocker.patch("greedy.database.history.record", return_value=None)

        told = invoke("--fail-on-open", *options, **GOOD)

        assert told.exit_code == 7
        assert json.loads(told.stdout)["success"]
        assert [call.args[1].exit_code for call in record.call_args_list] == [7]

    def test_0_no_shift_open_under_fail_on_open(self, pipeline: Any) -> None:
        pipeline.result = run_result(coverage=Coverage([]).summary())

        assert invoke("--fail-on-open", **GOOD).exit_code == 0

    def test_fail_on_open_leaves_other_failures_as_they_are(self, pipeline: Any) -> None:
        pipeline.passed = False
        assert invoke("--fail-on-open", "--strict", **GOOD).exit_code == 6

        pipeline.failure = DatabaseError("gone")
        assert invoke("--fail-on-open", **GOOD).exit_code == 5


class TestOutput:
    def test_shifts_that_stay_open_are_a_warning_of_the_log(self, pipeline: Any) -> None:
        told = invoke(**GOOD)
        summary, _ = map(json.loads, invoke("--log-format", "json", **GOOD).stdout.splitlines())

        assert re.search(r"WARNING ⚠️  1 of 4 shifts stay open$", told.stderr, re.MULTILINE)
        assert (summary["level"], summary["open"]) == ("warning", 1)
        assert summary["message"] == "⚠️  3 of 4 shifts filled (75.0 %), 1 open"

    def test_a_roster_that_is_filled_warns_of_nothing(self, pipeline: Any) -> None:
        pipeline.result = run_result(coverage=Coverage([]).summary())

        summary, _ = map(json.loads, invoke("--log-format", "json", **GOOD).stdout.splitlines())

        assert "WARNING" not in invoke(**GOOD).stderr
        assert summary["level"] == "info"

    @pytest.mark.parametrize("saved", [True, False])
    def test_json_logs__a_long_result_is_cut_down_to_a_summary(self, pipeline: Any, saved: bool) -> None:
        """It is still a result, by the same schema; the file has the whole."""
        pipeline.result = whole = run_result(open_shifts=many_open(), http_requests=0)

        told = invoke("--log-format", "json", *(["--output", "result.json"] if saved else []), **GOOD)

        line = told.stdout.splitlines()[-1]
        assert len((line + "\n").encode()) <= 16 * 1024
        summary = RunResult.from_json(json.loads(line))
        assert summary.left_out is not None
        assert summary.left_out.entries == {"open_shifts.people": 200, "open_shifts": 180}
        assert summary.left_out.whole_in == (("result.json",) if saved else ())
        assert (summary.coverage, len(summary.open_shifts)) == (whole.coverage, 20)
        if saved:
            assert RunResult.from_json(json.loads(Path("result.json").read_text(encoding="utf-8"))) == whole

    def test_json_logs__a_file_that_was_not_saved_is_not_named(self, pipeline: Any, mocker: MockerFixture) -> None:
        pipeline.result = run_result(open_shifts=many_open())
        mocker.patch("os.fsync", side_effect=OSError(errno.ENOSPC, "No space left on device"))

        told = invoke("--log-format", "json", "--output", "result.json", **GOOD)

        assert json.loads(told.stdout.splitlines()[-1])["left_out"]["whole_in"] == []

    def test_standard_output_has_the_whole(self, pipeline: Any) -> None:
        pipeline.result = whole = run_result(open_shifts=many_open(), http_requests=0)

        assert RunResult.from_json(json.loads(invoke(**GOOD).stdout)) == whole

    def test_a_failure_is_told_once(self, pipeline: Any) -> None:
        pipeline.failure = DatabaseError("gone")

        told = invoke(**GOOD)

        assert "The run failed" in told.stderr
        assert "Phases" not in told.stderr
        assert "gone" not in told.stderr  # the pipeline, which a mock stands in for here, logs it

    def test_standard_output_is_the_result_and_nothing_else(self, pipeline: Any) -> None:
        told = invoke(**GOOD)

        assert json.loads(told.stdout)["roster_id"] == ROSTER
        assert "Phases" in told.stderr

    def test_output_file(self, pipeline: Any, tmp_path: Path) -> None:
        told = invoke("--output", "result.json", **GOOD)

        assert json.loads((tmp_path / "result.json").read_text()) == json.loads(told.stdout)

    def test_a_file_that_is_replaced_keeps_its_permissions_and_its_link(self, pipeline: Any) -> None:
        Path("real").write_text("yesterday's", encoding="utf-8")
        Path("real").chmod(0o640)
        Path("link").symlink_to("real")

        invoke("--output", "link", **GOOD)

        assert Path("link").is_symlink()
        assert json.loads(Path("real").read_text(encoding="utf-8"))["roster_id"] == ROSTER
        assert Path("real").stat().st_mode & 0o777 == 0o640

    def test_a_new_file_is_as_readable_as_any(self, pipeline: Any) -> None:
        Path("other").touch()

        invoke("--output", "file", **GOOD)

        assert Path("file").stat().st_mode == Path("other").stat().st_mode

    def test_a_device_stays_one(self, pipeline: Any) -> None:
        assert invoke("--output", "/dev/null", **GOOD).exit_code == 0
        assert Path("/dev/null").is_char_device()

    @pytest.mark.parametrize(
        ("options", "language", "words"), [([], "nl", "Meldingen"), (["--lang", "en"], "en", "Notes")], ids=str
    )
    def test_report_file(self, pipeline: Any, options: list[str], language: str, words: str) -> None:
        told = invoke("--report", "page.html", *options, **GOOD)

        page = Path("page.html").read_text(encoding="utf-8")
        assert told.exit_code == 0, told.output
        assert f'<html lang="{language}">' in page
        assert f">{words}</h2>" in page

    def test_report_of_a_run_that_failed(self, pipeline: Any) -> None:
        """The exit code is the run's own, and the page says what went wrong."""
        pipeline.failure = RosterDataError("bad row")

        told = invoke("--report", "page.html", **GOOD)

        assert told.exit_code == 4
        assert "bad row" in Path("page.html").read_text(encoding="utf-8")

    @pytest.mark.parametrize(
        ("options", "environment"),
        [(["--log-format", "json"], {}), ([], {"RAILWAY_ENVIRONMENT_NAME": "production"})],
        ids=["asked for", "on Railway"],
    )
    def test_json_logs__the_result_is_the_last_line(
        self, pipeline: Any, options: list[str], environment: dict[str, str]
    ) -> None:
        told = invoke(*options, **GOOD, **environment)

        assert json.loads(told.stdout.splitlines()[-1])["roster_id"] == ROSTER
        assert told.stderr == ""

    @pytest.mark.parametrize(
        ("options", "environment"),
        [(["--log-format", "json"], {}), ([], {"RAILWAY_ENVIRONMENT_NAME": "production"})],
        ids=["asked for", "on Railway"],
    )
    def test_json_logs__settings_that_are_wrong_are_told_in_json_too(
        self, options: list[str], environment: dict[str, str]
    ) -> None:
        told = invoke(*options, **{**GOOD, "SUPABASE_KEY": "sb_publishable_abc"}, **environment)

        line, outcome = map(json.loads, told.stdout.splitlines())
        assert (told.exit_code, told.stderr) == (3, "")
        assert line["level"] == "error"
        assert "this is the publishable key" in line["message"]
        assert (outcome["success"], outcome["run_id"]) == (False, line["run_id"])
        assert "this is the publishable key" in outcome["error"]

    def test_settings_that_are_wrong_leave_standard_output_empty_at_a_terminal(self) -> None:
        assert invoke().stdout == ""

    def test_dry_run_reaches_the_pipeline(self, pipeline: Any) -> None:
        invoke("--dry-run", **GOOD)

        assert pipeline.call_args.args[0].dry_run

    def test_version(self) -> None:
        assert invoke("--version").stdout == f"greedy {__version__}\n"

    def test_help_and_readme_name_every_option(self) -> None:
        told = invoke("--help").stdout
        readme = (PROJECT / "README.md").read_text()

        options = {"--roster-id", "--dry-run", "--output", "--report", "--lang", "--strict", "--timeout"}
        options |= {"--log-level", "--log-format"}
        assert options <= set(re.findall(r"--[a-z-]+", told))
        for option in set(re.findall(r"--[a-z-]+", told)) - {"--help"}:
            assert f"`{option}" in readme
        for setting in ("SUPABASE_URL", "SUPABASE_KEY", "ROOSTER_ID", "LOG_LEVEL"):
            assert f"`{setting}`" in readme
            assert f"{setting}=" in (PROJECT / ".env.example").read_text()


def test_the_source_of_the_jobs_rows_is_the_users_word() -> None:
    assert SOURCE_ASSIGNED == "greedy"
