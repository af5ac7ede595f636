"""Faults on purpose: kills, a bad network, races, bad data, bad surroundings (docs/faults.md)."""
