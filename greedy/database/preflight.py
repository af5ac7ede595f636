"""Whether the database would take what the job writes, found out before anything is written, with nothing left behind.

A database with the job's SQL tries it itself and rolls back (`greedy_try`); `Attempt` is what it says. Any other is
asked with requests that cannot succeed: PostgreSQL refuses a statement that upserts a slot twice, and one that names a
roster that does not exist, but only after it has judged the rows before.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from postgrest import APIError

from greedy.database import obstacles, requests
from greedy.database.bulk import NATURAL_KEY, Batch
from greedy.database.client import Client
from greedy.database.codes import Action
from greedy.database.obstacles import Obstacle
from greedy.database.paging import rows
from greedy.database.tables import ASSIGNMENTS, ROSTERS
from greedy.errors import DatabaseError

_TWICE = "21000"
_NO_PARENT = "23503"
_SOMEBODY_AT_WORK = frozenset({"55P03", "40P01", "57014"})
"""Codes of a trial that met somebody's open transaction, which says nothing about the rows."""

KINDS: Mapping[str, str] = {
    "active": "a shift",
    "blocked": "a rest period",
    "open": "a shift that is taken back",
    "counter": "a requirement's counter",
    "status": "the roster's status",
}
"""What a row of a kind is, in words."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One row that the database tried.

    Attributes:
        kind: Key of `KINDS`.
        obstacle: What refuses it; None when nothing does.
    """

    kind: str
    obstacle: Obstacle | None

    @classmethod
    def from_row(cls, told: Mapping[str, Any]) -> Attempt:
        """Read one object of `greedy_try`'s answer."""
        kind = str(told.get("kind"))
        if told.get("ok") is True:
            return cls(kind, None)
        if told.get("code") in _SOMEBODY_AT_WORK:
            return cls(kind, None)
        code, message, trigger = told.get("code"), told.get("message"), told.get("trigger")
        if code is None:
            remedy = f"alter table public.{ASSIGNMENTS} disable trigger ...; (\\d {ASSIGNMENTS} lists them)"
            return cls(kind, Obstacle(None, None, str(message), remedy))
        found = obstacles.find(code, message, trigger)
        return cls(kind, found or Obstacle(code, None, f"the database refuses it: {message}", "see the code"))


class ObstructedError(DatabaseError):
    """The database would refuse what the job writes; nothing has been written."""

    def __init__(self, attempts: Sequence[Attempt]) -> None:
        first = attempts[0].obstacle
        lines = "\n".join(f"  {line}" for line in in_words(attempts))
        super().__init__(
            f"The database would refuse what the job writes:\n{lines}", code=first.code if first else None, lasting=True
        )


def in_words(attempts: Iterable[Attempt]) -> list[str]:
    """Return what would be refused, one line for each thing that is in the way."""
    kinds: dict[str, list[str]] = {}
    for attempt in attempts:
        if attempt.obstacle:
            kinds.setdefault(str(attempt.obstacle), []).append(KINDS.get(attempt.kind, attempt.kind))
    return [f"{' and '.join(dict.fromkeys(names))} would be refused: {obstacle}" for obstacle, names in kinds.items()]


def refuse(attempts: Iterable[Attempt], kinds: Iterable[str]) -> None:
    """Refuse to write where one of these kinds of row would be refused.

    Raises:
        ObstructedError: One would.
    """
    wanted = set(kinds)
    in_the_way = [attempt for attempt in attempts if attempt.obstacle and attempt.kind in wanted]
    if in_the_way:
        raise ObstructedError(in_the_way)


def try_by_requests(client: Client, batches: Mapping[str, Batch]) -> list[Attempt]:
    """Try rows on a database without the job's SQL.

    Args:
        client: The database.
        batches: Kind -> rows of it, as they are to be written.

    Returns:
        An attempt for each kind.

    Raises:
        DatabaseError: The database does not answer.
    """
    found = {kind: _twice(client, batch) for kind, batch in batches.items()}
    if not any(found.values()) and _knows_rosters(client):
        found = {kind: _beside_a_stranger(client, batch) for kind, batch in batches.items()}
    return [Attempt(kind, obstacle) for kind, obstacle in found.items()]


def _twice(client: Client, batch: Batch) -> Obstacle | None:
    """Upsert rows twice in one statement, which PostgreSQL always refuses: at the first that comes again.

    By then it has judged all of them: CHECKs, NOT NULL, row-level security, BEFORE triggers. Should a trigger drop some
    of the rows, the others still come twice, so that nothing is ever stored.
    """
    refused = _refusal(client, [*batch, *batch])
    if refused is None:
        remedy = f"look for a trigger of {ASSIGNMENTS} that returns null (\\d {ASSIGNMENTS} in psql)"
        return Obstacle(None, None, f"a trigger or a policy of {ASSIGNMENTS} drops rows without an error", remedy)
    return refused if refused.code != _TWICE else None


def _knows_rosters(client: Client) -> bool:
    """Whether a foreign key ties slots to rosters: only then is a row of no roster always refused."""
    query = client.table(ASSIGNMENTS).select(f"id,{ROSTERS}(id)").limit(1)
    try:
        requests.execute(query, Action.read(ASSIGNMENTS))
    except DatabaseError as error:
        if error.code is None or not error.lasting:
            raise
        return False
    return True


def _beside_a_stranger(client: Client, batch: Batch) -> Obstacle | None:
    """Upsert rows and one of a roster that does not exist, which its foreign key refuses after all before it.

    So foreign keys and AFTER triggers of the real rows have had their say. Should the stranger be stored all the same,
    there is no such key: what was written is found and taken away again.
    """
    stranger = batch[-1] | {"roster_id": str(uuid.uuid4())}
    refused = _refusal(client, [*batch, stranger])
    if refused is None:
        _remove(client, batch, stranger)
        return None
    # For a foreign key, the error's details name the column.
    is_about_rosters = refused.code == _NO_PARENT and "roster_id" in f"{refused.name} {refused.meaning}"
    return None if is_about_rosters else refused


def _remove(client: Client, batch: Batch, stranger: Mapping[str, Any]) -> None:
    """Take away what a probe has stored against all expectation, by what it alone has: its mark and its roster."""
    for row in (*batch, stranger):
        query = (
            client.table(ASSIGNMENTS)
            .delete()
            .match({name: row[name] for name in (*NATURAL_KEY.split(","), "created_at")})
        )
        requests.execute(query, Action(f"take a probe out of {ASSIGNMENTS}", ASSIGNMENTS))


def _refusal(client: Client, batch: Batch) -> Obstacle | None:
    """Send rows that must be refused, and return what refused them; None when nothing did.

    Raises:
        DatabaseError: The database does not answer.
    """
    query = client.table(ASSIGNMENTS).upsert(batch, on_conflict=NATURAL_KEY)
    action = Action(f"try a write to {ASSIGNMENTS}", ASSIGNMENTS)
    try:
        rows(requests.execute(query, action), ASSIGNMENTS)
    except DatabaseError as error:
        cause = error.__cause__
        if not isinstance(cause, APIError):
            raise
        found = obstacles.find(cause.code, cause.message)
        if found is None and not error.lasting:
            raise
        found = found or Obstacle(error.code, None, error.message, error.hint)
        details = f" ({cause.details})" if found.code == _NO_PARENT and cause.details else ""
        return replace(found, meaning=f"{found.meaning}{details}")
    return None
