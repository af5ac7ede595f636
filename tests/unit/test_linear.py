"""Linear and integer programs: limits, demands and aims, exactly; nothing printed, nothing left over."""

from __future__ import annotations

import subprocess
import sys
from itertools import combinations
from random import Random

import pytest
from pytest_mock import MockerFixture

from greedy.solver import linear
from greedy.solver.linear import Column, LinearProgram, Solution, Unsolved


def program(variables: int, *, upper: float = 1) -> tuple[LinearProgram, list[Column]]:
    made = LinearProgram()
    return made, [made.add_variable(upper) for _ in range(variables)]


def of_two_one() -> tuple[LinearProgram, Column, Column]:
    """Two variables that are 1 together at most."""
    made, (one, two) = program(2)
    made.limit([one, two], 1)
    return made, one, two


def triangle() -> tuple[LinearProgram, list[Column]]:
    """Three variables of which each two are 1 together at most: all three a half, or one of them whole."""
    made, three = program(3)
    for pair in combinations(three, 2):
        made.limit(pair, 1)
    return made, three


def total(columns: list[Column]) -> dict[Column, float]:
    return dict.fromkeys(columns, 1)


def rounded(solution: Solution | None) -> list[float] | None:
    return None if solution is None else [round(value, 6) for value in solution]


def crowded() -> tuple[LinearProgram, list[Column]]:
    """Return a program of many limits, which takes many iterations and branches."""
    random = Random(1)
    made, columns = program(50)
    for _ in range(40):
        made.limit(random.sample(columns, 20), 6)
    return made, columns


class TestLimits:
    def test_each_variable_is_at_most_its_upper_bound(self) -> None:
        made = LinearProgram()
        one, three = made.add_variable(), made.add_variable(3)

        assert made.size == 2
        assert rounded(made.maximize({one: 1, three: 1})) == [1, 3]

    def test_none_is_below_0(self) -> None:
        made, one, two = of_two_one()

        assert rounded(made.maximize({one: 1, two: -1})) == [1, 0]

    def test_what_is_worth_more_has_the_room(self) -> None:
        made, one, two = of_two_one()

        assert rounded(made.maximize({one: 2, two: 3})) == [0, 1]

    def test_a_sum_is_at_most_a_limit(self) -> None:
        made, columns = program(3)
        made.limit(columns, 2.5)

        assert sum(made.maximize(total(columns))) == pytest.approx(2.5)

    def test_less_makes_room(self) -> None:
        """The first is at most 1 more than the two others: 2 where one of these is 0, and 3 where none is."""
        made, (first, second, third) = program(3, upper=9)
        made.limit([first], 1, less=[second, third])
        made.limit([second], 1)
        made.limit([third], 1)

        assert rounded(made.maximize({first: 1})) == [3, 1, 1]
        assert rounded(made.maximize({first: 2, second: -3, third: -1})) == [2, 0, 1]

    def test_limits_concern_only_what_they_name(self) -> None:
        made, (first, second, third) = program(3)
        made.limit([first], 0)
        made.limit([second, third], 1)

        assert rounded(made.maximize({first: 5, second: 1, third: 2})) == [0, 0, 1]


class TestMaximize:
    def test_parts_are_worth_more_than_the_whole(self) -> None:
        made, three = triangle()

        assert rounded(made.maximize(total(three))) == [0.5, 0.5, 0.5]

    def test_a_program_of_nothing_is_solved_as_well(self) -> None:
        made = LinearProgram()
        made.start_at([])
        made.demand({}, 0)

        assert made.maximize({}) == []
        assert made.maximize_whole({}, [], [], []) == []

    def test_an_aim_leaves_nothing_to_the_next(self) -> None:
        made, one, two = of_two_one()
        made.maximize({one: 9})

        assert rounded(made.maximize({two: 1})) == [0, 1]

    @pytest.mark.parametrize("begun", [0, 1])
    def test_of_equal_solutions_it_stays_where_it_begins(self, begun: int) -> None:
        made, *both = of_two_one()
        made.start_at([both[begun]])

        assert made.maximize(total(both))[both[begun]] == 1

    def test_it_leaves_what_it_begins_with_for_what_is_better(self) -> None:
        made, one, two = of_two_one()
        made.start_at([one])

        assert rounded(made.maximize({one: 1, two: 2})) == [0, 1]


