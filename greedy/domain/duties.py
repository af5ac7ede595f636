"""The on-call duties (`docs/rules.md`, rules 5 and 6): which service on which dagdeel is one, its rest, its other half.

They are data: table `greedy_duties` where the database has it, else `BUILT_IN`, the one place in Python that holds
those of the specification. An integration test proves that the two agree where nobody changed the table.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from greedy.domain.dagdeel import Dagdeel
from greedy.errors import Problem, RosterDataError

O, M, A = Dagdeel.OCHTEND, Dagdeel.MIDDAG, Dagdeel.AVOND  # noqa: E741  the practice's own letters

TABLE = "greedy_duties"
"""The database's table of the duties."""

MAX_DAYS = 3
"""Days after a duty within which its rest ends."""

_REST = re.compile(r"([OMA])(?:\+([0-9]))?")


class Duty(NamedTuple):
    """A service code on the dagdeel that makes it a duty: DIO on M is none."""

    code: str
    dagdeel: Dagdeel


class Rest(NamedTuple):
    """A dagdeel of rest, `days` after the duty's own day (0 to 3)."""

    days: int
    dagdeel: Dagdeel


@dataclass(frozen=True)
class DutyRules:
    """The duties of a practice.

    Attributes:
        rests: Duty -> the rest that it needs.
        evenings: First half of a 24-hour duty -> the half later that day that makes it one.
    """

    rests: Mapping[Duty, tuple[Rest, ...]]
    evenings: Mapping[Duty, Duty] = field(default_factory=dict)

    @staticmethod
    def from_rows(rows: Iterable[Mapping[str, Any]]) -> DutyRules:
        """Read the rows of table `greedy_duties`.

        Args:
            rows: `code`, `dagdeel`, `rest` (as `["M", "O+1", "M+1"]`: dagdeel and days later), and the other half of a
                24-hour duty, `other_code` and `other_dagdeel`, null where it has none. One half may name the other, or
                both each other.

        Raises:
            RosterDataError: A row is damaged; lists all that are.
        """
        rests: dict[Duty, tuple[Rest, ...]] = {}
        others: dict[Duty, Duty] = {}
        problems: list[Problem] = []
        for row in rows:
            try:
                duty = _duty(row.get("code"), row.get("dagdeel"))
                rests[duty] = tuple(sorted({_rest(duty, text) for text in row.get("rest") or ()}, key=_in_time))
                if row.get("other_code") is not None:
                    other = _duty(row.get("other_code"), row.get("other_dagdeel"))
                    if other.dagdeel is duty.dagdeel:
                        raise ValueError(f"its other half {other.code} is on the same dagdeel")
                    others[duty] = other
            except ValueError as error:
                problems.append(_problem(row, str(error)))
        evenings: dict[Duty, Duty] = {}
        for duty, other in others.items():
            first, second = sorted((duty, other), key=lambda half: half.dagdeel.order)
            if evenings.setdefault(first, second) != second or others.get(other, duty) != duty:
                problems.append(_problem({"code": duty.code}, f"its other half {other.code} belongs to another duty"))
            rests.setdefault(other, ())
        if problems:
            raise RosterDataError(
                f"The duties in table {TABLE} cannot be used: {len(problems)} problem(s); nothing was written",
                "Correct the rows named here, then run again.",
                problems,
            )
        return DutyRules(rests, evenings)

    @cached_property
    def mornings(self) -> dict[Duty, Duty]:
        """Second half of a 24-hour duty -> its first."""
        return {evening: morning for morning, evening in self.evenings.items()}

    @cached_property
    def codes(self) -> frozenset[str]:
        """The services that are a duty on some dagdeel."""
        return frozenset(duty.code for duty in self.rests)

    @cached_property
    def reach(self) -> int:
        """The most days that rest reaches beyond a duty, at least 1: other rosters matter that far around a roster."""
        return max(1, *(rest.days for rests in self.rests.values() for rest in rests), 1)

    def rest(self, code: str | None, dagdeel: Dagdeel) -> tuple[Rest, ...]:
        """Return the rest that a service on a dagdeel needs; empty when it is no duty."""
        return self.rests.get(Duty(code, dagdeel), ()) if code else ()

    def other_half(self, code: str, dagdeel: Dagdeel) -> Duty | None:
        """Return what makes a duty a 24-hour duty; None when nothing does."""
        duty = Duty(code, dagdeel)
        return self.evenings.get(duty) or self.mornings.get(duty)

    def is_morning(self, code: str, dagdeel: Dagdeel) -> bool:
        """Whether it is the first half of a 24-hour duty."""
        return Duty(code, dagdeel) in self.evenings

    def rest_slots(self, code: str | None, date: dt.date, dagdeel: Dagdeel) -> tuple[tuple[dt.date, Dagdeel], ...]:
        """Return the (date, dagdeel) that a service worked on a date and dagdeel blocks; empty when it is no duty."""
        return tuple((date + dt.timedelta(days=rest.days), rest.dagdeel) for rest in self.rest(code, dagdeel))


def rest_note(code: str, date: dt.date, dagdeel: Dagdeel) -> str:
    """Return the `notes` of a BLOCKED row: the duty that blocks it, in the words that the trigger writes too."""
    return f"Auto-blocked: rest after {code} on {date.isoformat()} {dagdeel}"


def _duty(code: object, dagdeel: object) -> Duty:
    if not isinstance(code, str) or not code:
        raise ValueError(f"code is {code!r}, it must be a service's code")
    try:
        return Duty(code, Dagdeel(str(dagdeel)))
    except ValueError:
        raise ValueError(f"dagdeel is {dagdeel!r}, it must be O, M or A") from None


def _rest(duty: Duty, text: object) -> Rest:
    found = _REST.fullmatch(str(text))
    if not found:
        raise ValueError(f"rest {text!r} must be a dagdeel and the days later, as M, O+1")
    rest = Rest(int(found[2] or 0), Dagdeel(found[1]))
    if rest.days > MAX_DAYS:
        raise ValueError(f"rest {text!r} is more than {MAX_DAYS} days later")
    if rest.days == 0 and rest.dagdeel.order <= duty.dagdeel.order:
        raise ValueError(f"rest {text!r} is not after the duty")
    return rest


def _in_time(rest: Rest) -> tuple[int, int]:
    return rest.days, rest.dagdeel.order


def _problem(row: Mapping[str, Any], message: str) -> Problem:
    return Problem(TABLE, str(row.get("code") or "-"), "row", str(dict(row))[:80], message, "correct this row")


_AFTER_MORNING = (Rest(0, M), Rest(1, O), Rest(1, M))
_AFTER_EVENING = (Rest(1, O), Rest(1, M))

BUILT_IN = DutyRules(
    rests={
        Duty("DIO", O): _AFTER_MORNING,
        Duty("DDO", O): _AFTER_MORNING,
        Duty("DIA", A): _AFTER_EVENING,
        Duty("DDA", A): _AFTER_EVENING,
    },
    evenings={Duty("DIO", O): Duty("DIA", A), Duty("DDO", O): Duty("DDA", A)},
)
"""The specification's duties."""
