"""The weights of the evidence that a repeat is an accident: what each piece adds to the log odds.

Fitted by ``benchmarks/decide/fit.py`` on published texts and accidents put into them, the sign of each given; what
these texts have too little of (``GIVEN`` there) is set. 0 is where ``clean`` takes a candidate out (50 percent).
"""

# A candidate that stays is told from so many percent on.
TOLD = 2.0
BLOCKS: dict[str, float] = {
    "base": -1.85,
    "noise": 0.86,
    "exact": 0.12,
    "beside": 1.27,
    "adjacent": 0.84,
    "places": -4.40,
    "alike": -2.57,
    "echo": -2.84,
    "apart": -0.15,
    "led": -3.11,
    "record": -1.00,
    "wordless": -0.09,
    "steps": -4.71,
    "follows": -1.81,
    "disorder": 3.72,
    "lines": -2.66,
    "holes": -1.22,
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
    "base": -0.99,
    "noise": 0.87,
    "exact": 0.66,
    "beside": 3.49,
    "adjacent": 2.14,
    "places": -6.56,
    "alike": -7.18,
    "echo": -3.24,
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