class TestDemands:
    def test_a_demand_comes_before_the_aim(self) -> None:
        made, one, two = of_two_one()
        made.demand({one: 2}, 0.5)

        assert rounded(made.maximize({two: 1})) == [0.25, 0.75]

    def test_demands_add_up(self) -> None:
        made, columns = program(3)
        made.limit(columns, 2)
        for column in columns[:2]:
            made.demand({column: 1}, 0.75)

        assert sum(made.maximize({columns[2]: 1})[:2]) == pytest.approx(1.5)

    def test_all_are_taken_back_together_and_the_limits_stay(self) -> None:
        made, one, two = of_two_one()
        made.demand({one: 1}, 0.5)
        made.demand({one: 1}, 0.75)
        made.demand_nothing()

        assert rounded(made.maximize({two: 1})) == [0, 1]
        assert sum(made.maximize({one: 1, two: 1})) == pytest.approx(1)

    def test_there_may_be_none_to_take_back(self) -> None:
        made, one, two = of_two_one()
        made.demand_nothing()

        assert rounded(made.maximize({one: 1, two: 2})) == [0, 1]

    def test_what_cannot_be_is_unsolved_until_it_is_taken_back(self) -> None:
        made, one, two = of_two_one()
        made.demand({one: 1, two: 1}, 2)

        with pytest.raises(Unsolved, match="Infeasible"):
            made.maximize({one: 1})

        made.demand_nothing()
        assert rounded(made.maximize({one: 1})) == [1, 0]


class TestIterations:
    def test_a_program_that_takes_too_many_iterations_is_unsolved(self, mocker: MockerFixture) -> None:
        mocker.patch("greedy.solver.linear.MOST_WORK", 1)
        made, columns = crowded()

        with pytest.raises(Unsolved, match="Iteration limit"):
            made.maximize(total(columns))


