"""What `--check` says of one thing: a line."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from greedy.errors import GreedyError


class State(StrEnum):
    """How a check ended."""

    OK = "OK"
    HINT = "HINT"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class Check:
    """One line.

    Attributes:
        name: What was looked at.
        message: What was found; where it is not OK, what to do.
        state: How it ended.
        exit_code: The process's exit code, if it has failed; else 0.
    """

    name: str
    message: str
    state: State = State.OK
    exit_code: int = 0


def failed(name: str, message: str, exit_code: int) -> Check:
    """Return a check that has failed."""
    return Check(name, message, State.FAILED, exit_code)


def of_error(name: str, error: GreedyError) -> Check:
    """Return a check that an error has ended, in one line; the items of a list in it stay apart."""
    told, listed = "", False
    for line in str(error).splitlines():
        is_item = line.startswith("  ")
        between = "; " if listed and is_item else ". " if listed else " "
        told, listed = f"{told}{between}{' '.join(line.split())}" if told else " ".join(line.split()), is_item
    return failed(name, told, error.exit_code)
