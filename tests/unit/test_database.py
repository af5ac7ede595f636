"""The database's edge: paging that proves completeness, retries, and errors with advice."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from postgrest import APIError
from pytest_mock import MockerFixture

from greedy import loader
from greedy.database import inspection, paging, preflight, requests, schema
from greedy.database.client import connect
from greedy.database.codes import Action, Kind
from greedy.database.roster_rows import read_assignments
from greedy.database.tables import ASSIGNMENTS, COLUMNS, OPTIONAL_OF_ASSIGNMENTS, read_columns
from greedy.domain.duties import BUILT_IN
from greedy.domain.source import SourceWords
from greedy.errors import ConflictError, DatabaseError, RosterDataError
from tests.support.factories import MONDAY, assignment, roster, tables
from tests.support.fake import FakeClient, refused


@pytest.fixture(autouse=True)
def naps(mocker: MockerFixture) -> Any:
    """No test waits between tries; what would have been slept is recorded."""
    return mocker.patch("tenacity.nap.time.sleep")


READ = Action.read("t")


def gateway(status: int, **headers: str) -> httpx.HTTPStatusError:
    request = httpx.Request("POST", "https://example.supabase.co/rest/v1/t?secret=1")
    return httpx.HTTPStatusError("no", request=request, response=httpx.Response(status, headers=headers))


def reasoned(code: str, message: str) -> httpx.HTTPStatusError:
    """Make a 503 whose body says why."""
    answer = httpx.Response(503, json={"code": code, "message": message, "details": None, "hint": None})
    return httpx.HTTPStatusError("no", request=httpx.Request("POST", "https://example.supabase.co"), response=answer)


def sending(mocker: MockerFixture, *answers: Any) -> Any:
    return mocker.Mock(execute=mocker.Mock(side_effect=answers))


def server(rows: int, cap: int) -> FakeClient:
    """A server with a row cap, and table `t` of some rows."""
    fake = FakeClient(t=[{"id": f"{number:02}"} for number in range(rows)])
    fake.cap = cap
    return fake


def read_all(fake: FakeClient) -> list[str]:
    return [row["id"] for row in paging.read_all(lambda: paging.select(fake, "t", "id"), "t")]


@pytest.mark.parametrize(("rows", "cap", "sent"), [(0, 3, 1), (2, 3, 1), (3, 3, 1), (4, 3, 2), (10, 3, 4)])
def test_reads_past_the_row_cap(rows: int, cap: int, sent: int) -> None:
    fake = server(rows, cap)

    assert read_all(fake) == [f"{number:02}" for number in range(rows)]
    assert fake.log == ["read t"] * sent


def test_a_table_that_changes_while_it_is_read__read_again() -> None:
    fake = server(5, cap=3)
    fake.after_read = lambda: fake.tables["t"].pop() if len(fake.tables["t"]) == 5 else None

    assert read_all(fake) == ["00", "01", "02", "03"]


def test_a_table_that_never_stands_still__an_error() -> None:
    fake = server(6, cap=3)
    fake.after_read = lambda: fake.tables["t"].append({"id": f"{len(fake.tables['t']):02}"})

    with pytest.raises(DatabaseError, match="t could not be read completely"):
        read_all(fake)


def test_a_server_that_keeps_rows_back__an_error(mocker: MockerFixture) -> None:
    query = mocker.Mock()
    query.limit.return_value = query.gt.return_value = query
    query.execute.side_effect = [mocker.Mock(data=[{"id": 1}], count=2), mocker.Mock(data=[], count=1)] * 3

    with pytest.raises(DatabaseError, match="1 rows of 2"):
        paging.read_all(lambda: query, "t")
    assert query.execute.call_count == 2 * paging.READINGS


@pytest.mark.parametrize("data", [{"id": 1}, None, [1], [{"id": 1}, "x"]], ids=repr)
def test_an_answer_that_is_no_list_of_rows__an_error(mocker: MockerFixture, data: Any) -> None:
    query = mocker.Mock()
    query.limit.return_value = query
    query.execute.return_value = mocker.Mock(data=data, count=None)

    with pytest.raises(DatabaseError, match="no list of rows"):
        paging.read_all(lambda: query, "t")


TRANSIENT = [
    *(pytest.param(gateway(status), id=f"HTTP {status}") for status in (429, 502, 503, 504, 520, 544)),
    *(pytest.param(refused(code), id=code) for code in ("PGRST000", "PGRST002", "PGRST003", "40001", "53300", "08006")),
    *(pytest.param(refused(code), id=f"text {code}") for code in ("500", "503")),
    pytest.param(httpx.ConnectError("x"), id="refused"),
    pytest.param(httpx.ReadTimeout("x"), id="no answer"),
    pytest.param(httpx.RemoteProtocolError("x"), id="broken off"),
]


@pytest.mark.parametrize("failure", TRANSIENT)
def test_a_transient_failure__tried_again(mocker: MockerFixture, failure: Exception, naps: Any) -> None:
    answer = mocker.Mock(data=[])
    query = sending(mocker, failure, failure, answer)

    assert requests.execute(query, READ) is answer
    assert naps.call_count == 2


@pytest.mark.parametrize("failure", TRANSIENT)
def test_a_transient_failure_that_stays__given_up(mocker: MockerFixture, failure: Exception, naps: Any) -> None:
    query = sending(mocker, *[failure] * 9)

    with pytest.raises(DatabaseError) as caught:
        requests.execute(query, READ)

    assert query.execute.call_count == requests.TRIES
    assert caught.value.__cause__ is failure
    assert "secret=1" not in str(caught.value)
    waits = [call.args[0] for call in naps.call_args_list]
    assert waits == sorted(waits)


@pytest.mark.parametrize("code", ["23505", "42501", "42P01", "57014", "PGRST205", "400", None])
def test_a_failure_that_will_stay__not_tried_again(mocker: MockerFixture, code: str | None) -> None:
    query = sending(mocker, refused(code))

    with pytest.raises(DatabaseError):
        requests.execute(query, READ)
    assert query.execute.call_count == 1


@pytest.mark.parametrize(("asked", "waited"), [("7", 7.0), ("3600", 30.0)])
def test_retry_after_is_honoured__within_reason(mocker: MockerFixture, naps: Any, asked: str, waited: float) -> None:
    requests.execute(sending(mocker, gateway(503, **{"Retry-After": asked}), mocker.Mock(data=[])), READ)

    assert naps.call_args.args[0] == waited


def test_a_refusal_of_the_guard_is_a_conflict(mocker: MockerFixture) -> None:
    error = refused("PT409", "slot is now ACTIVE", "Reload.")

    with pytest.raises(ConflictError, match="slot is now ACTIVE") as caught:
        requests.execute(sending(mocker, error), READ)
    assert (caught.value.hint, caught.value.code, caught.value.exit_code) == ("Reload.", "PT409", 5)
    assert caught.value.refusals == ()


def test_a_refusal_that_lists_its_rows(mocker: MockerFixture) -> None:
    now = {"status": 1, "service_id": "T", "source": "manual"}
    slot = {"employee_id": "E1", "date": "2027-01-04", "dagdeel": "O", "service_id": "S"}
    row = {**slot, "reason": "taken", "words": "is now ACTIVE", "now": now}
    error = APIError({"code": "PT409", "message": "x", "hint": None, "details": json.dumps([row])})

    with pytest.raises(ConflictError) as caught:
        requests.execute(sending(mocker, error), READ)

    (refusal,) = caught.value.refusals
    assert (refusal.date, refusal.reason, refusal.status, refusal.now_source) == (MONDAY, "taken", 1, "manual")


@pytest.mark.parametrize(
    ("failure", "lasting"),
    [(refused("23514"), True), (refused("42P10"), True), (refused("P0001"), True), (refused("40P01"), False),
     (refused("57014"), False), (gateway(503), False)],
)  # fmt: skip
def test_whether_every_rerun_meets_it_again(mocker: MockerFixture, failure: Exception, lasting: bool) -> None:
    with pytest.raises(DatabaseError) as caught:
        requests.execute(sending(mocker, *[failure] * 9), READ)

    assert caught.value.lasting is lasting


ADVICE = [
    pytest.param(
        httpx.ConnectError("x"),
        ["Database error: Connection refused", "Supabase URL/KEY invalid", "Verify environment variables in Railway"],
        id="connection refused",
    ),
    pytest.param(
        refused("42P01", 'relation "roster_assignments" does not exist'),
        ["Table roster_assignments not found", "Verify table structure against supabase.txt"],
        id="no table",
    ),
    pytest.param(
        refused("PGRST205", "Could not find the table"),
        ["Table roster_assignments not found", "Verify table structure against supabase.txt"],
        id="no table in the schema cache",
    ),
    pytest.param(
        refused("23505", "duplicate key value violates unique constraint"),
        ["duplicate key value violates unique constraint", "Check for pre-existing records or retry logic"],
        id="duplicate",
    ),
    pytest.param(refused("42703", "column x"), ["column x", "Verify table structure"], id="no column"),
    pytest.param(refused("PGRST204", "column x"), ["column x", "Verify table structure"], id="no column in the cache"),
    pytest.param(refused("42P10"), ["unique key (roster_id, employee_id, date, dagdeel)"], id="no unique key"),
    pytest.param(refused("42501"), ["secret key", "supabase/migrations"], id="no rights"),
    pytest.param(refused("57014"), ["statement_timeout"], id="statement timeout"),
    pytest.param(
        refused("57014", "canceling statement due to user request"),
        ["Somebody cancelled"],
        id="cancelled by an operator",
    ),
    pytest.param(refused("40P01"), ["Deadlock", "a rerun completes"], id="deadlock"),
    pytest.param(refused("SUP", "error: deadlock detected"), ["Deadlock"], id="deadlock without its code"),
    pytest.param(refused("55P03"), ["idle in transaction", "a rerun completes"], id="lock timeout"),
    pytest.param(
        reasoned("57P01", "terminating connection"), ["terminating connection", "restarts"], id="the database restarts"
    ),
    pytest.param(reasoned("53300", "too many clients"), ["out of connections"], id="no connection left"),
    pytest.param(reasoned("PGRST000", "no database"), ["cannot connect to its database"], id="no database"),
    pytest.param(
        refused("23514", 'relation "t" violates check constraint "odd"'), ['drop constraint "odd"'], id="CHECK"
    ),
    pytest.param(refused("P0001", "Rooster is dicht"), ["a trigger of", "Rooster is dicht"], id="their own trigger"),
    pytest.param(refused(None, "Invalid API key"), ["Invalid API key", "SUPABASE_KEY"], id="wrong key"),
    pytest.param(refused("PGRST301", "JWT expired"), ["JWT expired", "SUPABASE_KEY"], id="expired key"),
    pytest.param(refused("XX000", None), ["the server gave no reason", "XX000"], id="unknown"),
]


@pytest.mark.parametrize(("failure", "told"), ADVICE)
def test_an_error_says_what_to_do(mocker: MockerFixture, failure: Exception, told: list[str]) -> None:
    with pytest.raises(DatabaseError) as caught:
        requests.execute(sending(mocker, *[failure] * 9), Action.read("roster_assignments"))

    for words in told:
        assert words in str(caught.value)


def test_a_gateway_error_keeps_status_and_headers(mocker: MockerFixture) -> None:
    """The client itself would reduce it to a text."""

    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(503, headers={"Retry-After": "9"}, text="<html>busy</html>")

    transport = httpx.MockTransport(answer)
    mocker.patch.object(httpx.HTTPTransport, "handle_request", side_effect=transport.handle_request)

    with (
        connect("http://127.0.0.1:9", "sb_secret_x") as connection,
        pytest.raises(DatabaseError, match="HTTP 503") as caught,
    ):
        paging.read_all(lambda: paging.select(connection.client, "t", "id"), "t")

    assert isinstance(caught.value.__cause__, httpx.HTTPStatusError)
    assert connection.requests == requests.TRIES


def test_a_function_that_is_missing_is_no_table(mocker: MockerFixture) -> None:
    missing = refused("PGRST202", "Could not find the function public.greedy_replan in the schema cache")
    action = Action("write the new plan to roster_assignments", "greedy_replan", Kind.FUNCTION)

    with pytest.raises(DatabaseError, match=r"^Function greedy_replan not found: Could not find") as caught:
        requests.execute(sending(mocker, missing), action)

    assert "supabase/migrations" in caught.value.hint
    assert caught.value.code == "PGRST202"


def test_a_table_that_a_function_looks_for__the_function_is_not_taken_for_it(mocker: MockerFixture) -> None:
    missing = refused("42P01", 'relation "service_types" does not exist')
    action = Action("read the schema version", "greedy_schema", Kind.FUNCTION)

    with pytest.raises(DatabaseError) as caught:
        requests.execute(sending(mocker, missing), action)

    assert caught.value.message == (
        'Database error: could not read the schema version: relation "service_types" does not exist (code 42P01)'
    )


class TestReadings:
    """What is asked of the database keeps other rosters' rows out."""

    def test_a_rosters_slots_are_its_own(self) -> None:
        fake = FakeClient([assignment("E1"), assignment("E1", roster_id="R2"), assignment("E2", roster_id="R10")])

        assert [row.roster_id for row in read_assignments(fake, "R1")] == ["R1"]

    def test_held_only__open_slots_are_left_out(self) -> None:
        fake = FakeClient([assignment("E1"), assignment("E2", status=0), assignment("E3", status=3)])

        held = read_assignments(fake, "R1", held_only=True)

        assert [row.employee_id for row in held] == ["E1", "E3"]
        assert len(read_assignments(fake, "R1")) == 3

    def test_loading_a_roster_that_is_not_there(self) -> None:
        with pytest.raises(RosterDataError, match="Roster R9 not found in table roosters") as caught:
            loader.load(FakeClient(**tables()), "R9")
        assert "--roster-id" in caught.value.hint

    @pytest.mark.parametrize("lacking", [(), ("team",), ("team", "blocked_by_date")], ids=str)
    def test_columns_of_an_empty_table_are_asked_for_by_name(self, lacking: tuple[str, ...]) -> None:
        """No row shows them: all that the job reads at once, and where one is missing, one by one."""
        wanted = [*COLUMNS[ASSIGNMENTS].split(","), *OPTIONAL_OF_ASSIGNMENTS]
        fake = FakeClient()
        fake.read_answers = [[]]
        if lacking:
            each: list[Any] = [
                refused("42703", f"column {name} does not exist") if name in lacking else [] for name in wanted
            ]
            fake.read_answers += [refused("42703", "column does not exist"), *each]

        assert read_columns(fake) == set(wanted) - set(lacking)

    def test_loading_a_roster_whose_dates_are_none__left_to_the_validation(self) -> None:
        fake = FakeClient(**tables(roosters=[roster(start_date=None, end_date="x")]))

        with pytest.raises(RosterDataError, match="cannot be planned"):
            loader.load(fake, "R1")


