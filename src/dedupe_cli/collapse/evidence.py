"""What speaks for noise and what for content in one difference: numbers with names, to be weighed.

The noisy side of a difference is not known beforehand; it is taken to be the one that reads worse.
"""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

from dedupe_cli.collapse.differences import Letters, Piece, digits_only, words_around
from dedupe_cli.collapse.reading import divide
from dedupe_cli.model import Reason
from dedupe_cli.text import lexicon
from dedupe_cli.text.fold import HAN

RARE_SHORT = (100, 700, 5000)  # ranks up to which words of one, two, three letters are words
SLIP_RANK = 30_000  # a word rarer than this may be a name or a term
AROUND = 5  # Han characters of context on either side that a reading is judged in

HAN_NAMES = (
    "bias", "lr", "e4", "inner", "near", "gain", "loss", "rare", "reads", "reads_worst", "words", "new_word", "name_both",
    "name_one", "time_both", "surname", "title", "namelike", "contrast", "digit", "digit_one", "numeral", "number_lr",
    "digits_rare", "not_one", "not_fits", "not_more", "function", "sound", "look", "attested", "split", "twice", "damage", "again", "again_alike",
)  # fmt: skip
LATIN_NAMES = (
    "bias", "lr", "e2", "e4", "e6", "inner", "near", "known_both", "known_none", "reads", "short", "capital", "unlike",
    "word_one", "not", "contrast", "digit", "digit_one", "numeral", "number_lr", "digits_rare", "date", "attested",
    "count", "twice", "rare", "damage", "strokes", "strokes_words", "again",
)  # fmt: skip


class Evidence:
    """Features of one piece: values by name, and what the difference is about."""

    __slots__ = ("han", "reason", "values")

    def __init__(self, han: bool, values: dict[str, float], reason: Reason) -> None:
        self.han = han
        self.values = values
        self.reason = reason


def evidence(letters: Letters, piece: Piece) -> Evidence:
    """Collect the evidence of one piece; what depends on the rate is added by :func:`with_rate`."""
    block = piece.block
    classes = letters.fold.classes
    han = bool((classes[block.a0 : block.a1] == HAN).any() or (classes[block.b0 : block.b1] == HAN).any())
    return _han(letters, piece) if han or _beside_han(letters, piece) else _latin(letters, piece)


def with_rate(values: dict[str, float], rate: float) -> None:
    """Add the evidence that depends on the pair's rate of noise (errors a letter)."""
    lr = max(-2.5, min(4.0, math.log(0.02 / max(rate, 1e-4))))
    values["lr"] = lr
    values["number_lr"] = values.get("_number", 0.0) * lr


def _beside_han(letters: Letters, piece: Piece) -> bool:
    classes, block = letters.fold.classes, piece.block
    near = [*classes[max(0, block.a0 - 1) : block.a0], *classes[block.a1 : block.a1 + 1]]
    return HAN in near


# --- Chinese -----------------------------------------------------------------------------------------------------


