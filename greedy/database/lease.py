"""Writing under a lease: what a worker of the queue writes is refused once its lease of the roster is over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from greedy.database.client import Client
from greedy.database.requests import Executable

_UNDER_LEASE = "greedy_under_lease"


def call(client: Client, function: str, target: str, arguments: Mapping[str, Any], lease: str | None) -> Executable:
    """Return the call of one of the database's writing functions.

    With a lease it is called by the database itself, in one transaction with the proof that the lease is in force: the
    call fails with `LeaseOverError` where it is not.

    Args:
        client: The database.
        function: The function.
        target: The roster.
        arguments: Its other arguments.
        lease: The worker's token; None for a run that the queue knows nothing of.
    """
    if lease is None:
        return client.rpc(function, {"target": target, **arguments})
    return client.rpc(
        _UNDER_LEASE, {"target": target, "token": lease, "called": function, "arguments": dict(arguments)}
    )
