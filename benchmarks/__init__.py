"""Measured comparisons. Nothing here is asserted: a benchmark prints a table, and a person reads it."""
