"""The database's edge: paging that proves completeness, retries, and errors with advice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from postgrest import APIError
from pytest_mock import MockerFixture

from greedy import loader
from greedy.database import client as database
from greedy.database import schema
from greedy.errors import ConflictError, DatabaseError, RosterDataError


@pytest.fixture(autouse=True)
def naps(mocker: MockerFixture) -> Any:
    """No test waits between tries; what would have been slept is recorded."""
    return mocker.patch("tenacity.nap.time.sleep")


def refused(code: str | None, message: str | None = "no") -> APIError:
    return APIError({"code": code, "message": message, "hint": None, "details": None})


def gateway(status: int, **headers: str) -> httpx.HTTPStatusError:
    request = httpx.Request("POST", "https://example.supabase.co/rest/v1/t?secret=1")
    return httpx.HTTPStatusError("no", request=request, response=httpx.Response(status, headers=headers))


def request(mocker: MockerFixture, *answers: Any) -> Any:
    return mocker.Mock(execute=mocker.Mock(side_effect=answers))


class Pages:
    """A table behind a server with a row cap; `between` happens after each page."""

    def __init__(self, mocker: MockerFixture, ids: list[int], cap: int) -> None:
        self.mocker, self.ids, self.cap = mocker, ids, cap
        self.requests = 0
        self.between: Callable[[], None] = lambda: None

    def query(self) -> Any:
        query = self.mocker.Mock()
        after = {"id": -1}

        def beyond(column: str, value: int) -> Any:
            after[column] = value
            return query

        def execute() -> Any:
            self.requests += 1
            left = [number for number in sorted(self.ids) if number > after["id"]]
            answer = self.mocker.Mock(data=[{"id": number} for number in left[: self.cap]], count=len(left))
            self.between()
            return answer

        query.gt.side_effect = beyond
        query.limit.return_value = query
        query.execute.side_effect = execute
        return query


@pytest.mark.parametrize(("rows", "cap", "requests"), [(0, 3, 1), (2, 3, 1), (3, 3, 1), (4, 3, 2), (10, 3, 4)])
def test_reads_past_the_row_cap(mocker: MockerFixture, rows: int, cap: int, requests: int) -> None:
    pages = Pages(mocker, list(range(rows)), cap)

    read = database.read_all(pages.query, "t")

    assert [row["id"] for row in read] == list(range(rows))
    assert pages.requests == requests


def test_a_table_that_changes_while_it_is_read__read_again(mocker: MockerFixture) -> None:
    pages = Pages(mocker, list(range(1, 6)), cap=3)
    pages.between = lambda: pages.ids.remove(5) if 5 in pages.ids else None

    assert [row["id"] for row in database.read_all(pages.query, "t")] == [1, 2, 3, 4]


def test_a_table_that_never_stands_still__an_error(mocker: MockerFixture) -> None:
    pages = Pages(mocker, list(range(6)), cap=3)
    pages.between = lambda: pages.ids.append(max(pages.ids) + 1)

    with pytest.raises(DatabaseError, match="t could not be read completely"):
        database.read_all(pages.query, "t")


def test_a_server_that_keeps_rows_back__an_error(mocker: MockerFixture) -> None:
    query = mocker.Mock()
    query.limit.return_value = query.gt.return_value = query
    query.execute.side_effect = [mocker.Mock(data=[{"id": 1}], count=2), mocker.Mock(data=[], count=1)] * 3

    with pytest.raises(DatabaseError, match="1 rows of 2"):
        database.read_all(lambda: query, "t")
    assert query.execute.call_count == 2 * database.READINGS


@pytest.mark.parametrize("data", [{"id": 1}, None, [1], [{"id": 1}, "x"]], ids=repr)
def test_an_answer_that_is_no_list_of_rows__an_error(mocker: MockerFixture, data: Any) -> None:
    query = mocker.Mock()
    query.limit.return_value = query
    query.execute.return_value = mocker.Mock(data=data, count=None)

    with pytest.raises(DatabaseError, match="no list of rows"):
        database.read_all(lambda: query, "t")


def test_select__by_the_unique_id_with_the_exact_count(mocker: MockerFixture) -> None:
    client = mocker.Mock()

    database.select(client, "t", "id,date")

    client.table.assert_called_once_with("t")
    client.table().select.assert_called_once_with("id,date", count="exact")
    client.table().select().order.assert_called_once_with("id")


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
    query = request(mocker, failure, failure, answer)

    assert database.execute(query, "read t") is answer
    assert naps.call_count == 2


@pytest.mark.parametrize("failure", TRANSIENT)
def test_a_transient_failure_that_stays__given_up(mocker: MockerFixture, failure: Exception, naps: Any) -> None:
    query = request(mocker, *[failure] * 9)

    with pytest.raises(DatabaseError) as caught:
        database.execute(query, "read t")

    assert query.execute.call_count == database.ATTEMPTS
    assert caught.value.__cause__ is failure
    assert "secret=1" not in str(caught.value)
    waits = [call.args[0] for call in naps.call_args_list]
    assert waits == sorted(waits)


@pytest.mark.parametrize("code", ["23505", "42501", "42P01", "57014", "PGRST205", "400", None])
def test_a_failure_that_will_stay__not_tried_again(mocker: MockerFixture, code: str | None) -> None:
    query = request(mocker, refused(code))

    with pytest.raises(DatabaseError):
        database.execute(query, "read t")
    assert query.execute.call_count == 1


@pytest.mark.parametrize(("asked", "waited"), [("7", 7.0), ("3600", 30.0)])
def test_retry_after_is_honoured__within_reason(mocker: MockerFixture, naps: Any, asked: str, waited: float) -> None:
    database.execute(request(mocker, gateway(503, **{"Retry-After": asked}), mocker.Mock(data=[])), "read t")

    assert naps.call_args.args[0] == waited


def test_a_refusal_of_the_guard_is_a_conflict(mocker: MockerFixture) -> None:
    error = APIError({"code": "PT409", "message": "slot is now ACTIVE", "hint": "Reload.", "details": None})

    with pytest.raises(ConflictError, match="slot is now ACTIVE") as caught:
        database.execute(request(mocker, error), "write t")
    assert (caught.value.hint, caught.value.code, caught.value.exit_code) == ("Reload.", "PT409", 5)


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
    pytest.param(refused(None, "Invalid API key"), ["Invalid API key", "SUPABASE_KEY"], id="wrong key"),
    pytest.param(refused("PGRST301", "JWT expired"), ["JWT expired", "SUPABASE_KEY"], id="expired key"),
    pytest.param(refused("XX000", None), ["the server gave no reason", "XX000"], id="unknown"),
]


@pytest.mark.parametrize(("failure", "told"), ADVICE)
def test_an_error_says_what_to_do(mocker: MockerFixture, failure: Exception, told: list[str]) -> None:
    with pytest.raises(DatabaseError) as caught:
        database.execute(request(mocker, *[failure] * 9), "read roster_assignments")

    for words in told:
        assert words in str(caught.value)


def test_a_gateway_error_keeps_status_and_headers(mocker: MockerFixture) -> None:
    """The client itself would reduce it to a text."""

    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(503, headers={"Retry-After": "9"}, text="<html>busy</html>")

    transport = httpx.MockTransport(answer)
    mocker.patch.object(httpx.HTTPTransport, "handle_request", side_effect=transport.handle_request)

    with (
        database.connect("http://127.0.0.1:9", "sb_secret_x") as connection,
        pytest.raises(DatabaseError, match="HTTP 503") as caught,
    ):
        database.read_all(lambda: database.select(connection.client, "t", "id"), "t")

    assert isinstance(caught.value.__cause__, httpx.HTTPStatusError)
    assert connection.requests == database.ATTEMPTS


def test_loading_a_roster_that_is_not_there(mocker: MockerFixture) -> None:
    mocker.patch("greedy.database.client.read_all", return_value=[])

    with pytest.raises(RosterDataError, match="Roster R9 not found in table roosters") as caught:
        loader.load_tables(mocker.Mock(), "R9")
    assert "--roster-id" in caught.value.hint


def test_loading_a_roster_whose_dates_are_none__left_to_the_validation(mocker: MockerFixture) -> None:
    read = {"id": "R1", "start_date": None, "end_date": "x"}
    mocker.patch("greedy.database.client.read_all", side_effect=lambda _, table: [read] if table == "roosters" else [])

    with pytest.raises(RosterDataError, match="cannot be planned"):
        loader.load(mocker.Mock(), "R1")


class TestSchema:
    def inspect(self, mocker: MockerFixture, answer: Any) -> schema.DatabaseSchema:
        client = mocker.Mock()
        client.rpc.return_value.execute.side_effect = [answer]
        return schema.inspect_schema(client)

    def answer(self, mocker: MockerFixture, **overrides: Any) -> Any:
        told = {"version": 2, "blocking_trigger": True, "guard": True, "block_stamp": True, "hand_over": True}
        return mocker.Mock(data=told | {"duty_table": schema.own_duty_table()[::-1]} | overrides)

    def test_all_there(self, mocker: MockerFixture) -> None:
        assert self.inspect(mocker, self.answer(mocker)) == schema.DatabaseSchema(2, warnings=())

    @pytest.mark.parametrize(
        ("part", "word"),
        [
            ("blocking_trigger", "blocking trigger"),
            ("guard", "guard"),
            ("block_stamp", "stamp"),
            ("hand_over", "hand-over"),
        ],
    )
    def test_a_part_that_is_missing_is_named(self, mocker: MockerFixture, part: str, word: str) -> None:
        found = self.inspect(mocker, self.answer(mocker, **{part: False}))

        (warning,) = found.warnings
        assert word in warning
        assert "supabase/migrations" in warning

    @pytest.mark.parametrize(("version", "word"), [(1, "apply supabase/migrations"), (3, "update the job")])
    def test_another_version(self, mocker: MockerFixture, version: int, word: str) -> None:
        (warning,) = self.inspect(mocker, self.answer(mocker, version=version)).warnings

        assert word in warning

    @pytest.mark.parametrize("table", [None, [], [{"code": "DIO"}], schema.own_duty_table()[1:]])
    def test_other_duties(self, mocker: MockerFixture, table: Any) -> None:
        (warning,) = self.inspect(mocker, self.answer(mocker, duty_table=table)).warnings

        assert "other duties" in warning

    @pytest.mark.parametrize("answer", [refused("PGRST202"), refused("42883")])
    def test_a_database_without_our_migrations(self, mocker: MockerFixture, answer: Any) -> None:
        found = self.inspect(mocker, answer)

        (warning,) = found.warnings
        assert found.version is None
        assert "does not have GREEDY's migrations" in warning

    def test_an_answer_that_is_none_of_ours(self, mocker: MockerFixture) -> None:
        assert self.inspect(mocker, mocker.Mock(data=[])).version is None

    def test_a_database_that_does_not_answer(self, mocker: MockerFixture) -> None:
        with pytest.raises(DatabaseError):
            self.inspect(mocker, refused("42501"))
