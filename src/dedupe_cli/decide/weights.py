"""The weights of the evidence that a repeat is an accident: what each piece adds to the log odds.

Fitted by ``benchmarks/decide/fit.py`` on published texts and accidents put into them, the sign of each given; what
these texts have too little of (``GIVEN`` there) is set. 0 is where ``clean`` takes a candidate out (50 percent).
"""

# A candidate that stays is told from so many percent on.
TOLD = 2.0
BLOCKS: dict[str, float] = {
    "base": -1.93,
    "noise": 0.88,
    "exact": 0.11,
    "beside": 1.23,
    "adjacent": 0.85,
    "places": -1.49,
    "alike": -2.75,
    "echo": -2.95,
    "apart": -0.13,
    "led": -3.20,
    "record": -1.00,
    "wordless": -0.34,
    "steps": -4.69,
    "follows": -1.83,
    "disorder": 3.79,
    "lines": -2.66,
    "holes": -1.25,
    "size": 1.50,
    "accidents": 5.00,
    "short": 0.60,
    "doubt": -1.25,
    "broken": -1.50,
    "leads": -1.50,
    "entry": -4.00,
    "versions": -3.00,
    "verse": -3.00,
    "more": -2.50,
}
STRETCH: dict[str, float] = {
    "base": -1.85,
    "noise": 0.93,
    "exact": 0.69,
    "beside": 3.58,
    "adjacent": 2.39,
    "places": -2.38,
    "alike": -7.15,
    "echo": -3.05,
    "code": -0.50,
    "table": -1.00,
    "led": -1.00,
    "record": -1.00,
    "wordless": -2.00,
    "heading": -1.00,
    "size": 1.50,
    "accidents": 5.00,
    "short": 0.60,
    "doubt": -1.25,
    "broken": -1.50,
    "leads": -1.50,
    "entry": -4.00,
    "versions": -3.00,
    "verse": -3.00,
    "more": -2.50,
}
