"""How long and how widely the pass searches: every bound in one frozen value, which is passed in.

All are counts, never seconds, so that the result does not depend on the machine.
"""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Parameters:
    """The bounds of the search.

    Attributes:
        repair: Whether the greedy pass is repaired at all; without it, what it fills is the plan.
        only_fill: Whether the repair ends as soon as nothing is open: for callers who only ask whether everything can
            be filled.
        rounds: Times that filling, pairing and sharing are pursued in turn; 0 for no sharing.
        limits: Situations that the search for one chain may look at: first few, for all that is easily had, then many.
        guided_from: The least of these limits from which an outlook guides the search.
        hopeless_limit: The most of these limits at which a search is begun for which the outlook sees no way.
        effort: Steps that filling and pairing may look at to begin with; a quarter as many after each sharing.
        last_limits: The same as `limits` where these find too little, and the relaxation leaves hope or is not solved.
        last_effort: Steps that filling and pairing may look at then.
        effort_per_shift: The same as `effort` for each shift of the roster; the larger of the two counts.
        relaxed_possibilities: The most possibilities (`Board.possibilities`) of a roster whose relaxation is solved.
        whole_choices: The most choices of an integer program that looks for the best plan close to a solution.
        last_choices: The same at last, where there is hope still.
        few_variables: The most variables of a roster that is solved as an integer program at once.
        whole_variables: The most variables of one that is solved so at last.
        recreations: Times that part of the plan is ruined and recreated, at most, where more may be filled or paired.
        recreations_at_once: After so many of them the relaxation is solved again.
        recreated_shifts: The same for a large roster: shifts of all recreated plans together.
        recreation_effort: Steps that filling and pairing may look at to complete what was recreated, each time.
        recreation_limits: Situations that the search for one chain may look at for that: too few for an outlook.
        cover_recreations: Times that the same is done, at most, while a dagdeel has nobody on call.
        cover_effort: Steps that moving open places may look at to that end, each time.
        calm_recreations: Times that the same is done in a replan, at most, where much has changed hands.
        ruined_units: Units that are taken back each time, at most.
        ruined_people: People of whom they are, every other time.
        relaxed_spread: Whether a relaxation shows where places cost least that stay open.
        spread_effort: Steps that moving open places to other days may look at in all.
        spread_effort_per_place: More of them for each place that is open to begin with.
        spread_effort_at_most: The most of them; a roster with more shifts gets one per shift.
        spread_limits: Situations that may be looked at to move one of them: first few, then many.
        sharing_effort: Steps that each sharing may look at; a roster with more shifts gets one per shift.
        sharing_effort_at_most: The most steps of a sharing, where filling and pairing have left that many of theirs.
        chain_effort: Steps that chains may look at to even out nights, or weekends, or holidays, each time.
        calm_effort: Steps that giving back what a replan need not move may look at.
        wish_limit: Situations that may be looked at for one wish of sharing, so that a wish that cannot be met leaves
            effort for the others.
        loose: Most units of a chain that may be loose at a time.
        unsettled: Most things of a chain that may be unsettled at a time: loose units, and people with an overdrawn
            quota.
        open_places: Open places that a chain may fill instead of another.
        tries: Chains of one search that are tried on the draft.
    """

    repair: bool = True
    only_fill: bool = False
    rounds: int = 2
    limits: tuple[int, ...] = (8, 60)
    guided_from: int = 60
    hopeless_limit: int = 60
    effort: int = 6_000
    last_effort: int = 30_000
    effort_per_shift: int = 5
    last_limits: tuple[int, ...] = (600,)
    relaxed_possibilities: int = 12_000
    whole_choices: int = 200
    last_choices: int = 900
    few_variables: int = 600
    whole_variables: int = 2_000
    recreations: int = 20
    recreations_at_once: int = 10
    recreated_shifts: int = 60_000
    recreation_effort: int = 3_000
    recreation_limits: tuple[int, ...] = (8, 50)
    cover_recreations: int = 30
    cover_effort: int = 1_500
    calm_recreations: int = 60
    ruined_units: int = 55
    ruined_people: int = 4
    relaxed_spread: bool = True
    spread_effort: int = 1_500
    spread_effort_per_place: int = 1_200
    spread_effort_at_most: int = 40_000
    spread_limits: tuple[int, ...] = (60, 600)
    sharing_effort: int = 1_500
    sharing_effort_at_most: int = 3_500
    chain_effort: int = 1_000
    calm_effort: int = 20_000
    wish_limit: int = 12
    loose: int = 3
    unsettled: int = 4
    open_places: int = 8
    tries: int = 12

    @property
    def calm(self) -> Parameters:
        """The bounds of a replan: people are moved for another place to stay open where a short search finds it."""
        return replace(
            self,
            relaxed_spread=False,
            spread_effort_at_most=min(1_000, self.spread_effort_at_most),
            spread_limits=tuple(min(250, limit) for limit in self.spread_limits),
        )


DEFAULT = Parameters()
"""What the job plans with."""
