"""Transfers: shifts change hands all round, so that every quota is kept and something is gained.

A *transfer* gives one half to somebody else; NOBODY gives an open place, or takes what is to stay open. A *move* is one
transfer, or a few that together leave nobody in two places at once and nobody's rest broken: a shift goes to someone
who is free for it, or someone gives up for it what is in the way, and others take that over.

After a move some have one shift of a service too many for their quota: their account is *overdrawn*. Another move takes
one shift off them and may overdraw somebody else, and so on, until the last shift comes to someone with quota left: the
one who gave the first, or anybody. The search goes through overdrawn accounts, breadth first, each reached once for
each worth, so its cost grows with people times shifts, not with the number of ways to combine them; and no step may
leave less gained than is wanted in the end. Nothing is lost by that: in a ring of exchanges that gains something there
is always a place to begin from which every part so far has gained.

Sources: cyclic transfers, P. M. Thompson and J. B. Orlin, "The theory of cyclic transfers", MIT Operations Research
Center working paper OR 200-89 (1989); the search in a graph of exchanges, R. K. Ahuja, O. Ergun, J. B. Orlin and A. P.
Punnen, "A survey of very large-scale neighborhood search techniques", Discrete Applied Mathematics 123 (2002); parts
with positive gain, S. Lin and B. W. Kernighan, "An effective heuristic algorithm for the traveling-salesman problem",
Operations Research 21 (1973).
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Sequence
from itertools import islice
from operator import add
from typing import NamedTuple

from greedy.board import bits
from greedy.draft import NOBODY, Draft, Half, Unit, Value

Account = tuple[int, int]
"""A person and a service: how many shifts of it they work, against their quota."""

MOVES = 8
"""Most moves of a search, one after the other."""

OVERDRAWN = 2
"""Most accounts that may be overdrawn at a time."""

CHOICES = 3
"""Of those who can take over what is in somebody's way, so many are tried."""

EXPANSIONS = 40
"""Accounts whose moves are looked at in one search."""

ATTEMPTS = 12
"""Results of one search that are tried on the draft."""


FINDING = 5
"""To find a move costs about as much as to look at so many."""


class Transfer(NamedTuple):
    """A half changes hands."""

    half: Half
    giver: int
    taker: int


Unfairness = Callable[[Sequence[Transfer]], tuple[float, ...]]
"""How unfair it is, now, for those whom transfers concern."""

May = Callable[[Account, int], bool]
"""Whether an account may have so many more shifts than now."""


class Move(NamedTuple):
    """Transfers that belong together.

    Attributes:
        value: What they add to the worth of a draft, but for the pair in `broken`.
        transfers: What changes hands.
        broken: The (person, slot) of the morning of the pair that is broken when its other half is given away; None
            when there is none. A pair of which both halves go, one after the other, is lost once only.
    """

    value: Value
    transfers: tuple[Transfer, ...]
    broken: tuple[int, int] | None = None


class _State(NamedTuple):
    """Some moves, one after the other."""

    value: Value
    transfers: tuple[Transfer, ...]
    broken: frozenset[tuple[int, int]]
    balance: dict[Account, int]
    overdrawn: tuple[Account, ...]


_NOTHING = _State(Value(), (), frozenset(), {}, ())


