"""FASE 4A and 4B: write what the pass added, in bulk.

`BatchWriter` writes the records of either kind, `RestWriter` finds which rest is missing after 4A.
`greedy.writer.fase4` goes through FASE 4, 4C included.
"""

from greedy.writer.batch import NOT_WRITTEN, BatchWriter, WriteResult
from greedy.writer.rest import LOOKS, RestWriter

__all__ = ["LOOKS", "NOT_WRITTEN", "BatchWriter", "RestWriter", "WriteResult"]
