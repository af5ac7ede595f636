"""Asking for rosters, and the fates of one in the queue: supabase/sql, 82 to 86."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from postgrest import APIError

from greedy.database.queue import Queue
from greedy.domain.queue import Fate, Report, Verdict
from greedy.errors import DatabaseError, RosterDataError
from tests.support.database import Database, answered
from tests.support.queue import ask, entry, figures, let_time_pass, must_take, report, rosters, take


def test_a_roster_that_is_asked_for_twice_is_there_once(here: Database) -> None:
    (one,) = rosters(1)

    assert ask(here, one, one) == ["added", "waiting"]

    assert figures(here) == (1, 0, 0)
    assert here.sql("select count(*) as messages from pgmq.q_greedy") == [{"messages": 1}]


def test_asked_for_while_it_is_filled__it_is_filled_once_more_afterwards(here: Database) -> None:
    (one,) = rosters(1)
    ask(here, one)
    taken = must_take(here)

    assert ask(here, one, one) == ["again", "again"]
    assert take(here) is None  # two workers never have one roster
    assert report(here, taken, Fate.DONE)

    once_more = must_take(here)
    assert (once_more.roster_id, once_more.tried) == (one, 1)
    assert report(here, once_more, Fate.DONE)
    assert figures(here) == (0, 0, 0)
    assert here.sql("select count(*) as messages from pgmq.q_greedy") == [{"messages": 0}]


def test_other_options_come_after_what_waits_each_once_and_the_urgent_first(here: Database) -> None:
    (one,) = rosters(1)

    ask(here, one)
    assert ask(here, one, options={"from": "2027-01-04"}) == ["later"]
    assert ask(here, one, options={"replan": True}, urgent=True) == ["later"]
    assert ask(here, one, options={"replan": True}) == ["later"]

    options = []
    while taken := take(here):
        options.append(dict(taken.options))
        report(here, taken, Fate.DONE)
    assert options == [{}, {"replan": True}, {"from": "2027-01-04"}]


def test_a_failure_waits_and_counts(here: Database) -> None:
    (one,) = rosters(1)
    ask(here, one)
    taken = must_take(here)

    assert report(here, taken, Fate.AGAIN, DatabaseError("away", "wait"))
    assert take(here) is None
    assert figures(here) == (1, 0, 0)
    row = entry(here, one)
    assert (row["state"], row["tries"], row["exit_code"], row["reason"], row["remedy"]) == (
        "waiting", 1, 5, "away", "wait",
    )  # fmt: skip

    let_time_pass(here)
    again = must_take(here)
    assert (again.tried, again.failures) == (2, 1)


def test_a_try_after_a_failure_does_what_was_asked_for_meanwhile(here: Database) -> None:
    (one,) = rosters(1)
    ask(here, one)
    taken = must_take(here)
    ask(here, one, urgent=True)

    report(here, taken, Fate.AGAIN, DatabaseError("away"))
    let_time_pass(here)
    again = must_take(here)
    report(here, again, Fate.DONE)

    assert again.urgent
    assert figures(here) == (0, 0, 0)


def test_what_is_given_back_is_due_at_once_and_no_try_is_counted(here: Database) -> None:
    (one,) = rosters(1)
    ask(here, one)

    assert report(here, must_take(here), Fate.GIVEN_BACK)

    again = must_take(here)
    assert (again.roster_id, again.tried, again.failures) == (one, 1, 0)


def test_what_is_given_up_stays_with_its_reason_until_somebody_asks_again(here: Database) -> None:
    (one,) = rosters(1)
    ask(here, one)

    assert report(here, must_take(here), Fate.GIVEN_UP, RosterDataError("bad row", "correct it"))

    row = entry(here, one)
    assert (row["state"], row["exit_code"], row["reason"], row["remedy"]) == ("failed", 4, "bad row", "correct it")
    assert (figures(here), take(here)) == ((0, 0, 1), None)
    assert ask(here, one) == ["added"]
    assert entry(here, one)["reason"] is None
    assert must_take(here).tried == 1


def test_what_is_given_up_while_it_was_asked_for_is_filled_once_more(here: Database) -> None:
    (one,) = rosters(1)
    ask(here, one)
    taken = must_take(here)
    ask(here, one)

    report(here, taken, Fate.GIVEN_UP, RosterDataError("bad row"))

    assert must_take(here).tried == 1


def test_retry_and_drop(here: Database) -> None:
    first, second, third = rosters(3)
    queue = Queue(here.client)
    for one in (first, second):
        ask(here, one)
        report(here, must_take(here), Fate.GIVEN_UP, RosterDataError("bad row"))
    ask(here, third)

    assert (queue.retry(third), queue.retry(first), queue.retry(None)) == (0, 1, 1)
    assert figures(here) == (3, 0, 0)
    assert (queue.drop(third), queue.drop(third)) == (True, False)
    assert figures(here) == (2, 0, 0)
    assert here.sql("select count(*) as messages from pgmq.q_greedy") == [{"messages": 2}]


def test_a_worker_that_is_lost_is_noticed_by_its_lease(here: Database) -> None:
    (one,) = rosters(1)
    ask(here, one)
    lost = must_take(here, "lost")
    let_time_pass(here)

    found = must_take(here, "found")

    assert (found.tried, found.failures) == (2, 0)
    assert not report(here, lost, Fate.DONE)  # it is another worker's by now
    assert entry(here, one)["filled_by"] == "found"
    assert report(here, found, Fate.DONE)


def test_a_worker_that_reports_late_while_nobody_else_has_it_is_heard(here: Database) -> None:
    (one,) = rosters(1)
    ask(here, one)
    late = must_take(here)
    let_time_pass(here)

    assert report(here, late, Fate.DONE)
    assert figures(here) == (0, 0, 0)


def test_a_roster_that_loses_three_workers_is_given_up_with_these_words(here: Database) -> None:
    first, second = rosters(2)
    ask(here, first)
    for number in range(3):
        must_take(here, f"w{number}")
        let_time_pass(here)
    ask(here, second)

    assert must_take(here).roster_id == second  # it goes on with the next

    row = entry(here, first)
    assert (row["state"], row["lost_workers"]) == ("failed", 3)
    assert row["reason"] == "3 workers ended while they filled this roster, the last of them w2."
    assert "queue retry" in row["remedy"]


def test_the_same_token_takes_the_same_roster(here: Database) -> None:
    """After a lost answer."""
    ask(here, *rosters(2))
    token = str(uuid.uuid4())

    assert take(here, token=token) == take(here, token=token)
    assert figures(here) == (1, 1, 0)


def test_a_report_goes_with_the_next_taking(here: Database) -> None:
    ids = rosters(2)
    ask(here, *ids)
    first = must_take(here)
    token = str(uuid.uuid4())
    done = Report(first, Verdict(Fate.DONE))

    taken, counts, mine = Queue(here.client).take(token, "w1", 60, done)
    repeated = Queue(here.client).take(token, "w1", 60, done)

    assert taken is not None
    assert {first.roster_id, taken.roster_id} == set(ids)
    assert (counts.waiting, counts.running, mine) == (0, 1, True)
    assert (repeated[0], repeated[2]) == (taken, False)  # the report is an old one by then, and changes nothing


# Whose turn it is


def test_urgent_ones_go_first(here: Database) -> None:
    ids = rosters(3)
    ask(here, *ids[:2])
    ask(here, ids[2], urgent=True)

    assert [must_take(here).roster_id for _ in ids] == [ids[2], *ids[:2]]


def test_a_planner_who_asks_for_what_waits_makes_it_urgent_and_due(here: Database) -> None:
    ids = rosters(2)
    ask(here, *ids)
    report(here, must_take(here), Fate.AGAIN, DatabaseError("away"))
    delayed = next(one for one in ids if entry(here, one)["tries"])

    assert ask(here, delayed, urgent=True) == ["waiting"]

    assert must_take(here).roster_id == delayed


def test_practices_take_turns(here: Database) -> None:
    """The hundred of one do not starve another's one, nor does one that always has some."""
    many, few, single = rosters(6), rosters(2), rosters(1)
    ask(here, *many, practice="many")
    ask(here, *few, practice="few")
    ask(here, *single, practice="single")

    order = []
    while taken := take(here):
        order.append(taken.practice)
        report(here, taken, Fate.DONE)

    assert order[:3] == ["many", "few", "single"]
    assert order[3:] == ["many", "few", "many", "many", "many", "many"]


