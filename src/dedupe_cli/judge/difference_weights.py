"""The constants of the judgement in one table: log odds that a difference is content, by evidence, and what they meet.

A feature that is absent counts 0. The case that moved a constant stands beside it where it was set by hand.
"""

from __future__ import annotations


def _tables(rows: str) -> tuple[dict[str, float], ...]:
    """Read a table with a row for each feature; a column is a table of weights, a dash none."""
    parts = [row.split() for row in rows.split("\n") if row]
    columns = range(1, len(parts[0]))
    return tuple({row[0]: float(row[at]) for row in parts if row[at] != "-"} for at in columns)


# In Chinese: one, two, and three or more edits; last one edit that is the only difference of its pair.
_HAN = """
bias             -5.039   -0.891    2.431   -1.859
lr                0.552    0.956    1.506        -
near             -1.141   -0.684   -0.283        -
gain             -0.446   -0.355    0.074   -0.644
loss             -0.023     -0.1    0.238     0.04
rare              0.499    1.268    0.547    0.282
reads             0.623    1.057    0.776    0.717
reads_worst      -0.017    0.075    0.105        -
words             1.551    3.774    1.904    1.293
new_word          0.208    1.076    0.989   -0.091
name_both         1.391    0.961    1.214    1.363
name_one         -0.304    0.389    0.035    0.115
time_both        -0.013    0.541    0.291    0.259
surname           1.596    0.692    0.827    1.392
title             1.859        -        -    1.483
contrast          5.869        -        -    5.142
digit              3.16    1.403    0.565    2.041
digit_one         1.356   -0.303    0.014    0.653
numeral           0.656        -        -    1.286
number_lr        -0.021    -0.35   -0.242        -
digits_rare       1.965    1.546    0.737    2.816
not_one           4.063        -        -    4.282
not_fits          3.225        -        -     2.59
function         -0.757   -0.708    -0.37   -0.932
sound            -0.831   -0.545        -   -0.632
look             -0.018   -0.736        -     -0.2
attested          0.286    0.146    0.284    0.246
damage           -0.745   -0.688   -0.469   -0.695
again               1.6        2        1        -
again_alike        -1.5       -1        -        -
flow              0.401    0.234    0.128    0.184
flow_worst        0.143    0.199    0.241     0.17
inner                 -   -1.289   -0.894        -
namelike              -    1.128    0.863        -
not_more              -    2.827    0.114        -
split                 -     -1.4   -0.735        -
e4                    -        -    1.954        -
"""
# With spaces between words: one, two, and three or more edits.
_LATIN = """
bias             -6.779   -5.733   -4.662
lr                0.366    0.662    0.593
near             -0.549   -0.185    -0.74
known_both        1.765    1.769     3.34
known_none       -0.136    -0.45   -1.279
junk             -0.014   -0.347   -2.343
reads             1.679    0.702    0.514
short             0.924    0.603        -
capital           0.216   -0.004    0.611
unlike            0.041   -0.096    1.813
word_one         -0.183   -0.169   -0.696
not              -0.057    1.911    4.281
contrast          4.607    3.288    1.687
digit              2.08    0.238    0.373
digit_one        -0.002   -0.013        -
number_lr         0.103   -0.419   -0.097
digits_rare       0.934    0.825    0.709
date             -0.009        -    0.379
attested         -0.092    0.176    0.317
count             0.334   -0.869   -0.108
rare               1.51    0.461   -0.897
damage           -0.248   -0.393    -1.14
again            -0.899    0.637     0.87
inner                 -   -0.029    0.063
numeral               -    0.195    0.324
strokes               -    1.915    0.688
strokes_words         -    0.862    1.417
e4                    -        -    1.285
e6                    -        -    3.403
"""
*HAN, LONE_HAN = _tables(_HAN)
LATIN = _tables(_LATIN)

