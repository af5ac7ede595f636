"""Every roster that is measured, by kind and seed: the demo's (`benchmarks.kinds`) and strangers to the project."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchmarks import kinds
from benchmarks.strangers import STRANGERS, fresh_seeds, make_stranger
from benchmarks.strangers.kind import Tables

NAMES = (*kinds.KINDS, *STRANGERS)
SHORT = tuple(kind for kind in STRANGERS if " short " in kind)
"""The kinds with more to do than people may."""


def choose(words: Sequence[str], names: Sequence[str] = NAMES) -> list[str]:
    """Return the kinds whose name begins with one of some words; all when there are none.

    Raises:
        ValueError: A word begins no name.
    """
    for word in words:
        if not any(name.startswith(word) for name in names):
            raise ValueError(f"There is no kind {word!r}; there are: {', '.join(names)}")
    return [name for name in names if not words or any(name.startswith(word) for word in words)]


def roster(kind: str, seed: int) -> Tables:
    """Make a roster of a kind."""
    return make_stranger(kind, seed) if kind in STRANGERS else kinds.roster(kind, seed)


@dataclass(frozen=True, slots=True)
class Seeds:
    """The seeds of a benchmark run.

    Attributes:
        fixed: The same in every run: what is proven of them is kept.
        fresh: Drawn for this run, or named to repeat another.
    """

    fixed: tuple[int, ...]
    fresh: tuple[int, ...]

    @classmethod
    def draw(cls, first: int, rosters: int, fresh: int, named: str) -> Seeds:
        """Return the seeds from `first` on, and so many new ones; those that are `named` instead, if any are."""
        words = [int(word) for word in named.split(",") if word.strip()]
        return cls(tuple(range(first, first + rosters)), tuple(words or fresh_seeds(fresh)))

    def __iter__(self) -> Iterator[int]:
        return iter((*self.fixed, *self.fresh))

    def __len__(self) -> int:
        return len(self.fixed) + len(self.fresh)

    def __str__(self) -> str:
        """How to repeat the run."""
        named = ",".join(map(str, self.fresh))
        fixed = f"--first {self.fixed[0]} --rosters {len(self.fixed)}" if self.fixed else "--rosters 0"
        return f"{fixed} --seeds {named}" if named else f"{fixed} --fresh 0"