class Transfers:
    """Looks for transfers on a draft, and makes them.

    Attributes:
        effort: Moves that may still be looked at; without any left, nothing more is found.
    """

    def __init__(self, draft: Draft, depth: int, effort: int) -> None:
        """`depth`: how many units may be in the way of one move."""
        self.draft = draft
        self.board = draft.board
        self.depth = depth
        self.effort = effort
        self._moves: dict[Account, list[Move]] = {}

    def complete(self, start: Move, need: Value) -> bool:
        """Complete a move by others, so that every quota is kept, and make all of it.

        Args:
            start: The first move.
            need: What the draft must gain, at least.

        Returns:
            Whether that was possible; if not, the draft is as it was.
        """
        first = self._after(_NOTHING, start, need, self._within_quota)
        return first is not None and self._make_best(first, need, self._within_quota, None)

    def relieve(self, account: Account, takers: Container[int], unfairness: Unfairness) -> bool:
        """Take one shift of a service off somebody, so that one of some people has one more, and nothing is lost.

        Args:
            account: Who has too many shifts of which service.
            takers: Who may have one more of that service.
            unfairness: What must become less.

        Returns:
            Whether that was possible; if not, the draft is as it was.
        """

        def may(of: Account, more: int) -> bool:
            return self._within_quota(of, more) and (of[1] != account[1] or of[0] in takers)

        return self._make_best(_NOTHING._replace(overdrawn=(account,)), Value(), may, unfairness)

    def exchange(self, one: int, unit: Unit, two: int, other: Unit, unfairness: Unfairness) -> bool:
        """Exchange two units, if nothing is lost by it, and it makes things fairer; tell whether it did."""
        transfers = [Transfer(half, one, two) for half in unit] + [Transfer(half, two, one) for half in other]
        return self._try(transfers, Value(), unfairness)

    def _make_best(self, first: _State, need: Value, may: May, unfairness: Unfairness | None) -> bool:
        """Make the first of the search's results that turns out to be worth what is needed."""
        results = islice(self._search(first, need, may), ATTEMPTS)
        return any(self._try(transfers, need, unfairness) for transfers in results)

    def _try(self, transfers: Sequence[Transfer], need: Value, unfairness: Unfairness | None) -> bool:
        """Make transfers if they turn out to be worth what is needed; else leave everything as it was."""
        mark, value = self.draft.mark(), self.draft.value
        before = unfairness(transfers) if unfairness else ()
        if (
            self.make(transfers)
            and _gained(self.draft.value, value) >= need
            and (unfairness is None or unfairness(transfers) < before)
        ):
            self.draft.keep()
            self._moves.clear()
            return True
        self.draft.undo(mark)
        return False

    # The search

    def _search(self, first: _State, need: Value, may: May) -> Iterator[tuple[Transfer, ...]]:
        """Give the transfers that leave nothing overdrawn, the fewest moves first."""
        layer, seen, expansions = [first], set(), 0
        for _ in range(MOVES):
            ahead = []
            for state in layer:
                if not state.overdrawn:
                    yield state.transfers
                    continue
                key = state.overdrawn, state.value
                if key in seen or expansions >= EXPANSIONS or self.effort <= 0:
                    continue
                seen.add(key)
                expansions += 1
                moves = self.of(state.overdrawn[0])
                self.effort -= len(moves)
                for move in moves:
                    if after := self._after(state, move, need, may):
                        ahead.append(after)
            ahead.sort(key=lambda state: (len(state.overdrawn), [-worth for worth in state.value]))
            layer = ahead

    def _within_quota(self, account: Account, more: int) -> bool:
        person, service = account
        return self.board.used[service].get(person, 0) + more <= self.board.quota[service].get(person, 0)

    def _after(self, state: _State, move: Move, need: Value, may: May) -> _State | None:
        """Add a move to others; None where too little is gained, something moves twice, or too much is overdrawn."""
        on_call, other, pairs = map(add, state.value, move.value)
        broken = state.broken
        if move.broken and move.broken not in broken:
            broken |= {move.broken}
            pairs -= 1
        value = Value(on_call, other, pairs)
        if value < need:
            return None
        balance, moved = state.balance.copy(), {transfer[:2] for transfer in state.transfers}
        for transfer in move.transfers:
            half, giver, taker = transfer
            if (half, giver) in moved:
                return None
            if giver != NOBODY:
                balance[giver, half.service] = balance.get((giver, half.service), 0) - 1
            if taker != NOBODY:
                balance[taker, half.service] = balance.get((taker, half.service), 0) + 1
        overdrawn = tuple(sorted(account for account, more in balance.items() if more > 0 and not may(account, more)))
        if len(overdrawn) > OVERDRAWN:
            return None
        return _State(value, state.transfers + move.transfers, broken, balance, overdrawn)

    def make(self, transfers: Sequence[Transfer]) -> bool:
        """Make transfers on the draft; tell whether all could be made, and no account is overdrawn after them."""
        draft, board = self.draft, self.board
        for half, giver, _ in transfers:
            if giver != NOBODY:
                if board.added[giver].get(half.slot) != half.service:
                    return False
                draft.release(giver, (half,))
        for half, _, taker in transfers:
            if taker != NOBODY:
                if not draft.free(half) & board.admitted(board.shifts[half.slot, half.service]) & 1 << taker:
                    return False
                draft.assign(taker, (half,))
        return not draft.overdrawn

    # Moves

    def of(self, account: Account) -> list[Move]:
        """The moves that take one shift off an account, the most worth first; of equals for one end, one."""
        known = self._moves.get(account)
        if known is None:
            known = self._moves[account] = self._of(*account)
        return known

    def _of(self, person: int, service: int) -> list[Move]:
        board, draft = self.board, self.draft
        best: dict[object, Move] = {}

        def consider(move: Move) -> None:
            end = tuple(sorted((half.service, taker) for half, giver, taker in move.transfers if taker != NOBODY))
            if end not in best or _worth(move) > _worth(best[end]):
                best[end] = move

        for slot in [slot for slot, of in board.added[person].items() if of == service]:
            half = Half(service, slot)
            unit = draft.unit_at(person, slot)
            for move in self.from_person(person, (half,)):
                consider(move)
            if len(unit) > 1:
                for move in self.from_person(person, unit):
                    consider(move)
            consider(self._lost(person, half))
            for move in self._elsewhere(person, half):
                consider(move)
        return sorted(best.values(), key=lambda move: ([-worth for worth in _worth(move)], move.transfers))

    def from_person(self, person: int, unit: Unit) -> list[Move]:
        """The moves that give a unit, which somebody has, to somebody else."""
        draft = self.draft
        broken = self._broken(person, unit)
        mark, pairs = draft.mark(), draft.value.pairs
        draft.release(person, unit)
        moves = self._given(((person, unit),), pairs - (broken is not None))
        draft.undo(mark)
        return [move._replace(broken=broken) for move in moves]

    def from_nobody(self, half: Half) -> list[Move]:
        """The moves that fill an open place."""
        return self._given(((NOBODY, (half,)),), self.draft.value.pairs)

    def from_two(self, one: int, morning: Half, two: int, evening: Half) -> list[Move]:
        """The moves that give the halves of a 24-hour duty, which two people have, to a third."""
        draft = self.draft
        mark, pairs = draft.mark(), draft.value.pairs
        draft.release(one, (morning,))
        draft.release(two, (evening,))
        moves = self._given(((NOBODY, (morning, evening)),), pairs)
        draft.undo(mark)
        both = Transfer(morning, one, NOBODY), Transfer(evening, two, NOBODY)
        return [self._from_both(both, move) for move in moves]

    def _from_both(self, both: tuple[Transfer, Transfer], move: Move) -> Move:
        """Let two people give the halves that a move gives first."""
        given = tuple(
            transfer._replace(taker=first.taker) for transfer, first in zip(both, move.transfers, strict=False)
        )
        transfers = given + move.transfers[len(both) :]
        return Move(self._filled(transfers, move.value.pairs), transfers)

    def _system(self, half: Half) -> bool:
        return self.board.services[half.service].is_system

    def _broken(self, person: int, unit: Unit) -> tuple[int, int] | None:
        """The pair that is broken when someone gives a half away: who, and the slot of its morning."""
        partner = self.board.duty(*unit[0]).partner
        if len(unit) > 1 or partner is None or not self.draft.partners(unit[0]) >> person & 1:
            return None
        return person, min(unit[0].slot, unit[0].slot + partner[1])

    def _lost(self, person: int, half: Half) -> Move:
        """Leave a place open."""
        transfers = (Transfer(half, person, NOBODY),)
        return Move(self._filled(transfers, 0), transfers, self._broken(person, (half,)))

    def _elsewhere(self, person: int, half: Half) -> list[Move]:
        """Leave a place open, and fill another of the same service."""
        broken, board = self._broken(person, (half,)), self.board
        moves = []
        for slot in sorted(self.draft.open[half.service]):
            other = Half(half.service, slot)
            people = self.draft.free(other) & board.admitted(board.shifts[slot, half.service]) & ~(1 << person)
            for taker in bits(people):
                transfers = Transfer(half, person, NOBODY), Transfer(other, NOBODY, taker)
                gained = self.draft.partners(other) >> taker & 1
                moves.append(Move(self._filled(transfers, gained), transfers, broken))
        return moves

    def _given(self, loose: tuple[tuple[int, Unit], ...], pairs: int) -> list[Move]:
        """The moves that give out loose units; `pairs`: how many there were before."""
        moves = [
            Move(self._filled(transfers, after - pairs), transfers)
            for transfers, after in self._ways(loose, self.depth, everybody=True)
        ]
        self.effort -= FINDING * (1 + len(moves))
        return moves

    def _filled(self, transfers: Sequence[Transfer], pairs: int) -> Value:
        filled = [0, 0]
        for half, giver, taker in transfers:
            filled[self._system(half)] += (giver == NOBODY) - (taker == NOBODY)
        return Value(filled[1], filled[0], pairs)

    def _ways(
        self, loose: Sequence[tuple[int, Unit]], depth: int, *, everybody: bool = False
    ) -> list[tuple[tuple[Transfer, ...], int]]:
        """The ways to give loose units to people, one after the other, whatever their quotas; and the pairs after each.

        Of those to whom a unit can go, `everybody` is tried, else only a few.
        """
        draft, board = self.draft, self.board
        (giver, unit), *rest = loose
        could, free = draft.could(unit), -1
        for half in unit:
            could &= board.admitted(board.shifts[half.slot, half.service])
            free &= draft.free(half)
        if giver != NOBODY:
            could &= ~(1 << giver)
        free &= could
        united = draft.partners(unit[0]) if len(unit) == 1 else -1
        ways = []
        for person in bits(free) if everybody else self._few(free, unit, united):
            given = tuple(Transfer(half, giver, person) for half in unit)
            if not rest:
                ways.append((given, draft.value.pairs + (united >> person & 1)))
                continue
            mark = draft.mark()
            draft.assign(person, unit)
            ways += [(given + more, pairs) for more, pairs in self._ways(rest, depth)]
            draft.undo(mark)
        if not everybody and giver != NOBODY and len(unit) == 1:
            ways += self._left_open(giver, unit[0], rest, depth)
        if depth:
            for person in bits(could & ~free):
                ways += self._pushed(person, giver, unit, rest, depth)
        return ways

    def _pushed(
        self, person: int, giver: int, unit: Unit, rest: Sequence[tuple[int, Unit]], depth: int
    ) -> list[tuple[tuple[Transfer, ...], int]]:
        """The ways to give a unit to someone who must give up something for it."""
        draft = self.draft
        in_the_way = sorted(draft.in_the_way(person, unit))
        if len(in_the_way) > depth:
            return []
        mark = draft.mark()
        for other in in_the_way:
            draft.release(person, other)
        draft.assign(person, unit)
        given = tuple(Transfer(half, giver, person) for half in unit)
        pushed = [*((person, other) for other in in_the_way), *rest]
        ways = [(given + more, pairs) for more, pairs in self._ways(pushed, depth - len(in_the_way))]
        draft.undo(mark)
        return ways

    def _left_open(
        self, giver: int, half: Half, rest: Sequence[tuple[int, Unit]], depth: int
    ) -> list[tuple[tuple[Transfer, ...], int]]:
        """The ways to leave a place open that had to be given up, and fill another of the same service."""
        draft, board = self.draft, self.board
        ways = []
        for slot in sorted(draft.open[half.service] - {half.slot}):
            other = Half(half.service, slot)
            people = draft.free(other) & board.admitted(board.shifts[slot, half.service])
            chosen = [giver] if people >> giver & 1 else self._few(people, (other,), draft.partners(other))[:1]
            for person in chosen:
                mark = draft.mark()
                draft.assign(person, (other,))
                done = Transfer(half, giver, NOBODY), Transfer(other, NOBODY, person)
                if rest:
                    ways += [(done + more, pairs) for more, pairs in self._ways(rest, depth)]
                else:
                    ways.append((done, draft.value.pairs))
                draft.undo(mark)
        return ways

    def _few(self, people: int, unit: Unit, united: int) -> list[int]:
        """Some of those who can take a unit: who gets a pair by it, who has quota left, then any."""
        unspent = self.board.unspent[unit[0].service]
        chosen = dict.fromkeys(
            person for some in (people & united, people & unspent, people) for person in islice(bits(some), CHOICES)
        )
        return list(islice(chosen, CHOICES))


def _gained(after: Value, before: Value) -> Value:
    return Value(*(one - two for one, two in zip(after, before, strict=True)))


def _worth(move: Move) -> Value:
    return move.value._replace(pairs=move.value.pairs - (move.broken is not None))
