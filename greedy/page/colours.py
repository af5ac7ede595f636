"""The services' colours: the practice's own where it has them, else the page's; what is written on them can be read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from greedy.domain.models import Service

DUTY_COLOURS, SERVICE_COLOURS = 8, 12
"""Colours that the style sheet has for on-call duties and for other services."""

READABLE = 4.5
"""Contrast that text needs on its ground at least (WCAG 2.2, criterion 1.4.3)."""

INKS = ("#ffffff", "#17202e", "#000000")
"""What text may be written in, the first that is readable; one of white and black always is."""

EDGED = 1.8
"""Contrast with the paper below which a colour gets an edge, so that it is not taken for an empty or a grey slot."""


class Paint(NamedTuple):
    """How a service is shown.

    Attributes:
        ground: The colour behind its code, as `#2563eb`.
        ink: The colour of its code.
        edged: Whether the ground is so light that it needs an edge.
    """

    ground: str
    ink: str
    edged: bool


def paint(colour: str) -> Paint:
    """Return how a service of a colour, `#2563eb` or short `#26e`, is shown."""
    digits = colour.lstrip("#").lower()
    ground = "#" + (digits if len(digits) == 6 else "".join(2 * digit for digit in digits))
    ink = next(ink for ink in INKS if contrast(ink, ground) >= READABLE)
    return Paint(ground, ink, edged=contrast(ground, "#ffffff") < EDGED)


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, 1 to 21 (WCAG 2.2, "contrast ratio")."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    """Return how light a colour is, 0 to 1 (WCAG 2.2, "relative luminance")."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def colour_classes(ordered: Iterable[Service], paired: Mapping[str, int]) -> dict[str, str]:
    """Return each service's CSS class.

    A service with a colour of its own has a class `k` and its colour. Of the others, the halves of a 24-hour duty are
    two shades (`d`), other duties dark too, and the rest light (`s`).

    Args:
        ordered: The services, in a planner's order.
        paired: Code -> number of the services that are half of a 24-hour duty, two numbers in a row.
    """
    classes: dict[str, str] = {}
    first_other = min(len(paired), DUTY_COLOURS - 2)
    duties = others = 0
    for service in ordered:
        if service.colour is not None:
            classes[service.id] = f"k{paint(service.colour).ground[1:]}"
        elif service.code in paired:
            classes[service.id] = f"d{paired[service.code] % DUTY_COLOURS}"
        elif service.is_system:
            classes[service.id] = f"d{first_other + duties % (DUTY_COLOURS - first_other)}"
            duties += 1
        else:
            classes[service.id] = f"s{others % SERVICE_COLOURS}"
            others += 1
    return classes


def style_of(services: Iterable[Service]) -> str:
    """Return the style sheet of the services' own colours; empty where they have none."""
    paints = {paint(service.colour) for service in services if service.colour is not None}
    return "".join(_rule(found) for found in sorted(paints))


def _rule(found: Paint) -> str:
    edge = " box-shadow: inset 0 0 0 1px rgb(23 32 46 / 45%);" if found.edged else ""
    return f".k{found.ground[1:]} {{ color: {found.ink}; background: {found.ground};{edge} }}\n"