def _han(letters: Letters, piece: Piece) -> Evidence:
    text, block = letters.string, piece.block
    kept, copy = text[block.a0 : block.a1], text[block.b0 : block.b1]
    head = text[max(0, block.a0 - AROUND) : block.a0]
    tail = text[block.a1 : block.a1 + AROUND]
    first, kept_words = divide(head + kept + tail)
    second, copy_words = divide(head + copy + tail)
    usual = -6.2  # what one more character costs in a text that reads well
    first -= usual * len(kept)
    second -= usual * len(copy)
    noisy, clean = (copy, kept) if second <= first else (kept, copy)
    value: dict[str, float] = {"bias": 1.0, "_edits": piece.edits}
    value["e2"], value["e3"], value["e4"] = (
        float(piece.edits == 2), float(piece.edits == 3), float(piece.edits >= 4),
    )  # fmt: skip
    value["inner"] = min(piece.inner, 2)
    value["gain"] = float(not clean)
    value["loss"] = float(not noisy)
    value["rare"] = _rare(letters, noisy)
    value["reads"] = max(-25.0, -abs(first - second)) / 5
    value["reads_worst"] = max(-30.0, min(first, second) - usual * 0 + 45) / 10
    at = len(head)
    inside_kept, inside_copy = (
        _inside(kept_words, at, at + len(kept)),
        _inside(copy_words, at, at + len(copy)),
    )
    _words(value, inside_kept, inside_copy)
    _names(value, kept, copy, tail)
    _numbers(letters, piece, value, kept, copy)
    _not(value, kept, copy, kept_words if len(kept) > len(copy) else copy_words, at)
    value["function"] = sum(c in lexicon.FUNCTION_CHARS for c in noisy) / max(1, len(noisy))
    if len(kept) == len(copy) and 0 < len(kept) <= 2:
        value["sound"] = float(all(lexicon.sound_alike(x, y) for x, y in zip(kept, copy, strict=True)))
        value["look"] = float(any(lexicon.look_alike(x, y) for x, y in zip(kept, copy, strict=True)))
    value["attested"] = _attested(letters, head[-1:] + noisy + tail[:1])
    words = (kept_words, copy_words) if noisy is copy else (copy_words, kept_words)
    value["typo"] = float(
        (not clean or not noisy) and (clean or noisy) in PARTICLES
        or ((clean or noisy) not in AFFIXES and _is_typo(value, words, at, len(clean), len(noisy), abs(first - second)))
    )  # fmt: skip
    return Evidence(True, value, _han_reason(value, kept, copy, inside_kept + inside_copy, head, tail))


# Particles whose presence changes no meaning, and prefixes whose presence does.
PARTICLES = frozenset("的地得了着")
AFFIXES = frozenset("副伪假亚准反超半多双单前原新老小大总首末再重免去未非无不没男女")
TYPO, TYPO_ADDED, TYPO_SURE = (
    4.5,
    3.0,
    7.0,
)  # natural log: by how much a reading must be worse to be a slip of one character


def _is_typo(
    value: dict[str, float],
    words: tuple[list[tuple[int, str, str]], list[tuple[int, str, str]]],
    at: int,
    clean: int,
    noisy: int,
    worse: float,
) -> bool:
    """Tell whether one wrong, missing or added character leaves no doubt: a word is broken and no other one made.

    Only such a slip is noise in a pair that is clean otherwise. Numbers, negations, opposites and what may be part
    of a name are none.
    """
    if value["_edits"] != 1 or value["contrast"] or value["_number"] or value["not_one"] or value["attested"]:
        return False
    if worse < (TYPO if clean else TYPO_ADDED):
        return False
    good, bad = words
    for start, word, tag in good:
        end = start + len(word)
        if tag == lexicon.PERSON and start <= at + clean and end >= at:
            return False
        if len(word) == 1 and word in lexicon.SURNAMES and at - 2 <= start <= at + clean:
            return False
    touched = [w for start, w, _ in good if start < at + max(clean, 1) and start + len(w) > at]
    made = [w for start, w, _ in bad if start < at + noisy and start + len(w) > at] if noisy else []
    if any(len(w) > 1 for w in made):
        return False
    return not clean or worse > TYPO_SURE or any(len(w) > 1 for w in touched)


def _inside(words: list[tuple[int, str, str]], start: int, end: int) -> list[tuple[str, str]]:
    """Words (with tags) of a division that overlap a range, or that hold the point where something is missing."""
    if start == end:
        return [(w, t) for at, w, t in words if at < start < at + len(w)]
    return [(w, t) for at, w, t in words if at < end and at + len(w) > start]


def _rare(letters: Letters, noisy: str) -> float:
    """How much rarer than common the letters are that noise would have drawn (0 where it drew none)."""
    if not noisy:
        return 0.0
    shares = letters.shares
    return min(3.0, sum(max(0.0, math.log(0.01 / shares[c])) for c in noisy) / len(noisy) / 2)


def _words(value: dict[str, float], kept: list[tuple[str, str]], copy: list[tuple[str, str]]) -> None:
    whole = [bool(side) and all(len(w) > 1 for w, _ in side) for side in (kept, copy)]
    value["words"] = float(all(whole))
    value["new_word"] = float(any(whole)) - value["words"]
    value["split"] = float(bool(kept) and bool(copy) and len(kept) != len(copy))
    tags = [{t for w, t in side if len(w) > 1} for side in (kept, copy)]
    named = [bool(t & lexicon.NAMES) for t in tags]
    value["name_both"] = float(all(named))
    value["name_one"] = float(any(named)) - value["name_both"]
    value["time_both"] = float("t" in tags[0] and "t" in tags[1])


