"""Outlook: in how many steps each unsettled thing could be settled, if it were the only one.

On a full roster most searches for a chain find none, and look at all that they may before they give up. So what each
loose unit and each overdrawn ledger would take is worked out once for all searches, backwards from who can take
something as things are: a claim costs one step, and whatever it takes to settle what it leaves unsettled. A search then
settles first what takes least, and where no way is seen at all, it is hardly worth beginning.

Of a chain that closes upon itself the outlook knows only how it may begin: whoever gives something up for an open
place, or has one half of a 24-hour duty without the other, may take another shift of that service instead (`credit`).
It sees no other rings, so "no way" is a presumption, not a proof.

Source: the additive heuristic of planning (B. Bonet and H. Geffner, "Planning as heuristic search", Artificial
Intelligence 129 (2001)), with claims for actions; worked out by D. E. Knuth, "A generalization of Dijkstra's
algorithm", Information Processing Letters 6 (1977).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from heapq import heappop, heappush

from greedy.solver.claims import Ledger, Loose
from greedy.solver.draft import NOBODY, Value
from greedy.solver.halves import Half
from greedy.solver.knowledge import Knowledge
from greedy.solver.numbering import NO_ONE, Mask, PersonNumber, ServiceNumber

Thing = int | Ledger
"""What may be unsettled: a loose unit, by its number, or a ledger."""

_UNKNOWN = 3
"""Steps assumed for a thing that did not exist when the outlook was worked out."""

_NO_WAY = 12
"""Steps counted for a thing that nobody can be seen to settle: more than most chains have."""


class _Rule:
    """A way to settle a thing.

    Attributes:
        thing: What it settles.
        missing: How many of the things that it leaves unsettled have no cost yet.
        steps: Itself, and what its loose units take, as far as that is known.
        ledgers: What the dearest of its ledgers takes: one person's are often settled together.
    """

    __slots__ = ("ledgers", "missing", "steps", "thing")

    def __init__(self, thing: Thing, missing: int) -> None:
        self.thing = thing
        self.missing = missing
        self.steps = 1
        self.ledgers = 0


class Outlook:
    """What each unsettled thing of a draft takes, as the draft was when this was worked out."""

    def __init__(self, knowledge: Knowledge, need: Value) -> None:
        """Work it out.

        Args:
            knowledge: What is known of the draft.
            need: What a chain must gain at least: what is worth less may stay open for it.
        """
        self._knowledge = knowledge
        self._draft, self._board = knowledge.draft, knowledge.draft.board
        self._need = need
        self._uniting = need.pairs > 0
        self._credit = self._credited()
        self._rules: dict[Thing, list[_Rule]] = defaultdict(list)
        self._queue: list[tuple[int, int, Thing]] = []
        self._steps: dict[Thing, int] = {}
        self._known: set[Thing] = set()
        self._add_rules()
        self._settle()

    def sees_a_way(self, loose: Iterable[int], ledgers: Iterable[Ledger] = ()) -> bool:
        """Whether some things can be settled, each for itself."""
        steps = self._steps
        return all(number in steps for number in loose) and all(ledger in steps for ledger in ledgers)

    def ahead(self, loose: tuple[int, ...], overdrawn: tuple[Ledger, ...]) -> int:
        """Return how many steps it takes to settle some loose units and overdrawn ledgers; the latter in order."""
        ahead = 0
        for number in loose:
            ahead += self._takes(number)
        person, dearest = NOBODY, 0
        for ledger in overdrawn:
            if ledger[0] != person:
                person, dearest = ledger[0], 0
            if (steps := self._takes(ledger)) > dearest:
                ahead += steps - dearest
                dearest = steps
        return ahead

    def _takes(self, thing: Thing) -> int:
        steps = self._steps.get(thing)
        if steps is None:
            return _NO_WAY if thing in self._known else _UNKNOWN
        return steps

    # How it is worked out

    def _credited(self) -> dict[ServiceNumber, Mask]:
        """Return who may have another shift of a service, as a chain may begin by taking one from them."""
        credit: dict[ServiceNumber, Mask] = defaultdict(lambda: NO_ONE)
        if self._uniting:
            for person, half in self._assigned():
                if self._board.duty(*half).partner and not self._draft.partners(half) >> person & 1:
                    credit[half.service] |= 1 << person
        else:
            for number in self._open_places():
                for claim in self._knowledge.claims_on(number):
                    for half in claim.gives:
                        credit[half.service] |= 1 << claim.person
        return credit

    def _assigned(self) -> Iterator[tuple[PersonNumber, Half]]:
        """Yield what this run has assigned."""
        for person in self._board.everyone:
            for slot, service in self._board.added[person].items():
                yield person, Half(service, slot)

    def _open_places(self) -> Iterator[int]:
        """Yield the open places, as numbers of loose units."""
        for service in self._board.service_number.values():
            for slot in sorted(self._draft.open[service]):
                yield self._knowledge.number(Loose((Half(service, slot),), (NOBODY,)))

    def _add_rules(self) -> None:
        """Add the ways to settle each ledger and each loose unit that there may be."""
        claims, number = self._knowledge.claims, self._knowledge.number
        waiting = list(self._open_places())
        for ledger in dict.fromkeys((person, half.service) for person, half in self._assigned()):
            self._known.add(ledger)
            person, service = ledger
            for unit in claims.held(person, service):
                loose = number(Loose(unit, (person,) * len(unit)))
                waiting.append(loose)
                if not (self._uniting and claims.completes(person, unit)):
                    self._add(ledger, (loose,))
        while waiting:
            one = waiting.pop()
            if one not in self._known:
                self._known.add(one)
                waiting += self._add_ways(one)

    def _add_ways(self, number: int) -> Iterable[int]:
        """Add the ways to settle a loose unit; return what else is loose after them."""
        knowledge = self._knowledge
        if self._may_stay_open(number) or knowledge.ready_with(self._credit, number):
            heappush(self._queue, (1, len(self._queue), number))
            return ()
        found: list[int] = []
        for claim in knowledge.claims_on(number):
            if claim.gained >= 0 or not self._uniting:
                self._add(number, claim.loose, claim.overdrawn)
                found += claim.loose
        unit, givers = knowledge.loose[number]
        if len(unit) > 1 and not self._uniting:
            halves = [knowledge.number(Loose((half,), (giver,))) for half, giver in zip(unit, givers, strict=True)]
            self._add(number, halves)
            found += halves
        return found

    def _may_stay_open(self, number: int) -> bool:
        """Whether a chain still gains what it must if a unit that somebody had stays open."""
        unit, givers = self._knowledge.loose[number]
        if self._uniting or NOBODY in givers:
            return False
        lost = sum(self._draft.worth(half, giver).score for half, giver in zip(unit, givers, strict=True))
        return 2 * lost < self._need.score

    def _add(self, thing: Thing, loose: Iterable[int], ledgers: Iterable[Ledger] = ()) -> None:
        things: list[Thing] = [*loose, *ledgers]
        rule = _Rule(thing, len(things))
        for one in things:
            self._rules[one].append(rule)

    def _settle(self) -> None:
        """Settle all that can be settled, what takes the fewest steps first."""
        settled, rules, queue = self._steps, self._rules, self._queue
        tie = len(queue)
        while queue:
            steps, _, thing = heappop(queue)
            if thing in settled:
                continue
            settled[thing] = steps
            for rule in rules.pop(thing, ()):
                rule.missing -= 1
                if isinstance(thing, int):
                    rule.steps += steps
                else:
                    rule.ledgers = steps
                if not rule.missing and rule.thing not in settled:
                    tie += 1
                    heappush(queue, (rule.steps + rule.ledgers, tie, rule.thing))
