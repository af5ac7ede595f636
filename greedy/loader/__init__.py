"""FASE 1: Supabase -> `Workspace`.

`load` reads, `build_workspace` is the pure half: rows as PostgREST returns them -> a consistent workspace, or one error
that lists all that is wrong.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from greedy.database.client import Client
from greedy.database.roster_rows import read_tables
from greedy.database.tables import ASSIGNMENTS, columns_of, read_columns
from greedy.domain.balance import Lookback
from greedy.domain.duties import BUILT_IN, DutyRules
from greedy.domain.models import Workspace
from greedy.domain.source import OWN_WORDS, SourceWords
from greedy.loader.workspace import build_workspace, unnamed_on_call

__all__ = ["LOOKBACK", "build_workspace", "load", "unnamed_on_call"]

LOOKBACK = Lookback()
"""How far back the rosters before count where no setting says otherwise."""


def load(
    client: Client,
    roster_id: str,
    *,
    duties: DutyRules = BUILT_IN,
    words: SourceWords = OWN_WORDS,
    columns: Collection[str] | None = None,
    lookback: Lookback = LOOKBACK,
) -> Workspace:
    """Read a roster and build its workspace.

    Args:
        client: The database.
        roster_id: The roster.
        duties: The duties of the practice.
        words: The job's own words in `source`.
        columns: The columns that `roster_assignments` has, where the schema says so; None to learn them from its rows.
        lookback: How far back the rosters before count, and whose public holidays count with the weekends.

    Raises:
        RosterDataError: The roster does not exist, or its data cannot be planned with.
        DatabaseError: The database cannot be read, or not completely.
    """
    tables = read_tables(client, roster_id, duties, columns, lookback)
    workspace = build_workspace(tables, duties, lookback.country)
    if columns is None:
        columns = columns_of(tables[ASSIGNMENTS]) or read_columns(client)
    return replace(workspace, words=words, columns=frozenset(columns))
