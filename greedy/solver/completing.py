"""Fill and pair: what the greedy pass left open or split is filled and united by ejection chains.

What a short search finds comes first, whatever it is; longer searches are made only when short ones find nothing more.
Pairing can make room for a shift, which can make room for a pair, and so on. Where counting proves that no more can be
filled or paired (`greedy.solver.bounds`), nothing is tried; elsewhere the search ends by its bounded effort
(`greedy.solver.parameters`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from greedy.solver.bounds import PairBound, can_be_filled
from greedy.solver.chains import Chains
from greedy.solver.draft import ANY, FIRM, ON_CALL, OPTIONAL, Draft, Value
from greedy.solver.halves import Half, Unit
from greedy.solver.numbering import PersonNumber, ServiceNumber, SlotNumber
from greedy.solver.parameters import Parameters

NEEDS = {ON_CALL: Value(1, ANY, ANY, ANY), FIRM: Value(0, 1, ANY, ANY), OPTIONAL: Value(0, 0, 1, ANY)}
"""What a place is worth -> what must be gained at least by filling it."""

Missing = Mapping[Unit, int]
"""What is missing: open half -> its open places; both halves of a 24-hour duty -> who works only one (a mask)."""


class Completing:
    """Fills the open places of a draft, and pairs its 24-hour duties.

    Attributes:
        chains: The search for chains; its `effort` is what filling and pairing may look at.
        most: The most that the draft can be worth; None where that is not known.
    """

    def __init__(self, draft: Draft, parameters: Parameters) -> None:
        self.draft = draft
        self.board = draft.board
        self.parameters = parameters
        self.chains = Chains(draft, 0, parameters)
        self.most: Value | None = None
        self._bound = PairBound(draft)
        self._tried: dict[Unit, tuple[int, int]] = {}
        self._optional: dict[ServiceNumber, tuple[tuple[PersonNumber, SlotNumber] | None, int]] = {}

    def complete(self, limits: Sequence[int], given_up: Missing | None = None) -> None:
        """Fill and pair as long as there is effort left, and hope.

        Args:
            limits: Situations that the search for one chain may look at: first few, then many.
            given_up: What was missing before, and is tried again only if more of it is missing now; None to try
                everything.
        """
        given_up = given_up or {}
        for limit in limits:
            value = None
            while value != self.draft.value and self.chains.effort.left > 0 and not self._is_the_most:
                value = self.draft.value
                self.chains.look_ahead()
                self._fill(limit, given_up)
                if self.parameters.only_fill and self.draft.is_full:
                    return
                self._pair(limit, given_up)

    def missing(self) -> Missing:
        """Return what is open or unpaired, whether or not anything can be done about it."""
        draft, shifts = self.draft, self.board.shifts
        places = {(half,): shifts[half.slot, half.service].open.total for half in self._open_halves()}
        days = [day for kind in self._bound.kinds for day in kind.days]
        alone = {(morning, evening): draft.alone(morning) | draft.alone(evening) for morning, evening in days}
        return places | {duty: people for duty, people in alone.items() if people}

    def hopes(self) -> list[Unit]:
        """Return what is missing and might be had, as far as is known: open places, and unpaired duties."""
        draft = self.draft
        if self._is_the_most:
            return []
        places = [(half,) for half in self._open_halves()]
        if not any(self._has_hope(half) for (half,) in places):
            places = []
        duties = [duty for duty in self._duties() if draft.alone(duty[0]) | draft.alone(duty[1])]
        return [*places, *duties]

    @property
    def _is_the_most(self) -> bool:
        """Whether the draft is known to be worth the most that it can be."""
        return self.most is not None and self.draft.value >= self.most

    def _open_halves(self) -> list[Half]:
        return [half for worth in NEEDS for half in self.draft.open_halves(worth)]

    def _fill(self, limit: int, given_up: Missing) -> None:
        """Fill open places, on-call ones first."""
        for worth, need in NEEDS.items():
            for half in self.draft.open_halves(worth):
                if given_up and self.board.shifts[half.slot, half.service].open.total <= given_up.get((half,), 0):
                    continue
                while self._is_new((half,), limit) and self._may_fill(half) and self.chains.fill(half, need, limit):
                    pass

    def _is_new(self, unit: Unit, limit: int) -> bool:
        """Whether a search on this draft with this limit is new; from now on it is not."""
        now = self.draft.version, limit
        if self._tried.get(unit) == now:
            return False
        self._tried[unit] = now
        return True

    def _may_fill(self, half: Half) -> bool:
        """Whether a place is still open, effort is left, and there is hope of filling it."""
        return self.chains.effort.left > 0 and half.slot in self.draft.open[half.service] and self._has_hope(half)

    def _has_hope(self, half: Half) -> bool:
        """Whether counting allows one more place of the service, or a place of MAG could be left for one of MOET."""
        draft = self.draft
        if draft.is_wanted(half) and can_be_filled(draft, half):
            return True
        return draft.worth(half) == FIRM and self._optional_of(half.service)

    def _optional_of(self, service: ServiceNumber) -> bool:
        """Whether this run has assigned somebody a place of MAG of a service.

        The one found last is looked at first; where there was none, nothing is looked at until the draft changes.
        """
        draft, board = self.draft, self.board
        found, version = self._optional.get(service, (None, -1))
        if found is None and version == draft.version:
            return False
        if found is None or not self._is_optional(service, *found):
            places = ((person, slot) for person in board.everyone for slot in board.added[person])
            found = next((place for place in places if self._is_optional(service, *place)), None)
            self._optional[service] = found, draft.version
        return found is not None

    def _is_optional(self, service: ServiceNumber, person: PersonNumber, slot: SlotNumber) -> bool:
        """Whether somebody has a place of MAG of a service in a slot by an assignment of this run."""
        return (
            self.board.added[person].get(slot) == service and self.draft.worth(Half(service, slot), person) == OPTIONAL
        )

    def _pair(self, limit: int, given_up: Missing) -> None:
        """Unite the halves of a day's duty that two people have."""
        for duty in self._duties():
            morning, evening = duty
            alone = self.draft.alone(morning) | self.draft.alone(evening)
            if alone == given_up.get(duty, 0):  # nobody, or the same people
                continue
            if self.chains.effort.left > 0 and self._is_new(duty, limit):
                self.chains.unite(morning, evening, limit)

    def _duties(self) -> Iterator[tuple[Half, Half]]:
        """Yield the 24-hour duties of each day, as long as more can be paired."""
        draft, most = self.draft, self._bound.in_all()
        for kind in self._bound.kinds:
            counted, paired = -1, 0
            for morning, evening in kind.days:
                if draft.value.pairs != counted:
                    counted = draft.value.pairs
                    paired = sum(draft.paired(first).bit_count() for first, _ in kind.days)
                if counted >= most or paired >= kind.most:
                    break
                yield morning, evening
