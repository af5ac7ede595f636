"""The files of a run, each made once: to be published, to be saved, or for both."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from greedy.exports.formats import Format
from greedy.exports.make import Maker

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from greedy.domain.language import Language
    from greedy.domain.models import Employee, Workspace
    from greedy.exports.calendars import RosterCalendar
    from greedy.outcome.result import RunResult


@dataclass(frozen=True)
class RunFiles:
    """Makes a run's files, and remembers those that two may ask for.

    Attributes:
        maker: What makes them.
    """

    maker: Maker
    _made: dict[Format, bytes] = field(default_factory=dict)

    @classmethod
    def begin(cls, language: Language, zone: ZoneInfo, result: RunResult, workspace: Workspace) -> RunFiles:
        """Begin with now as the moment at which the files are made.

        Args:
            language: What they are in.
            zone: By whose clock.
            result: The run's result.
            workspace: The roster with what the run added.
        """
        return cls(Maker(result, workspace, dt.datetime.now(dt.UTC), language, zone))

    def make(self, kind: Format, person: Employee | None = None, before: RosterCalendar | None = None) -> bytes:
        """Make a file, as `Maker.make` does.

        One person's is asked for once, and a calendar follows the one before it, which differs from place to place.
        """
        if person is not None or kind is Format.ICS:
            return self.maker.make(kind, person, before)
        if kind not in self._made:
            self._made[kind] = self.maker.make(kind)
        return self._made[kind]

    def about(self, result: RunResult) -> RunFiles:
        """Return the files about the run as it has ended: these, unless it warns of something that these do not."""
        if result.warnings == self.maker.result.warnings:
            return self
        return RunFiles(replace(self.maker, result=result))