def _names(value: dict[str, float], kept: str, copy: str, tail: str) -> None:
    both = kept[:1] in lexicon.SURNAMES and copy[:1] in lexicon.SURNAMES and bool(kept) and bool(copy)
    value["surname"] = float(both)
    value["namelike"] = float(_namelike(kept) and _namelike(copy))
    value["contrast"] = float(lexicon.contrast(kept, copy))
    value["title"] = float(both and tail.startswith(lexicon.PERSONAL_TITLES))


def _namelike(word: str) -> bool:
    """Tell whether a short stretch may be a person's name, or a foreign name written by sound."""
    if not 1 < len(word) < 8:
        return False
    if len(word) <= 4 and (
        word[0] in lexicon.SURNAMES or (word[0] in "老小阿" and word[1] in lexicon.SURNAMES)
    ):
        return True
    return sum(c in lexicon.SOUND_CHARS for c in word) > 0.7 * len(word)


def _numbers(letters: Letters, piece: Piece, value: dict[str, float], kept: str, copy: str) -> None:
    fold, block = letters.fold, piece.block
    digits = digits_only(fold, block.a0, block.a1), digits_only(fold, block.b0, block.b1)
    text = letters.string
    beside = _digit(text[block.a0 - 1 : block.a0]) or _digit(text[block.a1 : block.a1 + 1])
    value["digit"] = float(all(digits))
    value["digit_one"] = float((digits[0] and not copy or digits[1] and not kept) and beside)
    numeral = [bool(x) and all(c in lexicon.DIGIT_CHARS for c in x) for x in (kept, copy)]
    near = text[block.a1 : block.a1 + 1]
    gain = (numeral[0] and not copy) or (numeral[1] and not kept)
    value["numeral"] = float(
        all(numeral) or (gain and (near in lexicon.COUNTERS or near in lexicon.DIGIT_CHARS))
    )
    value["_number"] = float(value["digit"] or value["digit_one"] or value["numeral"])
    value["digits_rare"] = _digits_rare(letters) if value["digit"] or value["digit_one"] else 0.0
    value["damage"] = float(
        any(_digit(c) for c in kept) != any(_digit(c) for c in copy) and bool(kept) and bool(copy)
    )


def _digits_rare(letters: Letters) -> float:
    """How rare digits are in the text: what noise draws by chance is seldom a digit where they are rare."""
    return max(0.0, min(4.0, math.log(0.2 / max(letters.digit_share, 1e-4))))


def _digit(char: str) -> bool:
    return bool(char) and char.isdigit()


def _not(value: dict[str, float], kept: str, copy: str, words: list[tuple[int, str, str]], at: int) -> None:
    """A negation put in or taken out. ``words`` is the division of the longer reading."""
    more, less = (copy, kept) if len(copy) >= len(kept) else (kept, copy)
    counts = Counter(c for c in more if c in lexicon.NEGATIONS)
    counts.subtract(c for c in less if c in lexicon.NEGATIONS)
    changed = any(counts.values()) and less in more
    single = changed and not less and len(more) == 1
    value["not_one"] = float(single)
    value["not_fits"] = float(single and _denies(words, at))
    value["not_more"] = float(changed and not single)


def _denies(words: list[tuple[int, str, str]], at: int) -> bool:
    """Tell whether the negation at a place is part of a word, or stands before what can be denied."""
    for start, word, tag in words:
        if start <= at < start + len(word) and len(word) > 1:
            return True
        if start == at + 1:
            return tag in "vadf" and len(word) < 5
    return False


def _attested(letters: Letters, stretch: str) -> float:
    """1 when every two neighbours of the worse reading stand elsewhere in the text too."""
    if len(stretch) < 2:
        return 0.0
    return float(all(letters.pair_count(stretch[i : i + 2]) > 1 for i in range(len(stretch) - 1)))


