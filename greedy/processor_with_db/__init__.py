"""The whole job for one roster: FASE 1 to 4, and its result.

`DatabaseOperationOrchestrator` (`orchestrator`) goes through the phases (`phases`), some of them again where planners
edit the roster meanwhile. FASE 4 itself, `GreedyProcessorWithDB`, is `greedy.writer.fase4`.
"""

from greedy.processor_with_db.orchestrator import ATTEMPTS, WHOLE, DatabaseOperationOrchestrator
from greedy.writer.fase4 import GreedyProcessorWithDB

__all__ = ["ATTEMPTS", "WHOLE", "DatabaseOperationOrchestrator", "GreedyProcessorWithDB"]
