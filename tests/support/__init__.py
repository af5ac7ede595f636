"""What tests share; no test module imports from another."""

from pathlib import Path

PROJECT = Path(__file__).parents[2]