def test_the_practice_of_which_fewest_are_being_filled_comes_first(here: Database) -> None:
    ask(here, *rosters(3), practice="a")
    ask(here, *rosters(1), practice="b")

    assert [must_take(here).practice for _ in range(4)] == ["a", "b", "a", "a"]


def test_whose_a_roster_is_the_database_may_say_itself(here: Database) -> None:
    here.sql("alter table roosters add column practice_id text")
    try:
        one = str(here.sql("select gen_random_uuid() as id")[0]["id"])
        here.sql(f"insert into roosters values ('{one}', '2027-01-04', '2027-02-07', 'draft', 'north')")
        ask(here, one)
        assert must_take(here).practice == "north"
    finally:
        here.sql("alter table roosters drop column practice_id")


# Options and rights


@pytest.mark.parametrize(
    "options", [{"from": "soon"}, {"replan": "yes"}, {"colour": True}], ids=["a day", "a flag", "a name"]
)
def test_options_that_are_none_are_refused_when_they_are_asked_for(here: Database, options: dict[str, object]) -> None:
    with pytest.raises(DatabaseError):
        ask(here, *rosters(1), options=options)

    assert figures(here) == (0, 0, 0)


def test_what_is_as_usual_is_no_other_option(here: Database) -> None:
    (one,) = rosters(1)

    assert ask(here, one) + ask(here, one, options={"replan": False}) == ["added", "waiting"]


