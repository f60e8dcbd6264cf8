"""The weights of the evidence that a repeat is an accident: what each piece adds to the log odds.

Fitted by ``benchmarks/decide/fit.py`` on published texts and accidents put into them, the sign of each given; what
these texts have too little of (``GIVEN`` there) is set. 0 is where ``clean`` takes a candidate out (50 percent).
"""

# A candidate that stays is told from so many percent on.
TOLD = 1.0
BLOCKS: dict[str, float] = {
    "base": -2.46,
    "noise": 0.85,
    "exact": 0.11,
    "beside": 1.20,
    "adjacent": 0.80,
    "places": -1.43,
    "alike": -2.92,
    "echo": -3.18,
    "apart": -0.17,
    "led": -3.12,
    "record": -1.00,
    "wordless": -0.36,
    "steps": -4.72,
    "follows": -1.76,
    "disorder": 3.68,
    "lines": -2.47,
    "holes": -1.21,
    "size": 1.50,
    "accidents": 5.00,
    "short": 0.45,
    "doubt": -1.25,
    "broken": -1.50,
    "leads": -1.50,
    "entry": -4.00,
    "versions": -3.00,
    "verse": -3.00,
    "more": -2.50,
}
STRETCH: dict[str, float] = {
    "base": -2.19,
    "noise": 0.92,
    "exact": 0.51,
    "beside": 3.85,
    "adjacent": 2.40,
    "places": -2.13,
    "alike": -7.27,
    "echo": -3.27,
    "code": -0.50,
    "table": -1.00,
    "led": -1.00,
    "record": -1.00,
    "wordless": -2.00,
    "heading": -1.00,
    "size": 1.50,
    "accidents": 5.00,
    "short": 0.45,
    "doubt": -1.25,
    "broken": -1.50,
    "leads": -1.50,
    "entry": -4.00,
    "versions": -3.00,
    "verse": -3.00,
    "more": -2.50,
}
