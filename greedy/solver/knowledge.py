"""What searches for chains have found out about a draft, so that many searches cost little more than one.

All of it holds for the draft as it is, and is forgotten when a chain has been made.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from greedy.solver.claims import Claim, Claims, Ledger, Loose
from greedy.solver.draft import NOBODY, Draft, Value
from greedy.solver.numbering import NO_ONE, Mask, ServiceNumber, bits
from greedy.solver.parameters import Parameters


class Effort:
    """Steps that searches may still look at, counted down.

    Attributes:
        left: How many steps are left; 0 or less when there are none.
    """

    def __init__(self, steps: int) -> None:
        self.left = steps

    def spend(self, steps: int) -> None:
        """Count steps that were looked at."""
        self.left -= steps

    @contextmanager
    def of_its_own(self, steps: int) -> Iterator[None]:
        """Let a block look at so many steps of its own; what was left before is left again after it."""
        left, self.left = self.left, steps
        try:
            yield
        finally:
            self.left = left


class Knowledge:
    """Claims, open places and quotas of a draft.

    Attributes:
        draft: The draft.
        effort: The effort that working out claims is charged to.
        claims: The claims and the units of each person.
        loose: The loose units that have been seen, by their numbers.
        quota_left: Ledger -> shifts by which it may grow; filled as it is asked for.
    """

    def __init__(self, draft: Draft, effort: Effort, parameters: Parameters, *, ejecting: bool) -> None:
        self.draft = draft
        self.effort = effort
        self.claims = Claims(draft, parameters.loose if ejecting else 0, self.number)
        self.loose: list[Loose] = []
        self._most_places = parameters.open_places
        self._numbers: dict[Loose, int] = {}
        self._forget()

    def refresh(self) -> None:
        """Forget what no longer holds if the draft has changed."""
        if self._version != self.draft.version:
            for person in bits(self.draft.changed_since(self._version)):
                self.claims.forget(person)
            self._forget()

    def _forget(self) -> None:
        self._version = self.draft.version
        self.quota_left: dict[Ledger, int] = {}
        self._claims_on: dict[int, list[Claim]] = {}
        self._ready: dict[int, Mask] = {}
        self._able: dict[int, Mask] = {}
        self._places: dict[Value, list[int]] = {}

    def number(self, loose: Loose) -> int:
        """Return the number of a loose unit."""
        number = self._numbers.get(loose)
        if number is None:
            number = self._numbers[loose] = len(self.loose)
            self.loose.append(loose)
        return number

    def claims_on(self, number: int) -> list[Claim]:
        """Return the claims on a loose unit."""
        known = self._claims_on.get(number)
        if known is None:
            known = self._claims_on[number] = self.claims.on(self.loose[number])
            self.effort.spend(len(known))
        return known

    def ready(self, number: int) -> Mask:
        """Return who can take a loose unit as things are, without giving anything up and within their quota."""
        known = self._ready.get(number)
        if known is None:
            known = self._ready[number] = self.ready_with({}, number)
        return known

    def ready_with(self, credit: Mapping[ServiceNumber, Mask], number: int) -> Mask:
        """Return who could take a loose unit in that way if some people had quota left for some services as well."""
        people, board = self.able(number), self.draft.board
        for half in self.loose[number].unit:
            people &= board.free(*half) & (board.unspent[half.service] | credit.get(half.service, NO_ONE))
        return people

    def able(self, number: int) -> Mask:
        """Return who could take a loose unit, whatever they have to give up for it."""
        known = self._able.get(number)
        if known is None:
            known = self._able[number] = self.claims.able(self.loose[number])
        return known

    def open_places(self, worth: Value) -> list[int]:
        """Return open places that are worth so much, as numbers of loose units."""
        known = self._places.get(worth)
        if known is None:
            places = self.draft.open_halves(worth)[: self._most_places]
            known = self._places[worth] = [self.number(Loose((place,), (NOBODY,))) for place in places]
        return known