# --- Noise: how damaged a text is ---
NEUTRAL = 0.01  # rate at which differences are first looked at, before the rates are known
LONG = 150  # weight below which a pair may be alike by chance and proves nothing for the others
# Share of the differences of a text that ruin a word, from which on the others are counted as errors, too: .25 to .8
# where a text is damaged, .09 at most in manuals full of parallel sentences.
SLIPS = 0.1
# A text of many pairs tells its noise by its copies alone: passages of such a weight (26 characters of Chinese, 60
# letters of English) that are as alike, in percent. Of 220,000 letters pasted with 3 % of errors into Chinese pages
# .081 are left instead of .085, and a manual without errors shows none.
COPY, COPY_ALIKE = 280, 94.0
TOLD = 16  # differences that such a share is told from at least
RUINED = 2  # words that are ruined at least where a text is surely damaged
HAN_SHARE = 0.02  # of the letters of a text that is Chinese with words of other languages in it
PLAIN = 0.6  # probability from which on a piece counts as an error
SMALL, ALIKE = 4, 0.5  # letters of an exchange, and its distance as strokes, up to which it may be one of look-alikes
# A text is a scan when so many of its small exchanges, and such a share of all, are of letters that look alike: most
# scans of newspapers are, of texts with random errors one in a hundred.
SCAN_LEAST, SCAN_SHARE = 10, 0.5
STRAY = 5e-5  # errors a letter below which a text has none: its parallel sentences differ by what looks like one
PRIOR_TEXT = 300.0  # letters without errors that the document's own rate starts from

# --- A difference at a rate of noise ---
PRIOR = 60.0  # letters of prior that a pair gets at the document's rate (trial: .020 -> .005)
EVIDENCE = 0.45  # errors elsewhere in the text that make a pair noisy (one Han variant is half)
CLEAN = 0.0004  # errors a letter without the judged difference: below, any difference holds
# Errors in other pairs of the text from which on a clear error counts as one in a clean pair too.
ELSEWHERE = 1.9
# A copy in a scan that has so many errors a letter, and by how much less a difference in it is meant (log odds).
SCAN_RATE, SCAN = 0.008, 1.0
# Log odds below which such an edit is a slip, and how badly its neighbours, with half of its words, must read for that.
LONE_BELOW, LONE_FLOW = -2.0, -0.5
SLIP = -1.0  # a clear error of a clean pair, in a text that has others, scores below this
SLIP_SCORE = -3.0  # score of a lone slip in a clean pair: noise beyond doubt
# Log odds that Chinese content must have more than noise: (rate, shift), linear between. Repeats left at 3 %
# errors ask for more than those at 1 % (.0069 -> .0047), where a change must be seen in 95 of 100 texts.
SHIFTS = ((0.010, 0.5), (0.020, 0.8))
CERTAIN = 12.0  # score of a difference in a clean pair

# --- What overrides a score (see verdict.py) ---
LONG_EDITS = 7  # edits from which on a difference is no damage, but in a pair that is damaged elsewhere
# The scores of the judge hold for a pair with about so many differences; more of them let a doubtful one pass only when
# no more than this share seems to be meant (scans of 8 to 15 %: .88, without .73).
FEW, MEANT = 5, 0.25
# Of many differences in Chinese noise makes more than this share by one character for one; pairs that are more alike,
# in percent, are corrected in places rather than worded anew.
SINGLES, REWORDED = 0.25, 90.0
# A clean number for a clean number is meant, unless this much of the pair is noise.
NUMBER_RATE, NUMBER_SCORE = 0.06, 2.0
# Noise beyond doubt has this score or a lower one; a doubtful difference has a higher one than the second.
EVIDENT, DOUBTFUL = -3.0, -1.5
DAMAGED = 2  # differences that are noise beyond doubt and show that a pair is damaged: then words and codes are, too
NEARBY = 300  # folded characters around a difference in which its words may be exchanged back
# So many passages that each say something else at one place are entries of a list, not copies with errors; one less
# where they do so at several places.
ENTRIES = 3
MOVED = 4  # letters that are put in at one place and left out at another: the same ones by no chance

# --- Words ---
RARE_SHORT = (100, 700, 5000)  # ranks up to which words of one, two, three letters are words
ATTESTED = 3  # what stands so often in a text is a word of it
SLIP_RANK = 30_000  # a word rarer than this may be a name or a term
MISREAD_LENGTH = 4  # letters of a word from which on it tells that a letter in it was misread
WORN_RANK, WORN_LENGTH = 10_000, 5  # a capitalised word that is so frequent and so long is known for what it is
USUAL = -6.2  # what one more character costs in Chinese that reads well (natural log)
# By how much a reading must be worse to be a slip of one character: an exchange, one put in, one beside no longer word.
TYPO, TYPO_ADDED, TYPO_SURE = 4.5, 3.0, 7.0
CLAUSE = 8  # characters from which on a difference is a clause
CODE_LENGTH, LOST_LENGTH = 8, 4  # differing characters of a code, of a number that lost digits: more is another wording
# In scripts without a dictionary: a pair with fewer differences is not noisy enough to let one of more than one letter
# pass; one letter passes when the pair has so many differences of one letter.
SCRIPT_BLOCKS, SCRIPT_SINGLES = 6, 2