class TestSchema:
    DUTY = {"code": "NACHT", "dagdeel": "A", "rest": ["O+1"], "other_code": None, "other_dagdeel": None}  # noqa: RUF012

    def inspect(self, answer: Any, function: str = "greedy_begin") -> schema.DatabaseSchema:
        fake = FakeClient()
        fake.rpc_answers[function] = answer
        return inspection.begin(fake, "R1")

    def answer(self, **overrides: Any) -> Any:
        told = {"version": 3, "role": "service_role", "may_write": True, "differences": [], "attempts": []}
        return told | {"duty_table": [self.DUTY], "columns": ["id", "team"]} | overrides

    def test_all_there(self) -> None:
        found = self.inspect(self.answer())

        assert (found.version, found.findings, found.role, found.may_write) == (3, (), "service_role", True)
        assert (found.has_writers, found.can_replan, found.own_trigger, found.trigger_missing) == (
            True,
            True,
            True,
            False,
        )
        assert found.duties.codes == {"NACHT"}
        assert found.columns == frozenset({"id", "team"})
        assert found.attempts == ()

    @pytest.mark.parametrize(
        ("part", "name", "writers", "can_replan"),
        [
            ("trigger", "roster_assignments_greedy_insert", True, True),
            ("trigger", "roster_assignments_20_hand_over", True, False),
            ("function", "greedy_write", False, False),
            ("function", "greedy_replan", False, False),
            ("index", "roster_assignments_employee_date", True, True),
        ],
    )
    def test_a_part_that_is_missing_is_named_with_what_mends_it(
        self, part: str, name: str, writers: bool, can_replan: bool
    ) -> None:
        told = {"part": part, "name": name, "words": f"{name} is missing", "statement": "mend it;"}

        found = self.inspect(self.answer(differences=[told]))

        assert found.warnings == (f"{name} is missing; mend it;",)
        assert (found.findings[0].part.value, found.findings[0].state) == (part, schema.State.MISSING)
        assert (found.has_writers, found.can_replan) == (writers, can_replan)
        assert found.trigger_missing is ("greedy_insert" in name)

    def test_words_of_the_settings_hold_only_where_there_is_no_sql_that_knows_others(self) -> None:
        other = SourceWords("autofill", "system")

        with_sql = self.inspect(self.answer()).with_words(other)
        alone = schema.DatabaseSchema(version=None).with_words(other)

        assert with_sql.words == SourceWords()
        assert [finding.part for finding in with_sql.findings] == [schema.Part.WORDS]
        assert "name autofill and system, but the database's SQL" in with_sql.warnings[0]
        assert "leave these two settings out" in with_sql.warnings[0]
        assert (alone.words, alone.findings) == (other, ())
        assert self.inspect(self.answer()).with_words(SourceWords()).findings == ()

    def test_an_older_version__plain_writing_and_the_built_in_duties(self) -> None:
        old = {"version": 2, "blocking_trigger": True, "guard": True, "duty_table": [{"code": "DIO"}]}

        found = self.inspect(old, "greedy_schema")

        (warning,) = found.warnings
        assert "schema version 2, this job goes with 3; run supabase/install.sql" in warning
        assert (found.has_writers, found.can_replan, found.own_trigger) == (False, False, True)
        assert found.duties == BUILT_IN

    def test_an_older_version_without_its_trigger(self) -> None:
        found = self.inspect({"version": 2, "blocking_trigger": False, "guard": True}, "greedy_schema")

        assert found.trigger_missing

    def test_a_newer_version(self) -> None:
        (warning,) = self.inspect(self.answer(version=4)).warnings

        assert "update the job" in warning

    def test_damaged_duties_are_an_error(self) -> None:
        with pytest.raises(RosterDataError, match="duties in table greedy_duties"):
            self.inspect(self.answer(duty_table=[self.DUTY | {"rest": ["tomorrow"]}]))

    @pytest.mark.parametrize("answer", [refused("PGRST202"), refused("42883")])
    def test_a_database_without_our_sql(self, answer: Any) -> None:
        found = self.inspect(answer)

        (warning,) = found.warnings
        assert (found.version, found.has_writers, found.own_trigger, found.attempts) == (None, False, False, None)
        assert "does not have GREEDY's SQL" in warning

    def test_an_answer_that_is_none_of_ours(self) -> None:
        assert self.inspect([]).version is None

    def test_a_database_whose_own_function_lacks_a_table(self) -> None:
        fake = FakeClient()
        fake.rpc_answers["greedy_begin"] = refused("42P01", 'relation "service_types" does not exist')

        found = inspection.begin_with_any(fake)

        (finding,) = found.findings
        assert (found.version, finding.part, finding.state) == (None, schema.Part.SQL, schema.State.UNKNOWN)

    def test_a_database_that_cannot_try_a_row__still_says_what_it_has(self) -> None:
        fake = FakeClient()
        fake.rpc_answers["greedy_begin"] = refused("42703", 'column "end_date" does not exist')
        fake.rpc_answers["greedy_schema"] = {"version": 3, "tables": {}}

        found = inspection.begin_with_any(fake)

        assert (found.version, found.findings, found.attempts, found.tables) == (3, (), None, {})

    def test_a_database_that_does_not_answer(self) -> None:
        with pytest.raises(DatabaseError):
            self.inspect(refused("42501"))


