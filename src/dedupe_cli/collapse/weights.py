"""The constants of the judgement in one table: log odds that a difference is content, by evidence.

A feature that is absent counts 0. The case that moved a constant stands beside it where it was set by hand.
"""

from __future__ import annotations

# One table for one, two, and three or more edits.
HAN: tuple[dict[str, float], ...] = (
    {
        "bias": -4.764, "lr": 0.571, "gain": -0.002, "loss": -0.023, "rare": 0.445, "reads": 0.804,
        "reads_worst": 0.065, "words": 1.202, "new_word": 0.079, "name_both": 0.304, "name_one": -0.074, "time_both": -0.181,
        "surname": 1.344, "title": 1.611, "contrast": 5.304, "digit": 2.8, "digit_one": 0.598, "numeral": 0.65,
        "number_lr": 0.342, "digits_rare": 2.193, "not_one": 4.948, "not_reads": 0.908, "function": -0.742, "sound": -0.734,
        "look": 0.019, "attested": 0.556, "twice": -0.007, "damage": -0.569, "again": 1.6, "again_alike": -1.5,
    },
    {
        "bias": -0.061, "lr": 1.296, "inner": -1.115, "gain": -0.738, "loss": 0.395, "rare": 1.168,
        "reads": 1.069, "reads_worst": 0.448, "words": 2.988, "new_word": 1.046, "name_both": 0.711, "name_one": -0.075,
        "time_both": 0.059, "surname": 0.341, "namelike": 0.541, "digit": 0.804, "digit_one": 0.1, "number_lr": -0.617,
        "digits_rare": 1.239, "not_more": 1.311, "function": -0.991, "sound": -0.069, "look": -0.595, "attested": 0.121,
        "split": -1.848, "damage": -0.688, "again": 0.797, "again_alike": 0.048,
    },
    {
        "bias": 2.797, "lr": 1.89, "e4": 1.264, "inner": -1.336, "gain": 0.007, "loss": 0.084,
        "rare": 0.542, "reads": 0.368, "reads_worst": 0.711, "words": 1.579, "new_word": 0.836, "name_both": 0.508,
        "name_one": 0.158, "time_both": 0.196, "surname": 0.523, "namelike": 0.674, "digit": 0.52, "number_lr": -0.362,
        "digits_rare": 0.768, "not_more": 0.112, "function": -0.653, "attested": 0.453, "split": -0.297, "damage": -0.25,
        "again": 0.42,
    },
)
LATIN: tuple[dict[str, float], ...] = (
    {
        "bias": -5.415, "lr": 0.736, "near": -0.566, "known_both": 1.465, "known_none": 0.294, "reads": 1.533,
        "short": 0.321, "capital": -0.111, "unlike": 0.49, "word_one": 0.094, "not": -0.047, "contrast": 3.162,
        "digit": 1.959, "digit_one": 0.273, "number_lr": 0.056, "digits_rare": 0.552, "attested": -0.212, "count": 0.514,
        "twice": -0.059, "rare": 0.98, "damage": -0.296, "again": -0.818,
    },
    {
        "bias": -4.39, "lr": 0.854, "inner": -0.232, "near": 0.071, "known_both": 1.924, "known_none": -0.065,
        "reads": 0.979, "short": 0.23, "capital": -0.205, "unlike": -0.085, "word_one": -0.298, "not": 0.703,
        "contrast": 2.662, "digit": 0.506, "numeral": 0.069, "number_lr": -0.443, "digits_rare": 0.027, "attested": -0.057,
        "count": 0.465, "twice": 0.049, "rare": 0.603, "damage": -0.372, "strokes": 1.596, "strokes_words": 0.859,
        "again": -0.222,
    },
    {
        "bias": -2.604, "lr": 1.901, "e4": 1.001, "e6": 2.62, "inner": -0.133, "near": -0.38,
        "known_both": 2.868, "known_none": -0.881, "reads": 0.541, "short": 0.348, "capital": 0.267, "unlike": 1.101,
        "word_one": 0.033, "not": 1.487, "contrast": 1.277, "digit": -0.044, "numeral": 0.145, "number_lr": -0.246,
        "digits_rare": 0.391, "date": 0.113, "attested": 0.178, "count": 0.189, "twice": 0.311, "rare": -0.826,
        "damage": -0.837, "strokes": 1.774, "strokes_words": 1.833, "again": 0.702,
    },
)

PRIOR = 60.0  # letters of prior that a pair gets at the document's rate (trial: .020 -> .005)
PRIOR_TEXT = 300.0  # letters without errors that the document's own rate starts from
CLEAN = 0.0012  # errors a letter, without the judged difference: below, the pair is clean and any difference holds
SLIP = -1.0  # score of a slip in a clean pair: one edit that leaves no word where a word was
