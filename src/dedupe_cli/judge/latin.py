"""Evidence for differences in scripts that write spaces between words.

Judged are whole words: noise turns words into what is none, another wording turns words into words.
English words come from a list, those of other languages from the text itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from dedupe_cli.judge import difference_weights as weights
from dedupe_cli.judge.difference_features import Evidence, digits_rare, rare
from dedupe_cli.judge.differences import Letters, Piece, digits_only, words_around
from dedupe_cli.model import Reason
from dedupe_cli.text import lexicon

# Small words that English has and its neighbours have not; their share among the words of so many characters.
_ASCII, _SMALL = re.compile(r"[A-Za-z]+"), frozenset({"the", "of", "and", "to", "is", "for", "with", "that"})
SAMPLE, SMALL_SHARE = 20_000, 0.04

# How a name in code is seen: by what stands directly before and behind it, by a capital inside, by digits and letters
# in one word. So many letters from a to f are a number to the base of sixteen, in which a digit may be missing.
_CODE_BEFORE = re.compile(r"[`_\\<]$|(?:^|[\s(\[\"'“‘])--?$")
_CODE_BEHIND = re.compile(r"[`_>]|\((?:\d\w{0,3})?\)")
_INSIDE = re.compile(
    r"[A-Za-z0-9_]*(?:[a-z][A-Z][a-z]|[A-Z]{2}[a-z]{2}|[A-Za-z_][0-9]|[0-9][A-Za-z_])|(?:0x)?[0-9a-fA-F]{8,}(?![A-Za-z])"
)

# The words of a name in code; a digit between letters is one that was taken for a letter.
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+(?:[0-9][a-z]+)*")


class _Side(NamedTuple):
    """The words of one side: their text, how likely they are, and what is true of all of them or of one.

    ``unknown`` are those that are neither of the word list nor numbers.
    """

    text: str = ""
    longest: int = 0
    log: float = 0.0
    number: bool = False
    numeral: bool = False
    date: bool = False
    digit: bool = False
    negative: int = 0
    unknown: tuple[str, ...] = ()


@lru_cache(maxsize=1 << 14)
def _word(text: str) -> _Side:
    """Return what is known of one word."""
    size, rank = len(text), _rank(lexicon.latin_words(), text)
    digit = not text.isalpha() and any(map(str.isdigit, text))
    number = digit and not any(map(str.isalpha, text))
    return _Side(
        text,
        size,
        (-13.0 - 1.2 * size if rank is None else lexicon.latin_log(rank)) + 2.0 * size,
        number,
        text in lexicon.LATIN_NUMBERS,
        text in lexicon.LATIN_DATES,
        digit,
        text in lexicon.LATIN_NEGATIONS
        or text.endswith("n't")
        or (size > 4 and text.endswith("nt") and text[:-2] + "t" in _NT),
        () if number or rank is not None else (text,),
    )


@lru_cache(maxsize=1 << 13)
def _side(texts: tuple[str, ...]) -> _Side:
    if len(texts) == 1:  # most are
        return _word(texts[0])
    if not texts:
        return _Side()
    words = [_word(text) for text in texts]
    log = 0.0
    for word in words:
        log += word.log
    return _Side(
        "".join(texts),
        max(map(len, texts)),
        log,
        all(w.number for w in words),
        all(w.numeral for w in words),
        any(w.date for w in words),
        any(w.digit for w in words),
        sum([w.negative for w in words]),
        tuple([text for w in words for text in w.unknown]),
    )


class Exchange(NamedTuple):
    """Words for words: all of a piece that its evidence depends on, beside facts about the whole text.

    ``gone`` and ``made`` are what differs inside the words; ``digits``: nothing but digits does; ``capital``: both
    sides begin with a capital; ``named``: a single word is a name; ``code``: each word stands in the signs of code;
    ``broken``: in one of two names of code a word is no word any more.
    """

    kept: tuple[str, ...]
    copy: tuple[str, ...]
    gone: str
    made: str
    edits: int
    inner: int
    near: int
    digits: bool
    capital: bool
    named: bool
    code: bool = False
    broken: bool = False


def exchange(letters: Letters, piece: Piece) -> Exchange:
    """Return what a piece exchanges."""
    (a0, a1, b0, b1), edits, inner, near = piece
    text, raw, offsets = letters.string, letters.fold.text, letters.offsets
    kept, copy = words_around(letters, piece)
    capital = bool(kept and copy) and raw[offsets[kept[0][0]]].isupper() and raw[offsets[copy[0][0]]].isupper()
    one = len(kept) == len(copy) == 1
    code = are_code(letters, (*kept, *copy))
    small = edits == 1 or lexicon.letters_alike(text[a0:a1], text[b0:b1])
    return Exchange(
        tuple([_said(letters, *word) for word in kept]),
        tuple([_said(letters, *word) for word in copy]),
        text[a0:a1],
        text[b0:b1],
        edits,
        inner,
        near,
        (a0 == a1 or digits_only(letters, a0, a1)) and (b0 == b1 or digits_only(letters, b0, b1)),
        capital,
        one and (_is_name(letters, kept[0][0]) or _is_name(letters, copy[0][0])),
        code,
        code and one and small and _is_broken_name(letters, kept[0], copy[0]),
    )


def _said(letters: Letters, low: int, high: int) -> str:
    """Return a folded word; one that ends in *n't* and is no such word of the list keeps its apostrophe: *wan't*."""
    word = letters.string[low:high]
    if not word.endswith("nt") or word in lexicon.LATIN_NEGATIONS:
        return word
    mark = letters.fold.text[letters.offsets[high - 2] + 1 : letters.offsets[high - 1]]
    return f"{word[:-1]}'t" if mark in _APOSTROPHES else word


def _is_broken_name(letters: Letters, kept: tuple[int, int], copy: tuple[int, int]) -> bool:
    """Tell whether of two names of code one stands nowhere else, and inside of a word of it a letter is wrong."""
    text, offsets = letters.fold.text, letters.offsets
    names = [text[offsets[low] : offsets[high - 1] + 1] for low, high in (kept, copy)]
    parts = [[part.casefold() for part in _PART.findall(name)] for name in names]
    unlike = [[part for part in mine if part not in other] for mine, other in (parts, parts[::-1])]
    whole = ["".join(side) for side in unlike]
    known = [bool(side) and all(part in lexicon.latin_words() for part in side) for side in unlike]
    if known[0] == known[1] or len(whole[known[1]]) < weights.MISREAD_LENGTH or not all(whole):
        return False
    if whole[0][0] != whole[1][0] or whole[0][-1] != whole[1][-1]:
        return False  # fread is read from a file, and files are more than one
    return letters.word_count(names[known[0]].casefold()) <= 1


def latin_evidence(letters: Letters, piece: Exchange, known: tuple[bool, bool]) -> Evidence:
    """Collect the evidence of an exchange of words with spaces between them; what does not hold is left out.

    ``known`` is what :func:`are_known` tells of it.
    """
    one, other = _side(piece.kept), _side(piece.copy)
    kept, copy, edits = piece.kept, piece.copy, piece.edits
    value: dict[str, float] = {"bias": 1.0, "_edits": edits}
    value["reads"] = max(-25.0, -abs(one.log - other.log)) / 5
    value["unlike"] = min(1.0, edits / max(len(one.text), len(other.text), 1))
    value["rare"] = rare(letters, piece.made)
    if edits > 1:
        value["strokes"] = lexicon.stroke_unlike(piece.gone, piece.made)
        value["strokes_words"] = lexicon.stroke_unlike(one.text, other.text)
        value["e2"], value["e4"], value["e6"] = edits == 2, 4 <= edits < 6, edits >= 6
    if piece.inner or piece.near:
        value["inner"], value["near"] = min(piece.inner, 3), min(2, piece.near)
    if known[0] and known[1]:
        value["known_both" if kept and copy else "word_one"] = 1.0
        value["not"] = one.negative != other.negative
    elif not (known[0] or known[1]):
        value["known_none"] = 1.0
    elif not (kept and copy):
        value["junk"] = 1.0  # what is put in is no word
    if kept and copy:
        value["attested"] = _stand_elsewhere(letters, kept + copy)
        value["contrast"] = len(kept) == len(copy) == 1 and lexicon.contrast(one.text, other.text)
        value["date"], value["damage"] = one.date and other.date, one.digit != other.digit
    value["short"] = one.longest <= 3 and other.longest <= 3
    value["capital"], value["_code"] = piece.capital, piece.code
    value["count"] = min(3.0, abs(len(kept) - len(copy)))
    if one.number or other.number or (one.numeral and other.numeral):
        digit, digit_one, numeral = _of_numbers(piece, one, other)
        value["digit"], value["digit_one"], value["numeral"] = digit, digit_one, numeral
        value["_number"] = digit or digit_one or numeral
        value["digits_rare"] = digits_rare(letters) if digit or digit_one else 0.0
    return Evidence(han=False, values=value)


def _of_numbers(piece: Exchange, one: _Side, other: _Side) -> tuple[bool, bool, bool]:
    """Tell whether digits stand for digits, whether they were put in or left out, whether words for numbers differ."""
    number, digit = one.number or other.number, one.number and other.number and piece.digits
    digit_one = not digit and number and not (piece.kept and piece.copy)
    return digit, digit_one, (one.numeral and other.numeral) or ((one.numeral or other.numeral) and number)


def are_known(letters: Letters, piece: Exchange) -> tuple[bool, bool]:
    """Tell of either side whether all that stands there is words, whichever they are."""
    return _are_known(letters, _side(piece.kept)), _are_known(letters, _side(piece.copy))


def is_slip(letters: Letters, piece: Exchange) -> bool:
    """Tell whether a word, that is hardly a name nor code, became no word at all by what nobody means.

    By one edit if it is frequent, or two letters that changed places, else by letters that look alike.
    """
    if piece.broken:
        return True
    if len(piece.kept) != 1 or len(piece.copy) != 1 or piece.code:
        return False
    words, ranks = (piece.kept[0], piece.copy[0]), lexicon.latin_words()
    place = [_rank(ranks, w) for w in words]
    if (place[0] is None) == (place[1] is None):
        return False
    good = 0 if place[1] is None else 1
    rank, shortest = place[good] or 0, min(map(len, words))
    if _word(words[good]).digit or letters.word_count(words[1 - good]) > 1:
        return False
    if piece.named and (shortest < weights.WORN_LENGTH or rank > weights.WORN_RANK):
        return False
    if shortest >= weights.MISREAD_LENGTH and lexicon.letters_alike(piece.gone, piece.made):
        return True
    one = piece.edits == 1 or (len(piece.gone) == 2 and piece.gone == piece.made[::-1])
    return one and shortest > 1 and rank <= weights.SLIP_RANK and not _word(words[1 - good]).digit


def is_ruin(letters: Letters, piece: Exchange) -> bool:
    """Tell whether a word of the list stands for what is no word, nor anything that the text has twice."""
    if len(piece.kept) != 1 or len(piece.copy) != 1 or piece.code:
        return False
    words, ranks = (piece.kept[0], piece.copy[0]), lexicon.latin_words()
    known = [_rank(ranks, word) is not None for word in words]
    if known[0] == known[1] or not all(map(str.isalpha, words)):
        return False
    return letters.word_count(words[known[0]]) <= 1 and 2 * piece.edits <= max(map(len, words))


def is_english(text: str) -> bool:
    """Tell whether a text is English, by its small words; of other languages there is no list of words."""
    words = _ASCII.findall(text, 0, SAMPLE)
    return bool(words) and sum(word in _SMALL for word in words) >= SMALL_SHARE * len(words)


def _rank(ranks: dict[str, int], word: str) -> int | None:
    """Rank of a word; rare short ones are abbreviations and prove nothing."""
    rank = ranks.get(word)
    return None if rank is None or (len(word) < 4 and rank > weights.RARE_SHORT[len(word) - 1]) else rank


def _is_name(letters: Letters, place: int) -> bool:
    """Tell whether a word is capitalised and does not begin a sentence."""
    text, at = letters.fold.text, letters.offsets[place]
    if not text[at].isupper():
        return False
    before = text[max(0, at - 6) : at].rstrip(" \t\"“‘'’(")
    return bool(before) and before[-1] not in ".!?:;\n…"


def are_code(letters: Letters, sides: Iterable[tuple[int, int]]) -> bool:
    """Tell whether each of some words, if there is one, is written like code."""
    found = [_is_code(letters, start, end) for start, end in sides]
    return bool(found) and all(found)


def _is_code(letters: Letters, start: int, end: int) -> bool:
    """Tell whether a word is written like code, or joined to the signs of markup and of names."""
    text, low = letters.fold.text, letters.offsets[start]
    high = letters.offsets[end - 1] + 1
    around = _CODE_BEFORE.search(text, max(low - 3, 0), low) or _CODE_BEHIND.match(text, high)
    return around is not None or _INSIDE.match(text, low, high) is not None


def _are_known(letters: Letters, side: _Side) -> bool:
    """Tell whether all words of a side are words: of the list, numbers, or in the text three times."""
    count = letters.word_count
    for text in side.unknown:  # noqa: SIM110  asked of every difference, mostly of one word: a generator takes as long
        if count(text) < weights.ATTESTED:
            return False
    return True


_APOSTROPHES = frozenset("'\N{RIGHT SINGLE QUOTATION MARK}")
_NT = frozenset({"dot", "doest", "didt", "ist", "aret", "wast", "weret", "hast", "havet", "hadt"})


def _stand_elsewhere(letters: Letters, words: Sequence[str]) -> bool:
    """Tell whether the words of both sides stand in other places of the text."""
    count = letters.word_count
    for word in words:  # noqa: SIM110  as above
        if len(word) <= 3 or count(word) <= 1:
            return False
    return True


def latin_reason(piece: Exchange) -> Reason:
    """Return what an exchange is about, if it is meant."""
    kept, copy = _side(piece.kept), _side(piece.copy)
    both, number = bool(piece.kept and piece.copy), any(_of_numbers(piece, kept, copy))
    if (kept.date or copy.date) and ((kept.date and copy.date) or not both or number):
        return Reason.DATE
    if number or kept.digit or copy.digit:
        return Reason.NUMBER
    if both and lexicon.LATIN_UNITS.issuperset(piece.kept) and lexicon.LATIN_UNITS.issuperset(piece.copy):
        return Reason.UNIT
    if kept.negative != copy.negative:
        return Reason.NEGATION
    if piece.capital:
        return Reason.NAME
    return Reason.CLAUSE if abs(len(piece.kept) - len(piece.copy)) >= 4 else Reason.WORD
