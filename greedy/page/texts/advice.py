"""What would help: the best changes by themselves, and those that belong together."""

from __future__ import annotations

from greedy.page.texts.form import Text

TEXTS: dict[str, Text] = {
    "joint_all": (
        ("Deze wijziging vult alles", "Deze {n} wijzigingen vullen samen alles"),
        ("This change fills everything", "These {n} changes together fill everything"),
    ),
    "joint_some": (
        (
            "Deze wijziging vult {fills} van de {open} open plekken",
            "Deze {n} wijzigingen vullen samen {fills} van de {open} open plekken",
        ),
        (
            "This change fills {fills} of the {open} open places",
            "These {n} changes together fill {fills} of the {open} open places",
        ),
    ),
    "joint_all_anew": ("Alles opnieuw plannen vult alles", "Planning everything anew fills everything"),
    "joint_some_anew": (
        "Alles opnieuw plannen vult {fills} van de {open} open plekken",
        "Planning everything anew fills {fills} of the {open} open places",
    ),
    "joint_intro": (
        "Ze horen bij elkaar: met alle samen is het rooster nagerekend. Voer ze zelf in, GREEDY doet dat niet, en laat "
        "daarna alles opnieuw plannen (met --replan).",
        "They belong together: with all of them the roster was planned to make sure. Enter them yourself, the job does "
        "not, and let everything be planned anew afterwards (with --replan).",
    ),
    "joint_intro_anew": (
        "Daar hoeft niets voor te veranderen: start GREEDY met --replan.",
        "Nothing need change for that: start the job with --replan.",
    ),
    "joint_quota": ("Maximum hoger", "A larger quota"),
    "joint_quota_line": ("{name}: {code} van {quota} naar {more} keer", "{name}: {code} from {quota} to {more}"),
    "joint_swap": ("Dienst overnemen", "Taking over a shift"),
    "joint_swap_line": ("{day}: {taker} neemt {code} over van {name}", "{day}: {taker} takes {code} over from {name}"),
    "joint_free_day": ("Vrije dag: vraag het", "A free day: ask"),
    "joint_free_day_line": (
        "Wil {name} op {day} toch werken ({parts})?",
        "Would {name} work on {day} after all ({parts})?",
    ),
    "joint_qualification": ("Bevoegdheid: alleen als dat klopt", "A qualification: only where it is true"),
    "joint_qualification_line": (
        "{name} doet ook {code} (maximum {quota} keer), als zij daarvoor bevoegd is",
        "{name} does {code} too (quota {quota}), if they are qualified",
    ),
    "joint_left": (
        ("Ook dan blijft 1 plek open: {told}.", "Ook dan blijven {n} plekken open: {told}."),
        ("1 place stays open all the same: {told}.", "{n} places stay open all the same: {told}."),
    ),
    "joint_others": (("1 andere", "{n} andere"), ("1 other", "{n} others")),
    "tips": ("Dit helpt het meest", "What helps most"),
    "tip_quota": (
        "Zet het maximum {code} van {name} op {more} keer (nu {quota}): vult 1 van de {n} open {code}.",
        "Raise the {code} quota of {name} to {more} (now {quota}): fills 1 of the {n} open {code}.",
    ),
    "tip_quota_day": (
        "Zet het maximum {code} van {name} op {more} keer (nu {quota}), voor {day}.",
        "Raise the {code} quota of {name} to {more} (now {quota}), for {day}.",
    ),
    "tip_qualification": (
        "Laat {name} ook {code} doen: vult 1 van de {n} open {code}.",
        "Let {name} do {code} too: fills 1 of the {n} open {code}.",
    ),
    "tip_qualification_day": ("Laat {name} ook {code} doen, voor {day}.", "Let {name} do {code} too, for {day}."),
}
