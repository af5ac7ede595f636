"""What keeps people from a shift: of all who may do it, of some, and of one."""

from __future__ import annotations

from greedy.page.texts.form import Text

TEXTS: dict[str, Text] = {
    "cause_quota_used": ("Vooral: maximum bereikt", "Mostly: quota used up"),
    "cause_unavailable": ("Vooral: afwezig", "Mostly: away"),
    "cause_works": ("Vooral: werkt dan al", "Mostly: working then already"),
    "cause_rests": ("Vooral: rust na een wachtdienst", "Mostly: resting after an on-call duty"),
    "cause_blocked": ("Vooral: geblokkeerd", "Mostly: blocked"),
    "cause_would_lose_rest": ("Vooral: te weinig rust", "Mostly: too little rest"),
    "cause_inactive": ("Vooral: niet actief", "Mostly: inactive people"),
    "cause_service_inactive": ("De dienst staat op niet actief", "The service is inactive"),
    "cause_nobody": ("Niemand mag deze dienst doen", "Nobody may do this service"),
    "reason": (
        "Van de {n} collega's die {code} mogen doen, {told}.",
        "Of the {n} people who can do {code}, {told}.",
    ),
    "reason_all": (
        ("De enige die {code} mag doen, {told}.", "Alle {n} {told}."),
        ("The only one who can do {code} {told}.", "All {n} {told}."),
    ),
    "reason_nobody": (
        "Niemand uit een team dat hier mag werken, kan {code}.",
        "Nobody of a team that may work here can do {code}.",
    ),
    "all_inactive": (("is niet actief", "zijn niet actief"), ("is inactive", "are inactive")),
    "all_would_lose_rest": (
        ("zou te weinig rust krijgen", "zouden te weinig rust krijgen"),
        ("would lose rest", "would lose rest"),
    ),
    "all_blocked": (("is dan geblokkeerd", "zijn dan geblokkeerd"), ("is blocked then", "are blocked then")),
    "all_rests": (
        ("rust na een wachtdienst", "rusten na een wachtdienst"),
        ("rests after a duty", "rest after a duty"),
    ),
    "all_works": (("werkt dan al", "werken dan al"), ("works then already", "work then already")),
    "all_unavailable": (("is dan afwezig", "zijn dan afwezig"), ("is away then", "are away then")),
    "all_quota_used": (
        ("zit aan het maximum", "zitten aan hun maximum"),
        ("has used the quota", "have used their quota"),
    ),
    "reason_service_inactive": ("{code} staat op niet actief.", "{code} is inactive."),
    "obstacle_quota_used": (
        ("zit er 1 aan het maximum", "zitten er {n} aan hun maximum"),
        ("1 has used the quota", "{n} have used their quota"),
    ),
    "obstacle_unavailable": (("is er 1 afwezig", "zijn er {n} afwezig"), ("1 is away", "{n} are away")),
    "obstacle_works": (("werkt er 1 al", "werken er {n} al"), ("1 works already", "{n} work already")),
    "obstacle_rests": (
        ("rust er 1 na een wachtdienst", "rusten er {n} na een wachtdienst"),
        ("1 rests after a duty", "{n} rest after a duty"),
    ),
    "obstacle_rests_after": (
        ("rust er 1 na {code}", "rusten er {n} na {code}"),
        ("1 rests after {code}", "{n} rest after {code}"),
    ),
    "all_rests_after": (
        ("rust na {code}", "rusten na {code}"),
        ("rests after {code}", "rest after {code}"),
    ),
    "obstacle_blocked": (("is er 1 geblokkeerd", "zijn er {n} geblokkeerd"), ("1 is blocked", "{n} are blocked")),
    "obstacle_would_lose_rest": (
        ("zou er 1 te weinig rust krijgen", "zouden er {n} te weinig rust krijgen"),
        ("1 would lose rest", "{n} would lose rest"),
    ),
    "obstacle_inactive": (("is er 1 niet actief", "zijn er {n} niet actief"), ("1 is inactive", "{n} are inactive")),
    "because_quota_used": ("Maximum bereikt", "Quota used up"),
    "because_unavailable": ("Afwezig", "Away"),
    "because_works": ("Werkt al", "Works already"),
    "because_rests": ("Rust na een wachtdienst", "Rests after a duty"),
    "because_blocked": ("Geblokkeerd", "Blocked"),
    "because_would_lose_rest": ("Zou te weinig rust krijgen", "Would lose rest"),
    "because_inactive": ("Niet actief", "Inactive"),
    "because_service_inactive": ("Dienst niet actief", "Service inactive"),
    "of": ("{part} van {whole} keer", "{part} of {whole} times"),
    "away_at": ("afwezig in de {dagdeel}", "away in the {dagdeel}"),
    "another": ("een ander", "another"),
}
