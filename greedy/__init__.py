"""GREEDY fills the open shifts of a midwifery practice's five-week roster.

The modules in the order of a run: `loader` (FASE 1), `processor` (FASE 2 and 3), `writer` (FASE 4A, 4B),
`trigger_verify` (FASE 4C), `processor_with_db` (all of it). `domain`, `solver`, `joint`, `database`, `outcome`, `page`,
`exports` and `cli` carry them (docs/architecture.md).
"""

__version__ = "1.2.0"
