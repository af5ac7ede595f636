"""GREEDY fills the open shifts of a midwifery practice's five-week roster.

The modules in the order of a run: `settings`, `loader` (FASE 1), `processor` (FASE 2), `pairing` (FASE 3),
`writer` (FASE 4A, 4B), `trigger_verify` (FASE 4C), `processor_with_db` (all of it), `report`.
"""

__version__ = "1.0.0"
