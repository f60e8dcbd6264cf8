"""The constants of the judgement in one table: log odds that a difference is content, by evidence.

A feature that is absent counts 0. The case that moved a constant stands beside it where it was set by hand.
"""

from __future__ import annotations

HAN: dict[str, float] = {
    "bias": -3.0, "lr": 0.9, "e2": 2.2, "e3": 3.4, "e4": 5.0, "lr_more": 1.0, "inner": -1.5, "gain": -0.2,
    "loss": -0.4, "rare": 0.4, "reads": 0.6, "words": 1.4, "new_word": 0.3, "name_both": 1.4,
    "name_one": 1.0, "time_both": 1.5, "surname": 1.0, "title": 1.4, "digit": 4.5, "digit_one": 2.5, "numeral": 2.5,
    "number_lr": 0.8, "not_one": 2.2, "not_reads": 1.0, "not_more": 3.0, "function": -1.2, "sound": -0.5,
    "look": -0.8, "attested": 0.8,
}  # fmt: skip
LATIN: dict[str, float] = {
    "bias": -4.0, "lr": 0.8, "e2": 1.0, "e3": 2.0, "e4": 3.0, "e6": 4.5, "lr_more": 0.5, "inner": -0.6,
    "known_both": 2.5, "known_none": -0.5, "reads": 0.5, "short": -0.8, "capital": 0.7, "unlike": 2.0, "word_one": 1.5,
    "not": 3.0, "digit": 4.5, "digit_one": 2.0, "numeral": 3.0, "date": 2.0, "attested": 2.0, "number_lr": 0.5,
}  # fmt: skip

PRIOR = 60.0  # letters of prior that a pair gets at the document's rate (trial: .020 -> .005)
PRIOR_TEXT = 300.0  # letters without errors that the document's own rate starts from
CLEAN = 0.0012  # errors a letter, without the judged difference: below, the pair is clean and any difference holds
