"""The weights of the evidence that a repeat is an accident: what each piece adds to the log odds.

Fitted by ``benchmarks/decide/fit.py`` on published texts and accidents put into them, the sign of each given; what
these texts have too little of (``GIVEN``) is set. 0 is where ``clean`` takes a candidate out (50 percent).
"""

# A candidate that stays is told from so many percent on.
TOLD = 2.0
# Of blocks and of stretches: large repeats that are meant, stretches that run on from broken sentences, few blocks,
# doubt, entries of manuals, notes of versions, text that says less, points of an agenda.
GIVEN: dict[str, float] = {
    "size": 1.50, "accidents": 5.00, "short": 0.50, "doubt": -1.15, "broken": -1.70, "changed": -4.00,
    "leads": -3.20, "entry": -4.00, "again": -5.00, "outline": -6.00,
}  # fmt: skip
BLOCKS: dict[str, float] = {
    "base": -1.38,
    "noise": 1.20,
    "exact": 0.51,
    "beside": 1.47,
    "places": -5.30,
    "alike": -0.90,
    "apart": -0.75,
    "steps": -3.60,
    "disorder": 2.60,
    "lines": -3.51,
    "holes": -1.31,
} | GIVEN
STRETCH: dict[str, float] = {
    "base": -1.37,
    "noise": 1.33,
    "exact": 1.18,
    "beside": 2.38,
    "places": -6.60,
    "alike": -2.00,
} | GIVEN
