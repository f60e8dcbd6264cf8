"""The weights of the evidence that a repeat is an accident: what each piece adds to the log odds.

Fitted by ``benchmarks/decide/fit.py`` on published texts and accidents put into them, the sign of each given; what
these texts have too little of (``GIVEN`` there) is set. 0 is where ``clean`` takes a candidate out (50 percent).
"""

# A candidate that stays is told from so many percent on.
TOLD = 5.0
BLOCKS: dict[str, float] = {
    "base": -1.08,
    "size": 1.50,
    "noise": 0.98,
    "exact": 0.22,
    "beside": 2.95,
    "adjacent": 1.17,
    "places": -1.63,
    "alike": -2.79,
    "echo": -4.80,
    "apart": -0.42,
    "doubt": -0.50,
    "led": -2.77,
    "record": -1.00,
    "wordless": -0.50,
    "steps": -4.37,
    "follows": -1.95,
    "disorder": 3.49,
    "open": -0.09,
    "lines": -2.80,
    "holes": -1.20,
    "leads": -1.50,
    "short": 0.35,
    "looped": 3.00,
    "entry": -4.00,
    "versions": -3.00,
    "verse": -3.00,
    "more": -2.50,
}
STRETCH: dict[str, float] = {
    "base": -1.02,
    "size": 1.85,
    "noise": 1.05,
    "exact": 0.59,
    "beside": 1.82,
    "adjacent": 2.14,
    "places": -2.53,
    "alike": -9.57,
    "echo": -1.77,
    "apart": -0.10,
    "code": -0.77,
    "table": -1.00,
    "doubt": -1.25,
    "led": -1.00,
    "record": -1.00,
    "wordless": -2.36,
    "broken": -2.31,
    "heading": -1.99,
    "leads": -1.50,
    "short": 0.35,
    "looped": 3.00,
    "entry": -4.00,
    "versions": -3.00,
    "verse": -3.00,
    "more": -2.50,
}
