"""The weights of the evidence that a repeat is an accident: what each piece adds to the log odds.

Fitted by ``benchmarks/decide/fit.py`` on published texts and accidents put into them, the sign of each given; what
these texts have too little of (``GIVEN`` there) is set. 0 is where ``clean`` takes a candidate out (50 percent).
"""

# A candidate that stays is told from so many percent on.
TOLD = 2.0
BLOCKS: dict[str, float] = {
    "base": -1.91,
    "noise": 0.87,
    "exact": 0.32,
    "beside": 1.22,
    "adjacent": 1.31,
    "places": -4.25,
    "alike": -2.78,
    "echo": -2.75,
    "apart": -0.19,
    "led": -3.77,
    "record": -1.00,
    "steps": -5.82,
    "follows": -1.83,
    "disorder": 3.07,
    "lines": -2.52,
    "holes": -1.08,
    "size": 1.50,
    "accidents": 5.00,
    "short": 0.50,
    "doubt": -1.25,
    "broken": -1.70,
    "leads": -1.80,
    "entry": -4.00,
    "versions": -3.00,
    "verse": -3.00,
    "more": -2.50,
}
STRETCH: dict[str, float] = {
    "base": -0.95,
    "noise": 0.87,
    "exact": 0.65,
    "beside": 3.51,
    "adjacent": 2.15,
    "places": -6.68,
    "alike": -7.37,
    "echo": -2.98,
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
    "leads": -1.80,
    "entry": -4.00,
    "versions": -3.00,
    "verse": -3.00,
    "more": -2.50,
}
