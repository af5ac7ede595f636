"""Ejection chains: shifts change hands until everything has its place again, and something is gained.

A chain begins with one change that is worth something, and that leaves something unsettled: a unit is *loose* (an open
place to be filled, both halves of a duty to be united in one hand), or an account is *overdrawn* (a person has one
shift of a service more than the quota allows). Each step settles one of these, and may unsettle others:

* a loose unit goes to somebody, who gives up what is in the way, which is loose then, and whose accounts may be
  overdrawn by it; a half may as well stay open, or another open place be filled instead;
* an overdrawn account gives one of its shifts away, which is loose then.

When nothing is left unsettled, the chain is made on the draft, step by step, where every rule is looked at once more;
what turns out not to be worth what was asked for is taken back.

The search is best first: chains with the fewest unsettled things, then the shortest. What is unsettled is all that
matters for how a chain may go on, so each such *situation* is looked at once, in the best of the ways to get there: the
cost grows with the number of situations, not with that of chains. No step may leave less gained than is wanted in the
end. Nothing is lost by that: in a ring of exchanges that gains something there is always a place to begin from which
every part so far has gained. What is lost, is lost by the bounds below, and because two chains that lead to the same
situation need not allow the same steps after it.

Sources: ejection chains, F. Glover, "Ejection chains, reference structures and alternating path methods for traveling
salesman problems", Discrete Applied Mathematics 65 (1996); cyclic transfers, P. M. Thompson and J. B. Orlin, "The
theory of cyclic transfers", MIT Operations Research Center working paper OR 200-89 (1989); search in a graph of
exchanges, R. K. Ahuja, O. Ergun, J. B. Orlin and A. P. Punnen, "A survey of very large-scale neighborhood search
techniques", Discrete Applied Mathematics 123 (2002); in nurse rostering, E. K. Burke, T. Curtois, R. Qu and G. Vanden
Berghe, "A time predefined variable depth search for nurse rostering", INFORMS Journal on Computing 25 (2013); parts
with positive gain, S. Lin and B. W. Kernighan, "An effective heuristic algorithm for the traveling-salesman problem",
Operations Research 21 (1973); best first, P. E. Hart, N. J. Nilsson and B. Raphael, "A formal basis for the heuristic
determination of minimum cost paths", IEEE Transactions on Systems Science and Cybernetics 4 (1968).
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from heapq import heappop, heappush
from itertools import count, islice
from typing import NamedTuple

from greedy.solver.board import bits
from greedy.solver.claims import Account, Changes, Claim, Claims, Loose, changes
from greedy.solver.draft import NOBODY, Draft, Half, Unit, Value

LOOSE = 3
"""Most units that may be loose at a time."""

UNSETTLED = 4
"""Most things that may be unsettled at a time: loose units, and people of whom an account is overdrawn."""

PLACES = 8
"""So many open places may be filled instead of another."""

ATTEMPTS = 12
"""Chains of one search that are tried on the draft."""


Situation = tuple[tuple[int, ...], tuple[Account, ...]]
"""What is unsettled: the numbers of the loose units, and the overdrawn accounts."""

SETTLED: Situation = ((), ())
"""Nothing is loose, nothing overdrawn."""


class Transfer(NamedTuple):
    """A half changes hands; NOBODY has the open places."""

    half: Half
    giver: int
    taker: int


Unfairness = Callable[[Sequence[Transfer]], tuple[float, ...]]
"""How unfair it is, now, for those whom transfers concern."""


class _Chain(NamedTuple):
    """Steps, one after the other.

    Attributes:
        value: What the draft is worth more by them, once all that is loose is placed: a loose pair counts as one.
        loose: The loose units, by their numbers.
        overdrawn: The overdrawn accounts.
        balance: How many shifts more each account has.
        given: What people have given.
        taken: What people have taken.
        steps: How many there are.
    """

    value: Value
    loose: tuple[int, ...]
    overdrawn: tuple[Account, ...]
    balance: dict[Account, int]
    given: dict[int, Unit]
    taken: dict[int, Unit]
    steps: int


class _Step(NamedTuple):
    """A chain with one step more, of which it is known what is unsettled after it, but no more than that."""

    chain: _Chain
    value: Value
    loose: tuple[int, ...]
    overdrawn: tuple[Account, ...]
    more: Changes
    person: int
    given: Unit
    taken: Unit

    def made(self) -> _Chain:
        """The chain with this step."""
        (_, _, _, balance, given, taken, steps), value, loose, overdrawn, more, person, gives, takes = self
        if more:
            balance = balance.copy()
            for account, shifts in more:
                balance[account] = balance.get(account, 0) + shifts
        if gives:
            given = given | {person: given.get(person, ()) + gives}
        if takes:
            taken = taken | {person: taken.get(person, ()) + takes}
        return _Chain(value, loose, overdrawn, balance, given, taken, steps + 1)


_Entry = tuple[tuple[int, ...], int, _Step | _Chain]
"""An entry of the queue: its rank, a number that breaks ties, and the chain, made or not yet."""


class Chains:
    """Looks for chains on a draft, and makes them.

    Attributes:
        effort: Steps that may still be looked at; without any left, nothing more is found.
    """

    def __init__(self, draft: Draft, effort: int, *, ejecting: bool = True) -> None:
        """`ejecting`: whether somebody may give up for a unit what is in the way."""
        self.draft = draft
        self.board = draft.board
        self.effort = effort
        self._claims = Claims(draft, LOOSE if ejecting else 0)
        self._numbers: dict[Loose, int] = {}
        self._loose: list[Loose] = []
        self._forget()
        self._aim(Value(), 0)

    def fill(self, half: Half, need: Value, limit: int) -> bool:
        """Fill an open place by a chain that gains what is needed; tell whether there was one.

        Args:
            half: The place.
            need: What the draft must gain, at least.
            limit: Situations that may be looked at.
        """
        self._aim(need, limit)
        return self._make_first([self._begin((half,), (NOBODY,))], limit)

    def unite(self, morning: Half, evening: Half, limit: int) -> bool:
        """Unite the halves of a 24-hour duty, that two people have, or one and nobody; tell whether it was possible."""
        self._aim(Value(pairs=1), limit)
        return self._make_first(self._uniting(morning, evening), limit)

    def relieve(self, account: Account, takers: Container[int], unfairness: Unfairness, limit: int) -> bool:
        """Take a shift of a service off somebody at no loss, so that none but some people have one more of it.

        Most often one of these has one more then; the giver may as well get another in return, where that is fairer.

        Args:
            account: Who has too many shifts of which service.
            takers: Who may have one more of that service.
            unfairness: What must become less.
            limit: Situations that may be looked at.

        Returns:
            Whether that was possible; if not, the draft is as it was.
        """
        self._aim(Value(), limit, (account[1], takers))
        start = _Chain(Value(), (), (account,), {}, {}, {}, 0)
        return self._make_first([start], limit, unfairness)

    def exchange(self, one: int, unit: Unit, two: int, other: Unit, unfairness: Unfairness) -> bool:
        """Exchange two units, if nothing is lost by it, and it makes things fairer; tell whether it did."""
        transfers = [Transfer(half, one, two) for half in unit] + [Transfer(half, two, one) for half in other]
        return self._try(transfers, Value(), unfairness)

    # How chains begin

    def _begin(self, unit: Unit, givers: tuple[int, ...]) -> _Chain:
        """Take a unit from those who have its halves, to be placed."""
        value = Value(pairs=len(unit) - 1)
        balance: dict[Account, int] = {}
        given: dict[int, Unit] = {}
        for half, giver in zip(unit, givers, strict=True):
            if giver == NOBODY:
                value = self._filled(value, half, 1)
            else:
                balance[giver, half.service] = -1
                given[giver] = (half,)
        loose = (self._number(Loose(unit, givers)),)
        return _Chain(value, loose, (), balance, given, {}, 1)

    def _uniting(self, morning: Half, evening: Half) -> Iterator[_Chain | _Step]:
        """One half goes to whoever has the other, or both to a third, as far as the halves may move."""
        mornings, evenings = (bits(self.draft.alone(half)) for half in (morning, evening))
        has_morning, has_evening = set(mornings), set(evenings)
        gives_morning, gives_evening = self._givers(morning, has_morning), self._givers(evening, has_evening)
        for half, givers, takers in ((evening, gives_evening, has_morning), (morning, gives_morning, has_evening)):
            for giver in givers:
                chain = self._begin((half,), (giver,))
                for claim in self._claims_on(chain.loose[0]):
                    if claim.person in takers and (after := self._give(chain, (half,), (), claim)):
                        yield after
        for one in gives_morning:
            for two in gives_evening:
                if (one, two) != (NOBODY, NOBODY):
                    yield self._begin((morning, evening), (one, two))

    def _givers(self, half: Half, people: Iterable[int]) -> list[int]:
        """Who can give a half: those of some people who have it by an assignment of this run, and NOBODY if open."""
        givers = [person for person in sorted(people) if half.slot in self.board.added[person]]
        return [*givers, NOBODY] if half.slot in self.draft.open[half.service] else givers

    # The search

    def _aim(self, need: Value, limit: int, takers: tuple[int, Container[int]] | None = None) -> None:
        """Say what a search is for.

        What earlier searches for the same have looked at, on the draft as it is, is not looked at again, so that many
        searches that find nothing cost little more than one. Something is lost by that where one of them ended by its
        limit, before all that follows from a situation was looked at.

        Args:
            need: What must be gained, at least.
            limit: Situations that may be looked at.
            takers: A service, and who alone may have more shifts of it; None where the quotas decide.
        """
        if self._version != self.draft.version:
            for person in bits(self.draft.changed_since(self._version)):
                self._claims.forget(person)
            self._forget()
        self._need, self._takers = need, takers
        self._known = {} if takers else self._all_known.setdefault((need, limit), {})
        self._room = {} if takers else self._quota_left

    def _forget(self) -> None:
        self._version = self.draft.version
        self._all_known: dict[tuple[Value, int], dict[Situation, Value]] = {}
        self._quota_left: dict[Account, int] = {}
        self._on: dict[int, list[Claim]] = {}
        self._places: dict[bool, list[int]] = {}

    def _make_first(self, starts: Iterable[_Chain | _Step], limit: int, unfairness: Unfairness | None = None) -> bool:
        """Make the first chain that turns out to be worth what is needed."""
        found = islice(self._search(starts, limit), ATTEMPTS)
        return any(self._try(transfers, self._need, unfairness) for transfers in found)

    def _search(self, starts: Iterable[_Chain | _Step], limit: int) -> Iterator[list[Transfer]]:
        """Give the chains that leave nothing unsettled."""
        queue: list[_Entry] = [((1,), number, start) for number, start in enumerate(starts)]
        tie = count(len(queue))
        known = self._known
        ends: set[frozenset[tuple[Account, int]]] = set()
        while queue and limit > 0 and self.effort > 0:
            *_, entry = heappop(queue)
            situation = entry.loose, entry.overdrawn
            if situation in known and known[situation] >= entry.value:
                continue
            chain = entry.made() if isinstance(entry, _Step) else entry
            if situation == SETTLED:
                end = frozenset(account for account in chain.balance.items() if account[1])
                if end not in ends:
                    ends.add(end)
                    yield _transfers(chain)
                continue
            known[situation] = chain.value
            limit -= 1
            for step in self._next(chain):
                if step:
                    heappush(queue, (self._rank(step), next(tie), step))

    def _rank(self, step: _Step) -> tuple[int, ...]:
        """Order of the search, the most promising first."""
        on_call, other, pairs = step.value
        accounts = len(step.overdrawn)
        people = accounts if accounts < 2 else len({person for person, _ in step.overdrawn})
        uniting = not (on_call or other)
        return len(step.loose) + people, accounts if uniting else 0, step.chain.steps, -on_call, -other, -pairs

    def _next(self, chain: _Chain) -> Iterator[_Step | None]:
        """The chains with one step more; None for one that is not worth going on with."""
        if not chain.loose:
            return self._released(chain, *chain.overdrawn[0])
        number = min(chain.loose, key=lambda number: (len(self._claims_on(number)), number))  # the hardest first
        return self._placed(chain, number, tuple(other for other in chain.loose if other != number))

    def _placed(self, chain: _Chain, number: int, others: tuple[int, ...]) -> Iterator[_Step | None]:
        """The ways to settle a loose unit."""
        unit, givers = self._loose[number]
        for claim in self._claims_on(number):
            yield self._give(chain, unit, others, claim)
        if len(unit) > 1:
            return
        yield self._after(chain, self._filled(chain.value, unit[0], -1), others)
        if givers[0] != NOBODY:
            for place in self._open_places(unit[0]):
                if place not in others and all(self._loose[place].unit[0] not in of for of in chain.taken.values()):
                    yield self._after(chain, chain.value, (place, *others))

    def _released(self, chain: _Chain, person: int, service: int) -> Iterator[_Step | None]:
        """The ways to settle an overdrawn account."""
        on_call, other, pairs = chain.value
        given = chain.given.get(person, ())
        for unit in self._claims.held(person, service):
            if not any(half in given for half in unit):
                broken = self._completes(chain, person, unit)
                value = Value(on_call, other, pairs - 1) if broken else chain.value
                loose = (self._number(Loose(unit, (person,) * len(unit))), *chain.loose)
                yield self._after(chain, value, loose, changes(person, (), (unit,)), person, unit)

    def _give(self, chain: _Chain, unit: Unit, others: tuple[int, ...], claim: Claim) -> _Step | None:
        """Let somebody take a unit; what they have given and taken in the chain so far counts."""
        person, ejected, more, gained = claim
        given, taken = chain.given.get(person, ()), chain.taken.get(person, ())
        if given or taken:
            if any(self._clash(one, two) for one in taken for two in unit):
                return None
            if given:
                left = (tuple(half for half in other if half not in given) for other in ejected)
                ejected = tuple(filter(None, left))
                more = changes(person, unit, ejected)
            broken = sum(self._completes(chain, person, other) for other in ejected)
            gained = self._completes(chain, person, unit) - broken
        on_call, other, pairs = chain.value
        value = Value(on_call, other, pairs + gained)
        loose = tuple(self._number(Loose(other, (person,) * len(other))) for other in ejected)
        gives = tuple(half for other in ejected for half in other)
        return self._after(chain, value, others + loose, more, person, gives, unit)

    def _after(
        self,
        chain: _Chain,
        value: Value,
        loose: tuple[int, ...],
        more: Changes = (),
        person: int = NOBODY,
        given: Unit = (),
        taken: Unit = (),
    ) -> _Step | None:
        """Add a step; None where too little is gained, too much is unsettled, or the situation is known already."""
        self.effort -= 1
        if value < self._need or len(loose) > LOOSE:
            return None
        if len(loose) > 1:
            loose = tuple(sorted(loose))
        overdrawn = chain.overdrawn
        for account, shifts in more:
            now = chain.balance.get(account, 0) + shifts
            if now > 0 and now > self._room_of(account):
                if account not in overdrawn:
                    overdrawn = tuple(sorted((*overdrawn, account)))
            elif account in overdrawn:
                overdrawn = tuple(other for other in overdrawn if other != account)
        if overdrawn and len(loose) + len({one for one, _ in overdrawn}) > UNSETTLED:
            return None
        known = self._known.get((loose, overdrawn))
        if known is not None and known >= value:
            return None
        return _Step(chain, value, loose, overdrawn, more, person, given, taken)

    # Making a chain

    def _try(self, transfers: Sequence[Transfer], need: Value, unfairness: Unfairness | None) -> bool:
        """Make transfers if they turn out to be worth what is needed; else leave everything as it was."""
        draft, before = self.draft, self.draft.value
        mark, unfair = draft.mark(), unfairness(transfers) if unfairness else ()
        if (
            self._make(transfers)
            and _gained(draft.value, before) >= need
            and (unfairness is None or unfairness(transfers) < unfair)
        ):
            draft.keep()
            return True
        draft.undo(mark)
        return False

    def _make(self, transfers: Sequence[Transfer]) -> bool:
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

    # What is known of the draft as it is

    def _number(self, loose: Loose) -> int:
        number = self._numbers.get(loose)
        if number is None:
            number = self._numbers[loose] = len(self._loose)
            self._loose.append(loose)
        return number

    def _claims_on(self, number: int) -> list[Claim]:
        known = self._on.get(number)
        if known is None:
            known = self._on[number] = self._claims.on(self._loose[number])
            self.effort -= len(known)
        return known

    def _open_places(self, half: Half) -> list[int]:
        """Open places that are worth as much as a half, as loose units."""
        on_call = self.board.services[half.service].is_system
        known = self._places.get(on_call)
        if known is None:
            places = self.draft.open_halves(on_call=on_call)[:PLACES]
            known = self._places[on_call] = [self._number(Loose((place,), (NOBODY,))) for place in places]
        return known

    def _room_of(self, account: Account) -> int:
        """How many shifts more an account may have than in the draft."""
        room = self._room.get(account)
        if room is None:
            person, service = account
            room = self.board.quota[service].get(person, 0) - self.board.used[service].get(person, 0)
            if self._takers and service == self._takers[0] and person not in self._takers[1]:
                room = min(room, 0)
            self._room[account] = room
        return room

    def _completes(self, chain: _Chain, person: int, unit: Unit) -> bool:
        """Tell whether a unit is one half, of which somebody has the other after the steps so far."""
        if len(unit) > 1 or (partner := self.board.duty(*unit[0]).partner) is None:
            return False
        other = Half(partner[0], unit[0].slot + partner[1])
        if self.draft.works.get(other, 0) >> person & 1:
            return other not in chain.given.get(person, ())
        return other in chain.taken.get(person, ())

    def _clash(self, half: Half, other: Half) -> bool:
        """Tell whether nobody can have both halves: they are in one slot, or in the rest of each other."""
        distance = other.slot - half.slot
        return (
            not distance
            or any(distance == rest for rest, _ in self.board.duty(*half).rests)
            or any(-distance == rest for rest, _ in self.board.duty(*other).rests)
        )

    def _filled(self, value: Value, half: Half, places: int) -> Value:
        on_call, other, pairs = value
        if self.board.services[half.service].is_system:
            return Value(on_call + places, other, pairs)
        return Value(on_call, other + places, pairs)


def _transfers(chain: _Chain) -> list[Transfer]:
    """What changes hands in a chain: all that is given, then all that is taken."""
    given = [Transfer(half, person, NOBODY) for person, unit in chain.given.items() for half in unit]
    return given + [Transfer(half, NOBODY, person) for person, unit in chain.taken.items() for half in unit]


def _gained(after: Value, before: Value) -> Value:
    return Value(*(one - two for one, two in zip(after, before, strict=True)))
