"""A command of the benchmarks in a process of its own, and the memory that it took."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def in_process(*arguments: str) -> str:
    """Run a command of the benchmarks, and return what it prints."""
    program = [sys.executable, "-m", "benchmarks", *arguments]
    return subprocess.run(program, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout


def megabytes_at_most() -> float:
    """The most memory that this process ever had."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024**2 if sys.platform == "darwin" else 1024)
