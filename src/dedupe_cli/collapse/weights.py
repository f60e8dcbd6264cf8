"""The constants of the judgement in one table: log odds that a difference is content, by evidence.

A feature that is absent counts 0. The case that moved a constant stands beside it where it was set by hand.
"""

from __future__ import annotations

# One table for one, two, and three or more edits.
HAN: tuple[dict[str, float], ...] = (
    {
        "bias": -4.678, "lr": 0.687, "gain": 0.223, "loss": -0.025, "rare": 0.331, "reads": 0.688,
        "reads_worst": 0.236, "words": 1.389, "new_word": -0.056, "name_both": 1.065, "name_one": -0.18, "time_both": -0.011,
        "surname": -0.033, "title": -0.001, "contrast": 4.336, "digit": 2.008, "digit_one": 0.187, "numeral": 0.801,
        "number_lr": 0.207, "digits_rare": 2.371, "not_one": 4.508, "not_reads": 1.327, "function": -0.537, "sound": -0.475,
        "look": 0.425, "attested": 0.58, "twice": -0.006, "damage": -0.455,
    },
    {
        "bias": 0.142, "lr": 1.25, "inner": -1.099, "gain": -0.14, "loss": -0.041, "rare": 0.89,
        "reads": 1.107, "reads_worst": 0.407, "words": 3.414, "new_word": 0.755, "name_both": 0.352, "name_one": -0.13,
        "time_both": 0.036, "surname": 0.302, "namelike": 0.466, "digit": 0.638, "digit_one": -0.039, "number_lr": 0.092,
        "digits_rare": 0.847, "not_more": 1.716, "function": -0.662, "sound": -0.184, "look": -0.511, "attested": 0.118,
        "split": -1.304, "damage": -0.712,
    },
    {
        "bias": 2.174, "lr": 1.466, "e4": 1.456, "inner": -1.086, "gain": 0.039, "loss": 0.005,
        "rare": 0.831, "reads": 0.599, "reads_worst": 0.388, "words": 1.293, "new_word": 0.774, "name_both": 0.891,
        "name_one": 0.17, "time_both": 0.003, "surname": 0.594, "namelike": 0.616, "digit": 0.301, "digit_one": -0.117,
        "number_lr": -0.048, "digits_rare": 0.203, "not_more": 0.18, "function": -0.622, "attested": 0.425, "split": -0.27,
        "damage": -0.335,
    },
)
LATIN: tuple[dict[str, float], ...] = (
    {
        "bias": -5.366, "lr": 0.544, "near": -0.82, "known_both": 1.327, "known_none": 0.066, "reads": 2.083,
        "short": 0.242, "capital": 0.084, "unlike": 0.185, "word_one": -0.031, "not": -0.035, "contrast": 2.406,
        "digit": 2.286, "digit_one": -0.003, "number_lr": 0.355, "digits_rare": 0.622, "attested": 0.328, "count": -0.051,
        "twice": -0.1, "rare": 1.284, "damage": -0.163,
    },
    {
        "bias": -2.409, "lr": 0.914, "inner": -0.8, "near": -0.169, "known_both": 1.125, "known_none": -0.492,
        "reads": 1.305, "short": 0.523, "capital": -0.021, "unlike": 0.29, "word_one": 0.496, "not": 1.449,
        "contrast": 2.267, "digit": 0.356, "number_lr": 0.131, "digits_rare": 0.529, "attested": 0.424, "count": 0.574,
        "twice": 0.118, "rare": 0.126, "damage": -0.277,
    },
    {
        "bias": -0.61, "lr": 1.716, "e4": 0.888, "e6": 3.103, "inner": -0.198, "near": -0.512,
        "known_both": 2.039, "known_none": -1.028, "reads": 0.942, "short": -0.551, "capital": 0.269, "unlike": 1.922,
        "word_one": 1.124, "not": 1.484, "contrast": 1.233, "digit": 0.179, "numeral": 0.207, "number_lr": -0.255,
        "digits_rare": 0.421, "date": 0.018, "attested": 0.38, "count": 0.516, "twice": 0.219, "rare": -0.244,
        "damage": -0.615,
    },
)

PRIOR = 60.0  # letters of prior that a pair gets at the document's rate (trial: .020 -> .005)
PRIOR_TEXT = 300.0  # letters without errors that the document's own rate starts from
CLEAN = 0.0012  # errors a letter, without the judged difference: below, the pair is clean and any difference holds