class TestWhole:
    def test_the_best_in_whole_numbers(self) -> None:
        made, three = triangle()

        solution = made.maximize_whole({three[0]: 3, three[1]: 5, three[2]: 4}, [], three, three)

        assert rounded(solution) == [0, 1, 0]

    @pytest.mark.parametrize("seed", range(5))
    def test_as_good_as_trying_all(self, seed: int) -> None:
        """Up to the last one, and where some things count a million times as much as others."""
        random = Random(seed)
        made, columns = program(8)
        clashes = random.sample(list(combinations(columns, 2)), 14)
        for pair in clashes:
            made.limit(pair, 1)
        worth = {column: random.choice([1, 100, 100**3]) + column % 2 for column in columns}
        best = max(
            sum(worth[column] for column in some)
            for size in range(len(columns) + 1)
            for some in combinations(columns, size)
            if not any({*pair} <= {*some} for pair in clashes)
        )

        solution = made.maximize_whole(worth, [], columns, columns)

        assert solution is not None
        assert round(sum(worth[column] * solution[column] for column in columns)) == best

    def test_what_counts_little_beside_all_the_rest_counts(self) -> None:
        """A pair is sought even where places come to a hundred million; 461 is easily found."""
        random = Random(8)
        made, columns = program(30)
        for _ in range(40):
            made.limit(random.sample(columns, 8), 2)
        worth = {column: random.randint(1, 100) for column in columns}
        sure = made.add_variable()

        solution = made.maximize_whole(worth | {sure: 10**8}, [sure], [*columns, sure], [*columns, sure])

        assert solution is not None
        assert sum(worth[column] * solution[column] for column in columns) == pytest.approx(462)

    @pytest.mark.parametrize(
        ("now", "region", "found"),
        [
            pytest.param([], [0, 1], [0, 1, 0], id="what is 0 and outside stays so"),
            pytest.param([0], [1, 2], [1, 0, 0], id="what is 1 and outside stays so"),
            pytest.param([0], [0, 1], [0, 1, 0], id="within, one gives way to a better one"),
            pytest.param([0], [], [1, 0, 0], id="nothing may change"),
            pytest.param([0], [0, 1, 2], [0, 0, 1], id="all may change"),
        ],
    )
    def test_only_the_region_changes(self, now: list[Column], region: list[Column], found: list[int]) -> None:
        made, three = triangle()

        assert rounded(made.maximize_whole({0: 3, 1: 4, 2: 5}, now, three, region)) == found

    def test_some_variables_may_stay_fractions(self) -> None:
        """And they change, whatever the region."""
        made, (whole, part) = program(2)
        made.limit([whole, part], 1.5)

        assert rounded(made.maximize_whole({whole: 1, part: 1}, [], [whole], [whole])) == [1, 0.5]
        assert rounded(made.maximize_whole({whole: 1, part: 2}, [], [whole], [])) == [0, 1]

    def test_nothing_is_left_over(self) -> None:
        """Afterwards all are parts again, and all may change."""
        made, three = triangle()
        made.maximize_whole({0: 3, 1: 4, 2: 5}, [0], three, [1])

        assert rounded(made.maximize(total(three))) == [0.5, 0.5, 0.5]
        assert rounded(made.maximize_whole({0: 3, 1: 4, 2: 5}, [0], three, three)) == [0, 0, 1]

    def test_upper_bounds_are_what_they_were(self) -> None:
        made, (one, two) = program(2, upper=3)
        made.maximize_whole({one: 1, two: 1}, [], [one, two], [one])

        assert rounded(made.maximize({one: 1, two: 1})) == [3, 3]

    def test_of_what_takes_too_many_branches_the_best_is_returned_that_was_found(self) -> None:
        """And nothing is left over of it either."""
        made, columns = crowded()

        most = sum(made.maximize(total(columns)))

        found = made.maximize_whole(total(columns), [], columns, columns)

        assert found is not None
        assert 0 < sum(found) < most - 1
        assert not made.proven
        assert sum(made.maximize(total(columns))) == pytest.approx(most)

    def test_it_is_no_worse_than_what_there_is(self, mocker: MockerFixture) -> None:
        """The best of many is not found at the root; what there is is known."""
        mocker.patch("greedy.solver.linear._MOST_NODES", 0)
        made, columns = crowded()
        now = columns[:6]

        found = made.maximize_whole(total(columns), now, columns, columns)

        assert found is not None
        assert sum(found) >= len(now)

    def test_one_that_takes_too_long_is_given_up(self, mocker: MockerFixture) -> None:
        mocker.patch("greedy.solver.linear.MOST_SECONDS", 0)
        made, three = triangle()

        assert made.maximize_whole(total(three), [], three, three) is None
        assert not made.proven
        assert rounded(made.maximize(total(three))) == [0.5, 0.5, 0.5]

    def test_what_the_root_shows_needs_no_branches(self, mocker: MockerFixture) -> None:
        mocker.patch.object(linear, "_MOST_NODES", 1)
        made, one, two = of_two_one()

        assert rounded(made.maximize_whole({one: 1, two: 2}, [one], [one, two], [one, two])) == [0, 1]


def test_equal_programs_have_equal_solutions() -> None:
    def solution() -> Solution:
        random = Random(7)
        made, columns = program(40)
        for _ in range(30):
            made.limit(random.sample(columns, 8), 2)
        return made.maximize(total(columns))

    assert solution() == solution()


def test_nothing_is_printed(capfd: pytest.CaptureFixture[str]) -> None:
    """Standard output is the result's; the library would greet there."""
    made, three = triangle()
    made.maximize(total(three))
    made.maximize_whole(total(three), [], three, three)
    made.demand(total(three), 2)
    with pytest.raises(Unsolved):
        made.maximize(total(three))

    assert capfd.readouterr() == ("", "")


def test_the_library_is_not_imported_before_the_first_program_is_solved() -> None:
    """Most rosters need none, and it takes longer to import than they take to plan."""
    code = (
        "import sys, greedy.solver.plan\n"
        "print(sorted({'highspy', 'numpy'} & sys.modules.keys()))\n"
        "from greedy.solver.linear import LinearProgram\n"
        "program = LinearProgram()\n"
        "program.maximize({program.add_variable(): 1})\n"
        "print(sorted({'highspy', 'numpy'} & sys.modules.keys()))\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert run.stdout.splitlines() == ["[]", "['highspy', 'numpy']"]
