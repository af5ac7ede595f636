"""Open slots that still carry a service, or the requirement whose place they filled, from what was there before."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from greedy.database import requests
from greedy.database.client import Client
from greedy.database.codes import Action
from greedy.database.tables import ASSIGNMENTS
from greedy.domain.models import REQUIREMENT_COLUMN, Status, StoredAssignment

MOST_IDS = 100
"""Ids that one address holds: gateways refuse long ones."""


def clear(client: Client, rows: Sequence[StoredAssignment], columns: Collection[str]) -> None:
    """Take from open rows what they carry; one that is not open any more is left alone.

    Args:
        client: The database.
        rows: Open rows that become rest.
        columns: Columns that the table is known to have.

    Raises:
        DatabaseError: They cannot be changed.
    """
    nothing: dict[str, Any] = {"service_id": None}
    if REQUIREMENT_COLUMN in columns:
        nothing[REQUIREMENT_COLUMN] = None
    ids = [row.id for row in rows]
    for start in range(0, len(ids), MOST_IDS):
        query = client.table(ASSIGNMENTS).update(nothing).in_("id", ids[start : start + MOST_IDS])
        requests.execute(
            query.eq("status", int(Status.OPEN)), Action(f"clear open slots of {ASSIGNMENTS}", ASSIGNMENTS)
        )