def _han_reason(
    value: dict[str, float], kept: str, copy: str, words: list[tuple[str, str]], head: str, tail: str
) -> Reason:
    if value["_number"]:
        rest = tail.lstrip("0123456789.〇零一二三四五六七八九十")
        return Reason.DATE if rest[:1] in lexicon.DATE_UNITS and rest else Reason.NUMBER
    if value["time_both"]:
        return Reason.DATE
    if (
        kept in lexicon.UNITS
        and copy in lexicon.UNITS
        and head[-1:]
        and head[-1] in "0123456789一二三四五六七八九十百千万亿"
    ):
        return Reason.UNIT
    if value["not_one"] or value["not_more"]:
        return Reason.NEGATION
    if value["name_both"] or value["name_one"] or value["surname"]:
        return Reason.NAME
    if any(c.isdigit() for c in kept + copy):
        return Reason.NUMBER
    return Reason.CLAUSE if max(len(kept), len(copy)) >= 8 else Reason.WORD


# --- Scripts that write spaces between words ----------------------------------------------------------------------


def _latin(letters: Letters, piece: Piece) -> Evidence:
    fold, text = letters.fold, letters.string
    kept_at, copy_at = words_around(fold, piece)
    kept = [text[low:high] for low, high in kept_at]
    copy = [text[low:high] for low, high in copy_at]
    edits = piece.edits
    value: dict[str, float] = {"bias": 1.0, "_edits": edits}
    value["e2"] = float(edits == 2)
    value["e4"], value["e6"] = float(4 <= edits < 6), float(edits >= 6)
    value["near"] = min(2, piece.near)
    value["inner"] = min(piece.inner, 3)
    scores = [_known(letters, side) for side in (kept, copy)]
    known = [score > -90 for score in scores]
    value["known_both"] = float(all(known) and bool(kept) and bool(copy))
    value["known_none"] = float(not any(known))
    value["reads"] = max(-25.0, -abs(_log(letters, kept) - _log(letters, copy))) / 5
    value["short"] = float(max((len(w) for w in kept + copy), default=0) <= 3)
    raw = fold.text
    value["capital"] = float(
        bool(kept_at)
        and bool(copy_at)
        and all(raw[int(fold.offsets[low])].isupper() for low, _ in (kept_at[0], copy_at[0]))
    )
    length = max(sum(map(len, kept)), sum(map(len, copy)), 1)
    value["unlike"] = min(1.0, edits / length)
    value["word_one"] = float((not kept or not copy) and all(known))
    value["count"] = min(3.0, abs(len(kept) - len(copy)))
    value["not"] = float(_negative(kept) != _negative(copy) and all(known))
    digits = [bool(side) and all(_number(w) for w in side) for side in (kept, copy)]
    value["digit"] = float(all(digits) and _clean_digits(letters, piece))
    value["digit_one"] = float(not value["digit"] and (any(digits) and (not kept or not copy)))
    named = [bool(side) and all(w in lexicon.LATIN_NUMBERS for w in side) for side in (kept, copy)]
    value["numeral"] = float(all(named) or (any(named) and any(digits)))
    dates = [any(w in lexicon.LATIN_DATES for w in side) for side in (kept, copy)]
    value["date"] = float(all(dates))
    value["_number"] = float(value["digit"] or value["digit_one"] or value["numeral"])
    value["attested"] = float(bool(kept and copy) and _stand_elsewhere(letters, kept, copy))
    value["digits_rare"] = _digits_rare(letters) if value["digit"] or value["digit_one"] else 0.0
    value["contrast"] = float(len(kept) == len(copy) == 1 and lexicon.contrast(kept[0], copy[0]))
    value["rare"] = _rare(letters, text[piece.block.b0 : piece.block.b1])
    if edits > 1:
        block = piece.block
        value["strokes"] = lexicon.stroke_unlike(text[block.a0 : block.a1], text[block.b0 : block.b1])
        value["strokes_words"] = lexicon.stroke_unlike("".join(kept), "".join(copy))
    value["typo"] = float(_is_slip(letters, piece, kept_at, copy_at))
    mixed = [any(c.isdigit() for w in side for c in w) for side in (kept, copy)]
    value["damage"] = float(mixed[0] != mixed[1] and bool(kept) and bool(copy))
    return Evidence(False, value, _latin_reason(value, kept, copy, dates))


