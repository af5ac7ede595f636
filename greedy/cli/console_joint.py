"""The changes that together fill what is open, as a person at a terminal sees them: a line each."""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text

from greedy.joint.remedies import FreeDay, JointRemedy, JointSet, LargerQuota, NewQualification, TakenOver

SHOWN = 60
"""Changes that are listed; of more, all are in the result."""


def joint_set(found: JointSet | None) -> Iterator[Text]:
    """List the changes that together fill what is open, a line each."""
    if found is None or not found.helps:
        return
    count = len(found.remedies)
    changes = "Planning everything anew" if not count else "1 change" if count == 1 else f"{count} changes together"
    verb = "fills" if count < 2 else "fill"
    filled = "everything" if not found.open_after else f"{found.fills} of {found.open_before} open places"
    yield Text(f"{changes} {verb} {filled} (with --replan):" if count else f"{changes} {verb} {filled} (--replan).")
    for number, remedy in enumerate(found.remedies[:SHOWN], start=1):
        yield Text(f"{number:>3}. {_in_words(remedy)}")
    if count > SHOWN:
        yield Text(f"     and {count - SHOWN} more, all of them in the result")


def _in_words(remedy: JointRemedy) -> str:
    match remedy:
        case LargerQuota():
            return f"quota of {remedy.employee_id} for {remedy.service_code} from {remedy.quota} to {remedy.new_quota}"
        case TakenOver():
            what = f"{remedy.service_code} on {remedy.date} {remedy.dagdeel}"
            return f"{remedy.to_employee_id} takes {what} over from {remedy.employee_id}"
        case FreeDay():
            return f"would {remedy.employee_id} work on {remedy.date} {'+'.join(remedy.dagdelen)} after all?"
        case NewQualification():
            return f"{remedy.employee_id} does {remedy.service_code} too, {remedy.new_quota} at most, if qualified"
