"""Evidence for differences in Chinese: how both readings divide into words, names, numbers, negations.

The noisy side of a difference is not known beforehand; it is taken to be the one that reads worse.
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from dedupe_cli.judge import difference_weights as weights
from dedupe_cli.judge.difference_features import Evidence, digits_rare, rare
from dedupe_cli.judge.differences import Letters, Piece, digits_only
from dedupe_cli.judge.han_reading import Reading, divide, inside
from dedupe_cli.judge.han_slips import is_likely, is_sure, may_be_slip
from dedupe_cli.model import Reason
from dedupe_cli.text import lexicon
from dedupe_cli.text.pairs import usual

if TYPE_CHECKING:
    from dedupe_cli.text.alignment import Block

AROUND = 5  # characters of context on either side that a reading is judged in
KNOWN = 1 << 13  # places whose readings are remembered: rounds, and texts that are alike, judge the same ones again

_REWORDED = 3  # characters of a wording that denies what the other says in so few: 都是, 则是不
_OF_NOUNS = frozenset("非无否")  # negations of what is no verb either


class _Place(NamedTuple):
    """All of a difference that its evidence depends on, beside facts about the whole text.

    ``head`` and ``tail`` are what is read around it, ``before`` and ``behind`` the folded characters beside the kept
    side; ``digits``: which sides are digits alone.
    """

    kept: str
    copy: str
    head: str
    tail: str
    before: str
    behind: str
    digits: tuple[bool, bool]
    edits: int
    inner: int
    near: int


class _Read(NamedTuple):
    """What two readings of a place say by themselves.

    ``noisy`` is what noise would have drawn, ``stretch`` the same with its neighbours; ``is_sure`` tells of a slip
    whatever else the text says, ``is_likely`` of one unless its neighbours stand together elsewhere.
    """

    values: dict[str, float]
    noisy: str
    stretch: str
    is_sure: bool
    is_likely: bool
    reason: Reason


def han_evidence(letters: Letters, piece: Piece) -> Evidence:
    """Collect the evidence of a piece that touches Chinese."""
    read = _read(_place(letters, piece))
    value = read.values.copy()
    attested = _attested(letters, read.stretch)
    value["rare"] = rare(letters, read.noisy)
    value["digits_rare"] = digits_rare(letters) if value["digit"] or value["digit_one"] else 0.0
    value["attested"] = attested
    value["typo"] = float(read.is_sure or (read.is_likely and not attested))
    return Evidence(han=True, values=value, reason=read.reason)


def stand_elsewhere(letters: Letters, piece: Piece) -> bool:
    """Tell whether what either side says stands in the text more than once, between the same neighbours."""
    place = _place(letters, piece)
    both = [place.head[-1:] + side + place.tail[:1] for side in (place.kept, place.copy)]
    return all(len(side) > 1 and letters.is_again(side) for side in both)


def _place(letters: Letters, piece: Piece) -> _Place:
    text, (a0, a1, b0, b1) = letters.string, piece.block
    head, tail = _clause_around(letters, piece.block)
    return _Place(
        text[a0:a1],
        text[b0:b1],
        head,
        tail,
        text[a0 - 1 : a0],
        text[a1 : a1 + 1],
        (digits_only(letters, a0, a1), digits_only(letters, b0, b1)),
        piece.edits,
        min(piece.inner, 2),
        min(piece.near, 2),
    )


@lru_cache(maxsize=KNOWN)
def _read(place: _Place) -> _Read:
    kept, copy, head, tail = place.kept, place.copy, place.head, place.tail
    first, kept_words = divide(head + kept + tail)
    second, copy_words = divide(head + copy + tail)
    first, second = first - weights.USUAL * len(kept), second - weights.USUAL * len(copy)
    reading = (
        Reading(kept, copy, len(head), first - second, kept_words, copy_words)
        if second <= first
        else Reading(copy, kept, len(head), second - first, copy_words, kept_words)
    )
    value: dict[str, float] = {"bias": 1.0, "_edits": place.edits, "inner": place.inner}
    value["e4"] = float(place.edits >= 4)
    value["near"] = place.near
    _readings(value, reading, min(first, second))
    at = len(head)
    longer = kept_words if len(kept) > len(copy) else copy_words
    _words(value, inside(kept_words, at, at + len(kept)), inside(copy_words, at, at + len(copy)))
    _names(value, kept, copy, tail)
    _numbers(place, value)
    _not(value, kept, copy, longer, at)
    if len(kept) == len(copy) and 0 < len(kept) <= 2:
        value["sound"] = float(all(lexicon.sound_alike(x, y) for x, y in zip(kept, copy, strict=True)))
        value["look"] = float(any(lexicon.look_alike(x, y) for x, y in zip(kept, copy, strict=True)))
    value["flow"], value["flow_worst"] = _flow(head[-1:], kept, copy, tail[:1])
    affix = (not kept or not copy) and (kept or copy) in lexicon.AFFIXES
    value["_affix"] = float(affix and not _denies_nothing(longer, at))
    beside = head[-1:], tail[:1]
    value["_lone"] = float(may_be_slip(value, reading, kept, copy, head[-1:]))
    sure = is_sure(value, reading, kept, copy, beside)
    likely = not sure and is_likely(value, reading, kept, copy, beside)
    stretch = head[-1:] + reading.noisy + tail[:1]
    reason = _reason(value, kept, copy, head, tail)
    return _Read(value, reading.noisy, stretch, sure, likely, reason)


def _readings(value: dict[str, float], reading: Reading, worst: float) -> None:
    """How much worse the worse reading is, and what noise would have had to draw for it."""
    noisy = reading.noisy
    value["gain"] = float(not reading.clean)
    value["loss"] = float(not noisy)
    value["reads"] = max(-25.0, -reading.worse) / 5
    value["reads_worst"] = max(-30.0, worst + 45) / 10
    value["function"] = sum(c in lexicon.FUNCTION_CHARS for c in noisy) / max(1, len(noisy))


def _words(value: dict[str, float], kept: list[tuple[str, str]], copy: list[tuple[str, str]]) -> None:
    whole = [bool(side) and all(len(w) > 1 for w, _ in side) for side in (kept, copy)]
    value["words"] = float(all(whole))
    value["new_word"] = float(any(whole)) - value["words"]
    value["split"] = float(bool(kept) and bool(copy) and len(kept) != len(copy))
    tags = [{t for w, t in side if len(w) > 1} for side in (kept, copy)]
    named = [bool(t & lexicon.NAMES) for t in tags]
    value["name_both"] = float(all(named))
    value["name_one"] = float(any(named)) - value["name_both"]
    value["time_both"] = float(lexicon.TIME in tags[0] and lexicon.TIME in tags[1])


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
    if len(word) <= 4 and (word[0] in lexicon.SURNAMES or (word[0] in "老小阿" and word[1] in lexicon.SURNAMES)):
        return True
    return sum(c in lexicon.SOUND_CHARS for c in word) > 0.7 * len(word)


def _numbers(place: _Place, value: dict[str, float]) -> None:
    kept, copy, digits, near = place.kept, place.copy, place.digits, place.behind
    beside = place.before.isdigit() or near.isdigit()
    value["digit"] = float(all(digits))
    value["digit_one"] = float(((digits[0] and not copy) or (digits[1] and not kept)) and beside)
    numeral = [bool(x) and all(c in lexicon.DIGIT_CHARS for c in x) for x in (kept, copy)]
    gain = (numeral[0] and not copy) or (numeral[1] and not kept)
    value["numeral"] = float(all(numeral) or (gain and (near in lexicon.COUNTERS or near in lexicon.DIGIT_CHARS)))
    value["_number"] = float(value["digit"] or value["digit_one"] or value["numeral"])
    value["damage"] = float(any(map(str.isdigit, kept)) != any(map(str.isdigit, copy)) and bool(kept) and bool(copy))


def _not(value: dict[str, float], kept: str, copy: str, words: list[tuple[int, str, str]], at: int) -> None:
    """Tell of a negation put in or taken out; ``words`` is the division of the longer reading."""
    more, less = (copy, kept) if len(copy) >= len(kept) else (kept, copy)
    counts = Counter(c for c in more if c in lexicon.NEGATIONS)
    counts.subtract(c for c in less if c in lexicon.NEGATIONS)
    changed = any(counts.values()) and (less in more or len(more) <= _REWORDED)
    single = changed and not less and len(more) == 1 and not _denies_nothing(words, at)
    value["not_one"] = float(single)
    value["not_fits"] = float(single and _denies(words, at))
    value["not_more"] = float(changed and not single and len(more) > 1)
    value["_denies"] = float(bool(value["not_more"] or value["not_fits"]) or (single and more in _OF_NOUNS))


def _denies_nothing(words: list[tuple[int, str, str]], at: int) -> bool:
    """Tell whether the character at a place is part of a word that denies nothing, as in 鉴别, 不断."""
    for start, word, _ in words:
        if start <= at < start + len(word):
            return word in lexicon.NO_DENIALS or (start < at and word[at - start] == "别")
    return False


def _denies(words: list[tuple[int, str, str]], at: int) -> bool:
    """Tell whether the negation at a place begins a word, or stands before what can be denied."""
    for start, word, tag in words:
        if start <= at < start + len(word) and len(word) > 1:
            return True
        if start == at + 1:
            return tag in "vadf" and len(word) < 5
    return False


def _clause_around(letters: Letters, block: Block) -> tuple[str, str]:
    """Return the characters before and behind a difference, up to the next mark of punctuation."""
    text = letters.string
    low, high = (block.a0, block.a1) if block.a0 < block.a1 else (block.b0, block.b1)
    start, end = low, high
    while start > max(0, low - AROUND) and _joined(letters, start):
        start -= 1
    while end < min(len(text), high + AROUND) and _joined(letters, end):
        end += 1
    return text[start:low], text[high:end]


def _joined(letters: Letters, at: int) -> bool:
    """Tell whether nothing but white space lies between the folded characters ``at - 1`` and ``at``."""
    if at <= 0:
        return False
    first, last = letters.offsets[at - 1], letters.offsets[at]
    return last - first <= 1 or not letters.fold.text[first + 1 : last].strip()


def _flow(before: str, kept: str, copy: str, after: str) -> tuple[float, float]:
    """How much less usual the neighbours in one reading are than in the other, and its most unusual pair."""
    worse, better = sorted((usual(before + side + after) for side in (kept, copy)), key=sum)
    return max(-20.0, sum(worse) - sum(better)) / 5, min(worse, default=0.0)


def _attested(letters: Letters, stretch: str) -> float:
    """1 when every two neighbours of the worse reading stand elsewhere in the text too."""
    if len(stretch) < 2:
        return 0.0
    return float(all(letters.is_pair_again(stretch[i : i + 2]) for i in range(len(stretch) - 1)))


def _reason(value: dict[str, float], kept: str, copy: str, head: str, tail: str) -> Reason:
    """Return what a difference is about, if it is meant."""
    if value["_number"]:
        rest = tail.lstrip("0123456789.〇零一二三四五六七八九十")
        day = head.endswith(("星期", "周", "礼拜")) or (rest and rest[0] in lexicon.DATE_UNITS)
        return Reason.DATE if day else Reason.NUMBER
    if value["time_both"]:
        return Reason.DATE
    counted = head[-1:].isdigit() or head[-1:] in lexicon.DIGIT_CHARS
    if head and counted and kept in lexicon.UNITS and copy in lexicon.UNITS:
        return Reason.UNIT
    if value["not_one"] or value["not_more"]:
        return Reason.NEGATION
    if value["name_both"] or value["name_one"] or value["surname"]:
        return Reason.NAME
    if any(c.isdigit() for c in kept + copy):
        return Reason.NUMBER
    return Reason.CLAUSE if max(len(kept), len(copy)) >= weights.CLAUSE else Reason.WORD