ROW = {"roster_id": "R1", "employee_id": "E1", "date": "2027-01-04", "dagdeel": "O", "status": 1, "source": "greedy"}
ROW["created_at"] = "2027-01-01T00:00:00+00:00"

OBSTACLES = [
    (
        "23514",
        'new row for relation "roster_assignments" violates check constraint "odd"',
        "odd",
        'drop constraint "odd"',
    ),
    ("23502", 'null value in column "odd" of relation "roster_assignments" violates', "odd", 'alter column "odd" drop'),
    ("23503", 'insert on table "roster_assignments" violates foreign key constraint "odd"', "odd", 'constraint "odd"'),
    (
        "42P10",
        "there is no unique or exclusion constraint matching the ON CONFLICT specification",
        "employee_id",
        "unique",
    ),
    ("42501", "permission denied for table roster_assignments", "roster_assignments", "grant select, insert"),
    ("P0001", "Rooster is vergrendeld", "Rooster is vergrendeld", "disable or change it"),
]


class TestPreflight:
    @pytest.mark.parametrize(("code", "text", "name", "remedy"), OBSTACLES)
    @pytest.mark.parametrize("passed_on", [True, False], ids=["with its code", "with the message alone"])
    def test_what_is_in_the_way_is_named_with_what_removes_it(
        self, code: str, text: str, name: str, remedy: str, passed_on: bool
    ) -> None:
        fake = FakeClient()
        fake.trial_answer = refused(code if passed_on else "SUP", text)

        (attempt,) = preflight.try_by_requests(fake, {"active": [ROW]})

        with pytest.raises(preflight.ObstructedError) as caught:
            preflight.refuse([attempt], ["active"])
        assert (caught.value.exit_code, caught.value.lasting, caught.value.code) == (5, True, code)
        assert "a shift would be refused" in caught.value.message
        assert name in caught.value.message
        assert remedy in caught.value.message
        assert fake.tables["roster_assignments"] == []

    def test_nothing_is_in_the_way__nothing_is_left(self) -> None:
        fake = FakeClient()

        attempts = preflight.try_by_requests(fake, {"active": [ROW]})

        assert [attempt.obstacle for attempt in attempts] == [None]
        assert fake.tables["roster_assignments"] == []
        assert fake.log == ["try roster_assignments", "read roster_assignments", "try roster_assignments"]

    def test_a_database_that_tries_itself_is_believed(self) -> None:
        told = {"kind": "blocked", "ok": False, "code": "P0001", "message": "locked", "trigger": "their_trigger"}

        attempt = preflight.Attempt.from_row(told)

        assert "the trigger their_trigger refuses it" in str(attempt.obstacle)
        preflight.refuse([attempt], ["active"])  # no rest is to be written: it does not matter
        with pytest.raises(preflight.ObstructedError, match="disable trigger their_trigger"):
            preflight.refuse([attempt], ["blocked"])
