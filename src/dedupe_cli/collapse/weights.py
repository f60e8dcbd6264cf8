"""The constants of the judgement in one table: log odds that a difference is content, by evidence.

A feature that is absent counts 0. The case that moved a constant stands beside it where it was set by hand.
"""

from __future__ import annotations

# One table for one, two, and three or more edits.
HAN: tuple[dict[str, float], ...] = (
    {
        "bias": -4.916, "lr": 0.671, "gain": 0.054, "loss": -0.031, "rare": 0.586, "reads": 0.525,
        "reads_worst": 0.124, "words": 1.349, "new_word": -0.385, "name_both": 0.609, "name_one": -0.194, "time_both": -0.016,
        "surname": 0.285, "title": 0.326, "contrast": 4.887, "digit": 1.963, "digit_one": 0.357, "numeral": 0.554,
        "number_lr": 0.217, "digits_rare": 2.564, "not_one": 3.976, "not_reads": 1.6, "function": -0.443, "sound": -0.442,
        "look": 0.263, "attested": 0.444, "twice": 0.017, "damage": -0.453,
    },
    {
        "bias": -0.224, "lr": 1.128, "inner": -1.437, "gain": -0.14, "loss": 0.609, "rare": 1.25,
        "reads": 1.176, "reads_worst": 0.411, "words": 3.197, "new_word": 0.546, "name_both": 0.494, "name_one": 0.496,
        "time_both": 0.026, "surname": 0.409, "namelike": 0.485, "digit": 0.512, "digit_one": 0.049, "number_lr": -0.103,
        "digits_rare": 0.649, "not_more": 1.623, "function": -0.604, "sound": -0.202, "look": -0.4, "attested": 0.66,
        "split": -1.169, "damage": -0.445,
    },
    {
        "bias": 2.166, "lr": 1.325, "e4": 1.467, "inner": -1.1, "gain": 0.173, "loss": 0.364,
        "rare": 0.698, "reads": 0.732, "reads_worst": 0.457, "words": 1.34, "new_word": 0.748, "name_both": 0.776,
        "name_one": 0.286, "time_both": 0.008, "surname": 0.386, "namelike": 0.545, "digit": 0.31, "digit_one": -0.069,
        "number_lr": -0.132, "digits_rare": 0.267, "not_more": 0.408, "function": -0.712, "attested": 0.431, "split": -0.098,
        "damage": -0.496,
    },
)
LATIN: tuple[dict[str, float], ...] = (
    {
        "bias": -5.169, "lr": 0.556, "near": -0.755, "known_both": 1.397, "known_none": 0.208, "reads": 0.842,
        "short": -0.394, "capital": -0.338, "unlike": 0.155, "word_one": -0.084, "not": -0.059, "contrast": 3.817,
        "digit": 1.755, "digit_one": -0.045, "number_lr": 0.384, "digits_rare": 0.567, "attested": 0.121, "count": -0.392,
        "twice": 0.235, "rare": 1.138, "damage": -0.384,
    },
    {
        "bias": -3.366, "lr": 1.117, "inner": -0.553, "near": -0.353, "known_both": 0.735, "known_none": -0.412,
        "reads": 1.392, "short": 0.426, "capital": -0.172, "unlike": 0.173, "word_one": 0.244, "not": 1.366,
        "contrast": 2.398, "digit": 0.532, "number_lr": -0.067, "digits_rare": 0.377, "attested": 0.009, "count": 0.386,
        "twice": -0.051, "rare": 0.386, "damage": -0.336, "strokes": 1.275, "strokes_words": 0.627,
    },
    {
        "bias": -1.82, "lr": 1.813, "e4": 0.495, "e6": 2.342, "inner": -0.016, "near": -0.65,
        "known_both": 2.095, "known_none": -1.129, "reads": 0.93, "short": -0.839, "capital": 0.177, "unlike": 1.246,
        "word_one": 0.256, "not": 1.837, "contrast": 1.294, "digit": 0.228, "numeral": 0.189, "number_lr": -0.385,
        "digits_rare": 0.58, "date": 0.03, "attested": 0.601, "count": 0.105, "twice": 0.184, "rare": -0.832,
        "damage": -0.722, "strokes": 1.467, "strokes_words": 1.853,
    },
)

PRIOR = 60.0  # letters of prior that a pair gets at the document's rate (trial: .020 -> .005)
PRIOR_TEXT = 300.0  # letters without errors that the document's own rate starts from
CLEAN = 0.0012  # errors a letter, without the judged difference: below, the pair is clean and any difference holds