def test_the_application_asks_by_request_roster(here: Database) -> None:
    (one,) = rosters(1)
    here.sql(f"insert into roosters (id, start_date, end_date) values ('{one}', '2027-01-04', '2027-02-07')")

    told = answered(here.client.rpc("request_roster", {"roster_id": one, "options": {"replan": True}}))

    taken = must_take(here)
    assert (told, taken.roster_id, taken.urgent, taken.options) == ("added", one, True, {"replan": True})


@pytest.mark.parametrize("refused", [{"force": True}, {"nonsense": 1}])
def test_request_roster__refuses_what_a_planner_may_not(here: Database, refused: dict[str, object]) -> None:
    (one,) = rosters(1)
    here.sql(f"insert into roosters (id, start_date, end_date) values ('{one}', '2027-01-04', '2027-02-07')")

    with pytest.raises(APIError):
        answered(here.client.rpc("request_roster", {"roster_id": one, "options": refused}))
    with pytest.raises(APIError, match="is not there, or not yours"):
        answered(here.client.rpc("request_roster", {"roster_id": str(uuid.uuid4())}))
    with pytest.raises(APIError, match="a part of request_roster"):
        answered(here.client.rpc("greedy_asked", {"target": one, "options": {}}))
    assert figures(here) == (0, 0, 0)


def test_asked_for_after_the_lease_of_a_worker_that_is_but_slow__it_is_filled_once_more(here: Database) -> None:
    """The worker has read the roster before the change that asks; only its report comes late."""
    (one,) = rosters(1)
    ask(here, one)
    slow = must_take(here, "slow")
    let_time_pass(here)

    ask(here, one)
    assert report(here, slow, Fate.DONE)

    assert must_take(here).roster_id == one


def test_asked_for_after_the_lease_of_a_worker_that_is_lost__the_next_try_does_both(here: Database) -> None:
    first, one = rosters(2)
    ask(here, one)
    must_take(here, "lost")
    let_time_pass(here)

    ask(here, first)
    ask(here, one, urgent=True)
    found = must_take(here, "found")

    assert (found.roster_id, found.urgent, found.tried) == (one, True, 2)
    assert report(here, found, Fate.DONE)
    assert must_take(here).roster_id == first
    assert figures(here) == (0, 1, 0)


def test_the_same_token_long_after__the_lease_is_a_new_one(here: Database) -> None:
    """A lost answer, then an outage that is longer than the lease."""
    (one,) = rosters(1)
    ask(here, one)
    token = str(uuid.uuid4())
    take(here, token=token)
    let_time_pass(here)

    taken = take(here, token=token)

    assert taken is not None
    assert taken.tried == 1
    assert figures(here) == (0, 1, 0)
    assert take(here, "other") is None


def test_a_message_that_somebody_took_out_of_pgmq__told_as_failed_and_retried(here: Database) -> None:
    (one,) = rosters(1)
    ask(here, one)
    here.sql("delete from pgmq.q_greedy")

    assert figures(here) == (0, 0, 1)
    row = entry(here, one)
    assert row["state"] == "failed"
    assert "pgmq" in row["reason"]
    assert "queue retry" in row["remedy"]

    assert Queue(here.client).retry(None) == 1
    assert must_take(here).roster_id == one


def test_dates_are_iso_dates_whatever_the_database_prints(here: Database) -> None:
    options = "greedy_options(jsonb_build_object('from', '2027-01-04'))"
    style = "(select set_config('datestyle', 'German', true) as style offset 0) as database"

    assert here.sql(f"select {options} as options from {style} where style <> ''") == [
        {"options": {"from": "2027-01-04"}}
    ]


def test_no_day_is_no_option(here: Database) -> None:
    with pytest.raises(DatabaseError, match="No option of a run: from"):
        ask(here, *rosters(1), options={"from": "infinity"})


def test_many_at_once__each_is_told_apart(here: Database) -> None:
    every = rosters(40)

    def ask_all(**more: Any) -> dict[str, str]:
        told = Queue(here.client).ask(every, {}, **more)
        return {row["roster_id"]: row["outcome"] for row in told}

    assert set(ask_all(urgent=False, practice=None).values()) == {"added"}
    assert here.sql(
        "select count(distinct msg_id) as messages from greedy_requests join pgmq.q_greedy using (msg_id)"
    ) == [{"messages": 40}]
    taken, *others = every
    assert must_take(here).roster_id == taken
    here.sql(f"delete from pgmq.q_greedy where message ->> 'roster_id' = '{others[0]}'")
    expected = dict.fromkeys(every, "waiting") | {taken: "again", others[0]: "added"}
    assert ask_all(urgent=False, practice=None) == expected
    assert set(ask_all(urgent=True, practice=None).values()) == {"again", "waiting"}
    assert must_take(here).urgent
    assert here.sql("select count(*) as messages from pgmq.q_greedy") == [{"messages": 40}]


def test_options_that_nobody_could_read_cannot_be_there(here: Database) -> None:
    (one,) = rosters(1)
    ask(here, one)
    with pytest.raises(APIError, match="greedy_requests_readable"):
        here.sql("""update greedy_requests set options = '["x"]'""")
