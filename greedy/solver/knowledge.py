"""What searches for chains have found out about a draft, so that many searches cost little more than one.

All of it holds for the draft as it is, and is forgotten when a chain has been made.
"""

from __future__ import annotations

from greedy.solver.claims import Claim, Claims, Ledger, Loose
from greedy.solver.draft import NOBODY, Draft, Half, Value
from greedy.solver.numbering import bits
from greedy.solver.parameters import Parameters
from greedy.solver.steps import Situation

ON_CALL, OTHER = Value(on_call=1), Value(other=1)


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


class Knowledge:
    """Claims, open places, quotas and situations of a draft.

    Attributes:
        draft: The draft.
        effort: What working out claims is charged to.
        claims: The claims and the units of each person.
        loose: The loose units that have been seen, by their numbers.
        quota_left: Shifts by which a ledger may grow, as far as that was asked for.
    """

    def __init__(self, draft: Draft, effort: Effort, parameters: Parameters, *, ejecting: bool) -> None:
        self.draft = draft
        self.effort = effort
        self.claims = Claims(draft, parameters.loose if ejecting else 0)
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
        self._situations: dict[tuple[Value, int], dict[Situation, Value]] = {}
        self._claims_on: dict[int, list[Claim]] = {}
        self._places: dict[bool, list[int]] = {}

    def situations(self, need: Value, limit: int) -> dict[Situation, Value]:
        """Return the situations that searches with the same aim have looked at, and what had been gained there."""
        return self._situations.setdefault((need, limit), {})

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

    def open_places(self, half: Half) -> list[int]:
        """Return open places that are worth as much as a half, as numbers of loose units."""
        on_call = self.draft.board.services[half.service].is_system
        known = self._places.get(on_call)
        if known is None:
            places = self.draft.open_halves(on_call=on_call)[: self._most_places]
            known = self._places[on_call] = [self.number(Loose((place,), (NOBODY,))) for place in places]
        return known

    def worth(self, half: Half) -> Value:
        """Return what filling a half is worth."""
        return ON_CALL if self.draft.board.services[half.service].is_system else OTHER
