"""FASE 2 and 3 in memory: the board, the greedy construction, ejection chains, sharing, pairing, replanning. Pure."""
