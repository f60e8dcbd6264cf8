"""The weights of the evidence that a repeat is an accident."""

CLEAN = 0.0
TOLD = -3.0
BLOCK: dict[str, float] = {"base": 9.0}
SPAN: dict[str, float] = {"base": 9.0}
