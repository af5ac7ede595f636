"""A kill at any moment, and then an undisturbed run: the rows end as if nothing had happened."""

from __future__ import annotations

import pytest

from tests.faults.proxy import Exchange
from tests.faults.scene import BLOCK, FINISH, LOOK, REQUESTS, SCHEMA, WRITE, Scene, sample
from tests.support.factories import Raw


@pytest.mark.parametrize("trigger", [True, False], ids=["with the trigger", "without the trigger"])
def test_the_matrices_know_which_requests_a_run_sends(scene: Scene, trigger: bool) -> None:
    with scene.without_trigger(not trigger):
        scene.run()

    seen = [(seen.method, seen.target) for seen in scene.proxy.seen]
    assert seen[SCHEMA - 1] == ("POST", "greedy_begin")
    assert seen[WRITE - 1 :] == [
        ("POST", "greedy_write"),
        ("GET", "roster_assignments"),
        ("POST", "greedy_write"),
        ("POST", "greedy_finish"),
        ("GET", "roster_assignments"),
    ]
    assert len(scene.proxy.seen) == REQUESTS


KILLS = [
    pytest.param(number, answered, trigger, id=f"{'after' if answered else 'before'} request {number}{name}")
    for trigger, name, few in ((True, "", [6, WRITE, LOOK, FINISH]), (False, " without the trigger", [WRITE, BLOCK]))
    for number in sample(list(range(1, REQUESTS + 1)), few)
    for answered in (False, True)
]


@pytest.mark.parametrize(("number", "answered", "trigger"), KILLS)
def test_a_kill_and_a_rerun_give_what_an_undisturbed_run_gives(
    scene: Scene, undisturbed: list[Raw], number: int, answered: bool, trigger: bool
) -> None:
    """SIGKILL before the request leaves, or when the server has answered and the job has not seen it yet."""
    others = scene.others()
    scene.db.sql(f"update roosters set status = 'draft' where id = '{scene.roster_id}'")

    def kill(exchange: Exchange) -> None:
        if answered:
            exchange.forward()
        scene.job().kill()
        exchange.reset()

    scene.proxy.plan({number: kill})
    with scene.without_trigger(not trigger):
        ended = scene.command()
        assert (ended.code, len(scene.proxy.seen)) == (-9, number)
        scene.proxy.plan()

        again, _ = scene.run()

    assert again["success"], again["error"]
    assert scene.plan() == undisturbed
    assert scene.others() == others
    assert scene.tables()["roosters"][0]["status"] == "in_progress"
