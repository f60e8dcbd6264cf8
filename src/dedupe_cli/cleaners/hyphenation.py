"""Words that are divided at the ends of lines (C111)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from dedupe_cli.cleaners.cleaner import Cleaner, Effect, Fix
from dedupe_cli.cleaners.layout import fenced
from dedupe_cli.model import Span
from dedupe_cli.text.lexicon import latin_words

# The blank before the word, its first part, the newline and what stands before the second part.
_FOUND = re.compile("([ \t]?)(?<![^\\W\\d_])([^\\W\\d_]+)[-\u2010\u00ad][ \t]*((?:\r\n|\r|\n)[ \t]*)([^\\W\\d_]+)")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
# Shortest part of a divided word, and of one that makes a compound.
_PART, _MEMBER = 2, 3
# Ranks by frequency: a word up to here is written as one, whatever its parts are; parts up to here make compounds.
_USUAL, _FREQUENT = 30_000, 10_000
_SUFFIXES = frozenset(
    [
        "ed", "er", "est", "ing", "ings", "ly", "ity", "ive", "ism", "ist", "ists", "ness", "ment", "ments", "tion",
        "tions", "sion", "sions", "ship", "ships", "able", "ible", "ous", "ful", "less", "es",
    ]
)  # fmt: skip
_PREFIXES = frozenset(
    [
        "anti", "co", "counter", "ex", "extra", "half", "inter", "mid", "multi", "neo", "non", "post", "pre", "pro",
        "quasi", "self", "semi", "sub", "vice", "well",
    ]
)  # fmt: skip
_ENDINGS = (
    ("ly", ""), ("ly", "le"), ("bly", "ble"), ("ed", ""), ("ed", "e"), ("s", ""), ("es", ""), ("ing", ""), ("ing", "e"),
    ("er", ""), ("est", ""), ("ness", ""), ("less", ""), ("ful", ""), ("ment", ""), ("ies", "y"), ("ied", "y"),
)  # fmt: skip


def _propose(text: str) -> Iterable[Fix]:
    found = list(_FOUND.finditer(text))
    own = Counter(match[0].lower() for match in _WORD.finditer(text)) if found else Counter[str]()
    for match in found:
        blank, before, newline, after = match.groups()
        if not _is_divided(before, after, own):
            continue
        # The first part goes down to the second: the line before is then as full as words allow, as all others are.
        begins = blank and match.start() and not text[match.start() - 1].isspace()
        new = f"{newline}{before}{after}" if begins else f"{blank}{before}{after}"
        yield Fix(Span(*match.span()), new)


def _is_divided(before: str, after: str, own: Counter[str]) -> bool:
    """Tell whether two parts are one word: the text has it elsewhere, or it is a usual one, and the compound is not."""
    whole, compound = (before + after).lower(), f"{before}-{after}".lower()
    if len(before) < _PART or len(after) < _PART or not after.islower() or own[compound] > own[whole]:
        return False
    words = latin_words()
    if own[whole] or words.get(whole, _USUAL) < _USUAL:
        return True
    if after in _SUFFIXES:
        return True
    parts = [words.get(part, _USUAL) if len(part) >= _MEMBER else _USUAL for part in (before.lower(), after)]
    if max(parts) < _FREQUENT or before.lower() in _PREFIXES:
        return False  # long-term, well-known, anti-hero
    return whole in words or _is_formed(whole, words) or max(parts) >= _USUAL


def _is_formed(whole: str, words: dict[str, int]) -> bool:
    """Tell whether a word is a form of a usual one."""
    return any(
        whole.endswith(ending) and words.get(whole.removesuffix(ending) + base, _USUAL) < _USUAL
        for ending, base in _ENDINGS
    )


CLEANER = Cleaner(
    code="C111",
    name="hyphenation",
    title="a word divided at the end of a line",
    safe=False,
    effect=Effect.FORM,
    page="""\
A word that was divided by a hyphen at the end of a line is put together on the next one. It must stand whole
elsewhere in the text, be one of the usual English words or a form of one, or be made of parts that are no words.

A hyphen stays where the text writes the compound with it elsewhere, where both parts are usual words and the whole is
not, and in code.
""",
    examples=(("The exam-\nple is short.\n", "The\nexample is short.\n"),),
    traps=(
        "A well-\nknown road, well-known to all.\n",
        "North-\nSouth\n",
        "a long-\nterm plan\n",
    ),
    propose=_propose,
    spares=(fenced,),
)
