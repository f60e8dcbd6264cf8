"""The constants of the judgement in one table: log odds that a difference is content, by evidence.

A feature that is absent counts 0. The case that moved a constant stands beside it where it was set by hand.
"""

from __future__ import annotations

# One table for one, two, and three or more edits.
HAN: tuple[dict[str, float], ...] = (
    {
        "bias": -4.912, "lr": 0.67, "gain": 0.054, "loss": -0.033, "rare": 0.582, "reads": 0.524,
        "reads_worst": 0.125, "words": 1.343, "new_word": -0.389, "name_both": 0.609, "name_one": -0.198, "time_both": -0.016,
        "surname": 0.289, "title": 0.326, "contrast": 4.89, "digit": 1.962, "digit_one": 0.356, "numeral": 0.556,
        "number_lr": 0.218, "digits_rare": 2.563, "not_one": 3.977, "not_reads": 1.6, "function": -0.443, "sound": -0.437,
        "look": 0.259, "attested": 0.443, "twice": 0.017, "damage": -0.453,
    },
    {
        "bias": -0.241, "lr": 1.136, "inner": -1.429, "gain": -0.14, "loss": 0.617, "rare": 1.261,
        "reads": 1.187, "reads_worst": 0.397, "words": 3.17, "new_word": 0.546, "name_both": 0.508, "name_one": 0.505,
        "time_both": 0.028, "surname": 0.41, "namelike": 0.487, "digit": 0.51, "digit_one": 0.048, "number_lr": -0.106,
        "digits_rare": 0.645, "not_more": 1.632, "function": -0.598, "sound": -0.193, "look": -0.48, "attested": 0.663,
        "split": -1.168, "damage": -0.435,
    },
    {
        "bias": 2.167, "lr": 1.324, "e4": 1.465, "inner": -1.096, "gain": 0.173, "loss": 0.363,
        "rare": 0.694, "reads": 0.734, "reads_worst": 0.456, "words": 1.341, "new_word": 0.755, "name_both": 0.777,
        "name_one": 0.283, "time_both": 0.008, "surname": 0.386, "namelike": 0.546, "digit": 0.31, "digit_one": -0.068,
        "number_lr": -0.132, "digits_rare": 0.267, "not_more": 0.407, "function": -0.71, "attested": 0.43, "split": -0.098,
        "damage": -0.497,
    },
)
LATIN: tuple[dict[str, float], ...] = (
    {
        "bias": -5.111, "lr": 0.457, "near": -0.739, "known_both": 1.434, "known_none": 0.231, "reads": 0.856,
        "short": -0.22, "capital": -0.293, "unlike": 0.099, "word_one": -0.065, "not": -0.064, "contrast": 3.673,
        "digit": 1.477, "digit_one": -0.041, "number_lr": 0.395, "digits_rare": 0.725, "attested": 0.25, "count": -0.363,
        "twice": 0.18, "rare": 1.381, "damage": -0.454,
    },
    {
        "bias": -2.119, "lr": 1.07, "inner": -0.804, "near": -0.317, "known_both": 0.84, "known_none": -0.415,
        "reads": 1.452, "short": 0.469, "capital": -0.186, "unlike": 0.32, "word_one": 0.371, "not": 1.366,
        "contrast": 2.203, "digit": 0.48, "number_lr": -0.201, "digits_rare": 0.435, "attested": 0.005, "count": 0.541,
        "twice": -0.161, "rare": 0.372, "damage": -0.35,
    },
    {
        "bias": -0.073, "lr": 1.728, "e4": 0.654, "e6": 2.609, "inner": -0.272, "near": -0.584,
        "known_both": 2.115, "known_none": -1.124, "reads": 0.945, "short": -0.442, "capital": 0.18, "unlike": 1.782,
        "word_one": 1.037, "not": 1.446, "contrast": 1.057, "digit": 0.186, "numeral": 0.147, "number_lr": -0.337,
        "digits_rare": 0.483, "date": 0.025, "attested": 0.368, "count": 0.563, "twice": 0.167, "rare": -0.381,
        "damage": -0.633,
    },
)

PRIOR = 60.0  # letters of prior that a pair gets at the document's rate (trial: .020 -> .005)
PRIOR_TEXT = 300.0  # letters without errors that the document's own rate starts from
CLEAN = 0.0012  # errors a letter, without the judged difference: below, the pair is clean and any difference holds
