"""What follows from the rows that a run has written: the requirements' counters, and the roster's status.

A database that keeps `invulling`, as many databases do by a trigger of their own, gets the number of ACTIVE rows that
fill the requirement; one that does not keep it is left alone. Where a replan has one of the job's rows fill another
requirement than before, the row is made to name that one. A draft roster is in progress once the job has written. What
a run that was killed has left undone, the next one does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

import structlog

from greedy.database import lease as leases
from greedy.database import requests
from greedy.database.bulk import batches
from greedy.database.carried import MOST_IDS
from greedy.database.client import Client
from greedy.database.codes import Action, Kind
from greedy.database.paging import read_all, select
from greedy.database.tables import ASSIGNMENTS, REQUIREMENTS, ROSTERS
from greedy.domain.models import REQUIREMENT_COLUMN, Status
from greedy.domain.source import SOURCE_ASSIGNED

log = structlog.get_logger(__name__)

_FINISH, _MOVE = "greedy_finish", "greedy_move"
DRAFT, IN_PROGRESS = "draft", "in_progress"


def is_kept(counters: Mapping[str, int | None]) -> bool:
    """Whether the database keeps the counter, as far as its numbers before a run show."""
    return any(counters.values())


@dataclass(frozen=True, slots=True)
class Finish:
    """What is to be set.

    Attributes:
        roster_id: The roster.
        counters: Id of each requirement that the run touched -> the number of ACTIVE rows that fill it.
        before: Id of each requirement -> `invulling` as it was read; empty where the table has no such column.
        is_draft: Whether the roster was a draft.
        moved: Id of each of the job's rows that fills another requirement than it names -> that requirement's id.
        word: The job's own word in `source` of its ACTIVE rows.
        lease: The lease under which a worker of the queue writes; None for any other run.
    """

    roster_id: str
    counters: Mapping[str, int]
    before: Mapping[str, int | None]
    is_draft: bool
    moved: Mapping[str, str] = field(default_factory=dict)
    word: str = SOURCE_ASSIGNED
    lease: str | None = None

    def move(self, client: Client, *, by_function: bool = False) -> None:
        """Make the job's rows name the requirement that they fill; what a planner has taken since stays as it is.

        This comes before the counters are set, as a trigger of the database's own may count along. The database's
        function waits for no planner; a plain request waits for whoever is editing one of the rows.

        Raises:
            DatabaseError: They cannot be changed.
        """
        by_requirement: dict[str, list[str]] = defaultdict(list)
        for id_, requirement in sorted(self.moved.items()):
            by_requirement[requirement].append(id_)
        if by_function and by_requirement:
            action = Action(f"move rows to another requirement in {ASSIGNMENTS}", _MOVE, Kind.FUNCTION)
            moves = {"moved": by_requirement, "word": self.word}
            requests.execute(leases.call(client, _MOVE, self.roster_id, moves, self.lease), action)
            return
        for requirement, ids in by_requirement.items():
            for some in batches(ids, MOST_IDS):
                query = client.table(ASSIGNMENTS).update({REQUIREMENT_COLUMN: requirement}).in_("id", some)
                query = query.eq("status", int(Status.ACTIVE)).eq("source", self.word)
                requests.execute(query, Action(f"move rows to another requirement in {ASSIGNMENTS}", ASSIGNMENTS))

    def by_function(self, client: Client) -> None:
        """Set it by the database's own function, where there is anything to set.

        Raises:
            DatabaseError: It cannot be set.
        """
        known = {id_: number for id_, number in self.counters.items() if id_ in self.before}
        if not known and not self.is_draft:
            return
        counters = [
            # By what was read, the function itself sees whether the counter has moved.
            {"id": id_, "invulling": number} | ({} if is_kept(self.before) else {"was": self.before[id_]})
            for id_, number in sorted(known.items())
        ]
        arguments = {"counters": counters, "begun": self.is_draft}
        action = Action("set what follows from the new rows", _FINISH, Kind.FUNCTION)
        told = requests.execute(leases.call(client, _FINISH, self.roster_id, arguments, self.lease), action).data
        if isinstance(told, dict) and told.get("busy"):
            log.warning(f"⚠️  {told['busy']} counters (invulling) are being edited and stay as they are")

    def by_requests(self, client: Client) -> None:
        """Set it by plain requests.

        Raises:
            DatabaseError: It cannot be set.
        """
        known = {id_: number for id_, number in self.counters.items() if id_ in self.before}
        if known:
            self._count(client, known)
        if self.is_draft:
            query = client.table(ROSTERS).update({"status": IN_PROGRESS}).eq("id", self.roster_id).eq("status", DRAFT)
            requests.execute(query, Action(f"set the status in {ROSTERS}", ROSTERS))

    def _count(self, client: Client, counters: Mapping[str, int]) -> None:
        rows = read_all(
            lambda: select(client, REQUIREMENTS, "id,invulling").eq("roster_id", self.roster_id).neq("aantal", 0),
            REQUIREMENTS,
        )
        now = {row["id"]: row["invulling"] for row in rows if row["id"] in self.before}
        moved = any(number != self.before[id_] for id_, number in now.items())
        if not (is_kept(self.before) or moved):
            return
        by_number: dict[int, list[str]] = defaultdict(list)
        for id_, number in sorted(counters.items()):
            if id_ in now and now[id_] != number:
                by_number[number].append(id_)
        for number, ids in sorted(by_number.items()):
            for some in batches(ids, MOST_IDS):
                query = client.table(REQUIREMENTS).update({"invulling": number}).in_("id", some)
                requests.execute(query, Action(f"set invulling in {REQUIREMENTS}", REQUIREMENTS))
