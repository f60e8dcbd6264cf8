"""The weights of the evidence that a repeat is an accident: what each piece adds to the log odds.

Fitted by ``benchmarks/decide/fit.py`` on published texts and accidents put into them, the sign of each given; what
these texts have too little of (``GIVEN`` there) is set. 0 is where ``clean`` takes a candidate out (50 percent).
"""

# A candidate that stays is told from so many percent on.
TOLD = 2.0
BLOCKS: dict[str, float] = {
    "base": -1.89,
    "noise": 0.83,
    "exact": 0.43,
    "beside": 1.44,
    "adjacent": 1.17,
    "places": -4.26,
    "alike": -2.49,
    "echo": -2.72,
    "apart": -0.30,
    "led": -2.94,
    "record": -1.00,
    "steps": -5.01,
    "follows": -2.08,
    "disorder": 3.33,
    "lines": -2.35,
    "holes": -1.54,
    "size": 1.50,
    "accidents": 5.00,
    "short": 0.50,
    "doubt": -1.15,
    "broken": -1.70,
    "changed": -4.00,
    "leads": -1.80,
    "entry": -4.00,
    "versions": -3.00,
    "verse": -3.00,
    "more": -2.50,
}
STRETCH: dict[str, float] = {
    "base": -0.84,
    "noise": 0.84,
    "exact": 0.52,
    "beside": 3.61,
    "adjacent": 1.83,
    "places": -6.16,
    "alike": -7.14,
    "echo": -3.18,
    "code": -0.50,
    "table": -1.00,
    "led": -1.00,
    "record": -1.00,
    "wordless": -2.00,
    "heading": -1.00,
    "size": 1.50,
    "accidents": 5.00,
    "short": 0.50,
    "doubt": -1.15,
    "broken": -1.70,
    "leads": -1.80,
    "entry": -4.00,
    "versions": -3.00,
    "verse": -3.00,
    "more": -2.50,
}