def _is_slip(
    letters: Letters, piece: Piece, kept: list[tuple[int, int]], copy: list[tuple[int, int]]
) -> bool:
    """Tell whether one edit made a frequent word into no word at all, and no name is touched."""
    if piece.edits != 1 or len(kept) != 1 or len(copy) != 1:
        return False
    text, ranks = letters.string, lexicon.latin_words()
    words = text[slice(*kept[0])], text[slice(*copy[0])]
    if min(map(len, words)) < 2 or any(c.isdigit() for w in words for c in w):
        return False
    place = [_rank(ranks, w) for w in words]
    if (place[0] is None) == (place[1] is None):
        return False
    bad = 0 if place[0] is None else 1
    if letters.word_count(words[bad]) > 1 or (place[1 - bad] or 0) > SLIP_RANK:
        return False
    return not any(_is_name(letters, low) for low, _ in (kept[0], copy[0]))


def _rank(ranks: dict[str, int], word: str) -> int | None:
    """Rank of a word; rare short ones are abbreviations and prove nothing."""
    rank = ranks.get(word)
    return None if rank is None or (len(word) < 4 and rank > RARE_SHORT[len(word) - 1]) else rank


def _is_name(letters: Letters, place: int) -> bool:
    """Tell whether a word is capitalised and does not begin a sentence."""
    text, at = letters.fold.text, int(letters.fold.offsets[place])
    if not text[at].isupper():
        return False
    before = text[max(0, at - 6) : at].rstrip(" \t\"“‘'’(")
    return bool(before) and before[-1] not in ".!?:;\n…"


def _known(letters: Letters, words: list[str]) -> float:
    """Sum of log probabilities of words, below -90 when one of them is no word."""
    ranks = lexicon.latin_words()
    out = 0.0
    for word in words:
        rank = _rank(ranks, word)
        if rank is not None:
            out += lexicon.latin_log(rank)
        elif _number(word):
            out -= 9
        elif letters.word_count(word) > 2:
            out -= 12
        else:
            return -99.0
    return max(out, -89.0)


def _log(letters: Letters, words: list[str]) -> float:
    ranks = lexicon.latin_words()
    out = 0.0
    for word in words:
        rank = _rank(ranks, word)
        score = lexicon.latin_log(rank) if rank is not None else -13.0 - 1.2 * len(word)
        out += score + 2.0 * len(word)
    return out


def _number(word: str) -> bool:
    return any(c.isdigit() for c in word) and not any(c.isalpha() for c in word)


def _clean_digits(letters: Letters, piece: Piece) -> bool:
    block, fold = piece.block, letters.fold
    return all(
        low == high or digits_only(fold, low, high)
        for low, high in ((block.a0, block.a1), (block.b0, block.b1))
    )


def _negative(words: list[str]) -> int:
    return sum(
        w in lexicon.LATIN_NEGATIONS or (len(w) > 4 and w.endswith("nt") and w[:-2] + "t" in _NT)
        for w in words
    )


_NT = frozenset({"dot", "doest", "didt", "ist", "aret", "wast", "weret", "hast", "havet", "hadt"})


def _stand_elsewhere(letters: Letters, kept: list[str], copy: list[str]) -> bool:
    """Tell whether the words of both sides stand in other places of the text."""
    return all(len(w) > 3 and letters.word_count(w) > 1 for w in kept + copy)


def _latin_reason(value: dict[str, float], kept: list[str], copy: list[str], dates: list[bool]) -> Reason:
    if any(dates) and (value["date"] or not kept or not copy or value["_number"]):
        return Reason.DATE
    words = kept + copy
    if value["_number"] or (words and any(c.isdigit() for w in words for c in w)):
        return Reason.NUMBER
    if kept and copy and all(w in lexicon.LATIN_UNITS for w in words):
        return Reason.UNIT
    if _negative(kept) != _negative(copy):
        return Reason.NEGATION
    if value["capital"]:
        return Reason.NAME
    return Reason.CLAUSE if abs(len(kept) - len(copy)) >= 4 else Reason.WORD
