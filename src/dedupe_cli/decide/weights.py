"""The weights of the evidence that a repeat is an accident: what each piece adds to the log odds.

Fitted by ``benchmarks/decide/fit.py`` on published texts and accidents put into them, the sign of each given; what
these texts have too little of (``GIVEN``) is set. 0 is where ``clean`` takes a candidate out (50 percent).
"""

# A candidate that stays is told from so many percent on.
TOLD = 2.0
# Of blocks and of stretches: large repeats that are meant, stretches that run on from broken sentences, few blocks,
# doubt, entries of manuals, notes of versions, text that says less, points of an agenda.
GIVEN: dict[str, float] = {
    "size": 1.50, "accidents": 5.00, "short": 0.50, "doubt": -1.15, "broken": -1.70, "changed": -4.00, "led": -3.20,
    "boxed": -1.50, "leads": -2.50, "entry": -4.00, "versions": -3.00, "more": -2.50, "again": -5.00,
    "outline": -6.00,
}  # fmt: skip
BLOCKS: dict[str, float] = {
    "base": -1.38,
    "noise": 1.20,
    "exact": 0.51,
    "beside": 1.47,
    "adjacent": 1.38,
    "places": -5.30,
    "alike": -0.87,
    "echo": -1.41,
    "apart": -0.75,
    "steps": -3.89,
    "follows": -3.41,
    "disorder": 2.60,
    "sibling": -1.90,
    "lines": -3.51,
    "holes": -1.31,
} | GIVEN
STRETCH: dict[str, float] = {
    "base": -1.37,
    "noise": 1.33,
    "exact": 1.18,
    "beside": 2.38,
    "adjacent": 0.99,
    "places": -6.60,
    "alike": -2.15,
    "echo": -1.83,
} | GIVEN
