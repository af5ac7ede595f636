"""Partial chains: what a search for ejection chains (`greedy.solver.search`) is made of."""

from __future__ import annotations

from typing import NamedTuple

from greedy.solver.claims import Ledger, Postings
from greedy.solver.draft import NOBODY
from greedy.solver.halves import Half, Unit
from greedy.solver.numbering import Mask, PersonNumber

Situation = tuple[tuple[int, ...], tuple[Ledger, ...]]
"""What is unsettled: the numbers of the loose units, and the overdrawn ledgers."""

SETTLED: Situation = ((), ())
"""Nothing is loose, nothing overdrawn."""


class Transfer(NamedTuple):
    """A half goes from one person to another; NOBODY holds the open places."""

    half: Half
    giver: PersonNumber
    taker: PersonNumber


class Chain(NamedTuple):
    """Some steps, one after the other.

    Attributes:
        score: What the draft gains by them once all that is loose is placed (`Value.score`); a loose pair as one.
        loose: The loose units, by their numbers.
        overdrawn: The overdrawn ledgers.
        balance: How many shifts more each ledger has.
        given: What people have given away.
        taken: What people have taken.
        touched: Who has given or taken anything.
        steps: How many steps there are.
    """

    score: int
    loose: tuple[int, ...]
    overdrawn: tuple[Ledger, ...]
    balance: dict[Ledger, int]
    given: dict[PersonNumber, Unit]
    taken: dict[PersonNumber, Unit]
    touched: Mask
    steps: int

    @property
    def transfers(self) -> list[Transfer]:
        """What changes hands: all that is given away, then all that is taken."""
        given = [Transfer(half, person, NOBODY) for person, unit in self.given.items() for half in unit]
        return given + [Transfer(half, NOBODY, person) for person, unit in self.taken.items() for half in unit]


class Step(NamedTuple):
    """A chain and one more step, of which only the score and what is unsettled after it are worked out so far."""

    chain: Chain
    score: int
    loose: tuple[int, ...]
    overdrawn: tuple[Ledger, ...]
    postings: Postings
    person: PersonNumber
    given: Unit
    taken: Unit

    def made(self) -> Chain:
        """Return the chain that includes the step."""
        (_, _, _, balance, given, taken, touched, steps), score, loose, overdrawn, more, person, gives, takes = self
        if more:
            balance = balance.copy()
            for ledger, shifts in more:
                balance[ledger] = balance.get(ledger, 0) + shifts
        if gives:
            given = given | {person: given.get(person, ()) + gives}
        if takes:
            taken = taken | {person: taken.get(person, ()) + takes}
        if person != NOBODY:
            touched |= 1 << person
        return Chain(score, loose, overdrawn, balance, given, taken, touched, steps + 1)
