"""The weights of the evidence that a repeat is an accident: what each piece adds to the log odds.

Fitted by ``benchmarks/decide/fit.py`` on published texts and accidents put into them, the sign of each given; what
these texts have too little of (``GIVEN`` there) is set. 0 is where ``clean`` takes a candidate out (50 percent).
"""

# A candidate that stays is told from so many percent on.
TOLD = 2.0
BLOCKS: dict[str, float] = {
    "base": -1.90,
    "noise": 0.88,
    "exact": 0.13,
    "beside": 1.24,
    "adjacent": 0.84,
    "places": -1.47,
    "alike": -2.69,
    "echo": -2.91,
    "apart": -0.13,
    "led": -3.19,
    "record": -1.00,
    "wordless": -0.35,
    "steps": -4.69,
    "follows": -1.83,
    "disorder": 3.81,
    "lines": -2.68,
    "holes": -1.24,
    "size": 1.50,
    "accidents": 5.00,
    "short": 0.50,
    "doubt": -1.25,
    "broken": -1.70,
    "leads": -1.50,
    "entry": -4.00,
    "versions": -3.00,
    "verse": -3.00,
    "more": -2.50,
}
STRETCH: dict[str, float] = {
    "base": -1.51,
    "noise": 0.90,
    "exact": 0.68,
    "beside": 3.52,
    "adjacent": 2.30,
    "places": -2.39,
    "alike": -7.12,
    "echo": -3.27,
    "code": -0.50,
    "table": -1.00,
    "led": -1.00,
    "record": -1.00,
    "wordless": -2.00,
    "heading": -1.00,
    "size": 1.50,
    "accidents": 5.00,
    "short": 0.50,
    "doubt": -1.25,
    "broken": -1.70,
    "leads": -1.50,
    "entry": -4.00,
    "versions": -3.00,
    "verse": -3.00,
    "more": -2.50,
}
