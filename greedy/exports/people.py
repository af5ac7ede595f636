"""Who is meant: a person of the roster by id, or by a name that only one has."""

from __future__ import annotations

from greedy.domain.models import Employee, Workspace
from greedy.errors import UsageError


def choose(workspace: Workspace, wanted: str, *, with_names: bool = True) -> Employee:
    """Return the person who is meant.

    Args:
        workspace: The roster.
        wanted: An employee's id; or a first name, a last name or both, in whatever case, that one person alone has.
        with_names: Whether the error may name people; a log must not.

    Raises:
        UsageError: Nobody is meant, or several may be; the message lists the choices.
    """
    text = " ".join(wanted.split()).casefold()
    by_id = [person for person in workspace.employees if person.id == wanted.strip()]
    named = [person for person in workspace.employees if text and text in _names(person)]
    found = by_id or named
    if len(found) == 1:
        return found[0]
    choices = found or workspace.employees
    listed = ", ".join(_shown(person, with_names=with_names) for person in choices)
    why = "is the name of several people" if found else "is neither an id nor a name of anybody in this roster"
    given = f"--person {wanted}" if with_names else "--person"
    raise UsageError(f"{given} {why}", f"Give one of: {listed}")


def _names(person: Employee) -> set[str]:
    first, last = (" ".join(name.split()).casefold() for name in (person.first_name, person.last_name))
    return {first, last, f"{first} {last}".strip()} - {""}


def _shown(person: Employee, *, with_names: bool) -> str:
    name = f"{person.first_name} {person.last_name}".strip()
    return f"{person.id} ({name})" if with_names and name else person.id
